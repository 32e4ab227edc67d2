"""What verbs about sites begin with: which sites are meant, and the index opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive import terminal
from archive.cli import Place

if TYPE_CHECKING:
    from archive.store import Store
    from crawler.sites import Site


def chosen(place: Place, names: Sequence[str]) -> list[Site]:
    """Give the named sites, else all; a broken file among all of them is told and left out.

    Raises Misuse for a name that is none, or whose file is broken.
    """
    from crawler import sites
    from schedules import declared

    home = place.settings.home
    if names:
        return sites.by_names(home / "sites", home, names)
    found = declared.read(home / "sites", home, None, place.overrides)
    for name, why in sorted(found.broken.items()):
        terminal.step(f"{name} is left out: {why}")
    return list(found.sites.values())


@contextmanager
def index(place: Place) -> Iterator[Store]:
    """Open the index; it is made where nothing has been captured yet."""
    from archive.store import open_store
    from archive.warc.files import WarcFolder

    folder = WarcFolder(place.settings.store.warcs)
    folder.make()
    store = open_store(place.settings.store.database, create=not folder.names())
    try:
        yield store
    finally:
        store.close()
