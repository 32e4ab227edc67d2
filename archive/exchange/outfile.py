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

    Raises ``Misuse`` where one may not be written or is there already, ``NothingDone`` where another process writes
    it, and ``DiskFull``.
    """
    part = path.with_name(f"{path.name}.part")
    if path.is_dir():
        raise Misuse(f"{path} is a folder: name a file")
    if path.exists() and not replace:
        raise Misuse(f"{path} is there already: name another file, or give --force to replace it")
    with explained(path):
        fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        with os.fdopen(fd, "w+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise NothingDone(f"another export writes {path} at this moment: wait for its end") from error
            try:
                file.truncate()
                yield file
                file.flush()
                os.fsync(file.fileno())
                os.rename(part, path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise


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
