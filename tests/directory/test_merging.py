"""Merging: what moves, whose values win, what is refused, and that undo brings everything back."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.domain.status import PersonRole
from funnel_tui.errors import InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.queries.directory import merged_rows
from funnel_tui.services.doctor import check
from funnel_tui.services.history import list_groups, redo, undo
from funnel_tui.services.importing import ImportOptions, Outcome, run_import
from funnel_tui.services.merging import merge, preview_merge
from funnel_tui.services.people import edit_organisation, edit_person
from tests.directory.conftest import World
from tests.support.log import logged


def load(world: World, folder: Path, text: str) -> Outcome:
    file = folder / "contacts.csv"
    file.write_text(text, encoding="utf-8")
    return run_import(world.workspace, ImportOptions(kind="contacts", files=(str(file),)))


@pytest.fixture
def two(world: World) -> tuple[int, int]:
    """Two organisations that are one, with people, deals and interactions on both sides."""
    keep = world.organisation("Fjordline AS", note="old note")
    drop = world.organisation("Fjordlin", external_id="F2", status="customer", note="new note")
    kari, lie = world.person("Kari Lie", keep), world.person("Lie, Kari", drop)
    world.deal("a", keep, 1_00, kari=(kari, "decides"))
    world.deal("b", drop, 2_00, end="won", lie=(lie, None))
    world.deal("c", drop, 3_00)
    world.interaction(world.now, drop, lie)
    world.interaction(world.now, keep)
    return keep, drop


def test_a_preview_of_organisations(world: World, two: tuple[int, int]) -> None:
    keep, drop = two
    preview = preview_merge(world.workspace, "organisation", keep, drop)
    assert (preview.keep_name, preview.drop_name, preview.versions) == ("Fjordline AS", "Fjordlin", (1, 1))
    assert preview.moves == {"deals": 2, "people": 1, "interactions": 1}
    assert {each.field: (each.keep, each.drop, each.choice) for each in preview.fields} == {
        "name": ("Fjordline AS", "Fjordlin", "keep"),
        "status": ("prospect", "customer", "drop"),
        "note": ("old note", "new note", "both"),
        "external_id": (None, "F2", "drop"),
    }
    assert [name for _, _, name in preview.same_people] == ["Lie, Kari"]
    assert preview.shared_deals == ()


def test_organisations_are_merged_and_undo_restores_every_row(world: World, two: tuple[int, int]) -> None:
    keep, drop = two
    before = world.everything()
    groups = list_groups(world.workspace, limit=1)[0].id
    version = merge(world.workspace, "organisation", keep, drop, versions=(1, 1))
    assert version == 2
    assert world.rows("SELECT id, external_id, name, status, note FROM organisation") == [
        (keep, "F2", "Fjordline AS", "customer", "old note\n\nnew note"),
    ]
    for table in ("deal", "person", "interaction"):
        assert {row[0] for row in world.rows(f"SELECT organisation_id FROM {table}")} == {keep}
    (group,) = list_groups(world.workspace, limit=1)
    assert group.id == groups + 1
    assert group.summary == "Merged organisation Fjordlin into Fjordline AS"
    assert check(world.workspace) == []
    after = world.everything()

    undo(world.workspace)
    assert world.everything() == before
    assert check(world.workspace) == []
    redo(world.workspace)
    assert world.everything() == after
    undo(world.workspace)
    assert world.everything() == before


def test_choices_go_before_what_is_usual(world: World, two: tuple[int, int]) -> None:
    keep, drop = two
    choices = {"name": "drop", "status": "keep", "note": "drop", "external_id": "keep"}
    merge(world.workspace, "organisation", keep, drop, choices, versions=(1, 1))
    assert world.rows("SELECT name, status, note, external_id FROM organisation") == [
        ("Fjordlin", "prospect", "new note", None),
    ]


def test_notes_too_long_together_are_not_joined_unasked(world: World) -> None:
    keep, drop = world.organisation("A", note="x" * 6000), world.organisation("B", note="y" * 6000)
    fields = preview_merge(world.workspace, "organisation", keep, drop).fields
    assert {each.field: each.choice for each in fields}["note"] == "keep"
    with pytest.raises(InvalidInput, match="Note has 12002 characters"):
        merge(world.workspace, "organisation", keep, drop, {"note": "both"}, versions=(1, 1))
    assert len(world.rows("SELECT id FROM organisation")) == 2


def test_people_in_the_same_deal_keep_one_part(world: World) -> None:
    nord, sor = world.organisation("Nord"), world.organisation("Sør")
    keep = world.person("Kari Lie", nord, phone="1")
    drop = world.person("kari@nord.no", sor, email="kari@nord.no", phone="2", external_id="K")
    both = world.deal("both", nord, a=(keep, "uses"), b=(drop, "decides"))
    gap = world.deal("gap", nord, a=(keep, None), b=(drop, "blocks"))
    only = world.deal("only", nord, b=(drop, "influences"))
    world.interaction(world.now, nord, drop, only)
    preview = preview_merge(world.workspace, "person", keep, drop)
    assert preview.moves == {"deals": 3, "interactions": 1}
    assert [(each.deal_id, each.keep_role, each.drop_role) for each in preview.shared_deals] == [
        (both, PersonRole.USES, PersonRole.DECIDES),
        (gap, None, PersonRole.BLOCKS),
    ]
    assert {each.field: (each.keep, each.drop, each.choice) for each in preview.fields} == {
        "name": ("Kari Lie", "kari@nord.no", "keep"),
        "organisation_id": ("Nord", "Sør", "keep"),
        "email": (None, "kari@nord.no", "drop"),
        "phone": ("1", "2", "keep"),
        "external_id": (None, "K", "drop"),
    }
    before = world.everything()
    parts = "SELECT deal_id, person_id, role FROM deal_person ORDER BY deal_id"
    merge(world.workspace, "person", keep, drop, versions=(1, 1))
    assert world.rows(parts) == [(both, keep, "uses"), (gap, keep, "blocks"), (only, keep, "influences")]
    assert world.rows("SELECT id, name, organisation_id, email, phone, external_id FROM person") == [
        (keep, "Kari Lie", nord, "kari@nord.no", "1", "K"),
    ]
    undo(world.workspace)
    assert world.everything() == before

    merge(world.workspace, "person", keep, drop, {"roles": "drop"}, versions=(3, 2))
    assert world.rows(parts)[0] == (both, keep, "decides")
    undo(world.workspace)
    assert world.everything() == before


def test_a_merge_of_what_changed_meanwhile_is_refused(world: World, two: tuple[int, int]) -> None:
    keep, drop = two
    edit_organisation(world.workspace, organisation_id=drop, version=1, changes={"note": "mine"})
    before = world.everything()
    with pytest.raises(StaleEdit, match="Fjordlin was changed") as caught:
        merge(world.workspace, "organisation", keep, drop, versions=(1, 1))
    assert caught.value.theirs["note"] == "mine"
    with pytest.raises(StaleEdit, match="Fjordline AS was changed"):
        merge(world.workspace, "organisation", keep, drop, versions=(7, 2))
    assert world.everything() == before
    merge(world.workspace, "organisation", keep, drop, versions=(1, 2))


def test_what_cannot_be_merged(world: World, two: tuple[int, int]) -> None:
    keep, drop = two
    with pytest.raises(Refused, match="itself"):
        preview_merge(world.workspace, "organisation", keep, keep)
    with pytest.raises(Refused, match="itself"):
        merge(world.workspace, "person", keep, keep, versions=(1, 1))
    with pytest.raises(NotFound, match="no organisation with number 99"):
        preview_merge(world.workspace, "organisation", keep, 99)
    with pytest.raises(NotFound, match="no organisation with number 99"):
        merge(world.workspace, "organisation", keep, 99, versions=(1, 1))
    with pytest.raises(InvalidInput, match="no 'roles' to choose"):
        merge(world.workspace, "organisation", keep, drop, {"roles": "keep"}, versions=(1, 1))
    with pytest.raises(InvalidInput, match="Name must be keep or drop"):
        merge(world.workspace, "organisation", keep, drop, {"name": "both"}, versions=(1, 1))


def test_an_undo_is_refused_while_a_later_change_stands(world: World, two: tuple[int, int]) -> None:
    keep, drop = two
    merge(world.workspace, "organisation", keep, drop, versions=(1, 1))
    group = list_groups(world.workspace, limit=1)[0].id
    edit_organisation(world.workspace, organisation_id=keep, version=2, changes={"note": None})
    with pytest.raises(Refused, match="changed later"):
        undo(world.workspace, group_id=group)


def test_the_log_holds_what_the_row_was_and_became(world: World, two: tuple[int, int]) -> None:
    keep, drop = two
    merge(world.workspace, "organisation", keep, drop, {"external_id": "keep"}, versions=(1, 1))
    change = logged(world.workspace, "organisation", drop)[0]
    assert change.before is not None
    assert change.before["name"] == "Fjordlin"
    assert change.after == {"merged_into": keep}


def test_old_names_and_ids_find_the_kept_row_while_the_merge_stands(world: World) -> None:
    a, b, c = (world.organisation(name, external_id=name.lower()) for name in ("A", "B", "C"))

    def known() -> dict[str, int]:
        with world.workspace.read() as reader:
            return {each.was["external_id"]: each.into for each in merged_rows(reader, "organisation")}

    assert known() == {}
    merge(world.workspace, "organisation", b, c, versions=(1, 1))
    assert known() == {"c": b}
    merge(world.workspace, "organisation", a, b, versions=(1, 1))
    assert known() == {"b": a, "c": a}
    undo(world.workspace)
    assert known() == {"c": b}
    redo(world.workspace)
    assert known() == {"b": a, "c": a}
    undo(world.workspace)
    undo(world.workspace)
    assert known() == {}


def test_an_import_after_a_merge_brings_nobody_back(world: World, tmp_path: Path) -> None:
    text = (
        "id,name,email,company\n"
        "1,Kari Lie,kari@nord.no,Nord\n2,K. Lie,kari.lie@nord.no,Nordd\n,Per Dahl,per@nord.no,Nord\n"
        ",P. Dahl,p.dahl@nord.no,Nord\n"
    )
    assert load(world, tmp_path, text).new == 4
    numbers = {name: number for number, name in world.rows("SELECT id, name FROM person")}
    places = {name: number for number, name in world.rows("SELECT id, name FROM organisation")}
    merge(world.workspace, "person", numbers["Kari Lie"], numbers["K. Lie"], versions=(1, 1))
    merge(world.workspace, "person", numbers["Per Dahl"], numbers["P. Dahl"], versions=(1, 1))
    merge(world.workspace, "organisation", places["Nord"], places["Nordd"], versions=(1, 1))
    before = world.everything()
    outcome = load(world, tmp_path, text)
    assert (outcome.new, outcome.updated, outcome.unchanged) == (0, 0, 2)
    assert world.everything() == before
    again = load(world, tmp_path, "id,name,phone\n2,K. Lie,12345\n")
    assert (again.new, again.updated) == (0, 1)
    assert world.rows("SELECT name, phone FROM person WHERE external_id = '1'") == [("Kari Lie", "12345")]


def test_names_are_data(world: World) -> None:
    keep = world.person("'; DROP TABLE person; -- [red]")
    drop = world.person("🚀 שלום {x} %s :id", email="a@b.no")
    merge(world.workspace, "person", keep, drop, {"name": "drop"}, versions=(1, 1))
    assert world.rows("SELECT name FROM person") == [("🚀 שלום {x} %s :id",)]
    edit_person(world.workspace, person_id=keep, version=2, changes={"name": "=1+1"})
    undo(world.workspace)
    undo(world.workspace)
    assert len(world.rows("SELECT id FROM person")) == 2
