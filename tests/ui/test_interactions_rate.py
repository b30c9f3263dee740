"""The chart of done interactions over time where there is no room for all of a period."""

from __future__ import annotations

from datetime import date, timedelta

import plotext
import pytest

from funnel_tui.domain.activity import Unit
from funnel_tui.domain.calendar_names import month_name
from funnel_tui.screens.interactions_activity import Panel
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.activity_drawing import MARKS, RatePicture, Stack, draw_rate
from tests.support.driving import SIZES, driving
from tests.ui.interactions import to_panel

FIRST, COUNT = date(2026, 10, 1), 92


def quarter(begun: int, done: dict[int, int] | None = None) -> RatePicture:
    """The days of a quarter, of which so many have begun."""
    days = [FIRST + timedelta(days=at) for at in range(COUNT)]
    return RatePicture(
        unit=Unit.DAY,
        labels=tuple(str(day.day) for day in days),
        months=tuple(month_name(day) for day in days),
        begun=begun,
        stacks=(Stack("Anna", tuple((done or {}).get(at, 0) for at in range(COUNT))),),
        targets=(None,) * COUNT,
    )


@pytest.mark.parametrize(
    ("begun", "first", "last"),
    [
        (COUNT, "26 Nov", "31 Dec"),  # a period that is over
        (53, "18 Oct", "22 Nov"),
        (36, "1 Oct", "5 Nov"),
        (3, "1 Oct", "5 Nov"),  # where there is room, what comes is drawn too
        (0, "26 Nov", "31 Dec"),  # a period to come
    ],
)
def test_the_days_up_to_now_are_drawn_and_the_others_told(begun: int, first: str, last: str) -> None:
    assert quarter(begun).cut_words(80) == f"36 of 92 days: {first} – {last}"


def test_nothing_is_told_where_all_is_drawn() -> None:
    picture = quarter(53)
    assert list(picture.drawn(2 * COUNT + 8)) == list(range(COUNT))
    assert picture.cut_words(2 * COUNT + 8) == ""
    assert picture.cut_words(2 * COUNT + 7) != ""


def test_ticks_name_the_month_where_it_changes() -> None:
    assert [name for _, name in quarter(53).ticks(80)] == [
        "21 Oct", "25", "29", "2 Nov", "6", "10", "14", "18", "22"
    ]  # fmt: skip


def test_weeks_and_months_are_named_by_their_labels() -> None:
    weeks = tuple(f"W{at}" for at in range(1, 53))
    picture = RatePicture(Unit.WEEK, weeks, (), 40, (Stack("Anna", (1,) * 52),), (None,) * 52)
    assert picture.cut_words(60) == "26 of 52 weeks: W15 – W40"
    assert picture.ticks(60)[-1] == (39, "W40")


def test_a_bar_stands_over_its_day() -> None:
    lines = draw_rate(plotext, quarter(53, {52: 9}), 80, 12)
    bars = [line.rstrip() for line in lines if MARKS[0] in line]
    assert bars
    assert all(line.endswith(MARKS[0]) and len(line) > 72 for line in bars), "the last one: today"
    assert lines[-1].split()[-1] == "22"


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_days_of_the_present_quarter_have_bars(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await to_panel(driver, Panel.RATE)
        assert " of 14 weeks" not in driver.text
        await driver.press("w", "w")
        assert "Done per day by rep, Q4 2026" in driver.text
        chart = driver.text.partition("of 92 days: ")[2]
        assert chart.partition("\n")[0].endswith("– 21 Nov")
        assert any(mark in chart for mark in MARKS)
