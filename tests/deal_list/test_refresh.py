"""The list after somebody changed something, and how little it asks of the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.db.reader import SqliteReader
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort, follow
from funnel_tui.domain.scope import Scope
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import edit_deal, move_deal, win_deal
from funnel_tui.services.history import undo
from tests.deal_list.support import NOW, one, open_at, rows, team

LARGE = {"deal", "interaction", "task", "stage_visit", "deal_past", "change", "deal_person", "deal_tag"}

IN_INDEX = (
    *(DealSort.STAGE, DealSort.AMOUNT, DealSort.EXPECTED_CLOSE, DealSort.IN_STAGE, DealSort.IDLE),
    *(DealSort.PROBABILITY, DealSort.NEXT_TASK, DealSort.OWNER),
)


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of a SQLite file meanwhile."""
    asked: list[tuple[str, Any]] = []
    ask = SqliteReader.rows

    def told(self: SqliteReader, sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        asked.append((sql, parameters))
        return ask(self, sql, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(SqliteReader, "rows", told)
        yield asked


def test_a_move_is_seen_and_the_cursor_stays_with_its_deal(db_url: str) -> None:
    workspace, other = team(db_url, deals=60), open_at(db_url, actor="colleague")
    order = DealOrder(DealSort.STAGE)
    before = deal_ids(workspace, Scope(), DealFilter(), order)
    deal = before[0]
    last = one(
        workspace,
        "SELECT s.id FROM stage s JOIN deal d ON d.pipeline_id = s.pipeline_id WHERE d.id = :deal"
        " ORDER BY s.position DESC LIMIT 1",
        deal=deal,
    )
    move_deal(other, deal_id=deal, stage_id=last)
    after = deal_ids(workspace, Scope(), DealFilter(), order)
    assert sorted(after) == sorted(before)
    assert after[follow(after, deal, 0)] == deal
    assert follow(after, deal, 0) > 0
    assert deal_rows(workspace, Scope(), [deal])[0].stage_id == last
    win_deal(other, deal_id=deal)
    gone = deal_ids(workspace, Scope(), DealFilter(), order)
    assert deal not in gone
    assert follow(gone, deal, 10_000) == len(gone) - 1
    undo(other)
    assert deal_ids(workspace, Scope(), DealFilter(), order) == after


def test_a_version_is_that_of_the_row(db_url: str) -> None:
    workspace = team(db_url, deals=10)
    deal = deal_ids(workspace, Scope())[0]
    shown = deal_rows(workspace, Scope(), [deal])[0]
    edit_deal(workspace, deal_id=deal, version=shown.version, changes={"title": "New [title]"})
    again = deal_rows(workspace, Scope(), [deal])[0]
    assert (again.title, again.version) == ("New [title]", shown.version + 1)


def test_a_window_takes_as_many_statements_as_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = team(str(tmp_path / "funnel.db"))
    ids = deal_ids(workspace, Scope(), DealFilter(status=None))
    deal_rows(workspace, Scope(), ids[:1])
    with statements(monkeypatch) as one_row:
        deal_rows(workspace, Scope(), ids[:1])
    with statements(monkeypatch) as window:
        assert len(deal_rows(workspace, Scope(), ids[:128])) == 128
    assert len(window) == len(one_row) <= 10
    assert sum("FROM deal" in sql and "WHERE d.id IN" in sql for sql, _ in window) == 1
    scanned = [plan for sql, values in window for plan in scans(workspace, sql, values)]
    assert scanned == []


@pytest.mark.parametrize("sort", IN_INDEX)
def test_open_deals_are_listed_from_one_index_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sort: DealSort
) -> None:
    workspace = team(str(tmp_path / "funnel.db"), deals=60)
    with statements(monkeypatch) as asked:
        deal_ids(workspace, Scope(), DealFilter(), DealOrder(sort))
    main = [(sql, values) for sql, values in asked if "json_group_array" in sql]
    assert len(main) == 1
    with workspace.read() as reader:
        root = reader.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'deal'")[0][0]
        steps = reader.rows(f"EXPLAIN {main[0][0]}", main[0][1])
    # The table is opened beside its index; what counts is that no column of it is ever read.
    tables = {step[2] for step in steps if step[1] == "OpenRead" and step[3] == root}
    assert not [step for step in steps if step[1] == "Column" and step[2] in tables]
    assert "USING INDEX ix_deal_open" in explained(workspace, *main[0])[0][3]


def explained(workspace: Any, sql: str, values: Any) -> list[tuple[Any, ...]]:
    with workspace.read() as reader:
        return list(reader.rows(f"EXPLAIN QUERY PLAN {sql}", values))


def scans(workspace: Any, sql: str, values: Any) -> list[str]:
    """Steps that walk through the whole of a table that grows."""
    found = []
    for *_, step in explained(workspace, sql, values):
        scanned = re.match(r"SCAN (\w+)", step)
        if scanned is not None and "max(id)" not in sql:
            named = re.search(rf"(?:FROM|JOIN)\s+(\w+)\s+{scanned[1]}\b", sql)
            if (named or scanned)[1] in LARGE:
                found.append(f"{step}: {sql}")
    return found


def test_the_past_is_read_for_the_window_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = team(str(tmp_path / "funnel.db"))
    scope = Scope(as_of=NOW - 100 * 86_400)
    moved = rows(
        workspace,
        "SELECT id FROM deal WHERE changed_at > :at AND created_at <= :at ORDER BY id",
        at=scope.as_of,
    )
    ids = [deal for (deal,) in moved]
    assert len(ids) >= 15
    deal_rows(workspace, scope, ids[:1])
    with statements(monkeypatch) as asked:
        assert len(deal_rows(workspace, scope, ids[:12])) == 12
    visits = [(sql, values) for sql, values in asked if "stage_visit" in sql]
    assert len(visits) == 1
    assert "WHERE d.id IN" in visits[0][0]
    assert [plan for sql, values in asked for plan in scans(workspace, sql, values)] == []
