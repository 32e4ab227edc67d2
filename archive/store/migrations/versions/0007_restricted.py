"""Which captures a session opened; of those on record before it is not known until ``reindex`` has looked.

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
    op.add_column("captures", sa.Column("restricted", sa.Boolean(), nullable=True))
