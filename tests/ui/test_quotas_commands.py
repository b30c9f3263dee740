"""The command that a figure of the Quotas screen copies prints the same figure, whatever is looked at."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.dialogs.explain import ExplainDialog
from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.services.forecast_adjustments import adjust_forecast
from funnel_tui.services.workspace import Workspace
from tests.support.cli import json_of, ok, run_here
from tests.support.driving import SIZES, Driver, driving
from tests.ui.test_quotas_screen import grid, screen_of, to_column, to_view

NOW = {"FUNNEL_NOW": "2026-11-21T12:00:00Z"}
Q4 = Period.quarter(2026, 4)
AUGUST = 1_786_831_200
"""2026-08-16 in Oslo."""
SCOPES = {
    "now": Scope(period=Q4),
    "past": Scope(period=Period.quarter(2026, 3), as_of=AUGUST),
    "filter": Scope(period=Q4, where="amount > 50k and source = 'Referral'"),
    "team": Scope(period=Q4, team="Norway", as_of=AUGUST, where="amount < 90k"),
    "owner": Scope(period=Q4, owner="Élise Moreau"),
    "present": Scope(period=Q4, present_owner=True),
}
WHOSE = pytest.mark.parametrize("name", SCOPES)


async def looking_at(driver: Driver, scope: Scope, *, one_pipeline: bool = False) -> None:
    """Look at a scope."""
    known = driver.app.scope
    assert known is not None
    driver.app.set_scope(scope.with_(pipelines=known.pipelines))
    await driver.settle()
    if one_pipeline:
        await driver.press("p")


async def copied(driver: Driver) -> str:
    """The command of the figure under the cursor."""
    driver.app.copy_to_clipboard("nothing was copied")
    await driver.press("Y")
    return driver.app.clipboard


def printed(path: Path, command: str) -> Any:
    """What a command prints, run as it was copied."""
    program, *arguments = shlex.split(command)
    assert program == "funnel"
    return json_of(run_here(*arguments, "--format", "json", db=path, env=NOW))


def figure_text(driver: Driver) -> str:
    """The words of the figure under the cursor."""
    figure = screen_of(driver).figure
    assert figure is not None
    return figure.words


@WHOSE
@pytest.mark.parametrize("by", ["rep", "team"])
async def test_the_review(demo: Workspace, demo_path: Path, name: str, by: str) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await looking_at(driver, SCOPES[name], one_pipeline=name == "filter")
        if by == "team":
            await driver.press("b")
        await to_column(driver, "attainment")
        view = screen_of(driver).figures
        rows = view.teams if by == "team" else view.rows
        report = printed(demo_path, await copied(driver))
        assert report["report"] == "quotas"
        told = [
            (row["owner"], row["won"] and row["won"]["minor"], row["attainment"]) for row in report["rows"]
        ]
        standings = [(row.line.name, row.line.standing) for row in rows]
        assert [(who, won) for who, won, _ in told] == [(who, one.won) for who, one in standings]
        for (_, _, share), (_, one) in zip(told, standings, strict=True):
            assert share == (
                None if one.attainment is None else pytest.approx(float(one.attainment), abs=1e-6)
            )
        assert report["totals"]["won"]["minor"] == view.total.won


async def test_the_command_of_the_review_prints_the_table_too(demo: Workspace, demo_path: Path) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await looking_at(driver, SCOPES["past"])
        await to_column(driver, "attainment")
        shown = screen_of(driver).figure
        assert shown is not None
        command = await copied(driver)
        assert command == "funnel quotas --period 2026-Q3 --as-of 2026-08-15T22:00:00Z"
        table = ok(run_here(*shlex.split(command)[1:], db=demo_path, env=NOW))
        line = next(line for line in table.splitlines() if line.strip().startswith("Anna Berg"))
        assert shown.text in line


@WHOSE
@pytest.mark.parametrize("by", ["month", "rep"])
async def test_the_forecast(demo: Workspace, demo_path: Path, name: str, by: str) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await looking_at(driver, SCOPES[name])
        await to_view(driver, "Forecast")
        if by == "rep":
            await driver.press("b")
        view = screen_of(driver).figures
        report = printed(demo_path, await copied(driver))
        if by == "month":
            counts = [(row["month"], row["deals"], row["closed"]["minor"]) for row in report["rows"]]
            assert counts == [(one.name, one.opened.deals, one.closed.amount) for one in view.buckets]
        else:
            found: dict[str, int] = {}
            for row in report["rows"]:
                found[row["rep"]] = found.get(row["rep"], 0) + row["deals"]
            assert found == {one.name: one.whole.opened.deals for one in view.by_rep}
        assert abs(report["totals"]["weighted"]["minor"] - view.weighted) <= 1


@WHOSE
async def test_the_trend_has_the_command_of_the_period_under_the_cursor(
    demo: Workspace, demo_path: Path, name: str
) -> None:
    async with driving(demo, size=(160, 40), tab="4") as driver:
        await looking_at(driver, SCOPES[name])
        await to_view(driver, "Trend")
        commands = set()
        for by in ("rep", "team"):
            if by == "team":
                await driver.press("b")
            for at in (3, 6):
                await to_column(driver, f"at{at}")
                screen = screen_of(driver)
                period = screen.figures.trend[at].period.name
                row = (screen.figures.teams if by == "team" else screen.figures.rows)[0]
                command = await copied(driver)
                commands.add(command)
                assert f" --period {period}" in command
                report = printed(demo_path, command)
                (line,) = [line for line in report["rows"] if line["owner"] == row.line.name]
                quota, won = row.trend[at]
                assert (line["quota"] and line["quota"]["minor"], line["won"]["minor"]) == (quota, won)
        assert len(commands) == 4


@WHOSE
async def test_accuracy_has_the_forecasts_as_they_stood(demo: Workspace, demo_path: Path, name: str) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await looking_at(driver, SCOPES[name])
        screen = await to_view(driver, "Accuracy")
        for key in ("start", "middle_share"):
            await to_column(driver, key)
            report = printed(demo_path, await copied(driver))
            total = report["totals"]["closed"]["minor"] + report["totals"]["weighted"]["minor"]
            figure = screen.figure
            assert figure is not None
            numbers = figure.words.partition("forecast / won = ")[2].partition(" / ")[0]
            assert abs(int(numbers.replace(",", "")) * 100 - total) <= 51
            assert report["scope"]["period"]["name"] in {"2026-Q3", "2026-Q2"}
        await to_column(driver, "won")
        report = printed(demo_path, await copied(driver))
        won = int(figure_text(driver).rpartition(" ")[2].replace(",", ""))
        assert abs(report["totals"]["closed"]["minor"] - won * 100) <= 50


async def test_adjustments_have_the_forecast_of_their_row(demo: Workspace, demo_path: Path) -> None:
    adjust_forecast(demo, holder=Holder(), period=Q4, amount_minor=2_000_000, note="Verbal yes")
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await looking_at(driver, SCOPES["filter"])
        screen = await to_view(driver, "Adjustments")
        await to_column(driver, "adjusted")
        kinds = set()
        for at, line in enumerate(screen.figures.lines):
            grid(driver).put_cursor(at)
            await driver.settle()
            report = printed(demo_path, await copied(driver))
            total = report["totals"]["closed"]["minor"] + report["totals"]["weighted"]["minor"]
            assert abs(total - line.forecast) <= 1, line.name
            assert any("+20,000.00 NOK" in note or "+20000.00 NOK" in note for note in report["notes"])
            kinds.add(line.kind)
        assert kinds == {"company", "team", "rep"}


@pytest.mark.parametrize("name", ["past", "filter", "team"])
async def test_probability(demo: Workspace, demo_path: Path, name: str) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await looking_at(driver, SCOPES[name])
        screen = await to_view(driver, "Probability")
        await driver.settle()
        command = await copied(driver)
        found = screen.panel
        assert found is not None
        titles = [found.table.figure(row, "deal") for row in range(len(found.table))]
        report = printed(demo_path, command)
        assert report["rows"]
        assert [row["deal"] for row in report["rows"]] == [one.text for one in titles if one is not None]


async def test_where_no_command_prints_it_none_is_offered_and_that_is_said(demo: Workspace) -> None:
    async def without(driver: Driver, words: str) -> None:
        assert await copied(driver) == "nothing was copied"
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, ExplainDialog)
        shown = " ".join(driver.text.split())
        assert words in shown
        assert "copy the command" not in shown
        assert "funnel report" not in shown
        await driver.press("escape")

    async with driving(demo, size=(120, 40), tab="4") as driver:
        await to_view(driver, "Accuracy")
        await driver.press("b")
        await to_column(driver, "history")
        await without(
            driver, "No command prints these probabilities beside history; E writes them to a file."
        )
        await to_view(driver, "Forecast")
        await driver.press("F")
        await driver.type("commit")
        await driver.press("enter")
        await without(driver, "No command prints a forecast of one category or currency")


@pytest.mark.parametrize("size", SIZES)
async def test_every_figure_has_definition_n_scope_as_of_and_command(
    demo: Workspace, size: tuple[int, int]
) -> None:
    asked = {
        "Review": "attainment",
        "Forecast": "weighted",
        "Trend": "at7",
        "Adjustments": "forecast",
        "Accuracy": "start",
        "Probability": "history",
    }
    async with driving(demo, size=size, tab="4") as driver:
        await looking_at(driver, SCOPES["now"].with_(where="amount > 20k"))
        for name, key in asked.items():
            await to_view(driver, name)
            await to_column(driver, key)
            explained = screen_of(driver).explanation()
            assert explained is not None
            parts = dict(explained.parts())
            assert {"Definition", "Formula", "n", "Scope", "As of", "Command"} <= parts.keys(), name
            assert parts["Definition"] not in parts["Formula"]
            assert parts["Scope"].endswith("where amount > 20k")
            assert ("(now)" in parts["As of"]) == (name != "Accuracy")
            assert "--where 'amount > 20k'" in parts["Command"]
            assert ".  " not in parts["Note"]
        driver.app.set_scope(SCOPES["past"])
        await driver.settle()
        await to_view(driver, "Review")
        explained = screen_of(driver).explanation()
        assert explained is not None
        assert explained.as_of == "2026-08-16 00:00 Europe/Oslo"


async def test_the_amount_of_a_deal_is_no_probability(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await to_view(driver, "Probability")
        await to_column(driver, "amount")
        explained = screen_of(driver).explanation()
        assert explained is not None
        assert explained.definition == "What the deal is worth, in its own currency."
        assert explained.formula == ""
        await to_column(driver, "model")
        explained = screen_of(driver).explanation()
        assert explained is not None
        assert "naive Bayes" in explained.definition
        assert "model " in explained.formula


async def test_n_is_the_number_of_deals_behind_the_figure(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        for name, keys in {
            "Review": ("won", "pipeline"),
            "Forecast": ("deals", "closed", "commit", "best_case", "pipeline"),
            "Adjustments": ("forecast",),
            "Trend": ("at2", "at7"),
            "Accuracy": ("won", "start", "middle"),
        }.items():
            screen = await to_view(driver, name)
            panel = screen.panel
            assert panel is not None
            for key in keys:
                for row in range(len(panel.table) - (name == "Trend")):  # no deals are behind its total
                    figure = panel.table.figure(row, key)
                    assert figure is not None
                    assert figure.behind is not None
                    behind = figure.behind(demo)
                    assert len(behind.ids) == figure.known.sample, (name, key, row)


async def test_enter_lists_the_deals_of_a_past_forecast(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        screen = await to_view(driver, "Accuracy")
        await to_column(driver, "start")
        assert "enter deals" in driver.lines[-1]
        count = screen.figure.known.sample  # type: ignore[union-attr]
        await driver.press("enter")
        assert driver.lines[2].strip().startswith(f"{count} deal")
        assert "as of 2026-07-01" in driver.lines[2]
        await driver.press("escape", "b")
        await to_column(driver, "history")
        assert "enter deals" not in driver.lines[-1]
