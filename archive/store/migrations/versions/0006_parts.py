"""What pages need and the archive lacks, and what came of asking for it.

Revision ID: 0006
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def urlkey() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def has(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=False)


def may(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=True)


def upgrade() -> None:
    for column in (may("run"), may("outcome"), may("capture")):
        op.add_column("requests", column)
    op.create_index(op.f("ix_requests_subject"), "requests", ["subject"])
    op.create_table(
        "looked",
        has("urlkey", urlkey()),
        has("capture"),
        has("at", sa.BigInteger()),
        may("site"),
        sa.PrimaryKeyConstraint("urlkey", name=op.f("pk_looked")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "missing",
        has("urlkey", urlkey()),
        has("page", urlkey()),
        has("url"),
        has("modifier"),
        sa.PrimaryKeyConstraint("urlkey", "page", name=op.f("pk_missing")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_missing_page"), "missing", ["page"])
