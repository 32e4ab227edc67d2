"""The first day: every table of schema.py as it stood then, frozen.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def urlkey() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "access_rules",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("subject", urlkey(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_rules")),
    )
    op.create_index(op.f("ix_access_rules_subject"), "access_rules", ["subject"], unique=False)
    op.create_table(
        "article_redirects",
        sa.Column("former", urlkey(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("former", name=op.f("pk_article_redirects")),
    )
    op.create_index(op.f("ix_article_redirects_article"), "article_redirects", ["article"], unique=False)
    op.create_table(
        "article_urls",
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("urlkey", name=op.f("pk_article_urls")),
    )
    op.create_index(op.f("ix_article_urls_article"), "article_urls", ["article"], unique=False)
    op.create_table(
        "articles",
        sa.Column("id", urlkey(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index(op.f("ix_articles_outlet"), "articles", ["outlet"], unique=False)
    op.create_index(op.f("ix_articles_site_last_seen"), "articles", ["site", "last_seen"], unique=False)
    op.create_table(
        "captures",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("mime", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("warc", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("truncated", sa.Text(), nullable=True),
        sa.Column("fidelity", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.Column("refers_to", sa.Text(), nullable=True),
        sa.Column("refers_url", sa.Text(), nullable=True),
        sa.Column("refers_at", sa.BigInteger(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("urlkey", "at", "id", name=op.f("pk_captures")),
    )
    op.create_index(op.f("ix_captures_id"), "captures", ["id"], unique=False)
    op.create_index(op.f("ix_captures_run"), "captures", ["run"], unique=False)
    op.create_index(op.f("ix_captures_warc_offset"), "captures", ["warc", "offset"], unique=False)
    op.create_table(
        "citations",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("via", sa.Integer(), nullable=True),
        sa.Column("negated", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("target_urlkey", urlkey(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("revision", "position", name=op.f("pk_citations")),
    )
    op.create_index(op.f("ix_citations_article"), "citations", ["article"], unique=False)
    op.create_index(op.f("ix_citations_domain"), "citations", ["domain"], unique=False)
    op.create_index(op.f("ix_citations_target_urlkey"), "citations", ["target_urlkey"], unique=False)
    op.create_table(
        "copies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("warc", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "warc", "offset", name=op.f("pk_copies")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_copies_warc"), "copies", ["warc"], unique=False)
    op.create_table(
        "cursors",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_cursors")),
    )
    op.create_table(
        "events",
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.Column("visit", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("article", "at", "event", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_at"), "events", ["at"], unique=False)
    op.create_table(
        "fixity",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("warc", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixity")),
    )
    op.create_index(op.f("ix_fixity_warc_at"), "fixity", ["warc", "at"], unique=False)
    op.create_table(
        "frontier",
        sa.Column("neighbour", sa.Text(), nullable=False),
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("came_from", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("run", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("neighbour", "urlkey", name=op.f("pk_frontier")),
    )
    op.create_index(op.f("ix_frontier_bucket"), "frontier", ["bucket"], unique=False)
    op.create_index(
        op.f("ix_frontier_neighbour_state_next_at"), "frontier", ["neighbour", "state", "next_at"], unique=False
    )
    op.create_index(op.f("ix_frontier_site_next_at"), "frontier", ["site", "next_at"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("warc", sa.Text(), nullable=True),
        sa.Column("offset", sa.BigInteger(), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_kind_at"), "journal", ["kind", "at"], unique=False)
    op.create_index(op.f("ix_journal_subject"), "journal", ["subject"], unique=False)
    op.create_index(op.f("ix_journal_warc"), "journal", ["warc"], unique=False)
    op.create_table(
        "marks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_subject"), "marks", ["subject"], unique=False)
    op.create_table(
        "neighbours",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("backoff", sa.Integer(), nullable=False),
        sa.Column("last_fetch", sa.BigInteger(), nullable=True),
        sa.Column("blocked_until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_neighbours")),
    )
    op.create_index(op.f("ix_neighbours_ready_at"), "neighbours", ["ready_at"], unique=False)
    op.create_table(
        "outlet_aliases",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alias", "domain", name=op.f("pk_outlet_aliases")),
    )
    op.create_index(op.f("ix_outlet_aliases_domain"), "outlet_aliases", ["domain"], unique=False)
    op.create_table(
        "outlets",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("learned", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_outlets")),
    )
    op.create_table(
        "prices",
        sa.Column("neighbour", sa.Text(), nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("neighbour", name=op.f("pk_prices")),
    )
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
        sa.PrimaryKeyConstraint("capture", "extractor", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_urlkey_at"), "readings", ["urlkey", "at"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_state_at"), "requests", ["state", "at"], unique=False)
    op.create_table(
        "requisites",
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("page", "urlkey", name=op.f("pk_requisites")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_requisites_urlkey"), "requisites", ["urlkey"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("article", urlkey(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_from", sa.BigInteger(), nullable=False),
        sa.Column("seen_until", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("picture_digest", sa.Text(), nullable=True),
        sa.Column("returns_to", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_article_seen_from"), "revisions", ["article", "seen_from"], unique=False)
    op.create_index(op.f("ix_revisions_seen_from"), "revisions", ["seen_from"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("sites", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=True),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("settings_digest", sa.Text(), nullable=True),
        sa.Column("considered", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_began"), "runs", ["began"], unique=False)
    op.create_table(
        "sentences",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "revision", "position", name=op.f("pk_sentences")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sentences_revision"), "sentences", ["revision"], unique=False)
    op.create_table(
        "sightings",
        sa.Column("shown_by", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("dated", sa.BigInteger(), nullable=True),
        sa.Column("lastmod", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shown_by", "position", name=op.f("pk_sightings")),
    )
    op.create_index(op.f("ix_sightings_site_seen_at"), "sightings", ["site", "seen_at"], unique=False)
    op.create_index(op.f("ix_sightings_urlkey_seen_at"), "sightings", ["urlkey", "seen_at"], unique=False)
    op.create_table(
        "tombstones",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warc", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("journal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_warc"), "tombstones", ["warc"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("urlkey", urlkey(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("came_from", sa.Text(), nullable=True),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.Column("run", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("warc", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_at"), "visits", ["at"], unique=False)
    op.create_index(op.f("ix_visits_run"), "visits", ["run"], unique=False)
    op.create_index(op.f("ix_visits_urlkey_at"), "visits", ["urlkey", "at"], unique=False)
    op.create_index(op.f("ix_visits_warc"), "visits", ["warc"], unique=False)
    op.create_table(
        "warcs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("began", sa.BigInteger(), nullable=True),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_warcs")),
    )
    op.create_index(op.f("ix_warcs_sha256"), "warcs", ["sha256"], unique=False)


def downgrade() -> None:
    for table in (
        "access_rules",
        "article_redirects",
        "article_urls",
        "articles",
        "captures",
        "citations",
        "copies",
        "cursors",
        "events",
        "fixity",
        "frontier",
        "journal",
        "marks",
        "neighbours",
        "outlet_aliases",
        "outlets",
        "prices",
        "readings",
        "requests",
        "requisites",
        "revisions",
        "runs",
        "sentences",
        "sightings",
        "tombstones",
        "visits",
        "warcs",
    ):
        op.drop_table(table)
