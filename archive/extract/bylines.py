"""The names in bylines: joint names apart; without "by", roles, accounts, addresses and the outlet's own name. "
"Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from html import unescape

from archive.extract.page import sound, squeezed

_LONGEST = 80
_WORDS = 5
_ALL = 30
_FEET = 8  # paragraphs: boxes about the blog or its author may follow
_BY = (
    r"by|von|vom|par|por|pelo|pela|di|da|door|av|af|fra|od|przez|yazan|oleh|автор|текст|"
    r"post (?:author )?by|(?:written|posted|published|reported|reviewed|authored|submitted|story|article|words|"
    r"text|photos?) (?:and photos? )?by|"
    r"(?:text|fotos?|bild|bilder|autor|autorin|autoren|auteur|autore|author|authors|tekst|szerző|yazar)"
    r"(?: ?(?:&|und|and|et|/) ?(?:text|fotos?|bilder|photos?))?\s*:|"
    r"(?:ein (?:artikel|beitrag|gastbeitrag|kommentar|text|bericht|interview)|(?:veröffentlicht|geschrieben|"
    r"verfasst)|"
    r"(?:publié|écrit|proposé)|(?:publicado|escrito)|(?:scritto|pubblicato)|(?:geschreven|geplaatst)) "
    r"(?:von|par|por|da|door)"
)
_LEAD = re.compile(rf"\A(?:[-–—•|/:>~]+\s*)?(?:(?:{_BY})(?![\w'’-])\s*:?\s*)?", re.IGNORECASE)
_CJK_LEAD = re.compile(r"\A(?:文|撰文|责编|作者|记者|記者|责任编辑|編集|文責|글|기자)\s*[:：/|]\s*")
_DATED = re.compile(
    r"\s*[-–—•|,/]?\s*(?:\b(?:on|am|le|el|il|em|op|den|vom)\s+)?"
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[-./年]\d|\d{1,2}\.?\s+[^\W\d_]{3,}\.?,?\s+\d{4}|"
    r"[^\W\d_]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}).*\Z",
    re.DOTALL,
)
_FURTHER = re.compile(
    r"\s*\b(?:published|updated|posted|veröffentlicht|aktualisiert|publié|mis à jour)\b.*\Z", re.IGNORECASE
)
_JOIN = re.compile(
    r"\s*[;\n|•·]\s*|\s+(?:and|und|et|y|e|en|och|og|ja|i|и|та|ve|with|mit|&|\+)\s+|\s*、\s*|\s*，\s*|\s+[-–—]\s+"
)
_HANDLE = re.compile(r"\s+@\w+\Z")
_LABEL = re.compile(r"\A[^:：]{2,30}[:：]\s*(?=[^\W\d_])")  # no name has a colon
_NO_LETTERS = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?:|www\.|\A@|\S@\S|\[email|\.(?:com|org|net|php|html?)\b(?=/)", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"\A(?:(?:word|wp)[\s_-]?press)?(?:[\s_-]*(?:super)?admin(?:istrator|s)?\d*)\Z|"
    r"\A(?:editor\d*|webmaster|root|user\d*|test|guest|author|autor|autorin|auteur|wordpress|null|undefined|text|"
    r"none|n/?a|anonymous|"
    r"name|see all|view all|more|share|follow|folgen|suivre|seguir|post|posted|published|publiziert|"
    r"veröffentlicht|publié|publicado|"
    r"comments?|on|am|by|von|par|team|profile|profil)(?: (?:on|am|le|el|by|von))?\Z",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\A(?:(?:the|our|chief|senior|junior|deputy|managing|executive|associate|assistant|contributing|special|"
    r"staff|freelance|"
    r"political|foreign|science|health|news|sports?|business|world|national|local|digital|online|web|"
    r"environment|technology|"
    r"culture|travel|investigations?|editorial|opinion|video|data|audience|features?|crime|education|in|at|for|"
    r"and|of)\s+){0,4}(?:\w+\s+)?"
    r"(?:journalist(?:in|a|e)?|reporters?|writers?|editors?|editor-in-chief|correspondents?|columnists?|"
    r"contributors?|"
    r"producers?|photographers?|intern|blogger|redakteur(?:in)?|chefredakteur(?:in)?|volontär(?:in)?|"
    r"korrespondent(?:in)?|"
    r"reporter(?:in)?|autor(?:in)?|journaliste|rédacteur|rédactrice|redactora?|periodista|giornalista|redattore|"
    r"dziennikarz|журналист|корреспондент|toimittaja|muhabir)"
    r"(?:\s+(?:at|for|of|in|bei|für|der|des|im)\s+.*)?\Z|"
    r"\A(?:journalist|staff|agencies|staff (?:and|&) agencies|(?:web|news|online)\s?desk|freelancer?|"
    r"gastautor(?:in)?)\Z",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"(?<=\w\s)(?:journalist(?:in)?|reporter(?:in)?|editor|correspondent|autor(?:in)?|author|redakteur(?:in)?)\Z",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r",\s*(?=(?:Jr|Sr|Ph\.?\s?D|M\.?D|MPH|MBA|MSc|BSc|RN|Esq|II|III|IV)\b\.?)")
_DEGREE = re.compile(r",?\s+(?:Ph\.?\s?D|M\.?D|MPH|MBA|MSc|BSc|RN)\b\.?(?=\s|,|\Z)")
_SURNAMES = re.compile(r"\A[^\W\d_][\w'’-]*\Z")
_CJK_FOOT = re.compile(r"[（(【\s](?:责编|责任编辑|作者|记者|記者|編集)\s*[:：]\s*([^（()）【】]{2,30})[)）】]\s*\Z")
_FOOT = re.compile(r"\A\s*(?:[-–—]{1,3}|―)\s*(.{3,60}?)\s*\.?\Z")
_OPENING = re.compile(r"\A\s*(?:(?:posted |written )?by|von|par|por)\s+(.{4,90}?)\s*\Z", re.IGNORECASE)
_ALSO_FOOT = re.compile(
    r"\A\s*\(?(?:(?:text|autor(?:in)?|auteur|autore|author|written by|reporting by|"
    r"story by)\s*:?)\s+(.{4,90}?)\)?\.?\Z",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"\A(?:[A-Z]{2,6}|dpa(?:-\w+)?|epd|sid|kna|afp|ap|efe|ansa|lusa|belga|anp|ntb|tt|apa|sda|reuters|tass|\w+/\w+)\Z"
)


def names(values: Iterable[str], brands: Collection[str] = ()) -> tuple[str, ...]:
    """Give the names in bylines one by one; ``brands`` are the outlet's own names as ``key`` gives them.

    >>> names(["By Ann Lee and Bo Ek, Staff Writer", "admin"])
    ('Ann Lee', 'Bo Ek')
    """
    parts = [part for value in values for part in _split(_opened(value))]
    found: dict[str, str] = {}
    for part in parts:
        name = _bare(part)
        if name and is_name(name) and key(name) not in brands:
            found.setdefault(key(name), name)
    return tuple(found.values())[:_ALL]


def is_name(text: str) -> bool:
    """Tell whether a text may be the name of a person, a desk or an agency."""
    return (
        1 < len(text) <= _LONGEST
        and len(text.split()) <= _WORDS + 2
        and _LETTERS.search(text) is not None
        and not _ADDRESS.search(text)
        and not _ACCOUNT.match(text)
        and not _ROLE.match(text)
    )


def key(text: str) -> str:
    """Give a name as it is compared: letters and digits only, without case."""
    return _NO_LETTERS.sub("", text.casefold())


def foot(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Give the names of a byline that stands as a paragraph of its own, at the foot or the head of the text."""
    for paragraph in reversed(paragraphs[-_FEET:]):
        if signed := _CJK_FOOT.search(paragraph[-60:]):
            return names([signed[1]])
        match = _FOOT.match(paragraph) or _ALSO_FOOT.match(paragraph)
        if match and (found := _persons(match[1])):
            return found
    for paragraph in paragraphs[:2]:
        match = _OPENING.match(paragraph)
        if match and (found := _persons(match[1])):
            return found
    return ()


