"""Articles as they are folded, and readings with the layout of their page.

Readings are kept. The tables of articles, revisions, events and outlets were never written to, so they are made anew.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

READING = "capture, extractor, urlkey, at, verdict, score, reasons, text_digest, extraction"


def urlkey() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _readings()
    _chains()
    _identity()
    _outlets()


def _readings() -> None:
    # Made anew and filled, so that the table is worded like a fresh one; names of keys are free again after the drop.
    op.execute(f"CREATE TABLE readings_before AS SELECT {READING} FROM readings")
    op.drop_table("readings")
    op.create_table(
        "readings",
        sa.Column("capture", sa.Text(), nullable=False),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.Text(), nullable=True),
        sa.Column("extraction", sa.Text(), nullable=True),
        sa.Column("same_as", sa.Text(), nullable=True),
        sa.Column("layout", sa.LargeBinary(), nullable=True),
        sa.Column("claims", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("capture", "extractor", name=op.f("pk_readings")),
    )
    op.execute(f"INSERT INTO readings ({READING}) SELECT {READING} FROM readings_before")
    op.drop_table("readings_before")
    op.create_index(op.f("ix_readings_urlkey_at"), "readings", ["urlkey", "at"])


def _chains() -> None:
    op.drop_table("articles")
    op.drop_table("revisions")
    op.drop_table("events")
    op.create_table(
        "articles",
        sa.Column("id", urlkey(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("pinned_at", sa.BigInteger(), nullable=True),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index(op.f("ix_articles_outlet"), "articles", ["outlet"])
    op.create_index(op.f("ix_articles_site_last_seen"), "articles", ["site", "last_seen"])
    op.create_table(
        "revisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("seen_from", sa.BigInteger(), nullable=False),
        sa.Column("seen_until", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("picture_digest", sa.Text(), nullable=True),
        sa.Column("picture_hash", sa.Text(), nullable=True),
        sa.Column("returns_to", sa.Text(), nullable=True),
        sa.Column("extraction", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_article_seen_from"), "revisions", ["article", "seen_from"])
    op.create_index(op.f("ix_revisions_seen_from"), "revisions", ["seen_from"])
    op.create_table(
        "revision_captures",
        sa.Column("capture", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("capture", name=op.f("pk_revision_captures")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_revision_captures_article"), "revision_captures", ["article"])
    op.create_table(
        "events",
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.Column("visit", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("article", "number", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_at"), "events", ["at"])


def _identity() -> None:
    op.create_table(
        "unfolded",
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("urlkey", name=op.f("pk_unfolded")),
    )
    op.create_index(op.f("ix_unfolded_since"), "unfolded", ["since"])
    op.create_table(
        "pointers",
        sa.Column("source", urlkey(), nullable=False),
        sa.Column("target", urlkey(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "target", "kind", name=op.f("pk_pointers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_pointers_target"), "pointers", ["target"])
    op.create_table(
        "pins",
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("urlkey", name=op.f("pk_pins")),
        sqlite_with_rowid=False,
    )


def _outlets() -> None:
    op.drop_table("outlets")
    op.create_table(
        "outlets",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("disagreed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_outlets")),
    )
    op.create_table(
        "models",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "digest", name=op.f("pk_models")),
    )
    op.create_table(
        "pictures",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pictures")),
        sqlite_with_rowid=False,
    )
