"""What the history says about changes, on both databases."""

from __future__ import annotations

import pytest

from funnel_tui.domain.change_history import HistoryFilter, HistoryGroup, HistoryKind, RowTurn, kind_of
from funnel_tui.domain.status import ChangeOp
from funnel_tui.screens.history import HistoryScreen
from funnel_tui.services.change_history import list_history, read_turns
from funnel_tui.services.deals import edit_deal, lose_deal, move_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.settings import set_setting
from funnel_tui.services.tasks import create_task
from tests.services.conftest import file_world, world
from tests.services.world import DAY, World
from tests.support.driving import driving

__all__ = ["file_world", "world"]


def edit(world: World, deal: int, **changes: object) -> None:
    """Edit a deal as it is now."""
    edit_deal(world.workspace, deal_id=deal, version=world.deal_row(deal)["version"], changes=changes)


def turns(world: World) -> list[RowTurn]:
    """What the last change did."""
    group = list_history(world.workspace, HistoryFilter(), limit=1).groups[0]
    return list(read_turns(world.workspace, group.id).rows)


def fields(row: RowTurn) -> dict[str, tuple[str, str]]:
    """Old and new by field."""
    return {field.field: (field.old, field.new) for field in row.fields}


def of(rows: list[RowTurn], what: str) -> RowTurn:
    """The change of one kind of row."""
    return next(row for row in rows if row.what == what)


def test_values_are_put_into_words(world: World) -> None:
    deal = world.deal(amount_minor=5_000_000, currency="NOK")
    world.clock.forward(1)
    edit(world, deal, amount_minor=6_000_050, probability_bp=4_250, expected_close=20_500, source="Wëb")
    assert fields(of(turns(world), "deal")) == {
        "amount": ("50,000.00 NOK", "60,000.50 NOK"),
        "probability": ("", "42.5 %"),
        "expected close": ("", "2026-02-16"),
        "source": ("", "Wëb"),
    }


def test_an_amount_is_shown_in_the_currency_of_its_time(world: World) -> None:
    deal = world.deal(amount_minor=5_000, currency="NOK")
    edit(world, deal, amount_minor=6_000)
    edit(world, deal, amount_minor=7_000, currency="JPY")
    groups = list_history(world.workspace, HistoryFilter(), deal_id=deal).groups
    told = [fields(of(list(read_turns(world.workspace, group.id).rows), "deal")) for group in groups]
    assert told[0]["amount"] == ("60.00 NOK", "7,000 JPY")
    assert told[1]["amount"] == ("50.00 NOK", "60.00 NOK")
    assert told[2]["amount"] == ("", "50.00 NOK")


def test_numbers_become_names_also_of_rows_that_are_gone(world: World) -> None:
    deal = world.deal()
    world.clock.forward(1)
    move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    assert fields(of(turns(world), "deal"))["stage"] == ("Lead", "Qualified")
    lose_deal(world.workspace, deal_id=deal, reason="Price [/x]", note="too\nmuch")
    undo(world.workspace)
    visit = fields(of(turns(world), "stage visit"))
    assert visit["loss reason"] == ("Price [/x]", "")
    assert visit["loss note"] == ("too / much", "")
    reason = of(turns(world), "loss reason")
    assert (reason.op, reason.name) == (ChangeOp.DELETE, "Price [/x]")


def test_the_history_of_a_deal_holds_what_belongs_to_it_and_nothing_else(world: World) -> None:
    mine, other = world.deal("Mine"), world.deal("Other")
    create_task(world.workspace, owner_id=world.reps[0], kind="call", title="Ask", deal_id=mine)
    create_task(world.workspace, owner_id=world.reps[0], kind="call", title="Not this", deal_id=other)
    set_setting(world.workspace, name="idle_days", value=20)
    page = list_history(world.workspace, HistoryFilter(), deal_id=mine)
    assert page.about == "Mine"
    assert [group.action for group in page.groups] == ["create_task", "create_deal"]


def test_pages_follow_each_other_without_gap_or_overlap_whatever_the_filter(world: World) -> None:
    for number in range(7):
        world.deal(f"Deal {number}")
        set_setting(world.workspace, name="idle_days", value=20 + number)
    for wanted in (HistoryFilter(), HistoryFilter(kind=HistoryKind.DEALS), HistoryFilter(text="idle")):
        whole = list_history(world.workspace, wanted, limit=1000)
        assert not whole.has_more
        found: list[HistoryGroup] = []
        while True:
            before = found[-1].id if found else None
            page = list_history(world.workspace, wanted, before_id=before, limit=3)
            found += page.groups
            if not page.has_more:
                break
        assert found == list(whole.groups)
    assert len(list_history(world.workspace, HistoryFilter(kind=HistoryKind.DEALS)).groups) == 7


