"""The write side of a service call: all or nothing, and everything in the audit log."""

from __future__ import annotations

import json

import pytest

from funnel_tui.errors import InvalidInput, NotFound, Refused
from funnel_tui.models import ExchangeRate, Organisation, Rep, Setting, Tag
from funnel_tui.services.transaction import key_number, table_of
from tests.services.world import World


def test_a_call_that_fails_leaves_nothing(world: World) -> None:
    before, groups = world.snapshot(), world.groups()
    with pytest.raises(RuntimeError, match="stop"):
        half_way(world)
    assert world.snapshot() == before
    assert world.groups() == groups


def half_way(world: World) -> None:
    with world.workspace.change("half") as call:
        for number in range(1500):  # more than are recorded at once
            call.insert(Tag, {"name": f"T{number}"})
        raise RuntimeError("stop")


def test_many_changes_are_one_group(world: World) -> None:
    groups = world.groups()
    with world.workspace.change("many") as call:
        for number in range(1500):
            call.insert(Tag, {"name": f"T{number}"})
        call.summary = "Made 1,500 tags"
    assert world.groups() == groups + 1
    assert world.summary() == "Made 1,500 tags"
    assert world.rows("SELECT count(*) FROM change WHERE entity = 'tag'") == [(1500,)]


def test_the_audit_log_holds_what_the_database_holds(world: World) -> None:
    with world.workspace.change("x") as call:
        rep = call.get(Rep, world.reps[0])
        assert call.update(Rep, rep, {"active": False, "name": rep["name"], "version": 99}) == 2
    before, after = world.rows("SELECT before, after FROM change ORDER BY id DESC LIMIT 1")[0]
    assert (json.loads(before), json.loads(after)) == ({"active": 1}, {"active": 0})
    assert world.row("rep", world.reps[0])["version"] == 2


def test_rows_without_a_number(world: World) -> None:
    row = {"base": "USD", "quote": "EUR", "day": 5, "rate_scaled": 7}
    with world.workspace.change("x") as call:
        call.put(ExchangeRate, None, row)
        call.put(ExchangeRate, row, {**row, "rate_scaled": 8})
        call.put(ExchangeRate, {**row, "rate_scaled": 8}, {**row, "rate_scaled": 8})
        call.put(Setting, None, {"key": "small_n", "value": "9"})
        call.put(Setting, {"key": "small_n", "value": "9"}, None)
    assert world.rows("SELECT rate_scaled FROM exchange_rate") == [(8,)]
    assert world.rows("SELECT count(*) FROM setting") == [(0,)]
    ops = world.rows("SELECT entity, op, row_id FROM change ORDER BY id DESC LIMIT 4")[::-1]
    rate = key_number(table_of(ExchangeRate), row)
    assert [found[:2] for found in ops] == [
        ("exchange_rate", "insert"),
        ("exchange_rate", "update"),
        ("setting", "insert"),
        ("setting", "delete"),
    ]
    assert ops[0][2] == ops[1][2] == rate < 2**63


def test_taken_names_and_rows_that_are_needed(world: World) -> None:
    world.deal()
    for act, error in ((take_name, InvalidInput), (drop_owner, Refused), (ask_for_nothing, NotFound)):
        with pytest.raises(error) as caught:
            act(world)
        assert "\n" not in str(caught.value)


def take_name(world: World) -> None:
    with world.workspace.change("x") as call:
        call.insert(Rep, {"name": "Ana"})


def drop_owner(world: World) -> None:
    with world.workspace.change("x") as call:
        call.delete(Rep, call.get(Rep, world.reps[0]))


def ask_for_nothing(world: World) -> None:
    with world.workspace.change("x") as call:
        call.get(Organisation, 99)
