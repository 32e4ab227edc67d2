"""Which captures a session opened. Of those on record before, ``reindex`` finds out.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("captures", sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
