"""The board: ``python -m tests.benchmarks.board [DEALS]``.

A cursor key on a board of many open deals beside the same key on one of 50 and in a bare Textual table of 50
rows, in pseudo-terminals that take turns; and reading the board beside the list of the same deals.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.board import CardOrder
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort
from funnel_tui.domain.money import Rates
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.scope import Scope
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.board import board, cards
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.standing import Pricing
from tests.benchmarks.data import NOW, REPS, SEED, STAGES, furnish, open_file, rates
from tests.benchmarks.starts import environment
from tests.benchmarks.terminal import Watch
from tests.benchmarks.timing import Ratio, best_of, table
from tests.conftest import ROOT

FEW = 50
TURNS = 3
TIME_TARGET, BYTES_TARGET, SAME_TARGET = 1.3, 1.5, 1.3
DOWN, UP = "\x1b[B", "\x1b[A"
STEPS = (DOWN, UP) * 5
HELD = (DOWN,) * 40
ASIDE = ("l", "h") * 3
FLOOR = "a bare DataTable of 50 rows, the same key"

Cost = tuple[float, float]
"""Seconds and bytes of a key."""


def run_table() -> None:
    """The floor: a table of 50 rows and nothing else."""
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    class TableApp(App[None]):
        """A bare table."""

        def compose(self) -> ComposeResult:
            """The table."""
            yield DataTable(cursor_type="row")

        def on_mount(self) -> None:
            """Eight columns, as a list of deals has."""
            rows = self.query_one(DataTable)
            rows.add_columns("Deal", "Organisation", "Stage", "Amount", "Close", "Days", "Prob.", "Owner")
            for number in range(FEW):
                name = f"Deal {number} framework agreement"
                rows.add_row(name, "Fjordline AS", "Proposal", "480,000", "12 Dec", "14 d", "42 %", "Anna")
            rows.focus()

    TableApp().run(mouse=False)


def open_deals(folder: Path, deals: int) -> Path:
    """A database whose deals are all open and on one board: the most that a board can hold."""
    path = folder / f"board-{deals}.db"
    if path.exists():
        return path
    workspace = open_file(path)
    furnish(workspace)
    with workspace.read() as reader:
        ladders = {pipeline.id: pipeline.ladder for pipeline in read_pipelines(reader)}
    rng = random.Random(SEED)
    pricing = Pricing(Rates.build("EUR", rates()), ZoneInfo("UTC"))
    with workspace.change("bulk") as call, BulkWriter(call, ladders, pricing) as bulk:
        for number in range(1, deals + 1):
            at, owner = NOW - rng.randrange(200 * DAY_SECONDS), rng.randint(1, REPS)
            amount = rng.randrange(100_000, 9_000_000)
            currency = "EUR" if rng.random() < 0.8 else "USD"
            deal: dict[str, Any] = {
                "title": f"Deal {number} framework agreement",
                "owner_id": owner,
                "created_at": at,
            }
            deal |= {"amount_minor": amount, "currency": currency, "version": 1}
            visit: dict[str, Any] = {
                "pipeline_id": 1,
                "stage_id": rng.randint(1, len(STAGES)),
                "entered_at": at,
            }
            visit |= {"owner_id": owner, "amount_minor": amount, "currency": currency}
            bulk.add(deal, [visit])
    workspace.database.close()
    return path


def reading(path: Path) -> Iterator[Ratio]:
    """The whole board, and the cards of a screen, beside the list of the same deals."""
    workspace = open_file(path)
    scope = Scope(pipelines=("New business",))
    by_age = DealOrder(DealSort.IN_STAGE, descending=True)
    listed = deal_ids(workspace, scope, DealFilter(), by_age)
    for order in CardOrder:
        ours, floor = best_of(
            5,
            lambda order=order: board(workspace, scope, DealFilter(), order),  # type: ignore[misc]
            lambda: deal_ids(workspace, scope, DealFilter(), by_age),
        )
        yield Ratio(f"board by {order}", ours * 1e3, floor * 1e3, "ms", None, "the list, as numbers only")
    found = board(workspace, scope)
    assert found is not None
    shown = [deal for column in found.columns for deal in column.ids[:9]]
    ours, floor = best_of(
        5, lambda: cards(workspace, scope, shown), lambda: deal_rows(workspace, scope, listed[: len(shown)])
    )
    yield Ratio("cards of a screen", ours * 1e3, floor * 1e3, "ms", None, "as many rows of the list")
    workspace.database.close()


def keys(paths: dict[str, Path], folder: Path) -> Iterator[Ratio]:
    """A cursor key: within the screen, held down, and to the side; medians of runs in turn."""
    pressed: dict[tuple[str, str], list[Cost]] = {}
    for turn in range(TURNS + 1):
        for side in ("many", "few", "table"):
            program = ["tests.benchmarks.board", "--run"]
            if side in paths:
                program = ["funnel_tui", "--db", str(paths[side])]
            command = [sys.executable, "-m", *program]
            home = {"HOME": str(folder), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            with Watch(command, {**environment(), **home}, str(ROOT)) as watch:
                watch.start("Stage")
                if side in paths:
                    watch.key("1")
                    _until(watch, "framework")
                    watch.key("b")
                    _until(watch, "[Board]")
                for name, strokes in _strokes(side):
                    costs = [watch.key(key) for key in strokes]
                    if turn:  # the first run fills the caches
                        pressed.setdefault((side, name), []).extend(costs)
    few_words = f"a board of {FEW} deals"
    for name in ("step", "side"):
        yield from _compared(
            f"cursor, {name}", pressed["many", name], pressed["few", name], few_words, SAME_TARGET
        )
    yield from _compared("cursor down", pressed["many", "step"], pressed["table", "step"], FLOOR, None)
    yield from _compared("held down", pressed["many", "held"], pressed["table", "held"], FLOOR, None)


def _until(watch: Watch, text: str) -> None:
    """Press a key that does nothing until a text is on the screen and nothing more is drawn."""
    while text not in watch.text:
        watch.key("k")
    watch.key("k")


def _strokes(side: str) -> Sequence[tuple[str, Sequence[str]]]:
    first: list[tuple[str, Sequence[str]]] = [("step", STEPS)]
    if side != "table":
        first.append(("side", ASIDE))
    return [*first, ("held", HELD)] if side != "few" else first


def _compared(
    name: str, ours: Sequence[Cost], floor: Sequence[Cost], words: str, target: float | None
) -> Iterator[Ratio]:
    """Time and bytes; medians of single steps, means where the screen scrolls now and then."""
    middle = mean if name.startswith("held") else median
    for place, what, unit, scale in ((0, "time", "ms", 1e3), (1, "bytes", "B", 1.0)):
        mine, theirs = (middle(cost[place] for cost in costs) * scale for costs in (ours, floor))
        wanted = target or (BYTES_TARGET if place else TIME_TARGET)
        yield Ratio(f"{name}, {what}", mine, theirs, unit, wanted, words)


def everything(deals: int, folder: Path) -> Iterator[Ratio]:
    """Reading and keys on a board of so many open deals; the files are made in a folder."""
    paths = {"many": open_deals(folder, deals), "few": open_deals(folder, FEW)}
    yield from reading(paths["many"])
    yield from keys(paths, folder)


def main() -> int:
    """Measure and print everything.

    :returns: 0 when every target is met, else 1.
    """
    if sys.argv[1:2] == ["--run"]:
        run_table()
        return 0
    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="funnel-bench-") as temporary:
        found = list(everything(deals, Path(temporary)))
    print(f"{deals:,} open deals on the board\n{table(found)}")
    return 0 if all(one.reached for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
