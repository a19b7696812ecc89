"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Spelled out here, not imported: what a released migration makes must never change with the code.
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "agencies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agencies"),
    )
    op.create_table(
        "portals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portals"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("spider", sa.Text(), nullable=True),
        sa.Column("args", _JSON, nullable=True),
        sa.Column("versions", _JSON, nullable=True),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("finish_reason", sa.Text(), nullable=True),
        sa.Column("stats", _JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("portal_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("evidence", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_attempts_agency_id"),
        sa.ForeignKeyConstraint(["portal_id"], ["portals.id"], name="fk_attempts_portal_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_attempts_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.UniqueConstraint("fingerprint", name="uq_attempts_fingerprint"),
    )
    op.create_index("ix_attempts_agency_id_year_at", "attempts", ["agency_id", "year", "at"])
    op.create_index("ix_attempts_portal_id_at", "attempts", ["portal_id", "at"])
    op.create_index("ix_attempts_run_id", "attempts", ["run_id"])
    op.create_table(
        "columns",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("portal_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("params", _JSON, nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["portal_id"], ["portals.id"], name="fk_columns_portal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_columns"),
        sa.UniqueConstraint("portal_id", "url", name="uq_columns_portal_id_url"),
    )
    op.create_table(
        "pages",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("portal_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("encoding_declared", sa.Text(), nullable=True),
        sa.Column("encoding_chosen", sa.Text(), nullable=True),
        sa.Column("characters_lost", sa.Integer(), nullable=True),
        sa.Column("column_url", sa.Text(), nullable=True),
        sa.Column("list_title", sa.Text(), nullable=True),
        sa.Column("list_date", sa.Text(), nullable=True),
        sa.Column("attachments", _JSON, nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=False),
        sa.Column("last_run_id", sa.Text(), nullable=False),
        sa.Column("times_seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["last_run_id"], ["runs.id"], name="fk_pages_last_run_id"),
        sa.ForeignKeyConstraint(["portal_id"], ["portals.id"], name="fk_pages_portal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
        sa.UniqueConstraint("url", "sha256", name="uq_pages_url_sha256"),
    )
    op.create_index("ix_pages_portal_id", "pages", ["portal_id"])
    op.create_table(
        "portal_agencies",
        sa.Column("portal_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_portal_agencies_agency_id"),
        sa.ForeignKeyConstraint(["portal_id"], ["portals.id"], name="fk_portal_agencies_portal_id"),
        sa.PrimaryKeyConstraint("portal_id", "agency_id", name="pk_portal_agencies"),
    )
    op.create_index("ix_portal_agencies_agency_id", "portal_agencies", ["agency_id"])
    op.create_table(
        "reports",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_reports_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("agency_id", "year", "kind", name="uq_reports_agency_id_year_kind"),
    )
    op.create_index("ix_reports_year", "reports", ["year"])
    op.create_table(
        "versions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("report_id", _NUMBER, nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("parser", sa.Text(), nullable=False),
        sa.Column("read_from", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("kind_reason", sa.Text(), nullable=False),
        sa.Column("agency_printed", sa.Text(), nullable=True),
        sa.Column("agency_source", sa.Text(), nullable=True),
        sa.Column("agency_resolved_by", sa.Text(), nullable=True),
        sa.Column("year_source", sa.Text(), nullable=True),
        sa.Column("date_claimed", sa.Text(), nullable=True),
        sa.Column("date_url", sa.Text(), nullable=True),
        sa.Column("date_meta", sa.Text(), nullable=True),
        sa.Column("encoding_declared", sa.Text(), nullable=True),
        sa.Column("encoding_chosen", sa.Text(), nullable=True),
        sa.Column("encoding_lossy", sa.Boolean(), nullable=True),
        sa.Column("characters_lost", sa.Integer(), nullable=True),
        sa.Column("tables", _JSON, nullable=False),
        sa.Column("repairs", _JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_versions_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("report_id", "content_sha256", name="uq_versions_report_id_content_sha256"),
    )
    op.create_table(
        "cells",
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("place_table", sa.Integer(), nullable=True),
        sa.Column("place_row", sa.Integer(), nullable=True),
        sa.Column("place_col", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_cells_version_id"),
        sa.PrimaryKeyConstraint("version_id", "address", name="pk_cells"),
    )
    op.create_index("ix_cells_address", "cells", ["address"])
    op.create_table(
        "findings",
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("left_side", sa.Text(), nullable=True),
        sa.Column("right_side", sa.Text(), nullable=True),
        sa.Column("difference", sa.Numeric(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("cells", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_findings_version_id"),
        sa.PrimaryKeyConstraint("version_id", "position", name="pk_findings"),
    )
    op.create_index("ix_findings_code", "findings", ["code"])
    op.create_table(
        "narratives",
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_narratives_version_id"),
        sa.PrimaryKeyConstraint("version_id", "quantity", name="pk_narratives"),
    )
    op.create_table(
        "sections",
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("num", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tables", _JSON, nullable=False),
        sa.Column("implied", sa.Boolean(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_sections_version_id"),
        sa.PrimaryKeyConstraint("version_id", "position", name="pk_sections"),
    )
    op.create_table(
        "version_pages",
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("page_id", _NUMBER, nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name="fk_version_pages_page_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_version_pages_version_id"),
        sa.PrimaryKeyConstraint("version_id", "page_id", name="pk_version_pages"),
    )
    op.create_index("ix_version_pages_page_id", "version_pages", ["page_id"])


def downgrade() -> None:
    """Drop all tables."""
    op.drop_index("ix_version_pages_page_id", table_name="version_pages")
    op.drop_table("version_pages")
    op.drop_table("sections")
    op.drop_table("narratives")
    op.drop_index("ix_findings_code", table_name="findings")
    op.drop_table("findings")
    op.drop_index("ix_cells_address", table_name="cells")
    op.drop_table("cells")
    op.drop_table("versions")
    op.drop_index("ix_reports_year", table_name="reports")
    op.drop_table("reports")
    op.drop_index("ix_portal_agencies_agency_id", table_name="portal_agencies")
    op.drop_table("portal_agencies")
    op.drop_index("ix_pages_portal_id", table_name="pages")
    op.drop_table("pages")
    op.drop_table("columns")
    op.drop_index("ix_attempts_run_id", table_name="attempts")
    op.drop_index("ix_attempts_portal_id_at", table_name="attempts")
    op.drop_index("ix_attempts_agency_id_year_at", table_name="attempts")
    op.drop_table("attempts")
    op.drop_table("runs")
    op.drop_table("portals")
    op.drop_table("agencies")
