"""The word by which a figure of the prose is only about so."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; figures that are stored already say nothing of it."""
    op.add_column("narratives", sa.Column("remark", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("narratives", "remark")
