"""What kind of source a link leads to, where its host is on no list. Pure.

By the host's own words, then by what its path looks like: a guess, and meant to be a careful one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from archive.links import is_shortener, registrable
from archive.model import Category

_OFFICIAL = re.compile(
    r"(?:.*\.)?(?:gov|mil|int|gov\.[a-z]{2}|mil\.[a-z]{2}|gob\.[a-z]{2}|gouv\.[a-z]{2}|gov\.[a-z-]{2,}|govt\.nz"
    r"|go\.(?:jp|kr|th|id|ug|ke|tz)"
    r"|gc\.ca|canada\.ca|admin\.ch|bund\.de|bundestag\.de|bundesregierung\.de|europa\.eu|un\.org|nhs\.uk|police\.uk"
    r"|parliament\.uk|state\.[a-z]{2}\.us|gub\.uy|guv\.ro|government\.\w+|kremlin\.ru|mil\.ru|mid\.ru|gov\.uk"
    r"|regeringen\.se"
    r"|bundesbank\.de|polizei\.\w+|polizei-\w+\.de|worldbank\.org|imf\.org|oecd\.org|icc-cpi\.int|osce\.org"
    r"|whitehouse\.gov)"
)
_SOCIAL = frozenset(
    "facebook.com fb.com fb.me twitter.com x.com t.co instagram.com youtube.com youtu.be youtube-nocookie.com "
    "tiktok.com "
    "vk.com ok.ru t.me telegram.me telegram.org reddit.com redd.it linkedin.com lnkd.in pinterest.com tumblr.com "
    "snapchat.com "
    "whatsapp.com wa.me threads.net threads.com bsky.app bsky.social mastodon.social truthsocial.com gab.com "
    "parler.com "
    "flickr.com vimeo.com soundcloud.com spotify.com twitch.tv discord.com discord.gg weibo.com weibo.cn wechat.com "
    "patreon.com linktr.ee disqus.com giphy.com imgur.com periscope.tv pscp.tv rumble.com odysee.com bitchute.com "
    "dailymotion.com quora.com signal.me line.me viber.com rutube.ru dzen.ru xing.com medium.com substack.com "
    "messenger.com myspace.com clubhouse.com gettr.com pic.twitter.com mixcloud.com wattpad.com goodreads.com".split()
)
_OTHER = frozenset(
    # shops, stores and forms
    "amazon.com amzn.to a.co ebay.com apple.com apple.news google.com goo.gl googleusercontent.com page.link "
    "microsoft.com etsy.com "
    "walmart.com target.com bestbuy.com alibaba.com aliexpress.com gofundme.com kickstarter.com indiegogo.com "
    "change.org "
    "eventbrite.com ticketmaster.com paypal.com eepurl.com mailchi.mp list-manage.com typeform.com surveymonkey.com "
    "airbnb.com booking.com tripadvisor.com yelp.com netflix.com hulu.com disneyplus.com hbo.com hbomax.com max.com "
    # reference works, documents, archives, data
    "wikipedia.org wikimedia.org wikidata.org wiktionary.org archive.org archive.is archive.ph archive.today perma.cc "
    "imdb.com rottentomatoes.com metacritic.com boxofficemojo.com britannica.com merriam-webster.com dictionary.com "
    "documentcloud.org scribd.com issuu.com slideshare.net dropbox.com box.com wetransfer.com courtlistener.com "
    "justia.com "
    "github.com github.io gitlab.com sourceforge.net stackoverflow.com openstreetmap.org worldometers.info "
    "statista.com "
    "creativecommons.org gettyimages.com shutterstock.com alamy.com adobe.com genius.com discogs.com last.fm "
    "prnewswire.com businesswire.com globenewswire.com presseportal.de accesswire.com newswire.com newswire.ca "
    "einpresswire.com "
    # learning
    "doi.org nature.com sciencemag.org science.org cell.com thelancet.com nejm.org bmj.com jamanetwork.com pnas.org "
    "plos.org "
    "sciencedirect.com springer.com springeropen.com wiley.com tandfonline.com sagepub.com oup.com cambridge.org "
    "jstor.org "
    "arxiv.org biorxiv.org medrxiv.org ssrn.com researchgate.net academia.edu frontiersin.org mdpi.com acs.org rsc.org "
    "iop.org aps.org ieee.org acm.org crossref.org semanticscholar.org royalsocietypublishing.org elifesciences.org "
    "onlinelibrary.wiley.com nber.org".split()
)
_LEARNED = re.compile(
    r"(?:.*\.)?(?:edu|edu\.[a-z]{2}|ac\.[a-z]{2}|museum)|.*\.uni-[\w-]+\.de|uni-[\w-]+\.de|tu-[\w-]+\.de"
)
_NGO = re.compile(
    r"(?:.*\.)?ngo|(?:[\w-]*\.)*(?:amnesty|hrw|oxfam|greenpeace|icrc|ifrc|redcross|savethechildren|msf|rsf|cpj|aclu"
    r"|wwf)\.\w+"
)

_MEDIA_ANYWHERE = re.compile(
    r"news|tribune|gazett|chronicle|herald|observer|examiner|inquirer|enquirer|dispatch|courier|sentinel|bulletin"
    r"|advertiser|telegraph|zeitung|nachricht|anzeiger|kurier|rundschau|allgemeine|tagblatt|tageblatt|morgenpost|merkur"
    r"|lematin|lemonde|figaro|quotidien|diario|periodico|noticia|prensa|elmundo|elpais|nacion|giornale|gazzetta"
    r"|corriere"
    r"|jornal|folha|gazeta|novosti|pravda|vesti|izvesti|vedomosti|dagblad|dagbladet|nieuws|telegraaf|tidning"
    r"|aftonblad|nyheter|haber"
    r"|gazete|khabar|akhbar|alarab|reporter|newspaper|magazine|journalist|broadcast|insider|nowosti|intelligencer"
)
_MEDIA_EDGE = re.compile(
    r"^(?:the)?(?:daily|news|times|weekly|radio|thelocal)(?=[\w-]{3})"
    r"|(?:times|post|daily|press|presse|journal|weekly|today|tv|radio|mirror|mail|star|sun|globe|record|standard"
    r"|independent|guardian|mercury|ledger|register|argus|review|reviews|week|wire|mag|fm|media|online24|leader"
    r"|republic"
    r"|democrat|statesman|planet|beacon|banner|pilot|argonaut|blatt|posten|bladet|avis|avisa|echo|punch|vanguard"
    r"|nation|monitor|digest|report|reports|hoy|patch|scoop|eagle|spectator|wochenblatt)$"
)
_CALL_SIGN = re.compile(
    r"(?:[kw](?!iki)[a-z]{3}(?:tv|radio|news|\d{1,2})?|(?:abc|nbc|cbs|fox|cw|kiro|king|channel|news|wral"
    r"|wgn)\d{1,2}\w*|\w+\d{1,2}news|\w*radio\w*)"
)
_DATED = re.compile(
    r"/(?:19|20)\d{2}[/-](?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[/-](?:[0-3]?\d/)?|\b)"
    r"|/20\d{6}/|-20\d{6}(?:\b|-)"
)
_SECTION = re.compile(
    r"/(?:articles?|stor(?:y|ies)|politics|opinions?|sports?|world|entertainment|lifestyle|culture|local|crime"
    r"|national|international|nation|nachrichten|politik|wirtschaft|panorama|noticias?|politica|mundo|sociedad|nacional"
    r"|internacional|actualites?|politique|monde|societe|cronaca|esteri|interviews?|features?|columns?|editorials?"
    r"|a)(?:/|-|\.|\Z)"
)
_NEWS_SECTION = re.compile(r"/news(?:/|-|\Z)")
_HOUSE = re.compile(
    r"/(?:press(?:-?(?:release|room|kit|center|centre))?s?|newsroom|media-?(?:room|center|centre|release)s?"
    r"|about(?:-us)?|products?"
    r"|shop|store|investors?|ir|careers|contact|legal|terms|privacy|help|support|docs|dp|buy|cart|deals?|affiliate"
    r"|presse|impressum"
    r"|wp-content|download|downloads|pdf|files?|static|assets|images?|events?|tickets?|donate|member|portal|login"
    r"|register|search|questions)(?:/|\.|\Z)",
)
_HOUSE_HOST = re.compile(
    r"(?:ir|investors?|newsroom|press|shop|store|support|help|docs|developers?|blogs?|about|careers|events|tickets"
    r"|forums?|community"
    r"|apps|download|static|assets|cdn|cloud|play|go|link|links|click|email|api|status|labs?|research|wiki|search"
    r"|data|maps?|art)\."
)
_HOUSE_WORDS = re.compile(
    r"\b(?:web\s*site|homepage|(?:press\s+)?release|statement|petition|study|studies|research|paper|bill|lawsuit"
    r"|complaint|filing|letter"
    r"|document|survey|data|blog|app|tickets?|buy|shop|product|fund|campaign|donat\w+|studie|erklärung|webseite"
    r"|étude|estudio)s?\b",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|gif|mp3|mp4|csv|apk|exe|webp)\Z")
ENOUGH = 2
"""What a host's evidence must come to."""

