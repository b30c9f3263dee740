"""How activity is read: along indexes, with as many statements however many interactions there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.db.reader import SqliteReader
from funnel_tui.domain.activity import Counted, DealsWanted, Dealt, InteractionsWanted, Outcome, Unit
from funnel_tui.domain.scope import Scope
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.activity_behind import deals_behind, interactions_behind
from funnel_tui.services.reports.activity_screen import read_activity
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.data import NOW, QUARTER, fill, open_file
from tests.benchmarks.interactions import fill_interactions

DAY = 86_400
# A table with deals or interactions, or its alias, that is gone through from one end to the other.
_FULL_SCAN = re.compile(
    r"SCAN (deal|d|stage_visit|v|n|deal_stage|x|interaction|i|activity_day|a)( USING .*)?$"
)

SCOPES = (
    Scope(period=QUARTER),
    Scope(period=QUARTER, owner="Rep 07", compare=QUARTER.previous()),
    Scope(period=QUARTER, team="North", present_owner=True),
    Scope(period=QUARTER, pipelines=("Renewals",)),
    Scope(period=QUARTER, as_of=NOW - 90 * DAY),
    Scope(period=QUARTER, as_of=NOW - 90 * DAY, pipelines=("Renewals",), present_owner=True),
)


def _filled(path: Path, deals: int) -> Iterator[Workspace]:
    workspace = open_file(path)
    fill(workspace, deals)
    fill_interactions(path)
    yield workspace
    workspace.database.close()


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A file of few deals, with eight interactions each."""
    yield from _filled(tmp_path_factory.mktemp("few") / "few.db", 200)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The same with five times as many."""
    yield from _filled(tmp_path_factory.mktemp("many") / "many.db", 1000)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, Any]]]:
    """The statements that were run."""
    statements: list[tuple[str, Mapping[str, Any]]] = []
    rows = SqliteReader.rows

    def recorded(self: SqliteReader, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        statements.append((sql, parameters or {}))
        return rows(self, sql, parameters or {})

    monkeypatch.setattr(SqliteReader, "rows", recorded)
    return statements


def _behind(workspace: Workspace, scope: Scope) -> None:
    for counted in Counted:
        interactions_behind(workspace, scope, InteractionsWanted(counted, (1,), 3))
    stage = 7 if scope.pipelines else 2
    for outcome in Outcome:
        deals_behind(workspace, scope, DealsWanted(Dealt.FOLLOW_UPS, None, stage, outcome, least=5))
    for dealt in (Dealt.OPPORTUNITIES, Dealt.QUALIFIED, Dealt.ADVANCING, Dealt.NOT_ADVANCING, Dealt.OPEN):
        deals_behind(workspace, scope, DealsWanted(dealt, kind_id=1))


ASKED: dict[str, Callable[[Workspace, Scope], object]] = {
    "screen": read_activity,
    "screen by day": lambda workspace, scope: read_activity(workspace, scope, unit=Unit.DAY),
    "behind": _behind,
    **{
        name: lambda workspace, scope, name=name: run_report(workspace, name, scope)  # type: ignore[misc]
        for name in ("activity", "steps", "followups")
    },
}


@pytest.mark.parametrize("name", ASKED)
def test_nothing_goes_through_all_interactions(name: str, many: Workspace, seen: list[Any]) -> None:
    for scope in SCOPES:
        ASKED[name](many, scope)
    asked = dict(seen)
    assert len(asked) > 5
    with many.read() as reader:
        for sql, parameters in asked.items():
            steps = [str(row[3]) for row in reader.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            scans = [step for step in steps if _FULL_SCAN.match(step)]
            assert not scans, f"{scans}\n{sql}"


@pytest.mark.parametrize("name", ASKED)
def test_more_interactions_need_no_more_statements(
    name: str, few: Workspace, many: Workspace, seen: list[Any]
) -> None:
    for scope in SCOPES:
        counts = []
        for workspace in (few, many):
            workspace.database.shelf.clear()
            seen.clear()
            ASKED[name](workspace, scope)
            counts.append(len(seen))
        # Where there is nothing it is asked why: with few interactions that may be so.
        assert counts[1] <= counts[0], scope


def test_the_screen_needs_few_statements(many: Workspace, seen: list[Any]) -> None:
    read_activity(many, SCOPES[0], with_deals=False)
    assert len(seen) <= 20
    seen.clear()
    read_activity(many, SCOPES[0])
    assert len(seen) <= 30
