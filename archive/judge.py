"""What a capture is: article, index, wall, error or nothing to read. Pure; the rules are few and each gives its reason.

Walls and errors are told by words and marks together with the want of text: an article about cookies, or one that
carries a consent banner, stays an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.model import Extraction, Truncation, Verdict

HTML = ("text/html", "application/xhtml+xml")

_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"\w+(?:[’'.-]\w+)*")


def size(text: str) -> int:
    """Count the words of a text; where words are not parted by blanks two characters count as one."""
    if text.isascii():
        return len(_WORD.findall(text))
    wide = len(_WIDE.findall(text))
    return (wide + 1) // 2 + len(_WORD.findall(_WIDE.sub(" ", text) if wide else text))


def sizes(texts: Sequence[str]) -> int:
    """Count the words of texts that stand apart."""
    whole = "\n".join(texts)
    return size(whole) if whole.isascii() or not _WIDE.search(whole) else sum(map(size, texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was counted on a page.

    ``words`` can be seen, ``linked_words`` of them inside links. ``opening`` is the first text. ``teasers`` counts
    links that stand like a headline with some words below, ``posts`` those that are headings with a post below;
    ``largest_stretch`` is the words between two such links, ``stretch_words`` those of all. ``marks`` are addresses of
    scripts and frames and names of the page's uppermost elements. ``article``, ``listing`` and ``paid`` are what the
    page claims in its metadata.
    """

    title: str = ""
    headings: tuple[str, ...] = ()
    opening: str = ""
    words: int = 0
    linked_words: int = 0
    links: int = 0
    teasers: int = 0
    posts: int = 0
    largest_stretch: int = 0
    stretch_words: int = 0
    scripts: int = 0
    noscript: str = ""
    marks: tuple[str, ...] = ()
    password: bool = False
    article: bool = False
    listing: bool = False
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, how sure it is (0 to 1), and why."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...]


def judge(
    *,
    url: str,
    status: int | None,
    mime: str | None,
    facts: Facts | None,
    extraction: Extraction | None,
    truncated: Truncation | None = None,
) -> Judgement:
    """Say what a capture is; ``facts`` is None where there was no tree to count on."""
    if status is not None and not 200 <= status < 300:
        return _by_status(status, facts)
    if facts is None:
        if mime is not None and mime not in HTML:
            return _sure("other", f"{mime} is not a page of text")
        return _sure("empty", "there is nothing in it")
    if truncated is not None:
        return _sure("error", f"the capture ends early ({truncated})")
    text = _Text.of(facts, extraction)
    return (
        _nothing(facts, text)
        or _wall(facts, text)
        or _not_found(facts, text)
        or _paywall(facts, text)
        or _article_or_index(url, facts, text, extraction)
    )


def _sure(verdict: Verdict, *reasons: str, score: float = 1.0) -> Judgement:
    return Judgement(verdict=verdict, score=score, reasons=reasons)


def _by_status(status: int, facts: Facts | None) -> Judgement:
    told = f"status {status}"
    if facts is not None and status in (403, 429, 503) and (mark := _bot_mark(facts)):
        return _sure("bot wall", told, mark)
    if status == 402:
        return _sure("paywall", told)
    return _sure("error" if status >= 400 else "other", told)


@dataclass(frozen=True, slots=True)
class _Text:
    """What was read: words outside links, paragraphs of some length, words of the longest, the words themselves."""

    words: int
    long: int
    longest: int
    whole: str

    @staticmethod
    def of(facts: Facts, extraction: Extraction | None) -> _Text:
        paragraphs = () if extraction is None else extraction.paragraphs
        linked = 0 if extraction is None else sum(size(link.text) for link in extraction.links)
        lengths = [size(paragraph) for paragraph in paragraphs]
        # An extractor in want of text takes lists of links and drops the links: the page knows how much is none.
        words = max(0, min(sum(lengths) - linked, facts.words - facts.linked_words))
        return _Text(
            words=words,
            long=sum(each >= LONG for each in lengths) if words >= LONG else 0,
            longest=min(words, max(lengths, default=0)),
            whole=" ".join(paragraphs),
        )


