"""The number of a row that was undone is never given to another one: the audit log tells rows apart by it."""

from __future__ import annotations

from funnel_tui.demo import build_demo
from funnel_tui.services.history import undo
from funnel_tui.services.people import create_organisation
from tests.support.worked_services import open_workspace


def test_an_undone_number_is_not_used_again(db_url: str) -> None:
    workspace = open_workspace(db_url)
    first = create_organisation(workspace, name="Fjordline")
    undo(workspace)
    assert create_organisation(workspace, name="Nordlys") > first
    workspace.database.close()


def test_a_bulk_import_does_not_use_undone_numbers_either(db_url: str) -> None:
    workspace = open_workspace(db_url)
    highest = []
    for seed in (1, 2):
        build_demo(workspace, deals=30, seed=seed)
        with workspace.read() as reader:
            low, high = reader.rows("SELECT min(id), max(id) FROM deal")[0]
        assert not highest or low > highest[-1]
        highest.append(high)
        undo(workspace)
    workspace.database.close()
