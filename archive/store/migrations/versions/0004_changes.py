"""Changes, citations, sentences and names of outlets. These tables were never written to, so they are made anew.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def urlkey() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for name in ("sentences", "citations", "outlet_aliases"):
        op.drop_table(name)
    op.create_table(
        "sentences",
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "revision", "position", name=op.f("pk_sentences")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sentences_revision"), "sentences", ["revision"])
    op.create_table(
        "changes",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("noted", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("revision", "before", name=op.f("pk_changes")),
    )
    for column in ("article", "at", "noted"):
        op.create_index(op.f(f"ix_changes_{column}"), "changes", [column])
    op.create_table(
        "derived",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_derived")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_derived_article"), "derived", ["article"])
    op.create_table(
        "citations",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("via", sa.Integer(), nullable=True),
        sa.Column("negated", sa.Boolean(), nullable=False),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("target_urlkey", urlkey(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("revision", "position", name=op.f("pk_citations")),
    )
    for column in ("article", "domain", "name", "target_urlkey"):
        op.create_index(op.f(f"ix_citations_{column}"), "citations", [column])
    op.create_table(
        "outlet_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "domain", "origin", "subject", name=op.f("pk_outlet_names")),
    )
    op.create_index(op.f("ix_outlet_names_subject"), "outlet_names", ["subject"])
    op.create_table(
        "kept",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kept")),
    )
