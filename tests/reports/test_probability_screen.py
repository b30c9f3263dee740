"""What the view Probability and the detail of a deal read: both databases, nothing learned by looking."""

from __future__ import annotations

from fractions import Fraction

import pytest

from funnel_tui.db import Reader
from funnel_tui.domain.cells import FunnelCell
from funnel_tui.domain.probability import Field, Reason
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.selection import Selection
from funnel_tui.errors import DatabaseProblem
from funnel_tui.queries.snapshot import closing_history
from funnel_tui.services import deal_chances
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deals import edit_deal, lose_deal
from funnel_tui.services.learning import learn
from funnel_tui.services.reports import probability_screen as view_reading
from funnel_tui.services.reports.probability_screen import learn_and_read, read_at_once
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from tests.support import worked
from tests.support.worked_services import fill, open_workspace

PUSH_OF_S4 = (Reason(Field.STAGE, "S4", Fraction(31, 32) - Fraction(1, 2)),)


@pytest.fixture
def example(db_url: str) -> tuple[Workspace, dict[str, int]]:
    """The worked example, with a model from its six closed deals."""
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    set_setting(workspace, name="model_minimum", value=6)
    return workspace, deals


def learned_rows(workspace: Workspace) -> int:
    """How many closed deals were learned."""
    with workspace.read() as reader:
        return int(reader.rows("SELECT count(*) FROM learned_deal")[0][0])


def test_learning_everything_is_not_done_at_once(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, deals = example
    assert read_at_once(workspace, Scope()) is None
    assert learned_rows(workspace) == 0
    told: list[tuple[int, int]] = []
    view = learn_and_read(workspace, Scope(), lambda done, every: told.append((done, every)))
    assert told == [(0, 6)]
    assert [chance.deal.title for chance in view.chances.deals] == ["D10", "D5", "D7", "D6"]
    assert view.chances.reasons(view.chances.deals[0].deal) == PUSH_OF_S4
    assert view.chances.short == ()
    assert [chance.deal.amount for chance in view.chances.deals].count(None) == 1
    # What was closed since is learned on the way.
    lose_deal(workspace, deal_id=deals["D6"], reason="price")
    again = read_at_once(workspace, Scope())
    assert again is not None
    assert (len(again.chances.deals), learned_rows(workspace)) == (3, 7)


def test_a_past_day_is_never_quick(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, _ = example
    learn(workspace)
    scope = Scope(as_of=worked.instant("02-20"))
    assert read_at_once(workspace, scope) is None
    view = learn_and_read(workspace, scope)
    assert sorted(chance.deal.title for chance in view.chances.deals) == ["D1", "D3", "D5", "D7", "D8"]


def test_where_nothing_can_be_written_it_is_worked_out_in_memory(
    example: tuple[Workspace, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _ = example

    def refuse(*_: object) -> None:
        raise DatabaseProblem("The database cannot be written.")

    monkeypatch.setattr(view_reading, "learn", refuse)
    view = learn_and_read(workspace, Scope())
    assert learned_rows(workspace) == 0
    assert view.chances.deals[0].model == Fraction(9688, 10_000)
    assert view.chances.learned == 6


def test_a_team_without_enough_closed_deals_is_named(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, _ = example
    set_setting(workspace, name="model_minimum", value=30)
    view = learn_and_read(workspace, Scope())
    assert view.chances.short == (("", 6),)
    assert all(chance.model is None for chance in view.chances.deals)
    assert view.chances.reasons(view.chances.deals[0].deal) == ()


def test_a_deal_tells_every_source(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, deals = example
    before = deal_detail(workspace, deals["D10"]).chances
    assert before is not None
    assert (before.model, before.learned, before.minimum) == (None, None, 6), "not asked yet"
    assert learned_rows(workspace) == 0, "opening a deal never learns"
    learn(workspace)
    found = deal_detail(workspace, deals["D10"]).chances
    assert found is not None
    assert (found.typed, found.stage) == (None, Fraction(4, 5))
    assert (found.history, found.history_n) == (Fraction(1), 3)
    assert (found.model, found.reasons, found.learned) == (Fraction(9688, 10_000), PUSH_OF_S4, 6)
    version = deal_detail(workspace, deals["D10"]).row.version
    edit_deal(workspace, deal_id=deals["D10"], version=version, changes={"probability_bp": 6000})
    typed = deal_detail(workspace, deals["D10"]).chances
    assert typed is not None
    assert (typed.typed, typed.stage, typed.model, typed.reasons) == (
        *(Fraction(3, 5), Fraction(4, 5), None),
        (),
    )


def test_a_closed_deal_and_a_past_day_have_none(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, deals = example
    assert deal_detail(workspace, deals["D1"]).chances is None
    assert deal_detail(workspace, deals["D5"], worked.instant("02-20")).chances is None


def test_history_follows_every_change(
    example: tuple[Workspace, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, deals = example
    counted: list[str] = []

    def count(reader: Reader, selection: Selection) -> list[FunnelCell]:
        counted.append("once")
        return closing_history(reader, selection)

    monkeypatch.setattr(deal_chances, "closing_history", count)
    for _ in range(3):
        found = deal_detail(workspace, deals["D5"]).chances
        assert found is not None
        assert (found.history, found.history_n) == (Fraction(3, 5), 5)
    assert counted == ["once"]
    lose_deal(workspace, deal_id=deals["D7"], reason="price")
    found = deal_detail(workspace, deals["D5"]).chances
    assert found is not None
    assert (found.history, found.history_n) == (Fraction(3, 6), 6)
