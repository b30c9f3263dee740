"""Narrowing a list of deals as somebody types."""

from __future__ import annotations

from array import array

import pytest

from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort
from funnel_tui.domain.finding import fold
from funnel_tui.domain.scope import Scope
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.finding import narrow
from funnel_tui.services.people import edit_organisation, edit_rep
from funnel_tui.services.workspace import Workspace
from tests.finding.support import furnish, open_at

ALL = DealFilter(status=None)

TYPED = (
    *("fleet", "FLEET ren", "anna", "Åsberg fleet", "chen pilot", "kraft", "søhne", "acme [/eu]", "[bold]"),
    *("e", "a e i", "sf-100", "100 %", "عقد", "🚀", "qqq", "fleet qqq", "two renewal", "rakett chen"),
)


def plainly(workspace: Workspace, text: str) -> set[int]:
    with workspace.read() as reader:
        lines = reader.rows(
            "SELECT d.id, d.title, d.external_id, o.name, r.name FROM deal d"
            " JOIN rep r ON r.id = d.owner_id LEFT JOIN organisation o ON o.id = d.organisation_id"
        )
    words = fold(text).split()
    return {
        number for number, *names in lines if all(any(word in fold(n or "") for n in names) for word in words)
    }


def test_every_word_is_somewhere_in_title_organisation_or_owner(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    everything = deal_ids(workspace, Scope(), ALL, DealOrder(DealSort.DEAL, descending=True))
    some = 0
    for text in TYPED:
        expected = plainly(workspace, text)
        narrowed = narrow(workspace, everything, text)
        assert narrowed.tolist() == [deal for deal in everything if deal in expected], text
        some += bool(expected)
    assert some > 10


def test_nothing_typed_narrows_nothing(db_url: str) -> None:
    workspace = open_at(db_url)
    for text in ("", "  ", "\t", "\u200e"):
        assert narrow(workspace, array("q", [3, 1]), text) == array("q", [3, 1])
    assert narrow(workspace, array("q", [3, 1]), "x") == array("q")


def test_a_filter_narrows_together_with_the_rest(db_url: str) -> None:
    workspace = open_at(db_url)
    deals = furnish(workspace)
    by_title = DealOrder(DealSort.DEAL)
    found = deal_ids(workspace, Scope(), DealFilter(text="fleet renewal"), by_title)
    assert found.tolist() == [
        deals[title] for title in ("Fjordline fleet renewal", "Fleet renewal two", "Renewal of the fleet")
    ]
    found = deal_ids(workspace, Scope(owner="Chen"), DealFilter(None, text="fleet"), by_title)
    assert found.tolist() == [deals["Fleet renewal"], deals["New fleet"]]


@pytest.mark.parametrize("change", ["title", "organisation", "owner", "new owner"])
def test_narrowing_follows_changes(db_url: str, change: str) -> None:
    workspace = open_at(db_url)
    deal = furnish(workspace)["Fleet renewal two"]
    ids = deal_ids(workspace, Scope(), ALL)
    assert narrow(workspace, ids, "xerxes").tolist() == []
    if change == "title":
        edit_deal(workspace, deal_id=deal, version=1, changes={"title": "Xerxes"})
    elif change == "organisation":
        edit_organisation(workspace, organisation_id=3, version=1, changes={"name": "Xerxes AS"})
    elif change == "owner":
        edit_rep(workspace, rep_id=1, version=1, changes={"name": "Xerxes"})
    else:
        edit_rep(workspace, rep_id=2, version=1, changes={"name": "Xerxes"})
        assert deal not in narrow(workspace, ids, "xerxes")
        edit_deal(workspace, deal_id=deal, version=1, changes={"owner_id": 2})
    assert deal in narrow(workspace, ids, "xerxes")
