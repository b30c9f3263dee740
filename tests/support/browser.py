"""Drive a page in headless Chromium through its debugging port: open it, press keys, look."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

WAIT_SECONDS = 30.0


def chromium() -> str | None:
    """The program, or None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Page:
    """A page in the browser.

    :param socket: the debugging connection of the page.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._asked = 0

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self._call("Page.navigate", url=url)

    async def value(self, expression: str) -> Any:
        """What an expression of JavaScript gives."""
        found = await self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until an expression of JavaScript is true."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not await self.value(expression):
                await asyncio.sleep(0.05)

    async def press(self, *keys: str) -> None:
        """Press keys: characters, or ``Enter``."""
        for key in keys:
            text = {"Enter": "\r"}.get(key, key)
            code = {"Enter": 13}.get(key, 0)
            for kind in ("keyDown", "keyUp"):
                await self._call(
                    "Input.dispatchKeyEvent", type=kind, key=key, text=text, windowsVirtualKeyCode=code
                )

    async def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": parameters})
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                answer = await self._socket.receive_json()
                if answer.get("id") == self._asked:
                    assert "error" not in answer, answer
                    found: dict[str, Any] = answer["result"]
                    return found


@contextlib.asynccontextmanager
async def browsing(folder: Path) -> AsyncIterator[Page]:
    """A browser with one empty page, until the block ends.

    :param folder: for its profile; must be empty.
    """
    program = chromium()
    assert program is not None
    words = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
    process = subprocess.Popen(
        [program, *words, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = await _port(folder / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            socket = await session.ws_connect(await _address(session, port), max_msg_size=0)
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


async def _port(file: Path) -> int:
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            with contextlib.suppress(FileNotFoundError, IndexError):
                return int(file.read_text().splitlines()[0])
            await asyncio.sleep(0.05)


async def _address(session: aiohttp.ClientSession, port: int) -> str:
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                for tab in await answer.json():
                    if tab["type"] == "page":
                        return str(tab["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
