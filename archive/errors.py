"""Everything that may be raised on purpose, and how the command line answers.

::

    VariorumError                     exit
    |- Misuse                         2   the call, a setting or a site file is wrong
    |- NotAnArchive                   2   no archive here, or none where one was named
    |- NothingDone                    1   no URL got a response, not found, refused, already running
    |  `- Busy                        1   another process keeps the database locked
    |- Damaged                        3   the archive, or a file given, is damaged
    |  `- NotAWarc                    1   a file given is not a WARC at all; nothing was taken
    |- DiskFull                       4   the disk, or the operator's limit on it, stopped us
    `- Incompatible                   2   an installed library is not one we know to work

Foreseen outcomes of a crawl (a name that does not resolve, a refused connection, a page gone) are values, not
exceptions: see ``model.Outcome``. Each message says what happened, to what, and what to do next.
"""

from __future__ import annotations


class VariorumError(Exception):
    """Something a person can understand and mend; the message is shown to them as it is."""

    exit_code = 1


class Misuse(VariorumError):
    """The call, a setting or a site file is wrong."""

    exit_code = 2


class NotAnArchive(Misuse):
    """There is no archive here, or none at the place that was named."""


class NothingDone(VariorumError):
    """Nothing came of it: not found, refused, no response, already running."""

    exit_code = 1


class Busy(NothingDone):
    """Another process keeps the database locked."""


class Damaged(VariorumError):
    """The archive, or a file given, is damaged."""

    exit_code = 3


class NotAWarc(Damaged):
    """A file given is not a WARC file; nothing of it was taken."""

    exit_code = 1


class DiskFull(VariorumError):
    """The disk is full, or as full as the operator allows; what was acknowledged is safe."""

    exit_code = 4


class Incompatible(Misuse):
    """An installed library differs from those we know to work."""
