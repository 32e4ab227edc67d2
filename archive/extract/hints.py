"""Words by which pages tell their furniture from their story: class names, prompts, notices of rights. Pure.

Structure is asked first; these are for where it cannot tell.
"""

from __future__ import annotations

from functools import lru_cache

# What publishers call the things around and inside a story; English is the language of class names. Looked for in names
# without their hyphens and underlines; words in the second row must stand alone.
_HINTS = (
    ("caption", ("caption", "credit", "imagedesc", "photo", "picture", "slide", "gallery", "legend"), ("media",)),
    ("author", ("author", "byline", "contributor", "profile", "writer"), ("bio",)),
    ("lead", ("standfirst", "summary", "intro", "preface", "excerpt", "description", "teasertext", "subhead",
     "subtitle"),
     ("dek", "deck", "lead", "lede")),
    ("related", ("relat", "recirc", "readmore", "readnext", "readalso", "morefrom", "moreon", "morestor", "popular",
                 "trending", "latest", "recommend", "teaser", "promo", "outbrain", "taboola", "listing", "nextarticle",
                 "otherarticle", "furtherarticle", "nextstor", "otherstor", "seealso", "collection", "carousel",
                 "swiper", "sidebar"), ("card", "most")),
    ("asking", ("newsletter", "subscri", "signup", "regist", "paywall", "donat", "support", "member", "premium",
                "offer", "login", "follow", "share", "social", "whatsapp", "feedback", "poll", "survey"), ("cta",)),
    ("comment", ("comment", "disqus", "discuss", "reply", "replies", "respond"), ()),
    ("notice", ("copyright", "disclaim", "licen", "legal", "correction", "cookie", "consent", "keyword", "breadcrumb",
                "date", "timestamp", "footer", "sponsor", "advert", "print"),
     ("tag", "tags", "meta", "info", "ad", "ads")),
    ("embed", ("tweet", "twitter", "instagram", "facebook", "embed", "tiktok", "youtube"), ()),
    ("inset", ("pullquote", "factbox", "infobox", "widget", "inset", "callout", "aside", "module"), ("box",)),
    ("story", ("paragraph", "articlebody", "articletext", "storybody", "storytext", "prose", "richtext",
     "entrycontent"),     ()),
)  # fmt: skip
_PARTED = str.maketrans("_-:[]", "     ")
# Words of a prompt, not of a story, in the languages of most news.
_ASKING = (
    "subscri", "sign up", "newsletter", "inbox", "follow us", "follow @", "follow him", "follow her", "click here",
    "read more", "read also", "also read", "see also", "more from", "related", "recommended", "advertis", "download",
    "comment", "support us", "become a", "watch:", "listen:", "abonn", "anmeld", "lesen sie", "mehr zum", "lies auch",
    "lire aussi", "à lire", "lea también", "leer también", "suscr", "leia também", "leia mais", "assine", "leggi anche",
    "iscriv", "lees ook", "läs ", "les også", "læs også", "czytaj", "zobacz", "читайте", "подпи", "підпи", "会員",
    "登録", "関連", "订阅", "相关", "관련", "اقرأ", "okuyun", "lue myös",
)  # fmt: skip
_RIGHTS = (
    "©", "copyright", "all rights reserved", "alle rechte", "tous droits", "derechos reservados", "reproduc", "reprint",
    "無断", "무단", "재배포", "版权", "版權", "originally published", "first published", "originally appeared",
    "contributed to this", "photo:", "image:", "credit:", "bild:", "foto:", "photo by", "getty", "shutterstock",
)  # fmt: skip


@lru_cache(maxsize=4096)
def hinted(name: str) -> tuple[str, ...]:
    """Give what the class and id of an element hint at: ``"caption"``, ``"author"``, ``"related"`` ..."""
    parted = name.lower().translate(_PARTED)
    words, joined = parted.split(), parted.replace(" ", "")
    return tuple(
        hint
        for hint, parts, whole in _HINTS
        if any(part in joined for part in parts) or any(word in words for word in whole)
    )


def asks(lower: str) -> bool:
    """Tell whether a text, in lower case, is one that asks the reader to do something."""
    return any(word in lower for word in _ASKING)


def rights(lower: str) -> bool:
    """Tell whether a text, in lower case, speaks of rights, origins or pictures."""
    return any(word in lower for word in _RIGHTS)
