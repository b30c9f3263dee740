"""Every order, every filter and every cell of the list against deals worked out from the bare tables."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import pytest

from funnel_tui.domain.deal_list import (
    DealFilter,
    DealOrder,
    DealSort,
    ProbabilitySource,
    follow,
    position_of,
)
from funnel_tui.domain.finding import fold
from funnel_tui.domain.period import day_number
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.errors import NotFound
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.pipelines import edit_pipeline
from tests.deal_list.support import DAY, NOW, ODD_NAMES, Brute, Known, one, open_at, rows, team

ALL = DealFilter(status=None)
SCOPE = Scope()

VALUES: dict[DealSort, Callable[[Known], Any]] = {
    DealSort.DEAL: lambda deal: fold(deal.title),
    DealSort.ORGANISATION: lambda deal: None if deal.organisation is None else fold(deal.organisation),
    DealSort.STAGE: lambda deal: (deal.pipeline_at, deal.position),
    DealSort.AMOUNT: lambda deal: deal.base,
    DealSort.EXPECTED_CLOSE: lambda deal: deal.expected_close,
    DealSort.IN_STAGE: lambda deal: deal.age,
    DealSort.IDLE: lambda deal: deal.idle,
    DealSort.PROBABILITY: lambda deal: deal.probability,
    DealSort.NEXT_TASK: lambda deal: None if deal.task is None else deal.task[1],
    DealSort.OWNER: lambda deal: fold(deal.owner),
    DealSort.CREATED: lambda deal: deal.created_at,
    DealSort.CLOSED: lambda deal: deal.closed_at,
}


def in_order(deals: list[Known], order: DealOrder) -> list[int]:
    """Plainly: deals with a value by value, equal ones by number, then the others by number."""
    value = VALUES[order.sort]
    deals = sorted(deals, key=lambda deal: deal.id)
    present = sorted((deal for deal in deals if value(deal) is not None), key=value, reverse=order.descending)
    return [deal.id for deal in [*present, *(deal for deal in deals if value(deal) is None)]]


@pytest.mark.parametrize("as_of", [None, NOW - 90 * DAY], ids=["now", "90 days ago"])
def test_every_order_is_that_of_the_values(db_url: str, as_of: int | None) -> None:
    workspace = team(db_url)
    brute = Brute(workspace, as_of or NOW)
    assert set(VALUES) == set(DealSort)
    scope = SCOPE.with_(as_of=as_of)
    for status in (None, DealStatus.OPEN):
        deals = [deal for deal in brute.deals.values() if status in {None, deal.status}]
        assert len(deals) > 10
        for sort in DealSort:
            for descending in (False, True):
                order = DealOrder(sort, descending)
                found = deal_ids(workspace, scope, DealFilter(status=status), order)
                assert found.tolist() == in_order(deals, order), (status, order)


FILTERS: dict[str, tuple[Scope, DealFilter, Callable[[Known], bool]]] = {
    "open": (SCOPE, DealFilter(), lambda deal: deal.status == "open"),
    "won": (SCOPE, DealFilter(status=DealStatus.WON), lambda deal: deal.status == "won"),
    "lost": (SCOPE, DealFilter(status=DealStatus.LOST), lambda deal: deal.status == "lost"),
    "all": (SCOPE, ALL, lambda deal: True),
    "stage": (SCOPE, DealFilter(None, stage="proposal"), lambda deal: deal.stage == "Proposal"),
    "open in a stage": (
        SCOPE,
        DealFilter(stage="Lead"),
        lambda deal: deal.stage == "Lead" and deal.status == "open",
    ),
    "stuck": (SCOPE, DealFilter(stuck=True), lambda deal: deal.stuck),
    "stuck among all": (SCOPE, DealFilter(None, stuck=True), lambda deal: deal.stuck),
    "stuck and won": (SCOPE, DealFilter(DealStatus.WON, stuck=True), lambda deal: False),
    "idle": (SCOPE, DealFilter(idle=True), lambda deal: deal.idle is not None and deal.idle >= 14 * DAY),
    "stuck and idle": (
        SCOPE,
        DealFilter(stuck=True, idle=True),
        lambda deal: deal.stuck and deal.idle is not None and deal.idle >= 14 * DAY,
    ),
    "tag": (SCOPE, DealFilter(None, tag="hot [!]"), lambda deal: "Hot [!]" in deal.tags),
    "source": (SCOPE, DealFilter(None, source="Fair [x]"), lambda deal: deal.source == "Fair [x]"),
    "pipeline": (
        SCOPE.with_(pipelines=("Renewals",)),
        ALL,
        lambda deal: deal.pipeline == "Renewals",
    ),
    "owner": (SCOPE.with_(owner="Sigrid Aas"), ALL, lambda deal: deal.owner == "Sigrid Aas"),
    "team": (SCOPE.with_(team="Norway"), ALL, lambda deal: deal.team == "Norway"),
    "open of an owner": (
        SCOPE.with_(owner="Sigrid Aas"),
        DealFilter(),
        lambda deal: deal.owner == "Sigrid Aas" and deal.status == "open",
    ),
}


@pytest.mark.parametrize("as_of", [None, NOW - 60 * DAY], ids=["now", "60 days ago"])
def test_every_filter_keeps_the_deals_it_names(db_url: str, as_of: int | None) -> None:
    workspace = team(db_url)
    brute = Brute(workspace, as_of or NOW)
    for name, (scope, wanted, keeps) in FILTERS.items():
        found = deal_ids(workspace, scope.with_(as_of=as_of), wanted)
        expected = [deal for deal in brute.deals.values() if keeps(deal)]
        assert found.tolist() == in_order(expected, DealOrder()), name
        if as_of is None:
            assert expected or name == "stuck and won", name


@pytest.mark.parametrize("as_of", [None, NOW - 45 * DAY], ids=["now", "45 days ago"])
def test_every_cell_of_a_row(db_url: str, as_of: int | None) -> None:
    workspace = team(db_url)
    seen = as_of or NOW
    brute = Brute(workspace, seen)
    scope = SCOPE.with_(as_of=as_of)
    ids = deal_ids(workspace, scope, ALL, DealOrder(DealSort.CREATED))
    shown = [
        row
        for start in range(0, len(ids), 128)
        for row in deal_rows(workspace, scope, ids[start : start + 128])
    ]
    assert [row.id for row in shown] == ids.tolist()
    today = brute.day(seen)
    tasks = {task: told for task, *told in rows(workspace, "SELECT id, kind, title, due_at FROM task")}
    for row in shown:
        known = brute.deals[row.id]
        assert (row.title, row.organisation, row.owner) == (known.title, known.organisation, known.owner)
        assert (row.pipeline, row.stage) == (known.pipeline, known.stage)
        assert (row.status, row.closed_at, row.created_at) == (
            known.status,
            known.closed_at,
            known.created_at,
        )
        assert (row.amount and (row.amount.minor, row.amount.currency)) == known.amount
        assert (row.amount_base and (row.amount_base.minor, row.amount_base.currency)) == (
            None if known.base is None else (known.base, brute.base)
        )
        close = None if row.expected_close is None else day_number(row.expected_close)
        assert close == known.expected_close
        late = known.status == "open" and close is not None and close < today
        assert row.days_late == (today - close if late and close is not None else 0)
        assert (row.in_stage, row.stuck, row.idle_seconds) == (known.age, known.stuck, known.idle)
        assert row.idle == (known.idle is not None and known.idle >= 14 * DAY)
        assert (row.probability and row.probability.bp) == known.probability
        assert set(row.tags) == known.tags
        assert (row.next_task is None) == (known.task is None)
        if row.next_task is not None and known.task is not None:
            number, due = known.task
            kind, title, due_at = tasks[number]
            assert (row.next_task.kind, row.next_task.title) == (kind, title)
            assert (row.next_task.due and day_number(row.next_task.due)) == due
            late = due is not None and due < today if due_at is None else due_at < seen
            assert row.next_task.overdue == late
    versions = dict(rows(workspace, "SELECT id, version FROM deal"))
    assert all(row.version == versions[row.id] for row in shown)


def test_a_typed_probability_is_told_from_the_stage_s(db_url: str) -> None:
    workspace = team(db_url)
    typed = {row[0] for row in rows(workspace, "SELECT id FROM deal WHERE probability_bp IS NOT NULL")}
    ids = deal_ids(workspace, SCOPE, ALL)
    sources = {}
    for start in range(0, len(ids), 128):
        for row in deal_rows(workspace, SCOPE, ids[start : start + 128]):
            if row.probability is not None:
                sources[row.id] = row.probability.source
                if row.status is DealStatus.WON:
                    assert row.probability.source is ProbabilitySource.WON
                else:
                    assert (row.probability.source is ProbabilitySource.TYPED) == (row.id in typed)
    assert set(sources.values()) == set(ProbabilitySource)


def test_difficult_names_are_data(db_url: str) -> None:
    workspace = team(db_url, deals=5)
    ids = deal_ids(workspace, SCOPE, DealFilter(), DealOrder(DealSort.CREATED, descending=True))
    shown = deal_rows(workspace, SCOPE, ids)
    assert set(ODD_NAMES) <= {row.title for row in shown}
    assert {row.organisation for row in shown} >= {f"{ODD_NAMES[1]} AS", f"{ODD_NAMES[3]} AS"}
    tagged = deal_rows(workspace, SCOPE, deal_ids(workspace, SCOPE, DealFilter(None, tag="Hot [!]")))
    assert [row.tags for row in tagged] == [("Hot [!]",)] * 3


def test_a_window_keeps_its_order_and_leaves_out_what_is_gone(db_url: str) -> None:
    workspace = team(db_url, deals=30)
    ids = deal_ids(workspace, SCOPE, ALL, DealOrder(DealSort.AMOUNT, descending=True))
    window = [ids[3], 999_999, ids[1], ids[2]]
    assert [row.id for row in deal_rows(workspace, SCOPE, window)] == [ids[3], ids[1], ids[2]]
    assert deal_rows(workspace, SCOPE, []) == []
    before = SCOPE.with_(as_of=one(workspace, "SELECT min(created_at) FROM deal") - 1)
    assert deal_rows(workspace, before, ids) == []
    assert deal_ids(workspace, before, ALL).tolist() == []


def test_the_cursor_follows_its_deal() -> None:
    ids = array("q", [5, 3, 9])
    assert position_of(ids, 9) == 2
    assert position_of(ids, 4) is None
    assert follow(ids, 3, 0) == 1
    assert follow(ids, 4, 1) == 1
    assert follow(ids, 4, 7) == 2
    assert follow(ids, None, 1) == 1
    assert follow(array("q"), 3, 7) == 0


def test_unknown_names_are_refused_with_the_nearest(db_url: str) -> None:
    workspace = team(db_url, deals=5)
    for wanted, near in (
        (DealFilter(stage="Propsal"), "Proposal"),
        (DealFilter(tag="Hot"), "Hot [!]"),
        (DealFilter(source="Fair [y]"), "Fair [x]"),
    ):
        with pytest.raises(NotFound) as refused:
            deal_ids(workspace, SCOPE, wanted)
        assert near in refused.value.hint
    with pytest.raises(NotFound):
        deal_ids(workspace, SCOPE.with_(pipelines=("Nowhere",)))
    with pytest.raises(NotFound):
        deal_ids(workspace, SCOPE.with_(owner="Nobody"))


def test_an_empty_database_has_an_empty_list(db_url: str) -> None:
    workspace = open_at(db_url)
    assert deal_ids(workspace, SCOPE).tolist() == []


def test_deals_of_a_pipeline_out_of_use_are_listed_when_it_is_named(db_url: str) -> None:
    workspace = team(db_url, deals=40)
    number = one(workspace, "SELECT id FROM pipeline WHERE name = 'Renewals'")
    before = deal_ids(workspace, SCOPE.with_(pipelines=("Renewals",)), ALL)
    edit_pipeline(workspace, pipeline_id=number, changes={"in_use": False})
    assert deal_ids(workspace, SCOPE.with_(pipelines=("Renewals",)), ALL) == before
    assert not set(deal_ids(workspace, SCOPE, ALL)) & set(before)
