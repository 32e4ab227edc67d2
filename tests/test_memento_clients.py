"""A public Memento client library (PyPI memento-client) against our TimeGate, mementos and TimeMaps."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.web import memento
from tests.test_memento_endpoint import AT, COMMAS, SECOND, STORY, TIMES, Archive, opened

# The client asks the page itself for a TimeGate of its own; here that page is the memento it begins with.
ASK = """
import datetime, json, sys
from memento_client import MementoClient

begin, timegate, at = sys.argv[1:]
client = MementoClient(timegate_uri=timegate, check_native_timegate=False)
told = client.get_memento_info(begin, datetime.datetime.fromisoformat(at))
told["is_timegate"] = client.is_timegate(told["timegate_uri"])
told["is_memento"] = client.is_memento(begin)
print(json.dumps(told, default=str))
"""

READ = """
import json, sys
from memento_client import MementoClient

print(json.dumps(MementoClient.parse_link_header(sys.stdin.read())))
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with opened(tmp_path_factory.mktemp("clients") / "press") as archive:
        yield archive


def said(python: Path, script: str, *words: str, given: str = "") -> Any:
    """Run a script with the client library; give the JSON it prints."""
    command = [str(python), "-c", script, *words]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("seconds", "number", "status"), [(-9, 0, 200), (1, 1, 200), (11, 2, 200), (30, 3, 502), (999_999_999, 4, 404)]
)
def test_the_client_finds_the_memento_of_a_time_and_those_around_it(
    archive: Archive, clients_python: Path, seconds: int, number: int, status: int
) -> None:
    asked = (AT + seconds * SECOND).replace(tzinfo=None).isoformat()
    told = said(clients_python, ASK, archive.urim(4), f"{archive.roots.room}/timegate/", asked)
    assert told["original_uri"] == STORY
    assert told["timegate_uri"] == f"{archive.roots.room}/timegate/{STORY}"
    assert told["is_timegate"] is told["is_memento"] is True
    closest = told["mementos"].pop("closest")
    assert (closest["uri"], closest["http_status_code"]) == ([archive.urim(number)], status)
    around = {"first": 0, "prev": number - 1, "next": number + 1, "last": 4}
    expected = {
        relation: {"uri": [archive.urim(n)], "datetime": str(TIMES[n].replace(tzinfo=None, microsecond=0))}
        for relation, n in around.items()
        if 0 <= n <= 4
    }
    assert told["mementos"] == expected
    assert closest["datetime"] == str(TIMES[number].replace(tzinfo=None, microsecond=0))


def test_the_client_reads_a_timemap(archive: Archive, clients_python: Path) -> None:
    text = archive.ask("GET", f"/timemap/link/{STORY}").body.decode()
    told = said(clients_python, READ, given=text)
    found = {uri: values for uri, values in told.items() if "memento" in values["rel"]}
    assert list(found) == [archive.urim(number) for number in range(5)]
    assert [values["datetime"] for values in found.values()] == [[memento.http_date(at)] for at in TIMES]


def test_the_client_takes_a_comma_in_a_url_for_what_it_is(archive: Archive, clients_python: Path) -> None:
    # A semicolon there, which RFC 8288 allows as well, it takes for the end of the URL.
    told = said(clients_python, READ, given=archive.ask("GET", "/timegate/" + COMMAS).headers["Link"])
    assert told[COMMAS] == {"rel": ["original"]}
    assert len(told) == 3
