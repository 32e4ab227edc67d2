"""pywb over our endpoint replays what pywb over an index of its own replays, on the samples of others."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from archive.web import pywb_config
from tests.players import StartPywb
from tests.sample_verdicts import SAMPLES
from tests.served import served
from tests.wire.run import VARIORUM

WARCS = [name for name, sample in SAMPLES.items() if sample.kind == "valid" and name.endswith((".warc", ".warc.gz"))]
OTHER = "metadata://"
"""Begins the targets of wget's metadata records about its own crawl: to us no captures, so nothing to replay."""


def run(*command: str | Path, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def indexed(folder: Path, wayback: Path, files: list[Path]) -> list[tuple[str, dict[str, str]]]:
    """Let pywb make a collection ``own`` of the files; give the times and fields of its index."""
    run(wayback.with_name("wb-manager"), "init", "own", folder=folder)
    run(wayback.with_name("wb-manager"), "add", "own", *files, folder=folder)
    lines = (folder / "collections" / "own" / "indexes" / "index.cdxj").read_text().splitlines()
    return [(at, json.loads(fields)) for _, at, fields in (line.split(" ", 2) for line in lines)]


def replayed(origin: str, collection: str, at: str, fields: dict[str, str]) -> tuple[int, str]:
    """Ask for a record's own bytes, as it was asked for; give status and digest of the body."""
    asking = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=60)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if "requestBody" in fields else {}
        body = fields.get("requestBody")
        asking.request(fields.get("method", "GET"), f"/{collection}/{at}id_/{fields['url']}", body, kind)
        answer = asking.getresponse()
        return answer.status, hashlib.sha256(answer.read()).hexdigest()
    finally:
        asking.close()


def test_every_record_of_the_samples(shared: Path, tmp_path: Path, wayback: Path, pywb: StartPywb) -> None:
    given, both, home = tmp_path / "given", tmp_path / "both", tmp_path / "home"
    given.mkdir()
    both.mkdir()
    # Several have the same name, under which pywb keeps only one.
    files = [given / f"{number:03}-{Path(name).name}" for number, name in enumerate(WARCS)]
    for name, file in zip(WARCS, files, strict=True):
        shutil.copy(shared / "corpora" / "warc-samples" / name, file)
    run(VARIORUM, "init", home, "--label", "samples", folder=tmp_path)
    run(VARIORUM, "import", "--home", home, *files, folder=tmp_path)
    lines = indexed(both, wayback, files)

    with served(home) as roots:
        (both / "config.yaml").write_text(pywb_config.config(roots.room, home / "warcs"))
        origin = pywb(both)
        differ, same = [], 0
        for at, fields in lines:
            if fields["url"].startswith(OTHER):
                continue
            theirs = replayed(origin, "own", at, fields)
            ours = replayed(origin, pywb_config.COLLECTION, at, fields)
            same += theirs == ours and theirs[0] < 400
            if theirs != ours:
                differ.append((at, fields["url"], theirs, ours))
    assert differ == []
    assert same >= 200
