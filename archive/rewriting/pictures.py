"""Which of a picture's files is shown: those of its srcset and sources that the archive has. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from html import escape

from archive.rewriting.css import quoted

_CANDIDATE = re.compile(r"[ \t\n\f\r,]*+([^ \t\n\f\r]++)")
_DESCRIPTORS = re.compile(r"(?:[^,(]|\([^)]*+\)?)*+")


def candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """Give each address of a srcset with its descriptors, as written (HTML, section 4.8.4.2.1)."""
    at = 0
    while found := _CANDIDATE.match(srcset, at):
        at = found.end()
        address = found[1]
        if address.endswith(","):
            yield address.rstrip(","), ""
            continue
        described = _DESCRIPTORS.match(srcset, at)
        assert described is not None  # it matches nothing at all, too
        at = described.end()
        yield address, " ".join(described[0].split())


@dataclass(slots=True)
class Shown:
    """One element that names files of a picture: where its addresses are to be written, and which it names.

    ``src`` is an absolute URL, a ``data:`` URL, or None; ``srcset`` is (absolute or ``data:`` URL, descriptors).
    ``name`` is the attribute ``src`` is written to: drawings call it ``href``.
    """

    slot: int
    src: str | None
    srcset: list[tuple[str, str]]
    name: str = "src"


@dataclass(slots=True)
class Picture:
    """A picture: its sources, in order, and the element that shows it."""

    shown: Shown | None = None
    sources: list[Shown] = field(default_factory=list)

    def urls(self) -> Iterator[str]:
        """Give every file that might be shown, the one named plainly first."""
        if self.shown is not None and self.shown.src:
            yield self.shown.src
        for each in (*((self.shown,) if self.shown is not None else ()), *self.sources):
            # The largest usually stands last, and is what a later reader wants.
            yield from (url for url, _ in reversed(each.srcset))

    def named(self) -> list[str]:
        """Give the files of ``urls`` that have an address, each once."""
        return [url for url in dict.fromkeys(self.urls()) if not url.startswith("data:")]

    def needed(self, missing: Collection[str]) -> Iterator[str]:
        """Give the files the picture is shown from: those the archive has, or else the one it wants first."""
        named = self.named()
        held = [url for url in named if url not in missing]
        yield from held or named[:1]

    def written(self, missing: Collection[str], address: Callable[[str], str]) -> Iterator[tuple[int, str]]:
        """Give the attributes of each element and their slots: files the archive has not are left out.

        Where it has none, the first stays named and the element is marked.
        """

        def given(url: str) -> str:
            return url if url.startswith("data:") else quoted(address(url))

        def chosen(each: Shown) -> str:
            held = [f"{given(url)} {size}".rstrip() for url, size in each.srcset if url not in missing]
            return f' srcset="{escape(", ".join(held))}"' if held else ""

        for source in self.sources:
            yield source.slot, chosen(source)
        if self.shown is None:
            return
        urls = list(self.urls())
        held = [url for url in urls if url not in missing]
        src = self.shown.src
        if src is None or src in missing:
            src = held[0] if held else next(iter(urls), None)
        text = f' {self.shown.name}="{escape(given(src))}"{chosen(self.shown)}' if src else ""
        yield self.shown.slot, text if held or not urls else f"{text} data-variorum-missing"
