"""decode, parse, check, store: each a few lines around a pure function of `crawler`."""
