"""Patterns made of the cues of one language, or of all that share a script. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from archive.cite_germanic import DUTCH, GERMAN, NORDIC
from archive.cite_romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH
from archive.cite_scripts import ARABIC, EASTERN, PERSIAN, RUSSIAN, TURKISH, WIDE
from archive.cues import ENGLISH, Cues, Script
from archive.languages import SMALL

ALL = (
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    ITALIAN,
    PORTUGUESE,
    DUTCH,
    NORDIC,
    EASTERN,
    TURKISH,
    RUSSIAN,
    ARABIC,
    PERSIAN,
    WIDE,
)

QUOTES = "\"'“”„«»‘’‚‹›*_『』「」《》"
_NEVER = r"(?!)"
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 2000
"""Letters that are enough to tell a language."""
_SEEN = 8
"""Small words of a language that settle which one a text is in."""
_LANGUAGES_OF = {
    word: tuple(name for name, small in SMALL.items() if word in small)
    for word in frozenset[str]().union(*SMALL.values())
}
_VERB_FIRST = frozenset(("de", "nl", "sv"))
"""Languages that put the negation behind the verb: "berichtete nicht"."""
_SCRIPTS: tuple[tuple[Script, re.Pattern[str]], ...] = (
    ("wide", re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")),
    ("arabic", re.compile(r"[\u0600-\u06ff]")),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
)
_NOT_LATIN = re.compile(r"[\u0400-\u04ff\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CAPITAL = r"[^\W\d_a-zß-öø-ÿа-яё]"
_PART = rf"(?:{_CAPITAL}[\w.&'’+-]*\w|{_CAPITAL}|\d+)"
_NAME = rf"{_PART}(?:\s+(?:(?:of|the|and|&|de|del|la|le|der|di|am|al|e|in|el)\s+)?{_PART}){{0,4}}"
_QUOTED = r"[\"“„«‘‚'](?P<quoted>[^\"“”„«»‘’]{2,40})[\"”“»’‘']"


@dataclass(frozen=True, slots=True)
class Patterns:
    """What to look for around a name; those that end in ``before`` match up to it, those in ``after`` from it on."""

    language: str
    veiled: tuple[str, ...]
    heads: tuple[str, ...]
    cue: re.Pattern[str]
    strict_before: re.Pattern[str]
    loose_before: re.Pattern[str]
    inverted_before: re.Pattern[str]
    kind_before: re.Pattern[str]
    against_before: re.Pattern[str]
    negated_before: re.Pattern[str]
    verb_after: re.Pattern[str]
    office_after: re.Pattern[str]
    negated_after: re.Pattern[str]
    its_after: re.Pattern[str]
    works_after: re.Pattern[str]
    people_after: re.Pattern[str]
    kind_after: re.Pattern[str]
    aside: re.Pattern[str]
    kinds: re.Pattern[str]
    unlisted: re.Pattern[str]
    anonymous: re.Pattern[str]
    press: re.Pattern[str]
    went_on: re.Pattern[str]
    unverified: re.Pattern[str]
    credit_before: re.Pattern[str]
    citing: re.Pattern[str]
    republished: re.Pattern[str]
    own_after: re.Pattern[str]
    office: re.Pattern[str]
    offices: tuple[str, ...]
    kind_words: tuple[str, ...]


def patterns_for(language: str | None, text: str) -> Patterns:
    """Give the patterns of a language; of all languages of the text's script where it is not one we have."""
    sample = text[:_SAMPLE]
    script: Script = "latin"
    if not sample.isascii() and _NOT_LATIN.search(sample):
        half = sum(map(str.isalpha, sample)) / 2
        script = next((name for name, letters in _SCRIPTS if len(letters.findall(sample)) > half), "latin")
    code = (language or "").lower().partition("-")[0].partition("_")[0]
    if script == "latin":
        code = _spoken(code, text)
    found = next((each.languages[0] for each in ALL if code in each.languages and each.script == script), None)
    return _compiled(script, found)


