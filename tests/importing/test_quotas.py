"""Importing quotas: ends that are not told, what is refused, and the real history of AdventureWorks."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.money import round_half_up
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import UsageError
from funnel_tui.queries.quotas import quotas_between
from funnel_tui.services.history import undo
from funnel_tui.services.importing import ImportRefused
from funnel_tui.services.people import create_rep, edit_rep
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.quota_list import quota_list
from tests.importing.support import Folder, reasons

HEADER = ("owner", "period", "amount")


def held(folder: Folder) -> list[tuple[Any, ...]]:
    """Every quota: owner, period, unit, amount."""
    return [
        (row["owner"], row["period"], row["unit"], getattr(row["quota"], "text", row["quota"]))
        for row in quota_list(folder.workspace).rows
    ]


def test_periods_amounts_and_units(folder: Folder) -> None:
    rows = [
        ("owner", "team", "period", "start", "end", "amount", "currency", "unit"),
        ("Anna", "", "2026-Q1", "", "", "1,000.50", "", ""),
        ("", "North", "2026", "", "", "480k", "EUR", "money"),
        ("", "", "", "2026-01-15", "2026-02-14", "12", "", "Deals"),
        ("Ben", "South", "2026-03", "", "", "USD 5", "", ""),
    ]
    outcome = folder.load("quotas", folder.write("q.csv", rows), read={"currency": "EUR"})
    assert (outcome.new, outcome.updated, outcome.unchanged) == (4, 0, 0)
    assert held(folder) == [
        ("North", "2026", "money", "480000.00"),
        ("Anna", "2026-Q1", "money", "1000.50"),
        ("company", "2026-01-15..2026-02-14", "deals", 12),
        ("Ben", "2026-03", "money", "5.00"),
    ]
    assert folder.one("SELECT t.name FROM rep r JOIN team t ON t.id = r.team_id") == "South"
    assert any("no exchange rate for USD" in note for note in outcome.notes)
    undo(folder.workspace)
    assert held(folder) == []


def test_the_same_again_changes_nothing_and_another_amount_is_a_revision(folder: Folder) -> None:
    first = folder.write("a.csv", [HEADER, ("Anna", "2026-Q1", "100"), ("Ben", "2026-Q1", "50")])
    folder.load("quotas", first)
    again = folder.load("quotas", first)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 2)
    second = folder.write("b.csv", [HEADER, ("anna", "2026-Q1", "120"), ("Ben", "2026-Q1", "50")])
    outcome = folder.load("quotas", second)
    assert (outcome.new, outcome.updated, outcome.unchanged) == (0, 1, 1)
    assert folder.one("SELECT count(*) FROM quota_revision") == 3
    assert held(folder)[0] == ("Anna", "2026-Q1", "money", "120.00")


def test_an_end_that_is_not_told_is_the_next_start_of_the_same_owner(folder: Folder) -> None:
    header = ("owner", "start", "amount")
    rows = [header, ("Anna", "2026-01-01", "1"), ("Ben", "2026-02-01", "9"), ("Anna", "2026-03-05", "2")]
    outcome = folder.load("quotas", folder.write("q.csv", rows))
    assert [row[:2] for row in held(folder)] == [
        ("Anna", "2026-01-01..2026-03-04"),
        ("Ben", "2026-02-01..2026-04-30"),
        ("Anna", "2026-03-05..2026-05-06"),
    ]
    assert any(note.startswith("2 quotas have no end") for note in outcome.notes)
    # A later file says when the last one really ended.
    rows.append(("Anna", "2026-04-01", "3"))
    folder.load("quotas", folder.write("q2.csv", rows))
    assert [row[:2] for row in held(folder) if row[0] == "Anna"] == [
        ("Anna", "2026-01-01..2026-03-04"),
        ("Anna", "2026-03-05..2026-03-31"),
        ("Anna", "2026-04-01..2026-04-27"),
    ]


def test_what_is_refused(folder: Folder) -> None:
    rows = [
        ("owner", "period", "start", "end", "amount", "unit", "currency"),
        ("Anna", "2026-Q1", "", "", "-5", "", ""),
        ("Anna", "2026-Q7", "", "", "5", "", ""),
        ("Anna", "", "", "", "5", "", ""),
        ("Anna", "", "2026-03-01", "2026-02-01", "5", "", ""),
        ("Anna", "2026-Q1", "", "", "many", "", ""),
        ("Anna", "2026-Q1", "", "", "2.5", "deals", ""),
        ("Anna", "2026-Q1", "", "", "5", "bottles", ""),
        ("Anna", "2026-Q1", "", "", "5", "", "EUX"),
        ("Anna", "2026-Q1", "", "", "", "", ""),
        ("Anna", "2026-Q1", "", "", "99999999999999999", "", ""),
        ("Anna", "all", "", "", "5", "", ""),
        ("Anna", "2026-02-30", "", "", "5", "", ""),
    ]
    with pytest.raises(ImportRefused) as caught:
        folder.load("quotas", folder.write("q.csv", rows))
    found = reasons(caught.value)
    assert [line for line, _, _ in found] == list(range(2, 14))
    columns = [column for _, column, _ in found]
    assert columns == [
        *("amount", "period", "start", "end", "amount", "amount"),
        *("unit", "currency", "amount", "amount", "period", "period"),
    ]
    assert held(folder) == []


def test_overlapping_periods_are_refused_with_their_line(folder: Folder) -> None:
    header = ("owner", "start", "end", "amount")
    rows = [header, ("Anna", "2026-01-01", "2026-02-10", "5"), ("Anna", "2026-02-10", "2026-03-10", "5")]
    with pytest.raises(ImportRefused) as caught:
        folder.load("quotas", folder.write("q.csv", rows))
    ((line, column, reason),) = reasons(caught.value)
    assert (line, column) == (3, "amount")
    assert "overlaps" in reason
    assert held(folder) == []


def test_a_name_in_a_refusal_is_written_as_it_is(folder: Folder) -> None:
    folder.load("quotas", folder.write("a.csv", [HEADER, ("Anna", "2026-Q1", "100")]))
    crossing = [HEADER, ("Anna", "2026-02-15..2026-05-14", "100")]
    with pytest.raises(ImportRefused) as refused:
        folder.load("quotas", folder.write("b.csv", crossing))
    assert [reason.partition(" has a quota")[0] for _, _, reason in reasons(refused.value)] == ["Anna"]


def test_two_amounts_for_the_same_owner_and_period_are_refused(folder: Folder) -> None:
    """Which of them is meant cannot be known; the same amount twice does no harm."""
    rows = [HEADER, ("Anna", "2026-Q1", "100"), ("Ben", "2026-Q1", "50"), ("Anna", "2026-Q1", "100")]
    assert folder.load("quotas", folder.write("a.csv", rows)).new == 2
    rows += [("Ben", "2026-01-01..2026-03-31", "60")]
    with pytest.raises(ImportRefused) as refused:
        folder.load("quotas", folder.write("b.csv", rows))
    assert [(line, reason) for line, _, reason in reasons(refused.value)] == [
        (5, "Ben has another amount for Q1 2026 in line 3")
    ]
    assert held(folder) == [("Anna", "2026-Q1", "money", "100.00"), ("Ben", "2026-Q1", "money", "50.00")]


def test_quotas_of_zero_are_told_once_and_marked(folder: Folder) -> None:
    rows = [HEADER, ("Anna", "2026-Q1", "0"), ("Ben", "2026-Q1", "50"), ("Cleo", "2026-Q2", "0")]
    outcome = folder.load("quotas", folder.write("a.csv", rows))
    told = [note for note in outcome.notes if "quota of 0" in note]
    assert told == [
        "A quota of 0 counts as none: it has no percentage, and what is won is in no total. "
        "Anna for Q1 2026; Cleo for Q2 2026."
    ]
    marks = {row["owner"]: row["mark"] for row in quota_list(folder.workspace).rows}
    assert marks == {"Anna": "0 counts as none", "Ben": None, "Cleo": "0 counts as none"}


def test_a_rep_who_has_left_keeps_past_quotas_and_gets_no_new_ones(folder: Folder) -> None:
    rep = create_rep(folder.workspace, name="Anna")
    edit_rep(folder.workspace, rep_id=rep, version=1, changes={"active": False})
    folder.load("quotas", folder.write("q.csv", [HEADER, ("Anna", "2019-Q1", "5")]))
    assert quota_list(folder.workspace).rows[0]["mark"] == "has left"
    with pytest.raises(ImportRefused) as caught:
        folder.load("quotas", folder.write("q.csv", [HEADER, ("Anna", "2150-Q1", "5")]))
    assert "has left" in reasons(caught.value)[0][2]


def test_a_file_without_a_period_is_told_so(folder: Folder) -> None:
    with pytest.raises(UsageError, match="hold the period"):
        folder.load("quotas", folder.write("q.csv", [("owner", "amount"), ("Anna", "5")]))
    with pytest.raises(UsageError, match="hold amount"):
        folder.load("quotas", folder.write("q.csv", [("owner", "period"), ("Anna", "2026")]))


def test_a_dry_run_keeps_nothing(folder: Folder) -> None:
    path = folder.write("q.csv", [HEADER, ("Anna", "2026-Q1", "5")])
    assert folder.load("quotas", path, dry_run=True).new == 1
    assert held(folder) == []


# AdventureWorks: 163 quotas of 17 reps, and the orders of the first two periods


@pytest.fixture
def adventure(folder: Folder, shared_data: Path) -> tuple[Folder, dict[str, Any]]:
    """Orders and quotas imported as they come."""
    source = shared_data / "adventureworks_quota"
    if not source.is_dir():
        pytest.skip("no folder adventureworks_quota in shared/data")
    maps = {"id": "salesorderid", "owner": "salespersonid", "amount": "subtotal"}
    maps |= {"created": "orderdate", "closed": "orderdate"}
    folder.load(
        *("deals", str(source / "salesorderheader_2011.csv")),
        read={"currency": "USD", "round_amounts": True},
        maps=maps,
        values={"status": "won"},
    )
    outcome = folder.load(
        *("quotas", str(source / "SalesPersonQuotaHistory.csv")),
        read={"currency": "USD", "header": False},
        maps={"owner": "2", "start": "3", "amount": "4"},
    )
    assert (outcome.rows, outcome.new) == (163, 163)
    truth: dict[str, Any] = json.loads((source / "truth.json").read_text(encoding="utf-8"))
    return folder, truth


def test_adventure_works(adventure: tuple[Folder, dict[str, Any]]) -> None:
    folder, truth = adventure
    with folder.workspace.read() as reader:
        facts = quotas_between(reader)
    assert len(facts) == truth["quality"]["quota_rows"] == 163
    assert len({fact.rep_id for fact in facts}) == truth["quality"]["reps"] == 17
    told = {"2011-05-31": 0.821831, "2011-08-31": 0.865790}
    for start, due in truth["complete_periods"].items():
        first, end = due["280"]["period"]
        period = Period(PeriodKind.RANGE, date.fromisoformat(first), date.fromisoformat(end))
        report = run_report(folder.workspace, "quotas", Scope(period=period))
        team = due.pop("TEAM")
        rows = {row["owner"]: row for row in report.rows if row["quota"] is not None}
        assert set(rows) == set(due)
        for rep, expected in due.items():
            row = rows[rep]
            assert row["quota"].major == Fraction(expected["quota"])
            assert abs(row["won"].major - Fraction(expected["actual"])) < Fraction("0.2")
            assert float(round_half_up(row["attainment"] * 10**6)) / 10**6 == expected["attainment"]
        assert round(float(report.totals["attainment"]), 6) == team["attainment"] == told[start]
        assert report.totals["quota"].major == Fraction(team["quota"])
        assert report.totals["reps_with_quota"] == 10
    first = run_report(
        folder.workspace, "quotas", Scope(period=Period.parse("2011-05-31..2011-08-30"), owner="280")
    )
    assert round(float(first.rows[0]["attainment"]), 6) == 1.159567
    # What was to be reached is known on every past day too.
    then = first.scope.with_(as_of=int(datetime(2011, 8, 1, tzinfo=UTC).timestamp()))
    assert run_report(folder.workspace, "quotas", then).rows[0]["quota"] == first.rows[0]["quota"]
