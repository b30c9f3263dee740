"""How the queries of reports are run: along indexes, and as many of them however many deals there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.db import Database, Target
from funnel_tui.db.reader import ServerReader, SqliteReader
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.queries.look import last_closing
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.reports import REPORTS, run_report
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.data import NOW, QUARTER, fill, open_file

DAY = 86_400
FEW, MANY = 300, 1500

Statement = tuple[str, Mapping[str, Any]]

# A table with deals, or its alias, that is gone through from one end to the other.
_FULL_SCAN = re.compile(r"SCAN (deal|d|stage_visit|v|n|deal_stage|x|deal_past|interaction|i)( USING .*)?$")

_MOST_STATEMENTS = {
    "reasons": 11,
    "volume": 11,
    "metrics": 10,
    "funnel": 12,
    "active": 10,
    "losses": 10,
    "stuck": 12,
    "probability": 40,
    "quotas": 20,
    "forecast": 26,
    "change": 30,
    "plan": 34,
    "activity": 14,
    "steps": 12,
    "followups": 10,
}
"""For two pipelines, as of now, without groups."""


_ACTIVITY_GROUPS = {
    "activity": [GroupBy.REP, GroupBy.TEAM, GroupBy.WEEK, GroupBy.MONTH],
    "steps": [GroupBy.REP, GroupBy.TEAM, GroupBy.WEEK, GroupBy.MONTH],
    "followups": [GroupBy.REP, GroupBy.TEAM, GroupBy.PIPELINE],
}


def scopes(name: str) -> Iterator[Scope]:
    """Every way to ask for a report."""
    snapshot = name in {"active", "stuck", "probability"}
    groups = [
        by for by in GroupBy if by is not GroupBy.WEEK and (by is not GroupBy.REASON or name == "losses")
    ]
    groups = _ACTIVITY_GROUPS.get(name, groups)
    if name in {"quotas", "forecast", "change", "plan"}:
        groups = [GroupBy.REP, GroupBy.TEAM]
    for by in (None, *groups):
        if by is GroupBy.MONTH and snapshot:
            continue
        if by is GroupBy.SOURCE and name == "probability":
            continue
        # The probabilities of a past day are learned from every deal that was closed then.
        for as_of in (None,) if name == "probability" else (None, NOW - 90 * DAY):
            yield Scope(period=QUARTER, by=by, as_of=as_of)
    yield Scope(period=QUARTER, owner="Rep 07")
    yield Scope(period=QUARTER, team="North", present_owner=True)
    yield Scope(period=QUARTER, compare=QUARTER.previous())
    if name == "funnel":
        for cohort in Cohort:
            for mode in Mode:
                yield Scope(period=QUARTER, cohort=cohort, mode=mode)
    if name == "losses":
        yield Scope(period=QUARTER, cohort=Cohort.CLOSED)
    if name in _ACTIVITY_GROUPS:
        yield Scope(period=QUARTER, pipelines=("Renewals",))
        yield Scope(period=QUARTER, pipelines=("Renewals",), as_of=NOW - 90 * DAY, present_owner=True)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A file of few deals."""
    yield from _filled(tmp_path_factory.mktemp("few") / "few.db", FEW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The same with five times as many."""
    yield from _filled(tmp_path_factory.mktemp("many") / "many.db", MANY)


def _filled(path: Path, deals: int) -> Iterator[Workspace]:
    workspace = open_file(path)
    fill(workspace, deals)
    yield workspace
    workspace.database.close()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """The statements that were run."""
    statements: list[Statement] = []
    for reader in (SqliteReader, ServerReader):
        rows = reader.rows

        def recorded(
            self: Any, sql: str, parameters: Mapping[str, Any] | None = None, rows: Any = rows
        ) -> list[tuple[Any, ...]]:
            statements.append((sql, parameters or {}))
            found: list[tuple[Any, ...]] = rows(self, sql, parameters or {})
            return found

        monkeypatch.setattr(reader, "rows", recorded)
    return statements


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_goes_through_all_deals(name: str, many: Workspace, seen: list[Statement]) -> None:
    if name == "probability":
        run_report(many, name, Scope())  # The first time everything is learned.
        seen.clear()
    for scope in scopes(name):
        run_report(many, name, scope)
    asked = dict(seen)
    assert len(asked) > 5
    with many.read() as reader:
        for sql, parameters in asked.items():
            steps = [str(row[3]) for row in reader.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            scans = [step for step in steps if _FULL_SCAN.match(step)]
            assert not scans, f"{scans}\n{sql}"


def test_the_last_closing_is_found_by_the_index(many: Workspace, seen: list[Statement]) -> None:
    with many.read() as reader:
        for pipeline in read_pipelines(reader):
            for as_of in (NOW, NOW - 90 * DAY):
                wanted = {"pipeline": pipeline.id, "as_of": as_of}
                own = "SELECT max(closed_at) FROM deal WHERE pipeline_id = :pipeline AND closed_at <= :as_of"
                due = reader.rows(own, wanted)[0][0]
                assert due is not None
                seen.clear()
                assert last_closing(reader, pipeline, as_of) == due
                ((sql, parameters),) = seen
                steps = [str(row[3]) for row in reader.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
                found = [step for step in steps if step.startswith("SEARCH d ")]
                assert len(found) == len(pipeline.stages) + 1
                assert all("ix_deal_closed" in step for step in found), steps


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in {"stuck", "probability"}])
def test_more_deals_need_no_more_statements(
    name: str, few: Workspace, many: Workspace, seen: list[Statement]
) -> None:
    for scope in scopes(name):
        counts = []
        for workspace in (few, many):
            workspace.database.shelf.clear()
            seen.clear()
            run_report(workspace, name, scope)
            counts.append(len(seen))
        # Where there is nothing it is asked why: with few deals that may be so.
        assert counts[1] <= counts[0], scope


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_needs_few_statements(name: str, many: Workspace, seen: list[Statement]) -> None:
    many.database.shelf.clear()
    run_report(many, name, Scope(period=QUARTER))
    assert len(seen) <= _MOST_STATEMENTS[name]


def test_a_statement_is_the_same_for_every_period(many: Workspace, seen: list[Statement]) -> None:
    """So that it need not be prepared anew when somebody steps from one quarter to the next."""
    texts = []
    for period in (QUARTER, QUARTER.previous()):
        seen.clear()
        for name in REPORTS:
            # These are by month, and months are written into the statement.
            if name not in {"forecast", "volume", "activity", "quotas", "plan"}:
                run_report(many, name, Scope(period=period))
        texts.append([sql for sql, _ in seen])
    assert texts[0] == texts[1]


@pytest.fixture
def server(pg_url: str) -> Iterator[Workspace]:
    """A PostgreSQL database with enough deals for its planner to care, and statistics."""
    workspace = Workspace(Database(Target.parse(pg_url)), clock=lambda: NOW, actor="tester")
    fill(workspace, 5000)
    with workspace.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    yield workspace
    workspace.database.close()


def test_postgresql_finds_a_quarter_by_index(server: Workspace, seen: list[Statement]) -> None:
    run_report(server, "metrics", Scope(period=QUARTER))
    run_report(server, "funnel", Scope(period=QUARTER))
    run_report(server, "losses", Scope(period=QUARTER))
    run_report(server, "active", Scope())
    of_deals = {sql: parameters for sql, parameters in seen if re.search(r"FROM (deal|deal_stage) ", sql)}
    used = ""
    with server.read() as reader:
        for sql, parameters in of_deals.items():
            plan = "\n".join(row[0] for row in reader.rows(f"EXPLAIN {sql}", parameters))
            if ":start" in sql:
                assert "Seq Scan on deal" not in plan, plan
            used += plan
    for index in ("ix_deal_closed", "ix_deal_created", "ix_deal_open", "ix_deal_stage_left"):
        assert index in used, index