LONG = 20
"""Words from which a paragraph is prose, not a label."""

SHORT = 120
"""Words below which a text may be a wall's own; most articles have more."""

# ------------------------------------------------------------------------------------------- nothing, walls, errors

_NEEDS_SCRIPT = re.compile(
    r"(enable|turn on|requires?|need|without|activ\w*|habilit\w*|aktivier\w*|включите|schalten)\b.{0,40}java ?script"
    r"|java ?script\b.{0,40}(required|enabled|disabled|aktivier\w*|necesario|nécessaire|отключен)",
    re.IGNORECASE | re.DOTALL,
)


def _nothing(facts: Facts, text: _Text) -> Judgement | None:
    said = f"{facts.noscript} {facts.opening if facts.words < SHORT else ''}"
    if text.words < LONG and facts.words < SHORT and facts.scripts and _NEEDS_SCRIPT.search(said):
        if mark := _bot_mark(facts):
            return _sure("bot wall", mark)
        return _sure("script only", "it says that it needs scripts", f"{facts.words} words can be seen")
    if facts.words >= 5:
        return None
    if mark := _bot_mark(facts):
        return _sure("bot wall", mark)
    if facts.scripts:
        return _sure("script only", f"{facts.scripts} scripts and {facts.words} words", score=0.9)
    return _sure("empty", f"{facts.words} words can be seen")


_BOT_MARKS = (
    "challenge-platform/h/", "cf-challenge", "cf_chl", "challenge-form", "_incapsula_resource", "px-captcha",
    "perimeterx", "captcha-delivery", "datadome", "distil_", "ddos-guard", "projectshield", "sucuri_cloudproxy",
    "awswaf", "challenge.js", "kasada", "akam/", "geo.captcha",
)  # fmt: skip
_BOT_WORDS = re.compile(
    r"just a moment|attention required|checking (if|your browser|you are human|that you)|verify(ing)? (that )?you are"
    r"( a)? human|are you a (robot|human)|i.?m not a robot|not a bot\b|unusual (traffic|activity)|access (to this page "
    r"has been |is )?denied|pardon our interruption|ddos protection|request unsuccessful|security check|complete the "
    r"captcha|prove (that )?you are human|automated (access|requests|traffic)|you have been blocked|project shield"
    r"|bot protection|browser check",
    re.IGNORECASE,
)
_CONSENT_MARKS = (
    "consent-page", "cookiewall", "cookie-wall", "consent-wall", "consentpage", "gdpr-wall", "privacy-gate", "/consent",
    "collectconsent", "privacy-mgmt", "pur-abo", "purabo",
)  # fmt: skip
_CONSENT_WORDS = re.compile(
    r"cookies?\b|consent|we (value|care about|respect) your privacy|your privacy|before you continue|einwilligung"
    r"|datenschutz|zustimm\w+|akzeptieren|consentement|consentimiento|consenso|toestemming|samtyck\w+|samtykke"
    r"|куки|соглас\w+|zgod\w+|personal(i[sz]ed|ised)? (data|ads)|data protection|partners"
    r"|(accept|reject|agree to|allow) (all|cookies)|i agree|manage (your )?(options|preferences|choices)",
    re.IGNORECASE,
)


def _bot_mark(facts: Facts) -> str | None:
    for mark in _BOT_MARKS:
        if any(mark in each for each in facts.marks):
            return f"it carries {mark!r}"
    found = _BOT_WORDS.search(" ".join((facts.title, *facts.headings[:2], facts.opening)))
    return f"it says {found[0]!r}" if found else None


