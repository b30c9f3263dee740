"""Exporting interactions: what was exported comes back as it was; no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from funnel_tui.domain.period import Period
from funnel_tui.errors import NotFound, UsageError
from funnel_tui.exchange.sheets import guarded, without_guard
from funnel_tui.services.exporting import ExportOptions, write_export
from funnel_tui.services.interactions import log_interaction
from tests.importing.support import Folder, at
from tests.importing.test_interactions import STORED, counts, load, one_deal
from tests.support.cli import json_of, ok, refused, run_here
from tests.support.worked_services import open_workspace

NASTY = "=1+1\nthen\t@x; \"q\", 'a'"


def exported(folder: Folder, format_: str = "csv", **options: object) -> bytes:
    stream = io.BytesIO()
    write_export(folder.workspace, ExportOptions(what="interactions", format=format_, **options), stream)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.fixture
def filled(folder: Folder) -> Folder:
    one_deal(folder)
    load(
        folder,
        (
            "a1",
            "D1",
            "Nord",
            "Kari Lie <kari@nord.no>",
            "Anna",
            "Call",
            "connected",
            "2026-02-01 10:00",
            NASTY,
        ),
        ("a2", "", "", "Bo", "'Per'", "Meeting", "held", "2026-02-02", "- a list\n- of things"),
        ("a3", "", "@Sør", "", "Anna", "Email", "", "2026-02-03", "'quoted'"),
    )
    return folder


def test_what_was_exported_changes_nothing_when_it_comes_back(filled: Folder) -> None:
    deal, anna = filled.rows("SELECT id, owner_id FROM deal")[0]
    log_interaction(
        filled.workspace,
        kind="Call",
        owner_id=anna,
        deal_id=deal,
        outcome="voicemail",
        at=at("02-10"),
        duration_seconds=95,
        note="by hand",
    )
    path = filled.path / "out.csv"
    path.write_bytes(exported(filled))
    before = filled.rows(STORED)
    assert counts(filled.load("interactions", str(path))) == (0, 0, 4)
    assert filled.rows(STORED) == before


def test_what_was_exported_comes_into_another_database_as_it_was(filled: Folder, tmp_path: Path) -> None:
    path = filled.path / "out.csv"
    path.write_bytes(exported(filled))
    other = Folder(filled.path, open_workspace(str(tmp_path / "other.db")))
    try:
        one_deal(other)
        assert counts(other.load("interactions", str(path))) == (3, 0, 0)
        assert other.rows(STORED) == filled.rows(STORED)
        assert counts(other.load("interactions", str(path))) == (0, 0, 3)
    finally:
        other.workspace.database.close()


def test_an_edited_export_updates(filled: Folder) -> None:
    path = filled.path / "out.csv"
    path.write_bytes(exported(filled).replace(b"- of things", b"- of wonders"))
    assert counts(filled.load("interactions", str(path))) == (0, 1, 2)
    assert filled.rows(STORED)[1][11] == "- a list\n- of wonders"


def test_no_cell_of_a_csv_is_a_formula(filled: Folder) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(filled).decode())))
    assert [row["id"] for row in rows] == ["a1", "a2", "a3"]
    assert rows[0]["note"] == f"'{NASTY}"
    assert rows[2]["organisation"] == "'@Sør"
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())
    assert rows[0]["at"] == "2026-02-01T10:00:00+00:00"


@pytest.mark.parametrize("text", ["=1", "'=1", "''", "plain", " =1", "-", "'tis", "", "\t=x"])
def test_the_guard_comes_off_again(text: str) -> None:
    assert without_guard(guarded(text)) == text


def test_a_workbook_holds_text_as_text(filled: Folder) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(filled, "xlsx"))) as book:
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        names = {tag.rpartition("}")[2] for tag in (element.tag for element in page.iter())}
        text = " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "f" not in names, "no formula"
    assert "=1+1" in text
    assert "hyperlink" not in names


def test_json_has_the_values_as_they_are(filled: Folder) -> None:
    rows = json.loads(exported(filled, "json"))
    assert rows[0]["note"] == NASTY
    assert (rows[0]["planned"], rows[0]["deal"], rows[0]["email"]) == (False, "D1", "kari@nord.no")
    assert json.loads(exported(filled, "json", owner="Anna"))[1]["id"] == "a3"


def test_an_export_is_of_a_rep_a_kind_and_a_period(filled: Folder) -> None:
    def ids(**options: object) -> list[str]:
        return [row["id"] for row in json.loads(exported(filled, "json", **options))]

    assert ids(owner="anna") == ["a1", "a3"]
    assert ids(kind="meeting") == ["a2"]
    assert ids(period=Period.parse("2026-02-02..2026-02-03")) == ["a2", "a3"]
    assert ids(period=Period.parse("2025")) == []
    with pytest.raises(NotFound):
        ids(owner="Nobody")
    with pytest.raises(UsageError, match="cannot be exported as ics"):
        exported(filled, "ics")


def test_the_command_writes_whole_files_or_none(tmp_path: Path) -> None:
    db, path, out = tmp_path / "f.db", tmp_path / "calls.csv", tmp_path / "out.xlsx"
    path.write_text("kind,at,owner\nCall,2026-02-01,Bo\n", encoding="utf-8")
    ok(run_here("import", "interactions", path, db=db, env={"FUNNEL_NOW": "2026-04-01T00:00:00Z"}))
    assert json_of(run_here("export", "interactions", "--format", "json", db=db))[0]["owner"] == "Bo"
    assert ok(run_here("export", "interactions", db=db)).splitlines()[0].startswith("id,deal,organisation,")
    ok(run_here("export", "interactions", "--output", out, db=db))
    assert out.read_bytes().startswith(b"PK")
    for args, says in (
        (("interactions", "-o", out), ("is there already", "--force")),
        (("interaction",), ("Did you mean interactions?",)),
        (("interactions", "--format", "ics"), ("csv, json, xlsx",)),
        (("tasks", "--period", "2026"), ("--period is for interactions",)),
        (("tasks", "--events"), ("--events is for calendars",)),
        (("interactions", "--owner", "Nobody", "-o", tmp_path / "n.csv"), ()),
    ):
        code = 1 if "Nobody" in args else 2
        refused(run_here("export", *args, db=db), code=code, says=says)
    assert sorted(each.name for each in tmp_path.iterdir() if "csv" in each.name or "xlsx" in each.name) == [
        "calls.csv", "out.xlsx"
    ]  # fmt: skip
    refused(
        run_here("export", "tasks", "-o", tmp_path / "no" / "t.csv", db=db),
        code=1,
        says=("cannot be written",),
    )
