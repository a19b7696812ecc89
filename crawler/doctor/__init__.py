"""`scrapy doctor`: a few polite requests for each row of the registry, what they say, how a broken row is mended."""

from __future__ import annotations

from crawler.doctor.model import Health
from crawler.doctor.spider import DoctorSpider

__all__ = ["DoctorSpider", "Health"]
