"""``python -m tests.benchmarks``: every benchmark, as a table of ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks import imports, moves, reports, screen, starts
from tests.benchmarks.data import seeded_file
from tests.benchmarks.timing import Ratio, table

Benchmark = Callable[[Path, Path, int], Iterator[Ratio]]

LARGE = 100_000
"""The number of deals that targets are set for."""

BENCHMARKS: dict[str, Benchmark] = {
    "reports": lambda file, folder, rounds: reports.against_sql(file, rounds),
    "small": lambda file, folder, rounds: reports.against_sql(file, rounds, None),
    "past": lambda file, folder, rounds: reports.as_of_past(file, max(3, rounds // 5)),
    "moves": lambda file, folder, rounds: moves.moves(file, folder),
    "imports": imports.imports,
    "starts": starts.starts,
    "screen": screen.screen,
}
"""By name: what measures, given the database, a folder to write to and the number of rounds."""


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
                found = list(BENCHMARKS[name](file, folder, asked.rounds))
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
