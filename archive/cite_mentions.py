"""Whether a name in a sentence is a source there, by the construction it stands in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from archive.cite_patterns import QUOTES, Patterns
from archive.model import CitedRole
from archive.naming import Mention, key

Sureness = Literal["strict", "likely"]

_BEFORE = 150
"""Characters looked at before a name; more stand for nothing near it."""
_COMPACT = 45
"""Characters that a cue may have which makes a source of a name in doubt."""
_OPEN = QUOTES + "(["
_CLOSING = re.compile(rf"\A(?!['’](?:s\b|\s+[A-Z]))[{re.escape(QUOTES)}]+")
_SUBJECT = re.compile(
    r"\s*(?:['’]s?\s+)?(?:\w+\s+){0,2}?(?:said|says|announced|confirmed|reported)\s+(?:in\s+an?\s+(?:statement|memo|press\s+release|note"
    r"\s+to\s+staff|filing|earnings|tweet)|(?:that\s+)?(?:it|they)\s+(?:will|would|was|is|plans?|planned|expects?|had\s+(?:fired|cut|laid"
    r"|removed|suspended|decided))|its\b|(?:earnings|revenue|profits?|(?:a\s+)?(?:net\s+)?(?:loss|profit)|net\s+income|record))",
    re.IGNORECASE,
)
_OBLIQUE = re.compile(
    r"\b(?:of|for|at|from|with|by|in|on|to|against|than|like|about|into|over|called|named|über|für|bei|gegen|chez|contre|sobre|para)"
    r"\s+(?:the\s+|la\s+|el\s+|le\s+)?\Z",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\b(?:is|was|are|were|been|as|became|become|former|ex|being|longtime|veteran|then|by|named|who|if)\s+(?:an?|the|also\s+an?)?\s*"
    r"(?:former|senior|longtime|chief|veteran|regular|award-winning)?\s*\Z",
    re.IGNORECASE,
)
_HERS = re.compile(r"['’]s?\s+(?:own\s+|(?:[\w-]+\s+){0,3}?)?[A-ZÀ-Þ][\w'’.-]+(?:\s+[A-ZÀ-Þ][\w'’.-]+)?")
_ITS = re.compile(r"['’]s?\s+(?:[\w'’-]+\s+){1,5}?(?=\w+(?:ed|s|te|t|ó|a)?\b)")
_HOUSE = re.compile(
    r"['’]s?\s+(?:\w+\s+){0,2}?(?:own(?:er|ers|ership)|ceo|chief|president|chairman|parent|editor\w*|publisher|executives?|board|lawyers?"
    r"|attorneys?|spokes\w+|union|staff|shares?|stock|viewers|readers|audience|headquarters|offices?|advertis\w+|subscribers|chair|founder)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"\A\W*(?:by|von|por|par|di|de|av|door)\s[^.]{3,90}[,/(|]\s*\Z", re.IGNORECASE)
_WITH = re.compile(r"[(\[][^()\[\]]{0,40}\b(?:mit|with|con|avec|com|und|and)\s+\Z", re.IGNORECASE)
_NEXT_CAPITAL = re.compile(r"[ \u00a0](?:&\s+)?([A-ZÀ-ÞА-Я][\w’'-]*)")
_PREVIOUS = re.compile(r"([^\W\d_][\w’'.-]*)[ \u00a0]\Z")
_PLAIN_BEFORE = re.compile(
    r"(?:the|a|an|and|in|on|by|to|of|for|from|with|as|but|when|while|if|after|before|since|that|this|however|meanwhile|though|although"
    r"|according|citing|told|via|also|or|per|at|monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today|earlier|later"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|u\.s\.|us|uk|u\.k\.|britain['’]s|sources?"
    r"|der|die|das|dem|den|des|wie|laut|nach|so|zeitung|magazin|le|la|les|l|el|los|las|un|une|selon|según|segundo|il|lo|secondo|diario"
    r"|agencia|quotidien|journal|в|на|и|как|агентство|газета|photo|foto|image|credit|source|quelle|fuente|[\w.-]+['’]s|news|state"
    r"|[\w-]*(?:an|ian|ish|ese|nch|ische[nrsm]?|ische|qi|li))",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"\A[^a-zа-я]{0,3}[^()]{0,70}?[\[(/][^()\[\]]{0,40}\Z")
_PLACE = re.compile(r"\A[^\W\da-z]{3}[^a-z()]{0,40}[\[(/]")
_DATELINE_BARE = re.compile(r"\A[A-ZÀ-Þ][\w.' À-ÿ-]{1,30}(?:,\s*[\w. ]{1,20}){0,2}[,:]?\s*(?:\d{1,2}\s*)?[-–—(]*\s*\Z")
_DASH = re.compile(r"\s*[\])/]?\s*(?:[-–—]+|:)\s")
_CLOSE = re.compile(r"[^()\[\]]{0,40}[\])]")
_PROMISED = re.compile(r"\A\W*(?:--|—|–|-)\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """That a name is a source, in which role, how sure that is, and whether it is said not to have told."""

    role: CitedRole = "attribution"
    sureness: Sureness = "strict"
    negated: bool = False


def judged(mention: Mention, sentence: str, paragraph: str, at: int, patterns: Patterns, *, official: bool) -> Verdict | None:
    """Tell whether a name is a source. ``at`` is where the sentence begins in its paragraph."""
    if mention.is_ambiguous and mention.prefix in ("ب", "ك"):
        return None
    whole_before = sentence[: mention.start]
    before = whole_before[-_BEFORE:].rstrip(_OPEN)
    after = _CLOSING.sub("", sentence[mention.end :], count=1)
    if mention.is_ambiguous and _is_longer(whole_before, after, patterns):
        return None
    credit = _credit(mention, paragraph, at, patterns)
    if credit is not None:
        return credit
    if not official and _SUBJECT.match(after):
        return None
    cued = patterns.strict_before.search(before)
    if cued is not None and not ((mention.is_ambiguous or official) and len(cued[0]) > _COMPACT):
        return Verdict(
            role="republished" if patterns.republished.search(sentence) else "attribution",
            negated=_is_denied(before, cued),
        )
    against = not official and patterns.against_before.search(before) is not None
    if against:
        return None
    oblique = _OBLIQUE.search(before)
    verbs = patterns.office_after if official else patterns.verb_after
    if not oblique and not _HOUSE.match(after):
        its = _ITS.match(after)
        if its is not None and patterns.verb_after.match(" " + after[its.end() :][:80]):
            return Verdict()
    if not oblique:
        told = verbs.match(after[:160])
        if told is not None and not (mention.is_ambiguous and "," in told[0]):
            tail = re.match(r"\s+(?:\w+\s+){0,3}?(?:nicht|niet|inte|ikke)\b(?!\s+nur)", after[told.end() :])
            return Verdict(negated=tail is not None)
        if patterns.negated_after.match(after[:160]):
            return Verdict(negated=True)
    works = patterns.works_after.match(after[:60]) or patterns.works_after.match(_past_possessive(after)[:60])
    if works is not None and not (mention.is_ambiguous and len(works[0].split()) > 1):
        return Verdict()
    if mention.prefix and "ل" in mention.prefix and patterns.cue.search(sentence):
        return Verdict()
    inverted = patterns.inverted_before.search(before)
    if inverted is not None:
        return Verdict(negated=_is_denied(before, inverted))
    has_cue = patterns.cue.search(sentence) is not None
    if patterns.people_after.match(after[:60]) and not _IS.search(before) and has_cue:
        return Verdict()
    if mention.is_ambiguous or official or patterns.aside.search(sentence) or _NEXT_CAPITAL.match(after):
        return None
    return _likely(mention, before, after, sentence, patterns, has_cue)


def persons(paragraphs: Iterable[tuple[str, Iterable[Mention]]]) -> frozenset[str]:
    """Give the keys of names that somewhere in the article are a person's: "Jens Spiegel"."""
    return frozenset(
        key(each.name)
        for text, mentions in paragraphs
        for each in mentions
        if " " not in each.name and not each.name.isupper() and _is_surname(text[: each.start])
    )


def _is_surname(before: str) -> bool:
    previous = _PREVIOUS.search(before)
    if previous is None or not previous[1][:1].isupper() or previous[1].isupper():
        return False
    return not _PLAIN_BEFORE.fullmatch(previous[1]) and re.search(r"\w\W?\s*\Z", before[: previous.start()]) is not None


def _likely(mention: Mention, before: str, after: str, sentence: str, patterns: Patterns, has_cue: bool) -> Verdict | None:
    """Tell whether a name that can mean nothing else is a source by what stands less near."""
    if _HERS.match(after) and has_cue and not _HOUSE.match(after) and not patterns.negated_after.match(after):
        return Verdict(sureness="likely")
    if patterns.loose_before.search(before + ("" if before.endswith(" ") else " ")):
        return Verdict(sureness="likely")
    kinds = {outlet.kind for outlet in mention.outlets}
    if has_cue and any("agency" in kind or "wire" in kind for kind in kinds):
        return Verdict(sureness="likely")
    return None


def _past_possessive(after: str) -> str:
    return re.sub(r"\A['’]s?(?=\s)", "", after)


def _is_denied(before: str, cued: re.Match[str]) -> bool:
    return bool(
        re.match(r"(?:not|n['’]t|لم|لا|لن|не)\b", cued[0]) or re.search(r"\A\s*لم", cued[0])
    ) or _DENIAL.search(before[: cued.start()][-30:]) is not None


_DENIAL = re.compile(
    r"(?:\b(?:not|never|nicht|nie|ne|pas|non|mai|não|niet|inte|ikke|не)\b|n['’]t|\b(?:لم|لا|لن)\b)(?:\s+(?:been|yet|being|\w{2,12}ly|été|ha|fue|sido|von|ha))*\s*\Z",
    re.IGNORECASE,
)


def _is_longer(before: str, after: str, patterns: Patterns) -> bool:
    """Tell whether a word in doubt is only a part of a longer name, or of a person's."""
    following = _NEXT_CAPITAL.match(after)
    if following and not (patterns.kind_after.match(after) or patterns.works_after.match(after) or patterns.people_after.match(after)):
        return True
    previous = _PREVIOUS.search(before)
    return bool(previous and previous[1][:1].isupper() and not _PLAIN_BEFORE.fullmatch(previous[1]))


def _credit(mention: Mention, paragraph: str, at: int, patterns: Patterns) -> Verdict | None:
    """Tell whether a name stands in a line of credits: a dateline, a foot, the note under a picture."""
    start, end = at + mention.start, at + mention.end
    before, after = paragraph[:start], paragraph[end:]
    credit = Verdict(role="credit")
    if start <= 90:
        closed = _CLOSE.match(after) or after[:1] == "/"
        if closed and _DATELINE.match(before) and (_PLACE.match(before) or _DASH.match(_past_close(after))):
            return credit
        if len(before) < 50 and _DATELINE_BARE.match(before) and re.match(r"\s*\)?\s*[-–—]+\s", after):
            return credit
    if mention.is_ambiguous:
        return credit if _PROMISED.match(before) and len(after.strip(" .")) < 3 else None
    if before.endswith(("(", "[")) and after[:1] in (")", "]") and before.strip("([ "):
        return credit
    if (before.endswith("/") or after[:1] == "/") and (len(paragraph) < 200 or _in_brackets(before, after)):
        return credit
    if len(paragraph) <= 200 and patterns.credit_before.match(before[:200]) and len(after) < 90:
        return Verdict(role="republished" if patterns.republished.search(paragraph) else "credit")
    if _WITH.search(before) and after[:1] in (")", "]"):
        return credit
    if len(paragraph) < 120 and _BYLINE.match(before) and not re.search(r"\w", after):
        return credit
    if len(paragraph) < 60 and not re.search(r"\w{3}", before + re.sub(r"\A['’]s\b", "", after)):
        return credit
    if re.search(r"(?:--|—|–|\s-)\s*\Z", before) and not re.search(r"\w", after):
        return credit
    if re.search(r"\b(?:photo|image|picture|foto|credit|bild|quelle|source)\b[^.]{0,30}[:/]\s*[^.]{0,40}\Z", before, re.IGNORECASE) and len(after) < 40:
        return credit
    return None


def _past_close(after: str) -> str:
    close = re.match(r"[^()\[\]/]{0,40}", after)
    return after[close.end() :] if close else after


def _in_brackets(before: str, after: str) -> bool:
    return before.rfind("(") > before.rfind(")") and ")" in after[:80]
