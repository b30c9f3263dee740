"""The worked example through the real command line: deals and history in either order, one set of reports."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.importing.support import worked_deals, worked_events
from tests.support import worked
from tests.support.cli import ok, run_here

CLOCK = {"FUNNEL_NOW": "2026-04-01T00:00:00Z"}
STAGES = ("--stages", "S1,S2,S3,S4")
LOST = ("--won", "Won", "--lost", "Lost price=price,Lost need=no need,Lost rival=competitor")
ENDS = {"price": "Lost price", "no need": "Lost need", "competitor": "Lost rival"}
REPORTS = {"funnel": ("--cohort", "created"), "metrics": (), "losses": ("--by", "reason")}


def history_file(folder: Path, *, german: bool) -> Path:
    """Events with reasons; as a German spreadsheet writes them, or unsorted and with times."""
    rows = []
    for deal, stage, when in worked_events():
        reason = worked.DEALS[deal].reason
        name = ENDS[reason] if stage == "Lost" and reason else stage
        rows.append((deal, name, when[:10] if german else when, "Bo" if deal == "D2" else "Anna"))
    path, text = folder / "history.csv", io.StringIO()
    writer = csv.writer(text, delimiter=";" if german else ",", lineterminator="\r\n" if german else "\n")
    writer.writerows([("deal", "stage", "at", "by"), *(rows if german else reversed(rows))])
    path.write_bytes((b"\xef\xbb\xbf" if german else b"") + text.getvalue().encode())
    return path


def deals_file(folder: Path, *, bare: bool) -> Path:
    header = ("id", "title", "amount") if bare else ("id", "title", "owner", "amount", "currency")
    rows: list[tuple[object, ...]] = []
    for row in worked_deals():
        owner = "Bo" if row[0] == "D2" else "Anna"
        rows.append((row[0], row[1], row[5]) if bare else (row[0], row[1], owner, row[5], "USD"))
    path = folder / "deals.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def reports(db: str) -> dict[str, Any]:
    """What the reports print."""
    return {
        name: json.loads(ok(run_here("report", name, *more, "--format", "json", "--db", db, env=CLOCK)))
        for name, more in REPORTS.items()
    }


@pytest.mark.parametrize("bare", [False, True])
def test_either_order_gives_the_same_reports(db_url: str, tmp_path: Path, bare: bool) -> None:
    history, deals = history_file(tmp_path, german=bare), deals_file(tmp_path, bare=bare)
    told = ("--pipeline", "Sales") if bare else ()
    calls = {
        "deals": ("import", "deals", deals, *told, *(("--currency", "USD") if bare else ())),
        "history": ("import", "history", history, *STAGES, *LOST, *told),
    }
    found, said = {}, {}
    for db, order in ((db_url, ("deals", "history")), (str(tmp_path / "other.db"), ("history", "deals"))):
        for kind in order:
            ended = run_here(*calls[kind], "--db", db, env=CLOCK)
            assert ok(ended) == ""
            said[order[0], kind] = ended.stderr
        found[order[0]] = reports(db)
    assert found["deals"] == found["history"]
    funnel = {row["stage"]: row for row in found["deals"]["funnel"]["rows"]}
    assert [(s, funnel[s]["position"], funnel[s]["reached"], funnel[s]["lost"]) for s in funnel] == [
        ("S1", 1, 10, 1),
        ("S2", 2, 8, 0),
        ("S3", 3, 7, 2),
        ("S4", 4, 4, 0),
    ]
    totals = found["deals"]["metrics"]["totals"]
    assert (totals["won"], totals["lost"], totals["deals_open"]) == (3, 3, 4)
    assert totals["won_amount"]["text"] == "39000.00"
    assert totals["won_amount"]["currency"] == "USD"
    assert "it gets one, 'New'" in said["deals", "deals"]
    assert "10 deals have no stage in the file" in said["deals", "deals"]
    assert "are now S1, S2, S3, S4" in said["deals", "history"]
    assert "assumed" not in said["history", "deals"]
