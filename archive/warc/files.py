"""Where WARC files live: a folder with open, sealed and imported files; who may append; what a name says.

::

    press-20261122031500123-00004.warc.gz         sealed: never touched again
    press-20261123031500456-00000.warc.gz.open    open: whoever holds its lock appends to it
    cut/press-...warc.gz.open@81920               a torn tail, kept when a repair cut it off

A name carries the archive's label, when the file was begun and a serial; never a machine or a person. The lock
(flock) goes with the process: after kill -9 the next process takes the file over, repairs its tail and goes on,
so that many short workers leave few files (design D15).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archive.errors import Damaged, DiskFull, Misuse, VariorumError
from archive.model import Locator

OPEN = ".open"
_NAME = re.compile(r"[^/\0]+\.warc(\.gz)?\Z")
_BEGAN = re.compile(r"-(\d{17})-\d{5}\.warc\.gz\Z")


@dataclass(slots=True)
class OpenFile:
    """A WARC file this process may append to; ``name`` is the final name, ``size`` what is in it."""

    name: str
    path: Path
    began: datetime
    size: int
    _fd: int = field(repr=False)

    def append(self, pieces: Iterable[bytes]) -> int:
        """Write pieces at the end and return how many bytes; on failure the file is as it was before.

        The bytes are with the kernel when this returns: they survive kill -9, and power loss after ``sync``.
        """
        start = self.size
        try:
            for piece in pieces:
                left = memoryview(piece)
                while left:
                    left = left[os.write(self._fd, left) :]
                self.size += len(piece)
        except BaseException as error:
            self.size = start
            with contextlib.suppress(OSError):  # the next start cuts what stays behind
                os.ftruncate(self._fd, start)
                os.lseek(self._fd, start, os.SEEK_SET)
            if isinstance(error, OSError) and (known := _explained(error, self.path)) is not None:
                raise known from error
            raise
        return self.size - start

    def sync(self) -> None:
        """Bring what was written to the disk."""
        with _explaining(self.path):
            os.fsync(self._fd)

    def cut(self, size: int, folder: Path) -> Path | None:
        """Take the bytes from ``size`` on out of the file and keep them in ``folder``; None when there are none."""
        if self.size <= size:
            return None
        with _explaining(folder):
            folder.mkdir(exist_ok=True)
            kept = _free_name(folder / f"{self.path.name}@{size}")
            part = kept.with_name(f"{kept.name}.part")
            with open(self.path, "rb") as whole, open(part, "wb") as tail:
                whole.seek(size)
                while piece := whole.read(1 << 20):
                    tail.write(piece)
                tail.flush()
                os.fsync(tail.fileno())
            os.rename(part, kept)
            _sync_folder(folder)
        with _explaining(self.path):
            os.ftruncate(self._fd, size)
            os.lseek(self._fd, size, os.SEEK_SET)
            os.fsync(self._fd)
        self.size = size
        return kept

    def seal(self) -> Path:
        """Give the file its final name and let go of it."""
        final = self.path.with_name(self.name)
        if final.exists():
            raise Damaged(f"{final} already exists: move it away, then run `variorum repair`")
        self.sync()
        with _explaining(final):
            os.rename(self.path, final)
            _sync_folder(final.parent)
        self.close()
        return final

    def discard(self) -> None:
        """Remove a file in which nothing was ever written."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the file; it stays open for the next process."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


