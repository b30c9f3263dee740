"""Importing deals from a CSV file against ``executemany`` of the same columns, and the memory it takes."""

from __future__ import annotations

import csv
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.data import SEED, STAGES, furnish, open_file, story
from tests.benchmarks.timing import Ratio
from tests.conftest import ROOT

TARGET = 0.2
MEMORY_TARGET = 1.3
SMALL, LARGE = 20_000, 100_000

_TABLES = ("deal", "stage_visit", "deal_stage")

# One import in a process of its own: rows, seconds and the highest memory it ever had.
_RUN = """
import json, re, sys, time
from pathlib import Path
from tests.benchmarks.data import open_file
from funnel_tui.services.importing import ImportOptions, run_import
workspace = open_file(Path(sys.argv[1]))
start = time.perf_counter()
run_import(workspace, ImportOptions(kind="deals", files=(sys.argv[2],), pipeline="New business"))
seconds = time.perf_counter() - start
# Not getrusage: what it tells begins with the memory of the process that started this one.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([seconds, int(peak[1]) / 1024]))
"""


def imports(_file: Path, folder: Path, rounds: int) -> Iterator[Ratio]:
    """Rows per second at 20,000 and 100,000 rows, and the memory of the one against the other."""
    memory = {}
    for rows in (SMALL, LARGE):
        source = folder / f"deals-{rows}.csv"
        write_csv(source, rows)
        best, floor, memory[rows] = float("inf"), float("inf"), 0.0
        for _ in range(max(2, rounds // 10)):
            target = _empty(folder / "import.db")
            seconds, peak = _import(target, source)
            best, memory[rows] = min(best, seconds), max(memory[rows], peak)
            floor = min(floor, _executemany(target, folder / "import-floor.db"))
        name = "sqlite3 executemany into the same tables"
        yield Ratio(f"import {rows:,} deals", rows / best, rows / floor, "/s", TARGET, name, at_least=True)
    name = f"the same for {SMALL:,} rows"
    yield Ratio(f"peak memory, {LARGE:,} rows", memory[LARGE], memory[SMALL], "MB", MEMORY_TARGET, name)


def write_csv(path: Path, rows: int) -> None:
    """Deals as another program would export them: no history, one line each."""
    rng = random.Random(SEED)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["id", "title", "owner", "stage", "status", "amount", "currency", "created", "closed"]
        )
        for number in range(1, rows + 1):
            deal, visits = story(rng, number)
            last = visits[-1]
            way_out = last.get("exit")
            amount = deal["amount_minor"]
            writer.writerow(
                [
                    deal["external_id"],
                    deal["title"],
                    f"Rep {deal['owner_id'] - 1:02}",
                    STAGES[(last["stage_id"] - 1) % len(STAGES)],
                    way_out or "open",
                    "" if amount is None else f"{amount / 100:.2f}",
                    deal["currency"] or "",
                    _iso(deal["created_at"]),
                    _iso(last["left_at"]) if way_out else "",
                ]
            )


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _empty(path: Path) -> Path:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    workspace = open_file(path)
    furnish(workspace)
    workspace.database.close()
    return path


def _import(target: Path, source: Path) -> tuple[float, float]:
    ended = subprocess.run(
        [sys.executable, "-c", _RUN, str(target), str(source)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    seconds, peak = json.loads(ended.stdout.splitlines()[-1])
    return float(seconds), float(peak)


def _executemany(filled: Path, path: Path) -> float:
    """Seconds to write the rows that the import made into the same empty tables with the same indexes."""
    source = sqlite3.connect(filled)
    rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
    source.close()
    shutil.copyfile(filled, path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=OFF")
    for table in reversed(_TABLES):
        connection.execute(f"DELETE FROM {table}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        marks = ", ".join("?" * len(rows[table][0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])
    connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds
