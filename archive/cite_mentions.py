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

_BEFORE = 120
"""Characters looked at before a name; more stand for nothing near it."""
_NAMED = 60
"""Characters before a name in which stands what it is called by."""
_PERSON = 60
_COMPACT = 45
"""Characters that a cue may have which makes a source of a name in doubt."""
_OPENS = re.compile(r"(?:\A|[\s(\[])[\"“„«‘‚'»*_]\Z")
_SHUTS = tuple("\"”“»«’'*_")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u06ff]")
_OPENING = re.compile(rf"(?<!\w)[{re.escape(QUOTES)}(\[\s]+\Z")
_CLOSING = re.compile(rf"\A(?!['’](?:s\b|\s+[A-Z]))[{re.escape(QUOTES)}]+")
_SUBJECT = re.compile(
    r"\s*(?:['’]s?\s+)?(?:\w+\s+){0,2}?(?:said|says|announced|confirmed|reported)\s+(?:in\s+an?\s+(?:statement|memo"
    r"|press\s+release|note"
    r"\s+to\s+staff|filing|earnings|tweet)|(?:that\s+)?(?:it|they)\s+(?:will|would|was|is|plans?|planned|expects?"
    r"|had\s+(?:fired|cut|laid"
    r"|removed|suspended|decided))|its\b|(?:earnings|revenue|profits?|(?:a\s+)?(?:net\s+)?(?:loss|profit)"
    r"|net\s+income|record))",
    re.IGNORECASE,
)
_OBLIQUE = re.compile(
    r"\b(?:of|for|at|from|with|by|in|on|to|against|than|like|about|into|over|called|named|über|für|bei|gegen|chez"
    r"|contre|sobre|para)"
    r"\s+(?:the\s+|la\s+|el\s+|le\s+)?\Z",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\b(?:is|was|are|were|been|as|became|become|former|ex|being|longtime|veteran|then|by|named|who|if)\s+(?:an?|the"
    r"|also\s+an?)?\s*"
    r"(?:former|senior|longtime|chief|veteran|regular|award-winning)?\s*\Z",
    re.IGNORECASE,
)
_HERS = re.compile(r"['’]s?\s+(?:own\s+|(?:[\w-]+\s+){0,3}?)?[A-ZÀ-Þ][\w'’.-]+(?:\s+[A-ZÀ-Þ][\w'’.-]+)?")
_HOUSE = re.compile(
    r"['’]s?\s+(?:\w+\s+){0,2}?(?:own(?:er|ers|ership)|ceo|chief|president|chairman|parent|editor\w*|publisher"
    r"|executives?|board|lawyers?"
    r"|attorneys?|spokes\w+|union|staff|shares?|stock|viewers|readers|audience|headquarters|offices?|advertis\w+"
    r"|subscribers|chair|founder)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"\A\W*(?:by|von|por|par|di|de|av|door)\s[^.]{3,90}[,/(|]\s*\Z", re.IGNORECASE)
_AMIDST = re.compile(r"\w\W*\s(?:[Tt]he\s)?\W*\Z")
_ENDS = re.compile(r"[\s.\"”’»]*(?:\Z|[-–—]|[A-ZÀ-ÞА-Я])")
_WITH = re.compile(r"[(\[][^()\[\]]{0,40}\b(?:mit|with|con|avec|com|und|and)\s+\Z", re.IGNORECASE)
_NEXT_CAPITAL = re.compile(r"[ \u00a0](?:&\s+)?([A-ZÀ-ÞА-Я][\w’'-]*)")
_OF = re.compile(r"[ \u00a0](?:of|for|&)[ \u00a0](?:the )?[A-ZÀ-Þ]")
_CORE = re.compile(
    r"report|wrote|write|publish|quot|cit(?:ed|es|ing)|learned|laut|berichte|melde|schreib|schrieb|zitier|zufolge"
    r"|informationen|berufung"
    r"|rapport|écri|révél|selon|según|inform|public|recog|secondo|segundo|riport|сообщ|пиш|переда|данным|volgens"
    r"|enligt|ifølge|skriver|узна|выясн|стало\s+известно|broke\s|understand",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"[\"”»“][\s,]*\Z")
_SPOKEN = re.compile(r"\w\W?\s*\Z")
_PREVIOUS = re.compile(r"([^\W\d_][\w’'.-]*)[ \u00a0]\Z")
_PLAIN_BEFORE = re.compile(
    r"(?:the|a|an|and|in|on|by|to|of|for|from|with|as|but|when|while|if|after|before|since|that|this|however"
    r"|meanwhile|though|although"
    r"|according|citing|told|via|also|or|per|at|monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday"
    r"|today|earlier|later"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|u\.s\.|us|uk|u\.k\."
    r"|britain['’]s|sources?"
    r"|der|die|das|dem|den|des|wie|laut|nach|so|zeitung|magazin|le|la|les|l|el|los|las|un|une|selon|según|segundo|il"
    r"|lo|secondo|diario"
    r"|agencia|quotidien|journal|в|на|и|как|агентство|газета|photo|foto|image|credit|source|quelle|fuente"
    r"|[\w.-]+['’]s|news|state|blatt|sender|[\w-]*agentur|portal"
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


def judged(
    mention: Mention, sentence: str, paragraph: str, at: int, patterns: Patterns, *, official: bool
) -> Verdict | None:
    """Tell whether a name is a source. ``at`` is where the sentence begins in its paragraph."""
    if mention.is_ambiguous and mention.prefix in ("ب", "ك"):
        return None
    whole_before = sentence[: mention.start]
    before = _OPENING.sub(" ", whole_before[-_BEFORE:])
    after = _CLOSING.sub("", sentence[mention.end :], count=1)
    if mention.is_ambiguous and _is_longer(whole_before, after, patterns):
        return None
    stands_out = not mention.is_ambiguous or _stands_out(mention, whole_before, sentence[mention.end :], patterns)
    if not stands_out and _is_foreign(mention, patterns):
        return None
    credit = _credit(mention, paragraph, at, patterns)
    if credit is not None:
        return credit
    if not official and _SUBJECT.match(after):
        return None
    # A name in doubt needs its cue close by; the pattern would begin at the first one of the sentence.
    cued = patterns.strict_before.search(before[-_COMPACT:] if mention.is_ambiguous or official else before)
    if cued is not None and (stands_out or _CORE.search(cued[0])):
        return Verdict(
            role="republished" if patterns.republished.search(sentence) else "attribution",
            negated=_is_denied(before[: len(before) - len(cued[0])], cued[0]),
        )
    against = not official and patterns.against_before.search(before) is not None
    if against:
        return None
    oblique = _OBLIQUE.search(before[-_PERSON:])
    verbs = patterns.office_after if official else patterns.verb_after
    if not oblique and not _HOUSE.match(after) and patterns.its_after.match(after[:120]):
        return Verdict()
    if not oblique:
        told = verbs.match(after[:160])
        if told is not None and mention.is_ambiguous:
            is_person = _SPEAKER.search(whole_before) is not None and not _OPENS.search(whole_before)
            if told[0].count(",") > 1 or (not _CORE.search(told[0]) and (not stands_out or is_person)):
                told = None
        if told is not None:
            tail = re.match(r"\s+(?:\w+\s+){0,3}?(?:nicht|niet|inte|ikke)\b(?!\s+nur)", after[told.end() :])
            return Verdict(negated=tail is not None)
        if patterns.negated_after.match(after[:160]):
            return Verdict(negated=True)
    if not stands_out:
        return None
    works = patterns.works_after.match(after[:60]) or patterns.works_after.match(_past_possessive(after)[:60])
    if works is not None and not (mention.is_ambiguous and len(works[0].split()) > 1):
        return Verdict()
    if mention.prefix and "ل" in mention.prefix and patterns.cue.search(sentence):
        return Verdict()
    inverted = patterns.inverted_before.search(before)
    if inverted is not None:
        return Verdict(negated=_is_denied(before[: inverted.start()], inverted[0]))
    if (
        patterns.people_after.match(after[:60])
        and not _IS.search(before[-_PERSON:])
        and patterns.cue.search(sentence) is not None
    ):
        return Verdict()
    if (
        (mention.is_ambiguous and not _is_marked(mention, sentence, patterns))
        or official
        or patterns.aside.search(sentence)
    ):
        return None
    return _likely(before, after, sentence, patterns)


def persons(paragraphs: Iterable[tuple[str, Iterable[Mention]]], patterns: Patterns) -> frozenset[str]:
    """Give the keys of names that somewhere in the article are a person's: "Jens Spiegel"."""
    return frozenset(
        key(each.name)
        for text, mentions in paragraphs
        for each in mentions
        if " " not in each.name
        and not each.name.isupper()
        and _may_be_surname(each)
        and _is_surname(text[: each.start], patterns)
    )


def short_for_others(paragraphs: Iterable[tuple[str, Iterable[Mention]]]) -> frozenset[str]:
    """Give the keys of names that the article explains as short for somebody else: "Port Trust Initiative (PTI)"."""
    return frozenset(
        key(each.name)
        for text, mentions in paragraphs
        for each in mentions
        if each.name.isupper() and _is_explained(each, text)
    )


def _is_explained(mention: Mention, text: str) -> bool:
    if text[mention.start - 1 : mention.start] != "(" or text[mention.end : mention.end + 1] != ")":
        return False
    words = re.findall(r"[^\W\d_]+", text[max(0, mention.start - 90) : mention.start])[-2 * len(mention.name) :]
    initials = "".join(word[0] for word in words if word[0].isupper())
    names = {key(name) for outlet in mention.outlets for name in (outlet.name, *outlet.aliases)}
    known = any(" ".join(words[-count:]).casefold() in names for count in range(1, len(words) + 1))
    return initials.endswith(mention.name) and not known and not words[-1].isupper()


def _may_be_surname(mention: Mention) -> bool:
    return all("agency" not in outlet.kind for outlet in mention.outlets)


def _is_surname(before: str, patterns: Patterns) -> bool:
    before = before[-_NAMED:]
    previous = _PREVIOUS.search(before)
    if previous is None or not previous[1][:1].isupper() or previous[1].isupper():
        return False
    if _PLAIN_BEFORE.fullmatch(previous[1]) or _SPOKEN.search(before[: previous.start()]) is None:
        return False
    return not (patterns.strict_before.search(before) or patterns.kind_before.search(before))


def _likely(before: str, after: str, sentence: str, patterns: Patterns) -> Verdict | None:
    """Tell whether a name that can mean nothing else is a source by what stands less near."""
    if _NEXT_CAPITAL.match(after) and not patterns.kind_after.match(after):
        return None
    if (
        _HERS.match(after)
        and not _HOUSE.match(after)
        and not patterns.negated_after.match(after)
        and patterns.cue.search(sentence) is not None
    ):
        return Verdict(sureness="likely")
    if patterns.loose_before.search(before):
        return Verdict(sureness="likely")
    return None


def _stands_out(mention: Mention, before: str, after: str, patterns: Patterns) -> bool:
    """Tell whether a word in doubt is written as only a name is: in quotes, in capitals, with what it is."""
    name = mention.name
    if _ARABIC.match(name):
        return bool(patterns.kind_before.search(before[-_NAMED:])) or before[-1:] in tuple(QUOTES)
    if " " in name or "." in name or any(letter.isupper() for letter in name[1:]):
        return True
    if name.isascii() and _OTHER_SCRIPT.search(before[-_COMPACT:] + after[:_COMPACT]):
        return True
    if after[:1] in _SHUTS and _OPENS.search(before[-2:]):
        return True
    if patterns.kind_after.match(after.lstrip(QUOTES)):
        return True
    near = before[-_NAMED:]
    if patterns.language != "de" and _AMIDST.search(near):
        return True
    return patterns.kind_before.search(_OPENING.sub(" ", near)) is not None


def _is_marked(mention: Mention, sentence: str, patterns: Patterns) -> bool:
    """Tell whether a word in doubt is marked as a name by more than its place in the sentence."""
    before, after = sentence[: mention.start], sentence[mention.end :]
    name = mention.name
    if after[:1] in _SHUTS and _OPENS.search(before[-2:]):
        return True
    if patterns.kind_after.match(after.lstrip(QUOTES)):
        return True
    if patterns.kind_before.search(_OPENING.sub(" ", before[-_NAMED:])):
        return True
    return name.startswith("The ") or name.count(" ") > 1 or (len(name) > 1 and name.isupper())


def _is_foreign(mention: Mention, patterns: Patterns) -> bool:
    """Tell whether all who bear a name publish in languages other than the article's."""
    if not patterns.language:
        return False
    return all(outlet.languages and patterns.language not in outlet.languages for outlet in mention.outlets)


def _past_possessive(after: str) -> str:
    return re.sub(r"\A['’]s?(?=\s)", "", after)


def _is_denied(before: str, cue: str) -> bool:
    """Tell whether a cue says that nothing was told, by its own words or those before it."""
    return re.match(r"\s*[وف]?(?:لم|لا|لن)\s", cue) is not None or _DENIAL.search(before[-30:]) is not None


_DENIAL = re.compile(
    r"(?:\b(?:not|never|nicht|nie|ne|pas|non|mai|não|niet|inte|ikke|не)\b|n['’]t|\b(?:لم|لا|لن)\b)(?:\s+(?:been|yet"
    r"|being|\w{2,12}ly|été|ha|fue|sido|von|ha))*\s*\Z",
    re.IGNORECASE,
)


def is_part(mention: Mention, sentence: str, patterns: Patterns) -> bool:
    """Tell whether a word in doubt is only a part of a longer name where it stands."""
    return mention.is_ambiguous and _is_longer(sentence[: mention.start], sentence[mention.end :], patterns)


def _is_longer(before: str, after: str, patterns: Patterns) -> bool:
    """Tell whether a word in doubt is only a part of a longer name, or of a person's."""
    works = patterns.works_after.match(after) or patterns.people_after.match(after)
    is_told_of = patterns.kind_after.match(after) or (works is not None and len(works[0].split()) == 1)
    if not is_told_of and (_NEXT_CAPITAL.match(after) or _OF.match(after)):
        return True
    before = before[-_BEFORE:]
    previous = _PREVIOUS.search(before[-_NAMED:])
    if previous is None or not previous[1][:1].isupper() or _PLAIN_BEFORE.fullmatch(previous[1]):
        return False
    return not (
        patterns.strict_before.search(before)
        or patterns.kind_before.search(before[-_NAMED:])
        or patterns.strict_before.search(before[-_COMPACT:])
    )


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
    if before.endswith(("(", "[")) and after[:1] in (")", "]") and before.strip("([ ") and _ENDS.match(after[1:]):
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
    if (
        re.search(
            r"\b(?:photo|image|picture|foto|credit|bild|quelle|source)\b[^.]{0,30}[:/]\s*[^.]{0,40}\Z",
            before,
            re.IGNORECASE,
        )
        and len(after) < 40
    ):
        return credit
    return None


def _past_close(after: str) -> str:
    close = re.match(r"[^()\[\]/]{0,40}", after)
    return after[close.end() :] if close else after


def _in_brackets(before: str, after: str) -> bool:
    return before.rfind("(") > before.rfind(")") and ")" in after[:80]
