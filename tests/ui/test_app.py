"""Keys that work everywhere, dialogs, problems, and changes made elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from textual import events

from funnel_tui import app as app_module
from funnel_tui.config import ConfigError, UserSettings, load_settings
from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.explain import ExplainDialog
from funnel_tui.dialogs.problem import ProblemDialog
from funnel_tui.dialogs.scope import ScopeDialog
from funnel_tui.domain.period import Period
from funnel_tui.domain.status import Cohort, Mode
from funnel_tui.errors import DatabaseBusy
from funnel_tui.screens import stages_words
from funnel_tui.screens.keys import check_keymap
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.services import history
from funnel_tui.services.deals import win_deal
from funnel_tui.services.people import create_rep
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.fields import TextField
from funnel_tui.widgets.grid import Grid
from tests.support.driving import SIZES, Driver, driving, on_stages
from tests.ui.conftest import open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


async def toasts(driver: Driver) -> str:
    """What the app has told in passing."""
    return "\n".join(driver.told)


# Help and commands


@both_sizes
async def test_help_lists_every_key_and_the_figure_under_the_cursor(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_stages(demo, size=size) as driver:
        await driver.press("j", "question_mark")
        assert isinstance(driver.app.screen, ExplainDialog)
        assert "Deals that came to this stage or further" in driver.text
        await driver.press("question_mark")
        screen = driver.app.screen
        assert isinstance(screen, Chooser)
        assert "Reached" in driver.text
        assert "skipped stages count" in driver.text
        names = {entry.value for entry in screen._entries}
        assert {"scope", "undo", "redo", "quit", "losses", "period_back", "choose", "mouse"} <= names
        await driver.type("redo")
        assert driver.line("^r").split()[1] == "redo"
        await driver.press("escape")
        assert isinstance(driver.app.screen, StagesScreen)


@both_sizes
async def test_an_explanation_names_one_key_that_lists_the_keys(
    demo: Workspace, size: tuple[int, int]
) -> None:
    for settings, key in ((None, "?"), (UserSettings(keymap={"help": "f2"}), "f2")):
        async with on_stages(demo, size=size, settings=settings) as driver:
            await driver.press("question_mark" if key == "?" else key)
            assert isinstance(driver.app.screen, ExplainDialog)
            foot = driver.lines[-1]
            assert foot.count(" keys") == 1
            assert f" {key} keys" in foot
            await driver.press("question_mark" if key == "?" else key)
            assert isinstance(driver.app.screen, Chooser)


async def test_digits_without_a_screen_are_not_bound_and_not_shown(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        tabs = driver.lines[1].partition("│")[0]
        shown = {char for char in tabs if char.isdigit()}
        assert "2" in shown
        bound = {key for key in driver.app.screen.active_bindings if key.isdigit()}
        assert bound == shown
        before = driver.text
        await driver.press(*sorted(set("1234567890") - shown))
        assert driver.text == before


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_does_what_is_chosen_by_name(demo: Workspace, key: str) -> None:
    async with on_stages(demo) as driver:
        await driver.press(key)
        await driver.type("losses")
        await driver.press("enter")
        assert "[Losses" in driver.lines[1]
        await driver.press(key)
        await driver.type("stages")
        assert "Stages" in driver.text
        await driver.press("escape", "colon")
        await driver.type("theme light")
        await driver.press("enter")
        assert driver.app.theme == "light"


async def test_nothing_matches_nothing_happens(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("colon")
        await driver.type("zzz [/x]")
        await driver.press("enter")
        assert isinstance(driver.app.screen, Chooser)
        await driver.press("escape")
        assert isinstance(driver.app.screen, StagesScreen)


# The scope


@both_sizes
async def test_the_scope_dialog_says_what_is_wrong_under_the_field(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_stages(demo, size=size) as driver:
        await driver.press("f")
        assert isinstance(driver.app.screen, ScopeDialog)
        for typed, told in (("2026-Q5", "a year has quarters Q1 to Q4"), ("soon", "not understood")):
            await driver.press("ctrl+u")
            await driver.type(typed)
            await driver.press("enter")
            assert isinstance(driver.app.screen, ScopeDialog)
            place = next(at for at, line in enumerate(driver.lines) if line.strip().startswith("Period  "))
            assert told in driver.lines[place + 1]
            assert driver.app.focused is driver.app.screen.query_one("#period")
        await driver.press("ctrl+u")
        await driver.type("2026-Q3")
        await driver.press("enter")
        assert "Q3 2026 vs Q2 2026" in driver.lines[0]


async def test_the_scope_dialog_changes_everything_by_keys(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        view = driver.app.view
        assert view is not None
        owner = view.owners[2]
        await driver.press("f", "up")
        assert isinstance(driver.app.focused, Choice)
        await driver.type(owner[:6])
        assert driver.app.focused.value == owner
        await driver.press("down", "down", "right", "right")
        await driver.press("down")
        await driver.type("2026-01")
        await driver.press("down", "right", "down", "right", "down", "right", "enter")
        scope = driver.app.scope
        assert scope is not None
        assert (scope.owner, scope.team) == (owner, None)
        assert scope.compare == Period.month(2026, 1)
        assert (scope.cohort, scope.mode, scope.by_value) == (Cohort.CREATED, Mode.VISITED, True)
        assert owner in driver.lines[0]
        assert "vs Jan 2026" in driver.lines[0]
        await driver.press("f", "up", "left", "escape")
        assert driver.app.scope == scope


async def test_a_compared_period_that_makes_no_sense_is_not_taken(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("f", "down", "left", "left")
        await driver.press("down")
        await driver.type("x")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ScopeDialog)
        assert "not understood" in driver.text


async def test_a_long_word_of_what_is_wrong_is_wrapped_and_control_characters_are_shown(
    demo: Workspace,
) -> None:
    typed = "2026-01-\x1b[31m\x07 " + "x" * 120 + "\x9b2J"
    async with on_stages(demo) as driver:
        await driver.press("f", "ctrl+u")
        driver.app.screen.post_message(events.Paste(typed))
        await driver.settle()
        field = driver.app.focused
        assert isinstance(field, TextField)
        assert field.value == typed
        assert not {char for char in driver.text if ord(char) < 32 or 127 <= ord(char) < 160} - {"\n"}
        await driver.press("enter")
        assert isinstance(driver.app.screen, ScopeDialog)
        below = " ".join(driver.text.split("Period  ")[1].split("Compared with")[0].split())
        assert "2026-01-01..2026-03-31" in below  # the end of what is said
        assert not {char for char in driver.text if ord(char) < 32 or 127 <= ord(char) < 160} - {"\n"}
        assert all(len(line) <= 80 for line in driver.lines)


async def test_the_list_of_commands_takes_any_text(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("colon")
        driver.app.screen.post_message(events.Paste("\x1b[2Jund\x07"))
        await driver.settle()
        assert "\x1b" not in driver.text
        await driver.press("ctrl+u", "u", "n", "d", "o")
        assert driver.line("u ").split()[1] == "undo"


@pytest.mark.parametrize("opening", ["f", "colon", "question_mark", "u"])
async def test_keys_that_change_data_do_nothing_behind_a_dialog(demo: Workspace, opening: str) -> None:
    with demo.read() as reader:
        deal = int(reader.rows("SELECT id FROM deal WHERE status = 'open'")[0][0])
    win_deal(demo, deal_id=deal)
    history.undo(demo)  # so that there is something to redo
    async with on_stages(demo) as driver:
        with demo.read() as reader:
            groups = reader.rows("SELECT count(*) FROM change_group")
        await driver.press(opening)
        dialog = driver.app.screen
        assert isinstance(dialog, Dialog)
        await driver.press("ctrl+r", "ctrl+z", "ctrl+r")
        assert driver.app.screen is dialog
        with demo.read() as reader:
            assert reader.rows("SELECT count(*) FROM change_group") == groups
        await driver.press("escape", "ctrl+r")
        with demo.read() as reader:
            assert reader.rows("SELECT count(*) FROM change_group") != groups


# Undo


async def test_undo_asks_before_it_takes_back_the_demo_and_redo_brings_it_back(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        before = driver.lines
        await driver.press("u")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert "Undo “Demo data”?" in driver.text
        await driver.press("n")
        assert driver.lines == before
        await driver.press("u", "y")
        assert "Undid: Demo data" in await toasts(driver)
        assert "There are no deals yet." in driver.text
        await driver.press("ctrl+r")
        assert "Redid: Demo data" in await toasts(driver)
        assert driver.line("Whole funnel") == next(line for line in before if "Whole funnel" in line)
        await driver.press("u")  # what was brought back is as large as it was
        assert "Undo “Demo data”?" in driver.text
        await driver.press("n")
        assert driver.line("Whole funnel") == next(line for line in before if "Whole funnel" in line)
        await driver.press("u", "y")
        assert "There are no deals yet." in driver.text


async def test_nothing_to_undo_is_said_in_a_dialog(empty: Workspace) -> None:
    async with on_stages(empty) as driver:
        await driver.press("u")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "There is nothing to undo." in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, StagesScreen)


# Problems


async def test_a_busy_database_can_be_tried_again(demo: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = stages_words.stages_view
    async with on_stages(demo) as driver:
        before = driver.text

        def busy(*_: Any) -> None:
            raise DatabaseBusy("sales.db is in use by another program.", "Nothing was written. Try again.")

        monkeypatch.setattr(stages_words, "stages_view", busy)
        await driver.press("comma")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "sales.db is in use by another program." in driver.text
        assert "r try again" in driver.lines[-1]
        await driver.press("r")
        assert isinstance(driver.app.screen, ProblemDialog)
        monkeypatch.setattr(stages_words, "stages_view", real)
        await driver.press("r")
        assert isinstance(driver.app.screen, StagesScreen)
        assert "Q3 2026 vs Q2 2026" in driver.lines[0]
        await driver.press("full_stop")
        assert driver.text == before


async def test_a_mistake_of_ours_is_told_written_down_and_survived(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "funnel.log"
    monkeypatch.setenv("FUNNEL_LOG", str(log))

    def broken(*_: Any) -> None:
        customer = "Acme [/EU]"
        raise KeyError(len(customer))

    async with on_stages(demo) as driver:
        for place, name, key in (
            (stages_words, "stages_view", "comma"),
            (StagesScreen, "_show", "tab"),
            (app_module.undoing, "undo", "u"),
        ):
            with monkeypatch.context() as patch:
                patch.setattr(place, name, broken)
                await driver.press(key)
                assert isinstance(driver.app.screen, ProblemDialog), (name, driver.text)
                assert "The program made a mistake: KeyError." in driver.text
                assert "try again" not in driver.text
                await driver.press("escape")
        assert isinstance(driver.app.screen, StagesScreen)
        await driver.press("comma", "tab")
        assert driver.line("Whole funnel")
    assert log.read_text().count("KeyError: (text left out") == 3
    assert "Acme" not in log.read_text()


# Changes made elsewhere


async def test_a_change_by_another_program_is_seen_within_a_second(demo: Workspace, demo_path: Path) -> None:
    other = open_at(demo_path)
    async with on_stages(demo) as driver:
        await driver.pilot.pause(0.6)
        history.undo(other)
        for _ in range(12):
            await driver.pilot.pause(0.1)
            if "There are no deals yet." in driver.text:
                break
        assert "There are no deals yet." in driver.text
    other.database.close()


async def test_a_hidden_screen_reads_again_when_it_is_seen(demo: Workspace, demo_path: Path) -> None:
    other = open_at(demo_path)
    async with on_stages(demo) as driver:
        await driver.press("question_mark")
        await driver.pilot.pause(0.6)
        history.undo(other)
        await driver.pilot.pause(1.2)
        await driver.press("escape")
        assert "There are no deals yet." in driver.text
    other.database.close()


@both_sizes
async def test_without_a_pipeline_period_and_rep_can_still_be_chosen(
    empty: Workspace, size: tuple[int, int]
) -> None:
    create_rep(empty, name="Anna Berg")
    async with driving(empty, size=size, tab="3") as driver:
        await driver.press("f")
        assert isinstance(driver.app.screen, ScopeDialog)
        assert "none yet: set one up, or import deals" in driver.line("Pipeline")
        await driver.press("ctrl+u")
        await driver.type("2026-Q3")
        await driver.press("up", "a", "enter")
        assert driver.app.scope is not None
        assert driver.app.scope.pipelines == ()
        assert driver.app.scope.owner == "Anna Berg"
        assert "Anna Berg │ Q3 2026" in driver.lines[0]


# Settings


async def test_the_user_s_keys_and_theme_are_used_and_shown(demo: Workspace) -> None:
    settings = UserSettings(theme="light", keymap={"scope": "F", "losses": "L"}, lines={"theme": 1})
    async with on_stages(demo, settings=settings) as driver:
        assert driver.app.theme == "light"
        assert "L losses" in driver.lines[-1]
        await driver.press("f")
        assert isinstance(driver.app.screen, StagesScreen)
        await driver.press("F")
        assert isinstance(driver.app.screen, ScopeDialog)
        await driver.press("escape", "L")
        assert "[Losses" in driver.lines[1]


def test_a_key_map_with_an_unknown_action_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('theme = "dark"\n[keymap]\nscop = "F"\n')
    with pytest.raises(ConfigError) as problem:
        check_keymap(load_settings(path), app_module.FunnelApp)
    assert problem.value.message == f"{path}, line 3: no action is called 'scop'."
    assert problem.value.hint == "Did you mean scope?"


def test_every_action_has_a_name_of_its_own_a_description_and_a_tooltip() -> None:
    from textual.binding import Binding

    from funnel_tui.screens.behind import BehindScreen

    forbidden = {f"ctrl+{char}" for char in "abhijm"} | {"ctrl+enter"}
    for owner in (app_module.FunnelApp, StagesScreen, BehindScreen, Grid, Chooser, ScopeDialog, Choice):
        for binding in owner.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id, binding
            assert binding.tooltip, binding
            assert binding.description or binding.id == "how_to_quit", binding
            assert not forbidden & set(binding.key.split(",")), binding


async def test_the_scope_bar_says_that_the_data_is_thrown_away(demo: Workspace) -> None:
    async with on_stages(demo, throwaway=True, size=(120, 40)) as driver:
        assert "│ demo data" in driver.lines[0]


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
async def test_every_theme_draws_every_screen(demo: Workspace, theme: str) -> None:
    settings = UserSettings(theme=theme, lines={"theme": 1})
    async with on_stages(demo, settings=settings) as driver:
        for keys in (("f", "escape"), ("question_mark", "escape"), ("enter", "escape"), ("u", "n")):
            await driver.press(*keys)
        assert driver.app.theme == theme
        assert driver.line("Whole funnel")


async def test_a_damaged_file_is_told_and_the_app_stays_up(demo_path: Path, tmp_path: Path) -> None:
    workspace = open_at(demo_path)
    async with on_stages(workspace) as driver:
        whole = tmp_path / "whole.db"
        shutil.copy(demo_path, whole)
        workspace.database.close()
        demo_path.write_bytes(demo_path.read_bytes()[:8192] + b"\x00" * 200_000)
        await driver.press("comma")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "damaged" in driver.text or "cannot be used" in driver.text
        shutil.copy(whole, demo_path)
        workspace.database.close()
        await driver.press("r")
        assert driver.line("Whole funnel")
    workspace.database.close()
