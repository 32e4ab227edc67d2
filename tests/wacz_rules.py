"""WACZ packages for tests: small ones made by hand, each broken in one way, and what is in a package of ours."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.warc.reader import Walked, walk

WARC, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdx", "pages/pages.jsonl"
MANIFEST, DIGEST = "datapackage.json", "datapackage-digest.json"
URL, REPEATED = "http://press.test/story", "http://press.test/again"
FIRST, SECOND = "urn:uuid:00000000-0000-4000-8000-000000000001", "urn:uuid:00000000-0000-4000-8000-000000000002"
PAYLOAD = b"It was a bright cold day in April. " * 40
SHA = f"sha256:{hashlib.sha256(PAYLOAD).hexdigest()}"


def record(kind: str, id: str, url: str, fields: Mapping[str, str], block: bytes) -> bytes:
    """One gzip member with one record."""
    lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: <{id}>", "WARC-Date: 2026-11-01T12:00:00Z"]
    lines += [f"WARC-Target-URI: {url}", *(f"{key}: {value}" for key, value in fields.items())]
    lines += ["Content-Type: application/http; msgtype=response", f"Content-Length: {len(block)}", "", ""]
    return gzip.compress("\r\n".join(lines).encode() + block + b"\r\n\r\n", mtime=0)


def story(body: bytes = PAYLOAD) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return record("response", FIRST, URL, {"WARC-Payload-Digest": SHA}, head + body)


def repeat(to: str = FIRST, url: str = URL) -> bytes:
    fields = {
        "WARC-Payload-Digest": SHA,
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Refers-To": f"<{to}>",
        "WARC-Refers-To-Target-URI": url,
        "WARC-Refers-To-Date": "2026-11-01T12:00:00Z",
        "WARC-Truncated": "length",
    }
    return record("revisit", SECOND, REPEATED, fields, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")


def line(key: str, url: str, offset: int, length: int, mime: str) -> str:
    told = {"url": url, "mime": mime, "status": "200", "digest": SHA, "length": str(length), "offset": str(offset)}
    return f"test,press)/{key} 20261101120000 {json.dumps({**told, 'filename': 'data.warc.gz'})}\n"


@dataclass
class Package:
    """A package to be written, right as it stands; a test changes what it wants wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    stored: Callable[[str], bool] = lambda path: True
    change: Callable[[dict[str, Any]], object] = lambda told: None
    digest: bool = True
    listed: Callable[[str], bool] = lambda path: True

    def write(self, path: Path) -> Path:
        told: dict[str, Any] = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": "A press",
            "software": "by hand",
        }
        told["created"] = "2026-11-01T12:00:00Z"
        told["resources"] = [resource(name, data) for name, data in self.files.items() if self.listed(name)]
        self.change(told)
        manifest = json.dumps(told).encode()
        whole = {**self.files, MANIFEST: manifest}
        if self.digest:
            hashed = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
            whole[DIGEST] = json.dumps({"path": MANIFEST, "hash": hashed}).encode()
        with zipfile.ZipFile(path, "w") as file:
            for name, data in whole.items():
                kind = zipfile.ZIP_STORED if self.stored(name) else zipfile.ZIP_DEFLATED
                file.writestr(zipfile.ZipInfo(name), data, kind)
        return path


def resource(path: str, data: bytes) -> dict[str, object]:
    hashed = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return {"name": path.rpartition("/")[2], "path": path, "hash": hashed, "bytes": len(data)}


def sound() -> Package:
    """A package with a page and a repeat of it that keeps every rule."""
    one, other = story(), repeat()
    index = line("again", REPEATED, len(one), len(other), "warc/revisit") + line("story", URL, 0, len(one), "text/html")
    pages = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}]
    pages.append({"id": "1", "url": URL, "ts": "2026-11-01T12:00:00Z", "title": "A story"})
    return Package(
        files={
            WARC: one + other,
            INDEX: index.encode(),
            PAGES: "".join(json.dumps(each) + "\n" for each in pages).encode(),
        }
    )


# --------------------------------------------------------------------------------------------- what a package holds


def read(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as file:
        return file.read(name)


def told(path: Path) -> dict[str, Any]:
    """What a package says of itself."""
    found: dict[str, Any] = json.loads(read(path, MANIFEST))
    return found


def pages(path: Path) -> list[dict[str, Any]]:
    """The pages of a package, without the header."""
    return [json.loads(each) for each in read(path, PAGES).splitlines()[1:]]


def warcs(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in sorted(file.namelist()) if name.startswith("archive/")}


def records(path: Path) -> Iterator[tuple[Walked, bytes]]:
    """The records of a package or WARC file in their order, each with its bytes."""
    for data in warcs(path).values() if path.suffix == ".wacz" else (path.read_bytes(),):
        for met in walk(io.BytesIO(data)):
            assert isinstance(met, Walked), met
            assert not met.faults
            assert (met.block_holds, met.payload_holds) not in ((False, None), (True, False), (None, False))
            yield met, data[met.offset : met.offset + met.length]


def exchanged(path: Path) -> dict[tuple[str, str | None], bytes]:
    """The records of a package by type and id, but for the warcinfo that the export itself wrote."""
    return {(met.type, met.id): data for met, data in records(path) if b"\r\nexported: " not in met.front}


def lines(path: Path) -> list[tuple[str, str, dict[str, str]]]:
    """The index of a package: key, timestamp and the rest of each line."""
    text = gzip.decompress(read(path, "indexes/index.cdx.gz")).decode()
    found = [each.split(" ", 2) for each in text.splitlines()]
    return [(key, at, json.loads(rest)) for key, at, rest in found]
