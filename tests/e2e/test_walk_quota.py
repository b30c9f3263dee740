"""A quota review in a real terminal: the table at the prompt, the screen, one revision, the forecast's file.

In between the window is resized, the program suspended, the connection lost and the process killed.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.walking import (
    LARGE,
    Place,
    Walk,
    begin_a_deal,
    find_nothing_left,
    in_three_places,
    percent,
    rows,
    throw_the_draft_away,
    walking,
)
from tests.support.cli import json_of, ok, run_here
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e

ENV = {"FUNNEL_NOW": "2026-11-21T12:00:00Z", "LOGNAME": "Ingrid Dahl"}
DAY = "Everybody: 5 overdue"
PERIOD = "Q4 2026"
REP = "Erik Lindqvist"
QUOTA = 481_000
REVISIONS = (
    "SELECT r.amount, r.currency, g.actor FROM quota_revision r JOIN change_group g ON g.id = ("
    "SELECT max(id) FROM change_group) ORDER BY r.id DESC LIMIT 1"
)


@in_three_places(LARGE, "screen-256color", "linux", "xterm-256color")
def test_a_quota_review(place: Place, demo_path: Path, tmp_path: Path) -> None:
    with Walk(place, demo_path, ENV, tmp_path) as walk:
        review = read_at_the_prompt(walk, demo_path)
        walk.start(DAY)
        read_the_screen(walk, review)
        revise_one(walk, demo_path, review)
        begin_a_deal(walk, "Next quarter")
        walk.hang_up()
    assert rows(demo_path, REVISIONS) == [(QUOTA * 100, "NOK", "Ingrid Dahl")]
    with walking(place, demo_path, ENV, tmp_path, DAY) as walk:
        walk.was_told("There is a draft", "Next quarter")
        export_the_forecast(walk, demo_path, tmp_path)
        walk.kill()
    with walking(place, demo_path, ENV, tmp_path, DAY) as walk:
        walk.was_told("There is a draft", "Next quarter")
        throw_the_draft_away(walk, DAY)
        find_the_revision(walk)
        walk.quit()
        status, said = walk.command("funnel quotas")
        assert status == 0
        assert attainment(said, REP) == percent(won_by(review, REP) / QUOTA)
        walk.find_clean()
    assert rows(demo_path, "SELECT count(*) FROM change_group") == [(2,)]
    find_nothing_left(demo_path, ENV)


def read_at_the_prompt(walk: Walk, db: Path) -> Any:
    """The table says what the same command says to a program.

    :returns: the rows of the review.
    """
    status, said = walk.command("funnel quotas")
    assert status == 0
    assert f"Quotas {PERIOD}" in said
    found = json_of(run_here("report", "quotas", "--period", "2026-Q4", "--format", "json", db=db, env=ENV))
    reps = [row for row in found["rows"] if row["attainment"] is not None]
    assert len(reps) >= 9
    for row in reps[:9]:
        assert attainment(said, walk.written(row["owner"])) == percent(row["attainment"])
    walk.find_clean()
    return found["rows"]


def read_the_screen(walk: Walk, review: Any) -> None:
    """The same figures on the screen; the window changes meanwhile."""
    walk.press("4")
    walk.see("At quota:", "Anna Berg", "Company")
    for row in review[:3]:
        walk.see_beside(row["owner"][:10], percent(row["attainment"]))
    bar = "#" if walk.place.is_plain else "█"
    walk.see(bar * 3)
    walk.resize_and_back("At quota:", "Company")


def revise_one(walk: Walk, db: Path, review: Any) -> None:
    """A quota is typed over the one of a rep; the shell is visited, and the figures follow."""
    walk.press("e")
    walk.see("Set quotas Q1 2026", "Anna Berg, Q4 2026")
    walk.press("j")
    walk.see(f"{REP}, Q4 2026")
    walk.type("481k")
    walk.see("Quota  481k")
    walk.press("enter")
    walk.see("481,000")
    walk.wait_until(lambda: rows(db, REVISIONS)[0][0] == QUOTA * 100, "the quota was saved")
    walk.go_away_and_back("Set quotas Q1 2026", "481,000")
    walk.press("H")
    walk.see(f"History of the quota of {REP}", "481,000 NOK", "350,000 NOK", "Ingrid Dahl")
    walk.leave("History of the quota", "Set quotas")
    walk.leave("Set quotas", "At quota:", percent(won_by(review, REP) / QUOTA))


def export_the_forecast(walk: Walk, db: Path, folder: Path) -> None:
    """The forecast of the screen becomes a file with the figures of the command."""
    walk.press("4")
    walk.see("At quota:")
    walk.press("tab")
    walk.see("Forecast Q4 2026", "slipped")
    walk.press("E")
    walk.see("Export: Forecast Q4 2026", "forecast-2026-Q4.csv")
    walk.press("enter")
    file = folder / "forecast-2026-Q4.csv"
    walk.wait_until(file.exists, "the file was written")
    walk.see("forecast-2026-Q4.csv", "slipped")
    args = ("report", "forecast", "--period", "2026-Q4", "--format", "csv")
    expected = ok(run_here(*args, db=db, env=ENV))
    assert read(file.read_text(encoding="utf-8-sig")) == read(expected)


def find_the_revision(walk: Walk) -> None:
    """It is in the grid, and in the history of all changes."""
    walk.press("4")
    walk.see("At quota:")
    walk.press("e")
    walk.see("Set quotas Q1 2026", "481,000", "Anna Berg, Q4 2026")
    walk.leave("Set quotas", "At quota:")
    walk.press("Z")
    walk.see("History of all changes", REP, "Ingrid Dahl", "Demo data")


def read(text: str) -> list[list[str]]:
    """The cells of a CSV."""
    return list(csv.reader(text.splitlines()))


def won_by(review: Any, rep: str) -> float:
    """What a rep has won, in whole units of the base currency."""
    return next(int(row["won"]["minor"]) / 100 for row in review if row["owner"] == rep)


def attainment(table: str, name: str) -> str:
    """The percentage in the row of a rep in the table at the prompt."""
    found = re.search(rf"^{re.escape(name)} .*?(\d+\.\d %)", table, re.MULTILINE)
    assert found, table
    return found.group(1)
