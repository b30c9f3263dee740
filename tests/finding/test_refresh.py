"""The index follows what anybody writes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from funnel_tui.models import Organisation
from funnel_tui.services import finding
from funnel_tui.services.deals import edit_deal, lose_deal
from funnel_tui.services.finding import find, find_index
from funnel_tui.services.history import redo, undo
from funnel_tui.services.people import create_organisation, create_person, edit_organisation, edit_person
from funnel_tui.services.workspace import Workspace
from tests.conftest import ROOT
from tests.finding.support import furnish, open_at

ANOTHER_PROCESS = """
import sys
from tests.finding.support import open_at
from funnel_tui.services.people import create_organisation, edit_organisation
from funnel_tui.services.deals import edit_deal
workspace = open_at(sys.argv[1], actor="colleague")
number = create_organisation(workspace, name="Quetzalcoatl Ærlig")
edit_organisation(workspace, organisation_id=1, version=1, changes={"name": "Renamed Works"})
edit_deal(workspace, deal_id=int(sys.argv[2]), version=1, changes={"title": "Zanzibar"})
workspace.database.close()
"""


def titles(workspace: Workspace, text: str) -> list[str]:
    return [one.title for one in find(workspace, text)]


def test_edits_of_another_process_are_found(db_url: str) -> None:
    workspace = open_at(db_url)
    deal = furnish(workspace)["Pilot"]
    assert titles(workspace, "fjordline as") == ["Fjordline AS"]
    said = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS, db_url, str(deal)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert titles(workspace, "quetzalcoatl aerlig") == ["Quetzalcoatl Ærlig"]
    assert titles(workspace, "quetzacloatl") == ["Quetzalcoatl Ærlig"]
    assert titles(workspace, "renamed") == ["Renamed Works"]
    assert titles(workspace, "fjordline as") == []
    assert titles(workspace, "zanzibar") == ["Zanzibar"]
    assert titles(workspace, "pilot") == ["Éco pilot"]


def test_undo_takes_out_and_redo_brings_back(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    before = len(find_index(workspace)), titles(workspace, "acme")
    create_organisation(workspace, name="Acme Xylophones")
    assert "Acme Xylophones" in titles(workspace, "acme")
    undo(workspace)
    assert titles(workspace, "acme") == before[1]
    redo(workspace)
    assert "Acme Xylophones" in titles(workspace, "acme")
    size = len(find_index(workspace))
    undo(workspace)
    assert titles(workspace, "xylophones") == []
    assert len(find_index(workspace)) == size - 1


def test_undo_of_an_edit_brings_the_former_name_back(db_url: str) -> None:
    workspace = open_at(db_url)
    deal = furnish(workspace)["New fleet"]
    assert titles(workspace, "new fleet")[0] == "New fleet"
    edit_deal(workspace, deal_id=deal, version=1, changes={"title": "Brand new"})
    assert "New fleet" not in titles(workspace, "new fleet")
    assert titles(workspace, "brand new") == ["Brand new"]
    undo(workspace)
    assert titles(workspace, "new fleet")[0] == "New fleet"
    assert titles(workspace, "brand new") == []


def test_a_lost_deal_comes_after_open_ones(db_url: str) -> None:
    workspace = open_at(db_url)
    deals = furnish(workspace)
    assert titles(workspace, "renewal") == [
        *("Renewal of the fleet", "Fleet renewal two", "Fjordline fleet renewal", "Fleet renewal")
    ]
    lose_deal(workspace, deal_id=deals["Fleet renewal two"], reason="price")
    assert titles(workspace, "renewal") == [
        *("Renewal of the fleet", "Fjordline fleet renewal", "Fleet renewal", "Fleet renewal two")
    ]


def test_an_email_is_found_as_soon_as_it_is_known(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    person = create_person(workspace, name="Nemo")
    assert titles(workspace, "captain@nautilus") == []
    edit_person(workspace, person_id=person, version=1, changes={"email": "captain@nautilus.example"})
    assert titles(workspace, "captain@nautilus") == ["Nemo"]


def test_many_changes_at_once_are_read_anew(db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    assert titles(workspace, "mass") == []
    monkeypatch.setattr(finding, "RELOAD", 10)
    with workspace.change("import") as call:
        for number in range(50):
            call.insert(Organisation, {"name": f"Mass {number}"})
    assert len(find(workspace, "mass", limit=100)) == 50
    undo(workspace)
    assert titles(workspace, "mass") == []


def test_blocks_grow_split_and_empty(db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funnel_tui.services.find_shelf.BLOCK", 4)
    monkeypatch.setattr(finding, "BLOCK", 4)
    workspace = open_at(db_url)
    assert titles(workspace, "firm") == []
    numbers = [create_organisation(workspace, name=f"Firm {number}") for number in range(3)]
    assert len(find(workspace, "firm")) == 3
    with workspace.change("import") as call:
        for number in range(3, 20):
            call.insert(Organisation, {"name": f"Firm {number}"})
    assert len(find(workspace, "firm")) == 20
    edit_organisation(workspace, organisation_id=numbers[0], version=1, changes={"name": "Other"})
    assert len(find(workspace, "firm")) == 19
    undo(workspace)
    undo(workspace)
    assert sorted(titles(workspace, "firm")) == ["Firm 0", "Firm 1", "Firm 2"]
    for _ in range(3):
        undo(workspace)
    assert titles(workspace, "firm") == []
    redo(workspace)
    assert titles(workspace, "firm") == ["Firm 0"]


@pytest.mark.pg
def test_a_change_that_becomes_visible_late_is_not_missed(pg_url: str) -> None:
    workspace, slow, quick = open_at(pg_url), open_at(pg_url, "slow"), open_at(pg_url, "quick")
    furnish(workspace)
    assert titles(workspace, "early") == []
    with slow.change("slow") as call:
        call.insert(Organisation, {"name": "Early bird"})
        call.flush()  # its entries have their numbers now
        create_organisation(quick, name="Later bird")
        assert titles(workspace, "later bird") == ["Later bird"]
        assert titles(workspace, "early bird") == []
    assert titles(workspace, "early bird") == ["Early bird"]


@pytest.mark.pg
def test_what_is_settled_is_not_read_again(pg_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = open_at(pg_url)
    furnish(workspace)
    monkeypatch.setattr(finding, "LATE_SECONDS", -1.0)
    for number in range(3):
        create_organisation(workspace, name=f"Settled {number}")
        assert len(find(workspace, "settled")) == number + 1
    asked: list[int] = []
    ask = finding.queries.changes_since
    monkeypatch.setattr(
        finding.queries,
        "changes_since",
        lambda reader, after, limit: asked.append(after) or ask(reader, after, limit),
    )
    find(workspace, "settled")
    find(workspace, "settled")
    top = finding.queries.last_change
    with workspace.read() as reader:
        assert asked[-1] == top(reader)
