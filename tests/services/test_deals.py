"""Creating and editing deals."""

from __future__ import annotations

from typing import Any

import pytest

from funnel_tui.errors import InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.models import ExchangeRate
from funnel_tui.services.deals import create_deal, edit_deal, lose_deal, win_deal
from funnel_tui.services.people import create_organisation
from funnel_tui.services.pipelines import create_pipeline, edit_pipeline, retire_stage
from tests.services.world import DAY, START, World


def usd_rate(world: World, scaled: int = 900_000_000_000) -> None:
    with world.workspace.change("rates") as call:
        row = {"base": "USD", "quote": "EUR", "day": 1, "rate_scaled": scaled}
        call.put(ExchangeRate, None, row)


def test_a_new_deal_is_open_in_the_first_stage(world: World) -> None:
    organisation = create_organisation(world.workspace, name="Acme")
    deal = world.deal(
        organisation_id=organisation,
        amount_minor=480_000_00,
        currency="nok",
        expected_close=20_500,
        probability_bp=4_200,
        category="commit",
        source="Fair",
        note="one\ntwo",
        external_id="A-1",
    )
    row = world.deal_row(deal)
    assert (row["status"], row["stage_id"], row["created_at"]) == ("open", world.stages[0], START)
    assert (row["amount_minor"], row["currency"], row["probability_bp"]) == (480_000_00, "NOK", 4_200)
    assert (row["furthest"], row["visited_mask"], row["straight"], row["version"]) == (1, 1, 1, 1)
    assert world.visits(deal) == [(world.stages[0], START, None, None)]
    assert world.summary() == "Created Acme [/EU] in Lead"
    assert world.rows("SELECT name FROM source WHERE id = :id", id=row["source_id"]) == [("Fair",)]
    assert world.errors() == []


def test_a_deal_created_in_the_middle_has_reached_what_came_before(world: World) -> None:
    deal = world.deal(stage_id=world.stages[2], at=START - 3 * DAY)
    assert world.reached(deal) == world.stages[:3]
    row = world.deal_row(deal)
    assert (row["furthest"], row["visited_mask"], row["straight"]) == (3, 0b100, 0)
    assert row["created_at"] == START - 3 * DAY
    assert world.errors() == []


def test_the_first_stage_is_the_first_one_in_use(world: World) -> None:
    retire_stage(world.workspace, stage_id=world.stages[0])
    assert world.deal_row(world.deal())["stage_id"] == world.stages[1]
    with pytest.raises(Refused, match="Lead is retired"):
        world.deal(stage_id=world.stages[0])


def test_a_currency_without_an_amount_is_dropped(world: World) -> None:
    assert world.deal_row(world.deal(currency="EUR"))["currency"] is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " "}, InvalidInput),
        ({"amount_minor": 5}, InvalidInput),
        ({"amount_minor": -5, "currency": "EUR"}, InvalidInput),
        ({"owner_id": 99}, NotFound),
        ({"organisation_id": 99}, NotFound),
        ({"pipeline_id": 99}, NotFound),
        ({"stage_id": 99}, NotFound),
        ({"at": START + 1}, Refused),
        ({"at": -(10**12)}, InvalidInput),
    ],
)
def test_a_bad_deal_leaves_nothing_behind(
    world: World, fields: dict[str, Any], error: type[Exception]
) -> None:
    before, groups = world.snapshot(), world.groups()
    with pytest.raises(error):
        world.deal(**{"source": "Fair", **fields})
    assert world.snapshot() == before
    assert world.groups() == groups


def test_an_external_id_is_taken_once(world: World) -> None:
    world.deal(external_id="A-1")
    with pytest.raises(InvalidInput, match="already a deal 'A-1'") as caught:
        world.deal(external_id="A-1")
    assert caught.value.field == "external_id"


def test_a_pipeline_out_of_use_takes_no_deals(world: World) -> None:
    edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"in_use": False})
    with pytest.raises(Refused, match="Sales is not in use"):
        world.deal()
    empty = create_pipeline(world.workspace, name="Empty")
    with pytest.raises(Refused, match="Empty has no stage yet"):
        world.deal(pipeline_id=empty)


def test_an_edit_keeps_the_former_values(world: World) -> None:
    deal = world.deal(amount_minor=100, currency="EUR", source="Fair")
    edited = world.clock.forward(2)
    version = edit_deal(
        world.workspace,
        deal_id=deal,
        version=1,
        changes={"owner_id": world.reps[1], "amount_minor": 250, "source": "FAIR", "title": "New"},
    )
    row = world.deal_row(deal)
    assert version == row["version"] == 2
    assert (row["owner_id"], row["amount_minor"], row["title"]) == (world.reps[1], 250, "New")
    assert row["created_owner_id"] == world.reps[0]
    assert row["changed_at"] == edited
    past = world.rows("SELECT until_at, owner_id, amount_minor, currency FROM deal_past")
    assert past == [(edited, world.reps[0], 100, "EUR")]
    assert world.rows("SELECT count(*) FROM source") == [(1,)]
    assert world.summary() == "Edited Acme [/EU]: title, owner, amount"
    assert world.errors() == []