def _wall(facts: Facts, text: _Text) -> Judgement | None:
    """Find a page that is nothing but a wall: few words, and those of a wall."""
    if text.words >= 2 * SHORT:
        return None
    if text.words < 2 * LONG and facts.words < 2 * SHORT and not facts.article and (mark := _bot_mark(facts)):
        return _sure("bot wall", mark, f"{facts.words} words can be seen", score=0.9)
    top = " ".join((facts.title, *facts.headings[:2]))
    # Of so little text the extractor may have left out what matters: what can be seen first tells.
    read = text.whole if text.words >= LONG else facts.opening or text.whole
    words = [each[0].lower() for each in _CONSENT_WORDS.finditer(f"{top} {read}")]
    if not set(words) - {"cookie", "cookies"}:
        return None  # biscuits
    marked = next((mark for mark in _CONSENT_MARKS if any(mark in each for each in facts.marks)), None)
    titled = _CONSENT_WORDS.search(top)
    read_words = max(1, size(read))
    if len(words) >= 2 and not facts.article and (len(words) / read_words > 0.03) and (marked or titled):
        why = f"its {'title' if titled else 'form'} and text speak of consent"
        return _sure("consent", why, f"{text.words} words of text", score=0.9)
    if len(words) >= 3 and len(words) / read_words > 0.06 and facts.words < 2 * SHORT:
        return _sure("consent", f"{len(words)} of {read_words} words speak of consent", score=0.8)
    return None


_NOT_FOUND = re.compile(
    r"\b404\b|(page|article|story|post|content|file|document)\b.{0,30}\b(not (be )?(found|available|exist)|no longer"
    r"|has been (removed|deleted|moved)|does( not|n.t) exist|is gone|is missing)|not found|no such page|nothing found"
    r"|can.?t (be found|find (that|the|this)|seem to find)|couldn.t find|oops|seite (wurde )?nicht (gefunden|mehr)"
    r"|nicht gefunden|page (est )?introuvable|n.existe (pas|plus)|no (se ha )?encontrad[ao]|no existe|non trovat[ao]"
    r"|página não|não encontrad[ao]|niet gevonden|ikke funnet|ikke fundet|hittades inte|sidan finns inte|ei löydy"
    r"|не найден[ао]?|не существует|nie (została )?znaleziono|strony nie ma|nenalezena|bulunamadı|غير موجودة|找不到"
    r"|不存在|見つかりません|찾을 수 없",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(500|502|503|504)\b.{0,30}(error|gateway|unavailable|timeout)|internal server error|service unavailable|bad "
    r"gateway|database error|something went wrong|error establishing|under maintenance|site is down",
    re.IGNORECASE,
)


def _not_found(facts: Facts, text: _Text) -> Judgement | None:
    if text.words >= SHORT:
        return None
    for place, words in (("title", facts.title), *(("headline", each) for each in facts.headings[:2])):
        if found := _NOT_FOUND.search(words):
            return _sure("soft 404", f"its {place} says {found[0]!r}", f"{text.words} words of text", score=0.9)
        if size(words) <= 8 and (found := _ERROR.search(words)):
            return _sure("error", f"its {place} says {found[0]!r}", f"{text.words} words of text", score=0.9)
    if text.words < 2 * LONG and not facts.article and (found := _NOT_FOUND.search(facts.opening)):
        return _sure("soft 404", f"it says {found[0]!r}", f"{text.words} words of text", score=0.7)
    return None


_PAY_WORDS = re.compile(
    r"(subscribe|sign in|log in|register|become a (member|subscriber))\b.{0,40}\b(continue|read|unlock|access|full)"
    r"|(already a|for|only to) subscriber|subscribers only|subscriber.exclusive|members only|this (article|story) is"
    r" (reserved|exclusive|for)|start your (free )?trial|to (continue|keep) reading|unlock this|paywall|weiterlesen mit"
    r"|jetzt abonnieren|nur für abonnenten|article réservé|réservé aux abonnés|abonnez-vous|exclusivo para suscriptores"
    r"|suscríbete|solo per abbonati|abbonati per|alleen voor abonnees|для подписчиков|оформите подписку|会員限定"
    r"|有料会員",
    re.IGNORECASE,
)


