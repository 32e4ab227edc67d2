"""The pages tell of everything there is, and of nothing that is not: verbs, settings, keys, codes, links, examples."""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click
import pytest

from archive import cli, config, errors, exchange_commands, journal, model, timing
from archive.article_json import event_json, revision_json, shown_json
from archive.commands import capture_json, run_json, visit_json
from archive.decision_commands import upgraded_json
from archive.model import (
    Article,
    Capture,
    Digest,
    Event,
    Extraction,
    Locator,
    RecordId,
    Revision,
    Run,
    Url,
    UrlKey,
    Visit,
)
from archive.parts_commands import missing_json
from archive.rereading import Kept
from archive.showing import Window
from archive.store.parts import Missing
from archive.upgrading import Upgraded
from archive.warc import writer
from crawler.report import report_json
from crawler.rounds import Report
from schedules import alarms, alert_file, alert_rules
from tests import press

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
REFERENCE = ROOT / "docs" / "reference.md"
ALERTS = ROOT / "docs" / "alerts.md"
PROFILE = ROOT / "docs" / "warc-profile.md"
PREFIXES = ("env/bin/", ".venv/bin/")

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLACE = Locator(warc="a.warc.gz", offset=0, length=1)
ID = RecordId("urn:uuid:0")
URL, KEY = Url("http://a.test/"), UrlKey("test,a)/")
CAPTURE = Capture(
    id=ID, urlkey=KEY, url=URL, at=NOW, status=200, mime=None, digest=None, kind="response", locator=PLACE
)
VISIT = Visit(id=ID, url=URL, urlkey=KEY, at=NOW, why="by hand", attempt=1, outcome="captured", locator=PLACE)
RUN = Run(id="r", why="by hand", began=NOW)
REVISION = Revision(
    id=ID, number=1, url=URL, seen_from=NOW, seen_until=NOW, basis="bytes", extractor="e", extraction=Extraction(),
    text_digest=Digest("sha256:0"), words=0,
)  # fmt: skip
EVENT = Event(at=NOW, event="moved", url=URL)
ARTICLE = Article(id=KEY, url=URL, extractor="e", revisions=(REVISION,), events=(EVENT,))
REPORT = Report(run=RUN, unanswered=(), left=0, unread=0, whys={}, verdicts={}, kept=Kept())


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def rows(page: Path, heading: str) -> set[str]:
    """Give what stands in code in the first column of the tables under a heading, up to the next one."""
    found: set[str] = set()
    inside = False
    for line in page.read_text().splitlines():
        if line.startswith("#"):
            inside = line.lstrip("#").strip() == heading
        elif inside and line.startswith("| `"):
            found |= set(re.findall(r"`([^`]+)`", line.split(" | ")[0]))
    assert found, f"{name_of(page)} has no table under {heading!r}"
    return found


def fences(page: Path) -> Iterator[tuple[str, str]]:
    """Give the language and the text of each fenced block."""
    yield from re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


# ---- what there is, is told


@pytest.mark.parametrize("verb", ["find", "show"])
def test_the_help_in_the_reference_is_what_the_program_prints(verb: str) -> None:
    # In a process of its own: click remembers the help option that another test asked for. find takes -h for a word.
    printed = press.call(verb, "--help").out.split()
    (told,) = re.findall(
        rf"^### variorum {verb}\n+```text\n(.*?)^```$", REFERENCE.read_text(), re.MULTILINE | re.DOTALL
    )

    assert told.split() == printed


def test_every_verb_has_its_section() -> None:
    titles = re.findall(r"^### variorum (\S+)$", REFERENCE.read_text(), flags=re.MULTILINE)

    assert titles == sorted(cli.entries())


def test_every_setting_is_told() -> None:
    assert rows(REFERENCE, "Archives and settings") == set(config.SETTINGS)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [("captures", capture_json(CAPTURE)), ("log", visit_json(VISIT)), ("runs", run_json(RUN))],
    ids=["captures", "log", "runs"],
)
def test_every_key_of_the_json_is_told(heading: str, keys: dict[str, object]) -> None:
    assert rows(REFERENCE, heading) == set(keys)


