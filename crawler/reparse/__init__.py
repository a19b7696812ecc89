"""Archived pages read anew by today's decoder and parser, in parallel processes, without the network."""
