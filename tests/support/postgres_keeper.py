"""Make and run one PostgreSQL server for as long as somebody holds the lifeline; then stop and delete it.

Started as a script, by path, in its own session. Each test process holds a shared lock on the lifeline file.
The kernel drops the lock however the process ends, so the exclusive lock that is waited for here is granted
exactly when the last of them is gone, after a crash or a SIGKILL as well.

Usage: postgres_keeper.py DIRECTORY BIN USER ("" for the present user)
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

LIFELINE = "lifeline"
LOG = "server.log"
DATA = "data"
READY = "ready"
"""This file appears when the server takes connections."""
FAILED = "failed"
"""This file appears when there will be no server; the log says why."""
ROLE = "funnel"
"""The superuser of the cluster."""

STOP_SECONDS = "10"

INITDB = ["--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions", f"--username={ROLE}"]
# A collation that sorts as people do, unlike SQLite: an order that leans on the database shows up.
COLLATION = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=und"]

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""Server settings: a Unix socket only, and nothing that costs time to survive a power cut."""


class Told(Exception):
    """Somebody asked this process to end."""


def as_user(user: str) -> dict[str, Any]:
    """Arguments for ``subprocess`` that run a program as ``user``; none where the name is empty."""
    if not user:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def make_and_start(directory: Path, programs: Path, user: str) -> bool:
    """Run ``initdb`` and start the server.

    :param directory: holds the data folder, the socket and the log.
    :param programs: the folder of the PostgreSQL programs.
    :param user: name of the user to run as; empty for the present one.
    :returns: whether the server takes connections.
    """
    data = str(directory / DATA)
    options = f"-k '{directory}' " + " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    return run(directory, user, [str(programs / "initdb"), "-D", data, *INITDB, *COLLATION]) and run(
        directory, user, [str(programs / "pg_ctl"), "start", "-w", "-D", data, "-o", options]
    )


def run(directory: Path, user: str, command: list[str]) -> bool:
    """Run a command to its end, its words into the log; whether it went well."""
    with (directory / LOG).open("a") as log:
        try:
            ended = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=directory,
                check=False,
                **as_user(user),
            )
        except OSError as problem:
            log.write(f"{command[0]} cannot be run: {problem}\n")
            return False
    return ended.returncode == 0


def keep(directory: Path, programs: Path, user: str) -> None:
    """Run the server until the lifeline is free, or until told to end."""
    lifeline = os.open(directory / LIFELINE, os.O_RDWR)
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _on_signal)
        (directory / (READY if make_and_start(directory, programs, user) else FAILED)).touch()
        fcntl.flock(lifeline, fcntl.LOCK_EX)
    except Told:
        pass
    finally:
        if (directory / DATA / "postmaster.pid").exists():
            stop = ["stop", "-w", "-t", STOP_SECONDS, "-m", "immediate", "-D", str(directory / DATA)]
            run(directory, user, [str(programs / "pg_ctl"), *stop])
        shutil.rmtree(directory, ignore_errors=True)


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise Told


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