_SHORT_FOR = {
    "nyti.ms": "nytimes.com", "wapo.st": "washingtonpost.com", "cnn.it": "cnn.com", "bbc.in": "bbc.com",
    "reut.rs": "reuters.com",
    "bloom.bg": "bloomberg.com", "on.wsj.com": "wsj.com", "on.ft.com": "ft.com", "econ.st": "economist.com",
    "gu.com": "theguardian.com", "n.pr": "npr.org", "politi.co": "politico.com", "huff.to": "huffpost.com",
    "nbcnews.to": "nbcnews.com", "abcn.ws": "abcnews.go.com", "cbsn.ws": "cbsnews.com", "usat.ly": "usatoday.com",
    "lat.ms": "latimes.com", "nydn.us": "nydailynews.com", "thebea.st": "thedailybeast.com", "spon.de": "spiegel.de",
    "sz.de": "sueddeutsche.de", "sptnkne.ws": "sputniknews.com", "apne.ws": "apnews.com",
}  # fmt: skip


def whose(host: str) -> str:
    """Give the host that a publisher's own short links stand for, else the host itself."""
    return _SHORT_FOR.get(host, host)


def category(target: str, anchor: str = "", *, is_told: bool = False, is_named: bool = False) -> Category:
    """Tell what a URL's host is. ``is_told``: its anchor or the words at it report; ``is_named``: they name it."""
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").lower().rstrip(".").removeprefix("www.")
    except ValueError:
        return "other"
    base = registrable(host)
    if _OFFICIAL.fullmatch(host):
        return "official"
    if host in _SOCIAL or base in _SOCIAL:
        return "social"
    if host in _OTHER or base in _OTHER or _LEARNED.fullmatch(host) or is_shortener(host):
        return "other"
    if _NGO.fullmatch(host):
        return "ngo"
    path = parts.path.lower().rstrip("/")
    score = _of_host(host, base) + _of_path(path) + (1 if is_told else 0) + (3 if is_named else 0)
    if _HOUSE_WORDS.search(anchor):
        score -= 1
    if _FILE.search(path):
        score -= 3
    return "media" if score >= ENOUGH else "other"


