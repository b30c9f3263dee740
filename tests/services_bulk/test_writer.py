"""Many deals at once: everything that follows from a history is there, and the log knows the ranges."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import select

from funnel_tui.domain.facts import VisitFact
from funnel_tui.errors import NotFound
from funnel_tui.models import Deal, Interaction, InteractionKind, StageVisit
from funnel_tui.services.bulk import BulkWriter, writer
from funnel_tui.services.standing import derived_columns, last_edit, stage_rows, stand
from funnel_tui.services.transaction import table_of
from funnel_tui.services.visits import UNRECORDED
from tests.services_bulk.histories import NOW, PRICING, House, build_house, deals, history

DERIVED = (
    *("pipeline_id", "stage_id", "status", "entered_at", "furthest", "visited_mask", "straight"),
    *("closed_at", "closed_owner_id", "closed_base", "loss_reason_id", "changed_at"),
)
VISIT = table_of(StageVisit).c
VISITS = select(
    *(VISIT.pipeline_id, VISIT.stage_id, VISIT.entered_at, VISIT.left_at),
    *(VISIT.exit, VISIT.owner_id, VISIT.exit_owner_id, VISIT.loss_reason_id),
).order_by(VISIT.seq)


@pytest.fixture
def house(db_url: str) -> House:
    return build_house(db_url)


def write(house: House, seed: int, count: int) -> list[int]:
    with (
        house.workspace.change("import") as call,
        BulkWriter(call, house.ladders, PRICING) as bulk,
    ):
        return [bulk.add(*deal) for deal in deals(seed, count, house.ladders)]


def assert_derived_from_history(house: House) -> None:
    """What the single services would have derived from the visits in the database stands beside them."""
    found = house.rows(f"SELECT id, amount_minor, currency, {', '.join(DERIVED)} FROM deal ORDER BY id")
    stages = house.rows("SELECT * FROM deal_stage ORDER BY deal_id, stage_id")
    expected: list[tuple[Any, ...]] = []
    with house.workspace.database.write() as session:
        connection = session.connection()
        for deal_id, amount, currency, *derived in found:
            visits = connection.execute(VISITS.where(VISIT.deal_id == deal_id))
            stands = stand([VisitFact(*row) for row in visits], house.ladders)
            columns = derived_columns(
                stands,
                {"amount_minor": amount, "currency": currency},
                PRICING,
                edited_at=last_edit(connection, deal_id),
            )
            assert derived == [columns[name] for name in DERIVED], deal_id
            expected += [tuple(row.values()) for row in stage_rows(deal_id, stands)]
    assert stages == sorted(expected)


def test_what_follows_from_the_history_is_written_with_it(house: House) -> None:
    numbers = write(house, 1, 400)
    assert numbers == list(range(1, 401))
    assert_derived_from_history(house)
    statuses = dict(house.rows("SELECT status, count(*) FROM deal GROUP BY status"))
    assert set(statuses) == {"open", "won", "lost"}


def test_the_history_is_written_as_given(house: House) -> None:
    given = list(deals(2, 60, house.ladders))
    write(house, 2, 60)
    visits = house.rows(
        "SELECT deal_id, seq, pipeline_id, stage_id, entered_at, left_at, exit, owner_id, exit_owner_id,"
        " amount_minor, currency, loss_reason_id, loss_note, moved_by, assumed"
        " FROM stage_visit ORDER BY deal_id, seq"
    )
    names = ("pipeline_id", "stage_id", "entered_at", "left_at", "exit", "owner_id", "exit_owner_id")
    more = ("amount_minor", "currency", "loss_reason_id", "loss_note", "moved_by")
    assert visits == [
        (number, seq, *(visit.get(name) for name in names + more), 0)
        for number, (_, stays, _) in enumerate(given, 1)
        for seq, visit in enumerate(stays, 1)
    ]
    past = house.rows("SELECT deal_id, until_at, owner_id FROM deal_past ORDER BY id")
    assert past == [
        (number, row["until_at"], row["owner_id"])
        for number, (_, _, rows) in enumerate(given, 1)
        for row in rows
    ]
    own = house.rows("SELECT external_id, title, owner_id, created_owner_id, version FROM deal ORDER BY id")
    assert own == [
        (deal["external_id"], deal["title"], deal["owner_id"], visits[0]["owner_id"], 1)
        for deal, visits, _ in given
    ]


def test_batches_are_written_like_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH_DEALS", 7)
    write(house, 3, 50)
    assert house.rows("SELECT count(*) FROM deal") == [(50,)]
    assert_derived_from_history(house)


def test_the_log_has_one_range_per_table(house: House) -> None:
    write(house, 4, 30)
    write(house, 5, 20)
    rows = house.rows(
        "SELECT g.action, c.entity, c.row_id, c.row_last, c.op, c.before, c.after"
        " FROM change c JOIN change_group g ON g.id = c.group_id WHERE g.action = 'import' ORDER BY c.id"
    )
    last = {name: house.rows(f"SELECT max(id) FROM {name}")[0][0] for name in ("deal", "stage_visit")}
    assert [row[1] for row in rows] == ["deal", "stage_visit", "deal_past"] * 2
    assert [row[2:4] for row in rows if row[1] == "deal"] == [(1, 30), (31, 50)]
    first, second = [row[2:4] for row in rows if row[1] == "stage_visit"]
    assert first[0] == 1
    assert second == (first[1] + 1, last["stage_visit"])
    assert {row[4:] for row in rows} == {("insert", None, None)}


def test_ordinary_rows_are_numbered_on_from_there(house: House) -> None:
    numbers = write(house, 6, 5)
    template = house.rows(f"SELECT {', '.join(DERIVED)} FROM deal WHERE id = 1")[0]
    values = dict(zip(DERIVED, template, strict=True))
    with house.workspace.change("create_deal") as call:
        row = {"title": "One more", "owner_id": 1, "created_at": NOW, "created_owner_id": 1, **values}
        assert call.insert(Deal, row) == numbers[-1] + 1


def test_rows_of_other_tables_follow_their_deals(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH_DEALS", 3)
    with house.workspace.change("import") as call:
        call.insert(InteractionKind, {"name": "call", "step": "calls"})
        with BulkWriter(call, house.ladders, PRICING) as bulk:
            columns = ("deal_id", "owner_id", "kind_id", "direction", "at", "planned", "version")
            calls = bulk.stream(Interaction, columns)
            for deal in deals(8, 10, house.ladders):
                calls.add(bulk.add(*deal), 1, 1, "out", NOW, 0, 1)
    assert house.rows("SELECT deal_id FROM interaction ORDER BY id") == [(n,) for n in range(1, 11)]
    assert house.rows("SELECT row_id, row_last FROM change WHERE entity = 'interaction'") == [(1, 10)]


def test_nothing_is_left_of_a_call_that_fails(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH_DEALS", 2)
    monkeypatch.setattr(BulkWriter, "finish", lambda self: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        write(house, 9, 10)
    monkeypatch.undo()
    for table in ("deal", "stage_visit", "deal_stage", "deal_past"):
        assert house.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert house.rows("SELECT count(*) FROM change_group WHERE action = 'import'") == [(0,)]
    assert write(house, 9, 3)


def test_a_new_history_takes_the_place_of_the_old_one(house: House) -> None:
    write(house, 10, 120)
    rng = random.Random(11)
    wishes = {number: history(rng, house.ladders) for number in range(1, 121, 2)}
    before = tables(house)
    with (
        house.workspace.change("import") as call,
        BulkWriter(call, house.ladders, PRICING) as bulk,
    ):
        for number, visits in wishes.items():
            bulk.rewrite(number, {"title": f"Again {number}"}, visits)
    assert_derived_from_history(house)
    names = ("pipeline_id", "stage_id", "entered_at", "left_at", "exit", "owner_id")
    found = house.rows(f"SELECT deal_id, {', '.join(names)} FROM stage_visit ORDER BY deal_id, seq")
    for number, visits in wishes.items():
        given = [(number, *(visit.get(name) for name in names)) for visit in visits]
        assert [row for row in found if row[0] == number] == given
    assert house.rows("SELECT title, version FROM deal WHERE id = 3") == [("Again 3", 2)]
    assert house.rows("SELECT title, version FROM deal WHERE id = 4") == [("Deal 3", 1)]
    assert_log_leads_back(house, before)


def tables(house: House) -> dict[str, dict[int, dict[str, Any]]]:
    """Every row of the recorded tables by number."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    with house.workspace.database.write() as session:
        for name in ("deal", "stage_visit", "deal_past"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {name}")
            found[name] = {row.id: dict(row._mapping) for row in rows}
    return found


def assert_log_leads_back(house: House, before: dict[str, dict[int, dict[str, Any]]]) -> None:
    """Taking the last group's changes back, the last one first, gives the rows as they were."""
    import json

    now = tables(house)
    changes = house.rows(
        "SELECT entity, row_id, op, before FROM change"
        " WHERE group_id = (SELECT max(id) FROM change_group) ORDER BY id DESC"
    )
    assert {op for _, _, op, _ in changes} >= {"insert", "update", "delete"}
    for entity, row_id, op, was in changes:
        if op == "insert":
            del now[entity][row_id]
        elif op == "update":
            now[entity][row_id] |= json.loads(was)
        else:
            now[entity][row_id] = json.loads(was)
    assert recorded(now) == recorded(before)


def recorded(found: dict[str, dict[int, dict[str, Any]]]) -> dict[str, dict[int, dict[str, Any]]]:
    """Without what the log leaves out: the version, and what follows from the visits."""
    left_out = UNRECORDED | {"version"}
    found["deal"] = {
        number: {name: value for name, value in row.items() if name not in left_out}
        for number, row in found["deal"].items()
    }
    return found


def test_the_same_history_again_changes_nothing(house: House) -> None:
    write(house, 12, 40)
    groups = house.rows("SELECT count(*) FROM change_group")
    with (
        house.workspace.change("import") as call,
        BulkWriter(call, house.ladders, PRICING) as bulk,
    ):
        for number, (deal, visits, _) in enumerate(deals(12, 40, house.ladders), 1):
            bulk.rewrite(number, deal, visits)
    assert house.rows("SELECT count(*) FROM change_group") == groups
    assert house.rows("SELECT max(version) FROM deal") == [(1,)]


def test_a_new_amount_keeps_the_visits_and_prices_anew(house: House) -> None:
    numbers = write(house, 13, 40)
    visits = house.rows("SELECT * FROM stage_visit ORDER BY id")
    with (
        house.workspace.change("import") as call,
        BulkWriter(call, house.ladders, PRICING) as bulk,
    ):
        for number in numbers:
            former = {"until_at": NOW, "owner_id": 1, "amount_minor": 5, "currency": "EUR"}
            bulk.rewrite(number, {"amount_minor": 777, "currency": "NOK"}, past=[former])
    assert house.rows("SELECT * FROM stage_visit ORDER BY id") == visits
    assert house.rows("SELECT DISTINCT closed_base FROM deal WHERE status <> 'open'") == [(777,)]
    assert house.rows("SELECT DISTINCT changed_at, version FROM deal") == [(NOW, 2)]
    assert house.rows(f"SELECT count(*) FROM deal_past WHERE until_at = {NOW}") == [(40,)]
    assert_derived_from_history(house)


def test_new_and_rewritten_deals_in_one_call(house: House) -> None:
    numbers = write(house, 14, 10)
    fresh = list(deals(15, 10, house.ladders))
    rng = random.Random(16)
    with (
        house.workspace.change("import") as call,
        BulkWriter(call, house.ladders, PRICING) as bulk,
    ):
        for number, (deal, visits, past) in zip(numbers, fresh, strict=True):
            new = bulk.add({**deal, "external_id": None}, visits, past)
            bulk.rewrite(number, {}, history(rng, house.ladders))
            bulk.rewrite(new, {"title": "Twice"}, history(rng, house.ladders))
    assert_derived_from_history(house)
    assert house.rows("SELECT count(*) FROM deal WHERE title = 'Twice'") == [(10,)]
    logged = house.rows(
        "SELECT entity, row_id, row_last FROM change WHERE op = 'insert'"
        " AND group_id = (SELECT max(id) FROM change_group) ORDER BY id"
    )
    for entity in ("deal", "stage_visit", "deal_past"):
        taken = [n for name, first, last in logged if name == entity for n in range(first, last + 1)]
        assert len(taken) == len(set(taken))
    deal_ranges = [(first, last) for name, first, last in logged if name == "deal"]
    assert sum(last - first + 1 for first, last in deal_ranges) == 10


def test_a_deal_that_is_gone_is_named(house: House) -> None:
    with (
        pytest.raises(NotFound, match="Deal 99"),
        house.workspace.change("import") as call,
        BulkWriter(call, house.ladders, PRICING) as bulk,
    ):
        bulk.rewrite(99, {"title": "Nobody"})
