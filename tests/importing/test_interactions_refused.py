"""Interactions that are refused: each with its line, column, value and reason, and nothing half-written."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.errors import UsageError
from funnel_tui.services.importing import ImportRefused
from funnel_tui.services.people import create_person
from tests.importing.support import Folder, reasons
from tests.importing.test_interactions import HEADER, counts, load, one_deal
from tests.support.cli import ok, refused, run_here

GOOD = ("good", "", "Nord", "", "Bo", "Call", "", "2026-02-01", "")


def row(**changes: str) -> tuple[str, ...]:
    values = dict(zip(HEADER, ("x", "", "", "Kari", "Bo", "Call", "", "2026-02-01", ""), strict=True))
    return tuple({**values, **changes}.values())


def refusal(folder: Folder, *rows: tuple[object, ...], **options: Any) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        load(folder, GOOD, *rows, **options)
    assert folder.one("SELECT count(*) FROM interaction") == 0, "all or nothing"
    assert folder.one("SELECT count(*) FROM organisation WHERE name = 'Nord'") == 0
    return caught.value


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        (row(kind="Fax"), "kind", "there is no kind 'Fax', only Call, Email, Meeting, Proposal, Contract"),
        (row(kind=""), "kind", "is empty"),
        (row(deal="D9"), "deal", "no deal has the id or the title 'D9'; import the deals first"),
        (row(at="2026-04-02"), "at", "lies in the future, but the interaction is said to be done"),
        (row(at=""), "at", "is empty"),
        (row(at="yesterday"), "at", "'yesterday' is not a date"),
        (row(deal="D1", at="2026-01-09"), "at", "lies before the deal 'Fjordline' existed"),
        (row(note="a\x07b"), "note", "has a control character in it (U+0007)"),
        (row(id="good"), "id", "line 2 has the same id"),
        (row(id="i" * 401), "id", "has 401 characters; at most 400 are allowed"),
        (row(note="n" * 10_001), "note", "has 10001 characters"),
    ],
)
def test_a_bad_value_is_told_with_its_place(
    folder: Folder, bad: tuple[str, ...], column: str, reason: str
) -> None:
    one_deal(folder)
    (told,) = reasons(refusal(folder, bad))
    assert told[:2] == (3, column)
    assert reason in told[2]


@pytest.mark.parametrize(
    ("duration", "reason"),
    [
        ("-5", "'-5' is negative; a duration is 0 or more"),
        ("-0:05", "is negative"),
        ("soon", "'soon' is no duration"),
        ("99999999", "is longer than a week"),
        ("1e9", "is no duration"),
    ],
)
def test_a_bad_duration_is_refused(folder: Folder, duration: str, reason: str) -> None:
    header = ("kind", "at", "duration")
    with pytest.raises(ImportRefused) as caught:
        load(folder, ("Call", "2026-02-01", duration), header=header)
    ((line, column, told),) = reasons(caught.value)
    assert (line, column) == (2, "duration")
    assert reason in told


@pytest.mark.parametrize(
    ("header", "value", "seconds"),
    [
        ("duration", "15", 900),
        ("duration", "1h 30m", 5400),
        ("duration", "45 s", 45),
        ("duration", "2,5", 150),
        ("CallDurationInSeconds", "90", 90),
        ("Call duration (milliseconds)", "61000", 61),
        ("Duration (hours)", "1.5", 5400),
    ],
)
def test_durations_are_read_in_the_unit_of_the_column(
    folder: Folder, header: str, value: str, seconds: int
) -> None:
    load(folder, ("Call", "2026-02-01", value), header=("kind", "at", header), maps={"duration": header})
    assert folder.one("SELECT duration_seconds FROM interaction") == seconds


def test_what_can_be_two_people_or_two_deals_is_refused(folder: Folder) -> None:
    for _ in range(2):
        create_person(folder.workspace, name="Kari")
    folder.deals(
        ("D1", "Fjordline", "Anna", "Lead", "open", "1", "EUR", "2026-01-10", ""),
        ("D2", "Fjordline", "Anna", "Lead", "open", "1", "EUR", "2026-01-10", ""),
    )
    told = reasons(refusal(folder, row(id="1"), row(id="2", deal="fjordline", person="")))
    assert told == [
        (3, "person", "2 people are called 'Kari'; give the e-mail address or the id"),
        (4, "deal", "2 deals are called 'fjordline'; give the id, or the organisation too"),
    ]


def test_a_day_without_a_time_is_not_before_the_hour_of_the_creation(folder: Folder) -> None:
    folder.deals(("D1", "F", "Anna", "Lead", "open", "1", "EUR", "2026-01-10 14:00", ""))
    load(folder, row(deal="D1", at="2026-01-10"))
    assert folder.one("SELECT i.at - d.created_at FROM interaction i JOIN deal d ON d.id = i.deal_id") == 0
    with pytest.raises(ImportRefused):
        load(folder, row(id="y", deal="D1", at="2026-01-10 13:00"))


def test_an_unknown_kind_of_a_program_is_made_only_for_it(folder: Folder) -> None:
    assert reasons(refusal(folder, row(kind="Task")))[0][1] == "kind"


def test_skip_bad_leaves_refused_rows_out_and_nothing_of_them_behind(folder: Folder, tmp_path: Path) -> None:
    errors = tmp_path / "refused.csv"
    bad = row(id="b", deal="D9", company="Ghost", owner="Ghost", person="Ghost")
    outcome = load(
        folder,
        GOOD,
        bad,
        row(id="c", kind="=Fax"),
        row(id="d"),
        skip_bad=True,
        add_kinds=False,
        errors=errors,
    )
    assert counts(outcome) == (2, 0, 0)
    assert outcome.refused is not None
    assert outcome.refused.rows == 2
    assert "2 rows were refused and left out." in outcome.lines()
    with errors.open(encoding="utf-8", newline="") as stream:
        written = list(csv.reader(stream))
    assert [line[:3] for line in written] == [
        ["line", "column", "value"], ["3", "deal", "D9"], ["4", "kind", "'=Fax"]
    ]  # fmt: skip
    for table in ("organisation", "rep", "person"):
        assert folder.one(f"SELECT count(*) FROM {table} WHERE name = 'Ghost'") == 0
    assert folder.one("SELECT sum(done) FROM activity_day") == 2


def test_options_of_interactions_are_for_interactions(folder: Folder) -> None:
    path = folder.write("deals.csv", [("id", "stage"), ("1", "Lead")])
    with pytest.raises(UsageError, match="are for interactions"):
        folder.load("deals", path, skip_bad=True)


def test_a_file_of_interactions_is_not_taken_for_deals(folder: Folder) -> None:
    path = folder.write("calls.csv", [("id", "type", "date"), ("1", "Call", "2026-02-01")])
    with pytest.raises(UsageError, match="looks like a file of interactions") as caught:
        folder.load("deals", path)
    assert "funnel import interactions" in caught.value.hint


def test_the_command_lists_refusals_and_goes_on_only_where_told(tmp_path: Path) -> None:
    db, path = tmp_path / "f.db", tmp_path / "calls.csv"
    path.write_text("kind,at,owner\nCall,2026-02-01,Bo\nFax\x1b[31m,2026-02-01,Bo\n", encoding="utf-8")
    env = {"FUNNEL_NOW": "2026-04-01T00:00:00Z"}
    said = refused(
        run_here("import", "interactions", path, db=db, env=env), code=1, says=("line 3", "column kind")
    )
    assert "\x1b" not in said
    ended = run_here("import", "interactions", path, "--skip-bad", db=db, env=env)
    assert ok(ended) == ""
    assert "line 3, column kind" in ended.stderr
    assert "1 row was refused and left out." in ended.stderr
    path.write_text("kind,at,owner\nFax,2026-02-01,Bo\n", encoding="utf-8")
    ended = run_here("import", "interactions", path, "--kind", "Fax=Note", db=db, env=env)
    assert "1 new" in ok(ended) + ended.stderr


def test_the_help_has_examples() -> None:
    said = ok(run_here("import", "--help"))
    for example in ("--skip-bad", "inbox.mbox", "meetings.ics", "--kind Fax=Note"):
        assert example in said
