"""Help lists the keys of every screen and dialog, the palette every action, all from the bindings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from funnel_tui.app import FunnelApp
from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.explain import ExplainDialog
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.commands import IN_DIALOGS
from funnel_tui.screens.keys import own_kinds
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from tests.support.driving import SIZES, Driver, driving

KEYS: dict[str, str] = {
    **{"TasksScreen": "0", "DealsScreen": "1", "StagesScreen": "2", "InteractionsScreen": "3"},
    **{"QuotasScreen": "4", "PlanScreen": "5", "PipelinesScreen": "S", "DirectoryScreen": "O"},
    **{"HistoryScreen": "Z", "FindScreen": "slash", "FileDialog": "I"},
    **{"BoardScreen": "1 b", "DealScreen": "1 enter", "DealHistoryScreen": "1 enter Z"},
    **{"BehindScreen": "2 enter", "StuckScreen": "2 s asterisk", "FigureDealsScreen": "4 enter"},
    **{"InteractionScreen": "3 enter", "InteractionsBehindScreen": "3 tab enter"},
    **{"ActivityDealsScreen": "3 tab tab tab tab enter", "KindsScreen": "3 K", "TargetsScreen": "3 t"},
    **{"QuotaGridScreen": "4 e", "DirectoryDetailScreen": "O enter", "DuplicatesScreen": "O equals_sign"},
    **{"DoneDialog": "0 d", "TaskDialog": "0 t", "LogForm": "c", "DealForm": "n", "MoveDialog": "1 m"},
    **{"WinDialog": "1 w", "LoseDialog": "1 x", "ReopenDialog": "1 tab R", "ContactsDialog": "1 P"},
    **{"ContactForm": "1 P a", "DemandForm": "1 A", "ScopeDialog": "f", "ConditionDialog": "f ctrl+o"},
    **{"ViewsDialog": "v", "SaveViewDialog": "v a", "AsOfForm": "T", "ExportForm": "2 E"},
    **{"ExplainDialog": "2 question_mark", "Chooser": "colon", "StageForm": "S n"},
    **{"TemplateChoice": "S tab n", "PipelineForm": "S tab e", "HistoryFilterDialog": "Z F"},
    **{"TurnsDialog": "Z enter", "ConfirmDialog": "u", "OrganisationForm": "O n", "PersonForm": "O tab n"},
    **{"MergeDialog": "O space j m", "KindForm": "3 K n", "AmountForm": "4 e e", "RevisionsDialog": "4 H"},
    **{"AskText": "5 e", "BulkMove": "1 space B enter", "ProblemDialog": "S tab D"},
    **{"BulkPreviewDialog": "1 space B down enter", "BulkLose": "1 space B down down enter"},
    **{"BulkReassign": f"1 space B {'down ' * 3}enter", "BulkClose": f"1 space B {'down ' * 4}enter"},
    **{"BulkProbability": f"1 space B {'down ' * 5}enter", "BulkSource": f"1 space B {'down ' * 6}enter"},
    **{"BulkTag": f"1 space B {'down ' * 7}enter", "BulkUntag": f"1 space B {'down ' * 8}enter"},
}
"""The keys that lead to a screen or dialog in the demo, by its class."""

OTHER_WAYS = {
    "ImportPreview": "a file is chosen first",
    "WelcomeDialog": "the first start",
    "PickOne": "from the welcome and from the preview of an import",
    "BulkResultScreen": "some deals are refused",
    "ConflictDialog": "somebody else writes meanwhile",
    "DemandDialog": "the deal has demand lines",
    "FixedValueForm": "from the preview of an import",
    "RenameViewDialog": "there is a saved view",
    "StageTasksScreen": "the pipeline has automatic staging",
    "TaskForm": "from a list that demo data has none of",
    "TaskTemplateForm": "the pipeline has automatic staging",
}
"""What takes more than keys in the demo. The first two have tests below; the list is made alike for all."""

ONLY_MOVING = (Grid,)
"""The palette may leave out how to move in a list: nobody looks for that by name."""


def _listed(driver: Driver) -> dict[str, str]:
    """The sentences of the list that is shown, by their actions."""
    chooser = driver.app.screen
    assert isinstance(chooser, Chooser)
    return {entry.value: entry.about for entry in chooser._entries}


def _wanted(driver: Driver) -> dict[str, set[str]]:
    """The bindings that work on the present screen or dialog: the sentences by the id."""
    screen = driver.app.screen
    in_dialog = isinstance(screen, Dialog)
    found: dict[str, set[str]] = {}
    for active in screen.active_bindings.values():
        if active.binding.id and not (in_dialog and active.node is driver.app):
            found.setdefault(active.binding.id, set()).add(active.binding.tooltip)
    return found


async def _look_at_help(driver: Driver) -> None:
    """Open help, find every binding in it, and come back to what was there."""
    screen = driver.app.screen
    wanted = _wanted(driver)
    assert wanted
    await driver.press("f1")
    if isinstance(driver.app.screen, ExplainDialog) and not isinstance(screen, ExplainDialog):
        await driver.press("question_mark")  # a figure is explained first
    assert driver.app.screen is not screen
    listed = _listed(driver)
    assert wanted.keys() <= listed.keys()
    assert all(listed.values())
    assert all(listed[name] in sentences for name, sentences in wanted.items())
    await driver.press("escape")
    assert driver.app.screen is screen


def _concrete() -> set[str]:
    """Every screen and dialog that is shown: those that no other one is made of."""
    kinds = [kind for kind in own_kinds() if issubclass(kind, Screen)]
    bases = {base for kind in kinds for base in kind.__mro__[1:]}
    return {kind.__name__ for kind in kinds if kind not in bases}


def test_no_screen_and_no_dialog_is_forgotten() -> None:
    assert _concrete() <= KEYS.keys() | OTHER_WAYS.keys()
    names = {kind.__name__ for kind in own_kinds()}
    assert KEYS.keys() | OTHER_WAYS.keys() <= names
    assert not KEYS.keys() & OTHER_WAYS.keys()


@pytest.mark.parametrize("name", KEYS)
async def test_help_lists_every_key_of(demo: Workspace, name: str) -> None:
    async with driving(demo) as driver:
        await driver.press(*KEYS[name].split())
        assert type(driver.app.screen).__name__ == name
        await _look_at_help(driver)


async def test_help_in_the_welcome(empty: Workspace) -> None:
    async with driving(empty, welcome=True) as driver:
        await _look_at_help(driver)


async def test_help_in_the_preview_of_an_import(demo: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("title,amount\nRollout,100\n")
    async with driving(demo) as driver:
        await driver.press("I", "slash", "ctrl+u")
        await driver.type(str(path))
        await driver.press("enter")
        assert type(driver.app.screen).__name__ == "ImportPreview"
        await _look_at_help(driver)


async def test_a_letter_in_a_field_is_a_letter_and_f1_leaves_the_list_too(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("n", "question_mark")
        assert type(driver.app.screen).__name__ == "DealForm"
        assert driver.line("Title").split() == ["Title", "*", "?"]
        await driver.press("f1")
        assert "Keys" in driver.lines[0]
        await driver.press("f1")
        assert type(driver.app.screen).__name__ == "DealForm"
        assert driver.line("Title").split() == ["Title", "*", "?"]


async def test_a_key_of_a_dialog_can_be_chosen_from_its_list(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("f", "f1")
        await driver.type("compose a condition")
        await driver.press("enter")
        assert type(driver.app.screen).__name__ == "ConditionDialog"


SCREENS = [name for name in KEYS if name.endswith("Screen")]


def _actions(node: Any) -> dict[str, str]:
    """What a screen or the app can do as things stand, whatever key it has: the sentence by the id."""
    return {
        binding.id: binding.tooltip
        for _, binding in node._bindings
        if binding.id and node.app._check_action_state(binding.action, node)
    }


@pytest.mark.parametrize("name", SCREENS)
async def test_the_palette_holds_every_action_of_the_app_and_of(demo: Workspace, name: str) -> None:
    async with driving(demo) as driver:
        await driver.press(*KEYS[name].split())
        screen = driver.app.screen
        assert isinstance(screen, FunnelScreen)
        nearer = {active.binding.id for active in screen.active_bindings.values()}
        wanted = _actions(driver.app) | _actions(screen)
        keys = {
            active.binding.id: driver.app.get_key_display(active.binding)
            for active in screen.active_bindings.values()
            if not isinstance(active.node, ONLY_MOVING)
        }
        await driver.press("ctrl+p")
        chooser = driver.app.screen
        assert isinstance(chooser, Chooser)
        entries = {entry.value: entry for entry in chooser._entries}
        assert wanted.keys() <= entries.keys()
        assert all(entry.about for entry in entries.values())
        for action, key in keys.items():
            if action is not None and action in nearer:
                assert key in entries[action].key.split()


async def test_what_a_nearer_key_hides_is_in_the_palette(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "enter", "ctrl+p")
        await driver.type("every change: who")
        await driver.press("enter")
        assert type(driver.app.screen).__name__ == "HistoryScreen"


def test_the_keys_that_work_in_dialogs_are_keys_of_the_app() -> None:
    names = {binding.id for binding in FunnelApp.BINDINGS}  # type: ignore[union-attr]
    assert names >= IN_DIALOGS


async def test_the_headings_of_a_short_list_of_keys_are_whole(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "space", "w", "f1")
        assert any(line.split() == ["Key", "Action", "What", "it", "does"] for line in driver.lines)


async def test_keys_between_columns_are_listed_where_there_are_columns_to_go_to(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("2", "colon")
        chooser = driver.app.screen
        assert isinstance(chooser, Chooser)
        about = {entry.value: entry.about for entry in chooser._entries}
        assert about["right"] == "The next column"
        await driver.press("escape", "O", "colon")
        chooser = driver.app.screen
        assert isinstance(chooser, Chooser)
        assert "right" not in {entry.value for entry in chooser._entries}


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_help_says_how_the_settings_file_calls_a_key(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, tab="1") as driver:
        await driver.press("f1", *"is won")
        assert "The deal is won" in driver.text
        if size == SIZES[0]:
            assert driver.line("In the settings file").strip() == "In the settings file: [keymap] win = …"
        else:
            assert "In [keymap]" in driver.text
            assert driver.line("w ").split()[-1] == "win"
        await driver.press("ctrl+u", *"stage_on")
        assert "Move it to the next stage" in driver.text