def test_every_key_of_a_history_is_told() -> None:
    keys = {*revision_json(ARTICLE, REVISION), *event_json(ARTICLE, EVENT)}

    assert rows(REFERENCE, "history") == keys


def test_every_key_of_show_is_told() -> None:
    keys = shown_json(ARTICLE, REVISION, Window(since=NOW, until=None))

    assert rows(REFERENCE, "show") | rows(REFERENCE, "history") == {*keys, *event_json(ARTICLE, EVENT)}


def test_every_key_of_an_upgrade_is_told() -> None:
    keys = upgraded_json(Upgraded(article=KEY, url=URL, former="e", now="f"))

    assert rows(REFERENCE, "reread") == set(keys)


def test_every_key_of_the_report_of_a_run_is_told() -> None:
    assert rows(REFERENCE, "crawl") == set(report_json(REPORT))


def test_every_key_of_missing_is_told() -> None:
    part = Missing(url=URL, urlkey=KEY, modifier="im_", pages=1)

    assert rows(REFERENCE, "missing") == set(missing_json(part, [URL]))


def test_every_key_of_an_export_is_told() -> None:
    told = next(
        node for node in ast.walk(ast.parse(inspect.getsource(exchange_commands._tell))) if isinstance(node, ast.Dict)
    )

    assert rows(REFERENCE, "export") == {key.value for key in told.keys if isinstance(key, ast.Constant)}


def test_every_key_of_verify_is_told(home: Path) -> None:
    wrong = home / "wrong.warc"
    wrong.write_text("not a record\n")
    done = subprocess.run(
        [sys.executable, "-m", "archive.cli", "verify", "--json", "--home", str(home), str(wrong)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 3, done.stderr
    assert len(told) == 2
    assert rows(REFERENCE, "verify") == {key for one in told for key in one}


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Outcomes", get_args(model.Outcome)),
        ("Why", get_args(model.Why)),
        ("Verdicts", get_args(model.Verdict)),
        ("Events", get_args(model.EventKind)),
    ],
    ids=["outcomes", "why", "verdicts", "events"],
)
def test_every_word_of_a_table_is_told(heading: str, words: tuple[str, ...]) -> None:
    assert rows(REFERENCE, heading) == set(words)


@pytest.mark.parametrize("word", [*get_args(model.RunState), *get_args(model.Truncation), *get_args(model.Fidelity)])
def test_every_word_of_a_closed_set_is_told(word: str) -> None:
    assert f"`{word}`" in REFERENCE.read_text()


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Targets", alert_file.TARGET_KEYS), ("Rules", alert_file.RULE_KEYS), ("Alarms", alarms.KINDS)],
    ids=["targets", "rules", "alarms"],
)
def test_everything_that_alerts_may_say_is_told(heading: str, words: Collection[str]) -> None:
    assert rows(ALERTS, heading) == set(words)


def test_every_alarm_may_be_told() -> None:
    assert set(alert_rules.ALARMS) == set(alarms.KINDS)


def exit_codes() -> set[int]:
    def below(kind: type[errors.VariorumError]) -> Iterator[int]:
        yield kind.exit_code
        for narrower in kind.__subclasses__():
            yield from below(narrower)

    return {0, cli.FAULT, cli.INTERRUPTED, cli.READER_GONE, *below(errors.VariorumError)}


def test_every_exit_code_is_told() -> None:
    # 5 is returned by verbs, never raised.
    assert rows(REFERENCE, "Exit codes") == {str(code) for code in {*exit_codes(), 5}}


def test_every_environment_variable_is_told() -> None:
    read = {config.HOME, timing.VARIABLE}
    for package in ("archive", "crawler", "schedules", "tests", "benchmarks"):
        for file in (ROOT / package).rglob("*.py"):
            read |= set(re.findall(r"""environ(?:\.get\(|\[)\s*["'](CI|_?VARIORUM_\w+)["']""", file.read_text()))

    assert {"VARIORUM_DEBUG", "VARIORUM_SHARED"} <= read
    assert read <= rows(REFERENCE, "Environment")


