"""How long a command takes from the shell: a fresh interpreter each time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.data import NOW, QUARTER
from tests.benchmarks.timing import Ratio, best_of
from tests.conftest import ROOT

REPORT_TARGET = 1.5

# What a program of the same libraries cannot do without: their import, and the query.
_FLOOR = """
import sqlite3, sys
import sqlmodel
connection = sqlite3.connect(sys.argv[1])
print(connection.execute(
    "SELECT status, furthest, count(*), sum(closed_base) FROM deal INDEXED BY ix_deal_closed"
    " WHERE pipeline_id = 1 AND status IN ('won', 'lost') AND furthest IN (1, 2, 3, 4, 5, 6, 7)"
    " AND closed_at >= 1782864000 AND closed_at < 1790812800 GROUP BY status, furthest"
).fetchall())
"""
_FUNNEL = (sys.executable, "-m", "funnel_tui")


def starts(file: Path, _folder: Path, rounds: int) -> Iterator[Ratio]:
    """``--version`` against a bare interpreter; a report against its libraries and its query."""
    report = ("report", "funnel", "--period", QUARTER.name, "--format", "json", "--db", str(file))
    bare, version, floor, made = best_of(
        max(5, rounds // 2),
        lambda: _run(sys.executable, "-c", "pass"),
        lambda: _run(*_FUNNEL, "--version"),
        lambda: _run(sys.executable, "-c", _FLOOR, str(file)),
        lambda: _run(*_FUNNEL, *report),
    )
    yield Ratio("funnel --version", version * 1e3, bare * 1e3, "ms", None, "python -c pass; wanted: ≤ 100 ms")
    name = "python, import sqlmodel, the query"
    yield Ratio("funnel report funnel --format json", made * 1e3, floor * 1e3, "ms", REPORT_TARGET, name)


def _run(*command: str) -> None:
    ended = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr


def environment() -> dict[str, str]:
    """A clean environment with a fixed clock."""
    import os

    from funnel_tui.domain.period import utc_text

    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "FUNNEL_NOW": utc_text(NOW), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
