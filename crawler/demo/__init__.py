"""A small country of fake portals: what the demo crawls and the tests use."""
