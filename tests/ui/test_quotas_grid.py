"""Quotas set and revised in place, by keys."""

from __future__ import annotations

from fractions import Fraction

import pytest

from funnel_tui.dialogs.quota_history import RevisionsDialog
from funnel_tui.domain.period import Period, PeriodKind, days_of
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import InvalidInput
from funnel_tui.queries.quotas import quotas_between
from funnel_tui.screens.quotas import QuotasScreen
from funnel_tui.screens.quotas_grid import QuotaGridScreen
from funnel_tui.screens.quotas_typed import adjustment_typed, percent_typed, quota_typed
from funnel_tui.services.quotas import set_quota
from funnel_tui.services.reports.quota_grid import read_quota_grid
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.quota_grid import TypingGrid
from tests.support.driving import SIZES, Driver, driving

Q4, Q1 = Period.quarter(2026, 4), Period.quarter(2027, 1)
YEAR = Period.year(2026)


def rep(workspace: Workspace, name: str) -> Holder:
    """A rep by name."""
    with workspace.read() as reader:
        return Holder(reader.rows("SELECT id FROM rep WHERE name = :name", {"name": name})[0][0])


def quota(workspace: Workspace, holder: Holder, period: Period, unit: str = "money") -> int | None:
    """A quota as it is set; None without one."""
    start, end = days_of(period)
    with workspace.read() as reader:
        for fact in quotas_between(reader, start, end):
            if (fact.holder, fact.start_day, fact.end_day, fact.unit) == (holder, start, end, unit):
                return fact.amount
    return None