def _persons(text: str) -> tuple[str, ...]:
    """Give names only where all that is written are names: capitals, no sentence."""
    found = names([text])
    sound_names = all(
        2 <= len(name.split()) <= _WORDS and all(word[:1].isupper() or word in _PARTICLES for word in name.split())
        for name in found
    )
    return found if found and sound_names and not text.rstrip(".").count(". ") else ()


_PARTICLES = frozenset(
    (
        "van",
        "von",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "bin",
        "al",
        "el",
        "zu",
        "ten",
        "ter",
        "and",
        "und",
    )
)


def _opened(value: str) -> str:
    text = sound(unescape(unescape(value)))[:2000]
    return "\n".join(squeezed(line) for line in text.split("\n"))


def _split(text: str) -> list[str]:
    """Part names that are joined; commas part only whole names, so that "Surname, First" stays one."""
    text = _DATED.sub("", _CJK_LEAD.sub("", _LEAD.sub("", text.strip())).strip())
    parts: list[str] = []
    for joined in _JOIN.split(_SUFFIX.sub(" ", text)):
        pieces = [each for each in (part.strip() for part in re.split(r",(?=\s)|,(?=[^\W\d_])", joined)) if each]
        if len(pieces) == 2 and all(_SURNAMES.match(each) for each in pieces) and not any(map(_AGENCY.match, pieces)):
            parts.append(", ".join(pieces))
        elif len(pieces) > 1:
            parts += pieces
        else:
            slashed = [each.strip() for each in joined.split("/")]
            whole = all(len(each.split()) >= 2 or _AGENCY.match(each) for each in slashed)
            parts += slashed if whole and any(" " in each for each in slashed) else [joined.strip()]
    return parts


def _bare(part: str) -> str:
    """Take off what is no name, until nothing more comes off."""
    before = None
    while part != before:
        before = part
        part = squeezed(_CJK_LEAD.sub("", _LEAD.sub("", part)))
        part = _FURTHER.sub("", _DATED.sub("", part))
        part = re.sub(r"\s*\((?:[^()]*)\)\s*\Z", "", part) if not part.startswith("(") else part.strip("()")
        part = "" if _ROLE.match(part) else _TITLED.sub("", part)
        part = _LABEL.sub("", _HANDLE.sub("", part))
        part = _DEGREE.sub("", part).strip(' ,;:|/-–—•·*"“”„«»')
    return part
