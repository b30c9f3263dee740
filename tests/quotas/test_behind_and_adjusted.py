"""What is behind the figures of the Quotas screen, and who adds what to a forecast."""

from __future__ import annotations

from fractions import Fraction

from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.services.forecast_adjustments import adjust_forecast
from funnel_tui.services.quotas import set_quota
from funnel_tui.services.reports.adjustment_rows import read_adjusted
from funnel_tui.services.reports.forecast_behind import CLOSED, forecast_deals
from funnel_tui.services.reports.forecast_screen import ForecastFilter, read_forecast
from funnel_tui.services.reports.quota_behind import deals_of_reps
from funnel_tui.services.reports.quota_columns import first_period
from funnel_tui.services.reports.quota_grid import LEFT, NO_RATE, OVERLAPS, read_quota_grid
from tests.reports.small import Small, instant

Q2 = Period.quarter(2026, 2)
SCOPE = Scope(period=Q2)


def day(text: str) -> int:
    """A day number."""
    return instant(text) // 86_400


def test_behind_a_forecast_are_the_deals_it_was_made_of(team: Small) -> None:
    late = team.deal("2026-04-02", amount=10, expected_close=day("2026-05-01"))
    june = team.deal("2026-04-02", amount=20, expected_close=day("2026-06-30"), category="commit")
    ben = team.deal("2026-04-02", amount=30, expected_close=day("2026-06-30"), owner="Ben")
    never = team.deal("2026-04-02", amount=40)
    left_out = team.deal("2026-04-02", amount=50, expected_close=day("2026-06-15"), category="omitted")
    won = team.deal("2026-04-02", amount=60, won="2026-05-10")
    team.deal("2026-01-02", amount=70, won="2026-03-10")
    team.deal("2026-04-02", amount=80, expected_close=day("2026-07-01"))
    workspace = team.workspace

    def ids(**wanted: object) -> list[int]:
        return list(forecast_deals(workspace, SCOPE, **wanted).ids)  # type: ignore[arg-type]

    assert ids() == [late, left_out, june, ben, never]
    assert ids(month="2026-06") == [left_out, june, ben]
    assert ids(month="slipped") == [late]
    assert ids(month="none") == [never]
    assert ids(rep_id=team.reps["Ben"]) == [ben]
    assert ids(categories=frozenset({"commit"})) == [june]
    assert ids(categories=frozenset({CLOSED, "commit"})) == [won, june]
    assert ids(categories=frozenset({CLOSED}), month="2026-05") == [won]
    assert ids(categories=frozenset({CLOSED}), month="2026-04") == []
    assert ids(categories=frozenset({CLOSED}), rep_id=team.reps["Ben"]) == []
    assert ids(only=ForecastFilter(category="omitted")) == [left_out]
    view = read_forecast(workspace, SCOPE)
    for bucket in view.buckets:
        assert len(ids(month=bucket.name)) == bucket.opened.deals
        assert len(ids(month=bucket.name, categories=frozenset({CLOSED}))) == bucket.closed.deals
    assert sum(one.whole.opened.deals for one in view.by_rep) == len(ids())
    assert [one.name for one in view.by_rep] == ["Anna", "Ben"]
    assert view.currencies == ("EUR",)
    assert view.goal is None
    set_quota(workspace, holder=Holder(rep_id=1), period=Q2, amount=500)
    assert read_forecast(workspace, SCOPE).goal == 500


def test_behind_a_total_are_the_deals_of_its_reps(here: Small) -> None:
    anna = here.deal("2026-04-02", won="2026-04-10")
    later = here.deal("2026-04-02", won="2026-05-10")
    here.deal("2026-04-02", won="2026-05-11", owner="Ben")
    opened = here.deal("2026-04-02", expected_close=day("2026-06-30"))
    reps = {here.reps["Anna"]}
    won = deals_of_reps(here.workspace, SCOPE, reps, is_open=False, name="Total")
    assert (list(won.ids), won.title) == ([later, anna], "Won in Q2 2026 · Total · Sales")
    found = deals_of_reps(here.workspace, SCOPE, reps, is_open=True, name="Total")
    assert list(found.ids) == [opened]
    bens = Scope(period=Q2, owner="Ben")
    assert not deals_of_reps(here.workspace, bens, reps, is_open=False, name="Total").ids


