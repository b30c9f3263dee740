"""Importing interactions from tables: what they become, what they are about, and importing them again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.deal_detail import TimelineKind
from funnel_tui.domain.status import ActivityStep
from funnel_tui.errors import UsageError
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.doctor import check
from funnel_tui.services.history import list_groups, redo, undo
from funnel_tui.services.importing import ImportRefused, Outcome
from funnel_tui.services.merging import merge
from funnel_tui.services.people import create_organisation, create_person, create_rep
from funnel_tui.services.workspace import Workspace
from tests.importing.support import Folder, at, reasons
from tests.support import worked

HEADER = ("id", "deal", "company", "person", "owner", "kind", "outcome", "at", "note")
STORED = (
    "SELECT i.external_id, d.external_id, o.name, p.name, r.name, k.name, i.direction, i.outcome, i.at, "
    "i.planned, i.duration_seconds, i.note FROM interaction i JOIN rep r ON r.id = i.owner_id "
    "JOIN interaction_kind k ON k.id = i.kind_id LEFT JOIN deal d ON d.id = i.deal_id "
    "LEFT JOIN organisation o ON o.id = i.organisation_id LEFT JOIN person p ON p.id = i.person_id "
    "ORDER BY i.id"
)
DAYS = (
    "SELECT sum(done), sum(planned), sum(with_outcome), sum(conversations), sum(outbound) FROM activity_day"
)


def load(folder: Folder, *rows: tuple[object, ...], header: Any = HEADER, **options: Any) -> Outcome:
    return folder.load("interactions", folder.write("calls.csv", [header, *rows]), **options)


def one_deal(folder: Folder) -> None:
    folder.deals(("D1", "Fjordline", "Anna", "Lead", "open", "1000", "EUR", "2026-01-10", ""))


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.new, outcome.updated, outcome.unchanged


def test_rows_become_interactions_with_all_they_name(folder: Folder) -> None:
    one_deal(folder)
    outcome = load(
        folder,
        ("a1", "D1", "", "Kari Lie", "", "call", "Connected", "2026-02-01 10:00", "He likes it"),
        ("a2", "", "Nord AS", "", "Bo", "E-mail", "sent", "2026-02-02", ""),
    )
    assert counts(outcome) == (2, 0, 0)
    assert folder.rows(STORED) == [
        (
            *("a1", "D1", None, "Kari Lie", "Anna", "Call", "out", "conversation", at("02-01") + 36_000, 0),
            None,
            "He likes it",
        ),
        ("a2", None, "Nord AS", None, "Bo", "Email", "out", "sent", at("02-02"), 0, None, None),
    ]
    assert outcome.made == {"persons": 1, "organisations": 1, "owners": 1}
    (group,) = list_groups(folder.workspace, limit=1)
    assert group.summary == "Imported interactions from calls.csv: 2 new, 0 updated"


def test_the_deal_was_touched_and_the_days_are_counted(folder: Folder) -> None:
    one_deal(folder)
    load(
        folder,
        ("1", "D1", "", "", "", "Call", "no answer", "2026-02-01", ""),
        ("2", "D1", "", "", "", "Call", "connected", "2026-02-05", ""),
        ("3", "D1", "", "", "", "Meeting", "", "2026-02-05", ""),
    )
    assert folder.one("SELECT touched_at FROM deal") == at("02-05")
    assert folder.rows(DAYS) == [(3, 0, 2, 1, 3)]
    assert check(folder.workspace) == []


def test_imported_interactions_stand_in_the_timeline_of_the_deal(folder: Folder) -> None:
    one_deal(folder)
    load(folder, ("1", "D1", "", "Kari", "", "Call", "voicemail", "2026-02-01 09:30", "Will call back"))
    detail = deal_detail(folder.workspace, folder.one("SELECT id FROM deal"))
    (item,) = [item for item in detail.timeline.items if item.kind is TimelineKind.INTERACTION]
    assert item.text == "Call · Kari · voicemail"
    assert item.at == at("02-01") + 34_200


def test_again_changes_nothing_and_changes_are_taken(folder: Folder) -> None:
    one_deal(folder)
    row = ("a1", "D1", "", "Kari", "", "Call", "no answer", "2026-02-01", "first")
    load(folder, row)
    assert counts(load(folder, row)) == (0, 0, 1)
    changed = ("a1", "", "", "", "", "Call", "conversation", "2026-02-03", "")
    assert counts(load(folder, changed)) == (0, 1, 0)
    (stored,) = folder.rows(STORED)
    assert stored[:4] == ("a1", "D1", None, "Kari"), "an empty value changes nothing"
    assert (stored[7], stored[8], stored[11]) == ("conversation", at("02-03"), "first")
    assert folder.one("SELECT touched_at FROM deal") == at("02-03")
    assert folder.rows(DAYS) == [(1, 0, 1, 1, 1)]


def test_rows_without_an_id_are_known_again_by_what_they_say(folder: Folder) -> None:
    header = ("person", "owner", "kind", "at", "outcome")
    twice = ("Kari", "Anna", "Call", "2026-02-01", "no answer")
    rows = (twice, twice, ("Kari", "Anna", "Call", "2026-02-02", ""))
    assert counts(load(folder, *rows, header=header)) == (3, 0, 0)
    assert counts(load(folder, *rows, header=header)) == (0, 0, 3)
    other = (*twice[:4], "conversation")
    assert counts(load(folder, other, *rows[1:], header=header)) == (0, 1, 2)


def test_undo_of_an_import_that_moved_interactions_to_others(folder: Folder) -> None:
    one_deal(folder)
    load(folder, ("a1", "D1", "Nord", "Kari", "Bo", "Call", "connected", "2026-02-01", ""))
    before, there = folder.rows(STORED), folder.counts()
    load(folder, ("a1", "D1", "Vest", "Per", "Bo", "Call", "connected", "2026-02-01", ""))
    after = folder.rows(STORED)
    assert after != before
    undo(folder.workspace)
    assert folder.rows(STORED) == before
    assert folder.counts() == there
    redo(folder.workspace)
    assert folder.rows(STORED) == after


def test_undo_takes_an_import_back_whole(folder: Folder) -> None:
    one_deal(folder)
    before = folder.counts()
    load(folder, ("a1", "D1", "Nord", "Kari", "Bo", "Call", "connected", "2026-02-01", ""))
    (group,) = list_groups(folder.workspace, limit=1)
    undo(folder.workspace, group_id=group.id)
    assert folder.counts() == before
    assert folder.one("SELECT count(*) FROM interaction") == 0
    assert folder.one("SELECT count(*) FROM activity_day") == 0
    assert folder.one("SELECT touched_at FROM deal") is None


def test_a_dry_run_keeps_nothing(folder: Folder) -> None:
    outcome = load(folder, ("a1", "", "Nord", "", "Bo", "Call", "", "2026-02-01", ""), dry_run=True)
    assert counts(outcome) == (1, 0, 0)
    assert outcome.lines()[-1] == "This was a dry run: nothing was written."
    assert folder.one("SELECT count(*) FROM interaction") == 0
    assert folder.one("SELECT count(*) FROM organisation") == 0


def test_planned_is_a_yes_or_no_a_word_or_a_day(folder: Folder) -> None:
    header = ("id", "kind", "owner", "at", "planned", "duration", "direction")
    outcome = load(
        folder,
        ("1", "Call", "Anna", "2026-05-01", "yes", "", "in"),
        ("2", "Call", "Anna", "2026-02-01", "no", "1:30", "outbound"),
        ("3", "Call", "Anna", "", "2026-06-01", "", ""),
        ("4", "Call", "Anna", "2026-02-01", "2026-01-20", "", ""),
        ("5", "Call", "Anna", "2026-02-01", "completed", "25", ""),
        header=header,
    )
    stored = {row[0]: (row[8], row[9], row[10], row[6]) for row in folder.rows(STORED)}
    assert stored == {
        "1": (at("05-01"), 1, None, "in"),
        "2": (at("02-01"), 0, 5400, "out"),
        "3": (at("06-01"), 1, None, "out"),
        "4": (at("02-01"), 0, None, "out"),
        "5": (at("02-01"), 0, 1500, "out"),
    }
    assert "2 new interactions are planned." in outcome.lines()
    assert folder.rows(DAYS) == [(3, 2, 0, 0, 3)]


def test_a_planned_one_that_was_done_is_brought_up_to_date(folder: Folder) -> None:
    header = ("id", "kind", "owner", "at", "planned", "outcome")
    load(folder, ("1", "Call", "Anna", "2026-03-01", "yes", ""), header=header)
    assert counts(load(folder, ("1", "Call", "Anna", "2026-03-02", "no", "held"), header=header)) == (0, 1, 0)
    assert folder.rows(DAYS) == [(1, 0, 1, 1, 1)]


def test_a_deal_is_found_by_its_title_where_only_one_has_it(folder: Folder) -> None:
    one_deal(folder)
    load(folder, ("a1", "fjordline", "", "", "", "Call", "", "2026-02-01", ""))
    assert folder.rows(STORED)[0][1] == "D1"


def test_people_are_found_by_address_id_and_name(folder: Folder) -> None:
    workspace = folder.workspace
    nord = create_organisation(workspace, name="Nord")
    create_person(workspace, name="Kari Lie", email="Kari@Nord.no", organisation_id=nord)
    create_person(workspace, name="Bo", organisation_id=nord, external_id="P7")
    load(
        folder,
        ("1", "", "", "kari@nord.NO", "", "Call", "", "2026-02-01", ""),
        ("2", "", "", "Kari L. <kari@nord.no>", "", "Call", "", "2026-02-01", ""),
        ("3", "", "", "P7", "", "Call", "", "2026-02-01", ""),
        ("4", "", "nord", "bo", "", "Call", "", "2026-02-01", ""),
    )
    assert [row[3] for row in folder.rows(STORED)] == ["Kari Lie", "Kari Lie", "Bo", "Bo"]
    assert {row[2] for row in folder.rows(STORED)} == {"Nord"}, "that of the person"
    assert folder.one("SELECT count(*) FROM person") == 2


def test_of_several_people_with_an_address_the_name_and_the_organisation_tell_which(folder: Folder) -> None:
    workspace, shared = folder.workspace, "office@nord.no"
    nord, syd = (create_organisation(workspace, name=name) for name in ("Nord", "Syd"))
    for name, organisation in (("Kari", nord), ("Liv", nord), ("Kari", syd)):
        create_person(workspace, name=name, email=shared, organisation_id=organisation)
    header = ("id", "company", "person", "email", "owner", "kind", "at")
    more = (shared, "Bo", "Call", "2026-02-01")
    load(folder, ("a", "", "Liv", *more), ("b", "Syd", "Somebody", *more), header=header)
    load(folder, ("c", "Nord", "Kari", *more), header=header)
    assert [(row[0], row[2], row[3]) for row in folder.rows(STORED)] == [
        ("a", "Nord", "Liv"), ("b", "Syd", "Kari"), ("c", "Nord", "Kari")
    ]  # fmt: skip
    with pytest.raises(ImportRefused) as caught:
        load(folder, ("d", "", "Kari", *more), header=header)
    ((_, column, reason),) = reasons(caught.value)
    assert column == "person"
    assert reason.startswith("2 people have the address 'office@nord.no'")


def test_reps_are_found_by_address(folder: Folder) -> None:
    create_rep(folder.workspace, name="Anna", email="anna@us.no")
    load(folder, ("1", "", "", "Kari", "ANNA@us.no", "Call", "", "2026-02-01", ""))
    assert folder.rows(STORED)[0][4] == "Anna"


def test_an_interaction_of_nobody_is_whose_the_file_does_not_say(folder: Folder) -> None:
    outcome = load(folder, ("1", "", "", "", "", "Call", "", "2026-02-01", ""))
    assert folder.rows(STORED)[0][4] == "(no owner)"
    assert any("with nobody known" in line for line in outcome.lines())


def test_kinds_are_read_as_others_or_added(folder: Folder) -> None:
    rows = [
        ("1", "", "", "", "Bo", "Fax", "", "2026-02-01", ""),
        ("2", "", "", "", "Bo", "fair", "", "2026-02-01", ""),
    ]
    outcome = load(folder, *rows, kinds={"fax": "Note"}, add_kinds=True)
    assert [row[5] for row in folder.rows(STORED)] == ["Note", "fair"]
    assert outcome.made["kinds"] == 1
    step = folder.one("SELECT step FROM interaction_kind WHERE name = 'fair'")
    assert step == ActivityStep.NONE
    with pytest.raises(UsageError, match="there is no kind 'Nott'") as refused:
        load(folder, *rows, kinds={"fax": "Nott"})
    assert "Did you mean Note?" in refused.value.hint


def test_the_days_are_those_of_the_time_zone(folder: Folder) -> None:
    load(folder, ("1", "", "", "", "Bo", "Call", "", "2026-01-15 00:30", ""), timezone="Europe/Oslo")
    assert folder.rows(STORED)[0][8] == at("01-15") + 1800 - 3600


def test_without_a_header_and_with_constants(folder: Folder) -> None:
    path = folder.write("calls.csv", [("Kari", "2026-02-01"), ("Bo", "2026-02-02")])
    outcome = folder.load(
        "interactions", path, read={"header": False}, maps={"person": "1", "at": "2"}, values={"kind": "Call"}
    )
    assert counts(outcome) == (2, 0, 0)
    assert [row[3] for row in folder.rows(STORED)] == ["Kari", "Bo"]


def test_the_hubspot_file_gives_the_known_conversation_share(folder: Folder, shared_data: Path) -> None:
    path = str(shared_data / "hubspot_dummy" / "hubspot_activities.csv")
    outcome = folder.load("interactions", path)
    assert counts(outcome) == (2000, 0, 0)
    sums = (
        "SELECT k.name, sum(done + planned), sum(conversations), sum(with_outcome) FROM activity_day a "
        "JOIN interaction_kind k ON k.id = a.kind_id GROUP BY k.name ORDER BY k.name"
    )
    by_kind = {name: tuple(map(int, numbers)) for name, *numbers in folder.rows(sums)}
    assert {name: numbers[0] for name, numbers in by_kind.items()} == {
        **{"Meeting": 412, "Note": 403, "Call": 402, "Email": 398, "Task": 385}
    }
    assert by_kind["Call"] == (402, 78, 332)
    assert round(78 / 402, 6) == 0.19403
    assert round(78 / 332, 6) == 0.23494
    assert folder.one("SELECT count(*) FROM interaction WHERE planned = 1") == 337
    assert counts(folder.load("interactions", path)) == (0, 0, 2000)


def test_the_salesforce_file_comes_in_with_its_contacts_and_accounts(
    folder: Folder, shared_data: Path
) -> None:
    sales = shared_data / "salesforce_demo"
    folder.load("contacts", str(sales / "Contact.csv"), str(sales / "Account.csv"))
    outcome = folder.load("interactions", str(sales / "Task.csv"), str(sales / "Account.csv"))
    assert counts(outcome) == (75, 0, 0)
    kinds = (
        "SELECT k.name, count(*) FROM interaction i JOIN interaction_kind k ON k.id = i.kind_id "
        "GROUP BY k.name"
    )
    assert dict(folder.rows(kinds)) == {"Email": 18, "Call": 17, "Prep": 15, "Other": 13, "Meeting": 12}
    assert folder.one("SELECT count(*) FROM interaction WHERE planned = 1") == 75
    nobody = "SELECT count(*) FROM interaction WHERE person_id IS NULL AND organisation_id IS NULL"
    assert folder.one(nobody) == 15, "those with leads, whom no file of contacts has"
    assert "15 ids stand for nobody known" in " ".join(outcome.lines())
    assert folder.one("SELECT count(*) FROM person WHERE name LIKE '00_Ec%'") == 0
    assert folder.one("SELECT count(*) FROM organisation WHERE name LIKE '001%'") == 0


def test_pipedrive_activities(folder: Folder) -> None:
    one_deal(folder)
    header = [
        *("Activity - ID", "Activity - Subject", "Activity - Type", "Activity - Done", "Activity - Due date"),
        *("Activity - Due time", "Activity - Duration", "Activity - Marked as done time"),
        *("Activity - Assigned to user", "Activity - Note", "Deal", "Organization", "Contact person"),
    ]
    rows = [
        (
            *(
                "7",
                "Call Kari",
                "Call",
                "Done",
                "2026-02-01",
                "15:00",
                "00:20",
                "2026-02-02 08:00:00",
                "Anna",
            ),
            *("<p>Likes <b>it</b></p><ul><li>but dear</li></ul>", "Fjordline", "Nord", "Kari"),
        ),
        ("8", "Lunch", "Lunch", "To do", "2026-06-01", "12:30", "01:00", "", "Anna", "", "", "Nord", ""),
    ]
    path = folder.write("activities.csv", [header, *rows])
    assert counts(folder.load("interactions", path)) == (2, 0, 0)
    done, planned = folder.rows(STORED)
    assert done[:5] == ("7", "D1", "Nord", "Kari", "Anna")
    assert done[8:] == (at("02-02") + 8 * 3600, 0, 1200, "Call Kari\nLikes it\n\nbut dear")
    assert planned[8:] == (at("06-01") + 12 * 3600 + 1800, 1, 3600, "Lunch")
    assert planned[5] == "Lunch"


def test_a_large_file_comes_in_by_ranges_of_the_log(folder: Folder) -> None:
    rows = [
        (str(n), "", "", f"P{n % 50}", "Anna", "Call", "", "2026-02-01", f"note {n}") for n in range(3000)
    ]
    assert counts(load(folder, *rows)) == (3000, 0, 0)
    log = "SELECT count(*) FROM change WHERE entity = 'interaction'"
    assert folder.one(log) < 5
    assert folder.one("SELECT sum(done) FROM activity_day") == 3000


def test_interactions_go_with_the_clock_of_the_workspace(folder: Folder) -> None:
    assert folder.workspace.clock() == worked.AS_OF
    later = Workspace(folder.workspace.database, clock=lambda: at("12-01"), actor="tester")
    assert later.clock() > worked.AS_OF
    outcome = load(folder, ("1", "", "", "", "Bo", "Call", "", "2026-11-01", ""), now=at("12-01"))
    assert counts(outcome) == (1, 0, 0)


def test_who_was_merged_away_is_found_by_the_old_address(folder: Folder) -> None:
    workspace = folder.workspace
    keep = create_person(workspace, name="Kari Lie", email="kari@nord.no")
    drop = create_person(workspace, name="K. Lie", email="kari@old.no")
    merge(workspace, "person", keep, drop, versions=(1, 1))
    load(folder, ("1", "", "", "kari@old.no", "", "Call", "", "2026-02-01", ""))
    assert folder.rows(STORED)[0][3] == "Kari Lie"
    assert folder.one("SELECT count(*) FROM person") == 1
