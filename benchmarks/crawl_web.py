"""A small news web to crawl: papers on loopback, each with a front page, pages of older posts, and its stories.

nginx serves it and writes down what it was asked, so that what a crawler did is not taken on its word.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, VARIORUM, Cost, Failed, run
from benchmarks.pages import pages
from benchmarks.web import ADDRESS, HOSTS, MISSING, _free_port, _wait_for

LISTED = 10
"""Stories on a front page, and on each page of older posts."""
CORPUS = ROOT.parent / "shared" / "corpora" / "articles" / "pages"
"""Real pages, where this machine has them."""
ROBOTS = b"User-agent: *\nDisallow: /search\n"
_SMALL = "Some words on what happened, who said so, and what it means for the people who live there."
_CONFIGURATION = """\
daemon off;
master_process off;
pid "{folder}/nginx.pid";
error_log "{folder}/error.log" warn;
events {{ worker_connections 1024; }}
http {{
  log_format asked '$host $status $body_bytes_sent $request_uri';
  access_log "{folder}/access.log" asked;
  sendfile on;
  keepalive_requests 1000000;
  keepalive_timeout 300s;
  client_body_temp_path "{folder}/body";
  proxy_temp_path "{folder}/proxy";
  fastcgi_temp_path "{folder}/fastcgi";
  uwsgi_temp_path "{folder}/uwsgi";
  scgi_temp_path "{folder}/scgi";
  types {{ text/html html; text/plain txt; }}
  charset utf-8;
  gzip_static on;
  server {{
    listen {address}:{port};
    root "{files}/$host";
    location / {{ index index.html; add_header Vary Accept-Encoding; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One line of the server's log; ``size`` is that of the body sent, in bytes."""

    host: str
    status: int
    size: int
    path: str

    @property
    def is_story(self) -> bool:
        return self.path.startswith("/20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a crawl cost, what the server was asked meanwhile, and the CPU seconds that cost the server."""

    cost: Cost
    asked: Sequence[Asked]
    server: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The papers as they are served; ``stories`` has the paths of each host's, the newest first."""

    folder: Path
    files: Path
    port: int
    server: int
    stories: Mapping[str, Sequence[str]]

    @property
    def count(self) -> int:
        return sum(map(len, self.stories.values()))

    def crawl(self, command: Sequence[str | Path]) -> Measured:
        """Run a command to its end and note what it cost, and what it cost the server."""
        log = self.folder / "access.log"
        before, cpu = log.stat().st_size, _cpu(self.server)
        cost = run(command)
        spent = _cpu(self.server) - cpu
        with log.open("rb") as lines:
            lines.seek(before)
            asked = [_asked(line.decode()) for line in lines]
        return Measured(cost=cost, asked=asked, server=spent)

    def is_whole(self, measured: Measured) -> None:
        """Raise ``Failed`` unless every story was sent, once."""
        got = Counter((each.host, each.path) for each in measured.asked if each.is_story and each.status == 200)
        wanted = {(host, path) for host, paths in self.stories.items() for path in paths}
        if missing := wanted - got.keys():
            raise Failed(f"{len(missing)} of {self.count} stories were not asked for, such as {min(missing)}")
        if again := [story for story, times in got.items() if times > 1]:
            raise Failed(f"{len(again)} stories were sent more than once, such as {min(again)}")

    def init(self, home: Path, *, reading: bool = False) -> None:
        """Make a new archive that watches the papers and captures stories only; it reads them only if asked to."""
        shutil.rmtree(home, ignore_errors=True)
        run([VARIORUM, "init", home, "--contact", "you@example.org"])
        there = ", ".join(f'"{host}" = "{ADDRESS}:{self.port}"' for host in self.stories)
        settings = f"[store]\nmin_free = 0\n[network]\nconnect_map = {{ {there} }}\n[polite]\ndelay = 0\n"
        settings += '[crawl]\nrequisites = "none"\ncite = "none"\nfull_fetch_share = 0\n'
        settings += "" if reading else "[extract]\nworkers = 0\n"
        (home / "variorum.toml").write_text(f'contact = "you@example.org"\n{settings}', encoding="utf-8")
        (home / "sites").mkdir(exist_ok=True)
        for host in self.stories:
            file = home / "sites" / f"{host.partition('.')[0]}.toml"
            file.write_text(f'url = "{self.url(host)}"\n', encoding="utf-8")

    def url(self, host: str) -> str:
        """Give a host's front page."""
        return f"http://{host}:{self.port}/"

    def sent(self, host: str, path: str) -> bytes:
        """Give the body that is sent to those who take gzip."""
        return (self.files / host / f"{path[1:]}.gz").read_bytes()

    def is_captured(self, home: Path, *, reading: bool = False) -> None:
        """Raise ``Failed`` unless the archive has every story once, within its WARC file, and read if asked for."""
        known = ask(home, "SELECT url FROM captures WHERE kind = 'response' AND \"offset\" + length <= ?", size(home))
        captured = Counter(url for (url,) in known)
        wanted = {self.url(host)[:-1] + path for host, paths in self.stories.items() for path in paths}
        if wrong := [url for url in wanted if captured[url] != 1]:
            raise Failed(f"{len(wrong)} of {len(wanted)} stories are not in the index once, such as {min(wrong)}")
        if reading:
            # An extractor that did not come to its end leaves an 'other' with a score of nothing.
            query = "SELECT count(DISTINCT capture) FROM readings WHERE verdict != 'other' OR score > 0"
            ((read,),) = ask(home, query)
            if read < len(wanted):
                raise Failed(f"{read} of {len(wanted)} stories were read")


def ask(home: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask an archive's database."""
    with closing(sqlite3.connect(home / "variorum.db")) as connection:
        return connection.execute(query, values).fetchall()


def warcs(home: Path) -> Sequence[Path]:
    """Give an archive's WARC files, open ones too."""
    return sorted((home / "warcs").glob("*.warc.gz*"))


def size(home: Path) -> int:
    """Give how many bytes of WARC an archive has."""
    return sum(file.stat().st_size for file in warcs(home))


# ---- the pages


def made(count: int) -> Iterator[bytes]:
    """Give stories of 30 to 100 KB that are made up."""
    return pages(count)


def real(count: int) -> Iterator[bytes]:
    """Give real pages, in UTF-8 and none that leads on by itself; made-up ones where this machine has too few."""
    found = 0
    for file in sorted(CORPUS.glob("*.html.gz")) if CORPUS.is_dir() else ():
        if found == count:
            return
        page = gzip.decompress(file.read_bytes())
        if b'http-equiv="refresh' not in page.lower() and _is_utf8(page):
            found += 1
            yield page
    yield from pages(count - found)


def small(count: int) -> Iterator[bytes]:
    """Give stories of few bytes."""
    for number in range(count):
        text = f"<p>{_SMALL} It is number {number}.</p>\n" * 8
        yield _html(f"What happened in street {number}", f"<article>{text}</article>").encode()


def _is_utf8(page: bytes) -> bool:
    try:
        page.decode()
    except UnicodeDecodeError:
        return False
    return True


def lay(files: Path, host: str, stories: Sequence[str]) -> None:
    """Lay down what shows a paper's stories: front page, pages of older posts, robots.txt."""
    last = -(-len(stories) // LISTED)
    for number in range(1, last + 1):
        shown = stories[(number - 1) * LISTED : number * LISTED]
        path = "index.html" if number == 1 else f"page/{number}/index.html"
        put(files / host / path, _list(host, shown, number, last).encode())
    put(files / host / "robots.txt", ROBOTS)


def put(file: Path, body: bytes) -> None:
    """Lay down a file as it is and gzipped."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(body, 6, mtime=0))


def path_of(number: int) -> str:
    """Give the path of a story."""
    return f"/2026/11/{number % 28 + 1:02}/story-{number}.html"


def _list(host: str, stories: Sequence[str], number: int, last: int) -> str:
    teasers = "".join(
        f'<div class="teaser"><h2><a href="{path}">What happened, part {path[-12:-5]}</a></h2><p>{_SMALL}</p></div>\n'
        for path in stories
    )
    pager = "".join(
        f'<a href="/page/{other}/"{" rel=next" if other == number + 1 else ""}>{other}</a>\n'
        for other in range(2, last + 1)
        if other != number
    )
    return _html(f"{host}, page {number}", f'<main>\n{teasers}</main>\n<div class="pager">\n{pager}</div>')


def _html(title: str, body: str) -> str:
    head = f'<meta charset="utf-8">\n<title>{title}</title>'
    text = f"<h1>{title}</h1>\n{body}\n"
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{text}</body></html>\n'


# ---- the server


@contextmanager
def open_papers(folder: Path, stories: Iterable[bytes], hosts: int = len(HOSTS)) -> Iterator[Papers]:
    """Lay stories down, host after host in turn, and serve them; nginx ends with the block."""
    files, server = folder / "files", folder / "nginx"
    server.mkdir(parents=True)
    paths: dict[str, list[str]] = {f"paper-{number}.example": [] for number in range(hosts)}
    names = tuple(paths)
    for number, page in enumerate(stories):
        host = names[number % hosts]
        put(files / host / path_of(number)[1:], page)
        paths[host].insert(0, path_of(number))
    for host, its in paths.items():
        lay(files, host, its)
    with _served(files, server) as (port, pid):
        yield Papers(folder=server, files=files, port=port, server=pid, stories=paths)


@contextmanager
def _served(files: Path, folder: Path) -> Iterator[tuple[int, int]]:
    program = shutil.which("nginx", path="/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/bin")
    if program is None:
        raise Failed(MISSING)
    port, configuration = _free_port(), folder / "nginx.conf"
    text = _CONFIGURATION.format(folder=folder, files=files, address=ADDRESS, port=port)
    configuration.write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(process, port, folder / "error.log")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _asked(line: str) -> Asked:
    host, status, size, path = line.split(maxsplit=3)
    return Asked(host=host, status=int(status), size=int(size), path=path.strip())


def _cpu(pid: int) -> float:
    """Give the CPU seconds of a process so far; NaN where there is no /proc to tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return float("nan")
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
