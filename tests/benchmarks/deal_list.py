"""The list of deals, finding and the detail of a deal: ``python -m tests.benchmarks.deal_list [DEALS]``.

Each figure stands beside a floor measured in turn with it: the same thing done plainly with ``sqlite3`` or a
loop over names in memory. The demo file is made once and kept in the folder for temporary files.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
import tracemalloc
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from funnel_tui.demo import demo_file
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort, position_of
from funnel_tui.domain.finding import fold
from funnel_tui.domain.scope import Scope
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.finding import find, find_index, narrow
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.timing import Ratio, Work, best_of, table

NOW = 1_795_000_000
ROUNDS = 7
ALL = DealFilter(status=None)
SCOPE = Scope()
WINDOW = 128

LIMITS = {"list": 100.0, "order": 250.0, "find": 50.0, "narrow": 50.0, "detail": 10.0}
"""What each may take at 100,000 deals, in milliseconds."""

SORTED = "SELECT id FROM deal WHERE closed_at IS NULL ORDER BY expected_close IS NULL, expected_close, id"
SORTED_ALL = "SELECT id FROM deal ORDER BY expected_close IS NULL, expected_close, id"
FINDS = (
    *("fjordline", "fjrodline", "bjorn", "e", "ren", "skog pliot", "kari de vires", "siri.holm@ex"),
    *("intergation", "zzzzzzzz"),
)
NARROWED = ("e", "renewal", "skog ren", "fjordline anna")


def demo(deals: int, folder: Path | None = None) -> Path:
    """The demo file of so many deals; made where it is missing.

    :param folder: where it is kept; None for one in the folder for temporary files.
    """
    folder = folder or Path(tempfile.gettempdir()) / "funnel-benchmarks"
    folder.mkdir(exist_ok=True)
    path = folder / f"demo-{deals}.db"
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        demo_file(making, deals=deals, clock=lambda: NOW).database.close()
        making.rename(path)
    return path


def measure(name: str, ours: Work, floor: Work, floor_name: str, target: float | None = None) -> Ratio:
    """Both in turn, the best of some rounds."""
    mine, theirs = best_of(ROUNDS, ours, floor)
    return Ratio(name, mine * 1e3, theirs * 1e3, "ms", target, floor_name)


def lists(workspace: Workspace, raw: sqlite3.Connection) -> Iterator[Ratio]:
    """All numbers in order, again after a change, a window of rows, the place of a deal."""

    def plainly(sql: str) -> Work:
        return lambda: array("q", (row[0] for row in raw.execute(sql)))

    everything = deal_ids(workspace, SCOPE, ALL)
    assert everything == plainly(SORTED_ALL)()
    sql = "sqlite3: ids ORDER BY expected_close"
    yield measure("list: open deals, default order", lambda: deal_ids(workspace, SCOPE), plainly(SORTED), sql)
    yield measure(
        "list: all deals, default order", lambda: deal_ids(workspace, SCOPE, ALL), plainly(SORTED_ALL), sql
    )
    for sort in DealSort:
        order = DealOrder(sort, descending=True)
        yield measure(
            f"order: all deals by {sort.value}",
            lambda order=order: deal_ids(workspace, SCOPE, ALL, order),  # type: ignore[misc]
            plainly(SORTED_ALL),
            sql,
        )
    for wanted, words in ((DealFilter(stuck=True), "stuck"), (DealFilter(idle=True), "idle")):
        yield measure(
            f"list: {words} deals",
            lambda wanted=wanted: deal_ids(workspace, SCOPE, wanted),  # type: ignore[misc]
            plainly(SORTED),
            sql,
        )
    deal = everything[0]

    def changed() -> array[int]:
        version = deal_rows(workspace, SCOPE, [deal])[0].version
        edit_deal(workspace, deal_id=deal, version=version, changes={"title": f"Changed {version}"})
        return deal_ids(workspace, SCOPE)

    yield measure("list: an edit and the open deals again", changed, plainly(SORTED), sql)
    window = everything[len(everything) // 2 :][:WINDOW]
    marks = ", ".join(map(str, window))
    yield measure(
        f"rows: a window of {len(window)}",
        lambda: deal_rows(workspace, SCOPE, window),
        lambda: raw.execute(f"SELECT * FROM deal WHERE id IN ({marks})").fetchall(),
        "sqlite3: the same rows, nothing beside them",
    )
    yield measure(
        "place of the last deal",
        lambda: position_of(everything, everything[-1]),
        lambda: everything.count(-1),
        "array.count",
    )


def finds(workspace: Workspace, raw: sqlite3.Connection) -> Iterator[Ratio]:
    """Finding with and without typing errors, and narrowing a list."""
    sql = "SELECT title FROM deal UNION ALL SELECT name FROM organisation UNION ALL SELECT name FROM person"
    names = [fold(row[0]) for row in raw.execute(sql)]
    floor_name = "a loop over all names as Python objects"
    for text in FINDS:
        word = fold(text)
        yield measure(
            f"find: {text}",
            lambda text=text: find(workspace, text),  # type: ignore[misc]
            lambda word=word: [name for name in names if word in name],  # type: ignore[misc]
            floor_name,
        )
    everything = deal_ids(workspace, SCOPE, ALL)
    for text in NARROWED:
        word = fold(text).split()[0]
        yield measure(
            f"narrow: {text}",
            lambda text=text: narrow(workspace, everything, text),  # type: ignore[misc]
            lambda word=word: [name for name in names if word in name],  # type: ignore[misc]
            floor_name,
        )


def details(workspace: Workspace, raw: sqlite3.Connection) -> Iterator[Ratio]:
    """Opening the deals with the most interactions."""
    busiest = [
        row[0]
        for row in raw.execute(
            "SELECT deal_id FROM interaction WHERE deal_id IS NOT NULL"
            " GROUP BY deal_id ORDER BY count(*) DESC LIMIT 3"
        )
    ]

    def plainly() -> list[Any]:
        return [
            raw.execute(f"SELECT * FROM {name} WHERE {key} = ?", (deal,)).fetchall()
            for deal in busiest
            for name, key in (("deal", "id"), ("stage_visit", "deal_id"), ("interaction", "deal_id"))
        ]

    yield measure(
        "detail: three busy deals",
        lambda: [deal_detail(workspace, deal) for deal in busiest],
        plainly,
        "sqlite3: deal, visits and interactions alone",
    )


def index_size(workspace: Workspace) -> tuple[float, float, int]:
    """Seconds to read the find index, MB it takes, and how many names it holds."""
    index = find_index(workspace)
    tracemalloc.start()
    index.refresh(workspace)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    fresh = type(index)()
    start = time.perf_counter()
    fresh.refresh(workspace)
    return time.perf_counter() - start, size / 1e6, len(index)


def everything(deals: int, folder: Path | None = None) -> Iterator[Ratio]:
    """All figures, and the slowest of each kind beside its limit.

    :param folder: where the file of the demo is kept.
    """
    path = demo(deals, folder)
    workspace = open_workspace(Target(path=path), actor="benchmark")
    workspace.clock = lambda: NOW
    slowest = dict.fromkeys(LIMITS, 0.0)
    with closing(sqlite3.connect(path)) as raw:
        for one in (*lists(workspace, raw), *finds(workspace, raw), *details(workspace, raw)):
            kind = one.name.partition(":")[0]
            if kind in slowest:
                slowest[kind] = max(slowest[kind], one.ours)
            yield one
    workspace.database.close()
    for kind, limit in LIMITS.items():
        yield Ratio(f"slowest: {kind}", slowest[kind], limit * max(1.0, deals / 100_000), "ms", 1.0, "limit")


def main() -> int:
    """Measure and print everything.

    :returns: 1 when something takes longer than :data:`LIMITS` allows at 100,000 deals, else 0.
    """
    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    ratios = list(everything(deals))
    print(table(ratios))
    workspace = open_workspace(Target(path=demo(deals)), actor="benchmark")
    seconds, size, names = index_size(workspace)
    workspace.database.close()
    print(f"find index: {names:,} names, read in {seconds:.2f} s, {size:.1f} MB")
    return 0 if all(one.reached for one in ratios) else 1


if __name__ == "__main__":
    raise SystemExit(main())
