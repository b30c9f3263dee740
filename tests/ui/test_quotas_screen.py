"""The Quotas screen by keys: the review, its formulas, what is behind each figure, and the other views."""

from __future__ import annotations

import csv
import json
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.metrics.quota import Clock
from funnel_tui.screens.quotas import QuotasScreen
from funnel_tui.screens.quotas_behind import FigureDealsScreen
from funnel_tui.screens.quotas_views import VIEWS
from funnel_tui.screens.quotas_words import bar_text
from funnel_tui.services.forecast_adjustments import adjust_forecast, read_adjustments
from funnel_tui.services.quotas import set_quota
from funnel_tui.services.reports.forecast_screen import ForecastFilter, read_forecast
from funnel_tui.services.reports.quota_screen import quota_deals, read_quotas
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.lines import fit_tabs
from funnel_tui.widgets.quota_chart import StackChart
from tests.support.driving import SIZES, Driver, driving

Q4 = Period.quarter(2026, 4)
EVERYTHING = Scope(period=Q4)
SIGNS = {"done": "+ done", "on track": "= on track", "at risk": "! at risk", "behind": "x behind"}


def screen_of(driver: Driver) -> QuotasScreen:
    """The screen, which must be in view."""
    screen = driver.app.screen
    assert isinstance(screen, QuotasScreen)
    return screen


def grid(driver: Driver) -> DealGrid:
    """The table of figures."""
    return driver.app.screen.query_one("#figures", DealGrid)


async def to_column(driver: Driver, key: str) -> None:
    """Move to a column."""
    for way in ("left", "right"):
        for _ in range(15):
            if grid(driver).key == key:
                return
            await driver.press(way)
    raise AssertionError(f"there is no column {key}")


async def to_view(driver: Driver, name: str) -> QuotasScreen:
    """Go to a view."""
    for _ in VIEWS:
        if screen_of(driver).view_name == name:
            return screen_of(driver)
        await driver.press("tab")
    raise AssertionError(f"there is no view {name}")


# The review


@pytest.mark.parametrize("size", SIZES)
async def test_a_team_of_ten_fits_without_scrolling(demo: Workspace, size: tuple[int, int]) -> None:
    view = read_quotas(demo, EVERYTHING)
    assert len(view.rows) == 10
    async with driving(demo, size=size, tab="4") as driver:
        assert "Q4 2026 · per rep · day 52 of 92" in driver.text
        assert len(grid(driver).visible_rows) == len(view.rows) + 2
        for row in view.rows:
            line = driver.line(row.line.name[:10])
            status = row.line.standing.status
            assert status is None or SIGNS[status.value] in line
        for heading in ("Attain.", "Quota", "Won", "Gap", "Pipel", "Status"):
            assert heading in driver.lines[3]
        assert "…" not in driver.lines[3]
        assert driver.line("Total")
        assert driver.line("Company")
        assert f"At quota: {view.reached.reached} of {view.reached.known} reps" in driver.text
        assert f"{view.reached.unknown} unknown" in driver.text
        assert "mismatch -450,000" in driver.text


async def test_bars_at_80_columns_carry_the_pace_mark_and_a_tall_screen_has_a_chart(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        assert "████│███" in driver.line("Anna Berg")
        assert not driver.app.screen.query_one("#chart").is_on_screen
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await driver.settle()
        chart = driver.app.screen.query_one(StackChart)
        assert chart.size.height >= 12
        assert "│ where it should be today" in driver.text
        bars = [line for line in driver.lines if line.strip().startswith("Anna Berg") and "█" in line]
        assert "111.2 %  556k of 500k" in bars[0]
        assert all("│" in line for line in driver.lines if "of 4.55M" in line)


def test_a_bar_has_the_mark_where_the_period_is() -> None:
    clock = Clock(5, 10)
    assert bar_text(Fraction(1, 4), clock, 8) == "██░░│░░░"
    assert bar_text(Fraction(2), clock, 8) == "████│███"
    assert bar_text(Fraction(0), Clock(0, 10), 8) == "░░░░░░░░"
    assert bar_text(Fraction(1, 2), Clock(10, 10), 8) == "████░░░░"
    assert bar_text(None, clock, 8) == ""


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("attainment", "Attainment = won / quota = 556,000 / 500,000 = 111.2 %"),
        ("gap", "Gap = max(0, quota − won) = max(0, 500,000 − 556,000) = 0"),
        ("expected", "Expected = quota × days gone / days = 500,000 × 52 / 92 = 282,609"),
        ("projection", "Projection = won / days gone × days = 556,000 / 52 × 92 = 983,692"),
        ("pace", "Pace = won / expected by now = 556,000 / 282,609 = 196.7 %"),
        ("needed_per_day", "Needed a day = gap / days left, today gone = 0 / 40 = 0"),
    ],
)
async def test_a_figure_is_explained_with_its_numbers(demo: Workspace, key: str, words: str) -> None:
    async with driving(demo, size=(160, 40), tab="4") as driver:
        await to_column(driver, key)
        assert f"Anna Berg: {words}" in driver.text


