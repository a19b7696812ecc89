"""URLs: what is understood, and what is said of the rest."""

from __future__ import annotations

import importlib.util
from typing import Any

import psycopg
import pytest

from crawler.store import DEFAULT_URL, database_url, engine, errors
from crawler.store.engine import make_engine, parse_url


def test_settings_before_environment_before_default() -> None:
    assert database_url("sqlite:///a.db", {"DATABASE_URL": "sqlite:///b.db"}) == "sqlite:///a.db"
    assert database_url(None, {"DATABASE_URL": "sqlite:///b.db"}) == "sqlite:///b.db"
    assert database_url("", {}) == DEFAULT_URL == "sqlite:///data/reports.db"


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://u:p@host/name", "postgresql+psycopg"),
        ("postgres://u:p@host/name", "postgresql+psycopg"),
        ("postgresql+psycopg2://u:p@host/name", "postgresql+psycopg"),
        ("sqlite:///data/reports.db", "sqlite+pysqlite"),
    ],
)
def test_driver_is_chosen(url: str, driver: str) -> None:
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("data/reports.db", "not a database URL"),
        ("mysql://localhost/reports", "'mysql' databases are not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "needs a file"),
    ],
)
def test_bad_url_is_explained(url: str, message: str) -> None:
    with pytest.raises(errors.BadUrl, match=message) as caught:
        make_engine(url)
    assert "sqlite:///data/reports.db" in str(caught.value)


def test_missing_driver_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, *more: Any) -> None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", absent)
    with pytest.raises(errors.DriverMissing, match=r"pip install -e '\.\[postgres\]'"):
        parse_url("postgresql://host/name")
    assert parse_url("sqlite:///a.db").database == "a.db"


def test_patience_can_be_set_in_the_url() -> None:
    engine = make_engine("postgresql://host/name?connect_timeout=3")
    assert engine.url.query["connect_timeout"] == "3"


class Dialect:
    """Connects after some refusals with one sentence."""

    loaded_dbapi = psycopg

    def __init__(self, sentence: str, refusals: int) -> None:
        self.sentence, self.left = sentence, refusals

    def connect(self, *_: object, **__: object) -> str:
        if self.left:
            self.left -= 1
            raise psycopg.OperationalError(f"connection failed: FATAL:  {self.sentence}")
        return "connected"


@pytest.mark.parametrize("sentence", ["the database system is starting up", "the database system is in recovery mode"])
def test_a_server_that_is_starting_is_waited_for(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.time, "sleep", lambda _: None)
    assert engine._postgres_open(Dialect(sentence, 3), None, (), {}) == "connected"


def test_a_server_that_refuses_or_starts_for_ever_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.time, "sleep", lambda _: None)
    refusing = Dialect("password authentication failed", 5)
    with pytest.raises(psycopg.OperationalError, match="password"):
        engine._postgres_open(refusing, None, (), {})
    assert refusing.left == 4
    moments = iter(range(0, 1000, 7))
    monkeypatch.setattr(engine.time, "monotonic", lambda: next(moments))
    with pytest.raises(psycopg.OperationalError, match="starting up"):
        engine._postgres_open(Dialect("the database system is starting up", 50), None, (), {})
