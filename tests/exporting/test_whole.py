"""A whole export brought into an empty database is the same database: every row, and every report."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.db import Database, Target
from funnel_tui.demo import build_demo
from funnel_tui.domain.period import Period
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import FunnelError, Refused, UsageError
from funnel_tui.exchange.sheets import Cells
from funnel_tui.exchange.whole import WholeColumn, read_table, write_table
from funnel_tui.services import history
from funnel_tui.services.doctor import check, rebuild
from funnel_tui.services.importing import ImportOptions, run_import
from funnel_tui.services.reports import REPORTS, run_report
from funnel_tui.services.whole import export_all, import_all
from funnel_tui.services.whole.tables import whole_tables
from funnel_tui.services.workspace import Workspace
from tests.support.cli import program_environment

NOW = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp())
DAY = 86_400
NASTY = (
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "-2",
    "'quoted",
    "''",
    " '=1",
    'a "quoted" word',
    "one,\ntwo;\tthree",
    "\u202eright to left\u202c",
    "\x1b[2J\x07\r\n\x7f",
    "back\\slash \\u001b \\\\",
    "[red]markup[/red]",
    "'); DROP TABLE deal; --",
    "Łódź 東京 👩‍👩‍👧 é",
    "﻿bom",
)

Open = Callable[[str], Workspace]


@contextmanager
def opened(url: str | Path, now: int = NOW) -> Iterator[Workspace]:
    workspace = Workspace(Database(Target.parse(str(url))), clock=lambda: now, actor="tester")
    try:
        yield workspace
    finally:
        workspace.database.close()


def content(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, derived ones too."""
    names = [table.name for table in whole_tables()] + ["deal_stage", "activity_day"]
    with workspace.read() as reader:
        return {name: sorted(reader.rows(f"SELECT * FROM {name}"), key=repr) for name in names}


def said(workspace: Workspace, name: str, scope: Scope) -> Any:
    """A report as it would be printed, or why it is refused."""
    try:
        found: Report = run_report(workspace, name, scope)
    except FunnelError as error:
        return str(error)
    return [dict(row) for row in found.rows], dict(found.totals), list(found.notes)


