"""A made-up news web on loopback, for the demo and the tests; nothing that it tells is real."""

from crawler.newsstand.press import Newsstand, Served

__all__ = ["Newsstand", "Served"]
