"""Files that name somebody who was merged away mean the one who stayed."""

from __future__ import annotations

from funnel_tui.services.history import undo
from funnel_tui.services.merging import merge
from funnel_tui.services.people import create_organisation, create_person
from tests.importing.support import Folder

HEADER = ("id", "title", "organisation", "person", "owner", "stage", "status", "created")


def load(folder: Folder, ident: str, organisation: str, person: str) -> None:
    row = (ident, "Deal", organisation, person, "Ann", "Lead", "open", "2026-01-01")
    folder.load("deals", folder.write(f"{ident}.csv", [HEADER, row]), read={"stages": ("Lead", "Offer")})


def parts(folder: Folder, ident: str) -> list[tuple[str, str]]:
    """Organisation and person of a deal."""
    return [
        (organisation, person)
        for organisation, person in folder.rows(
            "SELECT o.name, p.name FROM deal d JOIN organisation o ON o.id = d.organisation_id "
            "JOIN deal_person dp ON dp.deal_id = d.id JOIN person p ON p.id = dp.person_id "
            f"WHERE d.external_id = '{ident}'"
        )
    ]


def merged(folder: Folder) -> None:
    """Fjord AS, with Kari Lie, stays; Fjord Norge and Karianne Lie were merged into them."""
    workspace = folder.workspace
    stays = create_organisation(workspace, name="Fjord AS")
    goes = create_organisation(workspace, name="Fjord Norge")
    kari = create_person(workspace, name="Kari Lie", organisation_id=stays)
    karianne = create_person(workspace, name="Karianne Lie", organisation_id=stays)
    merge(workspace, "person", kari, karianne, versions=(1, 1))
    merge(workspace, "organisation", stays, goes, versions=(1, 1))


def test_a_deal_of_what_was_merged_away_goes_to_what_stayed(folder: Folder) -> None:
    merged(folder)
    load(folder, "A", "FJORD norge", "Karianne Lie")
    load(folder, "B", "Fjord AS", "kari lie")
    assert parts(folder, "A") == parts(folder, "B") == [("Fjord AS", "Kari Lie")]
    assert folder.one("SELECT count(*) FROM organisation") == 1
    assert folder.one("SELECT count(*) FROM person") == 1


def test_a_new_row_of_that_name_goes_before_the_merge(folder: Folder) -> None:
    merged(folder)
    create_organisation(folder.workspace, name="Fjord Norge")
    load(folder, "A", "Fjord Norge", "Karianne Lie")
    assert parts(folder, "A") == [("Fjord Norge", "Karianne Lie")]


def test_a_merge_that_was_undone_means_nothing(folder: Folder) -> None:
    merged(folder)
    undo(folder.workspace)
    load(folder, "A", "Fjord Norge", "Somebody")
    assert parts(folder, "A") == [("Fjord Norge", "Somebody")]
    assert folder.one("SELECT count(*) FROM organisation") == 2
