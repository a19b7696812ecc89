"""Of several contents of one report the best is current: what each is worth, and a view that names it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What `crawler.store.worth` reckons of a reading, as near as the database can say it of what is stored.
_WORTH = """
UPDATE versions SET worth =
    10 * (SELECT count(*) FROM cells WHERE cells.version_id = versions.id AND cells.address NOT LIKE 'local.%'
          AND cells.kind IN ('number', 'zero', 'none_word', 'not_applicable', 'not_counted'))
    - 10 * (SELECT count(*) FROM findings WHERE findings.version_id = versions.id AND findings.severity = 'hard')
    + (SELECT CASE WHEN count(*) < 9 THEN count(*) ELSE 9 END FROM sections WHERE sections.version_id = versions.id)
"""

# A content that its address no longer shows is not current; among those that are shown the one worth most is, among
# equals the one that claims the later date or came on a later day (a correction on a new address), and at last that of
# the first address, so that the order of arrival within a crawl does not matter.
_VIEW = """
CREATE VIEW current_versions AS
SELECT report_id, version_id FROM (
    SELECT shown.report_id AS report_id, shown.version_id AS version_id, row_number() OVER (
        PARTITION BY shown.report_id
        ORDER BY shown.worth DESC, shown.claimed DESC, shown.day DESC, shown.url ASC, shown.version_id DESC) AS place
    FROM (
        SELECT versions.report_id AS report_id, versions.id AS version_id, versions.worth AS worth, pages.url AS url,
            coalesce(versions.date_claimed, '') AS claimed, date(versions.first_seen) AS day,
            row_number() OVER (PARTITION BY versions.report_id, pages.url
                ORDER BY version_pages.last_seen DESC, version_pages.first_seen DESC, versions.id DESC) AS lately
        FROM versions
        JOIN version_pages ON version_pages.version_id = versions.id
        JOIN pages ON pages.id = version_pages.page_id
    ) AS shown WHERE shown.lately = 1
) AS ranked WHERE ranked.place = 1
"""


def upgrade() -> None:
    """Add the column, reckon it for what is stored, and create the view."""
    op.add_column("versions", sa.Column("worth", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_WORTH)
    op.execute(_VIEW)


def downgrade() -> None:
    """Drop both."""
    op.execute("DROP VIEW current_versions")
    op.drop_column("versions", "worth")
