"""What every test gets: a clean environment of its own, databases, and the shared data where present."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support import postgres

ROOT = Path(__file__).resolve().parent.parent

# Names and prefixes of variables that change what the program or its libraries do.
LEAKING = ("TZ", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "LINES")
LEAKING_PREFIXES = ("FUNNEL_", "TEXTUAL_", "LC_", "LANGUAGE", "PG")
TEST_SWITCHES = ("FUNNEL_TEST_REQUIRE_PG",)


def leaking_variables() -> list[str]:
    """The variables of the present environment that must not reach the program under test."""
    return [
        name
        for name in os.environ
        if (name in LEAKING or name.startswith(LEAKING_PREFIXES)) and name not in TEST_SWITCHES
    ]


# Textual reads its switches once, when it is imported, so this cannot wait for a fixture.
for _name in leaking_variables():
    del os.environ[_name]
time.tzset()
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["LANG"] = "C.UTF-8"

# Hundreds of programs are started; each would compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What is started in the background ignores these, and so would the programs under test.
for _signal in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, signal.default_int_handler if _signal is signal.SIGINT else signal.SIG_DFL)

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a PostgreSQL database carries the mark ``pg`` without being told."""
    for item in items:
        if "pg_url" in getattr(item, "fixturenames", ()) and item.get_closest_marker("pg") is None:
            item.add_marker(pytest.mark.pg)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it again and again costs much."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last process to end waits for the PostgreSQL server, so that a session leaves nothing behind."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is not None and not hasattr(config, "workerinput"):
        postgres.wait_until_stopped(factory.getbasetemp())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own for each test, and none of the developer's settings.

    The folders for settings, data, state and cache are named but not made: a new user has none either.

    :returns: the home folder.
    """
    home = Path(tempfile.mkdtemp(prefix="home-", dir=tmp_path_factory.getbasetemp()))
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    for name in leaking_variables():
        if name != "TEXTUAL_ANIMATIONS":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / ".local" / "share"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / ".local" / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return home


@pytest.fixture(autouse=True)
def quick_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new database has its tables at once."""
    # Not at the top: the program chooses its language when it is imported, in an environment that is clean.
    from funnel_tui.db import upgrade
    from tests.support import schema

    monkeypatch.setattr(upgrade, "_migrate", schema.migrate)


@pytest.fixture(scope="session")
def pg_cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[postgres.Cluster]:
    """The PostgreSQL server of this session; skips, saying why, where none can be started."""
    base = tmp_path_factory.getbasetemp()
    try:
        cluster = postgres.join(base if worker_id == "master" else base.parent)
    except postgres.PostgresUnavailable as reason:
        if os.environ.get("FUNNEL_TEST_REQUIRE_PG") == "1":
            pytest.fail(f"PostgreSQL is required here, but: {reason}")
        pytest.skip(str(reason))
    yield cluster
    cluster.close()


@pytest.fixture
def pg_url(pg_cluster: postgres.Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    name = pg_cluster.take_database()
    yield pg_cluster.url(name)
    pg_cluster.give_back(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where this test's database is: once a path for SQLite, once a PostgreSQL URL. Nothing is there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "funnel.db")
    url: str = request.getfixturevalue("pg_url")
    return url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder ``shared/data`` beside the repository: real-shaped files of other programs."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder shared/data beside the repository")
    return folder
