"""Bytes to faithful text: decoding, repair of destroyed text, and a log of each decision."""

from crawler.text.decoding import decode
from crawler.text.mainland import to_mainland
from crawler.text.repairing import repair

__all__ = ["decode", "repair", "to_mainland"]
