"""Pictures by the digest of their bytes: what they look like, as a perceptual hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from archive.model import Digest
from archive.store.schema import pictures
from archive.store.statements import chunks, names_of, upsert

_NAMES = names_of(pictures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a picture looks like: ``hash`` is 64 bits in hex, width and height are in pixels."""

    digest: Digest
    hash: str
    width: int
    height: int


def put(conn: Connection, picture: Picture) -> None:
    """Note a picture; what was noted of these bytes before is written over."""
    conn.execute(upsert(conn, pictures), {name: getattr(picture, name) for name in _NAMES})


def of(conn: Connection, digests: Sequence[Digest]) -> Mapping[Digest, Picture]:
    """Give what is known of pictures; one that nobody noted is left out."""
    found: dict[Digest, Picture] = {}
    for some in chunks(digests):
        for row in conn.execute(select(pictures).where(pictures.c.digest.in_(some))):
            picture = Picture(**dict(zip(_NAMES, row, strict=True)))
            found[picture.digest] = picture
    return found