def test_an_edit_of_the_title_is_no_past_value(world: World) -> None:
    deal = world.deal()
    world.clock.forward(2)
    edit_deal(world.workspace, deal_id=deal, version=1, changes={"title": "New", "note": "x"})
    assert world.rows("SELECT count(*) FROM deal_past") == [(0,)]
    assert world.deal_row(deal)["changed_at"] == START


def test_an_edit_that_changes_nothing_writes_nothing(world: World) -> None:
    deal = world.deal()
    groups = world.groups()
    assert edit_deal(world.workspace, deal_id=deal, version=1, changes={"title": "Acme [/EU]"}) == 1
    assert world.groups() == groups


def test_an_amount_takes_its_currency_with_it(world: World) -> None:
    deal = world.deal(amount_minor=100, currency="EUR")
    edit_deal(world.workspace, deal_id=deal, version=1, changes={"amount_minor": None})
    assert world.deal_row(deal)["currency"] is None
    with pytest.raises(InvalidInput, match="An amount needs a currency"):
        edit_deal(world.workspace, deal_id=deal, version=2, changes={"amount_minor": 5})
    edit_deal(world.workspace, deal_id=deal, version=2, changes={"amount_minor": 5, "currency": "SEK"})
    assert world.deal_row(deal)["currency"] == "SEK"
    assert world.errors() == []


def test_a_stale_edit_shows_both_sides(world: World) -> None:
    deal = world.deal(amount_minor=100, currency="EUR")
    edit_deal(world.as_user("bo"), deal_id=deal, version=1, changes={"amount_minor": 200, "source": "Web"})
    before = world.snapshot()
    with pytest.raises(StaleEdit, match="was changed by bo on 1 Jan 00:00, after you opened it") as caught:
        edit_deal(world.workspace, deal_id=deal, version=1, changes={"amount_minor": 300, "source": "Fair"})
    assert caught.value.mine == {"amount_minor": 300, "source": "Fair"}
    assert caught.value.theirs == {"amount_minor": 200, "source": "Web"}
    assert world.snapshot() == before


def test_closed_deals_are_priced_at_the_rate_of_the_closing_day(world: World) -> None:
    usd_rate(world)
    deal = world.deal(amount_minor=1_000, currency="USD")
    win_deal(world.workspace, deal_id=deal)
    assert world.deal_row(deal)["closed_base"] == 900
    edit_deal(world.workspace, deal_id=deal, version=2, changes={"amount_minor": 1_001})
    assert world.deal_row(deal)["closed_base"] == 901  # 900.9, rounded half up
    edit_deal(world.workspace, deal_id=deal, version=3, changes={"currency": "EUR"})
    assert world.deal_row(deal)["closed_base"] == 1_001
    edit_deal(world.workspace, deal_id=deal, version=4, changes={"amount_minor": None})
    assert world.deal_row(deal)["closed_base"] is None
    assert world.errors() == []


def test_a_deal_without_a_rate_has_no_price(world: World) -> None:
    deal = world.deal(amount_minor=1_000, currency="JPY")
    lose_deal(world.workspace, deal_id=deal, reason="Price")
    assert world.deal_row(deal)["closed_base"] is None
    assert world.errors() == []


def test_an_unknown_deal_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="no deal with number 99"):
        edit_deal(world.workspace, deal_id=99, version=1, changes={"title": "x"})


def test_a_slow_clock_keeps_former_values_in_order(world: World) -> None:
    deal = world.deal(amount_minor=1, currency="EUR")
    world.clock.forward(1)
    edit_deal(world.workspace, deal_id=deal, version=1, changes={"amount_minor": 2})
    world.clock.forward(-0.5)
    edit_deal(world.workspace, deal_id=deal, version=2, changes={"amount_minor": 3})
    rows = world.rows("SELECT until_at, amount_minor FROM deal_past ORDER BY id")
    assert rows == [(START + DAY, 1), (START + DAY, 2)]
    assert world.errors() == []


def test_text_is_data(world: World) -> None:
    for title in ("'; DROP TABLE deal; --", "=1+1", "[bold]x[/", "%s {0} :name", "\\x1b"):
        assert world.deal_row(world.deal(title))["title"] == title
    created = create_deal(
        world.workspace, title="ok", pipeline_id=world.pipeline, owner_id=world.reps[0], source="':x"
    )
    assert world.deal_row(created)["source_id"] is not None
