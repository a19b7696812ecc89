"""Checks that need more than one report: years of one agency, a government and its departments. Pure functions.

`series` compares the reports of one agency, `consolidated` a government's with those of its departments. Both work on
`Filed`: what a database holds of a report that was read. Gaps are shown, never corrected.
"""

from crawler.reports.across.children import consolidated
from crawler.reports.across.model import CrossFinding, Filed
from crawler.reports.across.years import series

__all__ = ["CrossFinding", "Filed", "consolidated", "series"]
