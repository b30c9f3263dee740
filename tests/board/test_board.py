"""The board against the report ``active``, the list, and deals worked out from the bare tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from funnel_tui.domain.board import CARDS, Board, CardOrder, place_of
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.errors import NotFound
from funnel_tui.services.board import board, cards
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import move_deal
from funnel_tui.services.pipelines import edit_pipeline, retire_stage
from funnel_tui.services.reports import run_report
from funnel_tui.services.workspace import Workspace
from tests.deal_list.support import DAY, NOW, Brute, Known, one, open_at, rows, team

MOMENTS = pytest.mark.parametrize("as_of", [None, NOW - 90 * DAY], ids=["now", "90 days ago"])

VALUES: dict[CardOrder, Any] = {
    CardOrder.IN_STAGE: lambda deal: -deal.age,
    CardOrder.NEXT_TASK: lambda deal: None if deal.task is None else deal.task[1],
    CardOrder.AMOUNT: lambda deal: None if deal.base is None else -deal.base,
}


def made(workspace: Workspace, scope: Scope = Scope(), *args: Any) -> Board:  # noqa: B008
    """The board, which must be there."""
    found = board(workspace, scope, *args)
    assert found is not None
    return found


def plainly(deals: list[Known], order: CardOrder) -> list[int]:
    """By value, equal ones by number, then those without a value by number."""
    value = VALUES[order]
    deals = sorted(deals, key=lambda deal: deal.id)
    present = sorted((deal for deal in deals if value(deal) is not None), key=value)
    return [deal.id for deal in [*present, *(deal for deal in deals if value(deal) is None)]]


def same_as_report(workspace: Workspace, scope: Scope) -> None:
    found = made(workspace, scope)
    report = run_report(workspace, "active", found.scope)
    assert [
        (column.stage.name, column.deals, column.amount, column.without_amount) for column in found.columns
    ] == [(row["stage"], row["deals"], row["amount"], row["without_amount"]) for row in report.rows]
    assert (found.deals, found.amount) == (report.totals["deals"], report.totals["amount"])


@MOMENTS
def test_counts_and_sums_are_those_of_the_report_active(db_url: str, as_of: int | None) -> None:
    workspace = team(db_url)
    names = [name for (name,) in rows(workspace, "SELECT name FROM pipeline ORDER BY position")]
    owner = one(workspace, "SELECT name FROM rep ORDER BY id LIMIT 1")
    teams = one(workspace, "SELECT name FROM team ORDER BY id LIMIT 1")
    for name in names:
        scope = Scope(pipelines=(name,), as_of=as_of)
        for one_scope in (scope, scope.with_(owner=owner), scope.with_(team=teams)):
            same_as_report(workspace, one_scope)
    unpriced = sum(column.without_rate for column in made(workspace, Scope(as_of=as_of)).columns)
    assert unpriced == (1 if as_of is None else 0)  # the deal in a currency nobody has a rate for


@MOMENTS
@pytest.mark.parametrize("order", CardOrder)
def test_a_column_holds_the_open_deals_of_its_stage_in_order(
    db_url: str, as_of: int | None, order: CardOrder
) -> None:
    workspace = team(db_url)
    brute = Brute(workspace, as_of or NOW)
    found = made(workspace, Scope(as_of=as_of), DealFilter(), order)
    assert found.deals > 10
    for column in found.columns:
        here = [
            deal
            for deal in brute.deals.values()
            if deal.status == "open" and deal.stage_id == column.stage.id
        ]
        assert list(column.ids) == plainly(here, order), column.stage.name


def test_a_retired_stage_has_a_column_while_it_holds_deals(db_url: str) -> None:
    workspace = team(db_url)
    before = made(workspace)
    busy = next(column for column in before.columns[1:] if column.deals)
    retire_stage(workspace, stage_id=busy.stage.id)
    same_as_report(workspace, Scope())
    after = made(workspace)
    assert busy.stage.id in [column.stage.id for column in after.columns]
    for deal in busy.ids:
        move_deal(workspace, deal_id=deal, stage_id=before.columns[0].stage.id)
    assert busy.stage.id not in [column.stage.id for column in made(workspace).columns]


@pytest.mark.parametrize(
    "wanted",
    [
        DealFilter(stuck=True),
        DealFilter(idle=True),
        DealFilter(text="re"),
        DealFilter(text="no such words"),
        DealFilter(tag="Hot [!]"),
        DealFilter(source="Fair [x]"),
        DealFilter(status=DealStatus.WON),
        DealFilter(status=None, text="acme"),
    ],
    ids=str,
)
def test_a_filter_leaves_out_what_it_leaves_out_of_the_list(tmp_path: Any, wanted: DealFilter) -> None:
    workspace = team(str(tmp_path / "funnel.db"))
    found = made(workspace, Scope(), wanted)
    listed = deal_ids(workspace, found.scope, replace(wanted, status=DealStatus.OPEN))
    assert sorted(deal for column in found.columns for deal in column.ids) == sorted(listed)
    whole = made(workspace)
    assert [column.stage for column in found.columns] == [column.stage for column in whole.columns]
    shown = deal_rows(workspace, found.scope, listed) if len(listed) else []
    for column in found.columns:
        here = [row for row in shown if row.stage_id == column.stage.id]
        assert column.without_amount == sum(row.amount is None for row in here)
        priced = sum(row.amount_base.minor for row in here if row.amount_base)
        assert abs(column.amount.minor - priced) <= len(here)  # each row is rounded, the sum once


def test_cards_are_rows_of_the_list_however_many(db_url: str) -> None:
    workspace = team(db_url)
    found = made(workspace)
    ids = 10 * [deal for column in found.columns for deal in column.ids]
    assert len(ids) > CARDS
    shown = cards(workspace, found.scope, ids)
    assert [row.id for row in shown] == ids
    assert shown[:20] == deal_rows(workspace, found.scope, ids[:20])
    assert cards(workspace, found.scope, []) == []


def test_a_moved_deal_is_found_in_its_new_column(db_url: str) -> None:
    workspace = team(db_url)
    found = made(workspace)
    deal = found.columns[0].ids[0]
    assert place_of(found.columns, deal) == (0, 0)
    move_deal(workspace, deal_id=deal, stage_id=found.columns[1].stage.id)
    after = made(workspace)
    assert place_of(after.columns, deal) == (1, after.columns[1].deals - 1)
    assert (after.columns[0].deals, after.columns[1].deals) == (
        found.columns[0].deals - 1,
        found.columns[1].deals + 1,
    )
    assert place_of(after.columns, 10**9) is None
    assert place_of(after.columns, None) is None


def test_no_pipeline_no_board_and_a_wrong_name_is_told(db_url: str) -> None:
    workspace = open_at(db_url)
    assert board(workspace, Scope()) is None
    with pytest.raises(NotFound, match="pipeline"):
        board(workspace, Scope(pipelines=("Nowhere",)))


def test_a_pipeline_out_of_use_is_shown_when_it_is_named(db_url: str) -> None:
    workspace = team(db_url)
    for number, name in rows(workspace, "SELECT id, name FROM pipeline ORDER BY position"):
        version = one(workspace, "SELECT version FROM pipeline WHERE id = :id", id=number)
        edit_pipeline(workspace, pipeline_id=number, version=version, changes={"in_use": False})
        assert made(workspace, Scope(pipelines=(name.upper(),))).pipeline.id == number
    assert board(workspace, Scope()) is None


def test_the_list_in_stage_and_the_board_agree(db_url: str) -> None:
    workspace = team(db_url)
    found = made(workspace)
    for column in found.columns:
        order = DealOrder(DealSort.IN_STAGE, descending=True)
        listed = deal_ids(workspace, found.scope, DealFilter(stage=column.stage.name), order)
        assert list(listed) == list(column.ids)
