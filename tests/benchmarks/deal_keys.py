"""Keys in the list of deals: ``python -m tests.benchmarks.deal_keys [DEALS]``.

A cursor key in the list of many open deals beside the same key in one of 50 and in a bare Textual table of 50
rows, in pseudo-terminals that take turns.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

from tests.benchmarks.board import (
    BYTES_TARGET,
    DOWN,
    FEW,
    FLOOR,
    HELD,
    SAME_TARGET,
    STEPS,
    TIME_TARGET,
    TURNS,
    open_deals,
)
from tests.benchmarks.starts import environment
from tests.benchmarks.terminal import Watch
from tests.benchmarks.timing import Ratio, table
from tests.conftest import ROOT


def keys(paths: dict[str, Path], folder: Path) -> Iterator[Ratio]:
    """A cursor key: within the screen, and held down so that the list scrolls."""
    pressed: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for turn in range(TURNS + 1):
        for side in ("many", "few", "table"):
            for name, costs in _press(side, paths, folder):
                if turn:  # the first run fills the caches
                    pressed.setdefault((side, name), []).extend(costs)
    for name in ("cursor down and up", "held down"):
        measure = median if name == "cursor down and up" else mean
        times = {side: measure([cost[0] for cost in pressed[side, name]]) * 1e3 for side in _SIDES}
        sizes = {side: measure([cost[1] for cost in pressed[side, name]]) for side in _SIDES}
        yield Ratio(f"{name}, time", times["many"], times["table"], "ms", TIME_TARGET, FLOOR)
        yield Ratio(f"{name}, bytes", sizes["many"], sizes["table"], "B", BYTES_TARGET, FLOOR)
        few = f"the list of {FEW} deals"
        yield Ratio(f"{name}, time", times["many"], times["few"], "ms", SAME_TARGET, few)
        yield Ratio(f"{name}, bytes", sizes["many"], sizes["few"], "B", SAME_TARGET, few)


_SIDES = ("many", "few", "table")


def _press(side: str, paths: dict[str, Path], folder: Path) -> Iterator[tuple[str, list[tuple[float, int]]]]:
    """Start a program and press the keys."""
    home = {"HOME": str(folder), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    program = ["tests.benchmarks.board", "--run"]
    if side in paths:
        program = ["funnel_tui", "--db", str(paths[side])]
    home["XDG_STATE_HOME"] = str(folder / "state")
    with Watch([sys.executable, "-m", *program], {**environment(), **home}, str(ROOT)) as watch:
        watch.start("Stage")
        if side in paths:
            watch.key("1")
            while not any("framework" in line for line in watch._screen.display):
                watch.key("k")
            for _ in range(8):  # the deal beside the list is read when the cursor rests
                watch.key("k")
        yield "cursor down and up", [watch.key(key) for key in (DOWN, *STEPS)][1:]
        yield "held down", [watch.key(key) for key in HELD]


def everything(deals: int, folder: Path) -> Iterator[Ratio]:
    """The keys in a list of so many open deals; the files are made in a folder."""
    return keys({"many": open_deals(folder, deals), "few": open_deals(folder, FEW)}, folder)


def main() -> int:
    """Print the table.

    :returns: the exit code: 0 when every target is met.
    """
    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        ratios = list(everything(deals, Path(name)))
    print(f"{deals:,} open deals in the list\n{table(ratios)}")
    return 0 if all(ratio.reached for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
