"""Databases, and the whole fake country crawled once."""

from __future__ import annotations

from tests.databases import database, postgres, postgres_server, sqlite

__all__ = ["database", "postgres", "postgres_server", "sqlite"]
