"""Edits of a text that keep account of what each sentence became: the kinds that are shown.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from benchmarks.made_text import (
    CLOSERS,
    IDEOGRAPHIC,
    LEAST_SENTENCES,
    STOPS,
    Donor,
    Paragraphs,
    Sentence,
    glued,
    has_blanks,
    is_long,
    units,
)

Kind = Callable[[Paragraphs, random.Random, Donor], bool]


def fit(text: Paragraphs, drawn: random.Random, least: int = 1) -> tuple[int, int] | None:
    """Draw an untouched sentence of some length that is said once, with ``least - 1`` more such after it."""
    said = Counter(sentence.text for paragraph in text for sentence in paragraph)
    places = [
        (row, at)
        for row, paragraph in enumerate(text)
        for at in range(len(paragraph) - least + 1)
        if all(
            each.kind == "same" and is_long(each.text) and said[each.text] == 1 for each in paragraph[at : at + least]
        )
    ]
    return drawn.choice(places) if places else None


def reworded(text: str, drawn: random.Random, given: Donor, share: float) -> str:
    """Put other words for some, in one or two runs, at most ``share`` of all."""
    words = units(text)
    many = drawn.randint(1, max(1, int(len(words) * share)))
    runs = [many] if many < 3 or drawn.random() < 0.5 else [many // 2, many - many // 2]
    for run in runs:
        start = drawn.randrange(0, max(1, len(words) - run))
        with_other_count = max(1, run + drawn.choice((-1, 0, 0, 1)))
        words[start : start + run] = drawn.choices(given.words, k=with_other_count)
    return glued(words, text)


def replace_words(text: Paragraphs, drawn: random.Random, given: Donor, share: float = 0.3) -> bool:
    if (place := fit(text, drawn)) is None:
        return False
    row, at = place
    sentence = text[row][at]
    other = reworded(sentence.text, drawn, given, share)
    if other == sentence.text:
        return False
    text[row][at] = sentence.became("reworded", other)
    return True


def insert(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    present = {sentence.text for paragraph in text for sentence in paragraph}
    new = [
        Sentence(each, (), "inserted")
        for each in drawn.sample(given.sentences, min(drawn.randint(1, 2), len(given.sentences)))
        if each not in present
    ]
    row = drawn.randrange(len(text))
    if drawn.random() < 0.4:
        text.insert(row, new)
    else:
        at = drawn.randint(0, len(text[row]))
        text[row][at:at] = new
    return bool(new)


def delete(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    if sum(map(len, text)) < LEAST_SENTENCES - 2:
        return False
    if drawn.random() < 0.3:
        rows = [row for row, each in enumerate(text) if len(each) <= 4 and all(one.kind == "same" for one in each)]
        if rows:
            del text[drawn.choice(rows)]
            return True
    if (place := fit(text, drawn)) is None:
        return False
    del text[place[0]][place[1]]
    return True


def move(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    if drawn.random() < 0.3:
        return _move_paragraph(text, drawn)
    if (place := fit(text, drawn)) is None:
        return False
    row, at = place
    homes = [
        (home, slot)
        for home, paragraph in enumerate(text)
        for slot in range(len(paragraph) + 1)
        if home != row or slot < at - 1 or slot > at + 2
    ]
    if not homes:
        return False
    home, slot = drawn.choice(homes)
    sentence = text[row][at].became("moved")
    text[home].insert(slot, sentence)
    del text[row][at + (home == row and slot <= at)]
    return True


def _move_paragraph(text: Paragraphs, drawn: random.Random) -> bool:
    rows = [row for row, each in enumerate(text) if all(one.kind == "same" and is_long(one.text) for one in each)]
    if not rows or len(text) < 4:
        return False
    row = drawn.choice(rows)
    taken = [sentence.became("moved") for sentence in text.pop(row)]
    text.insert(drawn.choice([place for place in range(len(text) + 1) if abs(place - row) > 1]), taken)
    return True


_AND = {
    "en": (", and ", "; ", ", while "), "de": (", und ", "; ", ", während "), "fr": (", et ", " ; ", ", tandis que "),
    "es": (", y ", "; ", ", mientras "), "ru": (", и ", "; ", ", а "),
    "ar": ("، و", "؛ "), "ja": ("、",), "zh": ("，",),
}  # fmt: skip


def _merged(first: str, second: str, language_link: str) -> str:
    start = len(first)
    while start and first[start - 1] in CLOSERS + STOPS + IDEOGRAPHIC:
        start -= 1
    head, _, rest = second.partition(" ")
    small = second[0].lower() + second[1:] if rest and head[1:] == head[1:].lower() and len(head) <= 5 else second
    return first[:start] + language_link + small


def merge(text: Paragraphs, drawn: random.Random, given: Donor, many: int = 2) -> bool:
    if (place := fit(text, drawn, many)) is None:
        return False
    row, at = place
    parts = text[row][at : at + many]
    link = _link(parts[0].text, drawn)
    merged = parts[0].text
    for part in parts[1:]:
        merged = _merged(merged, part.text, link)
    text[row][at : at + many] = [Sentence(merged, tuple(of for part in parts for of in part.of), "merged")]
    return True


def _link(text: str, drawn: random.Random) -> str:
    """Choose what joins two sentences, by the script alone: any language in Latin letters takes any of them."""
    sample = next((sign for sign in text if sign.isalpha()), "a")
    if sample > "⺀":
        return drawn.choice(_AND["ja"] + _AND["zh"])
    if "؀" <= sample <= "ۿ":
        return drawn.choice(_AND["ar"])
    if "Ѐ" <= sample <= "ӿ":
        return drawn.choice(_AND["ru"])
    return drawn.choice(_AND["en"] + _AND["de"] + _AND["fr"] + _AND["es"])


def split(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    places = [
        (row, at, cut)
        for row, paragraph in enumerate(text)
        for at, sentence in enumerate(paragraph)
        if sentence.kind == "same"
        for cut in cuts(sentence.text)
    ]
    if not places:
        return False
    row, at, cut = drawn.choice(places)
    sentence = text[row][at]
    text[row][at : at + 1] = [sentence.became("split", half) for half in halves(sentence.text, cut)]
    return True


def cuts(sentence: str) -> list[int]:
    """Find the commas and the like at which a sentence can be made two of some length."""
    least = 25 if has_blanks(sentence) else 10
    return [
        at
        for at, sign in enumerate(sentence)
        if (sign in ",;:،؛" and sentence[at + 1 : at + 2] == " ") or sign in "、，"
        if least <= at <= len(sentence) - least and sentence[at - 1].isalpha()
    ]


def halves(sentence: str, cut: int) -> tuple[str, str]:
    """Make two sentences of one, at a comma."""
    rest = sentence[cut + 1 :].lstrip()
    stop = "。" if sentence[cut] in "、，" else "."
    return sentence[:cut] + stop, rest[0].upper() + rest[1:]


_TYPED = (
    ("“", '"'), ("”", '"'), ("„", '"'), ("’", "'"), ("'", "’"), (" – ", " — "), (" — ", " - "), (" - ", " – "),
    ("...", "…"), ("…", "..."), ("«", "“"), ("»", "”"), ("-", "‑"),
)  # fmt: skip


def typed(text: str, drawn: random.Random) -> str:
    """Set a text in another way: quotes, dashes, ellipses, blanks, soft hyphens; no word is another."""
    ways = [(old, new) for old, new in _TYPED if old in text]
    for old, new in drawn.sample(ways, min(2, len(ways))):
        text = text.replace(old, new)
    blanks = [at for at, sign in enumerate(text) if sign == " " and 0 < at < len(text) - 1]
    for at in drawn.sample(blanks, min(len(blanks), drawn.randint(0 if ways else 1, 3))):
        text = text[:at] + drawn.choice("\u00a0\u00a0\u202f\u2009") + text[at + 1 :]
    return text


def _typographic(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    places = [(row, at) for row, each in enumerate(text) for at, one in enumerate(each) if one.kind == "same"]
    done = False
    for row, at in drawn.sample(places, min(len(places), drawn.randint(1, 6))):
        sentence = text[row][at]
        if (other := typed(sentence.text, drawn)) != sentence.text:
            text[row][at] = sentence.became("typographic", other)
            done = True
    return done


SHOWN: dict[str, Kind] = {
    "replace": replace_words,
    "insert": insert,
    "delete": delete,
    "move": move,
    "merge": merge,
    "split": split,
    "typographic": _typographic,
}
"""The kinds of edits by name; each edits the text in place and says whether it could."""