def test_chunks_are_looked_through_to_the_end(file_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funnel_tui.services.change_history.CHUNK", 4)
    world = file_world
    world.deal("Needle")
    for number in range(11):
        set_setting(world.workspace, name="idle_days", value=20 + number)
    page = list_history(world.workspace, HistoryFilter(text="needle"))
    assert [group.action for group in page.groups] == ["create_deal"]


def test_case_and_accents_do_not_matter_and_signs_of_sql_are_text(file_world: World) -> None:
    world = file_world
    world.deal("Bjørn 100% _x_ 'quoted'")
    for text in ("BJORN", "bjørn 100%", "_x_", "'quoted'", "ana bjorn"):
        assert (
            len(list_history(world.workspace, HistoryFilter(text=text, kind=HistoryKind.DEALS)).groups) == 1
        )
    for text in ("bjorn 200%", "%x%x%", "[/x]"):
        assert not list_history(world.workspace, HistoryFilter(text=text)).groups


def test_undone_is_what_is_not_in_effect_however_often_it_was_turned(world: World) -> None:
    deal = world.deal("Turned")

    def undone() -> list[bool]:
        page = list_history(world.workspace, HistoryFilter(kind=HistoryKind.DEALS))
        return [group.undone for group in page.groups]

    edit(world, deal, title="Again")
    assert undone() == [False, False]
    for turn, state in ((undo, True), (redo, False), (undo, True), (redo, False)):
        turn(world.workspace)
        assert undone() == [state, False]
    turns_of = list_history(world.workspace, HistoryFilter(kind=HistoryKind.TURN)).groups
    assert [group.undone for group in turns_of] == [False, True, False, True]


def test_who_ever_changed_something_can_be_asked_for(world: World) -> None:
    set_setting(world.as_user("Zoë"), name="idle_days", value=20)
    page = list_history(world.workspace, HistoryFilter(actor="Zoë"))
    assert page.actors == ("Zoë", "ana")
    assert [group.actor for group in page.groups] == ["Zoë"]


def test_a_group_with_many_rows_says_how_many_are_not_told(file_world: World) -> None:
    world = file_world
    world.deal()
    group = list_history(world.workspace, HistoryFilter(), limit=1).groups[0]
    whole = read_turns(world.workspace, group.id)
    assert whole.more == 0
    some = read_turns(world.workspace, group.id, limit=1)
    assert (len(some.rows), some.more) == (1, len(whole.rows) - 1)


def test_settings_are_called_by_their_name(world: World) -> None:
    set_setting(world.workspace, name="idle_days", value=20)
    set_setting(world.workspace, name="idle_days", value=30)
    row = of(turns(world), "setting")
    assert row.name == "idle days"
    assert fields(row) == {"value": ("20", "30")}


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("move_deal", HistoryKind.DEALS),
        ("finish_task", HistoryKind.TASKS),
        ("set_stage_tasks", HistoryKind.SETUP),
        ("set_loss_task", HistoryKind.SETUP),
        ("edit_pipeline", HistoryKind.SETUP),
        ("merge_organisation", HistoryKind.PEOPLE),
        ("import_deals", HistoryKind.IMPORT),
        ("undo", HistoryKind.TURN),
        ("set_setting", HistoryKind.TEAM),
        ("create_rep", HistoryKind.TEAM),
    ],
)
def test_every_action_has_a_kind(action: str, kind: HistoryKind) -> None:
    assert kind_of(action) is kind


@pytest.mark.pg
async def test_the_screen_works_on_postgresql(pg_url: str) -> None:
    world = World.make(pg_url)
    deal = world.deal("Acme [/EU]")
    world.clock.now += DAY
    edit(world, deal, title="Ny [/EU]")
    async with driving(world.workspace) as driver:
        await driver.press("Z", "space")
        assert isinstance(driver.app.screen, HistoryScreen)
        assert "Acme [/EU] → Ny [/EU]" in driver.text
        await driver.press("u", "y")
        assert world.deal_row(deal)["title"] == "Acme [/EU]"
        assert "undone" in driver.text
    world.workspace.database.close()
