"""Whose error a failing identity is and how else the table may be read; findings that speak of more than one report."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns and table; findings that are stored already say nothing of either."""
    op.add_column("findings", sa.Column("grid_agrees", sa.Boolean(), nullable=True))
    op.add_column("findings", sa.Column("reading", _JSON, nullable=True))
    op.add_column("findings", sa.Column("raws", _JSON, nullable=True))
    op.create_table(
        "cross_findings",
        sa.Column("report_id", _NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("left_side", sa.Text(), nullable=True),
        sa.Column("right_side", sa.Text(), nullable=True),
        sa.Column("difference", sa.Numeric(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("cells", _JSON, nullable=False),
        sa.Column("against", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_cross_findings_report_id"),
        sa.PrimaryKeyConstraint("report_id", "position", name="pk_cross_findings"),
    )
    op.create_index("ix_cross_findings_code", "cross_findings", ["code"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_cross_findings_code", table_name="cross_findings")
    op.drop_table("cross_findings")
    for name in ("raws", "reading", "grid_agrees"):
        op.drop_column("findings", name)
