"""What the statements of several modules share: insert or leave, insert or overwrite, prepared, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, Executable, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.elements import CompilerElement

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

AnyRow = Sequence[Any]

ROWS_A_FETCH = 1000
"""Rows held at a time while a long answer is read."""

VALUES_A_QUERY = 500
"""Values in one ``IN (...)``; SQLite of 2020 and later takes 32,766 in all."""


class Prepared:
    """A statement compiled once for each kind of database and run by the driver itself, inside our transaction.

    SQLAlchemy's own call costs 45 us more where a row has 21 columns, twice the look-up. Values go in and come out
    as the database has them: a time is ``schema.micros``.
    """

    def __init__(self, make: Callable[[Connection], CompilerElement]) -> None:
        self._make = make
        self._compiled: dict[str, tuple[str, Sequence[str] | None, dict[str, Any]]] = {}

    def rows(self, conn: Connection, values: Mapping[str, object]) -> list[AnyRow]:
        """Give all rows; values that stand in the statement itself need not be given."""
        sql, order, constants = self._for(conn)
        given = {**constants, **values}
        with closing(conn.connection.cursor()) as cursor:
            cursor.execute(sql, given if order is None else tuple([given[name] for name in order]))
            return list(cursor.fetchall())

    def write(self, conn: Connection, names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> int:
        """Run it for each row, its values in the order of ``names``; give how many rows were written."""
        sql, order, _ = self._for(conn)
        if order is not None and list(order) != list(names):
            raise ValueError(f"values are given as {names}, the statement takes {order}")
        with closing(conn.connection.cursor()) as cursor:
            cursor.executemany(sql, rows if order is not None else [dict(zip(names, row, strict=True)) for row in rows])
            return cursor.rowcount

    def each(self, conn: Connection, rows: Sequence[Mapping[str, object]]) -> int:
        """Run it for each row of named values; give how many rows were written."""
        sql, order, constants = self._for(conn)
        given = [{**constants, **row} for row in rows]
        with closing(conn.connection.cursor()) as cursor:
            cursor.executemany(sql, given if order is None else [tuple(row[name] for name in order) for row in given])
            return cursor.rowcount

    def _for(self, conn: Connection) -> tuple[str, Sequence[str] | None, dict[str, Any]]:
        known = self._compiled.get(conn.dialect.name)
        if known is None:
            compiled = self._make(conn).compile(dialect=conn.dialect)
            known = str(compiled), getattr(compiled, "positiontup", None), dict(compiled.params)
            self._compiled[conn.dialect.name] = known
        return known


def names_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def insert_new(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Give an insert that leaves alone a row whose primary key is there already."""
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # dear to import, and seldom the database

    return postgresql.insert(table).on_conflict_do_nothing()


def upsert(conn: Connection, table: Table, leave: Sequence[str] = ()) -> sqlite.Insert | postgresql.Insert:
    """Give an insert that overwrites all columns but ``leave`` of a row whose primary key is there already."""
    keys = [column.name for column in table.primary_key]
    others = [name for name in names_of(table) if name not in keys and name not in leave]
    if conn.dialect.name == "sqlite":
        lite = sqlite.insert(table)
        return lite.on_conflict_do_update(index_elements=keys, set_={name: lite.excluded[name] for name in others})
    from sqlalchemy.dialects import postgresql

    post = postgresql.insert(table)
    return post.on_conflict_do_update(index_elements=keys, set_={name: post.excluded[name] for name in others})


def within(column: Column[Any], since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    """Give the conditions for a time from ``since`` on and before ``until``; None sets no bound."""
    if since is not None:
        yield column >= since
    if until is not None:
        yield column < until


def stream(conn: Connection, statement: Executable) -> Iterator[AnyRow]:
    """Give the rows as they are read; nothing may be written through the same connection meanwhile."""
    yield from conn.execute(statement, execution_options={"yield_per": ROWS_A_FETCH})


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give the values in pieces that one ``IN (...)`` takes."""
    for start in range(0, len(values), VALUES_A_QUERY):
        yield values[start : start + VALUES_A_QUERY]
