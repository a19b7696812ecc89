"""Which software made a portal: from an address, and a page where there is one, to a family with its reasons."""

from __future__ import annotations

from crawler.detect.model import Candidate, Detection, Reason
from crawler.detect.scoring import detect, detect_all

__all__ = ["Candidate", "Detection", "Reason", "detect", "detect_all"]