async def opened(driver: Driver) -> QuotaGridScreen:
    """The grid, with the cursor on the first rep and the present quarter."""
    await driver.press("4", "e")
    screen = driver.app.screen
    assert isinstance(screen, QuotaGridScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_grid_shows_everybody_and_begins_where_one_was(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        screen = await opened(driver)
        assert "Set quotas Q1 2026 – Q4 2026 · NOK" in driver.text
        assert screen.place is not None
        assert (screen.place[0].name, screen.place[1]) == ("Anna Berg", 3)
        for name in ("Company", "team Norway", "Anna Berg", "Élise Moreau"):
            assert driver.line(name)
        assert driver.line("Anna Berg").split()[-1] == "500,000"
        assert "Anna Berg, Q4 2026: 500,000 NOK, set by Ingrid Dahl" in driver.text
        await driver.press("g")
        assert "Σ reps 4,550,000, mismatch -450,000" in " ".join(driver.text.split())
        await driver.press("escape")
        assert isinstance(driver.app.screen, QuotasScreen)


async def test_a_number_is_typed_over_the_one_that_is_there_and_undone(demo: Workspace) -> None:
    anna = rep(demo, "Anna Berg")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.type("480k")
        await driver.press("enter")
        assert quota(demo, anna, Q4) == 48_000_000
        assert driver.line("Anna Berg").split()[-1] == "480,000"
        await driver.press("u")
        assert quota(demo, anna, Q4) == 50_000_000
        await driver.press("delete")
        assert quota(demo, anna, Q4) is None
        assert driver.line("Anna Berg").split()[-1] == "–"
        await driver.press("escape")
        assert "Without a quota: Anna Berg" in " ".join(driver.app.screen.help_text().split())


@pytest.mark.parametrize("typed", ["4x", "0x", "12 zzz", "9" * 22])
async def test_what_makes_no_sense_is_told_under_the_field_and_stays_there(
    demo: Workspace, typed: str
) -> None:
    anna = rep(demo, "Anna Berg")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.type(typed)
        await driver.press("enter")
        wrong = driver.app.screen.query_one("#wrong")
        assert wrong.display
        assert wrong.region.y == driver.app.screen.query_one("#amount").region.y + 1
        assert typed[:12] in driver.line("Quota")
        assert quota(demo, anna, Q4) == 50_000_000
        await driver.press("backspace")
        assert not wrong.display
        await driver.press("escape")
        assert driver.app.screen.focused is driver.app.screen.query_one("#grid", TypingGrid)


async def test_numbers_typed_ahead_go_to_their_cells(demo: Workspace) -> None:
    anna, erik = rep(demo, "Anna Berg"), rep(demo, "Erik Lindqvist")
    async with driving(demo) as driver:
        await opened(driver)
        for key in ("4", "8", "1", "k", "enter", "j", "3", "3", "3", "k", "enter"):
            driver.app.simulate_key(key)
        await driver.settle()
        assert quota(demo, anna, Q4) == 48_100_000
        assert quota(demo, erik, Q4) == 33_300_000


async def test_a_negative_quota_is_refused_with_a_reason(demo: Workspace) -> None:
    anna = rep(demo, "Anna Berg")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("enter")
        await driver.press("home")
        await driver.type("-")
        await driver.press("enter")
        assert driver.app.screen.query_one("#wrong").display
        assert quota(demo, anna, Q4) == 50_000_000


async def test_a_minus_that_begins_a_number_is_refused_and_not_dropped(demo: Workspace) -> None:
    anna = rep(demo, "Anna Berg")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("-", "5", "enter")
        assert "'-5' is negative" in driver.text
        assert driver.line("Quota").split()[-1] == "-5"
        assert quota(demo, anna, Q4) == 50_000_000
        await driver.press("escape", "b", "-", "5", "enter")
        assert "is no number of deals" in driver.text
        assert quota(demo, anna, Q4, "deals") is None


async def test_the_foot_names_the_keys_of_the_field_that_is_open(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        before = driver.lines[-1]
        await driver.type("4")
        assert driver.lines[-1].split() == ["enter", "save", "esc", "back", "f1", "help"]
        await driver.press("escape")
        assert driver.lines[-1] == before
        await driver.press("r")
        assert "enter save   esc back" in driver.lines[-1]


async def test_the_history_spells_a_quota_as_the_screens_do(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.type("1.5m")
        await driver.press("enter")
        with demo.read() as reader:
            told = reader.rows("SELECT summary FROM change_group ORDER BY id DESC LIMIT 1")[0][0]
        assert told == "Set quota of Anna Berg for Q4 2026 to 1,500,000 NOK"


async def test_a_currency_without_a_rate_is_said_and_marked(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.type("5m JPY")
        await driver.press("enter")
        assert "5,000,000 JPY!" in driver.line("Anna Berg")
        assert "no exchange rate" in " ".join(driver.text.split())


async def test_quotas_that_overlap_are_refused(demo: Workspace) -> None:
    kari = rep(demo, "Kari Lie")
    odd = Period.parse("2027-01-15..2027-04-14")
    set_quota(demo, holder=kari, period=odd, amount=100)
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("full_stop", "j", "j", "j", "j", "h", "h", "h")
        await driver.type("1m")
        await driver.press("enter")
        assert "which overlaps" in driver.text
        assert driver.line("Quota").split()[-1] == "1m"
        assert quota(demo, kari, Q1) is None


async def test_copy_down_and_copy_on(demo: Workspace) -> None:
    anna, erik, freja = (rep(demo, name) for name in ("Anna Berg", "Erik Lindqvist", "Freja Møller"))
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("d")
        assert quota(demo, erik, Q4) == 50_000_000
        await driver.press("d")
        assert quota(demo, freja, Q4) == 50_000_000
        await driver.press("k", "k", "space")
        assert "1 marked" in driver.text
        await driver.press("D")
        assert quota(demo, anna, Q1) == 50_000_000
        assert quota(demo, erik, Q1) is None
        await driver.press("asterisk", "asterisk", "D")
        assert quota(demo, erik, Q1) == 50_000_000
        assert quota(demo, Holder(), Q1) == 500_000_000


async def test_copy_down_to_the_marked_rows(demo: Workspace) -> None:
    kari, elise = rep(demo, "Kari Lie"), rep(demo, "Élise Moreau")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("G", "space", "g", "j", "j", "j", "j", "j")
        await driver.press("d")
        assert quota(demo, elise, Q4) == 50_000_000
        assert quota(demo, kari, Q4) == 75_000_000


async def test_raise_by_a_percentage(demo: Workspace) -> None:
    anna, kari = rep(demo, "Anna Berg"), rep(demo, "Kari Lie")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("space", "r")
        await driver.type("abc")
        await driver.press("enter")
        assert "is no percentage" in driver.text
        await driver.press("backspace", "backspace", "backspace", "1", "0", "enter")
        assert quota(demo, anna, Q4) == 55_000_000
        assert quota(demo, kari, Q4) == 75_000_000
        await driver.press("u")
        assert quota(demo, anna, Q4) == 50_000_000


async def test_a_year_is_spread_over_quarters(demo: Workspace) -> None:
    elise = rep(demo, "Élise Moreau")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("G", "w", "w")
        assert "2025 – 2028" in driver.text
        await driver.type("1m")
        await driver.press("enter", "s")
        assert "evenly over  q quarters  m months" in driver.text
        await driver.press("q")
        assert [quota(demo, elise, Period.quarter(2026, at)) for at in range(1, 5)] == [25_000_000] * 4
        await driver.press("w")
        assert driver.line("Élise Moreau").split()[-4:] == ["250,000"] * 4
        await driver.press("G", "s")
        await driver.press("m")
        assert sum(quota(demo, elise, Period.month(2026, at)) or 0 for at in (1, 2, 3)) == 25_000_000


async def test_the_quotas_of_all_marked_rows_are_spread(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("w", "w")
        found = screen._found
        assert found is not None
        row = screen.grid.row
        holders = [one.holder for one in found.holders[row : row + 3]]
        for amount in ("1m", "2m"):
            await driver.type(amount)
            await driver.press("enter", "space")
        await driver.press("delete", "space", "s")
        assert "Spread the quotas of 3 marked rows for" in driver.text
        await driver.press("q")
        for holder, whole in zip(holders, (25_000_000, 50_000_000, None), strict=True):
            quarters = [quota(demo, holder, Period.quarter(2026, at)) for at in range(1, 5)]
            assert quarters == [whole] * 4 or (whole is None and quota(demo, holder, YEAR) is None)
        told = "\n".join(driver.told)
        assert "1 of them has no quota for 2026" in told


async def test_quotas_in_deals(demo: Workspace) -> None:
    anna = rep(demo, "Anna Berg")
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("b")
        assert "· deals" in driver.lines[1]
        await driver.type("12")
        await driver.press("enter")
        assert quota(demo, anna, Q4, "deals") == 12
        await driver.type("1.5")
        await driver.press("enter")
        assert "is no number of deals" in driver.text
        assert quota(demo, anna, Q4, "deals") == 12


async def test_a_note_and_the_history_of_a_cell(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("e", "end")
        await driver.press(*["backspace"] * 6)
        await driver.type("510k")
        await driver.press("down")
        await driver.type("Took over an account")
        await driver.press("enter")
        assert driver.line("Anna Berg").split()[-1] == "510,000"
        assert "(Took over an account)" in " ".join(driver.text.split())
        await driver.press("H")
        assert isinstance(driver.app.screen, RevisionsDialog)
        assert "500,000 NOK" in driver.text
        assert "510,000 NOK" in driver.text
        assert "Took over an" in driver.text
        assert "Ingrid Dahl" in driver.text


async def test_months_have_room_at_both_sizes(demo: Workspace) -> None:
    for size, count in (((80, 24), 6), ((120, 40), 12)):
        async with driving(demo, size=size) as driver:
            screen = await opened(driver)
            await driver.press("w")
            assert len(driver.lines[2].split()) == 1 + 2 * count
            assert screen.place is not None
            first = driver.lines[2].split()[1]
            assert first == ("Jul" if count == 6 else "Jan")


async def test_a_quarter_of_months_is_shown_in_brackets(demo: Workspace) -> None:
    elise = rep(demo, "Élise Moreau")
    for month in (10, 11, 12):
        set_quota(demo, holder=elise, period=Period.month(2026, month), amount=10_000_000)
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("G")
        assert driver.line("Élise Moreau").split()[-1] == "(300,000)"
        assert "added up from 3 quotas of shorter periods" in " ".join(driver.text.split())


async def test_reps_who_left_are_marked_and_get_no_quota(demo: Workspace) -> None:
    from funnel_tui.services.people import edit_rep

    anna = rep(demo, "Anna Berg")
    with demo.read() as reader:
        version = reader.rows("SELECT version FROM rep WHERE name = 'Anna Berg'")[0][0]
    edit_rep(demo, rep_id=anna.rep_id or 0, version=version, changes={"active": False})
    async with driving(demo) as driver:
        await opened(driver)
        assert driver.line("Anna Berg (left)").split()[-1] == "500,000!"
        await driver.type("480k")
        await driver.press("enter")
        assert "has left" in driver.text
        assert quota(demo, anna, Q4) == 50_000_000


def test_the_grid_is_read_with_its_fiscal_year(demo: Workspace) -> None:
    found = read_quota_grid(demo, first=Period.quarter(2026, 1), count=4, unit=QuotaUnit.MONEY)
    assert [period.name for period in found.periods] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert found.sum_of_reps(3) == 455_000_000
    assert found.others == 0
    months = read_quota_grid(demo, first=Period.month(2026, 10), count=3, unit=QuotaUnit.MONEY)
    assert not months.cells
    assert months.others == sum(place == 3 for _, place in found.cells)
    assert months.periods[0].kind is PeriodKind.MONTH


@pytest.mark.parametrize(
    ("text", "percent"),
    [("5", 5), ("5 %", 5), ("-10", -10), ("2,5", Fraction(5, 2)), ("+2.5%", Fraction(5, 2))],
)
def test_percentages(text: str, percent: Fraction) -> None:
    assert percent_typed(text) == percent


def test_amounts_as_people_type_them(demo: Workspace) -> None:
    reader = Typed(demo.settings(), demo.clock, habits=demo.habits)
    assert quota_typed(reader, "480k", QuotaUnit.MONEY) == (48_000_000, "NOK")
    assert quota_typed(reader, "EUR 1.2m", QuotaUnit.MONEY) == (120_000_000, "EUR")
    assert quota_typed(reader, "", QuotaUnit.MONEY) == (None, None)
    assert quota_typed(reader, "12 deals", QuotaUnit.DEALS) == (12, None)
    assert adjustment_typed(reader, "-20k") == (-2_000_000, "NOK")
    assert adjustment_typed(reader, "+ 20k EUR") == (2_000_000, "EUR")
    assert adjustment_typed(reader, "").amount == 0
    with pytest.raises(InvalidInput):
        quota_typed(reader, "twelve", QuotaUnit.DEALS)
