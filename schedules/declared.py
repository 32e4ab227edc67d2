"""What is declared: the last good version of ``variorum.toml`` and of every site file, and which are broken now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive import config, values
from archive.config import Settings
from archive.errors import Misuse, NotAnArchive, VariorumError
from crawler import sites, times
from crawler.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The settings and the watched sites by name, each as its file stood when it was last good.

    ``text`` is that of ``variorum.toml`` then.
    ``broken`` says what is wrong with files as they stand now, by the name of the site or ``variorum.toml``.
    """

    settings: Settings
    text: str = ""
    sites: Mapping[str, Site] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)


def read(folder: Path, home: Path, before: Declared | None = None, overrides: Sequence[str] = ()) -> Declared:
    """Read all site files of a folder, and the settings of the archive in ``home`` with ``overrides``.

    A broken file keeps the version it had ``before``; a site that had none is left out, one whose file is gone too.
    Raises Misuse where the settings are broken and there are none from before.
    """
    broken: dict[str, str] = {}
    try:
        text, _ = values.document(home / config.FILE)
        settings = config.load(home, overrides, text)
    except FileNotFoundError as cause:
        if before is None:
            raise NotAnArchive(f"{home} is no archive: it has no {config.FILE}; make one: variorum init") from cause
        settings, text = before.settings, before.text
        broken[config.FILE] = f"{home / config.FILE} is gone; put it back"
    except VariorumError as why:
        if before is None:
            raise
        settings, text = before.settings, before.text
        broken[config.FILE] = str(why)
    good: dict[str, Site] = {}
    for name, file in sites.files(folder).items():
        try:
            good[name] = _site(file, home, settings)
        except Misuse as why:
            broken[name] = str(why)
            if before is not None and name in before.sites:
                good[name] = before.sites[name]
    return Declared(settings=settings, text=text, sites=good, broken=broken)


def _site(file: Path, home: Path, settings: Settings) -> Site:
    site = sites.read(file, home)
    if wrong := [f"{file} {why}" for why in times.disagreements(site, settings)]:
        raise Misuse("\n".join(wrong))
    return site


def sessions(found: Declared, said: Callable[[str], None]) -> dict[str, Mapping[str, str]]:
    """Give the header fields of each site that is awake; one whose session cannot be read is left out, and told."""
    read_: dict[str, Mapping[str, str]] = {}
    for name, site in found.sites.items():
        if site.paused is None:
            try:
                read_[name] = sites.session_of(site)
            except Misuse as why:
                said(f"{name} is left out: {why}")
    return read_


def news(before: Declared | None, after: Declared) -> Iterator[str]:
    """Say in lines what is declared otherwise than before, and all that is broken. Pure."""
    had: Mapping[str, Site] = {} if before is None else before.sites
    if before is not None and before.settings != after.settings:
        yield f"{config.FILE}: changed"
    for name in sorted({*had, *after.sites}):
        if name not in after.sites and name not in after.broken:
            yield f"{name}: watched no more"
        elif before is not None and name not in had:
            yield f"{name}: new"
        elif before is not None and name in after.sites and had[name].digest != after.sites[name].digest:
            yield f"{name}: changed"
    for name in sorted(({} if before is None else before.broken).keys() - after.broken.keys()):
        if name == config.FILE or name in after.sites:
            yield f"{name}: good again"
    for name, why in sorted(after.broken.items()):
        kept = name in after.sites or (name == config.FILE and name not in had)
        yield f"{name}: {'goes on as it was' if kept else 'left out'}: {why}"