def story_keys() -> tuple[set[str], set[str]]:
    """Read the keys of the visit's JSON, and of its ``tls``, out of the code that writes it: values may be absent."""
    tree = ast.parse(inspect.getsource(writer._story))
    told, *inner = [node for node in ast.walk(tree) if isinstance(node, ast.Dict) and len(node.keys) > 1]
    names = [{key.value for key in node.keys if isinstance(key, ast.Constant)} for node in (told, *inner)]
    tls = next(each for each in names[1:] if "cipher" in each)
    return {str(key) for key in names[0]}, {str(key) for key in tls}


def test_every_key_of_the_visit_record_is_told() -> None:
    visit, tls = story_keys()

    assert {"visit", "url", "outcome", "tls", "reason"} <= visit
    assert rows(PROFILE, "Keys of the visit") == visit
    assert rows(PROFILE, "TLS") == tls


@pytest.mark.parametrize("word", [writer.VISIT_TYPE, journal.TYPE, *(f"`{kind}`" for kind in journal.KINDS)])
def test_every_type_and_kind_of_our_own_records_is_told(word: str) -> None:
    assert word in PROFILE.read_text()


def requirements() -> list[str]:
    every = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return [re.split(r"[<>=~! \[]", requirement)[0] for requirement in every]


@pytest.mark.parametrize("library", requirements())
def test_every_library_has_its_reason_and_licence_in_the_readme(library: str) -> None:
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| [")]
    told = [line.split(" | ") for line in lines if f"[{library}]" in line.lower()]

    assert len(told) == 1, f"{library} has no row in README.md"
    assert all(cell.strip(" |") for cell in told[0])
    assert len(told[0]) == 3


def test_the_readme_tells_of_no_library_that_is_not_needed() -> None:
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| [")]
    told = {name.lower() for line in lines for name in re.findall(r"\[([^\]]+)\]", line.split(" | ")[0])}

    assert told == set(requirements())


# ---- what is told, there is


def commands(page: Path) -> Iterator[list[str]]:
    """Give the calls of the program in a page's shell sessions, as words; what is piped or redirected is left out."""
    for language, text in fences(page):
        for line in text.splitlines() if language == "console" else ():
            if line.startswith("$ "):
                yield from _calls(line.removeprefix("$ "))


def _calls(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    call: list[str] = []
    for word in [*lexer, ";"]:
        if word.strip("|&;<>()") == "":
            if call and call[0].removeprefix(PREFIXES[0]).removeprefix(PREFIXES[1]) == cli.NAME:
                yield call[1:]
            call = []
        else:
            call.append(word)


def every_call() -> list[tuple[str, list[str]]]:
    return [(name_of(page), call) for page in PAGES for call in commands(page)]


@functools.cache
def top() -> click.Context:
    return click.Context(cli.verbs, info_name=cli.NAME, **cli.verbs.context_settings)


def wrong_with(call: list[str]) -> str | None:
    """Say what click would object to, without running anything."""
    if call == ["--help"]:
        return None
    verb = cli.verbs.get_command(top(), call[0])
    if verb is None:
        return f"there is no verb {call[0]}"
    try:
        ctx = verb.make_context(call[0], list(call[1:]), parent=top())
        if isinstance(verb, click.Group):
            name, within, rest = verb.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
            assert within is not None
            within.make_context(name, rest, parent=ctx)
    except click.exceptions.Exit:
        return None  # --help
    except (click.ClickException, errors.VariorumError) as wrong:
        return wrong.format_message() if isinstance(wrong, click.ClickException) else str(wrong)
    return None


@pytest.mark.parametrize(("page", "call"), every_call(), ids=lambda each: each if isinstance(each, str) else each[0])
def test_every_call_in_a_session_is_one_that_the_program_takes(page: str, call: list[str]) -> None:
    assert wrong_with(call) is None, f"{page}: variorum {shlex.join(call)}"


def test_the_sessions_have_calls() -> None:
    told = every_call()

    assert {"capture", "captures", "log", "verify"} <= {call[0] for page, call in told if page == "README.md"}
    first_hour = {call[0] for page, call in told if page == "docs/first-hour.md"}
    assert set(cli.entries()) - first_hour <= {"demo", "work"}  # `make run` calls the one; the other needs machines


@pytest.mark.parametrize(
    "call",
    [
        ["capturs"],
        ["capture", "--fast", "http://a.test/"],
        ["log", "--outcome", "lost"],
        ["import"],
        ["export", "zip", "--all", "a.zip"],
        ["export", "wacz", "--fast", "a.wacz"],
    ],
)
def test_a_call_that_is_wrong_would_be_noticed(call: list[str]) -> None:
    assert wrong_with(call) is not None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_verb_and_option_named_in_the_prose_exists(page: Path) -> None:
    options = {option for verb in cli.entries() for option in _options(verb)} | {"--verify-payloads"}
    for span in re.findall(r"`([^`\n]+)`", prose(page)):
        words = span.split()
        if words[0] == cli.NAME and len(words) > 1 and not words[1].startswith("-"):
            assert words[1] in cli.entries(), f"{name_of(page)}: `{span}`"
        for word in words:
            if word.startswith("--"):
                assert word.partition("=")[0] in options, f"{name_of(page)}: `{span}`"


def _options(verb: str) -> Iterator[str]:
    command = cli.verbs.get_command(top(), verb)
    assert command is not None
    for each in (command, *(command.commands.values() if isinstance(command, click.Group) else ())):
        for parameter in each.params:
            yield from parameter.opts
    yield from ("--help", "--json")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:`|^\$ )make ([a-z]+)", page.read_text(), flags=re.MULTILINE))

    assert named <= targets


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        assert to.is_file(), f"{name_of(page)}: {target}"
        if anchor:
            assert anchor in anchors(to), f"{name_of(page)}: {target}"


def test_every_page_is_linked_from_the_readme_or_from_its_index() -> None:
    index = ROOT / "docs" / "decisions" / "README.md"
    told = {
        (start.parent / target.partition("#")[0]).resolve()
        for start in (ROOT / "README.md", index)
        for target in re.findall(r"\]\(([^)\s]+)\)", start.read_text())
    }

    assert {page for page in PAGES if page != ROOT / "README.md"} <= told


JOINED = (
    ("0003-modules-added.md", "0003: Modules added to the rooms of the design"),
    ("0007-one-spider.md", "Modules added"),
    ("0009-trafilatura-chooses-the-page-speaks.md", "Modules added"),
    ("0010-what-follows-is-derived.md", "Modules added"),
    ("0011-one-standing-run.md", "Modules added"),
    ("0012-two-origins.md", "Modules added"),
)


@pytest.mark.parametrize(("page", "heading"), JOINED, ids=[page[:4] for page, _ in JOINED])
def test_every_module_that_joined_is_there(page: str, heading: str) -> None:
    joined = rows(ROOT / "docs/decisions" / page, heading)

    assert [module for module in joined if not (ROOT / module).is_file()] == []


# ---- the examples are real


def examples() -> list[str]:
    """Give each record shown in the profile."""
    return [
        record
        for language, text in fences(PROFILE)
        if language == "warc"
        for record in re.split(r"\n+(?=WARC/1\.1\n)", text)
    ]


@pytest.mark.parametrize("record", examples(), ids=lambda record: record.split("\n")[1])
def test_the_digest_of_an_example_holds(record: str) -> None:
    head, _, shown = record.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.split("\n")[1:] if ": " in line)
    length = int(fields["Content-Length"])
    # The page shows no carriage returns, and no blank lines at the end.
    front, _, body = shown.rstrip("\n").partition("\n\n")
    crlf = front.replace("\n", "\r\n")
    blocks = [
        shown.rstrip("\n") + "\n" * 2,
        shown.rstrip("\n").replace("\n", "\r\n") + "\r\n" * 2,
        f"{crlf}\r\n\r\n{body}\n",
    ]
    digests = {hashlib.sha256(block.encode()[:length]).hexdigest() for block in blocks if len(block.encode()) >= length}

    assert fields["WARC-Block-Digest"].removeprefix("sha256:") in digests


def test_the_examples_show_every_kind_of_record() -> None:
    kinds = {record.split("\n")[1].removeprefix("WARC-Type: ") for record in examples()}

    assert kinds == {"warcinfo", "response", "revisit", "request", "metadata", "resource"}
