"""Exports of quotas and of the forecast: what an import reads back, and what a spreadsheet adds up."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder
from funnel_tui.errors import UsageError
from funnel_tui.services.exporting import ExportOptions, write_export
from funnel_tui.services.importing import ImportOptions, run_import
from funnel_tui.services.quotas import set_quota
from tests.reports.small import Small, instant

Q2 = Period.quarter(2026, 2)


def exported(team: Small, **options: Any) -> bytes:
    """An export as bytes."""
    stream = io.BytesIO()
    write_export(team.workspace, ExportOptions(**options), stream)
    return stream.getvalue()


def rows(team: Small, **options: Any) -> list[dict[str, str]]:
    """An export as CSV, read back."""
    return list(csv.DictReader(io.StringIO(exported(team, format="csv", **options).decode())))


def test_exported_quotas_are_imported_as_they_are(team: Small, tmp_path: Path) -> None:
    workspace = team.workspace
    set_quota(workspace, holder=Holder(rep_id=team.reps["Anna"]), period=Q2, amount=100_050, note="=1+1")
    set_quota(workspace, holder=Holder(team_id=1), period=Period.year(2026), amount=7, unit="deals")
    set_quota(workspace, holder=Holder(), period=Period.parse("2026-01-15..2026-02-14"), amount=9)
    found = rows(team, what="quotas")
    assert [
        (row["owner"], row["team"], row["start"], row["end"], row["amount"], row["unit"]) for row in found
    ] == [
        ("", "North", "2026-01-01", "2026-12-31", "7", "deals"),
        ("", "", "2026-01-15", "2026-02-14", "0.09", "money"),
        ("Anna", "", "2026-04-01", "2026-06-30", "1000.5", "money"),
    ]
    assert found[2]["note"] == "'=1+1"
    path = tmp_path / "quotas.csv"
    path.write_bytes(exported(team, what="quotas"))
    outcome = run_import(workspace, ImportOptions(kind="quotas", files=(str(path),)))
    assert (outcome.new, outcome.updated, outcome.unchanged) == (0, 0, 3)
    assert [row["owner"] for row in rows(team, what="quotas", owner="anna")] == ["Anna"]
    assert len(rows(team, what="quotas", period=Period.month(2026, 3))) == 1


def test_the_forecast_deal_by_deal(team: Small) -> None:
    close = instant("2026-06-30") // 86_400
    team.deal("2026-04-02", amount=101, probability_bp=5_000, expected_close=close, category="commit")
    team.deal("2026-04-03", amount=None, owner="Ben")
    team.deal("2026-04-04", amount=5, won="2026-04-05")
    found = rows(team, what="forecast", period=Q2)
    assert [(row["month"], row["category"], row["amount"], row["weighted"]) for row in found] == [
        ("2026-06", "commit", "1.01", "0.51"),
        ("none", "pipeline", "", ""),
    ]
    told = json.loads(exported(team, what="forecast", format="json", owner="Anna"))
    assert [(row["owner"], row["amount"], row["probability"]) for row in told] == [("Anna", 1.01, 50)]
    with zipfile.ZipFile(io.BytesIO(exported(team, what="forecast", format="xlsx"))) as book:
        assert "<v>1.01</v>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_what_cannot_be_exported(here: Small) -> None:
    for options, said in (
        ({"what": "tasks", "period": Q2}, "--period is for interactions"),
        ({"what": "quotas", "format": "ics"}, "cannot be exported as ics"),
        ({"what": "quotas", "kind": "call"}, "--kind is for interactions"),
        ({"what": "quotes"}, "Did you mean quotas"),
    ):
        with pytest.raises(UsageError) as refused:
            exported(here, **options)
        assert said in str(refused.value)