def _spoken(code: str, text: str) -> str:
    """Give the language that a text's small words are of; pages often claim another one."""
    seen = dict.fromkeys(SMALL, 0)
    for word in _WORD.findall(text[:_SAMPLE].casefold()):
        for name in _LANGUAGES_OF.get(word, ()):
            seen[name] += 1
    counts = sorted(((count, name) for name, count in seen.items()), reverse=True)
    (most, likely), (second, _) = counts[:2]
    claimed = next((count for count, name in counts if name == code), 0)
    if claimed and claimed * 2 > most:
        return code
    return likely if most >= _SEEN and most > second * 1.5 else ""


@cache
def _compiled(script: Script, code: str | None) -> Patterns:
    chosen = [each for each in ALL if each.script == script and (code is None or code in each.languages)]
    stop = "" if script == "wide" else r"\b"
    edge = "" if script in ("wide", "arabic") else r"(?<![\w])"

    def union(make: Callable[[Cues], str]) -> str:
        return "|".join(f"(?:{made})" for each in chosen if (made := make(each))) or _NEVER

    def made(make: Callable[[Cues], str]) -> re.Pattern[str]:
        return re.compile(union(make), re.IGNORECASE)

    def fill(each: Cues) -> str:
        words = "|".join(part for part in (each.fill, each.kinds, r"[\w.-]+['’]s", _DEMONYM) if part)
        return rf"(?:\s*(?:{words})(?:[\s,]+|(?<=['’-]))){{0,6}}"

    def joint(each: Cues) -> str:
        return r"\s*-\s*" if "de" in each.languages else r"(?:\s*-\s*|\s+)"

    def before(cue: str, each: Cues) -> str:
        return rf"{edge}(?:{cue})(?:\s+|\b|(?<=['’])){fill(each)}\s*\Z" if cue else ""

    def after(verbs: str, each: Cues) -> str:
        if not verbs:
            return ""
        kinds = rf"(?:\s*-?(?:{each.kinds})\b)?" if each.kinds else ""
        between = rf"(?:[\s,]*(?:{each.between}|\w{{3,}}ly)\b){{0,6}}" if each.between else ""
        aside = r"(?:\s*,[^,.;:]{3,60},)?"
        return (
            rf"{kinds}{aside}(?:,?\s+(?:which|who|that|que|qui|che|die|der|das|котор\w+))?{between}\s*(?:{verbs}){stop}"
        )

    return Patterns(
        language=code or "",
        veiled=tuple(dict.fromkeys(word for each in chosen for word in each.veiled.split("|") if word)),
        heads=tuple(dict.fromkeys(word for each in chosen for word in each.heads.split("|") if word)),
        cue=made(lambda each: "|".join(rf"{edge}(?:{part})" for part in (each.to, each.verbs) if part)),
        strict_before=made(lambda each: before(each.to, each)),
        loose_before=made(
            lambda each: (
                rf"{edge}(?:{'|'.join(filter(None, (each.to, each.at)))})\s+(?:[^\s,;:()\"“”«»]+\s+){{0,4}}\Z"
                if each.to
                else ""
            )
        ),
        inverted_before=made(lambda each: before(each.inverted, each)),
        kind_before=made(lambda each: rf"{edge}(?:{each.kinds})\s+\Z" if each.kinds else ""),
        against_before=made(lambda each: before(each.against, each)),
        negated_before=re.compile(
            r"(?:\b(?:not|never|nor|nicht|nie|ne|pas|no|nunca|non|mai|não|niet|inte|ikke|не)\b|n['’]t|\b(?:لم|لا|لن)\b)"
            r"(?:\s+(?:been|yet|being|[\w]{2,12}ly|encore|été|ha|fue|sido))*\s*\Z",
            re.IGNORECASE,
        ),
        verb_after=made(lambda each: after(each.verbs, each)),
        office_after=made(lambda each: after("|".join(filter(None, (each.verbs, each.announced))), each)),
        negated_after=made(_negated_after),
        its_after=made(
            lambda each: rf"['’]s?\s+(?:[\w'’-]+\s+){{1,5}}?(?:{each.verbs})\b" if "en" in each.languages else ""
        ),
        works_after=made(
            lambda each: (
                rf"{joint(each)}(?:(?:{each.kinds})\s+)?(?:[\w-]+\s+){{0,1}}?(?:{each.works})\b" if each.works else ""
            )
        ),
        people_after=made(
            lambda each: rf"{joint(each)}(?:[\w-]+\s+){{0,2}}?(?:{each.people})\b" if each.people else ""
        ),
        kind_after=made(lambda each: rf"\s*-?\s*(?:{each.kinds})\b" if each.kinds else ""),
        aside=made(lambda each: each.aside),
        kinds=re.compile(
            union(
                lambda each: rf"{edge}(?:{each.kinds}){'' if script == 'wide' else chr(92) + 'b'}" if each.kinds else ""
            )
        ),
        unlisted=_unlisted(chosen, edge),
        anonymous=made(lambda each: rf"{edge}(?:{each.anonymous})" if each.anonymous else ""),
        press=made(lambda each: rf"{edge}(?:{each.press})" if each.press else ""),
        went_on=made(lambda each: each.went_on),
        unverified=made(lambda each: each.unverified),
        credit_before=made(
            lambda each: rf"\A[^\w©]*(?:{each.credit})(?!\w)\s*[:\-–—]*\s*{fill(each)}\W*\Z" if each.credit else ""
        ),
        citing=made(lambda each: rf"{edge}(?:{each.citing})" if each.citing else ""),
        republished=made(lambda each: each.republished),
        own_after=made(lambda each: each.own),
        office=re.compile(union(lambda each: each.office and _office(each, edge))),
        offices=tuple(chosen[0].offices.split("|")) if len(chosen) == 1 and chosen[0].offices else (),
        kind_words=tuple(chosen[0].kind_words.split("|")) if len(chosen) == 1 and chosen[0].kind_words else (),
    )


