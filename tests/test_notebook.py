"""An archive as a notebook sees it: thirteen days of the newsstand's changing blog and of the pages that it cites."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from archive import config
from archive.errors import Damaged, Misuse, NotAnArchive, NothingDone
from archive.model import Article, Capture, Intent, RecordId, Revision
from archive.notebook import Archive, open_archive
from archive.recording import Recording
from archive.timing import SystemClock
from crawler.newsstand.chronicle_cited import (
    COAL_WEIGHTS,
    DISPATCH_LIST,
    FEBRUARY_TOLLS,
    GATHERERS_WAGES,
    LONG_BARGES,
    TOLL_NOTICES,
    WEIGH_HOUSE,
)
from crawler.newsstand.chronicle_posts import day
from crawler.newsstand.chronicle_truth import story
from tests import kept
from tests.crash.exchanges import as_body, exchange
from tests.crash.steps import recorded_now
from tests.press import say

PAGE = Path(__file__).parents[1] / "docs" / "notebooks.md"
JOURNEY, REWORDED, CORRECTED, CITING = (
    story(name).addresses[0] for name in ("journey", "reworded", "corrected", "citing")
)
GAZETTE, BARGES, COAL, HOUSE, NOTICES, DISPATCH, WAGES = (
    f"http://{host}{path}"
    for host, path in (
        FEBRUARY_TOLLS, LONG_BARGES, COAL_WEIGHTS, WEIGH_HOUSE, TOLL_NOTICES, DISPATCH_LIST, GATHERERS_WAGES,
    )
)  # fmt: skip
BLOG, PAPER = "mooring-post", "toll-gazette"
PRESS = ((BLOG, JOURNEY), (BLOG, REWORDED), (BLOG, CORRECTED), (BLOG, CITING), (PAPER, GAZETTE))
CITED = ((BARGES, (1, 12)), (COAL, (1, 12)), (HOUSE, (2, 12)), (NOTICES, (1, 4)), (DISPATCH, (1, 4)))
OUTLETS = "".join(
    f'[[outlet]]\nname = "{name}"\ndomains = ["{domain}"]\n\n'
    for name, domain in (
        ("The Toll Gazette", "tollgazette.test"),
        ("The Sluice Tribune", "sluicetribune.test"),
        ("The Kelmoor Observer", "kelmoorobserver.test"),
        ("The Weighhouse Chronicle", "weighhousechronicle.test"),
        ("The Night Dispatch", "nightdispatch.test"),
        ("The Drowned Herald", "drownedherald.test"),
        ("The Quay Courier", "quaycourier.test"),
        ("Ternwire", "ternwire.test"),
    )
)


def make(home: Path) -> None:
    """Put the blog on record each afternoon, a paper that it cites an hour later, and what else it cites."""
    visits: list[tuple[datetime, str, str | None]] = [
        (day(count, 15 if site == BLOG else 16), url, site) for site, url in PRESS for count in range(1, 14)
    ]
    visits += [(day(count, 17), url, None) for url, days in CITED for count in days]
    kept.empty(home)
    (home / "outlets.toml").write_text(OUTLETS)
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        for at, url, site in sorted(visits, key=lambda each: each[:2]):
            asked = exchange(url, at=at, intent=Intent(site=site))
            recorded_now(recording, replace(asked, response=as_body(kept.page(url, at))))
    finally:
        recording.close()


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of captures that nobody has read."""
    home = tmp_path_factory.mktemp("notebook") / "unread"
    make(home)
    return home


@pytest.fixture(scope="module")
def press(unread: Path) -> Path:
    """The same archive, read."""
    home = unread.with_name("press")
    shutil.copytree(unread, home)
    with open_archive(home, overrides=["extract.workers=2"]) as archive:
        assert list(archive.articles())
    return home


@pytest.fixture
def archive(press: Path) -> Iterator[Archive]:
    with open_archive(press) as found:
        yield found


def story_of(archive: Archive, url: str) -> Article:
    found = archive.article(url)
    assert found is not None
    return found


# ---- opened and closed