def _paywall(facts: Facts, text: _Text) -> Judgement | None:
    """Find a text that stops at a demand to pay; a whole article may say that it is not free."""
    if text.words >= SHORT:
        return None
    found = _PAY_WORDS.search(text.whole) or (_PAY_WORDS.search(facts.opening) if facts.words < 2 * SHORT else None)
    if facts.paid:
        return _sure("paywall", "it says it is not free", f"{text.words} words of text", score=0.9)
    if found and (facts.article or facts.headings):
        return _sure("paywall", f"it says {found[0]!r}", f"{text.words} words of text", score=0.8)
    return None


# ------------------------------------------------------------------------------------------------- article or index

_LISTING = re.compile(
    r"/(tags?|topics?|categor(y|ies)|categoria|kategorie|sections?|authors?|search|page|label|rubrik|thema)"
    r"(/[^/]*){0,2}/?\Z|/archives?(/\d{1,4}){0,3}/?\Z|/page/\d+/?\Z|\A/(19|20)\d\d(/\d\d?){0,2}/?\Z|/(19|20)\d\d/\d\d(_archive)?\.html\Z",
    re.IGNORECASE,
)
_LISTING_QUERY = re.compile(r"(\A|&)((s|q)=\D|(paged?|cat|tag|author)=|m=\d{4})", re.IGNORECASE)
_HOME = re.compile(r"/?((index|default|home)(\.\w+)?|[a-z]{2}(-[a-z]{2})?)?/?\Z", re.IGNORECASE)


def _article_or_index(url: str, facts: Facts, text: _Text, extraction: Extraction | None) -> Judgement:
    """Weigh what speaks for an article against what speaks for a list of them."""
    path, query = _path_and_query(url)
    dated = extraction is not None and extraction.published is not None
    signed = extraction is not None and bool(extraction.bylines)
    spread = facts.teasers >= 4 and facts.largest_stretch < 0.5 * facts.stretch_words
    thin = facts.links >= 15 and facts.linked_words > 0.5 * max(1, facts.words)
    for_article = [
        (2.0, facts.article, "it says it is an article"),
        (
            2.0,
            text.words >= SHORT and (text.long >= 2 or text.longest >= SHORT),
            f"{text.words} words, {text.long} paragraphs of prose",
        ),
        (1.0, text.words >= 2 * LONG and text.long >= 1, "it has a paragraph of prose"),
        (1.0, len(facts.headings) == 1, "it has one headline"),
        (0.5, dated, "it has a date"),
        (0.5, signed, "it has a byline"),
    ]
    for_index = [
        (10.0, bool(_HOME.match(path)) and not query, "its URL is that of a front page"),
        (3.0, bool(_LISTING.search(path) or _LISTING_QUERY.search(query)), "its URL is that of a list"),
        (1.5, facts.listing and not facts.article, "it says it is a list or a site"),
        (1.0 if facts.article else 4.0, facts.posts >= 3, f"it has {facts.posts} posts under headlines that are links"),
        (2.5, spread, f"its text is spread over {facts.teasers} entries"),
        (1.5, spread and facts.largest_stretch < SHORT, "no entry is long"),
        (1.5, thin, "most of its words are links"),
    ]
    article, why_article = _weighed(for_article)
    index, why_index = _weighed(for_index)
    if index >= article and index >= 2:
        return _sure("index", *why_index, score=_share(index, article))
    enough = text.words >= (LONG if facts.article and (dated or signed) else 2 * LONG)
    if enough and article >= 2.5 and (facts.article or text.long >= 1):
        return _sure("article", *why_article, score=_share(article, index))
    return _sure("other", f"{text.words} words of text", *why_article, score=0.5)


def names_list(url: str) -> bool:
    """Tell whether a URL is that of a front page or a list of articles."""
    path, query = _path_and_query(url)
    return (bool(_HOME.match(path)) and not query) or bool(_LISTING.search(path) or _LISTING_QUERY.search(query))


def _path_and_query(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return parts.path, parts.query


def _weighed(rules: list[tuple[float, bool, str]]) -> tuple[float, tuple[str, ...]]:
    held = [(weight, why) for weight, holds, why in rules if holds]
    return sum(weight for weight, _ in held), tuple(why for _, why in held)


def _share(ours: float, theirs: float) -> float:
    return round(ours / (ours + theirs), 2)
