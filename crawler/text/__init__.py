"""Bytes to faithful text: decoding, repair of destroyed text, and a log of each decision."""