def scopes(owner: str, team: str, first: int, last: int) -> list[Scope]:
    """Looks at the data from several sides and instants between two."""
    middle = (first + last) // 2
    year = datetime.fromtimestamp(middle, UTC).year
    return [
        Scope(),
        Scope(owner=owner),
        Scope(team=team, period=Period.parse(str(year), 1)),
        Scope(as_of=middle),
        Scope(as_of=(middle + last) // 2, owner=owner, period=Period.all_time()),
        Scope(by=GroupBy.REP),
        Scope(by=GroupBy.MONTH, as_of=middle),
        Scope(by_value=True, compare=Period.parse(str(year - 1), 1), period=Period.parse(str(year), 1)),
    ]


def assert_same_reports(one: Workspace, other: Workspace, looks: list[Scope]) -> None:
    answered = 0
    for name in REPORTS:
        for scope in looks:
            before, after = said(one, name, scope), said(other, name, scope)
            assert before == after, (name, scope)
            answered += not isinstance(before, str)
    assert answered >= len(REPORTS) * 4


@pytest.fixture
def demo(db_url: str, tmp_path: Path) -> Iterator[Workspace]:
    with opened(db_url) as workspace:
        build_demo(workspace, deals=250)
        yield workspace


def names_of(workspace: Workspace) -> tuple[str, str]:
    """A rep who has won something, and a team."""
    with workspace.read() as reader:
        rep = (
            "SELECT r.name FROM rep r JOIN deal d ON d.owner_id = r.id GROUP BY r.name ORDER BY count(*) DESC"
        )
        return reader.rows(rep)[0][0], reader.rows("SELECT name FROM team ORDER BY id")[0][0]


def test_demo_comes_back_on_both_databases(demo: Workspace, tmp_path: Path) -> None:
    export_all(demo, tmp_path / "out")
    with opened(tmp_path / "back.db") as back:
        import_all(back, tmp_path / "out")
        assert content(back) == content(demo)
        assert check(back) == [] or check(back) == check(demo)
        assert_same_reports(demo, back, scopes(*names_of(demo), NOW - 540 * DAY, NOW))
        # And it is exported as the same files again.
        export_all(back, tmp_path / "again")
        for path in (tmp_path / "out").iterdir():
            assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


@pytest.mark.pg
def test_a_team_moves_to_a_server_and_back(tmp_path: Path, pg_url: str) -> None:
    with opened(tmp_path / "one.db") as one, opened(pg_url) as server, opened(tmp_path / "back.db") as back:
        build_demo(one, deals=80)
        export_all(one, tmp_path / "out")
        import_all(server, tmp_path / "out")
        assert content(server) == content(one)
        # New rows are numbered after all that were ever there.
        with server.change("test") as call:
            from funnel_tui.models import Team

            number = call.insert(Team, {"name": "New"})
        with server.read() as reader:
            assert number == reader.rows("SELECT max(id) FROM team")[0][0]
        export_all(server, tmp_path / "out2")
        import_all(back, tmp_path / "out2")
        assert content(back) == content(server)


def test_maven_comes_back(shared_data: Path, tmp_path: Path) -> None:
    now = int(datetime(2018, 1, 1, tzinfo=UTC).timestamp())
    files = ("sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv")
    with opened(tmp_path / "maven.db", now) as maven, opened(tmp_path / "back.db", now) as back:
        named = tuple(str(shared_data / "maven" / name) for name in files)
        run_import(maven, ImportOptions(kind="deals", files=named))
        export_all(maven, tmp_path / "out")
        import_all(back, tmp_path / "out")
        assert content(back) == content(maven)
        assert_same_reports(maven, back, scopes(*names_of(maven), now - 440 * DAY, now))
        # Importing the same file again finds everything as it is, as it would have in the first database.
        outcome = run_import(back, ImportOptions(kind="deals", files=named))
        assert (outcome.new, outcome.updated) == (0, 0)


def test_what_could_be_undone_can_be_undone(tmp_path: Path) -> None:
    from funnel_tui.models import Tag

    with opened(tmp_path / "one.db") as one, opened(tmp_path / "back.db") as back:
        build_demo(one, deals=20)
        before = content(one)["tag"]
        with one.change("add_tag") as call:
            call.insert(Tag, {"name": "late"})
        with one.change("add_tag") as call:
            last = call.insert(Tag, {"name": "gone"})
        history.undo(one)
        export_all(one, tmp_path / "out")
        import_all(back, tmp_path / "out")
        history.undo(back)
        assert content(back)["tag"] == before
        with back.change("add_tag") as call:
            assert call.insert(Tag, {"name": "new"}) == last + 1, (
                "the number of an undone row is not given again"
            )


def test_hostile_text_comes_back_to_the_letter(db_url: str, tmp_path: Path) -> None:
    columns = {
        "deal": ("title", "note", "external_id"),
        "organisation": ("name", "note", "external_id"),
        "person": ("name", "email", "phone"),
        "rep": ("name", "email"),
        "team": ("name",),
        "stage": ("name",),
        "pipeline": ("name",),
        "interaction": ("note", "outcome", "external_id"),
        "task": ("title",),
        "loss_reason": ("name",),
        "source": ("name",),
        "tag": ("name",),
        "stage_visit": ("moved_by", "loss_note"),
        "quota_revision": ("note", "by"),
        "change_group": ("actor", "summary"),
        "setting": ("value",),
    }
    with opened(db_url) as one:
        build_demo(one, deals=30)
        with one.database.write() as session:
            connection = session.connection()
            for table, names in columns.items():
                key = "key" if table == "setting" else "id"
                keys = connection.exec_driver_sql(f"SELECT {key} FROM {table} ORDER BY {key}").all()
                if table == "setting":
                    continue
                for place, (number,) in enumerate(keys):
                    for offset, name in enumerate(names):
                        text = f"{NASTY[(place + offset) % len(NASTY)]}{place}"
                        mark = "?" if one.database.is_sqlite else "%s"
                        update = f'UPDATE {table} SET "{name}" = {mark} WHERE {key} = {mark}'
                        connection.exec_driver_sql(update, (text, number))
        rebuild(one)
        export_all(one, tmp_path / "out")
        for path in (tmp_path / "out").glob("*.csv"):
            text = path.read_text(encoding="utf-8")
            assert not set(text) & set("\x1b\x07\r\x7f\u202e\u202c"), path.name
            for row in csv.reader(io.StringIO(text, newline="")):
                assert not any(cell.startswith(("=", "+", "@")) for cell in row), path.name
        with opened(tmp_path / "back.db") as back:
            import_all(back, tmp_path / "out")
            before, after = content(one), content(back)
            for name in before:
                assert after[name] == before[name], name


TEXT = WholeColumn("text", Cells.TEXT, optional=True)
ROWS = st.lists(
    st.tuples(
        st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(NASTY),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        st.none() | st.integers(-(2**63) + 1, 2**63 - 1),
        st.none() | st.sampled_from([0, 1]),
        st.none() | st.integers(-(10**11), 10**12),
        st.none() | st.integers(-(10**6), 10**7),
    ),
    max_size=6,
)


@given(rows=ROWS)
def test_every_cell_comes_back(rows: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory) -> None:
    columns = (
        TEXT,
        WholeColumn("needed", Cells.TEXT, optional=False),
        WholeColumn("number", Cells.NUMBER, optional=True),
        WholeColumn("flag", Cells.FLAG, optional=True),
        WholeColumn("at", Cells.INSTANT, optional=True),
        WholeColumn("day", Cells.DAY, optional=True),
    )
    stream = io.BytesIO()
    assert write_table(columns, rows, stream) == len(rows)
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    path.write_bytes(stream.getvalue())
    assert list(read_table(path, columns)) == rows


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A whole export of a small demo."""
    with opened(tmp_path / "one.db") as one:
        build_demo(one, deals=30)
        export_all(one, tmp_path / "out")
    return tmp_path / "out"


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _swap_columns(out: Path) -> None:
    spoil(out / "deal.csv", "title,", "titel,")


def _cut(out: Path) -> None:
    lines = (out / "stage_visit.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (out / "stage_visit.csv").write_text("".join(lines[:-3]), encoding="utf-8")


def _edit(name: str, row: int, column: str, value: str) -> Callable[[Path], None]:
    def change(out: Path) -> None:
        with (out / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        rows[row][rows[0].index(column)] = value
        with (out / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda out: (out / "deal.csv").unlink(), ("deal.csv is missing",)),
        (lambda out: (out / "manifest.json").unlink(), ("no manifest.json",)),
        (lambda out: (out / "manifest.json").write_text("{"), ("manifest.json", "no JSON")),
        (lambda out: (out / "manifest.json").write_text("[]"), ("manifest.json", "not of a funnel export")),
        (lambda out: spoil(out / "manifest.json", '"version": 1', '"version": 9'), ("another version", "9")),
        (lambda out: spoil(out / "manifest.json", '"schema": 1', '"schema": 7'), ("schema 7",)),
        (lambda out: spoil(out / "manifest.json", '"rows":', '"lines":'), ("manifest.json is damaged",)),
        (lambda out: (out / "tag.csv").write_bytes(b"id,name\n1,\xff\n"), ("tag.csv is not UTF-8",)),
        (_swap_columns, ("deal.csv has no column title",)),
        (_cut, ("stage_visit.csv holds", "rows, but")),
        (_edit("deal.csv", 3, "created_at", "soon"), ("deal.csv, line 4, column created_at", "'soon'")),
        (_edit("deal.csv", 3, "amount_minor", "1.5"), ("line 4, column amount_minor", "whole number")),
        (_edit("deal.csv", 3, "pipeline_id", ""), ("line 4, column pipeline_id", "is empty")),
        (_edit("deal.csv", 3, "status", "maybe"), ("deal.csv holds a row that does not fit",)),
        (_edit("deal.csv", 3, "owner_id", "999"), ("deal", "refers to")),
        (_edit("deal.csv", 3, "id", "2"), ("deal.csv holds a row that does not fit",)),
        (_edit("stage_visit.csv", 2, "seq", "9"), ("Deal ", "has visit ")),
        (_edit("rep.csv", 1, "active", "maybe"), ("rep.csv, line 2, column active", "neither yes nor no")),
        (_edit("deal.csv", 3, "amount_minor", "99999999999999999999"), ("whole number",)),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_imported(
    exported: Path, tmp_path: Path, change: Callable[[Path], object], says: tuple[str, ...]
) -> None:
    change(exported)
    with opened(tmp_path / "back.db") as back:
        with pytest.raises(FunnelError) as told:
            import_all(back, exported)
        for text in says:
            assert text in str(told.value)
        assert "\n" not in str(told.value)
        assert all(not rows for rows in content(back).values())


def test_only_an_empty_database_takes_everything(exported: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "one.db") as one:
        before = content(one)
        with pytest.raises(Refused, match="holds data already"):
            import_all(one, exported)
        assert content(one) == before


def test_a_dry_run_keeps_nothing(exported: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "back.db") as back:
        assert import_all(back, exported, dry_run=True).deals == 30
        assert all(not rows for rows in content(back).values())


def test_derived_columns_of_the_files_are_worked_out_again(exported: Path, tmp_path: Path) -> None:
    _edit("deal.csv", 3, "furthest", "1")(exported)
    _edit("deal.csv", 4, "changed_at", "2001-01-01T00:00:00Z")(exported)
    with opened(tmp_path / "one.db") as one, opened(tmp_path / "back.db") as back:
        import_all(back, exported)
        assert content(back)["deal"] == content(one)["deal"]


def test_folders_that_are_there(exported: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with opened(tmp_path / "one.db") as one:
        export_all(one, other)
        assert (other / "manifest.json").exists()
        with pytest.raises(UsageError, match="is an export already"):
            export_all(one, other)
        (other / "old.csv").write_text("old", encoding="utf-8")
        export_all(one, other, replace=True)
        assert not (other / "old.csv").exists()
        mine = tmp_path / "mine"
        mine.mkdir()
        (mine / "letter.txt").write_text("keep me", encoding="utf-8")
        for replace in (False, True):
            with pytest.raises(UsageError, match="holds something else"):
                export_all(one, mine, replace=replace)
        assert [path.name for path in mine.iterdir()] == ["letter.txt"]
        with pytest.raises(UsageError, match="There is no folder"):
            export_all(one, tmp_path / "no" / "out")
        with pytest.raises(UsageError, match="is no folder"):
            export_all(one, tmp_path / "one.db")
    assert not [path.name for path in tmp_path.iterdir() if "unfinished" in path.name]
    assert oct(other.stat().st_mode)[-3:] == "700"


KILLED = """
    import os, signal, sys
    from funnel_tui.services.whole import export
    real, calls = export.write_table, 0

    def slowly(columns, rows, stream):
        global calls
        calls += 1
        if calls == 12:
            os.kill(os.getpid(), signal.{signal})
        return real(columns, rows, stream)

    export.write_table = slowly
    from funnel_tui.cli import main
    sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("number", "code"), [("SIGKILL", -9), ("SIGTERM", 128 + signal.SIGTERM)])
def test_killed_in_the_middle_the_earlier_export_stays(
    exported: Path, tmp_path: Path, number: str, code: int
) -> None:
    before = {path.name: path.read_bytes() for path in exported.iterdir()}
    program = textwrap.dedent(KILLED.format(signal=number))
    args = ["--db", str(tmp_path / "one.db"), "export", "all", "-o", str(exported), "--force"]
    command = [sys.executable, "-c", program, *args]
    ended = subprocess.run(
        command, env=program_environment(None, None), timeout=90, check=False, capture_output=True
    )
    assert ended.returncode == code, ended.stderr
    assert {path.name: path.read_bytes() for path in exported.iterdir()} == before
    if number == "SIGTERM":
        assert not [path.name for path in tmp_path.iterdir() if "unfinished" in path.name]


def test_the_manifest_says_what_there_is(exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == "funnel export"
    assert set(manifest["tables"]) == {table.name for table in whole_tables()}
    for name, note in manifest["tables"].items():
        with (exported / note["file"]).open(encoding="utf-8", newline="") as stream:
            assert len(list(csv.reader(stream))) == note["rows"] + 1, name
