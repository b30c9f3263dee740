"""What is done to a deal by keys: new, edit, move, win, lose, reopen, tasks, undo, copy, conflicts, locks."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.config import UserSettings
from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.dialogs.problem import ProblemDialog
from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.habits import Habits
from funnel_tui.domain.period import day_number
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.errors import DatabaseBusy, FunnelError
from funnel_tui.screens import deal_saving
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.agenda import deal_tasks
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import edit_deal, move_deal, win_deal
from funnel_tui.services.pipelines import edit_stage
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, TERMINAL, Driver, driving
from tests.ui.conftest import open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
SCOPE = Scope(pipelines=("New business",))


def row_of(workspace: Workspace, deal_id: int) -> DealRow:
    """A deal as a list shows it."""
    return deal_rows(workspace, SCOPE, [deal_id])[0]


def in_stage(workspace: Workspace, stage: str) -> tuple[int, int]:
    """The first deal of the list that is in a stage, and its row."""
    ids = deal_ids(workspace, SCOPE)
    for at, row in enumerate(deal_rows(workspace, SCOPE, ids)):
        if row.stage == stage:
            return row.id, at
    raise AssertionError(f"no deal is in {stage}")


async def to_row(driver: Driver, row: int) -> None:
    """Open the list with the cursor on a row."""
    await driver.press("1", *("j" * row))


# Stages


@both_sizes
async def test_greater_than_moves_a_stage_on_and_u_takes_it_back(
    demo: Workspace, size: tuple[int, int]
) -> None:
    deal_id, at = in_stage(demo, "Qualified")
    async with driving(demo, size=size) as driver:
        await to_row(driver, at)
        await driver.press("greater_than_sign")
        assert row_of(demo, deal_id).stage == "Proposal"
        title = row_of(demo, deal_id).title
        assert driver.last_told == f"Moved {title} from Qualified to Proposal"
        assert isinstance(driver.app.screen, DealsScreen)
        assert driver.app.screen.deal_id == deal_id
        await driver.press("u")
        assert row_of(demo, deal_id).stage == "Qualified"
        assert driver.last_told == f"Undid: Moved {title} from Qualified to Proposal"
        await driver.press("ctrl+r")
        assert row_of(demo, deal_id).stage == "Proposal"
        assert driver.last_told.startswith("Redid: Moved")


async def test_the_key_pressed_twice_in_a_row_moves_two_stages(demo: Workspace) -> None:
    deal_id, at = in_stage(demo, "Lead")
    async with driving(demo) as driver:
        await to_row(driver, at)
        await driver.pilot.press("greater_than_sign", "greater_than_sign")
        await driver.settle()
        await driver.settle()
        assert row_of(demo, deal_id).stage == "Proposal"
        assert not isinstance(driver.app.screen, ProblemDialog)


async def test_less_than_asks_before_it_moves_back(demo: Workspace) -> None:
    deal_id, at = in_stage(demo, "Proposal")
    async with driving(demo) as driver:
        await to_row(driver, at)
        await driver.press("less_than_sign")
        assert "Move back from Proposal to Qualified?" in driver.text
        await driver.press("escape")
        assert row_of(demo, deal_id).stage == "Proposal"
        await driver.press("less_than_sign", "y")
        assert row_of(demo, deal_id).stage == "Qualified"


async def test_after_the_last_stage_comes_the_question_whether_it_is_won(demo: Workspace) -> None:
    deal_id, at = in_stage(demo, "Negotiation")
    last = deal_detail(demo, deal_id).route[-1]
    move_deal(demo, deal_id=deal_id, stage_id=last.stage_id)
    async with driving(demo) as driver:
        await to_row(driver, at)
        await driver.press("greater_than_sign")
        assert "Contract is the last stage" in driver.text
        await driver.press("w", "enter")
        assert row_of(demo, deal_id).status is DealStatus.WON


async def test_a_field_that_the_stage_asks_for_is_asked_for(demo: Workspace) -> None:
    deal_id, at = in_stage(demo, "Qualified")
    row = row_of(demo, deal_id)
    edit_stage(demo, stage_id=row.stage_id, version=1, changes={"required_fields": "probability"})
    if row_of(demo, deal_id).probability:
        edit_deal(demo, deal_id=deal_id, version=row.version, changes={"probability_bp": None})
    async with driving(demo) as driver:
        await to_row(driver, at)
        await driver.press("greater_than_sign")
        assert "Qualified asks for probability first" in driver.text
        assert row_of(demo, deal_id).stage == "Qualified"


async def test_m_and_a_digit_move_to_any_stage(demo: Workspace) -> None:
    deal_id, at = in_stage(demo, "Qualified")
    async with driving(demo) as driver:
        await to_row(driver, at)
        await driver.press("m", "4")
        if not isinstance(driver.app.screen, DealsScreen):
            await driver.press("enter")
        assert row_of(demo, deal_id).stage == "Negotiation"


# Closing


async def test_w_wins_and_R_takes_it_up_again(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    async with driving(demo) as driver:
        await driver.press("1", "w", "enter")
        assert row_of(demo, deal_id).status is DealStatus.WON
        assert driver.last_told.startswith("Won ")
        await driver.press("tab")
        assert isinstance(driver.app.screen, DealsScreen)
        rows = driver.app.screen._rows
        assert rows is not None
        await driver.press(*("j" * list(rows.ids).index(deal_id)))
        await driver.press("R", "enter")
        assert row_of(demo, deal_id).status is DealStatus.OPEN


async def test_x_and_a_reason_lose_a_deal(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    async with driving(demo) as driver:
        await driver.press("1", "x")
        await driver.type("Price")
        await driver.press("enter")
        assert row_of(demo, deal_id).status is DealStatus.LOST
        assert ": Price" in driver.last_told


async def test_a_loss_reason_that_is_new_is_told(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "x")
        await driver.type("Prcie")
        await driver.press("enter")
        assert ". A new loss reason: Prcie. Did you mean Price? u takes it back." in driver.last_told


async def test_a_closed_deal_is_not_moved_and_says_why(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "tab", "greater_than_sign")
        assert "R takes it up again" in driver.last_told


# The form


@both_sizes
async def test_n_makes_a_deal_from_any_screen(demo: Workspace, size: tuple[int, int]) -> None:
    before = set(deal_ids(demo, Scope()))
    async with driving(demo, size=size) as driver:
        await driver.press("n")
        await driver.type("Åse's new roof")
        await driver.press("enter")
        made = set(deal_ids(demo, Scope())) - before
        assert len(made) == 1
        assert row_of(demo, made.pop()).title == "Åse's new roof"
        assert driver.last_told == "Created Åse's new roof in Lead"


async def test_e_changes_a_deal(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    async with driving(demo) as driver:
        await driver.press("1", "e", "end")
        await driver.type(" II")
        await driver.press("enter")
        assert row_of(demo, deal_id).title.endswith(" II")
        assert driver.last_told.startswith("Edited ")


async def test_what_was_typed_is_offered_again(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("n")
        await driver.type("Half a deal")
        await driver.press("escape")
        assert "Kept as a draft" in driver.last_told
        await driver.press("n")
        assert isinstance(driver.app.screen, Chooser)
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealForm)
        assert "Half a deal" in driver.text
        await driver.press("enter")
        assert driver.last_told == "Created Half a deal in Lead"
        await driver.press("n")
        assert isinstance(driver.app.screen, DealForm)


async def test_a_draft_is_spoken_of_at_the_next_start(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("n")
        await driver.type("Half a deal")
        await driver.press("escape")
    async with driving(demo) as driver:
        for _ in range(40):
            await driver.pilot.pause(0.05)
            if driver.told:
                break
        assert "There is a draft that was not saved: Half a deal" in driver.last_told


async def test_an_edit_of_a_deal_that_somebody_changed_shows_both(demo_path: Path) -> None:
    mine, other = open_at(demo_path), open_at(demo_path)
    row = row_of(mine, deal_ids(mine, SCOPE)[0])
    async with driving(mine) as driver:
        await driver.press("1", "e", "end")
        await driver.type(" mine")
        edit_deal(other, deal_id=row.id, version=row.version, changes={"title": "Theirs"})
        await driver.press("enter")
        await driver.settle()
        assert f"{row.title} mine" in driver.text
        assert "Theirs" in driver.text
        assert row_of(mine, row.id).title == "Theirs"
    other.database.close()
    mine.database.close()


async def test_a_win_of_a_deal_that_somebody_changed_is_asked_about(demo_path: Path) -> None:
    mine, other = open_at(demo_path), open_at(demo_path)
    row = row_of(mine, deal_ids(mine, SCOPE)[0])
    async with driving(mine) as driver:
        await driver.press("1", "w")
        edit_deal(other, deal_id=row.id, version=row.version, changes={"title": "Theirs"})
        await driver.press("enter")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert row_of(mine, row.id).status is DealStatus.OPEN
        await driver.press("y")
        await driver.settle()
        assert row_of(mine, row.id).status is DealStatus.WON
    other.database.close()
    mine.database.close()


async def test_a_locked_database_is_told_and_the_change_can_be_tried_again(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal_id, at = in_stage(demo, "Qualified")
    real, calls = deal_saving.move, []

    def busy(*args: Any, **more: Any) -> Told:
        calls.append(args)
        if len(calls) == 1:
            raise DatabaseBusy("Somebody else holds the database.", "Try again.")
        return real(*args, **more)

    monkeypatch.setattr(deal_saving, "move", busy)
    async with driving(demo) as driver:
        await to_row(driver, at)
        await driver.press("greater_than_sign")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert row_of(demo, deal_id).stage == "Qualified"
        await driver.press("r")
        await driver.settle()
        assert row_of(demo, deal_id).stage == "Proposal"


async def test_changes_are_made_one_after_the_other_also_after_one_that_failed(demo: Workspace) -> None:
    made: list[int] = []

    def doing(number: int, _workspace: Workspace) -> Told:
        made.append(number)
        if number == 2:
            raise FunnelError("The second one fails.")
        return Told(f"number {number}", written=False)

    async with driving(demo) as driver:
        for number in range(1, 5):
            writing_of(driver.app).write(Change("Trying", partial(doing, number)))
        for _ in range(6):
            await driver.settle()
        assert made == [1, 2, 3, 4]
        assert isinstance(driver.app.screen, ProblemDialog)
        assert [words for words in driver.told if words.startswith("number")] == [
            "number 1",
            "number 3",
            "number 4",
        ]


# Tasks and the clipboard


async def test_t_adds_a_task(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    before = len(deal_tasks(demo, deal_id))
    async with driving(demo) as driver:
        await driver.press("1", "t")
        await driver.type("ask for the budget")
        await driver.press("down")
        await driver.type("fri")
        await driver.press("enter")
        tasks = deal_tasks(demo, deal_id)
        assert len(tasks) == before + 1
        assert any(task.title == "ask for the budget" and task.due_day for task in tasks)
        assert "Added task call: ask for the budget" in driver.last_told


@pytest.mark.parametrize(
    ("locale", "week_start", "typed", "day"),
    [
        ("nb_NO.UTF-8", 0, "4/12", date(2026, 12, 4)),
        ("en_US.UTF-8", 0, "4/12", date(2027, 4, 12)),
        ("nb_NO.UTF-8", 0, "4 desember", date(2026, 12, 4)),
        ("C.UTF-8", 0, "eow", date(2026, 11, 22)),
        ("C.UTF-8", 6, "eow", date(2026, 11, 21)),
        ("C.UTF-8", None, "eow", date(2026, 11, 22)),
        ("en_US.UTF-8", None, "eow", date(2026, 11, 21)),
        ("en_US.UTF-8", 0, "eow", date(2026, 11, 22)),
        ("nb_NO.UTF-8", None, "eow", date(2026, 11, 22)),
    ],
)
async def test_days_are_read_as_the_user_writes_them(
    demo: Workspace, locale: str, week_start: int | None, typed: str, day: date
) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    settings = UserSettings(week_start=week_start)
    async with driving(demo, settings=settings, environment={**TERMINAL, "LANG": locale}) as driver:
        await driver.press("1", "t")
        await driver.type("habits")
        await driver.press("down")
        await driver.type(typed)
        await driver.press("enter")
        made = next(task for task in deal_tasks(demo, deal_id) if task.title == "habits")
        assert made.due_day == day_number(day)
        await driver.press("space", "B")
        await driver.type("expected close")
        await driver.press("enter")
        await driver.type(typed)
        await driver.press("enter", "y")
        assert row_of(demo, deal_id).expected_close == day


async def test_numbers_have_a_locale_of_their_own(demo: Workspace) -> None:
    environment = {**TERMINAL, "LANG": "en_US.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"}
    async with driving(demo, environment=environment) as driver:
        assert driver.app.workspace.habits == Habits("en_US", "de_DE")
        await driver.press("1", "t")
        reader = Typed(driver.app.settings, demo.clock, habits=demo.habits)
        amount = reader.money("1.234,5")
        assert amount is not None
        assert amount.minor == 123_450
        assert reader.day("4/12") == date(2027, 4, 12)


async def test_y_copies_the_row_and_says_so(demo: Workspace) -> None:
    row = row_of(demo, deal_ids(demo, SCOPE)[0])
    async with driving(demo) as driver:
        await driver.press("1", "y")
        assert driver.app.clipboard.split("\t")[0] == row.title
        assert row.owner in driver.app.clipboard
        assert driver.last_told.startswith(f"Copied: {row.title} and ")


async def test_without_a_deal_the_keys_say_what_to_do(empty: Workspace) -> None:
    async with driving(empty) as driver:
        await driver.press("1")
        for key in ("e", "m", "w", "x", "R", "t", "greater_than_sign"):
            await driver.press(key)
            assert "no deal under the cursor" in driver.last_told
        await driver.press("n")
        assert "A deal needs a pipeline: S makes one" in driver.last_told


async def test_a_deal_that_is_gone_is_told_so(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    async with driving(demo) as driver:
        await driver.press("1")
        win_deal(demo, deal_id=deal_id)
        await driver.press("w")
        assert "is won; R takes it up again" in driver.last_told
