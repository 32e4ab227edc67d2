"""Outlets: what was learned of their pages, and whether a second reading of them can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from archive.store.schema import models, outlets
from archive.store.statements import insert_new


def model(conn: Connection, domain: str) -> tuple[str, Mapping[str, object]] | None:
    """Give digest and data of the model that was learned last of an outlet; None where none was."""
    query = select(models.c.digest, models.c.data).where(models.c.domain == domain)
    row = conn.execute(query.order_by(models.c.at.desc(), models.c.digest).limit(1)).first()
    return None if row is None else (row[0], row[1])


def models_by(conn: Connection, domain: str, digest: str) -> Mapping[str, object] | None:
    """Give the data of one model of an outlet, which a chain may have stayed with; None where it is not known."""
    query = select(models.c.data).where(models.c.domain == domain, models.c.digest == digest)
    row = conn.execute(query).first()
    return None if row is None else row[0]


def put_model(conn: Connection, domain: str, digest: str, data: Mapping[str, object], at: datetime) -> None:
    """Keep a model beside the earlier ones; the same one learned again later is the newest again."""
    row = {"domain": domain, "digest": digest, "at": at, "data": dict(data)}
    conn.execute(insert_new(conn, models), row)
    same = (models.c.domain == domain, models.c.digest == digest, models.c.at < at)
    conn.execute(update(models).where(*same).values(at=at))


def count(conn: Connection, domain: str, *, compared: int = 0, disagreed: int = 0) -> None:
    """Add to the number of second readings of an outlet that were checked, and of those that proved wrong."""
    new = {"domain": domain, "name": domain, "home": None, "category": None, "compared": 0, "disagreed": 0}
    conn.execute(insert_new(conn, outlets), new)
    more = {"compared": outlets.c.compared + compared, "disagreed": outlets.c.disagreed + disagreed}
    conn.execute(update(outlets).where(outlets.c.domain == domain).values(more))


def trusted(conn: Connection, domain: str) -> bool:
    """Tell whether no second reading of an outlet ever proved wrong; one never checked is trusted."""
    return not conn.execute(select(outlets.c.disagreed).where(outlets.c.domain == domain)).scalar()