def test_what_was_never_read_is_read_first_and_nothing_is_printed(
    unread: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(unread, tmp_path / "press")

    with open_archive(tmp_path / "press") as archive:
        article = story_of(archive, CITING)

    assert [each.number for each in article.revisions] == [1]
    assert capfd.readouterr() == ("", "")


def test_without_quiet_it_says_what_it_does(unread: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(unread, tmp_path / "press")

    with open_archive(tmp_path / "press", quiet=False) as archive:
        archive.article(BARGES)

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip().endswith("first")


def test_an_archive_is_found_from_a_folder_within_it_and_by_the_environment(
    press: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(config.HOME, raising=False)
    monkeypatch.chdir(press / "warcs")
    with open_archive() as here:
        assert here.settings.home == press
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotAnArchive):
        open_archive()
    monkeypatch.setenv(config.HOME, str(press))
    with open_archive() as named:
        assert named.settings.home == press


def test_a_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="variorum init"):
        open_archive(tmp_path)
    with pytest.raises(Misuse, match="no setting"):
        open_archive(kept.empty(tmp_path / "home"), overrides=["extract.wrkers=1"])


def test_a_closed_archive_says_so(press: Path) -> None:
    archive = open_archive(press)
    archive.close()
    archive.close()

    with pytest.raises(Misuse, match="closed"):
        archive.article(CITING)
    assert repr(archive) == f"<Archive {press}, closed>"


def test_importing_it_loads_neither_the_crawler_nor_the_database() -> None:
    code = "import sys; import archive.notebook; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "archive" in loaded
    assert not loaded & {"scrapy", "twisted", "sqlalchemy", "crawler", "lxml", "trafilatura", "warcio"}


def test_using_it_loads_no_scrapy(press: Path) -> None:
    code = (
        "import sys; from archive.notebook import open_archive\n"
        f"with open_archive({str(press)!r}) as archive:\n"
        f"    assert archive.article({CITING!r}); assert archive.captures({CITING!r})\n"
        "print(*sys.modules, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "sqlalchemy" in loaded
    assert not loaded & {"scrapy", "twisted", "crawler"}


def test_whoever_checks_types_gets_ours() -> None:
    assert (resources.files("archive") / "py.typed").is_file()


# ---- articles and revisions


def test_an_article_has_its_revisions_and_a_url_without_one_gives_none(archive: Archive) -> None:
    article = story_of(archive, JOURNEY)

    assert [each.number for each in article.revisions] == [1, 2, 3, 4, 5]
    assert "removed" in {each.event for each in article.events}
    assert archive.article("http://www.mooringpost.test/never") is None


def test_articles_are_all_or_those_of_a_site(archive: Archive) -> None:
    every = {each.url for each in archive.articles()}

    assert {JOURNEY, REWORDED, CORRECTED, CITING, GAZETTE, BARGES} <= every
    assert {each.url for each in archive.articles(site=BLOG)} == {JOURNEY, REWORDED, CORRECTED, CITING}


def test_a_revision_is_found_by_number_id_time_and_as_the_command_line_names_it(archive: Archive) -> None:
    article = story_of(archive, JOURNEY)
    second = article.revisions[1]

    assert archive.revision(article, 2) is second
    assert archive.revision(article, second) is second
    assert archive.revision(article) is article.revisions[-1]
    named = [
        archive.revision(JOURNEY, 2),
        archive.revision(JOURNEY, "2"),
        archive.revision(JOURNEY, second.id),
        archive.revision(article, second.id),
        archive.revision(article, second.seen_from + timedelta(hours=1)),
        archive.revision(JOURNEY, "2025-03-05"),
        archive.revision(f"{JOURNEY}@2"),
        archive.revision(f"{JOURNEY}@2025-03-05T20:00:00Z"),
        archive.revision(second.id),
    ]
    assert {each.id for each in named} == {second.id}


@pytest.mark.parametrize(
    ("url", "which", "raised"),
    [
        (JOURNEY, 6, NothingDone),
        (JOURNEY, 0, NothingDone),
        (JOURNEY, -1, Misuse),
        (JOURNEY, "2025-03-01", NothingDone),
        (JOURNEY, "yesterday", Misuse),
        (JOURNEY, datetime(2025, 3, 6), Misuse),  # noqa: DTZ001 - this is what is refused
        (JOURNEY, "urn:uuid:00000000-0000-0000-0000-000000000000", NothingDone),
        ("http://www.mooringpost.test/never", None, NothingDone),
    ],
)
def test_a_revision_that_is_not_there_is_refused(
    archive: Archive, url: str, which: int | str | datetime | None, raised: type[Exception]
) -> None:
    with pytest.raises(raised):
        archive.revision(url, which)


def test_a_revision_of_another_article_is_refused(archive: Archive) -> None:
    with pytest.raises(Misuse, match="not of"):
        archive.change(story_of(archive, JOURNEY), 1, story_of(archive, REWORDED).revisions[1])


def test_an_article_as_it_stood_says_when_it_was_looked_at(archive: Archive) -> None:
    between = archive.as_it_stood(JOURNEY, day(2, 20))
    at = archive.as_it_stood(story_of(archive, JOURNEY), day(2, 15))

    assert (between.revision.number, between.since, between.until) == (2, day(2, 15), day(3, 15))
    assert (at.revision.number, at.since, at.until) == (2, day(2, 15), day(2, 15))
    assert archive.as_it_stood(JOURNEY, "2025-04-01").until is None
    with pytest.raises(NothingDone, match="first seen"):
        archive.as_it_stood(JOURNEY, day(0, 0))


# ---- changes


def test_a_change_is_between_any_two_revisions(archive: Archive) -> None:
    article = story_of(archive, JOURNEY)
    change = archive.change(article, 2, 3)

    assert (change.before, change.after) == (article.revisions[1].id, article.revisions[2].id)
    assert change.window == (day(2, 15), day(3, 15))
    assert "number" in change.flags
    assert [each.text for edit in change.edits for each in edit.words if each.op == "remove"] == ["37"]
    assert set(archive.change(JOURNEY, 1, 4).flags) >= {"headline", "number", "quote"}
    assert archive.change(article, article.revisions[2], article.revisions[1]).before == article.revisions[2].id


def test_changes_come_in_the_order_of_time_with_their_article_and_revisions(archive: Archive) -> None:
    found = list(archive.changes())

    assert [each.after.seen_from for each in found] == sorted(each.after.seen_from for each in found)
    assert {each.article.url for each in found} == {JOURNEY, REWORDED, CORRECTED, GAZETTE}
    assert all(each.after.number == each.before.number + 1 for each in found)
    assert all((each.change.before, each.change.after) == (each.before.id, each.after.id) for each in found)
    assert all(each.flags == each.change.flags for each in found)


def test_changes_can_be_bounded_by_time_site_and_flag(archive: Archive) -> None:
    def numbers(found: Iterator[object]) -> list[str]:
        return [repr(each) for each in found]

    every = numbers(archive.changes())
    early = numbers(archive.changes(until=day(5, 0)))

    assert early + numbers(archive.changes(since=day(5, 0))) == every
    assert 0 < len(early) < len(every)
    # A bare date begins with its first moment and ends with its last, as on the command line.
    assert set(numbers(archive.changes(since="2025-03-05", until="2025-03-05"))) == {
        f"<Changed {REWORDED} 1..2: link>",
        f"<Changed {JOURNEY} 1..2: headline>",
    }
    assert {each.article.url for each in archive.changes(sites=[PAPER])} == {GAZETTE}
    assert [each.article.url for each in archive.changes(flags={"stealth"})] == [REWORDED]
    assert numbers(archive.changes(sites="nowhere")) == []


def test_a_flag_that_does_not_exist_is_refused_at_once(archive: Archive) -> None:
    with pytest.raises(Misuse, match="stelth"):
        archive.changes(flags={"stelth"})  # type: ignore[arg-type]


def test_what_people_said_of_a_change_counts(press: Path, tmp_path: Path) -> None:
    home = tmp_path / "press"
    shutil.copytree(press, home)
    for words in (
        ("mark", f"{JOURNEY}@2", "--reviewed"),
        ("mark", f"{JOURNEY}@3", "--wrong-flag", "number", "--note", "counted twice"),
        ("mark", JOURNEY, "--case", "rings"),
    ):
        assert say(*words, "--home", home).code == 0

    with open_archive(home) as archive:
        found = {each.after.number: each for each in archive.changes(case="rings")}
        left = {each.after.number for each in archive.changes(case="rings", unreviewed=True)}
        wrong = list(archive.changes(case="rings", flags={"number"}))

    assert sorted(found) == [2, 3, 4, 5]
    assert found[2].reviewed
    assert left == {3, 4, 5}
    assert "number" in found[3].change.flags
    assert "number" not in found[3].flags
    assert found[3].notes == ("counted twice",)
    assert found[3].cases == ("rings",)
    assert wrong == []


# ---- citations


def test_a_source_has_the_capture_of_its_page_and_what_became_of_it(archive: Archive) -> None:
    sources = {each.citation.target: each for each in archive.citations(CITING) if each.citation.how == "link"}

    gone = sources[GAZETTE]
    assert gone.state == "gone"
    assert gone.domain == "tollgazette.test"
    assert gone.capture is not None
    assert (gone.capture.url, gone.capture.at) == (GAZETTE, day(1, 16))
    assert b"held 4,300 crowns" in archive.payload(gone.capture)
    assert sources[BARGES].state == "same"
    assert sources[WAGES].capture is None
    assert sources[WAGES].reason
    assert "tollgazette.test" in repr(gone)


def test_the_sources_of_an_earlier_revision_are_its_own(archive: Archive) -> None:
    def targets(which: int | Revision | None) -> set[str | None]:
        return {each.citation.target for each in archive.citations(REWORDED, which)}

    article = story_of(archive, REWORDED)
    assert COAL in targets(1)
    assert COAL not in targets(2)
    assert HOUSE in targets(article.revisions[1])
    assert targets(article.revisions[-1]) == targets(None)


def test_who_cites_is_found_by_domain_name_and_page(archive: Archive) -> None:
    for who in ("tollgazette.test", "the Toll Gazette", GAZETTE):
        found = archive.cited_by(who)
        assert {each.article.url for each in found} == {CITING}
        assert {each.revision.id for each in found} == {story_of(archive, CITING).revisions[0].id}
        assert any(each.citation.target == GAZETTE for each in found)
    assert archive.cited_by("nobody.test") == []
    assert f"{CITING}@1" in repr(archive.cited_by(GAZETTE)[0])


def test_outlets_are_counted_and_can_be_of_a_site_or_category(archive: Archive) -> None:
    every = {each.domain: each for each in archive.outlets()}

    assert every["tollgazette.test"].cited == 1
    assert every["sluicetribune.test"].cited == 2
    assert every["sluicetribune.test"].category == "media"
    assert {each.category for each in archive.outlets(category="media")} == {"media"}
    assert "sluicetribune.test" not in {each.domain for each in archive.outlets(site=PAPER)}
    with pytest.raises(Misuse, match="category"):
        archive.outlets(category="press")  # type: ignore[arg-type]


# ---- search


def test_words_are_found_and_what_is_gone_is_told_apart(archive: Archive) -> None:
    sold = archive.find("know where they are sold")
    lost = archive.find("know where they are sold", gone=True)

    assert [[each.number for each in hit.revisions] for hit in sold] == [[1, 2, 3]]
    assert sold[0].gone
    assert lost == sold
    assert sold[0].revisions[0].url == JOURNEY
    still = archive.find("mooring", "rings", outlet="www.mooringpost.test")
    assert still
    assert archive.find("mooring", "rings", gone=True, until=day(0, 0)) == []
    assert len(archive.find("toll*", limit=1)) == 1
    assert archive.find("mooring", "rings", site=PAPER) == []
    with pytest.raises(Misuse, match="no word"):
        archive.find("")


# ---- captures and bytes


def test_captures_are_those_of_a_url_in_a_time(archive: Archive) -> None:
    every = archive.captures(JOURNEY)

    assert [each.at for each in every] == [day(count, 15) for count in range(1, 14)]
    assert {each.site for each in every} == {BLOG}
    assert archive.captures(JOURNEY, since="2025-03-05", until="2025-03-06") == every[1:3]
    assert archive.captures("http://www.mooringpost.test/never") == []


def test_a_revision_leads_to_its_capture_and_that_to_the_bytes(archive: Archive) -> None:
    revision = archive.revision(JOURNEY, 2)
    capture = archive.capture(revision)
    record = archive.record(capture)
    head, _, body = record.block.partition(b"\r\n\r\n")

    assert capture == archive.captures(JOURNEY)[1]
    assert capture == archive.capture(f"<{revision.id}>")
    assert record.fields.id() == revision.id
    assert head.startswith(b"HTTP/1.1 200")
    assert capture.digest == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert record.block == kept.page(JOURNEY, capture.at)
    lies = archive.settings.store.warcs / f"{capture.locator.warc}.open"
    start, length = capture.locator.offset, capture.locator.length
    assert archive.record_bytes(capture) == lies.read_bytes()[start : start + length]
    text = archive.payload(capture).decode()
    assert text.startswith("<!DOCTYPE html>")
    assert revision.extraction.paragraphs[0].partition("“")[0] in text
    with pytest.raises(NothingDone, match="no capture"):
        archive.capture("urn:uuid:00000000-0000-0000-0000-000000000000")


def recorded(home: Path, url: str, body: bytes, at: datetime, *fields: str) -> None:
    recording = Recording(config.load(home), SystemClock()).start()
    try:
        recorded_now(recording, exchange(url, body, at=at, fields=("Content-Type: text/html", *fields)))
    finally:
        recording.close()


def test_a_capture_that_repeats_an_earlier_one_has_its_payload(tmp_path: Path) -> None:
    home, body, url = kept.empty(tmp_path / "home"), b"<p>The same.</p>" * 100, "http://press.test/same"
    recorded(home, url, body, day(1, 0))
    recorded(home, url, body, day(2, 0))

    with open_archive(home) as archive:
        first, second = archive.captures(url)
        assert (first.kind, second.kind) == ("response", "revisit")
        assert archive.payload(first) == archive.payload(second) == body
        assert body not in archive.record(second).block
        lost = replace(second, refers_to=RecordId("urn:uuid:00000000-0000-0000-0000-000000000000"))
        with pytest.raises(NothingDone, match="repeats"):
            archive.payload(lost)


def test_a_payload_that_cannot_be_unpacked_comes_with_a_warning(tmp_path: Path) -> None:
    home, url = kept.empty(tmp_path / "home"), "http://press.test/packed"
    recorded(home, url, b"\x00\x01\x02", day(1, 0), "Content-Encoding: odd")

    with open_archive(home) as archive, pytest.warns(UserWarning, match="odd"):
        assert archive.payload(archive.captures(url)[0]) == b"\x00\x01\x02"


def test_a_damaged_record_is_told(press: Path, tmp_path: Path) -> None:
    home = tmp_path / "press"
    shutil.copytree(press, home)
    with open_archive(home) as archive:
        capture = archive.captures(JOURNEY)[0]
        _spoil(home, capture)
        with pytest.raises(Damaged):
            archive.payload(capture)


def _spoil(home: Path, capture: Capture) -> None:
    path = home / "warcs" / f"{capture.locator.warc}.open"
    data = bytearray(path.read_bytes())
    data[capture.locator.offset + capture.locator.length // 2] ^= 0xFF
    path.write_bytes(data)


# ---- evidence


def test_the_evidence_of_a_revision_holds_until_a_byte_is_altered(press: Path, tmp_path: Path) -> None:
    home = tmp_path / "press"
    shutil.copytree(press, home)
    with open_archive(home) as archive:
        article = story_of(archive, JOURNEY)
        sound = archive.evidence(article, 2)
        _spoil(home, archive.capture(article.revisions[1]))
        altered = archive.evidence(article, 2)
        other = archive.evidence(JOURNEY, 3)

    assert {"revision", "extractor", "reading", "text", "capture", "record", "visit", "file"} <= {
        each.step for each in sound
    }
    assert all(each.ok is not False for each in sound)
    assert "record" in {each.step for each in altered if each.ok is False}
    assert "record" not in {each.step for each in other if each.ok is False}


# ---- the page

MASKS = (
    (r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:..."),
    (r"\b[0-9a-f]{64}\b", "..."),
    (r"test-\d{17}-\d{5}\.warc\.gz", "...warc.gz"),
    (r"\b\d+ bytes\b", "... bytes"),
    (r"\bat \d+\b", "at ..."),
)
"""What differs from one archive to the next, though all that is told is the same."""


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """Give the code of a page, block by block, with the heading it stands under and the output that follows it."""
    found: list[tuple[str, str, str]] = []
    pattern = r"^## ([^\n]+)$|^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?"
    heading = ""
    for match in re.finditer(pattern, page.read_text(), flags=re.MULTILINE | re.DOTALL):
        heading = match[1] or heading
        if match[2] is not None:
            found.append((heading, match[2], match[3] or ""))
    return found


def masked(text: str) -> str:
    for pattern, shown in MASKS:
        text = re.sub(pattern, shown, text)
    return text


def test_the_code_of_the_page_runs_and_gives_what_the_page_says(press: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(press.parent)
    told = blocks(PAGE)
    names: dict[str, object] = {"__name__": "__main__"}
    try:
        for heading, code, output in told:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(code, str(PAGE), "exec"), names)
            if heading.startswith("2."):  # who is cited is found better and better
                assert bool(printed.getvalue()) == bool(output), code
            else:
                assert masked(printed.getvalue()) == masked(output), code
    finally:
        if isinstance(archive := names.get("archive"), Archive):
            archive.close()

    assert len(told) >= 6
    assert {heading[:2] for heading, _, output in told if output} >= {"1.", "2.", "3."}


def test_the_page_names_every_call() -> None:
    text = PAGE.read_text()
    public = [name for name in vars(Archive) if not name.startswith("_")]

    assert [name for name in public if f"archive.{name}" not in text] == []


def test_every_public_call_and_class_says_what_it_is() -> None:
    from archive import notebook

    ours = [each for each in vars(notebook).values() if getattr(each, "__module__", "") == notebook.__name__]
    public = [each for each in (*ours, *vars(Archive).values()) if callable(each) and each.__name__[0] != "_"]

    assert len(public) > 15
    assert [each.__name__ for each in public if not each.__doc__] == []
