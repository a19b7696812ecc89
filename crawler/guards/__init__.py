"""Guards: what a crawl is held against, so that none succeeds in silence while its data stops.

`judge` is pure: this run and earlier ones in, named verdicts out. `watch` is the extension that gathers the one, reads
the others from the database, and closes a crawl that makes no progress. No guard skips itself at zero.
"""
