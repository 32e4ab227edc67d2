"""Sources that are on no list: those without a name, offices, and outlets told by what they are called. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.cite_hosts import has_media_word
from archive.cite_patterns import QUOTES, Patterns
from archive.links import registrable
from archive.model import Category, Outlet
from archive.naming import Mention, Names

_ADJECTIVES = {
    "russia": "Russian", "ukraine": "Ukrainian", "iran": "Iranian", "iraq": "Iraqi", "syria": "Syrian",
    "israel": "Israeli",
    "turkey": "Turkish", "china": "Chinese", "france": "French", "germany": "German", "britain": "British",
    "america": "American",
    "lebanon": "Lebanese", "egypt": "Egyptian", "india": "Indian", "pakistan": "Pakistani", "japan": "Japanese",
    "poland": "Polish", "belarus": "Belarusian", "spain": "Spanish", "italy": "Italian",
}  # fmt: skip
_OFFICE = re.compile(
    r"(?:(?P<country>[A-Z]\w+)['’]s|(?P<adjective>[A-Z]\w+))\s+(?:Ministry\s+of\s+(?P<of>\w+(?:\s\w+)?)"
    r"|(?P<before>\w+(?:\s\w+)?)\s+Ministry)"
)
_NOT_SAID = re.compile(
    r"\b(?:sources?)\s+(?:of\s+(?:income|energy|revenue|funding|water|food|inspiration|power|money|pride|strength"
    r"|light|tension)"
    r"|code\b|material)|\b(?:open|power|energy|food|water|light|data|single|main|primary|major|heat|protein|good"
    r"|great|renewable"
    r"|news)[\s-]sources?\b(?!\s+(?:said|told|close|familiar|report|say))",
    re.IGNORECASE,
)
_VEILED = re.compile(
    r"unnamed|anonym|unidentified|undisclosed|close\s+to|familiar|knowledge|briefed|\bwho\b|informed|ungenannt"
    r"|informiert|unterrichtet"
    r"|proche|couvert|cercan|осведомл|неназванн|анонимн|مطلع|[A-Z]\w+[a-z]\s+sources",
    re.IGNORECASE,
)
_CLOSES = {'"': ('"',), "“": ("”", "“"), "„": ("“", "”"), "«": ("»",), "»": ("«",)}
_LEADING = re.compile(
    r"\A(?:(?:the|a|an|in|on|by|to|and|but|according|that|said|told|when|as|for|of|with|from|while|le|la|les|el|los"
    r"|las|die|der|das)\s+)+",
    re.IGNORECASE,
)
_DEMONYM = re.compile(
    r"\A(?:(?:[A-Z][\w-]*(?:an|ian|ish|ese|nch|qi|li|eli|ani|ibi|tti)|French|Dutch|Greek|Swiss|Thai|Czech|US|U\.S\."
    r"|UK|U\.K\.|Local|State|National"
    r"|Pro-\w+|(?!Wom|M|Peop|Child|Read|Writ|Farm)[A-Z][\w.-]*['’]s|The|A|An|In|On|But|And|As|When|One|This|That|Its"
    r"|His|Her|Their|Our|Another|Some|Many|Several|New|Old|English"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|[A-Z][\w-]+-(?:based|language|owned|run|backed))\s+)+"
)
_NAME = 120
"""Letters that a name before what it is may have."""
_NOT_NAMES = frozenset(
    "news media press state local national daily weekly tv radio online web internet general breaking world "
    "business".split()
)


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A source without a name: its place and its words; ``is_press``: media of somewhere."""

    start: int
    end: int
    words: str
    is_press: bool = False


def has_any(text: str, words: Iterable[str]) -> bool:
    """Tell whether one of some words is in a text; a loop is quicker than a generator."""
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False


def unnamed(sentence: str, patterns: Patterns) -> list[Unnamed]:
    """Find sources without a name that something is told by."""
    small = sentence.casefold()
    found: list[Unnamed] = []
    for pattern, needed, is_press in (
        (patterns.anonymous, patterns.veiled, False),
        (patterns.press, patterns.heads, True),
    ):
        places = [at for word in needed if (at := small.find(word)) >= 0]
        if not places:
            continue
        for match in pattern.finditer(sentence, max(0, min(places) - _NAME)):
            words = match[0].lstrip()
            start = match.end() - len(words)
            lead = _LEADING.match(words)
            if lead and lead.end() < len(words):
                words, start = words[lead.end() :], start + lead.end()
            stripped = words.strip(f" ,{QUOTES}")
            start += words.find(stripped)
            if sentence[start + len(stripped) :][:1] in _CLOSES.get(_opened(stripped), ("",)):
                stripped = sentence[start : start + len(stripped) + 1]
            if len(stripped) < 3 or any(each.start < match.end() and start < each.end for each in found):
                continue
            if _NOT_SAID.search(sentence[max(0, start - 12) : match.end() + 20]):
                continue
            found.append(Unnamed(start, start + len(stripped), stripped, is_press))
    return [each for each in found if _is_told(each, sentence, patterns)]


