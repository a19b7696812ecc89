"""The archive: every answer of a crawl byte for byte in WARC 1.1 files, and how it is read, replayed and verified."""