@pytest.mark.parametrize("key", ["won", "pipeline"])
async def test_enter_lists_the_deals_behind_a_figure(demo: Workspace, key: str) -> None:
    view = read_quotas(demo, EVERYTHING)
    at = next(at for at, row in enumerate(view.rows) if row.line.name == "Kari Lie")
    found = quota_deals(demo, EVERYTHING, key, view.rows[at].line.holder)
    async with driving(demo, tab="4") as driver:
        await driver.press(*["j"] * at)
        await to_column(driver, key)
        await driver.press("enter")
        assert isinstance(driver.app.screen, FigureDealsScreen)
        assert driver.lines[2].strip().startswith(f"{len(found.ids)} deal")
        assert "Kari Lie" in driver.lines[2]
        await driver.press("escape")
        assert grid(driver).row == at


async def test_behind_the_total_are_the_deals_of_those_with_a_quota(demo: Workspace) -> None:
    view = read_quotas(demo, EVERYTHING)
    counted = [row.line.holder for row in view.rows if row.line.base.is_known]
    expected = sum(len(quota_deals(demo, EVERYTHING, "won", holder).ids) for holder in counted)
    everybody = len(quota_deals(demo, EVERYTHING, "won").ids)
    assert counted
    async with driving(demo, tab="4") as driver:
        await to_column(driver, "won")
        await driver.press("G", "k", "enter")
        assert driver.lines[2].strip().startswith(f"{expected} deals")
        await driver.press("escape", "j", "enter")
        assert driver.lines[2].strip().startswith(f"{everybody} deals")


