"""Settings of the team, and the prices of closed deals that follow from them."""

from __future__ import annotations

import pytest

from funnel_tui.domain.scope import TeamSettings
from funnel_tui.errors import InvalidInput
from funnel_tui.models import ExchangeRate
from funnel_tui.services.deals import win_deal
from funnel_tui.services.history import undo
from funnel_tui.services.settings import reprice, set_setting
from tests.services.world import DAY, START, World


def rate(world: World, day: int, scaled: int, base: str = "USD", quote: str = "EUR") -> None:
    with world.workspace.change("rates") as call:
        row = {"base": base, "quote": quote, "day": day, "rate_scaled": scaled}
        call.put(ExchangeRate, None, row)
        reprice(call, [base])


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("time_zone", "Europe/Oslo", "Europe/Oslo"),
        ("time_zone", "europe/oslo", "Europe/Oslo"),
        ("time_zone", "America/New York", "America/New_York"),
        ("fiscal_start", "4", 4),
        ("base_currency", " nok ", "NOK"),
        ("small_n", 10, 10),
        ("stuck_factor", 3, 3),
        ("idle_days", "30", 30),
        ("contact_benchmark", 40, 40),
        ("model_minimum", 50, 50),
    ],
)
def test_every_setting_can_be_set(world: World, name: str, value: str | int, stored: str | int) -> None:
    set_setting(world.workspace, name=name, value=value)
    assert getattr(world.workspace.settings(), name) == stored
    undo(world.workspace)
    assert world.workspace.settings() == TeamSettings()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("time_zone", "Oslo", "Did you mean Europe/Oslo?"),
        ("time_zone", "Europe/Olso", "Did you mean Europe/Oslo?"),
        ("time_zone", "", "For example"),
        ("base_currency", "EURO", ""),
        ("fiscal_start", 0, ""),
        ("fiscal_start", 13, ""),
        ("fiscal_start", "May", ""),
        ("fiscal_start", "１", ""),
        ("small_n", True, ""),
        ("small_n", 1.5, ""),
        ("idle_days", -1, ""),
        ("fiscal_strat", 4, "Did you mean fiscal_start?"),
    ],
)
def test_other_values_are_refused(file_world: World, name: str, value: str | int, hint: str) -> None:
    before = file_world.snapshot()
    with pytest.raises(InvalidInput) as caught:
        set_setting(file_world.workspace, name=name, value=value)
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)
    assert file_world.snapshot() == before


def test_a_new_base_currency_prices_closed_deals_anew(world: World) -> None:
    rate(world, 1, 500_000_000_000)
    dollars = world.deal(amount_minor=1_000, currency="USD")
    euros = world.deal(amount_minor=1_000, currency="EUR")
    krona = world.deal(amount_minor=1_000, currency="SEK")
    for deal in (dollars, euros, krona):
        win_deal(world.workspace, deal_id=deal)

    def prices() -> list[int | None]:
        return [row[0] for row in world.rows("SELECT closed_base FROM deal ORDER BY id")]

    assert prices() == [500, 1_000, None]
    set_setting(world.workspace, name="base_currency", value="USD")
    assert world.summary() == "Set base currency to USD (was EUR)"
    assert prices() == [1_000, 2_000, None]
    assert world.errors() == []
    undo(world.workspace)
    assert prices() == [500, 1_000, None]
    rate(world, 2, 100_000_000_000, base="SEK")
    assert prices() == [500, 1_000, 100]
    undo(world.workspace)
    assert prices() == [500, 1_000, None]
    assert world.errors() == []


def test_the_time_zone_decides_the_closing_day(world: World) -> None:
    day = START // DAY
    rate(world, day - 1, 500_000_000_000)
    rate(world, day, 250_000_000_000)
    deal = world.deal(amount_minor=1_000, currency="USD")
    win_deal(world.workspace, deal_id=deal)  # midnight UTC, the evening before in New York
    assert world.deal_row(deal)["closed_base"] == 250
    set_setting(world.workspace, name="time_zone", value="America/New_York")
    assert world.deal_row(deal)["closed_base"] == 500
    assert world.errors() == []
