"""The demo data: the same for the same seed and clock, sound, and with everything in it that it promises."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from funnel_tui.db import Database, Target
from funnel_tui.demo import DEALS, build_demo, demo_file, words
from funnel_tui.demo.cast import PROCESSES, REGION, SELLERS, TEAMS
from funnel_tui.demo.furnish import MAX_ORGANISATIONS, company_name
from funnel_tui.demo.quotas import BEATEN, MISSED
from funnel_tui.demo.story import at_work, by_now
from funnel_tui.domain.period import parse_instant
from funnel_tui.errors import DatabaseProblem, Refused, UsageError
from funnel_tui.services.activity_targets import targets
from funnel_tui.services.bulk import RowStream, writer
from funnel_tui.services.doctor import check
from funnel_tui.services.history import redo, undo
from funnel_tui.services.workspace import Workspace

NOW = 1_795_000_000
"""18 November 2026, 11:06:40 UTC."""
DAY = 86_400
TODAY = NOW // DAY
OCTOBER = TODAY - 48
"""The day number of 1 October 2026."""

TABLES = (
    *("team", "rep", "pipeline", "stage", "source", "tag", "loss_reason", "interaction_kind", "setting"),
    *("exchange_rate", "organisation", "person", "deal", "deal_past", "stage_visit", "deal_stage"),
    *("deal_person", "deal_tag", "interaction", "task", "quota_revision"),
    *("activity_day", "activity_target"),
)


def rows(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    with workspace.read() as reader:
        return reader.rows(sql)


def one(workspace: Workspace, sql: str) -> Any:
    return rows(workspace, sql)[0][0]


def open_at(db_url: str | Path, now: int = NOW) -> Workspace:
    return Workspace(Database(Target.parse(str(db_url))), clock=lambda: now, actor="demo")


def digest(workspace: Workspace) -> dict[str, str]:
    """A fingerprint of every table."""
    return {
        table: hashlib.sha256(
            repr(sorted(rows(workspace, f"SELECT * FROM {table}"), key=repr)).encode()
        ).hexdigest()
        for table in TABLES
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demo as it is built without options."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    workspace = demo_file(path, clock=lambda: NOW)
    yield workspace
    workspace.database.close()


def test_the_same_seed_and_clock_give_the_same_data(demo: Workspace, db_url: str) -> None:
    again = open_at(db_url)
    build_demo(again)
    assert digest(again) == digest(demo)


def test_another_seed_gives_other_data(tmp_path: Path) -> None:
    first, second = open_at(tmp_path / "a.db"), open_at(tmp_path / "b.db")
    build_demo(first, deals=60, seed=1)
    build_demo(second, deals=60, seed=2)
    assert digest(first)["stage_visit"] != digest(second)["stage_visit"]


def test_the_derived_state_of_every_deal_follows_from_its_history(db_url: str) -> None:
    workspace = open_at(db_url)
    build_demo(workspace)
    assert [finding for finding in check(workspace) if finding.is_error] == []
    assert one(workspace, "SELECT count(*) FROM deal") == DEALS


@pytest.mark.parametrize("deals", [1, 2, 30, 700])
@pytest.mark.parametrize("now", [NOW, 1_709_251_199, 1_743_298_200])
def test_any_size_and_any_day_is_sound(tmp_path: Path, deals: int, now: int) -> None:
    workspace = open_at(tmp_path / "demo.db", now)
    build_demo(workspace, deals=deals, seed=deals)
    assert [finding for finding in check(workspace) if finding.is_error] == []
    assert one(workspace, "SELECT count(*) FROM deal") == deals
    assert_nothing_is_later(workspace, now)


def test_nothing_has_happened_after_the_clock(demo: Workspace) -> None:
    assert_nothing_is_later(demo, NOW)
    assert one(demo, f"SELECT count(*) FROM interaction WHERE planned = 1 AND at <= {NOW}") == 0
    first = one(demo, "SELECT min(created_at) FROM deal")
    assert 18 * 30 * DAY < NOW - first < 19 * 31 * DAY


def test_what_was_done_today_is_spread_over_the_day(demo: Workspace) -> None:
    sql = f"SELECT at FROM interaction WHERE planned = 0 AND at >= {TODAY * DAY}"
    times = [at for (at,) in rows(demo, sql)]
    assert len(times) > 10
    assert max(Counter(times).values()) <= 2
    assert min(times) >= TODAY * DAY + 7 * 3600
    assert max(times) - min(times) > 2 * 3600


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-11-20T13:30:00Z", 20), ("2026-11-23T06:10:00Z", 20), ("2026-11-22T12:00:00Z", 20)],
    ids=["during a day", "early on a Monday", "on a Sunday"],
)
def test_a_later_instant_moves_to_working_hours_that_are_gone(now: str, day: int) -> None:
    at = parse_instant(now, ZoneInfo("UTC"))
    rng = random.Random(1)
    found = [by_now(at_work(at + 3 * 86_400, rng), at) for _ in range(50)]
    assert max(found) <= at
    assert len(set(found)) > 40
    assert {datetime.fromtimestamp(one, UTC).day for one in found} == {day}
    assert all(by_now(one, at) == one for one in found)


def assert_nothing_is_later(workspace: Workspace, now: int) -> None:
    latest = {
        "deal": "max(max(created_at, changed_at, coalesce(touched_at, 0)))",
        "stage_visit": "max(max(entered_at, coalesce(left_at, 0)))",
        "task": "max(max(created_at, coalesce(done_at, 0)))",
        "deal_past": "max(until_at)",
        "quota_revision": "max(at)",
    }
    for table, column in latest.items():
        assert (one(workspace, f"SELECT {column} FROM {table}") or 0) <= now, table
    assert (one(workspace, "SELECT max(at) FROM interaction WHERE planned = 0") or 0) <= now
    assert one(workspace, "SELECT max(day) FROM exchange_rate") <= now // DAY + 1


@pytest.mark.parametrize(
    ("what", "sql", "least"),
    [
        ("won", "SELECT count(*) FROM deal WHERE status = 'won'", 200),
        ("lost, each with a reason", "SELECT count(loss_reason_id) FROM deal WHERE status = 'lost'", 400),
        ("skips", "SELECT count(DISTINCT deal_id) FROM deal_stage WHERE visits = 0", 50),
        (
            "returns",
            "SELECT count(DISTINCT v.deal_id) FROM stage_visit v"
            " JOIN stage_visit b ON b.deal_id = v.deal_id AND b.seq = v.seq - 1 AND b.exit = 'moved'"
            " JOIN stage s ON s.id = v.stage_id JOIN stage o ON o.id = b.stage_id"
            " WHERE s.position < o.position",
            30,
        ),
        (
            "reopenings",
            "SELECT count(DISTINCT v.deal_id) FROM stage_visit v"
            " JOIN stage_visit b ON b.deal_id = v.deal_id AND b.seq = v.seq - 1 AND b.exit = 'lost'",
            15,
        ),
        (
            "created in the middle",
            "SELECT count(*) FROM stage_visit v JOIN stage s ON s.id = v.stage_id"
            " WHERE v.seq = 1 AND s.position > 1",
            30,
        ),
        (
            "stuck",
            "SELECT count(*) FROM deal d JOIN stage s ON s.id = d.stage_id WHERE d.status = 'open'"
            f" AND {NOW} - d.entered_at >= s.stuck_days * {DAY}",
            5,
        ),
        ("without amount", "SELECT count(*) FROM deal WHERE amount_minor IS NULL", 10),
        ("in kroner", "SELECT count(*) FROM deal WHERE currency = 'NOK'", 500),
        ("in euros", "SELECT count(*) FROM deal WHERE currency = 'EUR'", 200),
        ("in dollars", "SELECT count(*) FROM deal WHERE currency = 'USD'", 5),
        (
            "closed before the first rate of the dollar",
            "SELECT count(*) FROM deal WHERE closed_at IS NOT NULL AND closed_base IS NULL"
            " AND currency = 'USD'",
            1,
        ),
        ("edits", "SELECT count(DISTINCT deal_id) FROM deal_past", 200),
        ("other owners", "SELECT count(*) FROM deal WHERE owner_id <> created_owner_id", 10),
        ("typed probabilities", "SELECT count(*) FROM deal WHERE probability_bp IS NOT NULL", 10),
        (
            "overdue and open",
            f"SELECT count(*) FROM deal WHERE status = 'open' AND expected_close < {TODAY}",
            5,
        ),
        (
            "idle",
            f"SELECT count(*) FROM deal WHERE status = 'open' AND {NOW} - touched_at >= 14 * {DAY}",
            5,
        ),
        ("planned", "SELECT count(*) FROM interaction WHERE planned = 1", 10),
        ("open tasks", "SELECT count(*) FROM task WHERE done_at IS NULL", 40),
        (
            "overdue tasks",
            f"SELECT count(*) FROM task WHERE done_at IS NULL AND due_day < {TODAY}",
            5,
        ),
        ("done tasks", "SELECT count(*) FROM task WHERE done_at IS NOT NULL", 100),
        ("kinds of interaction", "SELECT count(DISTINCT kind_id) FROM interaction", 6),
        ("people who decide", "SELECT count(*) FROM deal_person WHERE role = 'decides'", 1000),
        ("tags", "SELECT count(DISTINCT tag_id) FROM deal_tag", 5),
        ("sources", "SELECT count(DISTINCT source_id) FROM deal", 6),
        ("customers", "SELECT count(*) FROM organisation WHERE status = 'customer'", 50),
        ("quotas of the company", "SELECT count(*) FROM quota_revision WHERE rep_id IS NULL", 20),
        (
            "a quota that was changed",
            "SELECT count(*) FROM (SELECT 1 FROM quota_revision WHERE rep_id IS NOT NULL"
            " GROUP BY rep_id, start_day HAVING count(*) > 1) AS changed",
            1,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and not value.startswith("SELECT") else "",
)
def test_every_case_is_there(demo: Workspace, what: str, sql: str, least: int) -> None:
    assert one(demo, sql) >= least


def test_one_stage_in_use_was_never_visited(demo: Workspace) -> None:
    empty = rows(
        demo,
        "SELECT s.name FROM stage s WHERE s.retired = 0"
        " AND NOT EXISTS (SELECT 1 FROM stage_visit v WHERE v.stage_id = s.id)",
    )
    assert empty == [("Legal review",)]


def test_every_rep_has_open_deals_and_teams_lie_in_a_region(demo: Workspace) -> None:
    found = rows(
        demo,
        "SELECT r.name, count(*) FROM deal d JOIN rep r ON r.id = d.owner_id"
        " WHERE d.status = 'open' GROUP BY r.name",
    )
    assert {name for name, _ in found} == {seller.name for seller in SELLERS}
    assert all(count >= 3 for _, count in found)
    parents = rows(demo, "SELECT t.name, p.name FROM team t LEFT JOIN team p ON p.id = t.parent_id")
    assert set(parents) == {*TEAMS, (REGION, None)}


def test_names_that_are_hard_to_show_are_on_deals(demo: Workspace) -> None:
    names = {
        name
        for (name,) in rows(demo, "SELECT o.name FROM deal d JOIN organisation o ON o.id = d.organisation_id")
    }
    assert set(words.ODD_NAMES) <= names
    assert len(words.LONG_NAME) == 120
    titles = {title for (title,) in rows(demo, "SELECT title FROM deal")}
    assert {"=SUM(A1)", words.LONG_NAME} <= titles
    assert any(title.startswith("Acme [/EU] ") for title in titles)


def test_figures_look_like_a_sales_team(demo: Workspace) -> None:
    won, lost = (one(demo, f"SELECT count(*) FROM deal WHERE status = '{s}'") for s in ("won", "lost"))
    assert Fraction(20, 100) <= Fraction(won, won + lost) <= Fraction(36, 100)
    days = one(demo, f"SELECT avg(closed_at - created_at) / {DAY} FROM deal WHERE status = 'won'")
    assert 30 <= days <= 90
    lost_from = rows(
        demo,
        "SELECT s.name, count(*) FROM deal d JOIN stage s ON s.id = d.stage_id WHERE d.status = 'lost'"
        " GROUP BY s.name ORDER BY 2 DESC",
    )
    assert lost_from[0][0] == "Proposal"
    assert lost_from[0][1] > 1.3 * lost_from[1][1]
    ratios = rows(
        demo,
        "SELECT r.name, 1.0 * sum(d.status = 'won') / count(*) FROM deal d"
        " JOIN rep r ON r.id = d.closed_owner_id GROUP BY r.name ORDER BY 2",
    )
    assert ratios[-1][1] > 1.4 * ratios[0][1]


def test_a_quota_was_beaten_and_one_was_missed(demo: Workspace) -> None:
    start, end = rows(
        demo,
        "SELECT DISTINCT start_day, end_day FROM quota_revision WHERE rep_id IS NOT NULL"
        f" AND end_day <= {TODAY} ORDER BY 1 DESC LIMIT 1",
    )[0]
    attained = {
        name: Fraction(won, quota)
        for name, quota, won in rows(
            demo,
            "SELECT r.name, q.amount, (SELECT coalesce(sum(closed_base), 0) FROM deal"
            " WHERE status = 'won' AND closed_owner_id = r.id"
            f" AND closed_at >= {start * DAY} AND closed_at < {end * DAY})"
            f" FROM quota_revision q JOIN rep r ON r.id = q.rep_id WHERE q.start_day = {start} ORDER BY q.id",
        )
    }
    assert attained[SELLERS[BEATEN].name] >= 1
    assert attained[SELLERS[MISSED].name] < Fraction(8, 10)
    assert SELLERS[-1].name not in attained


def test_it_is_one_change_group_that_can_be_undone_and_redone(db_url: str) -> None:
    workspace = open_at(db_url)
    build_demo(workspace, deals=150)
    assert rows(workspace, "SELECT action, summary FROM change_group") == [("demo", "Demo data")]
    before = digest(workspace)
    empty = {table: hashlib.sha256(b"[]").hexdigest() for table in TABLES}
    undo(workspace)
    assert digest(workspace) == empty
    redo(workspace)
    after = digest(workspace)
    unversioned = [table for table in TABLES if table in {"stage_visit", "deal_stage", "deal_past"}]
    assert {table: after[table] for table in unversioned} == {table: before[table] for table in unversioned}


def test_organisations_have_different_names() -> None:
    names = {company_name(place) for place in range(MAX_ORGANISATIONS)}
    assert len(names) == MAX_ORGANISATIONS


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    workspace = open_at(tmp_path / "demo.db")
    build_demo(workspace, deals=4000, progress=lambda done, of: told.append((done, of)))
    assert told == [(2000, 4000), (4000, 4000)]


def test_memory_does_not_grow_with_the_deals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    flush = RowStream.flush

    def watched(stream: RowStream) -> None:
        held.append(len(stream.pending))
        flush(stream)

    monkeypatch.setattr(RowStream, "flush", watched)
    monkeypatch.setattr(writer, "BATCH_DEALS", 500)
    peaks = []
    for deals in (1500, 6000):
        workspace = open_at(tmp_path / f"{deals}.db")
        tracemalloc.start()
        build_demo(workspace, deals=deals)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
    assert max(held) < 12_000


@pytest.mark.parametrize("deals", [0, -5, 1_000_001])
def test_an_impossible_number_of_deals_is_refused(tmp_path: Path, deals: int) -> None:
    path = tmp_path / "demo.db"
    with pytest.raises(UsageError, match=f"{deals} demo deals"):
        demo_file(path, deals=deals)
    assert not path.exists()


def test_a_database_in_use_is_refused(tmp_path: Path) -> None:
    workspace = open_at(tmp_path / "demo.db")
    build_demo(workspace, deals=5)
    before = digest(workspace)
    with pytest.raises(Refused, match="has pipelines already"):
        build_demo(workspace, deals=5)
    assert digest(workspace) == before


def test_an_existing_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    path.write_text("mine")
    with pytest.raises(DatabaseProblem, match=r"demo\.db is there already"):
        demo_file(path)
    assert path.read_text() == "mine"
    with pytest.raises(DatabaseProblem, match="is there already"):
        demo_file(tmp_path)


def test_an_empty_file_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    path.touch()
    assert one(demo_file(path, deals=3, clock=lambda: NOW), "SELECT count(*) FROM deal") == 3


def test_an_interrupted_build_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo_file(tmp_path / "demo.db", deals=2100, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_ended_while_the_empty_database_is_set_up_it_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(target: Target) -> Workspace:
        assert target.path is not None
        for name in ("demo.db", "demo.db-wal", "demo.db-shm"):
            (tmp_path / name).write_bytes(b"half made")
        raise KeyboardInterrupt

    monkeypatch.setattr("funnel_tui.demo.build.open_workspace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        demo_file(tmp_path / "demo.db", deals=3)
    assert list(tmp_path.iterdir()) == []


def test_stages_carry_their_probabilities(demo: Workspace) -> None:
    found = rows(
        demo,
        "SELECT p.name, s.name, s.probability_bp, s.stuck_days FROM stage s JOIN pipeline p"
        " ON p.id = s.pipeline_id ORDER BY p.position, s.position",
    )
    assert found == [
        (process.name, step.name, step.probability_bp, step.stuck_days)
        for process in PROCESSES
        for step in process.steps
    ]


def test_reps_have_targets_that_some_meet_and_some_miss(demo: Workspace) -> None:
    told = rows(
        demo,
        "SELECT a.owner_id, sum(a.done) FROM activity_day a JOIN interaction_kind k "
        "ON k.id = a.kind_id AND k.name = 'Call' "
        f"WHERE a.day >= {OCTOBER} AND a.day < {OCTOBER + 31} GROUP BY a.owner_id",
    )
    kind = one(demo, "SELECT id FROM interaction_kind WHERE name = 'Call'")
    found = targets(demo, days=[OCTOBER])
    wanted = {rep: found.of(rep, kind, OCTOBER) for rep, _ in told}
    assert None not in wanted.values()
    assert len(set(wanted.values())) > 1  # Those who call much have a target of their own.
    met = [done >= (wanted[rep] or 0) for rep, done in told]
    assert {True, False} == set(met)
