"""The first screens in a pseudo-terminal against the least Textual program with a table and a chart.

The app opens with Today; the Stages screen comes with its key, and then shows what the floor shows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks import floor_app
from tests.benchmarks.starts import environment
from tests.benchmarks.terminal import Start, Watch
from tests.benchmarks.timing import Ratio
from tests.conftest import ROOT

FIRST_TARGET = 1.3
WHOLE_TARGET = 1.5
STAGES_KEY = "2"
FLOOR = "Textual with a table and one PlotextPlot"
DOWN = "\x1b[B"

# What must be on the screen: a task in the list is a useful frame, the hints are the rest; of the floor a
# stage in the table and the heading of the bars.
_OURS = ("Call back", "? help")
_STAGES = "Deals that reached each stage"
_FLOOR = ("Negotiation", floor_app.CHART)


def screen(file: Path, folder: Path, rounds: int) -> Iterator[Ratio]:
    """First useful frame, whole screen, the Stages screen, bytes, cost of a key; medians of runs in turn."""
    starts: dict[str, list[Start]] = {"ours": [], "floor": []}
    keys: dict[str, list[tuple[float, int]]] = {"ours": [], "floor": []}
    stages: list[tuple[float, int]] = []
    commands = {
        "ours": ([sys.executable, "-m", "funnel_tui", "--db", str(file)], _OURS),
        "floor": ([sys.executable, "-m", "tests.benchmarks.floor_app"], _FLOOR),
    }
    home = {"HOME": str(folder), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for turn in range(max(5, rounds // 3) + 1):
        for side, (command, texts) in commands.items():
            with Watch(command, {**environment(), **home}, str(ROOT)) as watch:
                start = watch.start(*texts)
                pressed = [watch.key(DOWN) for _ in range(4)]
                opened = watch.key(STAGES_KEY, _STAGES) if side == "ours" else None
            if turn:  # the first run fills the caches
                starts[side].append(start)
                keys[side] += pressed[1:]
                stages += [opened] if opened else []
    for name, place, target in (
        ("first useful frame", 0, FIRST_TARGET),
        ("whole first screen", 1, WHOLE_TARGET),
    ):
        times = {side: min(start.seen[place] for start in found) for side, found in starts.items()}
        yield Ratio(name, times["ours"] * 1e3, times["floor"] * 1e3, "ms", target, FLOOR)
    whole = min(start.seen[1] for start in starts["floor"])
    yield Ratio("Stages by its key", min(cost[0] for cost in stages) * 1e3, whole * 1e3, "ms", None, FLOOR)
    size = {side: median(start.bytes for start in found) / 1e3 for side, found in starts.items()}
    yield Ratio("bytes of the first paint", size["ours"], size["floor"], "kB", None, FLOOR)
    for name, place, unit, scale in (
        ("cursor down, latency", 0, "ms", 1e3),
        ("cursor down, bytes", 1, "B", 1),
    ):
        cost = {side: median(key[place] for key in found) * scale for side, found in keys.items()}
        yield Ratio(name, cost["ours"], cost["floor"], unit, None, FLOOR)
