"""Doubt, denial, caveats and sources: what an edited sentence says of what it tells. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from archive import flag_words
from archive.flag_pairs import Pair, tokens
from archive.flag_words import BY_LANGUAGE, Words
from archive.model import WordEdit
from archive.wording import compared

_BESIDE = 48  # characters beside replaced words in which a reporting word is looked for
_SOURCE_WORDS = 4
_SHORT_NOT = ("n't", "n’t")


# --------------------------------------------------------------------------------------------------------------- doubt


def may_hedge(spoken: set[str], words: Words) -> bool:
    """Tell whether words that went or came may doubt something."""
    return not spoken.isdisjoint(words.hedges) or not spoken.isdisjoint(_HEDGING)


_HEDGING = frozenset(
    "may claim claims maintain maintains maintained appear appears appeared seem seems seemed sollen scheint scheinen "
    "возможно может могут быть that to".split()
)


def hedges_otherwise(pair: Pair, words: Words) -> bool:
    """Tell whether a word of doubt came or went."""
    if words.hedges & {*pair.removed, *pair.added}:
        return True
    if words is BY_LANGUAGE["en"] and (_may(pair.before) != _may(pair.after)):
        return True
    return any(
        len(found.findall(pair.before.casefold())) != len(found.findall(pair.after.casefold()))
        for found in map(re.compile, words.hedging)
    )


def _may(text: str) -> int:
    """Count the verb, which the month is not: it is written small."""
    return len(re.findall(r"\bmay\b(?! \d)", text))


# -------------------------------------------------------------------------------------------------------------- denial


def may_negate(changed: str, words: set[str], table: Words) -> bool:
    """Tell whether words that went or came may deny something."""
    return (
        not words.isdisjoint(table.negations)
        or any(each in changed for each in _SHORT_NOT)
        or (table is BY_LANGUAGE["fr"] and any(each in ("ne", "n") or each.startswith(("n'", "n’")) for each in words))
    )


def negates_otherwise(pair: Pair, words: Words) -> bool:
    """Tell whether a denial came or went, other than in a caveat, which has a flag of its own."""
    if _negations(pair.removed, words) == _negations(pair.added, words):
        return False
    ours, theirs = (_caveat().sub(" ", compared(text).casefold()) for text in (pair.before, pair.after))
    return _negations(Counter(tokens(ours)), words) != _negations(Counter(tokens(theirs)), words)


def _negations(found: Counter[str], words: Words) -> int:
    """Count denials; the two words of a French one are one."""
    count = sum(times for word, times in found.items() if word in words.negations or word.endswith(_SHORT_NOT))
    if words is BY_LANGUAGE["fr"]:
        marks = sum(times for word, times in found.items() if word == "ne" or word.startswith(("n'", "n’")))
        return max(marks, count)
    return count


# ------------------------------------------------------------------------------------------------------------- caveats


@cache
def _caveat() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in flag_words.CAVEATS))


def drops_caveat(pairs: Sequence[Pair], gone: Sequence[str], new: Sequence[str]) -> bool:
    """Tell whether fewer caveats stand in what was edited; looked for where words of one were removed."""
    removed = [*(pair.gone for pair in pairs), *gone]
    denied = [pair.before for pair in pairs if pair.removed.keys() & _DENYING]
    whole = "\n".join([*removed, *denied]).casefold()
    if not any(stem in whole for stem in flag_words.CAVEAT_STEMS):
        return False
    return _caveats([*(pair.before for pair in pairs), *gone]) > _caveats([*(pair.after for pair in pairs), *new])


_DENYING = frozenset(
    ("not", "no", "nicht", "keine", "kein", "pas", "non", "não", "niet", "не", "لم", "لا", "could", "un")
)


def _caveats(some: Sequence[str]) -> int:
    return sum(len(_caveat().findall(compared(text).casefold())) for text in some)


# ------------------------------------------------------------------------------------------------------------- sources


def has_other_source(pair: Pair, words: Words, *, speaks: bool) -> bool:
    """Tell whether a source was added, dropped or swapped.

    Words that report came or went without others in their place, where any did (``speaks``); or what stands as the
    source is another one.
    """
    if any(_swaps_source(pair.words, at, words) for at in _replaced(pair.words)):
        return True
    code = words.code
    small = pair.before.casefold(), pair.after.casefold()
    if not speaks and not any(cue in text for cue in words.sources for text in small):
        return False
    # A caveat that goes takes its words with it, and is told by itself.
    ours, theirs = (_without_caveats(compared(text)) for text in (pair.before, pair.after))
    return (speaks and _speeches(ours, code) != _speeches(theirs, code)) or _sources(ours, code) != _sources(
        theirs, code
    )


def speaks(spoken: set[str], words: Words) -> bool:
    """Tell whether words that went or came may be those of somebody who reports."""
    return not (spoken.isdisjoint(words.speech) and spoken.isdisjoint(words.weak) and spoken.isdisjoint(words.that))


def _without_caveats(text: str) -> str:
    folded = text.casefold()
    return _caveat().sub(" ", text) if any(stem in folded for stem in flag_words.CAVEAT_STEMS) else text


@cache
def _speech(code: str) -> re.Pattern[str]:
    table = BY_LANGUAGE[code]
    sure, weak, that = ("|".join(sorted(map(re.escape, each))) for each in (table.speech, table.weak, table.that))
    # What may be another verb counts beside a quotation, behind a comma, or before "that".
    return re.compile(
        rf"(?<![\w-])(?:{sure})(?![\w-])"
        + (rf"|(?<![\w-])(?:{weak})(?= (?:{that})\b|:|,? \")|(?<=[\",] )(?:{weak})(?![\w-])" if weak else "")
    )


def _speeches(text: str, code: str) -> int:
    return len(_speech(code).findall(text.casefold()))


@cache
def _source_cue(code: str) -> re.Pattern[str]:
    cues = "|".join(sorted(map(re.escape, BY_LANGUAGE[code].sources), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{cues}) ([^,.;:()\"“”„«»–—]{{2,80}})")


def _sources(text: str, code: str) -> set[str]:
    """Give what stands behind words such as "according to", a few words of it."""
    folded = text.casefold()
    if not any(cue in folded for cue in BY_LANGUAGE[code].sources):
        return set()
    return {" ".join(tokens(found)[:_SOURCE_WORDS]) for found in _source_cue(code).findall(folded)}


def _replaced(words: Sequence[WordEdit]) -> list[int]:
    return [at for at in range(len(words) - 1) if words[at].op == "remove" and words[at + 1].op == "add"]


def _swaps_source(words: Sequence[WordEdit], number: int, table: Words) -> bool:
    """Tell whether the words removed here, and those put in their place, are a source."""
    old, new = words[number].text, words[number + 1].text
    ours, theirs = tokens(old), tokens(new)
    if not ours or not theirs or _is_quoted(words[:number]):
        return False
    speech = table.speech | table.weak
    if speech & set(ours) and speech & set(theirs):
        # "officials said" that became "Reuters reported": who speaks is another; "said" that became "claimed" is not.
        left, right = (_who(each, speech) for each in (ours, theirs))
        return bool(left and right and left != right)
    before = words[number - 1].text[-_BESIDE:] if number and words[number - 1].op == "keep" else ""
    after = words[number + 2].text[:_BESIDE] if number + 2 < len(words) and words[number + 2].op == "keep" else ""
    behind = [word for word in tokens(before)[-3:] if word not in _ARTICLES]
    ahead = tokens(after)[:1]
    if behind and any(" ".join(behind).endswith(source) for source in table.sources):
        return True
    if ahead and ahead[0] in speech and not re.match(r"\s*[.!?]", after):
        return not (_is_adverb(ours) or _is_adverb(theirs))
    if behind and behind[-1] in speech and _SAID.search(before) is not None:
        return any(char.isupper() for char in old) and any(char.isupper() for char in new)
    return False


def _who(words: Sequence[str], speech: frozenset[str]) -> set[str]:
    return {word for word in words if word not in speech and word not in _ARTICLES and not _is_adverb([word])}


_SAID = re.compile(r"[\"”»“,]\s*\S+\s*(?:\S{1,4}\s+)?\Z")
_ARTICLES = frozenset("the a an der die das dem den le la les l el los las il lo gli o os as de het that".split())
_ADVERBS = frozenset("also later then now again already still earlier first has have had who he she they it".split())


def _is_adverb(words: Sequence[str]) -> bool:
    return words[-1] in _ADVERBS or words[-1].endswith("ly")


def _is_quoted(before: Sequence[WordEdit]) -> bool:
    """Tell whether what follows these words stands between quotation marks."""
    text = compared("".join(each.text for each in before if each.op != "remove"))
    return text.count('"') % 2 == 1
