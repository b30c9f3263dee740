"""Everything about one organisation or person."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.domain.status import ChangeOp, DealStatus, OrganisationStatus, PersonRole
from funnel_tui.errors import NotFound
from funnel_tui.queries import directory_detail
from funnel_tui.services import directory
from funnel_tui.services.history import undo
from funnel_tui.services.importing import ImportOptions, run_import
from funnel_tui.services.people import edit_organisation
from tests.directory.conftest import DAY, World


def test_an_organisation_with_people_deals_interactions_and_changes(world: World) -> None:
    nord = world.organisation("Nord [bold]", note="note", external_id="N1")
    other = world.organisation("Other")
    kari = world.person("Kari", nord)
    world.person("Elsewhere", other)
    world.deal("old", nord, end="lost")
    won = world.deal("won", nord, 5_00, end="won", kari=(kari, "uses"))
    fresh = world.deal("open", nord)
    world.deal("not ours", other)
    world.interaction(world.now - DAY, nord, kari, won)
    edit_organisation(world.workspace, organisation_id=nord, version=1, changes={"name": "Nord"})
    detail = directory.organisation_detail(world.workspace, nord)
    assert (detail.line.name, detail.version, detail.external_id, detail.note) == ("Nord", 2, "N1", "note")
    assert detail.set_status is OrganisationStatus.PROSPECT
    assert detail.line.status is OrganisationStatus.CUSTOMER
    assert [person.name for person in detail.people] == ["Kari"]
    assert detail.deals[0].id == fresh
    assert {deal.title: deal.status for deal in detail.deals} == {
        **{"open": DealStatus.OPEN, "won": DealStatus.WON, "old": DealStatus.LOST},
    }
    talk = detail.interactions.entries[0]
    assert (talk.kind, talk.deal, talk.person, talk.note, talk.planned) == (
        "Call",
        "won",
        "Kari",
        "hei",
        False,
    )
    assert detail.interactions.next is None
    assert [(change.op, change.undone) for change in detail.changes] == [
        (ChangeOp.UPDATE, False),
        (ChangeOp.INSERT, False),
    ]
    assert detail.changes[0].before == {"name": "Nord [bold]"}


def test_a_person_with_deals_and_roles(world: World) -> None:
    nord = world.organisation("Nord")
    kari = world.person("Kari", nord, email="k@n.no", external_id="P1")
    world.deal("one", nord, 1_00, kari=(kari, "decides"))
    world.deal("two", nord, kari=(kari, None), end="won")
    world.interaction(world.now, None, kari)
    detail = directory.person_detail(world.workspace, kari)
    assert (detail.line.organisation, detail.version, detail.external_id) == ("Nord", 1, "P1")
    assert [(deal.title, deal.role) for deal in detail.deals] == [("one", PersonRole.DECIDES), ("two", None)]
    assert (detail.line.open_deals, detail.line.won_deals) == (1, 1)
    assert len(detail.interactions.entries) == 1


def test_interactions_page_by_page_with_equal_instants(world: World) -> None:
    nord = world.organisation("Nord")
    same = [world.interaction(world.now - DAY, nord) for _ in range(5)]
    older = [world.interaction(world.now - 2 * DAY - number, nord) for number in range(4)]
    seen: list[int] = []
    after = None
    while True:
        page = directory.interactions(world.workspace, "organisation", nord, after=after, limit=2)
        assert len(page.entries) <= 2
        seen += [entry.id for entry in page.entries]
        if page.next is None:
            break
        after = page.next
    assert seen == same[::-1] + older


def test_a_page_of_interactions_walks_the_index(world: World) -> None:
    if not world.workspace.database.is_sqlite:
        pytest.skip("the plan of SQLite is looked at; PostgreSQL decides by statistics")
    sql = directory_detail._INTERACTIONS.format(column="organisation_id", after=directory_detail._AFTER)
    with world.workspace.read() as reader:
        parameters = {"id": 1, "at": 1, "last": 1, "limit": 10}
        plan = [row[3] for row in reader.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        deals = [
            row[3]
            for row in reader.rows(
                f"EXPLAIN QUERY PLAN {directory_detail._DEALS['organisation']}", parameters
            )
        ]
        changes = directory_detail._CHANGES.format(ranges=reader.using("ix_change_range"))
        parameters = {"entity": "deal", "id": 1, "before": 9, "limit": 9}
        found = [row[3] for row in reader.rows(f"EXPLAIN QUERY PLAN {changes}", parameters)]
    assert any("ix_interaction_organisation (organisation_id=? AND at<?)" in step for step in plan), plan
    assert any("ix_deal_organisation" in step for step in deals), deals
    assert any("ix_change_row" in step for step in found), found
    assert any("ix_change_range" in step for step in found), found


def test_changes_page_and_tell_of_an_import_and_an_undo(world: World, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("id,name,company\n1,Kari,Nord\n2,Bo,Nord\n3,Per,Sør\n", encoding="utf-8")
    run_import(world.workspace, ImportOptions(kind="contacts", files=(str(file),)))
    (nord,) = (row[0] for row in world.rows("SELECT id FROM organisation WHERE name = 'Nord'"))
    edit_organisation(world.workspace, organisation_id=nord, version=1, changes={"note": "x"})
    undo(world.workspace)
    changes = directory.organisation_detail(world.workspace, nord).changes
    assert [(change.op, change.undone) for change in changes] == [
        *((ChangeOp.UPDATE, False), (ChangeOp.UPDATE, True), (ChangeOp.INSERT, False)),
    ]
    assert "contacts.csv" in changes[-1].summary
    page = directory.changes(world.workspace, "organisation", nord, before=changes[1].id)
    assert [change.id for change in page] == [changes[2].id]


def test_unknown_numbers(world: World) -> None:
    with pytest.raises(NotFound, match="no organisation with number 9"):
        directory.organisation_detail(world.workspace, 9)
    with pytest.raises(NotFound, match="no person with number 9"):
        directory.person_detail(world.workspace, 9)
