"""Real articles edited by a seeded hand, with the map of which sentence became which: plain text.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.extraction import manifest

LEAST_SENTENCES = 10
_CLOSERS = "\"'”’»›)]」』"
_IDEOGRAPHIC = "。！？"
_STOPS = ".!?؟"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A sentence before and one it became; ``kind`` is ``same`` or what was done to it, ``+`` between several things."""

    before: int
    after: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePair:
    """A text, the same text edited, where their sentences stand (characters), and which became which.

    A sentence of the generator may hold several in truth, never a part of one: it parts text only where nobody doubts.
    """

    id: str
    language: str
    before: str
    after: str
    before_at: tuple[tuple[int, int], ...]
    after_at: tuple[tuple[int, int], ...]
    links: tuple[Linked, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence on its way: the numbers of those it was made of, and what was done to it."""

    text: str
    of: tuple[int, ...]
    kind: str = "same"

    def became(self, kind: str, text: str | None = None) -> Sentence:
        kinds = kind if self.kind == "same" else f"{self.kind}+{kind}"
        return replace(self, kind=kinds, text=self.text if text is None else text)


Paragraphs = list[list[Sentence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text of the corpus: paragraphs of sentences."""

    id: str
    language: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def sentences(self) -> list[str]:
        return [sentence for paragraph in self.paragraphs for sentence in paragraph]


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor:
    """What is put in: sentences and words of other articles in the language."""

    sentences: tuple[str, ...]
    words: tuple[str, ...]


# ------------------------------------------------------------------------------------------------------------ sentences


def parted(paragraph: str) -> list[str]:
    """Part a paragraph into sentences, where a full word, a stop, a blank and a capital follow one another."""
    found, start, at = [], 0, 0
    while at < len(paragraph):
        sign = paragraph[at]
        end = at + 1
        while end < len(paragraph) and paragraph[end] in _CLOSERS:
            end += 1
        if sign in _IDEOGRAPHIC or (sign in _STOPS and _ends(paragraph, at, end)):
            found.append(paragraph[start:end].strip())
            start = at = end
        else:
            at += 1
    found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(paragraph: str, at: int, end: int) -> bool:
    following = paragraph[end : end + 2]
    if len(following) < 2 or following[0] != " ":
        return False
    starter = following[1]
    if not (starter.isupper() or (starter.isalpha() and not starter.islower())):
        return False
    begin = at
    while begin and paragraph[begin - 1].isalpha():
        begin -= 1
    word = paragraph[begin:at]
    # Initials and abbreviations are short or have capitals; a number before a stop may be an ordinal.
    return len(word) >= 4 and word == word.lower()


def join(sentences: Sequence[str]) -> str:
    """Put sentences together to a paragraph, with blanks where the script has them."""
    text = ""
    for sentence in sentences:
        text += (" " if text and text[-1] not in _IDEOGRAPHIC + "」』" else "") + sentence
    return text


def articles(least: int = LEAST_SENTENCES) -> list[Article]:
    """Give the articles of the corpus whose text is known and has at least so many sentences."""
    found = []
    for entry in manifest():
        lines = [" ".join(line.split()) for line in entry["gold"].get("text", "").split("\n")]
        paragraphs = tuple(tuple(parted(line)) for line in lines if line)
        article = Article(id=entry["id"], language=entry["gold"].get("lang", "?"), paragraphs=paragraphs)
        if len(article.sentences) >= least:
            found.append(article)
    return found


# ---------------------------------------------------------------------------------------------------------------- pairs


def pairs(seed: int, *, held: bool = False, known: Sequence[Article] | None = None) -> Iterator[MadePair]:
    """Make one pair of each article, two to six edits in each; ``held`` takes the kinds that are held back too.

    Held pairs draw what is put in from other articles than the rest do.
    """
    known = articles() if known is None else known
    for number, article in enumerate(known):
        drawn = random.Random(f"{seed} {held} {number} {article.id}")
        others = [other for at, other in enumerate(known) if other.id != article.id and at % 2 == held]
        yield made(article, drawn, donor(others, article.language, drawn), held=held)


def donor(others: Sequence[Article], language: str, drawn: random.Random) -> Donor:
    """Take sentences and words of articles in a language, or of any where there is none in it."""
    chosen = [other for other in others if other.language == language] or list(others)
    some = drawn.sample(chosen, min(6, len(chosen)))
    sentences = tuple(each for other in some for each in other.sentences if _is_long(each))
    return Donor(sentences=sentences, words=tuple(word for each in sentences for word in _units(each) if word.isalpha()))


def made(article: Article, drawn: random.Random, given: Donor, *, held: bool, count: int | None = None) -> MadePair:
    """Edit an article."""
    numbers = iter(range(10**9))
    text: Paragraphs = [
        [Sentence(each, (next(numbers),)) for each in paragraph] for paragraph in article.paragraphs
    ]
    before, before_at = rendered(text)
    kinds = HELD if held else SHOWN
    done: list[str] = []
    wanted = count or drawn.randint(2, 6)
    for _ in range(60):
        if len(done) == wanted:
            break
        kind = drawn.choice(list(kinds))
        if kinds[kind](text, drawn, given):
            done.append(kind)
        text = [paragraph for paragraph in text if paragraph]
    after, after_at = rendered(text)
    flat = [sentence for paragraph in text for sentence in paragraph]
    return MadePair(
        id=article.id, language=article.language, before=before, after=after, before_at=before_at, after_at=after_at,
        links=tuple(Linked(before=of, after=at, kind=each.kind) for at, each in enumerate(flat) for of in each.of),
        kinds=tuple(done),
    )  # fmt: skip


def rendered(text: Paragraphs) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Give the text, paragraphs joined by one newline, and where each sentence of it stands."""
    lines, places, start = [], [], 0
    for paragraph in text:
        line = ""
        for sentence in paragraph:
            line = join((line, sentence.text)) if line else sentence.text
            places.append((start + len(line) - len(sentence.text), start + len(line)))
        lines.append(line)
        start += len(line) + 1
    return "\n".join(lines), tuple(places)


# ---------------------------------------------------------------------------------------------------------------- edits


def _units(sentence: str) -> list[str]:
    """Give the words of a sentence, or its characters where the script has no blanks."""
    return sentence.split(" ") if _has_blanks(sentence) else list(sentence)


def _has_blanks(sentence: str) -> bool:
    return sentence.count(" ") * 12 >= len(sentence)


def _glued(units: Sequence[str], like: str) -> str:
    return (" " if _has_blanks(like) else "").join(units)


def _is_long(sentence: str) -> bool:
    return len(_units(sentence)) >= (6 if _has_blanks(sentence) else 14)


def _fit(text: Paragraphs, drawn: random.Random, least: int = 1) -> tuple[int, int] | None:
    """Draw an untouched sentence of some length that is said once, with ``least - 1`` more such after it."""
    said = Counter(sentence.text for paragraph in text for sentence in paragraph)
    places = [
        (row, at)
        for row, paragraph in enumerate(text)
        for at in range(len(paragraph) - least + 1)
        if all(
            each.kind == "same" and _is_long(each.text) and said[each.text] == 1
            for each in paragraph[at : at + least]
        )
    ]
    return drawn.choice(places) if places else None


def reworded(text: str, drawn: random.Random, given: Donor, share: float) -> str:
    """Put other words for some, in one or two runs, at most ``share`` of all."""
    units = _units(text)
    many = drawn.randint(1, max(1, int(len(units) * share)))
    runs = [many] if many < 3 or drawn.random() < 0.5 else [many // 2, many - many // 2]
    for run in runs:
        start = drawn.randrange(0, max(1, len(units) - run))
        with_other_count = max(1, run + drawn.choice((-1, 0, 0, 1)))
        units[start : start + run] = drawn.choices(given.words, k=with_other_count)
    return _glued(units, text)


def _replace(text: Paragraphs, drawn: random.Random, given: Donor, share: float = 0.3) -> bool:
    if (place := _fit(text, drawn)) is None:
        return False
    row, at = place
    sentence = text[row][at]
    other = reworded(sentence.text, drawn, given, share)
    if other == sentence.text:
        return False
    text[row][at] = sentence.became("reworded", other)
    return True


def _insert(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
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


def _delete(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    if sum(map(len, text)) < LEAST_SENTENCES - 2:
        return False
    if drawn.random() < 0.3:
        rows = [row for row, each in enumerate(text) if len(each) <= 4 and all(one.kind == "same" for one in each)]
        if rows:
            del text[drawn.choice(rows)]
            return True
    if (place := _fit(text, drawn)) is None:
        return False
    del text[place[0]][place[1]]
    return True


def _move(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    if drawn.random() < 0.3:
        return _move_paragraph(text, drawn)
    if (place := _fit(text, drawn)) is None:
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
    rows = [row for row, each in enumerate(text) if all(one.kind == "same" and _is_long(one.text) for one in each)]
    if not rows or len(text) < 4:
        return False
    row = drawn.choice(rows)
    taken = [sentence.became("moved") for sentence in text.pop(row)]
    text.insert(drawn.choice([place for place in range(len(text) + 1) if abs(place - row) > 1]), taken)
    return True


_AND = {
    "en": (", and ", "; ", ", while "), "de": (", und ", "; ", ", während "), "fr": (", et ", " ; ", ", tandis que "),
    "es": (", y ", "; ", ", mientras "), "ru": (", и ", "; ", ", а "), "ar": ("، و", "؛ "), "ja": ("、",), "zh": ("，",),
}  # fmt: skip


def _merged(first: str, second: str, language_link: str) -> str:
    start = len(first)
    while start and first[start - 1] in _CLOSERS + _STOPS + _IDEOGRAPHIC:
        start -= 1
    head, _, rest = second.partition(" ")
    small = second[0].lower() + second[1:] if rest and head[1:] == head[1:].lower() and len(head) <= 5 else second
    return first[:start] + language_link + small


def _merge(text: Paragraphs, drawn: random.Random, given: Donor, many: int = 2) -> bool:
    if (place := _fit(text, drawn, many)) is None:
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


def _split(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
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
    text[row][at : at + 1] = [
        sentence.became("split", half) for half in halves(sentence.text, cut)
    ]
    return True


def cuts(sentence: str) -> list[int]:
    """Find the commas and the like at which a sentence can be made two of some length."""
    least = 25 if _has_blanks(sentence) else 10
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


# ------------------------------------------------------------------------------------------------------------ held back


def _reword_twice(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    if (place := _fit(text, drawn)) is None:
        return False
    row, at = place
    sentence = text[row][at]
    units = _units(sentence.text)
    middle = len(units) // 2
    first = reworded(_glued(units[:middle], sentence.text), drawn, given, 0.34)
    second = reworded(_glued(units[middle:], sentence.text), drawn, given, 0.34)
    text[row][at] = sentence.became("reworded", _glued((first, second), sentence.text))
    return True


def _move_and_reword(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    before = {id(sentence) for paragraph in text for sentence in paragraph}
    if not _move(text, drawn, given):
        return False
    for paragraph in text:
        for at, sentence in enumerate(paragraph):
            if id(sentence) not in before and _is_long(sentence.text):
                paragraph[at] = sentence.became("reworded", reworded(sentence.text, drawn, given, 0.25))
    return True


def _merge_three(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    return _merge(text, drawn, given, 3)


def _merge_and_reword(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    known = {id(sentence) for paragraph in text for sentence in paragraph}
    if not _merge(text, drawn, given):
        return False
    for paragraph in text:
        for at, sentence in enumerate(paragraph):
            if id(sentence) not in known:
                paragraph[at] = sentence.became("reworded", reworded(sentence.text, drawn, given, 0.12))
    return True


def _split_and_reword(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    known = {id(sentence) for paragraph in text for sentence in paragraph}
    if not _split(text, drawn, given):
        return False
    for paragraph in text:
        for at, sentence in enumerate(paragraph):
            if id(sentence) not in known:
                paragraph[at] = sentence.became("reworded", reworded(sentence.text, drawn, given, 0.15))
    return True


def _swap_paragraphs(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    rows = [row for row, each in enumerate(text) if all(one.kind == "same" for one in each)]
    if len(rows) < 2:
        return False
    one, other = drawn.sample(rows, 2)
    text[one], text[other] = (
        [sentence.became("moved") for sentence in text[other]],
        [sentence.became("moved") for sentence in text[one]],
    )
    return True


def _part_paragraph(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    rows = [row for row, each in enumerate(text) if len(each) > 1]
    if not rows:
        return False
    row = drawn.choice(rows)
    at = drawn.randrange(1, len(text[row]))
    text[row : row + 1] = [text[row][:at], text[row][at:]]
    return True


def _join_paragraphs(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    # Two headings or list items joined would be no sentences any more.
    rows = [
        row
        for row in range(len(text) - 1)
        if text[row][-1].text[-1] in _STOPS + _IDEOGRAPHIC + _CLOSERS and _is_long(text[row + 1][0].text)
    ]
    if not rows:
        return False
    row = drawn.choice(rows)
    text[row : row + 2] = [text[row] + text[row + 1]]
    return True


def _replace_much(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    return _replace(text, drawn, given, 0.45)


Kind = Callable[[Paragraphs, random.Random, Donor], bool]
SHOWN: dict[str, Kind] = {
    "replace": _replace,
    "insert": _insert,
    "delete": _delete,
    "move": _move,
    "merge": _merge,
    "split": _split,
    "typographic": _typographic,
}
"""The kinds of edits by name; each edits the text in place and says whether it could."""
HELD: dict[str, Kind] = {
    "insert": _insert,
    "delete": _delete,
    "replace much": _replace_much,
    "reword twice": _reword_twice,
    "move and reword": _move_and_reword,
    "merge three": _merge_three,
    "merge and reword": _merge_and_reword,
    "split and reword": _split_and_reword,
    "swap paragraphs": _swap_paragraphs,
    "part a paragraph": _part_paragraph,
    "join paragraphs": _join_paragraphs,
}
"""The kinds held back: nobody tunes the product to them."""
