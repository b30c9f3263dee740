"""The PostgreSQL server of the tests: each test finds an empty database, and no crash leaves a server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from tests.conftest import ROOT
from tests.support import postgres, postgres_keeper

HOLDER = """
import sys, time
from pathlib import Path
from tests.support import postgres
cluster = postgres.join(Path(sys.argv[1]))
print(cluster.directory, flush=True)
time.sleep(600)
"""


def test_a_database_given_back_is_empty_again(pg_cluster: postgres.Cluster) -> None:
    name = pg_cluster.take_database()
    left_open = pg_cluster.connect(name)
    left_open.execute("CREATE TABLE deal (id int); CREATE SCHEMA other; CREATE TYPE stage AS ENUM ('lead')")
    left_open.execute(f'ALTER DATABASE "{name}" SET statement_timeout = 1')
    locked = pg_cluster.connect(name)
    locked.autocommit = False
    locked.execute("LOCK TABLE deal")

    pg_cluster.give_back(name)

    assert pg_cluster.take_database() == name
    with pg_cluster.connect(name) as connection:
        tables = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        assert connection.execute(f"{tables} WHERE nspname = 'public'").fetchone() == (0,)
        assert connection.execute("SELECT to_regnamespace('other'), to_regtype('stage')").fetchone() == (
            None,
            None,
        )
        assert connection.execute("SHOW statement_timeout").fetchone() == ("0",)
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    pg_cluster.give_back(name)


def test_names_sort_as_people_sort_them(pg_url: str) -> None:
    """Not as SQLite sorts them: so a report that leans on the database's order is found out."""
    with psycopg.connect(pg_url.replace("+psycopg", "")) as connection:
        names = connection.execute(
            "SELECT x FROM unnest(ARRAY['b', 'A', 'a', 'B']) AS x ORDER BY x"
        ).fetchall()
    assert [name for (name,) in names] == ["a", "A", "b", "B"]


@pytest.mark.pg
def test_the_server_ends_with_a_killed_test_process(pg_cluster: postgres.Cluster, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    directory = Path(holder.stdout.readline().strip())
    server = int((directory / postgres_keeper.DATA / "postmaster.pid").read_text().split()[0])
    second = postgres.join(tmp_path)
    assert second.directory == directory

    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with second.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    second.close()
    postgres.wait_until_stopped(tmp_path)
    assert not directory.exists()
    assert _is_gone(server)


@pytest.mark.pg
def test_a_server_that_cannot_start_says_why(
    pg_cluster: postgres.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "find_bin", lambda: tmp_path)  # a folder without programs
    with pytest.raises(postgres.PostgresUnavailable, match="initdb"):
        postgres.join(tmp_path)
    postgres.wait_until_stopped(tmp_path)


def test_too_old_or_no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bin"
    old.mkdir()
    for name in ("initdb", "pg_ctl", "postgres"):
        (old / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 9.6.24'\n")
        (old / name).chmod(0o755)
    monkeypatch.setattr(postgres, "PLACES", ())
    monkeypatch.setenv("PATH", str(old), prepend=os.pathsep)
    with pytest.raises(postgres.PostgresUnavailable, match="PostgreSQL 9 is too old, 15 or newer"):
        postgres.find_bin()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgres.PostgresUnavailable, match=r"no PostgreSQL server programs \(initdb\)"):
        postgres.find_bin()


def _is_gone(pid: int, seconds: float = 5) -> bool:
    """Whether the process ends; one that only waits to be reaped by its parent has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False
