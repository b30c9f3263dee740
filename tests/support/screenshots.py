"""Pictures of every screen, made from the demo data: ``python -m tests.support.screenshots [NAME …]``.

Writes SVG files to the folder ``screenshots``; the same data, clock and size give the same picture. With
names only these pictures are taken; ``--to FOLDER`` writes them elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

os.environ["TEXTUAL_ANIMATIONS"] = "none"

from funnel_tui.app import FunnelApp
from funnel_tui.demo import build_demo
from funnel_tui.domain.period import parse_instant
from funnel_tui.domain.scope import Scope
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import edit_deal, lose_deal, win_deal
from funnel_tui.services.history import undo
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
    :param before: what is done to the data first.
    :param new: it is taken on a database that nobody has used, instead of the demo data.
    """

    name: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE
    theme: str = "dark"
    before: Callable[[Workspace], None] | None = None
    new: bool = False


DEALS = """\
Record ID,Deal Name,Deal Stage,Associated Company,Deal owner,Amount,Currency,Create Date,Close Date,Score
4711,Fjordline fleet renewal,Contract Sent,Fjordline AS,Anna Berg,480000,NOK,2026-09-14,2026-12-12,81
4712,Nordlys rollout,Qualified to Buy,Nordlys Papir AS,Kari Lie,250000,NOK,2026-10-02,2027-01-29,55
4713,Granli cold store,Closed Won,Granli Technik AS,Anna Berg,128500,NOK,2026-06-22,2026-10-30,90
4714,Elbtal line 4,Presentation Scheduled,Elbtal Consult GmbH,Jonas Vik,75 k,EUR,2026-11-03,2027-02-15,40
4715,Sundby service,Closed Lost,Sundby Energi A/S,Kari Lie,91000,DKK,2026-05-11,2026-09-30,12
4716,Björknäs solar,Appointment Scheduled,Björknäs Solar AB,Jonas Vik,three tons,SEK,2026-11-18,2027-03-01,33
4717,Wisła expansion,Qualified to Buy,Wisła Eiendom S.A.,Anna Berg,310000,PLN,2026-10-27,soon,47
"""
"""What another program has exported; two of its rows are wrong."""

IMPORT = ("2", "tab", *"deals.csv", "enter")

SHOTS = (
    Shot("welcome-80x24", size=NARROW, new=True),
    Shot("import", IMPORT, new=True),
    Shot("import-80x24", (*IMPORT, "v", "v", "j"), size=NARROW, new=True),
    Shot("today"),
    Shot("today-80x24", size=NARROW),
    Shot("stages", ("2",)),
    Shot("stages-80x24", ("2",), size=NARROW),
    Shot("stages-light", ("2",), theme="light"),
    Shot("stages-active", ("2", "tab")),
    Shot("stages-losses", ("2", "o")),
    Shot("stages-reasons", ("2", "x")),
    Shot("stages-compare", ("2", "w")),
    Shot("stages-compare-80x24", ("2", "w"), size=NARROW),
    Shot("stages-trends", ("2", "t")),
    Shot("stages-won", ("2", "t", "m")),
    Shot("stages-days", ("2", "s")),
    Shot("stages-stuck", ("2", "s", "j", "asterisk")),
    Shot("stages-benchmark", ("2", "B")),
    Shot("explain", ("2", "j", "j", *"llll", "question_mark")),
    Shot("quotas", ("4",)),
    Shot("quotas-80x24", ("4",), size=NARROW),
    Shot("forecast", ("4", "tab")),
    Shot("quotas-trend", ("4", "tab", "tab")),
    Shot("quotas-grid", ("4", "e", "j", "space", "j", *"480k")),
    Shot("deals-behind", ("2", "j", "j", "l", "l", "enter")),
    Shot("deals", ("1", "j", "j")),
    Shot("deals-80x24", ("1", "j", "j"), size=NARROW),
    Shot("deals-light", ("1", "j", "j"), theme="light"),
    Shot("deal-80x24", ("1", "j", "enter"), size=NARROW),
    Shot("deal-won", ("1", "tab", "j", "enter")),
    Shot("deal", ("1", "j", "enter")),
    Shot("board", ("1", "b", "j", "l")),
    Shot("board-80x24", ("1", "b", "j", "l"), size=NARROW),
    Shot("bulk", ("1", "tab", "tab", "tab", "asterisk", "m", *"prop", "enter")),
    Shot("interactions", ("3", *"jjjjjjjj")),
    Shot("interactions-80x24", ("3", *"jjjjjjjj"), size=NARROW),
    Shot("activity-80x24", ("3", "tab"), size=NARROW),
    Shot("log-80x24", ("1", "j", "c", "3"), size=NARROW),
    Shot("plan", ("5", *["j"] * 3, *["right"] * 5)),
    Shot("plan-80x24", ("5", *["j"] * 3, *["right"] * 5), size=NARROW),
    Shot("change", ("5", "tab", "j")),
    Shot("change-80x24", ("5", "tab", "j"), size=NARROW),
    Shot("probability", ("4", "shift+tab", "j")),
    Shot("pipelines", ("S", "j")),
    Shot("directory", ("O", "j", "j")),
    Shot("directory-80x24", ("O", "j", "j"), size=NARROW),
    Shot("organisation", ("O", "j", "enter")),
    Shot("find", ("slash", *"fjord"), size=NARROW),
    Shot("scope", ("2", "f")),
    Shot("help", ("2", "question_mark", "question_mark")),
    # These come last: the first one changes deals, and what is typed is offered again at the next start.
    Shot("history", ("Z", "j", "space"), before=lambda workspace: change(workspace)),
    Shot("form", ("1", "n", *"Fjord renewal", "tab")),
    Shot("form-80x24", ("1", "n"), size=NARROW),
)