def _opened(words: str) -> str:
    """Give the quotation mark that opens in some words and does not close there."""
    last = next((letter for letter in reversed(words) if letter in '"“„«”»'), "")
    return last if last != '"' or words.count('"') % 2 else ""


def _is_told(source: Unnamed, sentence: str, patterns: Patterns) -> bool:
    before, after = sentence[: source.start].rstrip(QUOTES + " ") + " ", sentence[source.end :].lstrip(QUOTES)
    if patterns.strict_before.search(before[-120:]):
        return True
    if patterns.verb_after.match(after[:140]) or patterns.negated_after.match(after[:140]):
        return True
    if source.is_press:
        return bool(patterns.inverted_before.search(before[-80:]))
    return bool(_VEILED.search(source.words) and patterns.cue.search(sentence))


def offices(text: str, names: Names, patterns: Patterns, taken: Sequence[Mention]) -> Iterator[Mention]:
    """Find ministries and the like by the pattern of their names; on the list or not."""
    if patterns.offices and not has_any(text, patterns.offices):
        return
    for match in patterns.office.finditer(text):
        if any(each.start < match.end() and match.start() < each.end for each in taken):
            continue
        words = re.sub(r"\A[Tt]he\s+", "", match[0])
        start = match.end() - len(words)
        outlet = _listed(words, names) or Outlet(name=words, category="official", kind="office")
        yield Mention(start=start, end=match.end(), outlets=(outlet,), name=words)


def _listed(words: str, names: Names) -> Outlet | None:
    parts = _OFFICE.match(words)
    if parts is None:
        return None
    topic = parts["of"] or parts["before"]
    country = (parts["country"] or "").lower()
    adjective = parts["adjective"] or _ADJECTIVES.get(country)
    owners = [f"{parts['country']}'s"] if parts["country"] else []
    owners += [adjective] if adjective else []
    spellings = dict.fromkeys((topic, topic.replace("Defense", "Defence"), topic.replace("Defence", "Defense")))
    for owner in owners:
        for spelling in spellings:
            for name in (f"{owner} {spelling} Ministry", f"{owner} Ministry of {spelling}"):
                hits = names.in_text(name)
                if hits and hits[0].end == len(name) and hits[0].start == 0:
                    return hits[0].outlets[0]
    return None


def unlisted(text: str, patterns: Patterns, taken: Sequence[Mention]) -> Iterator[Mention]:
    """Find outlets that stand with what they are: "the newspaper X", "X newspaper"; always in doubt."""
    if patterns.kind_words and not has_any(text, patterns.kind_words):
        return
    kind = patterns.kinds.search(text)
    if kind is None:
        return
    for match in patterns.unlisted.finditer(text, max(0, kind.start() - _NAME)):
        group = next((name for name in ("quoted", "after", "quoted_before", "before") if match[name]), None)
        if group is None:
            continue
        name, start = match[group], match.start(group)
        if group in ("after", "before"):
            lead = _DEMONYM.match(name + " ")
            if lead:
                name, start = name[min(lead.end(), len(name)) :], start + min(lead.end(), len(name))
        name = name.strip()
        if not name or name.casefold() in _NOT_NAMES or name.islower() or len(name) < 2 or name.isdigit():
            continue
        if any(each.start < match.end() and match.start() < each.end for each in taken):
            continue
        category: Category = "other" if re.search(r"\bjournal\b|\bblog\b", match[0], re.IGNORECASE) else "media"
        yield Mention(
            start=start,
            end=start + len(name),
            outlets=(Outlet(name=name, category=category, kind="unlisted"),),
            name=name,
            is_ambiguous=True,
        )


_DOTTED = re.compile(r"\.[A-Za-z]{2}")
_SITE = re.compile(r"(?<![\w.@/-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?\.){1,3}[A-Za-z]{2,12}(?![\w@/-])")


def sites(text: str, taken: Sequence[Mention]) -> Iterator[Mention]:
    """Find outlets that are written as their host: "told post.example"."""
    dotted = _DOTTED.search(text)
    for match in _SITE.finditer(text, max(0, dotted.start() - _NAME)) if dotted else ():
        host = match[0].lower().removeprefix("www.")
        base = registrable(host)
        if "." not in base or not base.rpartition(".")[2].isalpha() or (host[0].isdigit() and host.count(".") > 2):
            continue
        if any(each.start < match.end() and match.start() < each.end for each in taken):
            continue
        if base.rpartition(".")[2] in _TOP and len(base.partition(".")[0]) > 1:
            kind: Category = "media" if has_media_word(base) else "other"
            outlet = Outlet(name=match[0], domains=(base,), category=kind, kind="site")
            yield Mention(start=match.start(), end=match.end(), outlets=(outlet,), name=match[0], is_ambiguous=True)


_TOP = frozenset(
    "com org net info tv fm news co uk de fr es it ru ua by pl nl be at ch se no dk fi pt br mx ar cl co ve pe in pk "
    "cn jp kr au nz ca ie il ir "
    "iq lb sy tr gr cz sk hu ro bg rs hr si eu ie za ng ke".split()
)
