"""The hosts beside those of the river: blogs of every kind and whom they cite. Data only."""

from __future__ import annotations

from crawler.newsstand.blogs import BLOGS
from crawler.newsstand.moods import MOODS
from crawler.newsstand.outlets import DECOYS, OUTLETS
from crawler.newsstand.shelves import INKPOT, SHELVES
from crawler.newsstand.world import Host

NEIGHBOURHOOD: tuple[Host, ...] = (*BLOGS, *SHELVES, *INKPOT, *MOODS, *OUTLETS, *DECOYS)
