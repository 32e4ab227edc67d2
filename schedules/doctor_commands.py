"""The verb that looks whether an archive and its surroundings are as they should be."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from archive import config, terminal, timing
from archive.errors import Misuse


@click.command()
@click.option("--thorough", is_flag=True, help="Look through the database even where that takes minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one object a finding.")
@click.option("--home", metavar="DIR", help="The archive's folder; else VARIORUM_HOME, else this folder or a parent.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting for this call, such as network.timeout=90s; may be repeated.",
)
def doctor(thorough: bool, as_json: bool, home: str | None, overrides: Sequence[str]) -> int:
    """Look at set-up, contact, permissions, disk, clock, database, files and runs; say what to do where it is wrong.

    Nothing is changed, and nobody is asked over the network. Exit code 0 when there is no problem (warnings are none),
    else that of the gravest: 3 something is damaged, 4 the disk is full, 2 something is set up wrongly, 1 any other.
    """
    from schedules import diagnosis
    from schedules.diagnosis import Finding, Patient
    from schedules.doctor import examine

    folder = config.find_home(None, home, os.environ)
    try:
        settings = config.load(folder, overrides)
    except Misuse as why:
        remedy = f"mend {folder / config.FILE}; nothing else can be looked at before"
        wrong = diagnosis.problem("settings", str(why), remedy, why.exit_code)
        _tell(wrong, as_json)
        return wrong.code
    patient = Patient(
        settings=settings,
        now=timing.from_environment(os.environ).now(),
        env=os.environ,
        thorough=thorough,
        scaled=bool(os.environ.get(timing.VARIABLE)),
    )
    found: list[Finding] = []
    for finding in examine(patient):
        found.append(finding)
        _tell(finding, as_json)
    if not as_json:
        count = {judgement: sum(one.judgement == judgement for one in found) for judgement in ("problem", "warning")}
        click.echo(", ".join(f"{number} {word}{'' if number == 1 else 's'}" for word, number in count.items()))
    return diagnosis.exit_code(one.code for one in found)


def _tell(finding: object, as_json: bool) -> None:
    from schedules.diagnosis import Finding

    assert isinstance(finding, Finding)
    if as_json:
        terminal.emit_json({key: getattr(finding, key) for key in ("what", "judgement", "detail", "remedy")})
        return
    for number, line in enumerate(finding.detail.splitlines() or [""]):
        judgement, what = (finding.judgement, finding.what) if number == 0 else ("", "")
        click.echo(f"{judgement:<8} {what:<12} {terminal.printable(line)}".rstrip())
    if finding.remedy is not None:
        click.echo(f"{'':<8} {'':<12} -> {terminal.printable(finding.remedy)}")
