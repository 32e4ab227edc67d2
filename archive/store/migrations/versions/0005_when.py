"""When to visit again, what was planned and never run, what goes wrong, and what is told of it.

Revision ID: 0005
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def urlkey() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def has(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=False)


def may(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=True)


def upgrade() -> None:
    for column in (may("schedule"), may("detail"), may("beat", sa.BigInteger()), may("within")):
        op.add_column("runs", column)
    op.create_index(op.f("ix_runs_state"), "runs", ["state"])
    op.create_table(
        "learned",
        has("site"),
        has("at", sa.BigInteger()),
        has("data"),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_learned")),
    )
    op.create_table(
        "standings",
        has("urlkey", urlkey()),
        has("site"),
        has("at", sa.BigInteger()),
        has("data"),
        sa.PrimaryKeyConstraint("urlkey", name=op.f("pk_standings")),
    )
    op.create_index(op.f("ix_standings_site"), "standings", ["site"])
    op.create_table(
        "expected",
        has("visit"),
        has("site"),
        has("at", sa.BigInteger()),
        has("edits", sa.Float()),
        has("chance", sa.Float()),
        has("changed", sa.Boolean()),
        sa.PrimaryKeyConstraint("visit", name=op.f("pk_expected")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_expected_site_at"), "expected", ["site", "at"])
    op.create_table(
        "alarms",
        has("site"),
        has("kind"),
        has("since", sa.BigInteger()),
        may("ended", sa.BigInteger()),
        has("detail"),
        sa.PrimaryKeyConstraint("site", "kind", "since", name=op.f("pk_alarms")),
    )
    op.create_index(op.f("ix_alarms_ended"), "alarms", ["ended"])
    op.create_table(
        "notices",
        has("rule"),
        has("kind"),
        has("subject"),
        has("before"),
        has("site"),
        has("at", sa.BigInteger()),
        has("due", sa.BigInteger()),
        has("state"),
        has("tries", sa.Integer()),
        may("done_at", sa.BigInteger()),
        may("detail"),
        sa.PrimaryKeyConstraint("rule", "kind", "subject", "before", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_state_due"), "notices", ["state", "due"])