@dataclass(frozen=True, slots=True)
class WarcFolder:
    """The folder with an archive's WARC files."""

    root: Path

    @property
    def cuts(self) -> Path:
        """Where torn tails are kept."""
        return self.root / "cut"

    @property
    def running(self) -> Path:
        """Where the runs at work show that they live."""
        return self.root / "running"

    def make(self) -> None:
        """Make the folder where it is missing."""
        try:
            with _explaining(self.root):
                self.root.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise Misuse(f"{self.root} is a file: name a folder in store.warcs") from error

    def sync(self) -> None:
        """Bring names given in the folder to the disk."""
        _sync_folder(self.root)

    def names(self) -> list[str]:
        """Give the final names of all files, open ones too, in order."""
        found = (entry.name.removesuffix(OPEN) for entry in os.scandir(self.root) if entry.is_file())
        return sorted({name for name in found if _NAME.match(name)})

    def path(self, name: str) -> Path:
        """Give the path of a file by its final name, as it is called now; raise Damaged when it is missing."""
        for candidate in (self.root / name, self.root / (name + OPEN), self.root / name):
            if candidate.exists():
                return candidate
        raise Damaged(f"{self.root / name} is missing: bring it back from a backup, or run `variorum reindex`")

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading by its final name, whoever seals it in this moment; raise Damaged when missing."""
        for candidate in (self.root / name, self.root / (name + OPEN)):
            with contextlib.suppress(FileNotFoundError):
                return candidate.open("rb")
        return self.path(name).open("rb")

    def is_open(self, name: str) -> bool:
        """Tell whether the file may still grow."""
        return not (self.root / name).exists() and (self.root / (name + OPEN)).exists()

    def bytes_at(self, locator: Locator) -> bytes:
        """Read the bytes of one record as they are on disk."""
        with self.open(locator.warc) as file:
            file.seek(locator.offset)
            data = file.read(locator.length)
        if len(data) != locator.length:
            raise Damaged(f"{locator.warc} ends within the record at {locator.offset}: run `variorum verify`")
        return data

    def left_open(self) -> list[str]:
        """Give the final names of the open files, in order, whoever holds them."""
        found = (entry.name.removesuffix(OPEN) for entry in os.scandir(self.root) if entry.name.endswith(OPEN))
        return sorted(name for name in found if _NAME.match(name))

    def take(self, name: str) -> OpenFile | None:
        """Lock an open file by its final name, or None when another process holds it or has just sealed it."""
        path = self.root / (name + OPEN)
        try:
            with _explaining(path):
                fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        if not _lock(fd, path):
            os.close(fd)
            return None
        size = os.lseek(fd, 0, os.SEEK_END)
        return OpenFile(name=name, path=path, began=_began(name, fd), size=size, _fd=fd)

    def abandoned(self, only: str | None = None) -> Iterator[OpenFile]:
        """Lock, one after another, the open files nobody holds; whoever iterates must close or seal each.

        ``only`` is the name of one of them, as it is on disk.
        """
        for name in self.left_open():
            if only is None or only == name + OPEN:
                taken = self.take(name)
                if taken is not None:
                    yield taken

    def create(self, label: str, now: datetime) -> OpenFile:
        """Begin a new file under a name no other file has, and lock it."""
        at = now.astimezone(UTC)
        day = f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"
        for serial in range(100_000):
            name = f"{label}-{day}-{serial:05d}.warc.gz"
            path = self.root / (name + OPEN)
            if (self.root / name).exists():
                continue
            try:
                with _explaining(path):
                    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            except FileExistsError:
                continue
            # Who looks for abandoned files may hold it in this very moment, or have removed it as empty.
            if not _lock(fd, path):
                os.close(fd)
                continue
            _sync_folder(self.root)
            return OpenFile(name=name, path=path, began=at, size=0, _fd=fd)
        raise Damaged(f"{self.root} has no free name left for {label}-{day}")

    def import_name(self, label: str, now: datetime, suffix: str) -> str:
        """Make the name an imported file is kept under; ``suffix`` is ``.warc`` or ``.warc.gz``."""
        at = now.astimezone(UTC)
        taken = set(self.names())
        for serial in range(100_000):
            name = f"{label}-{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}-import-{serial:05d}{suffix}"
            if name not in taken:
                return name
        raise Damaged(f"{self.root} has no free name left for an import")


def _lock(fd: int, path: Path) -> bool:
    """Lock a file; False when another process holds it, or the path leads to it no more."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.stat(path).st_ino == os.fstat(fd).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def _began(name: str, fd: int) -> datetime:
    found = _BEGAN.search(name)
    if found is not None:
        with contextlib.suppress(ValueError):
            return datetime.strptime(found[1] + "000", "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    return datetime.fromtimestamp(os.fstat(fd).st_ctime, UTC)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _free_name(path: Path) -> Path:
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


@contextlib.contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        known = _explained(error, path)
        if known is None:
            raise
        raise known from error


def _explained(error: OSError, path: Path) -> VariorumError | None:
    """Turn what the system reports of the disk into our errors; None for what has another cause."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return DiskFull(
                f"no room to write to {path}: {error.strerror}; free some space and start again, "
                "nothing acknowledged is lost"
            )
        case errno.EACCES | errno.EPERM | errno.EROFS | errno.ENOTDIR:
            return Misuse(f"cannot write to {path}: {error.strerror}; see that store.warcs names a folder we may write")
        case errno.EIO:
            return Damaged(f"the disk fails under {path}: {error.strerror}; see to it, then run `variorum verify`")
    return None
