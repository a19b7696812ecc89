"""What is to be looked for, lists as they were last seen, and where the bytes of each answer lie."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_INTENT = ("portal_id", "column_url", "agency_id", "year")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, nullable: bool = True, default: str | None = None) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=default)


def upgrade() -> None:
    """Make the tables; pages stored earlier have no archived bytes."""
    for column in (_text("archive_file"), sa.Column("archive_offset", sa.BigInteger(), nullable=True), _text("via")):
        op.add_column("pages", column)
    op.create_table(
        "archive_files",
        _text("name", nullable=False),
        _text("origin", nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        _text("sha256"),
        _text("note"),
        sa.PrimaryKeyConstraint("name", name="pk_archive_files"),
    )
    _captures()
    _lists()
    _intents()


def _captures() -> None:
    op.create_table(
        "captures",
        sa.Column("id", _NUMBER, nullable=False),
        _text("file", nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        *(_text(name, nullable=False) for name in ("kind", "request_key", "method", "url")),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        *(_text(name) for name in ("mime", "payload_digest", "etag", "last_modified", "portal_id", "run_id")),
        sa.ForeignKeyConstraint(["file"], ["archive_files.name"], name="fk_captures_file"),
        sa.PrimaryKeyConstraint("id", name="pk_captures"),
        sa.UniqueConstraint("file", "offset", name="uq_captures_file_offset"),
    )
    op.create_index("ix_captures_request_key_at", "captures", ["request_key", "at"])
    op.create_index("ix_captures_url_at", "captures", ["url", "at"])


def _lists() -> None:
    op.create_table(
        "lists",
        sa.Column("id", _NUMBER, nullable=False),
        *(_text(name, nullable=False) for name in ("portal_id", "request_key", "url")),
        *(_text(name) for name in ("column_url", "etag", "last_modified", "sha256")),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("years", _JSON, nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("complete_at", _MOMENT, nullable=True),
        _text("run_id"),
        sa.ForeignKeyConstraint(["portal_id"], ["portals.id"], name="fk_lists_portal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sa.UniqueConstraint("portal_id", "request_key", name="uq_lists_portal_id_request_key"),
    )


def _intents() -> None:
    op.create_table(
        "intents",
        sa.Column("id", _NUMBER, nullable=False),
        _text("portal_id", nullable=False),
        _text("column_url", nullable=False, default=""),
        _text("agency_id", nullable=False, default=""),
        sa.Column("year", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("attempted_at", _MOMENT, nullable=True),
        *(_text(name) for name in ("run_id", "outcome", "reason")),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("succeeded_at", _MOMENT, nullable=True),
        sa.Column("next_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["portal_id"], ["portals.id"], name="fk_intents_portal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_intents"),
        sa.UniqueConstraint(
            "portal_id", "column_url", "agency_id", "year", name="uq_intents_portal_id_column_url_agency_id_year"
        ),
    )
    op.create_index("ix_intents_agency_id_year", "intents", ["agency_id", "year"])


def downgrade() -> None:
    """Drop all of it."""
    for name in ("intents", "lists", "captures", "archive_files"):
        op.drop_table(name)
    for name in ("via", "archive_offset", "archive_file"):
        op.drop_column("pages", name)
