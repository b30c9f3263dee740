"""``python -m tests.benchmarks``: every benchmark, as a table of ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import (
    activity,
    board,
    bulk,
    deal_keys,
    deal_list,
    imports,
    logging,
    moves,
    opening,
    probability,
    quotas,
    reports,
    screen,
    stages,
    starts,
)
from tests.benchmarks.data import seeded_file
from tests.benchmarks.timing import Ratio, table


@dataclass(frozen=True, slots=True)
class Run:
    """What a benchmark is given.

    :param file: the database; ``deals`` is how many deals it holds.
    :param folder: an empty folder to write to; ``kept`` is the one in which databases are kept.
    :param rounds: how often a side is measured.
    """

    file: Path
    deals: int
    folder: Path
    kept: Path
    rounds: int


Benchmark = Callable[[Run], Iterator[Ratio]]

LARGE = 100_000
"""The number of deals that targets are set for."""

BENCHMARKS: dict[str, Benchmark] = {
    "reports": lambda run: reports.against_sql(run.file, run.rounds),
    "stages": lambda run: stages.stages(run.file, max(5, run.rounds // 2)),
    "small": lambda run: reports.against_sql(run.file, run.rounds, None),
    "past": lambda run: reports.as_of_past(run.file, max(3, run.rounds // 5)),
    "moves": lambda run: moves.moves(run.file, run.folder),
    "bulk": lambda run: bulk.bulk(run.file, run.folder),
    "imports": lambda run: imports.imports(run.file, run.folder, run.rounds),
    "quotas": lambda run: quotas.quotas(run.file, run.folder, run.rounds),
    "probability": lambda run: probability.probability(run.file, run.folder, run.rounds),
    "starts": lambda run: starts.starts(run.file, run.folder, run.rounds),
    "screen": lambda run: screen.screen(run.file, run.folder, run.rounds),
    "opening": lambda run: opening.opening(run.deals, run.kept, run.rounds),
    "activity": lambda run: activity.activity(run.deals, run.kept, run.rounds),
    "list": lambda run: deal_list.everything(run.deals, run.kept),
    "keys": lambda run: deal_keys.everything(run.deals, run.folder),
    "board": lambda run: board.everything(run.deals, run.folder),
    "logging": lambda run: logging.everything(run.deals, run.folder),
}
"""By name. Those from ``opening`` on make databases of their own, of as many deals."""


def main() -> int:
    """Measure.

    :returns: 0 when every target is met, else 1.
    """
    asked = _arguments()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="funnel-bench-") as temporary:
        folder = Path(temporary)
        kept = asked.data or folder
        kept.mkdir(parents=True, exist_ok=True)
        for deals in asked.deals:
            print(f"making {deals:,} deals …", file=sys.stderr, flush=True)
            file = seeded_file(kept, deals)
            for name in asked.only or _fitting(deals):
                print(f"\n{name}, {deals:,} deals", flush=True)
                run = Run(file, deals, folder, kept, asked.rounds)
                found = list(BENCHMARKS[name](run))
                print(table(found), flush=True)
                missed += sum(not one.reached for one in found)
    print(f"\n{missed} above target" if missed else "\nall targets met")
    return 1 if missed else 0


def _fitting(deals: int) -> list[str]:
    """All benchmarks on a large file; on a small one only the reports, for which no target is set there."""
    return [name for name in BENCHMARKS if name != "small"] if deals >= LARGE else ["small"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--deals", type=int, nargs="+", default=[10_000, 100_000], help="sizes of the database"
    )
    parser.add_argument("--rounds", type=int, default=25, help="rounds; the best of each side counts")
    parser.add_argument("--only", nargs="+", choices=sorted(BENCHMARKS), help="only these benchmarks")
    parser.add_argument("--data", type=Path, help="a folder to keep the databases in for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
