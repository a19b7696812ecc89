"""The text as it was read, and why its encoding was chosen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the columns; what is stored already has none of both."""
    op.add_column("versions", sa.Column("source_text", sa.Text(), nullable=True))
    op.add_column("pages", sa.Column("encoding_evidence", _JSON, nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("pages", "encoding_evidence")
    op.drop_column("versions", "source_text")
