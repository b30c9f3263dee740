"""Run one PostgreSQL server for as long as somebody holds the lifeline; then stop it and delete its data.

Started as a script, by path, in its own session. Each test process holds a shared lock on the lifeline file.
The kernel drops the lock however the process ends, so the exclusive lock that is waited for here is granted
exactly when the last of them is gone, after a crash or a SIGKILL as well.

Usage: postgres_keeper.py DIRECTORY POSTGRES USER ("" for the present user)
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

LIFELINE = "lifeline"
LOG = "server.log"
DATA = "data"
STOP_SECONDS = 10

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


class _Told(Exception):
    """Somebody asked this process to end."""


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise _Told


def start_server(directory: Path, postgres: str, user: str) -> subprocess.Popen[bytes]:
    """Start the server in the foreground as a child.

    :param directory: holds the data folder, the socket and the log.
    :param postgres: path of the ``postgres`` program.
    :param user: name of the user to run as; empty for the present one.
    """
    command = [postgres, "-D", str(directory / DATA), "-k", str(directory)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    as_user = {"user": user, "group": user_group(user), "extra_groups": []} if user else {}
    with (directory / LOG).open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory,
            start_new_session=True,
            **as_user,  # type: ignore[call-overload]
        )


def user_group(user: str) -> int:
    """The number of the primary group of ``user``."""
    import pwd

    return pwd.getpwnam(user).pw_gid


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """Stop at once: nobody reads this data again."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def keep(directory: Path, postgres: str, user: str) -> None:
    """Run the server until the lifeline is free, or until told to end."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _on_signal)
    lifeline = os.open(directory / LIFELINE, os.O_RDWR)
    server = None
    try:
        server = start_server(directory, postgres, user)
        fcntl.flock(lifeline, fcntl.LOCK_EX)
    except _Told:
        pass
    finally:
        if server is not None:
            stop_server(server)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
