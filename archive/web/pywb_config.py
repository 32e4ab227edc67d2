"""What pywb is told so that it replays this archive: its collection is our CDX endpoint and our WARC files. Pure.

pywb (GPL-3.0) is never imported: it runs in an environment and a process of its own and asks us over HTTP.
"""

from __future__ import annotations

import json
from pathlib import Path

COLLECTION = "variorum"
"""The collection's name, the first part of the path of every address of that pywb."""

REQUIREMENTS = ("setuptools<81", "pywb==2.10.*")
"""What an environment for pywb holds; pywb imports ``pkg_resources``, which later releases of setuptools lack."""

# pywb's own default also lets pages open web sockets to any host.
_POLICY = "default-src 'unsafe-eval' 'unsafe-inline' 'self' data: blob: mediastream: ; form-action 'self'"


def config(room: str, warcs: Path, *, title: str = "Variorum") -> str:
    """Write pywb's ``config.yaml``: replay only, with no live web, no recording and no proxy.

    ``room`` is the origin of our server, without a final slash. Records are read from the folder ``warcs``, and from
    our server where that has no file of the name.
    """
    # JSON strings are YAML strings: colons, quotes and spaces in a path need no rules of their own.
    places = "".join(f"      - {json.dumps(place)}\n" for place in archive_paths(room, warcs))
    return f"""\
# Written by `variorum replay`, and anew each time it is called.
collections:
  {COLLECTION}:
    index: {json.dumps(f"cdx+{room}/cdx")}
    archive_paths:
{places}    metadata:
      title: {json.dumps(title)}
framed_replay: true
enable_memento: true
csp-header: {json.dumps(_POLICY)}
"""


def archive_paths(room: str, warcs: Path) -> tuple[str, ...]:
    """Give the prefixes that make the place of a record out of the name of its WARC file, the first to try first."""
    server = f"{room}/warcs/"
    # pywb takes an asterisk for a pattern and has no way to write one that is none.
    if "*" in str(warcs):
        return (server,)
    # It fills in fields between braces, which are doubled where they are none.
    return (f"{warcs}/".replace("{", "{{").replace("}", "}}"), server)


def command(wayback: str, folder: str, host: str, port: int) -> tuple[str, ...]:
    """Give the command that starts pywb on ``folder``; by itself it would listen on every address of the machine."""
    return (wayback, "-b", host, "-p", str(port), "-d", folder)


def apart(host: str, room: str) -> str:
    """Give the name to call a player by that listens at ``host``: another than ``room``, that of our server, if it can.

    Scripts of archived pages run in a player, and a cookie goes to every port of its host (RFC 6265, section 8.5).
    """
    if host != "127.0.0.1":
        return host
    return "127.0.0.1" if room == "localhost" else "localhost"


def address(host: str, port: int) -> str:
    """Give the address of the collection: one puts a URL behind it, or a time, a slash and a URL."""
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}:{port}/{COLLECTION}/"
