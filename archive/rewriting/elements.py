"""An archived page written anew for safe replay from its tree, element by element. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from archive.extract.page import base_of, squeezed
from archive.rewriting import markup
from archive.rewriting.attributes import PICTURE, SIZE, STYLE_SHEET, Attributes, escaped, is_tiny
from archive.rewriting.css import Part, Target
from archive.rewriting.pictures import Picture, Shown, candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A page as it is served, in UTF-8, with what it needs to be shown (each once, in order) and its title.

    Of a picture offered in several sizes, those that the archive has are parts; where it has none, one is.
    ``cut`` is true where the page is nested deeper than the parser reads, so that its end may be missing.
    """

    html: bytes
    parts: tuple[Part, ...]
    missing: tuple[Part, ...]
    title: str
    cut: bool = False


_DEEPEST = 2048
"""Elements in each other that libxml2 reads at most, whatever it is told; browsers lay out 512."""

_Opener = Callable[[HtmlElement, str], str | None]


class Document(Attributes):
    """A page while it is written: what was written, what it needs, and where it waits for what the archive has."""

    def __init__(self, tree: HtmlElement, url: str, *, part: Target, link: Callable[[str], str]) -> None:
        super().__init__(url=url, base=base_of(tree, url), part=part, link=link)
        self.tree = tree
        self.style = -1
        self.deepest = 0
        self.within: set[HtmlElement] = set()
        self.title: str | None = None
        self.noted = False
        self.picture: tuple[HtmlElement, Picture] | None = None
        self.late: set[str] = set()
        self.early: set[str] = set()
        self.openers: dict[str, _Opener | None] = {
            **dict.fromkeys(markup.GONE, self.gone),
            **dict.fromkeys(markup.EMBEDDED, self.embedded),
            **dict.fromkeys(markup.TEXT_ONLY, self.text_only),
            **dict.fromkeys(markup.RENAMED, self.raw),
            **dict.fromkeys(markup.PICTURES, self.shown),
            "html": self.html, "head": self.head, "body": self.body, "meta": self.meta, "link": self.linked,
            "style": self.sheet, "noscript": self.noscript, "template": self.template, "form": self.form,
            "iframe": self.frame, "frame": self.frame, "picture": self.chosen, "source": self.source,
        }  # fmt: skip

    def walk(self, *, standard: bool) -> None:
        """Write the whole tree. A paragraph that a browser ends earlier than libxml2 gets no second end."""
        out, openers = self.out, self.openers
        ends_p = markup.ENDS_P | {"table"} if standard else markup.ENDS_P
        closings: list[str] = []
        paragraphs: list[int] = []
        walker = etree.iterwalk(self.tree, events=("start", "end"))
        for event, element in walker:
            if event == "end":
                closing = closings.pop()
                if closing:
                    out.append(closing)
                if (depth := len(closings)) >= self.deepest:
                    self.deepest = depth + 1
                if paragraphs and (paragraphs[-1] == depth or paragraphs[-1] == ~depth):
                    paragraphs.pop()
                if (tail := element.tail) and depth:
                    out.append(escaped(tail))
                continue
            tag: str = element.tag  # type: ignore[assignment]  # neither comments nor instructions are parsed
            if tag in ends_p and paragraphs and paragraphs[-1] >= 0:
                closings[paragraphs[-1]] = ""
            if tag == "p":
                paragraphs.append(len(closings))
            elif tag in markup.P_SCOPE:
                paragraphs.append(~len(closings))
            if tag not in openers:
                openers[tag] = self.stranger(tag)
            if (opener := openers[tag]) is not None:
                ended = opener(element, tag)
                if ended is None:
                    closings.append("")
                    walker.skip_subtree()
                    continue
                closings.append(ended)
            else:
                self.start(element, tag)
                closings.append("" if tag in markup.VOID else f"</{tag}>")
            if text := element.text:
                out.append(escaped(text))

    def finished(self, kind: str, missing: Callable[[Sequence[Part]], Collection[str]]) -> Rewritten:
        """Ask once what the archive has not, and fill in what depended on it."""
        asked: dict[str, Part] = {}
        for want in self.wanted:
            for url in (want.url,) if isinstance(want, Part) else want.named():
                asked.setdefault(url, want if isinstance(want, Part) else Part(url=url, modifier="im_"))
        absent = frozenset(missing(tuple(asked.values()))) if asked else frozenset()
        needed: dict[str, Part] = {}
        marked = self.noted
        for want in self.wanted:
            if isinstance(want, Part):
                needed.setdefault(want.url, want)
                continue
            for slot, text in want.written(absent, lambda url: self.part(url, "im_")):
                self.out[slot] = text
                marked = marked or text.endswith("-missing")
            for url in want.needed(absent):
                needed.setdefault(url, asked[url])
        if marked and self.style >= 0:
            self.out[self.style] = markup.STYLE
        parts = tuple(needed.values())
        return Rewritten(
            html=(kind + "".join(self.out)).encode("utf-8", "replace"),
            parts=parts,
            missing=tuple(each for each in parts if each.url in absent),
            title=self.title or "",
            cut=self.deepest >= _DEEPEST,
        )

    # -- elements: each gives its end tag, or None where its content is not to be written

    def start(self, element: HtmlElement, tag: str, more: str = "") -> None:
        self.out.append(f"<{tag}")
        self.attributes(element, tag)
        self.out.append(f"{more}>")

    def gone(self, element: HtmlElement, tag: str) -> str | None:
        return None

    def stranger(self, tag: str) -> _Opener | None:
        """Give what is done with an element no table names; with a prefix it is one of theirs to readers of XML."""
        if not markup.TAG.match(tag):
            return self.unnamed
        return self.gone if tag.rpartition(":")[2] in markup.GONE else None

    def unnamed(self, element: HtmlElement, tag: str) -> str | None:
        return ""

    def html(self, element: HtmlElement, tag: str) -> str | None:
        if element is not self.tree:
            return ""
        self.start(element, "html")
        if element.find("head") is None:
            self.out.append("<head>")
            self.ours()
            self.out.append("</head>")
        return "</html>"

    def head(self, element: HtmlElement, tag: str) -> str | None:
        if element.getparent() is not self.tree or self.style >= 0:
            return ""
        self.start(element, "head")
        self.ours()
        return "</head>"

    def ours(self) -> None:
        self.out.append('<meta charset="utf-8"><base target="_top">')
        self.style = len(self.out)
        self.out.append("")

    def body(self, element: HtmlElement, tag: str) -> str | None:
        if element.getparent() is not self.tree:
            return ""
        self.start(element, "body")
        return "</body>"

    def meta(self, element: HtmlElement, tag: str) -> str | None:
        named = (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        if named and named != "referrer" and element.get("http-equiv") is None and element.get("charset") is None:
            self.start(element, "meta")
        return None

    def linked(self, element: HtmlElement, tag: str) -> str | None:
        rels = (element.get("rel") or "").lower().split()
        act = element.get("onload") or ""
        media = element.get("media")
        if "alternate" in rels or element.get("disabled") is not None:
            return None
        if "stylesheet" in rels or ("preload" in rels and "stylesheet" in act):
            if (element.get("type") or "text/css").partition(";")[0].strip().lower() != "text/css":
                return None
            rel, modifier = "stylesheet", STYLE_SHEET
            # Sheets for print that a script turns to the screen once they are loaded.
            media = None if "media" in act and media and media.strip().lower() != "all" else media
        elif "icon" in rels:
            rel, modifier = "icon", PICTURE
        else:
            return None
        if address := self.needed(element.get("href") or "", modifier):
            kept = [("rel", rel), ("href", address), ("media", media)]
            kept += ((name, element.get(name)) for name in ("title", "id", "class", "type", "sizes"))
            self.out.append("<link" + "".join(f' {name}="{escaped(each)}"' for name, each in kept if each) + ">")
        return None

    def sheet(self, element: HtmlElement, tag: str) -> str | None:
        if (element.get("type") or "text/css").partition(";")[0].strip().lower() == "text/css":
            self.start(element, "style")
            self.out.append(self.css("".join(element.itertext())))
            self.out.append("</style>")
        return None

    def text_only(self, element: HtmlElement, tag: str) -> str | None:
        text = "".join(element.itertext())
        parent = element.getparent()
        if tag == "title" and self.title is None and parent is not None and parent.tag in ("head", "body"):
            self.title = squeezed(text)
        self.start(element, tag)
        self.out.append(f"{escaped(text)}</{tag}>")
        return None

    def raw(self, element: HtmlElement, tag: str) -> str | None:
        self.start(element, markup.RENAMED[tag])
        return f"</{markup.RENAMED[tag]}>"

    def noscript(self, element: HtmlElement, tag: str) -> str | None:
        parent = element.getparent()
        if parent is not None and parent.tag == "head":
            for name, opener in (("link", self.linked), ("style", self.sheet), ("meta", self.meta)):
                for child in element.iterchildren(name):
                    opener(child, name)
            return None
        if element in self.within:
            self.start(element, "noscript")
            return "</noscript>"
        self.within.update(element.iterdescendants("noscript"))
        shown = {url for each in element.iter("img") if (url := self.absolute(each.get("src") or ""))}
        if shown & self.late:  # the picture that a script would have loaded is shown already
            return None
        self.early |= shown
        self.start(element, "noscript")
        return "</noscript>"

    def template(self, element: HtmlElement, tag: str) -> str | None:
        if element.get("shadowrootmode") is None:
            return None
        self.start(element, "template")
        return "</template>"

    def form(self, element: HtmlElement, tag: str) -> str | None:
        # Of this method nothing is ever sent (HTML, section 4.10.21.3).
        self.start(element, "form", ' method="dialog"')
        return "</form>"

    def frame(self, element: HtmlElement, tag: str) -> str | None:
        self.start(element, tag)
        if tag == "iframe":
            self.out.append("</iframe>")
        return None

    def embedded(self, element: HtmlElement, tag: str) -> str | None:
        drawn = (element.get("type") or "").strip().lower().startswith("image/")
        if drawn and (src := self.pictured(element.get("data") or element.get("src") or "")):
            self.start_picture(element, "img", Shown(slot=0, src=src, srcset=[]))
            return None
        parent = element.getparent()
        if parent is None or parent.tag not in markup.EMBEDDED:
            sizes = [(each, SIZE.match(element.get(each) or "")) for each in ("width", "height")]
            size = ";".join(f"{name}:{found[1]}px" for name, found in sizes if found)
            style = f' style="{size}"' if size else ""
            self.out.append(f'<span class="variorum-embedded"{style}></span>')
            self.noted = True
        return ""

    # -- pictures

    def chosen(self, element: HtmlElement, tag: str) -> str | None:
        self.picture = (element, Picture())
        self.start(element, "picture")
        return "</picture>"

    def source(self, element: HtmlElement, tag: str) -> str | None:
        if self.picture is None or element.get("src"):
            self.start(element, "source")
            return ""
        shown = Shown(slot=0, src=None, srcset=self.sizes(element))
        self.picture[1].sources.append(shown)
        self.start_shown(element, "source", shown)
        return ""

    def shown(self, element: HtmlElement, tag: str) -> str | None:
        if tag == "input" and (element.get("type") or "").strip().lower() != "image":
            self.start(element, tag)
            return ""
        if is_tiny(element):
            self.start(element, tag)
        else:
            name = "src" if element.get("src") or tag != "image" else "href"
            src = element.get(name) or (element.get("xlink:href") if tag == "image" else "")
            named = Shown(slot=0, name=name, src=self.lazily(element, src or ""), srcset=self.sizes(element))
            self.start_picture(element, tag, named)
        return "</image>" if tag == "image" else ""

    def start_picture(self, element: HtmlElement, tag: str, shown: Shown) -> None:
        around, picture = self.picture or (None, Picture())
        self.picture = None
        if around is not None and not any(each is around for each in element.iterancestors("picture")):
            picture = Picture()
        picture.shown = shown
        self.wanted.append(picture)
        self.start_shown(element, tag, shown)

    def start_shown(self, element: HtmlElement, tag: str, shown: Shown) -> None:
        self.out.append(f"<{tag}")
        self.attributes(element, tag)
        shown.slot = len(self.out)
        self.out += ("", ">")

    def lazily(self, element: HtmlElement, src: str) -> str | None:
        """Give the file a picture is to show: the one a script would have loaded, where one only stands in for it."""
        plain = self.pictured(src)
        if plain is None or plain.startswith("data:") or markup.PLACEHOLDER.search(plain):
            for name in markup.LAZY:
                later = self.pictured(element.get(name) or "")
                if later is not None and later not in self.early:
                    self.late.add(later)
                    return later
        return plain

    def sizes(self, element: HtmlElement) -> list[tuple[str, str]]:
        for name in ("srcset", *markup.LAZY_SETS):
            if value := element.get(name):
                found = [(url, size) for named, size in candidates(value) if (url := self.pictured(named))]
                if any(not url.startswith("data:") for url, _ in found):
                    return found
        return []