def test_who_adds_what_to_the_forecast(team: Small) -> None:
    team.deal("2026-04-02", amount=100, expected_close=day("2026-06-30"), probability_bp=5_000)
    team.deal("2026-04-02", amount=30, won="2026-04-10", owner="Ben")
    workspace = team.workspace
    adjust_forecast(workspace, holder=Holder(rep_id=1), period=Q2, amount_minor=-20, note="Careful")
    adjust_forecast(
        workspace, holder=Holder(team_id=1), period=Q2, amount_minor=5, currency="USD", note="Hope"
    )
    lines = {line.name: line for line in read_adjusted(workspace, SCOPE).lines}
    assert [(name, line.forecast) for name, line in lines.items()] == [
        *(("company", Fraction(80)), ("North", Fraction(80)), ("Oslo", Fraction(50))),
        *(("Anna", Fraction(50)), ("Ben", Fraction(30)), ("Cleo", Fraction(0))),
    ]
    assert (lines["Anna"].change, lines["Anna"].adjusted) == (-20, 30)
    assert (lines["North"].change, lines["North"].adjusted) == (None, 80)
    assert lines["Ben"].fact is None
    mine = read_adjusted(workspace, Scope(period=Q2, owner="Anna"))
    assert [line.name for line in mine.lines if line.kind == "rep"] == ["Anna"]


def test_the_grid_marks_what_is_odd(here: Small) -> None:
    workspace, anna, ben = here.workspace, Holder(rep_id=1), Holder(rep_id=2)
    set_quota(workspace, holder=anna, period=Q2, amount=100, currency="USD")
    for month in (4, 5, 6):
        set_quota(workspace, holder=ben, period=Period.month(2026, month), amount=10)
    with workspace.change("test") as call:
        from funnel_tui.models import QuotaRevision

        span = {"start_day": day("2026-05-15"), "end_day": day("2026-07-15")}
        row = {"rep_id": 1, "team_id": None, **span, "unit": "money", "amount": 1, "currency": "EUR"}
        call.insert(QuotaRevision, {**row, "note": None, "at": call.at, "by": "import"})
    grid = read_quota_grid(workspace, first=Period.quarter(2026, 1), count=4, unit=QuotaUnit.MONEY)
    assert grid.cells[anna, 1].marks == (OVERLAPS, NO_RATE)
    assert (grid.cells[ben, 1].amount, grid.cells[ben, 1].parts) == (30, 3)
    assert (ben, 0) not in grid.cells
    assert grid.others == 4
    assert grid.sum_of_reps(1) is None
    assert LEFT not in grid.cells[anna, 1].marks


def test_the_grid_begins_with_the_fiscal_year() -> None:
    period = Period.quarter(2026, 3, fiscal_start=4)
    assert first_period(period, period.kind).name == "2026-Q1"
    assert first_period(period, Period.month(2026, 1).kind).start.month == 4
    assert first_period(period, Period.year(2026).kind).name == "2025"


def test_the_list_of_one_category_says_which(here: Small) -> None:
    """A month has deals of all categories; the list of one of them is not the list of the month."""

    def title(**wanted: object) -> str:
        return forecast_deals(here.workspace, SCOPE, **wanted).title.removesuffix(" · Sales")  # type: ignore[arg-type]

    month = "Open deals expected to close in 2026-06"
    assert title(month="2026-06") == month
    assert title(month="2026-06", categories=frozenset({"commit"})) == f"{month} · commit"
    both = frozenset({CLOSED, "commit", "best_case"})
    assert title(categories=both) == ("Won, and open deals expected to close in Q2 2026 · commit, best case")
    assert title(categories=frozenset({CLOSED})) == "Won in Q2 2026"
    only = ForecastFilter(category="pipeline", currency="USD")
    assert title(only=only) == "Open deals expected to close in Q2 2026 · pipeline · USD"
