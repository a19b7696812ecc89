"""The tables: made, brought up, and refused in words."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from crawler.store import errors, migrate
from crawler.store.engine import make_engine
from crawler.store.migrate import Schema, open_store
from crawler.store.models import Base
from tests.store.examples import HEAD


def test_migrations_give_exactly_the_models(database: str) -> None:
    engine = open_store(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrate.VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) == []
        assert set(Base.metadata.tables) < set(inspect(connection).get_table_names())


def test_names_of_constraints_are_those_of_the_models(database: str) -> None:
    """compare_metadata looks at what a constraint does; a later migration speaks of it by its name."""
    engine = open_store(database)
    inspector = inspect(engine)
    for name, table in Base.metadata.tables.items():
        foreign = {key["name"] for key in inspector.get_foreign_keys(name)}
        assert foreign == {str(key.name) for key in table.foreign_key_constraints}
        assert inspector.get_pk_constraint(name)["name"] == table.primary_key.name


def test_first_step_can_be_taken_back(database: str) -> None:
    from alembic import command

    engine = open_store(database)
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "base")
    assert inspect(engine).get_table_names() == [migrate.VERSION_TABLE]
    assert open_store(database) is not None


def test_opening_makes_folder_and_tables_once(sqlite: str, tmp_path: Path) -> None:
    open_store(sqlite)
    assert (tmp_path / "data" / "reports.db").exists()
    with open_store(sqlite).connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA synchronous")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) == 10_000


def _open_and_report(url: str, gate: object, answers: object) -> None:
    gate.wait()  # type: ignore[attr-defined]
    try:
        engine = open_store(url)
        with engine.connect() as connection:
            answers.put(connection.scalar(text("SELECT count(*) FROM crawler_schema")))  # type: ignore[attr-defined]
    except Exception as error:
        answers.put(repr(error))  # type: ignore[attr-defined]


def test_many_processes_open_a_new_database_at_once(database: str) -> None:
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(4), context.Queue()
    workers = [context.Process(target=_open_and_report, args=(database, gate, answers)) for _ in range(4)]
    for worker in workers:
        worker.start()
    assert [answers.get(timeout=120) for _ in workers] == [1, 1, 1, 1]
    for worker in workers:
        worker.join()


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Scripts of a release that knows one step more."""
    scripts = tmp_path / "later"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9999_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '9999'\ndown_revision = '{HEAD}'\n\n"
        "def upgrade():\n    op.add_column('runs', sa.Column('host', sa.Text()))\n"
    )
    return scripts


def test_old_database_names_the_command_that_brings_it_up(
    database: str, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(database)
    monkeypatch.setattr(migrate, "SCRIPTS", next_release)
    with pytest.raises(errors.OldDatabase, match="scrapy db upgrade"):
        open_store(database)
    assert migrate.current(database) == Schema(HEAD, "9999")
    assert migrate.upgrade(database) == (Schema(HEAD, "9999"), Schema("9999", "9999"))
    assert migrate.upgrade(database)[0].up_to_date
    assert "host" in {column["name"] for column in inspect(open_store(database)).get_columns("runs")}


def test_database_of_a_later_release_is_left_alone(
    database: str, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(migrate, "SCRIPTS", next_release)
        open_store(database)
    for attempt in (open_store, migrate.upgrade, migrate.current):
        with pytest.raises(errors.NewerDatabase, match="9999"):
            attempt(database)


def test_failing_migration_leaves_nothing_behind(
    database: str, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(database)
    step = next_release / "versions" / "9999_more.py"
    step.write_text(step.read_text() + "    raise RuntimeError('killed here')\n")
    monkeypatch.setattr(migrate, "SCRIPTS", next_release)
    with pytest.raises(RuntimeError, match="killed here"):
        migrate.upgrade(database)
    assert migrate.current(database).current == HEAD
    assert "host" not in {column["name"] for column in inspect(make_engine(database)).get_columns("runs")}


def test_tables_of_a_stranger_are_not_touched(database: str) -> None:
    with make_engine(
        database if database.startswith("postgres") else database.replace("data/", "")
    ).begin() as connection:
        connection.execute(text("CREATE TABLE reports (id INTEGER)"))
        url = connection.engine.url.render_as_string(hide_password=False)
    with pytest.raises(errors.ForeignTables, match="reports"):
        open_store(url)
    assert inspect(create_engine(url)).get_table_names() == ["reports"]


def test_unrelated_tables_of_others_do_not_matter(postgres: str) -> None:
    with make_engine(postgres).begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    assert migrate.schema_of(open_store(postgres)).up_to_date


def test_reading_makes_no_database(sqlite: str, tmp_path: Path, postgres: str) -> None:
    with pytest.raises(errors.NoDatabase, match="first crawl"):
        open_store(sqlite, create=False)
    with pytest.raises(errors.NoDatabase, match="first crawl"):
        migrate.current(sqlite)
    with pytest.raises(errors.NoDatabase, match="first crawl"):
        open_store(postgres, create=False)
    assert not (tmp_path / "data").exists()
    assert inspect(make_engine(postgres)).get_table_names() == []


def test_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "reports.db"
    file.write_bytes(b"<html>" * 1000)
    with pytest.raises(errors.Unreachable, match="not a database"):
        open_store(f"sqlite:///{file}")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(errors.Unreachable, match="folder"):
        open_store(f"sqlite:///{tmp_path}/data/reports.db")


@pytest.mark.postgres
def test_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreachable) as caught:
        open_store(f"postgresql://me:secret@/nothing?host={tmp_path}")
    assert "scrapy db path" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_wal_is_waited_for(tmp_path: Path) -> None:
    """Another process that has the new file open for a moment must not break the switch."""
    import threading

    file = tmp_path / "reports.db"
    holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(0.3, lambda: holder.execute("COMMIT"))
    timer.start()
    open_store(f"sqlite:///{file}")
    timer.join()