def change(workspace: Workspace) -> None:
    """Some changes of a morning, a few minutes apart, one of them undone."""
    moment = workspace.clock()

    def later() -> None:
        nonlocal moment
        moment += 420
        workspace.clock = lambda: moment

    first, second, third = list(deal_ids(workspace, Scope()))[10:13]
    rows = {row.id: row for row in deal_rows(workspace, Scope(), (first, second, third))}
    later()
    version = edit_deal(
        workspace,
        deal_id=first,
        version=rows[first].version,
        changes={"amount_minor": 48_000_000, "currency": "NOK"},
    )
    later()
    edit_deal(workspace, deal_id=first, version=version, changes={"title": f"{rows[first].title} 2027"})
    later()
    win_deal(workspace, deal_id=second)
    later()
    lose_deal(workspace, deal_id=third, reason="Price")
    later()
    undo(workspace)
    later()


async def take(workspace: Workspace, shot: Shot) -> str:
    """Run the app, press the keys, and draw the screen as SVG."""
    environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    if shot.new:  # the welcome guesses from the machine, which is in Norway
        os.environ.update({"LC_MONETARY": "nb_NO.UTF-8", "TZ": "Europe/Oslo"})
    app = FunnelApp(workspace, environment=environment, welcome=shot.new)
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
    # The tree of folders waits for work as long as it is there.
    reading = [worker for worker in app.workers if worker.group != "_loader"]
    if reading:
        await app.workers.wait_for_complete(reading)
    for _ in range(4):
        await pilot.pause()  # type: ignore[attr-defined]


def main() -> int:
    """Take the pictures.

    :returns: the exit code.
    """
    known = [shot.name for shot in SHOTS]
    parser = argparse.ArgumentParser(prog="python -m tests.support.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    parser.add_argument("--to", type=Path, default=FOLDER, metavar="FOLDER", help="where they are written")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(known):
        parser.error(f"no picture is called {', '.join(sorted(unknown))}")
    asked.to.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder  # drafts of the user's own are not to be seen, nor ours kept
        workspace = open_workspace(Target(path=Path(folder) / "demo.db"), actor="Anna Berg")
        workspace.clock = lambda: parse_instant(NOW, ZoneInfo("UTC"))
        build_demo(workspace)
        new = new_workspace(Path(folder))
        for shot in SHOTS:
            if not asked.names or shot.name in asked.names:
                if shot.before is not None:
                    shot.before(workspace)
                picture = asyncio.run(take(new if shot.new else workspace, shot))
                (asked.to / f"{shot.name}.svg").write_text(picture, encoding="utf-8")
                print(asked.to / f"{shot.name}.svg")
        workspace.database.close()
        new.database.close()
    return 0


def new_workspace(folder: Path) -> Workspace:
    """A database that nobody has used, with a file to import beside it."""
    os.chdir(folder)
    Path("deals.csv").write_text(DEALS, encoding="utf-8")
    workspace = open_workspace(Target(path=Path("sales.db")), actor="Anna Berg")
    workspace.clock = lambda: parse_instant(NOW, ZoneInfo("UTC"))
    return workspace


if __name__ == "__main__":
    sys.exit(main())
