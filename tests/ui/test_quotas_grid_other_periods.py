"""The grid of quotas where they are set for other periods than months, quarters and years, by keys."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from funnel_tui.dialogs.quota_history import RevisionsDialog
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.screens.quotas_grid import QuotaGridScreen
from funnel_tui.services.quotas import set_quota
from funnel_tui.services.reports.quota_grid import read_quota_grid
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving
from tests.ui.test_quotas_grid import quota, rep

STARTS = [date(2027, 5, 31), date(2027, 8, 31), date(2027, 12, 1), date(2028, 2, 29), date(2028, 5, 30)]
"""Where the quotas of a real team began; the last one is the day after them."""
PERIODS = [Period(PeriodKind.RANGE, first, end) for first, end in pairwise(STARTS)]
AUTUMN, WINTER = PERIODS[1], PERIODS[2]
NEXT = PERIODS[-1].shifted(1)


@pytest.fixture
def odd(demo: Workspace) -> Workspace:
    """A team whose quotas begin on 31 May, 31 August, 1 December and 29 February."""
    for number, name in enumerate(("Anna Berg", "Kari Lie")):
        for at, period in enumerate(PERIODS):
            if name == "Anna Berg" or at < 3:
                amount = (100 + 10 * number + at) * 100_000
                set_quota(demo, holder=rep(demo, name), period=period, amount=amount)
    return demo


async def opened(driver: Driver, period: Period) -> QuotaGridScreen:
    """The grid, opened where a period is looked at."""
    await driver.press("4")
    scope = driver.app.scope
    assert scope is not None
    driver.app.set_scope(scope.with_(period=period, compare=None))
    await driver.settle()
    await driver.press("e")
    screen = driver.app.screen
    assert isinstance(screen, QuotaGridScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_columns_are_the_periods_that_quotas_are_set_for(
    odd: Workspace, size: tuple[int, int]
) -> None:
    async with driving(odd, size=size) as driver:
        screen = await opened(driver, AUTUMN)
        assert "Set quotas 31 May 2027 – 29 May 2028 · NOK" in driver.text
        assert driver.line("Anna Berg").split()[-4:] == ["100,000", "101,000", "102,000", "103,000"]
        for heading in ("31 May 27 –", "31 Aug 27 –", "1 Dec 27 –", "29 Feb 28 –"):
            assert heading in driver.lines[2]
        assert screen.place is not None
        assert screen.place[1] == 1
        assert "Anna Berg, 31 Aug – 30 Nov 2027: 101,000 NOK" in " ".join(driver.text.split())


async def test_they_are_typed_raised_copied_on_and_taken_away(odd: Workspace) -> None:
    anna, kari = rep(odd, "Anna Berg"), rep(odd, "Kari Lie")
    async with driving(odd) as driver:
        await opened(driver, AUTUMN)
        await driver.type("150k")
        await driver.press("enter")
        assert quota(odd, anna, AUTUMN) == 15_000_000
        await driver.press("r")
        await driver.type("10")
        await driver.press("enter")
        assert quota(odd, anna, AUTUMN) == 16_500_000
        assert quota(odd, kari, AUTUMN) == 12_210_000
        await driver.press("right", "right", "left", "D")  # the winter, which Kari has a quota for
        assert quota(odd, kari, PERIODS[3]) == quota(odd, kari, WINTER) == 11_200_000
        await driver.press("delete")
        assert quota(odd, anna, WINTER) is None
        await driver.press("u")
        assert quota(odd, anna, WINTER) == 10_200_000
        await driver.press("right", "D", "full_stop")
        assert quota(odd, anna, NEXT) == 10_300_000
        assert driver.line("Anna Berg").split()[2] == "103,000"
        await driver.press("comma", "H")
        assert isinstance(driver.app.screen, RevisionsDialog)


async def test_spreading_them_is_refused_in_words(odd: Workspace) -> None:
    async with driving(odd) as driver:
        await opened(driver, AUTUMN)
        await driver.press("s")
        words = "31 Aug – 30 Nov 2027 has no quarters or months to spread over; w shows years."
        assert driver.last_told == words


async def test_the_key_for_the_length_leads_to_them_and_back(odd: Workspace) -> None:
    async with driving(odd) as driver:
        await opened(driver, Period.quarter(2027, 4))
        assert "of other periods: w changes the length" in driver.text
        assert "101,000" not in driver.text
        await driver.press("w", "w", "w")
        assert "Set quotas 31 May 2027 – 29 May 2028" in driver.text
        assert "101,000" in driver.line("Anna Berg")
        await driver.press("w")
        assert "Set quotas Q1 2027 – Q4 2027" in driver.text


async def test_without_such_quotas_the_quarters_of_the_calendar_are_shown(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver, Period.days(date(2026, 10, 7), date(2026, 11, 6)))
        assert "Set quotas Q1 2026 – Q4 2026 · NOK" in driver.text
        await driver.press("full_stop")
        assert "Set quotas Q1 2027 – Q4 2027 · NOK" in driver.text
        await driver.press("w", "w", "w")
        assert "Set quotas Q1 2027 – Q4 2027 · NOK" in driver.text


async def test_the_keys_for_earlier_and_later_say_where_the_quotas_end(odd: Workspace) -> None:
    async with driving(odd) as driver:
        await opened(driver, AUTUMN)
        await driver.press("comma")
        assert driver.last_told == "Quotas of such periods go no further."
        await driver.press("full_stop")
        assert "Set quotas 30 May 2028 – " in driver.text
        await driver.press("comma")
        assert "Set quotas 31 May 2027 – 29 May 2028" in driver.text


def test_periods_that_cross_others_are_no_neighbours(odd: Workspace) -> None:
    """A rep with periods of his own does not break the chain of the others; there he is in the brackets."""
    odd_days = Period.days(date(2027, 9, 10), date(2027, 10, 9))
    set_quota(odd, holder=rep(odd, "Élise Moreau"), period=odd_days, amount=500_000)
    grid = read_quota_grid(odd, first=AUTUMN, count=4, unit=QuotaUnit.MONEY)
    assert grid.periods == tuple(PERIODS)
    assert grid.others == 1
    assert grid.next_period(3) == NEXT
    assert grid.columns.before is None
    assert grid.columns.beyond == NEXT
    later = read_quota_grid(odd, first=NEXT, count=4, unit=QuotaUnit.MONEY)
    assert later.periods == (NEXT,)
    assert later.columns.before == PERIODS[-1]
    assert Scope(period=later.next_period(0)).period == NEXT.shifted(1)
