"""Small facts that belong to no row, by their names."""

from __future__ import annotations

from sqlalchemy import Connection, select

from archive.store.schema import kept
from archive.store.statements import upsert


def get(conn: Connection, name: str) -> str | None:
    """Give a fact; None where it was never kept."""
    return conn.scalar(select(kept.c.value).where(kept.c.name == name))


def put(conn: Connection, name: str, value: str) -> None:
    """Keep a fact over what it was."""
    conn.execute(upsert(conn, kept), {"name": name, "value": value})
