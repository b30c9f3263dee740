"""Logging a call, and the stream of interactions: ``python -m tests.benchmarks.logging [DEALS]``.

Three keys log a call in the program; the floor is the least Textual app with a list and a form of as many
fields that opens, takes an answer and repaints its list. A cursor key in the stream of many interactions
stands beside the same key in one of few.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.interactions import active_file
from tests.benchmarks.starts import environment
from tests.benchmarks.terminal import Watch
from tests.benchmarks.timing import Ratio, table
from tests.conftest import ROOT

TURNS, LOGGED, STEPS = 3, 4, 12
TARGET, SAME_TARGET = 1.3, 1.3
BYTES_TARGET = 1_100
FORM_BYTES = 50.0
FEW = 50
DOWN = "\x1b[B"
FLOOR = "a bare Textual list with a form, the same keys"
FIELDS = ("When", "Status", "Direction", "Duration", "Person", "Who", "Note", "Next", "What", "Due")

Cost = tuple[float, int]
"""Seconds and bytes."""


def run_form() -> None:
    """The floor: a list and a form over it, and nothing else."""
    from textual.app import App, ComposeResult
    from textual.containers import Horizontal
    from textual.screen import Screen
    from textual.widgets import DataTable, Input, Label, OptionList

    class FormScreen(Screen[str]):
        """A choice of outcomes and as many fields as ours has."""

        CSS = "Horizontal { height: 1; } Label { width: 17; } OptionList { height: 5; }"

        def compose(self) -> ComposeResult:
            """Outcomes first, then the fields."""
            yield Label("Call: framework agreement")
            yield OptionList("1 no answer", "2 voicemail", "3 conversation")
            for name in FIELDS:
                with Horizontal():
                    yield Label(name)
                    yield Input(compact=True)

        def on_mount(self) -> None:
            """The outcomes have the focus."""
            self.query_one(OptionList).focus()

        def key_3(self) -> None:
            """Choose the third one."""
            self.query_one(OptionList).highlighted = 2

        def on_option_list_option_selected(self) -> None:
            """Give the answer."""
            self.dismiss("conversation")

    class FormApp(App[None]):
        """A list of deals; ``c`` opens the form."""

        BINDINGS = [("c", "log", "log")]  # noqa: RUF012
        animation_level = "none"

        def compose(self) -> ComposeResult:
            """The list."""
            yield DataTable(cursor_type="row")

        def on_mount(self) -> None:
            """Eight columns, as a list of deals has."""
            rows = self.query_one(DataTable)
            rows.add_columns("Deal", "Organisation", "Stage", "Amount", "Close", "Days", "Prob.", "Owner")
            for number in range(FEW):
                name = f"Deal {number} framework agreement"
                rows.add_row(name, "Fjordline AS", "Proposal", "480,000", "12 Dec", "14 d", "42 %", "Anna")
            rows.focus()

        def action_log(self) -> None:
            """Show the form; its answer is written into the row."""
            self.push_screen(FormScreen(), self._logged)

        def _logged(self, outcome: str | None) -> None:
            rows = self.query_one(DataTable)
            row = rows.coordinate_to_cell_key(rows.cursor_coordinate).row_key
            column = next(iter(rows.columns))
            rows.update_cell(row, column, f"logged {outcome}")

    FormApp().run(mouse=False)


def logging(path: Path, folder: Path) -> Iterator[Ratio]:
    """Three keys log a call: time until everything is painted again, and bytes."""
    costs: dict[str, list[Cost]] = {"ours": [], "floor": []}
    for turn in range(TURNS + 1):
        for side in costs:
            found = list(_log(side, path, folder))
            if turn:  # the first run fills the caches
                costs[side] += found
    times = {side: median(cost[0] for cost in found) * 1e3 for side, found in costs.items()}
    sizes = {side: median(cost[1] for cost in found) / 1e3 for side, found in costs.items()}
    yield Ratio("logging a call, keys to repaint", times["ours"], times["floor"], "ms", TARGET, FLOOR)
    yield Ratio("logging a call, bytes", sizes["ours"], sizes["floor"], "kB", TARGET, FLOOR)
    yield Ratio("logging a call, bytes", sizes["ours"], FORM_BYTES, "kB", 1.0, "what a form may cost")


def _log(side: str, path: Path, folder: Path) -> Iterator[Cost]:
    program = ["funnel_tui", "--db", str(path)] if side == "ours" else ["tests.benchmarks.logging", "--run"]
    with _watch(program, folder) as watch:
        watch.start("[My tasks]" if side == "ours" else "framework")
        if side == "ours":
            watch.key("1", "open deals by")
        for _ in range(LOGGED):
            opened = watch.key("c", "3  conversation" if side == "ours" else "3 conversation")
            chosen = watch.key("3")
            closed = watch.key("\r", "open deals by" if side == "ours" else "Stage")
            yield (sum(cost[0] for cost in (opened, chosen, closed)), opened[1] + chosen[1] + closed[1])


def stream(paths: dict[str, Path], folder: Path) -> Iterator[Ratio]:
    """A cursor key in the stream of interactions."""
    costs: dict[str, list[Cost]] = {side: [] for side in paths}
    for turn in range(TURNS + 1):
        for side, path in paths.items():
            with _watch(["funnel_tui", "--db", str(path)], folder) as watch:
                watch.start("[My tasks]")
                watch.key("3", "interactions ·")
                watch.key(DOWN)
                found = [watch.key(DOWN) for _ in range(STEPS)]
            if turn:
                costs[side] += found
    times = {side: median(cost[0] for cost in found) * 1e3 for side, found in costs.items()}
    sizes = {side: median(cost[1] for cost in found) for side, found in costs.items()}
    few = "the stream of few"
    yield Ratio("cursor down in the stream, time", times["many"], times["few"], "ms", SAME_TARGET, few)
    yield Ratio("cursor down in the stream, bytes", sizes["many"], BYTES_TARGET, "B", 1.0, "1.1 kB")


def _watch(program: list[str], folder: Path) -> Watch:
    home = {"HOME": str(folder), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    home["XDG_STATE_HOME"] = str(folder / "state")
    return Watch([sys.executable, "-m", *program], {**environment(), **home}, str(ROOT))


def everything(deals: int, folder: Path) -> Iterator[Ratio]:
    """Logging a call, and the stream of so many deals with 8 interactions each."""
    paths = {"many": active_file(folder, deals), "few": active_file(folder, 200)}
    yield from logging(paths["few"], folder)
    yield from stream(paths, folder)


def main() -> int:
    """Print the table.

    :returns: the exit code: 0 when every target is met.
    """
    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        ratios = list(everything(deals, Path(name)))
    print(f"{deals:,} deals with 8 interactions each\n{table(ratios)}")
    return 0 if all(ratio.reached for ratio in ratios) else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--run"]:
        run_form()
    else:
        sys.exit(main())
