"""A look at everything an archive stands on; it changes nothing and asks nobody over the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from archive.errors import VariorumError
from archive.store import open_store
from schedules import doctor_files, doctor_index, doctor_machine
from schedules.diagnosis import WRONG, Check, Finding, IndexCheck, Patient, problem, warning

MACHINE: Sequence[Check] = (
    doctor_machine.software,
    doctor_machine.zones,
    doctor_machine.user,
    doctor_machine.supervisor,
)
FILES: Sequence[Check] = (
    doctor_files.declarations,
    doctor_files.contact,
    doctor_files.robots,
    doctor_files.permissions,
    doctor_files.disk,
    doctor_files.scheduler,
    doctor_files.database,
)
INDEX: Sequence[IndexCheck] = (
    doctor_index.warc_files,
    doctor_index.runs_at_work,
    doctor_index.runs_planned,
    doctor_index.runs_of_sites,
    doctor_index.clock,
    doctor_index.what_rings,
)


def examine(patient: Patient) -> Iterator[Finding]:
    """Look at one thing after another; what keeps one look from ending is a finding too, and the others go on."""
    usable = True
    for check in (*MACHINE, *FILES):
        for finding in _guarded(check.__name__, check(patient)):
            usable &= not (check is doctor_files.database and finding.judgement == "problem")
            yield finding
    if not usable or not doctor_files.is_current(patient):
        yield warning(
            "index", "not looked at: see database above", "mend the database, then run `variorum doctor` again"
        )
        return
    with closing(open_store(patient.settings.store.database)) as store, store.read() as conn:
        for of_index in INDEX:
            yield from _guarded(of_index.__name__, of_index(patient, conn))


def _guarded(name: str, found: Iterator[Finding]) -> Iterator[Finding]:
    what = name.replace("_", " ")
    try:
        yield from found
    except VariorumError as error:
        yield problem(what, str(error), "see what it says", error.exit_code)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        remedy = "run `variorum doctor` as the user that the archive belongs to"
        yield problem(what, f"cannot look: {where}{error.strerror or error}", remedy, WRONG)
