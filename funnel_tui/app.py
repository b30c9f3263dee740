"""The program in the terminal: its screens and the keys that work everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from funnel_tui import paths
from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.habits import Habits
from funnel_tui.language import tr
from funnel_tui.screens import opening, undoing
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.looks import LooksApp
from funnel_tui.screens.steady import require_terminal
from funnel_tui.screens.tabs import TABS, Tab, tab_bindings
from funnel_tui.screens.tasks import TasksScreen
from funnel_tui.screens.tasks_list import DAY, DayFound, DayView, read_day
from funnel_tui.services.first_start import is_first_start
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.odd_bytes import read_odd_bytes
from funnel_tui.widgets.pasting import keep_pastes_whole
from funnel_tui.widgets.unbroken import keep_numbers_whole

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings


__all__ = ["FunnelApp", "require_terminal", "run_app"]

DRAFTS_SECONDS = 1.0
"""After the first frame there is time to look for drafts."""

SCREENS: dict[Tab, Callable[[], Screen[Any]]] = {
    Tab.TODAY: TasksScreen,
    Tab.DEALS: opening.deals_screen,
    Tab.STAGES: opening.stages_screen,
    Tab.INTERACTIONS: opening.interactions_screen,
    Tab.QUOTAS: opening.quotas_screen,
    Tab.PLAN: opening.plan_screen,
}
"""What makes the screen of each tab; all but the first are imported when they are wanted."""


class FunnelApp(LooksApp, inherit_bindings=False):
    """The app on one database.

    :param workspace: the open database.
    :param settings: the user's own; None where there are none.
    :param throwaway: whether the data is gone when the program ends; the scope bar says so.
    :param environment: what the terminal tells of itself; None for the variables of this process.
    :param welcome: whether nothing was ever done here: the program begins with the welcome.
    :param tutorial: whether to show the first steps.

    :ivar wants_demo: the user left to look at the demo data.
    """

    TITLE = "funnel"
    ENABLE_COMMAND_PALETTE = False  # we have our own, which costs a tenth of the bytes over a line
    MODES = {tab.name: screen for tab, screen in SCREENS.items()}  # noqa: RUF012
    DEFAULT_MODE = TABS[0].name
    CSS_PATH = [  # noqa: RUF012
        "screens/look.tcss",
        "screens/stages.tcss",
        "screens/behind.tcss",
        "screens/deals.tcss",
        "screens/board.tcss",
        "screens/find.tcss",
        "screens/tasks.tcss",
        "screens/pipelines.tcss",
        "screens/history.tcss",
        "screens/directory.tcss",
        "screens/interactions.tcss",
        "screens/quotas.tcss",
        "screens/plan.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        *tab_bindings(),
        Binding("S", "pipelines", tr("set up"),
                id="pipelines", tooltip=tr("Set up pipelines and their stages")),
        Binding("O", "directory", tr("directory"), id="directory", tooltip=tr("Organisations and people")),
        Binding("Z", "history", tr("history"),
                id="history", tooltip=tr("Every change: who, when, what; undo any")),
        Binding("I", "import_file", tr("import"),
                id="import_file", tooltip=tr("Import a file, after a look at how it would be read")),
        Binding("n", "new_deal", tr("new deal"), id="new_deal", tooltip=tr("A new deal")),
        Binding("c", "log('Call')", tr("log call"), id="log_call", tooltip=tr("Log a call: outcome, enter")),
        Binding("i", "log('')", tr("log"), id="log", tooltip=tr("Log a call, email …; the kind is asked")),
        Binding("slash", "find", tr("find"), id="find", tooltip=tr("Find deals, organisations and people")),
        Binding("f", "scope", tr("scope"),
                id="scope", tooltip=tr("Pipeline, rep or team, period, comparison")),
        Binding("v", "views", tr("views"), id="views", tooltip=tr("Saved views: pick, save, rename, delete")),
        Binding("V", "no_filter", tr("no filter"),
                id="no_filter", tooltip=tr("Take the filter of the scope off")),
        Binding("T", "time_machine", tr("time machine"),
                id="time_machine", tooltip=tr("All as of a past day")),
        Binding("left_parenthesis", "time_step(-1)", tr("back in time"),
                id="time_back", tooltip=tr("A step back")),
        Binding("right_parenthesis", "time_step(1)", tr("on in time"), id="time_on", tooltip=tr("A step on")),
        Binding("equals_sign", "time_span", tr("day/week/month"),
                id="time_span", tooltip=tr("How far a step goes")),
        # A letter in a field is a letter, so help has a key that is none.
        Binding("question_mark,f1", "help", tr("help"), id="help", tooltip=tr("The keys of where you are")),
        Binding("colon,ctrl+p", "palette", tr("commands"), id="palette", tooltip=tr("Every action, by name")),
        Binding("u", "undo", tr("undo"), id="undo", tooltip=tr("Take back your last change")),
        Binding("ctrl+r", "redo", tr("redo"), id="redo", tooltip=tr("Bring back what you undid last")),
        Binding("Q", "leave_tutorial", tr("no tutorial"),
                id="leave_tutorial", tooltip=tr("Leave the tutorial; it does not come back")),
        Binding("M", "mouse", tr("mouse"),
                id="mouse", tooltip=tr("The mouse for the program or the terminal")),
        Binding("ctrl+z", "suspend_process", tr("shell"),
                id="suspend", tooltip=tr("Back to the shell; fg returns")),
        Binding("q,ctrl+q", "quit", tr("quit"), id="quit", tooltip=tr("End the program")),
        Binding("ctrl+c", "how_to_quit", tr("how to quit"),
                id="how_to_quit", show=False, tooltip=tr("Says how to quit")),
    ]  # fmt: skip

    def __init__(
        self,
        workspace: Workspace,
        settings: UserSettings | None = None,
        *,
        throwaway: bool = False,
        environment: Mapping[str, str] | None = None,
        welcome: bool = False,
        tutorial: bool = False,
    ) -> None:
        environment = os.environ if environment is None else environment
        keep_numbers_whole()
        keep_pastes_whole()
        read_odd_bytes()
        super().__init__(workspace, settings, throwaway=throwaway, environment=environment)
        self._welcome = welcome
        self.wants_demo = False
        if tutorial:
            self.teach()

    def on_mount(self) -> None:
        """Take the user's keys, and say what hinders; a while later what was left unsaved the last time."""
        if self._user_keys:
            self.set_keymap(self._user_keys)
        opening.tell_read_only(self)
        self.set_timer(DRAFTS_SECONDS, lambda: opening.tell_drafts(self))
        if self._welcome:
            opening.open_welcome(self, self._leave_for_demo)
        else:
            self.call_after_refresh(opening.tab_opened, self, self.DEFAULT_MODE)

    def _leave_for_demo(self) -> None:
        self.wants_demo = True
        self.exit()

    # Keys that work everywhere

    def action_tab(self, name: str) -> None:
        """The screen of a tab, as it was left; what was opened from the present one is left."""
        if not isinstance(self.screen, FunnelScreen):
            return  # a dialog is open
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_mode(name)
        opening.tab_opened(self, name)

    def action_pipelines(self) -> None:
        """The editor of pipelines and stages."""
        from funnel_tui.screens.pipelines import PipelinesScreen

        self._open_once(PipelinesScreen)

    def action_history(self) -> None:
        """The history of all changes."""
        from funnel_tui.screens.history import HistoryScreen

        self._open_once(HistoryScreen)

    def action_directory(self) -> None:
        """Organisations and people."""
        from funnel_tui.screens.directory import DirectoryScreen

        self._open_once(DirectoryScreen)

    def _open_once(self, kind: type[FunnelScreen[None]]) -> None:
        """Open a screen on top, unless a dialog is open; one that is open below comes back."""
        if not isinstance(self.screen, FunnelScreen):
            return
        if not any(type(screen) is kind for screen in self.screen_stack):
            self.push_screen(kind())
        while type(self.screen) is not kind:
            self.pop_screen()

    def action_import_file(self) -> None:
        """Choose a file, look how it would be read, and import it."""
        if isinstance(self.screen, FunnelScreen):
            opening.open_import(self)

    def action_new_deal(self) -> None:
        """Fill in a new deal."""
        if isinstance(self.screen, FunnelScreen):
            from funnel_tui.screens.deal_editing import new_deal

            new_deal(self)

    def action_log(self, kind: str) -> None:
        """Log an interaction with what is under the cursor; without a kind, ask for it."""
        if isinstance(self.screen, FunnelScreen):
            from funnel_tui.screens import logging

            logging.log(self, kind or None)

    def action_find(self) -> None:
        """Find something by its name."""
        if isinstance(self.screen, FunnelScreen):
            opening.open_find(self)

    def action_scope(self) -> None:
        """Change what is looked at."""
        if isinstance(self.screen, FunnelScreen):
            opening.open_scope(self)

    def action_views(self) -> None:
        """The saved views."""
        if isinstance(self.screen, FunnelScreen):
            opening.open_views(self)

    def action_no_filter(self) -> None:
        """Look at all deals again."""
        if isinstance(self.screen, FunnelScreen) and self.scope is not None and self.scope.where:
            self.set_scope(self.scope.with_(where=""))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Steps in time are only there while the past is looked at, and the tutorial until it is over."""
        if action == "leave_tutorial":
            return self.tutorial is not None and self.tutorial.is_on
        if action in {"time_step", "time_span"}:
            return self.is_past
        return super().check_action(action, parameters)

    def action_time_machine(self) -> None:
        """Look at everything as of a past instant, or as of now again."""
        if isinstance(self.screen, FunnelScreen) and self.scope is not None:
            from funnel_tui.screens import time_machine

            time_machine.ask(self)

    def action_time_step(self, steps: int) -> None:
        """A day, week or month back or on in time."""
        if isinstance(self.screen, FunnelScreen):
            from funnel_tui.screens import time_machine

            time_machine.step(self, steps)

    def action_time_span(self) -> None:
        """How far that is."""
        if isinstance(self.screen, FunnelScreen):
            from funnel_tui.screens import time_machine

            time_machine.next_step(self)

    def action_help(self) -> None:
        """The figure under the cursor explained, and the keys of where the user is."""
        if isinstance(self.screen, FunnelScreen):
            opening.open_help(self, self.screen)
        elif isinstance(self.screen, Dialog):
            opening.open_dialog_help(self, self.screen)

    def action_palette(self) -> None:
        """Every action by name."""
        if isinstance(self.screen, FunnelScreen):
            opening.open_commands(self)

    def action_undo(self) -> None:
        """Take back the last change, unless a dialog hides what that is."""
        if isinstance(self.screen, FunnelScreen):
            undoing.undo(self)

    def action_redo(self) -> None:
        """Bring back what was undone last."""
        if isinstance(self.screen, FunnelScreen):
            undoing.redo(self)

    def action_suspend_process(self) -> None:
        """Back to the shell, unless a dialog is open."""
        if isinstance(self.screen, FunnelScreen):
            super().action_suspend_process()

    def action_how_to_quit(self) -> None:
        """ctrl+c ends nothing by accident."""
        self.notify(with_keys(tr("Press {quit} to quit.")), markup=False)


def run_app(target: Target, *, throwaway: bool = False, demo: Callable[[], int] | None = None) -> int:
    """Run the program until the user ends it. On a database that nobody has used it begins with the welcome.

    :param target: the database.
    :param throwaway: whether the data is gone afterwards.
    :param demo: opens the demo data, where somebody asks for it in the welcome.
    :returns: the exit code.
    :raises UsageError: where there is no terminal to draw in.
    :raises DatabaseProblem: when the database cannot be used.
    :raises ConfigError: when the settings file is wrong.
    """
    require_terminal()
    settings = _user_settings()
    if settings and settings.keymap:
        from funnel_tui.screens.keys import check_keymap

        check_keymap(settings, FunnelApp)
    workspace = open_workspace(target, actor=settings.user if settings else None)
    try:
        # The database works while the interface starts.
        reader = ThreadPoolExecutor(1, "ahead")
        ahead = reader.submit(_read_ahead, workspace, settings)
        reader.shutdown(wait=False)
        welcome = not throwaway and is_first_start(workspace)
        app = FunnelApp(workspace, settings, throwaway=throwaway, welcome=welcome, tutorial=throwaway)
        app.ahead[DAY] = ahead
        app.run(mouse=settings.mouse if settings else False)
    finally:
        # Whoever only looked in leaves no file behind.
        workspace.database.close_unused()
    return demo() if app.wants_demo and demo is not None else app.return_code or 0


def _read_ahead(workspace: Workspace, settings: UserSettings | None) -> DayFound:
    """The tasks that the first screen shows."""
    week_start = Habits.of(os.environ, settings.week_start if settings else None).first_day
    return read_day(workspace, scope=None, view=DayView.TASKS, week_start=week_start)


def _user_settings() -> UserSettings | None:
    """The settings, if there are any. Most people have none and need not wait for a parser of TOML."""
    if not paths.config_file().exists():
        return None
    from funnel_tui.config import load_settings

    return load_settings()
