"""Checks of what does not belong to the archive: the program and its libraries, time zones, the user, systemd."""

from __future__ import annotations

import os
import platform
import socket
import zoneinfo
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from archive.cli import NAME
from archive.errors import Incompatible
from schedules import systemd
from schedules.calendar import in_words
from schedules.diagnosis import MISUSE, Finding, Patient, fine, problem, some, warning

INSTALL = "install it again in its environment: make setup, or pip install with constraints.txt"
SAMPLES = ("Europe/Lisbon", "America/New_York", "Australia/Lord_Howe")


def software(patient: Patient) -> Iterator[Finding]:
    """Compare Python and the libraries with what the program was made for."""
    needed = [Requirement(text) for text in metadata.requires(NAME) or ()]
    needed = [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    wrong = [why for each in needed if (why := unfit(each)) is not None]
    python = SpecifierSet(metadata.metadata(NAME)["Requires-Python"] or "")
    if not python.contains(platform.python_version(), prereleases=True):
        wrong.append(f"Python {platform.python_version()}, and {python} is needed")
    if wrong:
        yield problem("software", "; ".join(wrong), INSTALL, MISUSE)
        return
    try:
        from crawler import contract

        contract.check()
    except Incompatible as why:
        yield problem("software", str(why), INSTALL, MISUSE)
        return
    version = metadata.version(NAME)
    yield fine("software", f"Variorum {version}, Python {platform.python_version()}, {len(needed)} libraries as needed")


def unfit(needed: Requirement) -> str | None:
    """Say what is wrong with the installed version of a library; None when it is one we know to work."""
    try:
        version = metadata.version(needed.name)
    except metadata.PackageNotFoundError:
        return f"{needed.name} is not installed"
    if needed.specifier.contains(version, prereleases=True):
        return None
    return f"{needed.name} {version}, and {needed.specifier} is needed"


def zones(patient: Patient) -> Iterator[Finding]:
    """See whether the rules of time zones are on this machine; a wrong night is a silent mistake."""
    missing = []
    for name in SAMPLES:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            missing.append(name)
    if missing:
        remedy = "install them: apt-get install tzdata, or pip install tzdata"
        yield problem("time zones", f"there are no rules of {some(missing)}", remedy, MISUSE)
        return
    yield fine("time zones", "their rules are on this machine")


def user(patient: Patient) -> Iterator[Finding]:
    """See as whom we run: root may do too much, and another than the owner leaves files that the owner cannot write."""
    owner = patient.settings.home.stat().st_uid
    if os.geteuid() == 0:
        remedy = "make a user for it: docs/operators.md, Install as a service"
        yield warning("user", "this is root, who may do everything; a crawler reads what strangers wrote", remedy)
    elif owner != os.geteuid():
        remedy = f"sudo -u '#{owner}' variorum doctor"
        yield warning("user", f"the archive belongs to user {owner}, this is {os.geteuid()}", remedy)
    else:
        yield fine("user", "the archive's owner, and not root")


def supervisor(patient: Patient) -> Iterator[Finding]:
    """See whether systemd hears us, where it started us."""
    if not patient.env.get("NOTIFY_SOCKET"):
        yield fine("systemd", "not started by it, nothing to tell")
        return
    found = systemd.from_environment(patient.env)
    if found.address is None:
        said = patient.env["NOTIFY_SOCKET"]
        yield warning("systemd", f"NOTIFY_SOCKET is {said}, no socket we can write to", "Type=exec instead of notify")
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.connect(found.address)
    except OSError as error:
        remedy = "NotifyAccess=main, Type=notify in the unit; and no NOTIFY_SOCKET elsewhere"
        yield problem("systemd", f"it does not listen at NOTIFY_SOCKET: {error.strerror}", remedy)
        return
    every = "no watchdog" if found.ping_every is None else f"a sign of life every {in_words(found.ping_every)}"
    yield fine("systemd", f"it listens; {every}")
