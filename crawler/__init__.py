"""Crawler for Chinese government information disclosure reports (政府信息公开工作年度报告).

Everything that is neither a spider nor a pipeline lives here; nothing here imports either of them.
"""

__version__ = "0.2.0"
