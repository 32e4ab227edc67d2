"""Who can reach this server, and by which names it may be called. Pure.

A foreign name that leads here is an attack (DNS rebinding).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from archive.config import Settings
from archive.urls import is_address
from archive.web.desk import Desk


def is_ours(scope: Mapping[str, Any], desk: Desk) -> bool:
    """Tell whether a request names us: by an address, as localhost, or as the settings say.

    A page anywhere can let its own name lead to 127.0.0.1 and read what answers there; it cannot choose an address.
    """
    written = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    host = written.rpartition(":")[0] if written.rpartition(":")[2].isdigit() else written
    bare = host.strip("[]").rstrip(".")
    if bare == "localhost" or is_address(bare):
        return True
    return any(bare == urlsplit(root).hostname for root in (desk.roots.room, desk.roots.replay))


def asks_itself(scope: Mapping[str, Any], desk: Desk) -> bool:
    """Tell whether a request that changes something comes from a page of the room, and from no other site (CSRF)."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if (site := headers.get(b"sec-fetch-site")) is not None:
        return site in ("same-origin", "none")
    origin = headers.get(b"origin")
    if origin is None:
        return False
    host = headers.get(b"host", "")
    return origin.lower() in (desk.roots.room, f"http://{host}".lower(), f"https://{host}".lower())


def is_private(settings: Settings) -> bool:
    """Tell whether only this machine can reach the server: it listens on loopback and nothing stands before it."""
    told = settings.serve
    outside = told.url is not None and urlsplit(told.url).hostname not in ("127.0.0.1", "::1", "localhost")
    return not outside and (told.host in ("localhost", "::1") or told.host.startswith("127."))
