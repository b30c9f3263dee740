"""Pictures of every screen, made from the demo data: ``python -m tests.support.screenshots``.

Writes SVG files to the folder ``screenshots``; the same data, clock and size give the same picture.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

os.environ["TEXTUAL_ANIMATIONS"] = "none"

from funnel_tui.app import FunnelApp
from funnel_tui.demo import build_demo
from funnel_tui.domain.period import parse_instant
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.workspace import Workspace

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
NOW = "2026-11-21T12:00:00Z"
REST_SECONDS = 0.4
WIDE, NARROW = (120, 40), (80, 24)


class Shot(NamedTuple):
    """One picture.

    :param name: of the file.
    :param keys: pressed before it is taken.
    """

    name: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE
    theme: str = "dark"


SHOTS = (
    Shot("today"),
    Shot("today-80x24", size=NARROW),
    Shot("stages", ("2",)),
    Shot("stages-80x24", ("2",), size=NARROW),
    Shot("stages-light", ("2",), theme="light"),
    Shot("stages-active", ("2", "tab")),
    Shot("stages-losses", ("2", "o")),
    Shot("deals-behind", ("2", "j", "j", "l", "l", "enter")),
    Shot("deals", ("1", "j", "j")),
    Shot("deals-80x24", ("1", "j", "j"), size=NARROW),
    Shot("deals-light", ("1", "j", "j"), theme="light"),
    Shot("deal-80x24", ("1", "j", "enter"), size=NARROW),
    Shot("deal-won", ("1", "tab", "j", "enter")),
    Shot("find", ("slash", *"fjord"), size=NARROW),
    Shot("scope", ("2", "f")),
    Shot("help", ("2", "question_mark")),
)


async def take(workspace: Workspace, shot: Shot) -> str:
    """Run the app, press the keys, and draw the screen as SVG."""
    app = FunnelApp(workspace, environment={"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    async with app.run_test(size=shot.size) as pilot:
        app.theme = shot.theme
        await settle(app, pilot)
        for key in shot.keys:
            await pilot.press(key)
            await settle(app, pilot)
        await pilot.pause(REST_SECONDS)  # what waits until the cursor rests or nothing more is typed
        await settle(app, pilot)
        picture = app.export_screenshot(title="funnel")
    # Blanks at the beginning of a text count; some viewers drop them unless told.
    return picture.replace("<svg ", '<svg xml:space="preserve" ', 1)


async def settle(app: FunnelApp, pilot: object) -> None:
    """Wait until nothing is being read and everything is drawn."""
    await app.workers.wait_for_complete()
    for _ in range(4):
        await pilot.pause()  # type: ignore[attr-defined]


def main() -> int:
    """Take all pictures.

    :returns: the exit code.
    """
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Target(path=Path(folder) / "demo.db"), actor="Anna Berg")
        workspace.clock = lambda: parse_instant(NOW, ZoneInfo("UTC"))
        build_demo(workspace)
        for shot in SHOTS:
            (FOLDER / f"{shot.name}.svg").write_text(asyncio.run(take(workspace, shot)), encoding="utf-8")
            print(f"screenshots/{shot.name}.svg")
        workspace.database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
