"""The private names of Scrapy and Twisted that exact capture stands on, checked before anything is built on them."""

from __future__ import annotations

from scrapy.core import engine
from scrapy.core.downloader.handlers import http11
from twisted.web import _newclient
from twisted.web.client import HTTPConnectionPool

from archive.errors import Incompatible

NEEDED: tuple[tuple[object, str], ...] = (
    (http11, "_LenientHTTP11ClientProtocol"),
    (http11, "_LenientHTTP11ClientFactory"),
    (http11, "HTTP11DownloadHandler"),
    (http11, "TunnelError"),
    (_newclient.HTTP11ClientProtocol, "_finishResponse"),
    (_newclient.HTTP11ClientProtocol, "_parser"),
    (_newclient.HTTP11ClientProtocol, "_currentRequest"),
    (_newclient.HTTPClientParser, "MAX_LENGTH"),
    (_newclient.HTTPClientParser, "lineLengthExceeded"),
    (_newclient.Response, "deliverBody"),
    (_newclient, "STATUS"),
    (_newclient, "HEADER"),
    (HTTPConnectionPool, "_factory"),
    (engine, "_Slot"),
    (engine.ExecutionEngine, "_start_scheduled_requests"),
)


def check() -> None:
    """Raise ``Incompatible`` when the installed Scrapy or Twisted lacks a name that is needed."""
    missing = [f"{getattr(place, '__name__', place)}.{name}" for place, name in NEEDED if not hasattr(place, name)]
    if missing:
        raise Incompatible(
            f"this Scrapy or Twisted lacks {', '.join(missing)}, which exact capture stands on: "
            "install scrapy>=2.19,<2.20 with twisted>=26.4,<27"
        )