def has_media_word(host: str) -> bool:
    """Tell whether a domain's name says that it is of the press."""
    return _of_host(host, registrable(host)) >= ENOUGH


def _of_host(host: str, base: str) -> int:
    label = base.partition(".")[0]
    score = 0
    if (
        _MEDIA_ANYWHERE.search(label)
        or (_MEDIA_EDGE.search(label.replace("-", "")) and len(label) > 4)
        or _CALL_SIGN.fullmatch(label)
        or base.endswith((".tv", ".fm", ".news", ".radio", ".press", ".media"))
    ):
        score += 2
    if host.startswith(("news.", "edition.", "en.", "english.", "mobile.", "amp.", "m.")) and host != base:
        score += 1
    if _HOUSE_HOST.match(host) and host != base:
        score -= 2
    if base.endswith((".blogspot.com", ".wordpress.com", ".github.io", ".medium.com", ".tumblr.com", ".substack.com")):
        score -= 2
    if base.endswith((".org", ".info", ".io", ".dev", ".app", ".shop", ".travel", ".foundation", ".museum")):
        score -= 1
    return score


def _of_path(path: str) -> int:
    if not path:
        return -2
    if _HOUSE.search(path):
        return -2
    score = 0
    dated = _DATED.search(path)
    if dated:
        score += 2 if dated[0].strip("/-").count("/") == 2 or dated[0].strip("/-").isdigit() else 1
    if "/blog/" in path or path.startswith("/blog"):
        score -= 1
    if _SECTION.search(path):
        score += 1
    if _NEWS_SECTION.search(path):
        score += 1
    last = re.sub(r"\.\w{2,5}\Z", "", path.rpartition("/")[2])
    if last.count("-") + last.count("_") >= 3 and len(last) > 20:
        score += 1
    return score