_DEMONYM = r"(?-i:[A-Z])[\w-]+(?:an|ian|ish|ese|nch|tch|aqi|eli|bian|kish|ish)"


def _negated_after(each: Cues) -> str:
    if not each.negated or not each.verbs:
        return ""
    kinds = rf"(?:\s*-?(?:{each.kinds})\b)?" if each.kinds else ""
    told = rf"{each.verbs}|comment\w*|cover(?:ed)?|immediately"
    found = rf"{kinds}[\s,]*(?:{each.negated})(?:\s*[\w'’-]+){{0,3}}?\s*(?:{told})\b"
    if _VERB_FIRST & set(each.languages):
        found = rf"{found}|{kinds}\s*(?:{each.verbs})(?:\s+\w+){{0,4}}?\s+(?:nicht|nie|niet|inte|ikke)\b(?!\s+nur)"
    return found


def _unlisted(chosen: Iterable[Cues], edge: str) -> re.Pattern[str]:
    """Make the pattern that finds an outlet by what it is called: "the newspaper X", "X newspaper"."""
    kinds = "|".join(each.kinds for each in chosen if each.kinds)
    if not kinds:
        return re.compile(_NEVER)
    right = rf"{edge}(?:{kinds})\s+(?:{_QUOTED}|(?P<after>{_NAME}))"
    named = (
        r"newspaper|daily|tabloid|weekly|magazine|broadsheet|broadcaster|newswire"
        r"|(?:state\s+)?news\s+(?:agency|site|website|outlet|service|channel|portal)|(?:TV|television"
        r"|radio)\s+(?:channel|station|network)"
    )
    lone = rf"(?!(?:The|An?|This|That|Its|One|His|Her|Their|Our|Another|Local|State)\s+(?:{named})\b)"
    left = rf"(?:{_QUOTED.replace('quoted', 'quoted_before')}|{lone}(?P<before>{_NAME}))\s+(?:{named})\b"
    return re.compile(f"{right}|{left}")


def _office(each: Cues, edge: str) -> str:
    if "en" not in each.languages:
        return rf"{edge}(?:{each.office})"
    return (
        r"(?<![\w.])(?:(?:[A-Z][\w.-]+['’]s?|[A-Z][\w-]+(?:an|ish|ese|ch|i|an)|U\.?S\.?|U\.?K\.?|Afghan|Turkish|Thai"
        rf"|[Tt]he)\s+)(?:(?:federal|national|interim|own)\s+)?(?:{each.office})"
    )
