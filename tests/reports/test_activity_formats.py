"""The reports on activity beside another period, in every format, and what is refused."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest

from funnel_tui.domain.activity import Unit
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.exchange.aligned import to_table
from funnel_tui.exchange.writers import to_csv, to_json
from funnel_tui.models import InteractionKind
from funnel_tui.services.reports.activity_screen import read_activity
from funnel_tui.widgets.drawing import render
from tests.reports.activity_small import MARCH, log
from tests.reports.small import Small

REPORTS = ("activity", "followups", "steps")


# Compared


def test_a_compared_period_holds_week_against_week(here_busy: Small) -> None:
    log(
        here_busy,
        ("2026-03-02", {}),
        ("2026-03-03", {}),
        ("2026-02-02", {}),
        ("2026-02-10", {"owner": "Ben"}),
    )
    report = here_busy.report("activity", by=GroupBy.WEEK, period=MARCH, compare=Period.month(2026, 2))
    held = {
        (line["period"], line["owner"]): (line["now"], line["then"], line["shortfall"])
        for line in report.benchmark
        if line["figure"] == "done"
    }
    assert held == {("2026-W10", "Anna"): (2, 1, 0), ("2026-W11", "Ben"): (0, 1, 1)}
    rows = here_busy.report("steps", period=MARCH, compare=Period.month(2026, 2)).benchmark
    assert Counter(line["figure"] for line in rows)["calls"] == 2
    assert {(line["owner"], line["now"], line["then"]) for line in rows if line["figure"] == "calls"} == {
        ("Anna", 2, 1),
        ("Ben", 0, 1),
    }


# Formats


@pytest.fixture
def told(here_busy: Small) -> Small:
    """A team with something in every report, and a name that must not be taken for anything else."""
    number = here_busy.deal("2026-03-01", moves=(("Talk", "2026-03-10"),))
    with here_busy.workspace.change("kind") as call:
        call.insert(InteractionKind, {"name": "=cmd [/x] \x1b[31m", "step": "meetings", "position": 9})
    log(
        here_busy, ("2026-03-02", {"deal_id": number, "outcome": "conversation"}), ("2026-03-03", {"kind": 8})
    )
    return here_busy


FIELDS = {
    "activity": "owner kind done planned attempts conversations conversation_share target",
    "followups": "stage outcome visits mean median p80 share_at_most_1 share_at_least_5",
    "steps": "owner calls meetings proposals contracts paid conversions total",
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_json_of_the_contract(told: Small, name: str) -> None:
    made = json.loads(to_json(told.report(name, period=MARCH)), parse_float=Decimal)
    assert list(made) == ["report", "as_of", "scope", "rows", "totals", "notes"]
    assert made["report"] == name
    assert list(made["rows"][0]) == FIELDS[name].split()
    if name == "activity":
        assert list(made["totals"]) == ["done", "outbound_calls", "opportunities", "per_1000_calls"]
        assert made["totals"]["per_1000_calls"] == 1000
        weekly = json.loads(to_json(told.report(name, period=MARCH, by=GroupBy.WEEK)))
        assert list(weekly["rows"][0]) == ["period", *FIELDS[name].split()]
        assert weekly["rows"][0]["period"] == "2026-W10"
        assert made["rows"][0]["target"] is None
    if name == "steps":
        assert made["rows"][0]["conversions"] == [1, 0, None, None]
        assert made["rows"][0]["total"] == 0
    if name == "followups":
        assert made["totals"] == {}
        assert made["rows"][0] == {
            **{"stage": "Lead", "outcome": "advanced", "visits": 1, "mean": 1, "median": 1, "p80": 1},
            **{"share_at_most_1": 1, "share_at_least_5": 0},
        }


@pytest.mark.parametrize("name", REPORTS)
def test_every_other_format(told: Small, name: str) -> None:
    report = told.report(name, period=MARCH, compare=Period.month(2026, 2))
    rows = list(csv.reader(StringIO(to_csv(report))))
    assert rows[0] == ["period", *FIELDS[name].split()]
    assert all(len(row) == len(rows[0]) for row in rows)
    for text in (
        to_csv(report),
        to_table(report, 80),
        to_table(report, None),
        render(report, 80, colour=False),
    ):
        assert "\x1b" not in text
        assert len(text.splitlines()) >= 2
    if name == "activity":
        assert rows[2][2].startswith("'=cmd")
        weekly = told.report(name, period=MARCH, by=GroupBy.WEEK, compare=Period.month(2026, 2))
        assert to_csv(weekly).startswith("of_period,period,owner")
    assert "Nothing to draw" not in render(report, 80, colour=False)


# Refused


@pytest.mark.parametrize("name", ["metrics", "funnel", "active", "losses", "stuck", "followups"])
def test_week_is_refused_where_it_means_nothing(here: Small, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be split by week") as refused:
        here.report(name, by=GroupBy.WEEK)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("name", "by"),
    [
        (name, by)
        for name in ("activity", "steps")
        for by in (GroupBy.SOURCE, GroupBy.PIPELINE, GroupBy.REASON)
    ]
    + [("followups", by) for by in (GroupBy.SOURCE, GroupBy.MONTH, GroupBy.REASON)],
)
def test_what_interactions_do_not_have_is_refused(here: Small, name: str, by: GroupBy) -> None:
    with pytest.raises(UsageError, match=f"cannot be split by {by}"):
        here.report(name, by=by)


def test_the_far_past_and_future_of_a_long_range(busy: Small) -> None:
    log(busy, ("2026-03-02", {}))
    for text in ("1000-01-01..2999-12-31", "2500-01-01..2999-12-31", "all"):
        period = Period.parse(text)
        found = busy.report("activity", period=period, by=GroupBy.WEEK)
        assert [row["period"] for row in found.rows] == ([] if text.startswith("25") else ["2026-W10"])
        view = read_activity(busy.workspace, Scope(period=period), unit=Unit.DAY)
        assert view is not None
        assert len(view.by_rep.buckets) < 10_000
