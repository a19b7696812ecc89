"""The database: models, migrations, the one writer, and the queries that others share.

`open_store(url)` (also `store.open`) gives an engine on up-to-date tables, `open_to_read` one for reading alone,
`Writer` writes records into it, `recheck` compares reports with each other, `coverage`, `cross_findings`,
`remembered_columns` and `dump` read.
"""

from crawler.store.coverage import CoverageRow, coverage
from crawler.store.crossing import NOT_COMPARED, CrossRow, Rechecked, cross_findings, recheck
from crawler.store.engine import DEFAULT_URL, database_url
from crawler.store.errors import StoreError
from crawler.store.migrate import current, open_store, open_to_read, upgrade
from crawler.store.queries import RememberedColumn, dump, remembered_columns
from crawler.store.spool import Loaded, Spool
from crawler.store.writer import Writer, WriteResult

__all__ = [
    "DEFAULT_URL",
    "NOT_COMPARED",
    "CoverageRow",
    "CrossRow",
    "Loaded",
    "Rechecked",
    "RememberedColumn",
    "Spool",
    "StoreError",
    "WriteResult",
    "Writer",
    "coverage",
    "cross_findings",
    "current",
    "database_url",
    "dump",
    "open_store",
    "open_to_read",
    "recheck",
    "remembered_columns",
    "upgrade",
]

open = open_store