async def test_b_shows_teams_and_keys_step_the_period(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        await driver.press("b")
        assert "per team" in driver.text
        assert "Scandinavia" in driver.text
        assert "mismatch" in driver.text
        await driver.press("comma")
        assert "Quotas Q3 2026 · per team · over" in driver.text
        await driver.press("full_stop", "full_stop")
        assert "Q1 2027 · per team · not begun" in driver.text
        assert "Nobody has a quota for this period: e sets them" in driver.text
        await driver.press("comma", "w")
        assert "Quotas 2026 · per team" in driver.text
        await driver.press("w")
        assert "Quotas Nov 2026 · per team" in driver.text


async def test_the_history_of_a_quota_and_what_does_not_fit_is_said(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        assert "… ?" in driver.text
        await driver.press("j", "H")
        assert "History of the quota of Erik Lindqvist for Q4 2026" in driver.text
        assert "Ingrid Dahl" in driver.text
        await driver.press("escape", "G", "H")
        assert "History of the quota of company" in driver.text
        assert "Plan of the board" in driver.text
        await driver.press("escape", "k", "H")
        assert "History of the quota of all" in driver.text
        await driver.press("escape", "question_mark")
        assert "1 without amount" in " ".join(driver.text.split())


async def test_without_pipelines_it_says_what_to_do(empty: Workspace) -> None:
    async with driving(empty, tab="4") as driver:
        assert "There is no pipeline yet" in driver.text
        assert "I imports a file" in driver.text
        for _ in VIEWS:
            await driver.press("tab")
            assert "There is no pipeline yet" in driver.text


async def test_a_quota_in_another_currency_and_one_in_deals(demo: Workspace) -> None:
    reps = {row.line.name: row.line.holder for row in read_quotas(demo, EVERYTHING).rows}
    set_quota(demo, holder=reps["Élise Moreau"], period=Q4, amount=12, unit="deals")
    set_quota(demo, holder=reps["Sigrid Aas"], period=Q4, amount=5_000_000, currency="JPY")
    async with driving(demo, tab="4") as driver:
        assert "12 d" in driver.line("Élise Moreau")
        assert "Sigrid Aas !" in driver.text or "JPY" in driver.line("Sigrid Aas")
        assert "No exchange rate: Sigrid Aas" in driver.app.screen.help_text()


async def test_no_colour_is_needed_and_none_is_sent(demo: Workspace) -> None:
    environment = {"TERM": "xterm-256color", "NO_COLOR": "1"}
    async with driving(demo, tab="4", environment=environment) as driver:
        for sign in ("+ done", "= on track", "! at risk", "x behind"):
            assert sign in driver.text


# The line of tabs


def test_the_line_of_tabs_gets_shorter_before_it_is_cut() -> None:
    tabs = ["0 Today", "1 Deals", "2 Stages", "3 Interactions", "4 Quotas", "5 Plan"]
    views = ["Review", "Forecast", "Trend", "Adjustments", "Accuracy", "Probability"]
    gaps = set()
    for width in (160, 120, 100, 80, 70, 60):
        for view in views:
            spelt = fit_tabs(tabs, "4 Quotas", views, view, width)
            assert spelt.width <= width
            assert "4 Quotas" in spelt.tabs
            assert next(words for here, words in spelt.views if here).startswith(view)
            gaps.add(spelt.gap)
    assert gaps == {1, 2}


def test_names_stand_in_full_where_there_is_room_for_them() -> None:
    tabs = ["0 Today", "1 Deals", "2 Stages", "3 Interactions", "4 Quotas", "5 Plan"]
    spelt = fit_tabs(tabs, "0 Today", ["Tasks", "Deals that need me"], "Tasks", 80)
    assert spelt.tabs == ["0 Today", "1 Deals", "2 Stages", "3", "4 Quotas", "5 Plan"]
    views = ["Review", "Forecast", "Trend", "Adjustments", "Accuracy", "Probability"]
    spelt = fit_tabs(tabs, "4 Quotas", views, "Review", 80)
    shown = [words for _, words in spelt.views]
    assert shown == ["Review", "Forecast", "Trend", "Adjust…", "Accuracy", "Probab…"]


@pytest.mark.parametrize("size", SIZES)
async def test_every_view_is_named_in_the_line_of_tabs(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, tab="4") as driver:
        for view in (*VIEWS[1:], VIEWS[0]):
            await driver.press("tab")
            assert f"[{view.name}" in driver.lines[1]
            assert "4 Quotas" in driver.lines[1]
            assert len(driver.lines[1]) <= size[0]


# Forecast


@pytest.mark.parametrize("size", SIZES)
async def test_the_forecast_has_months_categories_and_the_range(
    demo: Workspace, size: tuple[int, int]
) -> None:
    view = read_forecast(demo, EVERYTHING)
    async with driving(demo, size=size, tab="4") as driver:
        await to_view(driver, "Forecast")
        names = [bucket.name for bucket in view.buckets]
        assert names[-2:] == ["slipped", "none"]
        for name in names:
            assert driver.line(name)
        for heading in ("Closed", "Commit", "Best case", "Pipeline"):
            assert heading in driver.lines[3]
        assert "Range: p10" in driver.text
        assert "quota reached: " in driver.text
        assert "from stock" in driver.text
        if size[1] > 30:
            assert "━ quota Q4 2026" in driver.text


async def test_categories_are_added_up_by_a_key(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await to_view(driver, "Forecast")
        single = driver.line("Total").split()
        await driver.press("a")
        added = driver.line("Total").split()
        assert "categories added up" in driver.text
        closed, commit, best, pipeline = (int(text.replace(",", "")) for text in single[-4:])
        sums = [closed, closed + commit, closed + commit + best, closed + commit + best + pipeline]
        assert all(
            abs(int(text.replace(",", "")) - exact) <= 2 for text, exact in zip(added[-4:], sums, strict=True)
        )


async def test_behind_each_figure_of_the_forecast_are_its_deals(demo: Workspace) -> None:
    view = read_forecast(demo, EVERYTHING)
    at = next(at for at, bucket in enumerate(view.buckets) if bucket.opened.deals)
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await to_view(driver, "Forecast")
        await driver.press(*["j"] * at)
        await to_column(driver, "deals")
        count = screen_of(driver).figure
        assert count is not None
        await driver.press("enter")
        assert driver.lines[2].strip().startswith(f"{count.text} deal")
        await driver.press("escape", "g")
        await to_column(driver, "closed")
        await driver.press("enter")
        assert f"Won in {view.buckets[0].name}" in driver.lines[2]
        won = view.buckets[0].closed.deals
        assert driver.lines[2].strip().startswith(f"{won} deal")


async def test_the_forecast_is_narrowed_to_a_category(demo: Workspace) -> None:
    only = read_forecast(demo, EVERYTHING, ForecastFilter(category="commit"))
    async with driving(demo, tab="4") as driver:
        await to_view(driver, "Forecast")
        await driver.press("F")
        await driver.type("commit")
        await driver.press("enter")
        assert "only commit" in driver.text
        assert driver.line("Total").split()[1] == str(sum(one.opened.deals for one in only.buckets))
        await driver.press("escape")
        assert "only commit" not in driver.text


async def test_the_forecast_by_rep(demo: Workspace) -> None:
    view = read_forecast(demo, EVERYTHING)
    async with driving(demo, tab="4") as driver:
        await to_view(driver, "Forecast")
        whole = driver.line("Total").split()[1:]
        await driver.press("b")
        for one in view.by_rep:
            assert driver.line(one.name[:10]).split()
        assert driver.line("Total").split()[1:] == whole


# Trend, adjustments, accuracy


@pytest.mark.parametrize("size", SIZES)
async def test_the_trend_of_eight_periods(demo: Workspace, size: tuple[int, int]) -> None:
    view = read_quotas(demo, EVERYTHING)
    async with driving(demo, size=size, tab="4") as driver:
        await to_view(driver, "Trend")
        assert [point.period.label for point in view.trend] == [
            " ".join(pair) for pair in zip(*[iter(driver.lines[3].split()[1:])] * 2, strict=True)
        ]
        assert "9" in driver.line("Reps at quota")
        assert grid(driver).key == f"at{len(view.trend) - 1}"
        assert "Q4 2026: attainment = won / quota" in driver.text
        await to_column(driver, "at6")
        assert "Q3 2026: attainment = won / quota" in driver.text
        await driver.press("enter")
        assert "Won in Q3 2026" in driver.lines[2]


async def test_an_adjustment_needs_a_note_and_keeps_its_history(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        await to_view(driver, "Adjustments")
        await driver.press("e")
        await driver.type("+20k")
        await driver.press("enter")
        assert "Say why in a few words" in driver.text
        await driver.type("Verbal yes")
        await driver.press("enter")
        assert "+20.0k" in driver.line("company")
        assert "Verbal yes" in driver.line("company")
        assert "p50 adjusted" not in driver.text
        await driver.press("e", "home")
        await driver.press(*["delete"] * 12)
        await driver.type("-x")
        await driver.press("enter")
        assert "is not an amount" in driver.text
        await driver.press("escape", "H")
        assert "Verbal yes" in driver.text
        assert "20,000 NOK" in driver.text
        await driver.press("escape")
        await to_view(driver, "Forecast")
        assert "Adjustments +20.0k" in driver.text
        assert "p50 adjusted" in driver.text
        await driver.press("u")
        assert not read_adjustments(demo, Q4).present


async def test_an_adjustment_that_is_there_can_be_taken_back(demo: Workspace) -> None:
    adjust_forecast(demo, holder=Holder(), period=Q4, amount_minor=-500_000, note="Cautious")
    async with driving(demo, tab="4") as driver:
        await to_view(driver, "Adjustments")
        assert "-5,000" in driver.line("company") or "-5.00k" in driver.line("company")
        await driver.press("e")
        await driver.press(*["backspace"] * 12, "0", "enter")
        assert "Cautious" not in driver.line("company")


async def test_past_forecasts_and_probabilities_that_are_off(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        await to_view(driver, "Accuracy")
        assert driver.line("Q3 2026")
        assert "At its start" in driver.text or "At start" in driver.text
        assert "as it stood on" not in driver.text
        await to_column(driver, "middle_share")
        assert "Q3 2026 as it stood on 16 Aug 2026: forecast / won = " in driver.text
        await driver.press("b")
        line = driver.line("Lead")
        assert "! off" in line
        assert "n = " in driver.text


# Export and copies


async def test_what_is_shown_is_exported(demo: Workspace, tmp_path: Path) -> None:
    async with driving(demo, tab="4") as driver:
        for name in ("q.csv", "q.json", "q.xlsx"):
            await driver.press("E", "home")
            await driver.press("ctrl+k")
            await driver.paste(str(tmp_path / name))
            await driver.press("enter")
        await driver.press("E", "home")
        await driver.press("ctrl+k")
        await driver.type(str(tmp_path / "q.csv"))
        await driver.press("enter")
        assert "is there already" in driver.text
        await driver.press("escape")
        with (tmp_path / "q.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [row["owner"] for row in rows] == [row.line.name for row in read_quotas(demo, EVERYTHING).rows]
        assert rows[0]["quota"] == "500000.00"
        assert rows[0]["quota_currency"] == "NOK"
        whole = json.loads((tmp_path / "q.json").read_text(encoding="utf-8"))
        assert whole["report"] == "quotas"
        assert whole["rows"][0]["quota"]["minor"] == 50_000_000
        with zipfile.ZipFile(tmp_path / "q.xlsx") as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<v>500000</v>" in sheet
        for view in VIEWS[1:]:
            await to_view(driver, view.name)
            target = tmp_path / f"{view.name}.csv"
            await driver.press("E", "home")
            await driver.press("ctrl+k")
            await driver.paste(str(target))
            await driver.press("enter")
            assert len(target.read_text(encoding="utf-8").splitlines()) > 1


async def test_a_row_and_the_command_are_copied(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        await driver.press("y")
        assert driver.app.clipboard.startswith("Anna Berg\t")
        await driver.press("b", "Y")
        assert driver.app.clipboard == "funnel quotas --period 2026-Q4 --by team"
