"""``funnel serve``: the app in a page, for browsers of this machine alone."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import browsing, chromium
from tests.support.cli import COMMAND, json_of, ok, program_environment, refused, run_funnel
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def serving(database: Path) -> Iterator[int]:
    """The port of ``funnel serve`` on a database, until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=program_environment(None, database),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        yield port
    finally:
        process.terminate()
        assert process.wait(20) == 0


def status(port: int, **headers: str) -> int:
    """The answer to a request with such headers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_only_pages_of_this_machine_are_answered(demo_path: Path) -> None:
    with serving(demo_path) as port:
        assert status(port) == 200
        # A port that is forwarded has another number at the other end.
        assert status(port, Host="localhost:9000", Origin="http://localhost:9000") == 200
        assert status(port, Host="sales.example") == 403
        assert status(port, Host="127.0.0.1.sales.example") == 403
        assert status(port, Origin="http://sales.example") == 403
        assert status(port, Origin="null") == 403
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        # Another address of the same machine is not listened on, whoever may reach it.
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", port), timeout=5):
            pass


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(run_funnel("serve", "--port", str(port)), code=1, says=(f"Port {port}", "in use", "--port"))


@pytest.mark.skipif(chromium() is None, reason="there is no Chromium here")
async def test_a_call_is_logged_in_a_browser(demo_path: Path, tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()
    with serving(demo_path) as port:
        async with browsing(tmp_path / "profile") as page:
            await page.open(f"http://127.0.0.1:{port}/")
            await page.until("document.body.classList.contains('-first-byte')")
            await page.value("document.querySelector('.xterm-helper-textarea').focus()")
            await page.press("c", "3", "Enter")
            await logged(demo_path)
            await page.press("q")
            await page.until("document.body.classList.contains('-closed')")
    ok(run_funnel("doctor", db=demo_path))


async def logged(database: Path) -> None:
    """Wait until a call was logged last."""
    async with asyncio.timeout(30):
        while True:
            last = json_of(run_funnel("undo", "--list", "--json", db=database))["rows"][0]
            if last["summary"].startswith("Logged call"):
                return
            await asyncio.sleep(0.2)
