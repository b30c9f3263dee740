"""Importing contacts from CSV files: who is who, what changes, parts in deals, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funnel_tui.errors import UsageError
from funnel_tui.services.history import list_groups, undo
from funnel_tui.services.importing import ImportRefused, Outcome
from funnel_tui.services.people import create_organisation, create_person
from tests.importing.support import Folder, reasons
from tests.support.cli import ok, refused, run_here

HEADER = ("id", "name", "email", "phone", "company")
PEOPLE = (
    "SELECT p.external_id, p.name, p.email, p.phone, o.name FROM person p "
    "LEFT JOIN organisation o ON o.id = p.organisation_id ORDER BY p.id"
)
PARTS = (
    "SELECT d.external_id, p.name, x.role FROM deal_person x JOIN deal d ON d.id = x.deal_id "
    "JOIN person p ON p.id = x.person_id ORDER BY x.id"
)


def contacts(folder: Folder, *rows: tuple[object, ...], header: Any = HEADER, **options: Any) -> Outcome:
    return folder.load("contacts", folder.write("contacts.csv", [header, *rows]), **options)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.new, outcome.updated, outcome.unchanged


def test_people_come_in_with_their_organisations(folder: Folder) -> None:
    create_organisation(folder.workspace, name="nord as")
    outcome = contacts(
        folder,
        ("1", "Kari Lie", "kari@nord.no", "+47 1", "Nord AS"),
        ("2", "Bo Ek", "", "", "Sør"),
        ("", "Per", "", "", ""),
    )
    assert counts(outcome) == (3, 0, 0)
    assert outcome.made == {"organisations": 1}
    assert outcome.lines()[0] == "3 rows read; persons: 3 new, 0 updated, 0 unchanged."
    assert folder.rows(PEOPLE) == [
        ("1", "Kari Lie", "kari@nord.no", "+47 1", "nord as"),
        ("2", "Bo Ek", None, None, "Sør"),
        (None, "Per", None, None, None),
    ]
    (group,) = list_groups(folder.workspace, limit=1)
    assert group.summary == "Imported contacts from contacts.csv: 3 new, 0 updated"


def test_again_changes_nothing_and_changes_are_taken(folder: Folder) -> None:
    rows = [
        ("1", "Kari Lie", "kari@nord.no", "1", "Nord"),
        ("", "Bo Ek", "bo@nord.no", "2", "Nord"),
        ("", "Per Dahl", "", "3", "Nord"),
    ]
    contacts(folder, *rows)
    assert counts(contacts(folder, *rows)) == (0, 0, 3)
    outcome = contacts(
        folder,
        ("1", "Kari Berg", "kari.berg@sor.no", "", "Sør"),
        ("", "Bo Ek", "BO@nord.no", "22", ""),
        ("", "per dahl", "per@nord.no", "", "nord"),
    )
    assert counts(outcome) == (0, 3, 0)
    # By id, by e-mail, by name and organisation; what is empty changes nothing.
    assert folder.rows(PEOPLE) == [
        ("1", "Kari Berg", "kari.berg@sor.no", "1", "Sør"),
        (None, "Bo Ek", "BO@nord.no", "22", "Nord"),
        (None, "per dahl", "per@nord.no", "3", "Nord"),
    ]


def test_a_person_known_by_the_address_alone_gets_a_name_and_an_id(folder: Folder) -> None:
    create_person(folder.workspace, name="kari@nord.no", email="kari@nord.no")
    assert counts(contacts(folder, ("7", "Kari Lie", "Kari@nord.no", "", ""))) == (0, 1, 0)
    assert folder.rows(PEOPLE) == [("7", "Kari Lie", "Kari@nord.no", None, None)]
    # A file without names does not take the name away again.
    assert counts(contacts(folder, ("7", "", "Kari@nord.no", "", ""))) == (0, 0, 1)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([("", "", "kari@nord.no", "", ""), ("", "", "KARI@nord.no", "1", "")], "kari@nord.no"),
        ([("", "Kari Lie", "kari@nord.no", "", ""), ("", "", "kari@nord.no", "1", "")], "Kari Lie"),
        ([("", "", "kari@nord.no", "", ""), ("", "Kari Lie", "kari@nord.no", "1", "")], "Kari Lie"),
        ([("7", "", "kari@nord.no", "", ""), ("", "", "kari@nord.no", "1", "")], "kari@nord.no"),
        ([("", "Kari Lie", "kari@nord.no", "", ""), ("7", "", "kari@nord.no", "1", "")], "Kari Lie"),
    ],
)
@pytest.mark.parametrize("there", [False, True])
def test_rows_with_one_address_and_no_name_are_one_person(
    folder: Folder, rows: list[tuple[str, ...]], name: str, there: bool
) -> None:
    if there:
        # In other letters, so that the address is changed on the way.
        create_person(folder.workspace, name="kari@nord.no", email="Kari@Nord.no")
    outcome = contacts(folder, *rows)
    ((_, called, email, phone, _),) = folder.rows(PEOPLE)
    assert (called, str(email).casefold(), phone) == (name, "kari@nord.no", "1")
    assert counts(outcome) == ((0, 1, 0) if there else (1, 0, 0))
    # And again: nobody is made twice.
    contacts(folder, *rows)
    assert len(folder.rows(PEOPLE)) == 1


def test_a_row_without_a_name_is_nobody_in_particular_of_a_shared_mailbox(folder: Folder) -> None:
    rows = [
        ("", "Kari Lie", "post@nord.no", "", ""),
        ("", "Per Dahl", "post@nord.no", "", ""),
        ("", "", "post@nord.no", "", ""),
        ("", "", "post@nord.no", "", ""),
    ]
    for _ in range(2):
        contacts(folder, *rows)
        assert [row[1] for row in folder.rows(PEOPLE)] == ["Kari Lie", "Per Dahl", "post@nord.no"]


def test_a_shared_mailbox_is_of_several_people(folder: Folder) -> None:
    rows = [("", "Kari", "post@nord.no", "", "Nord"), ("", "Bo", "post@nord.no", "", "Nord")]
    assert counts(contacts(folder, *rows)) == (2, 0, 0)
    assert counts(contacts(folder, *rows)) == (0, 0, 2)
    assert counts(contacts(folder, *reversed(rows))) == (0, 0, 2)


def test_the_same_name_elsewhere_or_with_another_address_is_somebody_else(folder: Folder) -> None:
    rows = [
        ("", "Kari Lie", "a@nord.no", "", "Nord"),
        ("", "Kari Lie", "b@nord.no", "", "Nord"),
        ("", "Kari Lie", "", "", "Sør"),
        ("8", "Kari Lie", "", "", "Vest"),
        ("9", "Kari Lie", "", "", "Vest"),
    ]
    assert counts(contacts(folder, *rows)) == (5, 0, 0)
    assert counts(contacts(folder, *rows)) == (0, 0, 5)


def test_another_program_with_other_ids_updates_the_same_people(folder: Folder) -> None:
    contacts(folder, ("H1", "Kari Lie", "kari@nord.no", "", "Nord"))
    assert counts(contacts(folder, ("S1", "Kari Lie", "kari@nord.no", "5", ""))) == (0, 1, 0)
    assert folder.rows(PEOPLE) == [("H1", "Kari Lie", "kari@nord.no", "5", "Nord")]


def test_rows_on_one_person_fill_each_other_in(folder: Folder) -> None:
    outcome = contacts(
        folder,
        ("", "Kari Lie", "kari@nord.no", "", "Nord"),
        ("", "Kari Lie", "kari@nord.no", "5", ""),
        ("", "Kari Lie", "", "6", "Nord"),
    )
    assert (outcome.new, outcome.rows) == (1, 3)
    assert folder.rows(PEOPLE) == [(None, "Kari Lie", "kari@nord.no", "5", "Nord")]
    assert "2 rows are about persons of other rows; they filled in what was empty." in outcome.lines()


def test_undo_restores_every_row(folder: Folder) -> None:
    folder.deals(("D1", "Deal", "Anna", "Lead", "open", 1, "EUR", "2026-01-01", ""))
    contacts(folder, ("1", "Kari", "kari@nord.no", "1", "Nord"))
    tables = ("organisation", "person", "deal_person", "deal")
    columns = "SELECT external_id, name, email, phone, organisation_id FROM person ORDER BY id"
    before = [folder.counts(), folder.rows(columns)]
    outcome = contacts(
        folder,
        ("1", "Kari Lie", "new@sor.no", "2", "Sør", "D1", "decides"),
        ("2", "Bo", "bo@sor.no", "", "Sør", "D1", "uses"),
        header=(*HEADER, "deal id", "role"),
        maps={"deal": "deal id"},
    )
    assert counts(outcome) == (1, 1, 0)
    assert folder.rows(PARTS) == [("D1", "Kari Lie", "decides"), ("D1", "Bo", "uses")]
    undo(folder.workspace)
    assert [folder.counts(), folder.rows(columns)] == before
    undo(folder.workspace)
    assert [folder.one(f"SELECT count(*) FROM {table}") for table in tables] == [0, 0, 0, 1]


def test_parts_in_deals_are_added_and_changed(folder: Folder) -> None:
    for number in ("D1", "D2"):
        folder.deals((number, number, "Anna", "Lead", "open", 1, "EUR", "2026-01-01", ""))
    header = (*HEADER, "deal", "role")

    def load(*rows: tuple[object, ...]) -> Outcome:
        return contacts(folder, *rows, header=header, maps={"deal": "deal"})

    kari = ("1", "Kari", "", "", "")
    outcome = load((*kari, "D1", "Decision Maker"), (*kari, "D2", ""), (*kari, "", "uses"))
    assert "2 parts in deals were written." in outcome.lines()
    assert "1 role was passed over: a role is one in a deal (--map deal=COLUMN)." in outcome.lines()
    assert folder.rows(PARTS) == [("D1", "Kari", "decides"), ("D2", "Kari", None)]
    load((*kari, "D1", ""), (*kari, "D2", "blocks"))
    assert folder.rows(PARTS) == [("D1", "Kari", "decides"), ("D2", "Kari", "blocks")]
    with pytest.raises(ImportRefused) as caught:
        load((*kari, "D1", "uses"), (*kari, "D1", "blocks"), (*kari, "D9", ""), (*kari, "D1", "chief"))
    assert sorted(reasons(caught.value)) == [
        (3, "role", "the person has another role in this deal on line 2"),
        (4, "deal", "no deal has the id 'D9'; import the deals first"),
        (5, "role", "'chief' is no role; there is decides, influences, uses, blocks"),
    ]


def test_a_job_title_is_no_role(folder: Folder) -> None:
    folder.deals(("D1", "D1", "Anna", "Lead", "open", 1, "EUR", "2026-01-01", ""))
    header = (*HEADER, "Job Title")
    row = ("1", "Kari", "", "", "", "CEO")
    assert contacts(folder, row, header=header, values={"deal": "D1"}).new == 1
    assert folder.rows(PARTS) == [("D1", "Kari", None)]
    with pytest.raises(ImportRefused, match="1 row refused"):
        contacts(folder, row, header=header, maps={"role": "Job Title"})
    with pytest.raises(UsageError, match="'chief' is no role"):
        contacts(folder, row, header=header, values={"role": "chief", "deal": "D1"})


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (("1", "", "", "", "Nord"), "name", "is empty"),
        (("1", "\u200b \u200f", "", "", "Nord"), "name", "is empty"),
        (("1", "x" * 201, "", "", ""), "name", "has 201 characters; at most 200 are allowed"),
        (("1", "a\nb", "", "", ""), "name", "has a line break in it"),
        (("1", "a\x1b[31mb", "", "", ""), "name", "has a control character in it (U+001B)"),
        (("1", "Kari", "kari", "", ""), "email", "is no e-mail address, such as kari@fjordline.no"),
        (("1", "", "@x.no", "", ""), "email", "is no e-mail address, such as kari@fjordline.no"),
        (("1", "Kari", "", "1" * 51, ""), "phone", "has 51 characters; at most 50 are allowed"),
        (("x" * 101, "Kari", "", "", ""), "id", "has 101 characters; at most 100 are allowed"),
        (("1", "Kari", "", "", "y" * 201), "company", "has 201 characters; at most 200 are allowed"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_is_written(
    folder: Folder, row: tuple[str, ...], column: str, reason: str
) -> None:
    with pytest.raises(ImportRefused) as caught:
        contacts(folder, ("0", "Good", "", "", "Nord"), row)
    assert reasons(caught.value)[0][1:] == (column, reason)
    assert caught.value.rows == 1
    assert folder.counts()["person"] == folder.counts()["organisation"] == 0


def test_contradicting_rows_of_one_id_are_refused(folder: Folder) -> None:
    with pytest.raises(ImportRefused) as caught:
        contacts(
            folder,
            ("1", "Kari", "kari@nord.no", "", ""),
            ("1", "Bo", "", "", ""),
            ("1", "Kari", "bo@nord.no", "", ""),
        )
    assert reasons(caught.value) == [
        (3, "name", "line 2 has the same id with 'Kari'"),
        (4, "email", "line 2 has the same id with 'kari@nord.no'"),
    ]


def test_names_are_shown_as_they_are_written(folder: Folder) -> None:
    names = ["Acme [/EU] [red]x", "🚀 Ångström", "שלום", "=1+1", "'; DROP TABLE person", "%s :id {x}"]
    contacts(folder, *((number, name, "", "", name) for number, name in enumerate(names, 1)))
    assert [row[1] for row in folder.rows(PEOPLE)] == names
    assert [row[4] for row in folder.rows(PEOPLE)] == names


def test_parts_of_a_name_and_several_addresses(folder: Folder) -> None:
    header = ("Record ID", "First Name", "Last Name", "Email", "Associated Company", "Job Title")
    outcome = contacts(
        folder,
        ("1", "Kari", "Lie", "kari@nord.no; k@nord.no", "Nord", "CEO"),
        ("2", "", "", "info@nord.no", "", ""),
        ("3", "Bo", "", "", "", ""),
        header=header,
    )
    assert outcome.new == 3
    assert folder.rows(PEOPLE) == [
        ("1", "Kari Lie", "kari@nord.no", None, "Nord"),
        ("2", "info@nord.no", "info@nord.no", None, None),
        ("3", "Bo", None, None, None),
    ]


def test_a_file_that_names_nobody(folder: Folder) -> None:
    with pytest.raises(UsageError, match="no column is known to hold person") as caught:
        contacts(folder, ("1",), header=("wrong",))
    assert "the columns are wrong" in caught.value.hint


def test_a_dry_run_keeps_nothing(folder: Folder) -> None:
    outcome = contacts(folder, ("1", "Kari", "", "", "Nord"), dry_run=True)
    assert outcome.new == 1
    assert folder.counts()["person"] == 0


def test_salesforce_with_its_accounts(folder: Folder, shared_data: Path) -> None:
    data = shared_data / "salesforce_demo"
    files = (str(data / "Contact.csv"), str(data / "Account.csv"))
    assert counts(folder.load("contacts", *files)) == (102, 0, 0)
    assert folder.one("SELECT count(*) FROM organisation") == 22
    assert folder.one("SELECT count(*) FROM person WHERE organisation_id IS NOT NULL") == 18
    brock = [row for row in folder.rows(PEOPLE) if row[1] == "Ashley Brock"]
    known = ("003Ec00000Cz30UIAR", "Ashley Brock", "ashley.brock@example.com", "1552512395")
    assert brock == [(*known, "Walker Henson and Compton")]
    assert counts(folder.load("contacts", *files)) == (0, 0, 102)
    # Without the accounts the ids are no names, and take nothing away.
    alone = folder.load("contacts", files[0])
    assert counts(alone) == (0, 0, 102)
    assert any("18 persons have organisations that are only ids" in line for line in alone.lines())
    assert folder.one("SELECT count(*) FROM organisation") == 22


def test_pipedrive(folder: Folder, shared_data: Path) -> None:
    file = str(shared_data / "crm_formats" / "pipedrive_sample_import.csv")
    assert counts(folder.load("contacts", file)) == (1, 0, 0)
    assert folder.rows(PEOPLE) == [
        (None, "Tony Turner", "tony.turner@moveer.com", "570-809-7197", "Moveer Limited")
    ]
    assert counts(folder.load("contacts", file)) == (0, 0, 1)


def test_the_command(tmp_path: Path) -> None:
    rows, cards, database = tmp_path / "people.csv", tmp_path / "cards.vcf", tmp_path / "funnel.db"
    rows.write_text("name,email\nKari Lie,kari@nord.no\n", encoding="utf-8")
    cards.write_text("BEGIN:VCARD\nVERSION:4.0\nFN:Bo\x07\nEND:VCARD\n", encoding="utf-8")
    refused(
        run_here("import", "contacts", cards, db=database),
        code=1,
        says=(
            r"line 1, column person: 'Bo\\x07': has a control character in it (U+0007)",
            "Nothing was imported",
        ),
    )
    cards.write_text("BEGIN:VCARD\nVERSION:4.0\nFN:Bo\nEND:VCARD\n", encoding="utf-8")
    ended = run_here("import", "contacts", rows, cards, db=database)
    ok(ended)
    assert ended.stderr == "2 rows read; persons: 2 new, 0 updated, 0 unchanged.\n"
