"""What can be wrong with a database, said in a way that names the culprit and the next command."""

from __future__ import annotations


class StoreError(Exception):
    """Something is wrong with the database or the folder beside it; the message names it and says what to do next."""


class BadUrl(StoreError):
    """`DATABASE_URL` cannot be understood, or names a database that is not supported."""


class DriverMissing(StoreError):
    """The driver for Postgres is not installed."""


class Unreachable(StoreError):
    """The database server does not answer, or the file cannot be opened."""


class NoDatabase(StoreError):
    """A command that only reads met no database."""


class OldDatabase(StoreError):
    """The tables are those of an earlier release: `scrapy db upgrade` brings them up."""


class NewerDatabase(StoreError):
    """The tables are those of a later release than the one that is installed."""


class ForeignTables(StoreError):
    """The database already holds tables with our names that this crawler did not make."""


class SpoolUnwritable(StoreError):
    """The folder that takes records while the database is away cannot be written."""
