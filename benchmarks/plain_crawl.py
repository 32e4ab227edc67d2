"""The other side of a crawl: plain Scrapy, in a process of its own: ``python -m benchmarks.plain_crawl MODE FILE``.

Scrapy's default settings and a CrawlSpider that follows the lists of a paper and asks for each story; nothing is
archived. FILE has the front pages, one URL a line. MODE:

* ``crawl``: a story is fetched, and that is all;
* ``quiet``: the same without a line of log for each page, which Scrapy writes by default;
* ``read``: what one writes in an afternoon: trafilatura in the callback, an item a story into ``FILE.jsonl``.

Host names are in Scrapy's DNS cache before it starts. Prints as JSON how many stories came.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import web


def main(mode: str, file: Path) -> None:
    from scrapy.crawler import CrawlerProcess
    from scrapy.http import HtmlResponse
    from scrapy.linkextractors import LinkExtractor
    from scrapy.resolver import dnscache
    from scrapy.spiders import CrawlSpider, Rule

    urls = file.read_text(encoding="utf-8").split()
    hosts = [urlsplit(url).hostname or "" for url in urls]
    came = 0

    class Papers(CrawlSpider):
        name = "papers"
        allowed_domains = hosts
        start_urls = urls
        rules = (
            Rule(LinkExtractor(allow=r"/page/\d+/$")),
            Rule(LinkExtractor(allow=r"/story-\d+\.html$"), callback="read" if mode == "read" else "take"),
        )

        def take(self, response: HtmlResponse) -> None:
            nonlocal came
            came += 1

        def read(self, response: HtmlResponse) -> Iterator[dict[str, Any]]:
            nonlocal came
            came += 1
            found = bare_extraction(response.text, url=response.url, with_metadata=True)
            yield {
                "url": response.url,
                **{name: getattr(found, name, None) for name in ("title", "author", "date", "text")},
            }

    settings: dict[str, Any] = {}
    if mode == "quiet":
        settings["LOG_LEVEL"] = "WARNING"
    if mode == "read":
        from trafilatura import bare_extraction

        settings["FEEDS"] = {f"{file}.jsonl": {"format": "jsonlines", "overwrite": True}}
    process = CrawlerProcess(settings)
    for host in hosts:
        dnscache[host] = web.ADDRESS
    process.crawl(Papers)
    process.start()
    print(json.dumps({"pages": came}))


if __name__ == "__main__":
    mode, given = sys.argv[1:]
    if mode not in ("crawl", "quiet", "read"):
        raise SystemExit(f"there is no mode {mode}")
    main(mode, Path(given))
