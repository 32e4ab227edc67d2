"""A file that is there whole or not at all: written beside its name, which it gets at the end."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from archive.errors import Damaged, DiskFull, Misuse, NothingDone

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What file systems without hard links say, as those of memory sticks."""


class Counted:
    """Passes bytes on, and knows how many there were and their SHA-256."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to = to
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._to.write(data)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """The labelled digest of all bytes so far."""
        return f"sha256:{self._hash.hexdigest()}"


@contextmanager
def whole(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write to, which becomes ``path`` at the end; nothing stays behind when that is not reached.

    It is written as ``path.part``, which nobody made before: no file of others is ever written to or removed. Without
    ``replace`` nothing is put in the place of a file, not even of one that was made meanwhile.

    Raises ``Misuse`` where one may not be written or is there already, ``NothingDone`` where another process writes
    it, and ``DiskFull``.
    """
    part = path.with_name(f"{path.name}.part")
    if path.is_dir():
        raise Misuse(f"{path} is a folder: name a file")
    if path.exists() and not replace:
        raise _there(path)
    with explained(path):
        try:
            fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except FileExistsError as error:
            if _is_held(part):
                raise NothingDone(f"another export writes {path} at this moment: wait for its end") from error
            raise Misuse(
                f"{part} is there already, left by an export that was broken off, or a file of yours: remove it, or"
                " name another file to write"
            ) from error
        with os.fdopen(fd, "w+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
                file.flush()
                os.fsync(file.fileno())
                _put(part, path, replace=replace)
            except BaseException:
                part.unlink(missing_ok=True)
                raise


def _put(part: Path, path: Path, *, replace: bool) -> None:
    """Give a file its name; raise ``Misuse`` where that is taken and may not be replaced."""
    if not replace:
        try:
            os.link(part, path)  # fails where the name is taken; a rename would not
        except FileExistsError as error:
            raise _there(path) from error
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if path.exists():
                raise _there(path) from error
        else:
            part.unlink()
            return
    os.rename(part, path)


def _there(path: Path) -> Misuse:
    return Misuse(f"{path} is there already: name another file, or give --force to replace it")


def _is_held(part: Path) -> bool:
    """Tell whether another process has the file locked."""
    try:
        with part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the system reports of the disk into our errors."""
    try:
        yield
    except OSError as error:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
                raise DiskFull(
                    f"no room to write {path}: {error.strerror}; free some space and run it again"
                ) from error
            case errno.EACCES | errno.EPERM | errno.EROFS | errno.ENOTDIR | errno.ENOENT:
                raise Misuse(f"cannot write {path}: {error.strerror}; name a file in a folder we may write") from error
            case errno.EIO:
                raise Damaged(f"the disk fails under {path}: {error.strerror}; name a file on another one") from error
        raise
