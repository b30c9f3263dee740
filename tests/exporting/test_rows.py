"""Exports of rows: what was exported and is imported again changes nothing and doubles nothing."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.demo import build_demo
from funnel_tui.domain.period import Period
from funnel_tui.errors import NotFound, UsageError
from funnel_tui.services import exporting
from funnel_tui.services.deal_tags import set_tags
from funnel_tui.services.doctor import rebuild
from funnel_tui.services.exporting import ExportOptions, write_export
from funnel_tui.services.importing import ImportOptions, run_import
from funnel_tui.services.workspace import Workspace
from tests.exporting.test_whole import NASTY, content, opened

READABLE = ("contacts", "deals", "history", "interactions", "quotas", "rates")
"""What the import reads back, in an order in which it can."""


@pytest.fixture
def demo(db_url: str) -> Iterator[Workspace]:
    """A demo with two of everything that has no name of its own: namesakes of people and organisations."""
    with opened(db_url) as workspace:
        build_demo(workspace, deals=120)
        with workspace.database.write() as session:
            connection = session.connection()
            for statement in (
                "UPDATE organisation SET name = (SELECT min(name) FROM organisation) "
                "WHERE id - id / 7 * 7 = 0",
                "UPDATE person SET name = 'Kari Lie', email = NULL WHERE id - id / 5 * 5 = 0",
                "UPDATE deal SET title = 'Renewal' WHERE id - id / 3 * 3 = 0",
            ):
                connection.exec_driver_sql(statement)
        yield workspace


def exported(workspace: Workspace, what: str, format_: str = "csv", **options: Any) -> bytes:
    stream = io.BytesIO()
    write_export(workspace, ExportOptions(what=what, format=format_, **options), stream)
    return stream.getvalue()


def rows(workspace: Workspace, what: str, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(exported(workspace, what, "json", **options))
    return found


def imported(workspace: Workspace, what: str, path: Path, text: bytes) -> Any:
    path.write_bytes(text)
    return run_import(workspace, ImportOptions(kind=what, files=(str(path),)))  # type: ignore[arg-type]


def test_what_comes_back_changes_nothing(demo: Workspace, tmp_path: Path) -> None:
    before = content(demo)
    for what in READABLE:
        outcome = imported(demo, what, tmp_path / f"{what}.csv", exported(demo, what))
        assert (outcome.new, outcome.updated, outcome.made) == (0, 0, {}), (what, outcome.lines())
    after = content(demo)
    for name in before:
        if name not in ("change", "change_group"):
            assert after[name] == before[name], name


def test_an_edited_deal_is_updated(demo: Workspace, tmp_path: Path) -> None:
    found = list(csv.DictReader(io.StringIO(exported(demo, "deals").decode())))
    edited = next(row for row in found if row["status"] == "open")
    edited["title"], edited["amount"], edited["currency"] = "Edited", "1234.50", "EUR"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(edited))
    writer.writeheader()
    writer.writerows(found)
    outcome = imported(demo, "deals", tmp_path / "deals.csv", text.getvalue().encode())
    assert (outcome.new, outcome.updated, outcome.unchanged) == (0, 1, len(found) - 1)
    number = int(edited["id"].split(":")[1])
    with demo.read() as reader:
        stored = reader.rows(
            "SELECT title, amount_minor, currency, external_id FROM deal WHERE id = :id", {"id": number}
        )
    assert stored == [("Edited", 123_450, "EUR", None)]


def test_in_another_database_the_ids_are_those_of_another_program(tmp_path: Path) -> None:
    with opened(tmp_path / "one.db") as one, opened(tmp_path / "two.db") as two:
        build_demo(one, deals=40)
        build_demo(two, deals=40, seed=8)
        text = exported(one, "deals")
        outcome = imported(two, "deals", tmp_path / "deals.csv", text)
        assert (outcome.new, outcome.updated) == (40, 0)
        again = imported(two, "deals", tmp_path / "deals.csv", text)
        assert (again.new, again.updated, again.unchanged) == (0, 0, 40)
        outcome = imported(two, "interactions", tmp_path / "calls.csv", exported(one, "interactions"))
        assert outcome.updated == 0
        assert outcome.new == len(rows(one, "interactions"))


def test_deals_are_exact_in_every_format(demo: Workspace) -> None:
    number = "SELECT id, amount_minor, currency FROM deal WHERE amount_minor IS NOT NULL ORDER BY id"
    with demo.read() as reader:
        stored = {row[0]: Decimal(row[1]) / 100 for row in reader.rows(number)}
    found = [row for row in csv.DictReader(io.StringIO(exported(demo, "deals").decode())) if row["amount"]]
    assert [Decimal(row["amount"]) for row in found] == list(stored.values())
    as_json = [row for row in rows(demo, "deals") if row["amount"] is not None]
    assert [Decimal(str(row["amount"])) for row in as_json] == list(stored.values())
    with zipfile.ZipFile(io.BytesIO(exported(demo, "deals", "xlsx"))) as book:
        assert any("sheet1" in name for name in book.namelist())


def test_rates_are_exact(tmp_path: Path) -> None:
    with opened(tmp_path / "one.db") as one:
        build_demo(one, deals=5)
        with one.database.write() as session:
            connection = session.connection()
            connection.exec_driver_sql("UPDATE exchange_rate SET rate_scaled = 1 WHERE day - day / 3 * 3 = 0")
            connection.exec_driver_sql(
                "UPDATE exchange_rate SET rate_scaled = 123456789012345678 WHERE day - day / 3 * 3 = 1"
            )
        with one.read() as reader:
            stored = {
                tuple(row[:3]): row[3]
                for row in reader.rows("SELECT base, quote, day, rate_scaled FROM exchange_rate")
            }
        found = list(csv.DictReader(io.StringIO(exported(one, "rates").decode())))
        assert len(found) == len(stored)
        assert {Decimal(row["rate"]).scaleb(12) for row in found} == set(map(Decimal, stored.values()))
        assert not any("E" in row["rate"] for row in found)


def test_the_history_has_every_entry_win_and_loss(demo: Workspace) -> None:
    with demo.read() as reader:
        visits = reader.rows("SELECT count(*) FROM stage_visit")[0][0]
        ends = reader.rows("SELECT count(*) FROM stage_visit WHERE exit IN ('won', 'lost')")[0][0]
    found = rows(demo, "history")
    assert len(found) == visits + ends
    assert sum(row["stage"] in ("Won", "Lost") for row in found) == ends


def test_assumed_histories_are_left_out(shared_data: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "maven.db", 1_514_764_800) as maven:
        named = (str(shared_data / "maven" / "sales_pipeline.csv"),)
        run_import(maven, ImportOptions(kind="deals", files=named))
        assert rows(maven, "history") == []
        assert len(rows(maven, "deals")) == 8_800


def test_changes_say_who_changed_what(demo: Workspace) -> None:
    with demo.read() as reader:
        deal = reader.rows("SELECT max(id) FROM deal")[0][0]
    set_tags(demo, deal_id=deal, tags=["=hot"])
    last = rows(demo, "changes")[-1]
    assert (last["by"], last["table"], last["change"]) == ("tester", "deal_tag", "insert")
    assert json.loads(last["after"])["deal_id"] == deal
    with demo.read() as reader:
        assert len(rows(demo, "changes")) == reader.rows("SELECT count(*) FROM change")[0][0]
    assert rows(demo, "changes", period=Period.parse("2020")) == []
    assert exported(demo, "changes").decode().splitlines()[-1].count("=hot") <= 1


def test_a_rep_has_his_own_deals(demo: Workspace) -> None:
    everybody = rows(demo, "deals")
    owner = everybody[0]["owner"]
    own = rows(demo, "deals", owner=owner)
    assert own == [row for row in everybody if row["owner"] == owner]
    deals = {row["id"] for row in own}
    assert {row["deal"] for row in rows(demo, "history", owner=owner)} == deals
    with pytest.raises(NotFound):
        rows(demo, "deals", owner="Nobody")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"what": "deal"}, "Did you mean deals"),
        ({"what": "deals", "period": Period.parse("2026")}, "--period is for"),
        ({"what": "contacts", "owner": "Anna"}, "--owner is for"),
        ({"what": "rates", "kind": "Call"}, "--kind is for interactions"),
        ({"what": "deals", "format": "ics"}, "cannot be exported as ics"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        exporting.check_options(ExportOptions(**options))


def test_hostile_names_come_back(tmp_path: Path) -> None:
    names = [text for text in NASTY if text.isprintable() and text.strip() == text and "," not in text]
    with opened(tmp_path / "one.db") as one:
        build_demo(one, deals=40)
        with one.database.write() as session:
            connection = session.connection()
            for table, column in (
                ("deal", "title"),
                ("organisation", "name"),
                ("person", "name"),
                ("rep", "name"),
            ):
                for (number,) in connection.exec_driver_sql(f"SELECT id FROM {table}").all():
                    text = f"{names[number % len(names)]}{number}"
                    update = f"UPDATE {table} SET {column} = ? WHERE id = ?"
                    connection.exec_driver_sql(update, (text, number))
        rebuild(one)
        before = content(one)
        for what in ("contacts", "deals", "history", "interactions"):
            outcome = imported(one, what, tmp_path / f"{what}.csv", exported(one, what))
            assert (outcome.new, outcome.updated, outcome.made) == (0, 0, {}), (what, outcome.lines())
        after = content(one)
        assert {name: rows for name, rows in after.items() if not name.startswith("change")} == {
            name: rows for name, rows in before.items() if not name.startswith("change")
        }


def test_memory_does_not_grow_with_the_deals(tmp_path: Path) -> None:
    """The rows of an export are read a page at a time: none is read before the one before it was taken."""
    from funnel_tui.queries import exporting_deals
    from funnel_tui.queries.exporting import PAGE

    with opened(tmp_path / "one.db") as one:
        build_demo(one, deals=PAGE * 2 + 10)
        with one.read() as reader:
            asked = 0
            real: Callable[..., Any] = reader.rows

            def counted(sql: str, parameters: Any = None) -> Any:
                nonlocal asked
                asked += sql.startswith("\nSELECT d.id") or "FROM deal d WHERE" in sql
                found = real(sql, parameters or {})
                assert len(found) <= PAGE * 12
                return found

            reader.rows = counted  # type: ignore[method-assign]
            stream = exporting_deals.deal_rows(reader)
            next(stream)
            assert asked == 1
            assert sum(1 for _ in stream) == PAGE * 2 + 9
            assert asked == 4
