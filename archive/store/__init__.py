"""The index over the WARC files, and what is read out of them: the only place that knows SQLAlchemy and Alembic."""

from __future__ import annotations

from sqlalchemy import Connection

from archive.store.engine import Store, open_store, set_aside, sqlite_url
from archive.store.schema import wipe_derived

__all__ = ["Connection", "Store", "open_store", "set_aside", "sqlite_url", "wipe_derived"]
