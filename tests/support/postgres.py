"""One temporary PostgreSQL cluster for a whole test session, shared by all pytest-xdist workers.

The first test process that needs it runs ``initdb`` and starts ``postgres_keeper``, which owns the server.
Later ones join. The server ends with the last of them, whatever way that one ends: see ``postgres_keeper``.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support import postgres_keeper as keeper

if TYPE_CHECKING:
    import psycopg

OLDEST = 15
"""The oldest major version the product supports."""

PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
"""Where Debian, Red Hat and Homebrew keep the server programs, from the root folder."""

START_SECONDS = 60
STATE = "postgres.json"
SOCKET_PATH_LIMIT = 90
"""Longest directory in which a socket name still fits the 107 bytes the system allows."""

EMPTY_DATABASE = """
DO $$
DECLARE found_schema name;
BEGIN
    FOR found_schema IN
        SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', found_schema);
    END LOOP;
    CREATE SCHEMA public;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
END
$$
"""
"""Removes every schema and makes an empty ``public``, as in a new database."""


class PostgresUnavailable(Exception):
    """No server can be started here; the text says why."""


@dataclass
class Cluster:
    """A running server.

    :param directory: folder of the socket, the data and the log.
    :param lifeline: file descriptor whose shared lock keeps the server up.
    :param keeper: the process that owns the server, where this process started it.
    """

    directory: Path
    lifeline: int
    keeper: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _admin: psycopg.Connection[Any] | None = field(default=None, repr=False)
    _made: int = 0
    _spare: list[str] = field(default_factory=list, repr=False)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database, through the Unix socket."""
        return f"postgresql+psycopg://{keeper.ROLE}@/{database}?host={self.directory}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A plain psycopg connection with autocommit."""
        import psycopg

        return psycopg.connect(host=str(self.directory), user=keeper.ROLE, dbname=database, autocommit=True)

    def take_database(self) -> str:
        """An empty database nobody else uses.

        Making one copies 300 files (0.2 to 0.3 s where that is slow), emptying a used one takes some 10 ms,
        so databases that were given back are used again.

        :returns: its name, unique among all workers of the session.
        """
        if self._spare:
            return self._spare.pop()
        self._made += 1
        name = f"t_{os.getpid()}_{self._made}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return name

    def give_back(self, name: str) -> None:
        """Take a database back: ends the connections a test left open and removes all that was made in it."""
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND backend_type = 'client backend'"
        )
        self._run(f'ALTER DATABASE "{name}" RESET ALL')
        with self.connect(name) as connection:
            connection.execute(EMPTY_DATABASE)
        self._spare.append(name)

    def close(self) -> None:
        """Let go of the server; it stops when nobody else holds it."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        if self.lifeline >= 0:
            os.close(self.lifeline)
            self.lifeline = -1

    def _run(self, statement: str) -> None:
        if self._admin is None or self._admin.closed:
            self._admin = self.connect()
        self._admin.execute(statement.encode())


def find_bin() -> Path:
    """The folder with the newest PostgreSQL server programs.

    Looks on PATH, and in ``PLACES``, which are not on it.

    :raises PostgresUnavailable: where there are none, or only ones older than the product supports.
    """
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in PLACES:
        folders += Path("/").glob(pattern)
    found = [
        (_major(folder), folder)
        for folder in folders
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres"))
    ]
    if not found:
        raise PostgresUnavailable("no PostgreSQL server programs (initdb) on this machine")
    major, folder = max(found)
    if major < OLDEST:
        raise PostgresUnavailable(f"PostgreSQL {major} is too old, {OLDEST} or newer is needed")
    return folder


def _major(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"(\d+)", said.stdout)
    return int(number.group(1)) if number else 0


def join(shared: Path) -> Cluster:
    """Join the session's cluster, starting it if this is the first process to ask.

    :param shared: a folder all workers of the session see.
    :raises PostgresUnavailable: when no server can be started.
    """
    try:
        import psycopg  # noqa: F401
    except ImportError as problem:
        raise PostgresUnavailable(f"psycopg cannot be imported: {problem}") from problem
    with _only_one(shared / "postgres.lock"):
        cluster = _join_running(shared / STATE)
        return cluster if cluster is not None else _start(shared / STATE)


def wait_until_stopped(shared: Path, seconds: float = 15) -> None:
    """Wait until the session's server and its data are gone; call after the last process let go."""
    try:
        directory = Path(json.loads((shared / STATE).read_text())["directory"])
    except (OSError, ValueError):
        return
    end = time.monotonic() + seconds
    while directory.exists() and time.monotonic() < end:
        time.sleep(0.01)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _join_running(state: Path) -> Cluster | None:
    """The running cluster, or None if there is none or it is on its way down."""
    try:
        directory = Path(json.loads(state.read_text())["directory"])
        lifeline = os.open(directory / keeper.LIFELINE, os.O_RDWR)
    except (OSError, ValueError):
        return None
    try:
        fcntl.flock(lifeline, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lifeline)
        return None
    return Cluster(directory, lifeline)


def _start(state: Path) -> Cluster:
    programs = find_bin()
    user = _server_user()
    directory = _make_directory(user)
    lifeline = os.open(directory / keeper.LIFELINE, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lifeline, fcntl.LOCK_SH)
    cluster = Cluster(directory, lifeline)
    # Known before it runs, so that the session waits for its end even if the start is interrupted.
    state.write_text(json.dumps({"directory": str(directory)}))
    try:
        cluster.keeper = subprocess.Popen(
            [sys.executable, keeper.__file__, str(directory), str(programs), user],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _wait_until_ready(cluster.keeper, directory)
    except BaseException:
        cluster.close()
        raise
    return cluster


def _server_user() -> str:
    """PostgreSQL refuses to run as root: then the user made for it, or nobody. Empty: the present user."""
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise PostgresUnavailable("running as root, and there is no user postgres or nobody to run the server")


def _make_directory(user: str) -> Path:
    # Not in pytest's own folder: that one is closed to other users, and too long for a socket name.
    parent = tempfile.gettempdir()
    if user or len(parent) > SOCKET_PATH_LIMIT - 20:
        parent = "/tmp"
    directory = Path(tempfile.mkdtemp(prefix="funnel-pg-", dir=parent))
    if user:
        shutil.chown(directory, user, pwd.getpwnam(user).pw_gid)
    return directory


def _wait_until_ready(process: subprocess.Popen[bytes], directory: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not (directory / keeper.READY).exists():
        if (directory / keeper.FAILED).exists() or process.poll() is not None or time.monotonic() > end:
            log = directory / keeper.LOG
            said = log.read_text(errors="replace").strip()[-1000:] if log.exists() else "its log is gone"
            raise PostgresUnavailable(f"the server did not start: {said}")
        time.sleep(0.01)
