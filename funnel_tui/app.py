"""The program in the terminal: its screens, the keys that work everywhere, the scope, and its problems."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from funnel_tui import paths
from funnel_tui.domain.scope import Scope
from funnel_tui.screens import undoing
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.screens.stages_words import View, read_stages
from funnel_tui.screens.steady import require_terminal
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.themes import THEMES, NoColours, fitting_theme

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings


__all__ = ["FunnelApp", "require_terminal", "run_app"]

DRAFTS_SECONDS = 1.0
"""After the first frame there is time to look for drafts."""
KEY_NAMES = {"enter": "enter", "escape": "esc", "comma": ",", "full_stop": "."}


class FunnelApp(HostApp, inherit_bindings=False):
    """The app on one database.

    :param workspace: the open database.
    :param settings: the user's own; None where there are none.
    :param throwaway: whether the data is gone when the program ends; the scope bar says so.
    :param environment: what the terminal tells of itself.
    """

    TITLE = "funnel"
    ENABLE_COMMAND_PALETTE = False  # we have our own, which costs a tenth of the bytes over a line
    CSS_PATH = [  # noqa: RUF012
        "screens/look.tcss",
        "screens/stages.tcss",
        "screens/behind.tcss",
        "screens/deals.tcss",
        "screens/find.tcss",
        "screens/tasks.tcss",
        "screens/pipelines.tcss",
        "screens/history.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("0", "today", "Today", id="today", tooltip="My tasks, and the deals that need me"),
        Binding("1", "deals", "Deals", id="deals", tooltip="The list of deals"),
        Binding("2", "stages", "Stages", id="stages", tooltip="Stages, conversions and losses"),
        Binding("S", "pipelines", "set up", id="pipelines", tooltip="Set up pipelines and their stages"),
        Binding("Z", "history", "history", id="history", tooltip="Every change: who, when, what; undo any"),
        Binding("n", "new_deal", "new deal", id="new_deal", tooltip="A new deal"),
        Binding("slash", "find", "find", id="find", tooltip="Find deals, organisations and people"),
        Binding("f", "scope", "scope", id="scope", tooltip="Pipeline, rep or team, period, comparison"),
        Binding("question_mark", "help", "help", id="help", tooltip="The keys of where you are"),
        Binding("colon,ctrl+p", "palette", "commands", id="palette", tooltip="Every action, by name"),
        Binding("u", "undo", "undo", id="undo", tooltip="Take back your last change"),
        Binding("ctrl+r", "redo", "redo", id="redo", tooltip="Bring back what you undid last"),
        Binding("M", "mouse", "mouse", id="mouse", tooltip="The mouse for the program or the terminal"),
        Binding("ctrl+z", "suspend_process", "shell", id="suspend", tooltip="Back to the shell; fg returns"),
        Binding("q,ctrl+q", "quit", "quit", id="quit", tooltip="End the program"),
        Binding("ctrl+c", "how_to_quit", "", id="how_to_quit", show=False, tooltip="Says how to quit"),
    ]  # fmt: skip

    def __init__(
        self,
        workspace: Workspace,
        settings: UserSettings | None = None,
        *,
        throwaway: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(workspace, throwaway=throwaway)
        environment = os.environ if environment is None else environment
        self._user_keymap = dict(settings.keymap) if settings else {}
        self.animation_level = "none"
        for theme in THEMES.values():
            self.register_theme(theme)
        fitting = fitting_theme(environment)
        chosen = settings.theme if settings and "theme" in settings.lines else fitting
        self.no_color = "NO_COLOR" in environment
        self.theme = "ansi" if self.no_color else chosen
        if self.no_color:
            # Textual's own filter only turns colours into greys.
            self._filters = [NoColours()]
        self._colours = self.get_css_variables()
        self.stylesheet.set_variables(self._colours)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colour names, for themes that do not have them."""
        return THEMES["dark"].variables

    def refresh_css(self, animate: bool = True) -> None:
        """Textual does this when the theme was set, also at the start, where it is known already."""
        colours = self.get_css_variables()
        if colours != self._colours:
            self._colours = colours
            super().refresh_css(animate)

    def on_mount(self) -> None:
        """Take the user's keys; a while later say what was left unsaved the last time."""
        if self._user_keymap:
            self.set_keymap(self._user_keymap)
        self.set_timer(DRAFTS_SECONDS, self._tell_drafts)

    def _tell_drafts(self) -> None:
        from funnel_tui.screens.opening import tell_drafts

        tell_drafts(self)

    def get_key_display(self, binding: Binding) -> str:
        """Keys by names that every terminal can show."""
        return KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    def get_default_screen(self) -> Screen[Any]:
        """The first screen."""
        return StagesScreen()

    # Keys that work everywhere

    def action_today(self) -> None:
        """My day, as it was left."""
        from funnel_tui.screens.tasks import TasksScreen

        self._switch("today", TasksScreen)

    def action_deals(self) -> None:
        """The Deals screen, as it was left."""
        from funnel_tui.screens.deals import DealsScreen

        self._switch("deals", DealsScreen)

    def _switch(self, name: str, make: Callable[[], Screen[Any]]) -> None:
        """Show a screen that stays as it is while others are shown; what was opened from it is left."""
        if not self.is_screen_installed(name):
            self.install_screen(make(), name)
        if len(self.screen_stack) > 1 and self.screen_stack[1] is self.get_screen(name):
            while len(self.screen_stack) > 2:
                self.pop_screen()
            return
        self.action_stages()
        self.push_screen(name)

    def action_stages(self) -> None:
        """The Stages screen."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_pipelines(self) -> None:
        """The editor of pipelines and stages."""
        from funnel_tui.screens.pipelines import PipelinesScreen

        self._open_once(PipelinesScreen)

    def action_history(self) -> None:
        """The history of all changes."""
        from funnel_tui.screens.history import HistoryScreen

        self._open_once(HistoryScreen)

    def _open_once(self, kind: type[FunnelScreen[None]]) -> None:
        """Open a screen on top, unless a dialog is open; one that is open below comes back."""
        if not isinstance(self.screen, FunnelScreen):
            return
        if not any(type(screen) is kind for screen in self.screen_stack):
            self.push_screen(kind())
        while type(self.screen) is not kind:
            self.pop_screen()

    def action_new_deal(self) -> None:
        """Fill in a new deal."""
        if isinstance(self.screen, FunnelScreen):
            from funnel_tui.screens import deal_changes

            deal_changes.new_deal(self)

    def action_find(self) -> None:
        """Find something by its name."""
        if isinstance(self.screen, FunnelScreen):
            from funnel_tui.screens.opening import open_find

            open_find(self)

    def action_scope(self) -> None:
        """Change what is looked at."""
        if self.scope is None or self.view is None:
            return
        from funnel_tui.dialogs.scope import ScopeDialog

        view = self.view
        dialog = ScopeDialog(
            self.scope, pipelines=view.pipelines, owners=view.owners, teams=view.teams,
            fiscal_start=self.settings.fiscal_start,
        )  # fmt: skip
        self.push_screen(dialog, self._rescope)

    def _rescope(self, scope: Scope | None) -> None:
        if scope is not None:
            self.set_scope(scope)

    def action_help(self) -> None:
        """The keys of where the user is, and the figure under the cursor."""
        self._choose("Keys", intro=getattr(self.screen, "help_text", str)())

    def action_palette(self) -> None:
        """Every action by name."""
        self._choose("Commands", intro="")

    def _choose(self, heading: str, intro: str) -> None:
        if not isinstance(self.screen, FunnelScreen):
            return  # a dialog is open; it says its keys itself
        from funnel_tui.dialogs.chooser import Chooser
        from funnel_tui.screens.commands import command_entries

        entries, actions = command_entries(self)

        async def chosen(name: str | None) -> None:
            if name is not None:
                namespace, action = actions[name]
                await self.run_action(action, namespace)

        self.push_screen(Chooser(heading, entries, intro=intro), chosen)

    def action_undo(self) -> None:
        """Take back the last change."""
        undoing.undo(self)

    def action_redo(self) -> None:
        """Bring back what was undone last."""
        undoing.redo(self)

    def action_use_theme(self, name: str) -> None:
        """Another look, until the program ends."""
        self.theme = name

    def action_how_to_quit(self) -> None:
        """ctrl+c ends nothing by accident."""
        self.notify("Press q to quit.", markup=False)


def run_app(target: Target, *, throwaway: bool = False) -> int:
    """Run the program until the user ends it.

    :param target: the database.
    :param throwaway: whether the data is gone afterwards.
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
        ahead = reader.submit(read_stages, workspace, scope=None, shown=View.CLOSED)
        reader.shutdown(wait=False)
        app = FunnelApp(workspace, settings, throwaway=throwaway)
        app.ahead["stages"] = ahead
        app.run(mouse=settings.mouse if settings else False)
        return app.return_code or 0
    finally:
        workspace.database.close()


def _user_settings() -> UserSettings | None:
    """The settings, if there are any. Most people have none and need not wait for a parser of TOML."""
    if not paths.config_file().exists():
        return None
    from funnel_tui.config import load_settings

    return load_settings()
