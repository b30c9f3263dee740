"""The program in the terminal: its screens, the keys that work everywhere, the scope, and its problems."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from funnel_tui import paths
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.errors import DatabaseProblem, FunnelError, UsageError
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.messages import DataChanged
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.reports.screen import StagesView
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.lines import ScopeWords
from funnel_tui.widgets.themes import THEMES, NoColours, fitting_theme

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings

POLL_SECONDS = 0.5
"""How often we look whether somebody else has written; a look costs microseconds."""


class FunnelApp(App[None], inherit_bindings=False):
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
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("2", "stages", "Stages", id="stages", tooltip="Stages, conversions and losses"),
        Binding("f", "scope", "scope", id="scope", tooltip="Pipeline, rep or team, period, comparison"),
        Binding("question_mark", "help", "help", id="help", tooltip="The keys of where you are"),
        Binding("colon,ctrl+p", "palette", "commands", id="palette", tooltip="Every action, by name"),
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
        super().__init__()
        environment = os.environ if environment is None else environment
        self.workspace = workspace
        self.settings = TeamSettings()
        self.scope: Scope | None = None
        self.view: StagesView | None = None
        self.throwaway = throwaway
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
        self._ended = threading.Event()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colour names, for themes that do not have them."""
        return THEMES["dark"].variables

    def refresh_css(self, animate: bool = True) -> None:
        """Textual does this when the theme was set, also at the start, where it is known already."""
        colours = self.get_css_variables()
        if colours != self._colours:
            self._colours = colours
            super().refresh_css(animate)

    def get_default_screen(self) -> Screen[Any]:
        """The first screen."""
        return StagesScreen()

    # Beginning and end

    def on_mount(self) -> None:
        """Take the user's keys, end in good order when told to, and watch for changes."""
        self.set_keymap(self._user_keymap)
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._told_to_end, number)
        threading.Thread(target=self._watch, name="changes", daemon=True).start()

    def _told_to_end(self, number: int) -> None:
        # Where the terminal is gone, nothing more can be written; do not wait for it for ever.
        backstop = threading.Timer(3, os._exit, (128 + number,))
        backstop.daemon = True
        backstop.start()
        self.exit(return_code=128 + number)

    def on_unmount(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _watch(self) -> None:
        """Tell the screens when somebody else has written."""
        known: int | None = None
        while not self._ended.wait(POLL_SECONDS):
            try:
                number = self.workspace.database.change_number()
            except FunnelError:
                continue  # the next read of a screen tells of it
            if known is not None and number != known:
                self.call_from_thread(self.data_changed)
            known = number

    def data_changed(self) -> None:
        """Every screen reads again: the visible one now, the others when they are seen."""
        for screen in self.screen_stack:
            screen.post_message(DataChanged())

    # The scope

    def set_scope(self, scope: Scope) -> None:
        """Look at something else."""
        if scope != self.scope:
            self.scope = scope
            self.data_changed()

    def _rescope(self, scope: Scope | None) -> None:
        if scope is not None:
            self.set_scope(scope)

    def take_view(self, view: StagesView) -> None:
        """Remember what was found: the scope with its pipeline, and the names to choose from."""
        self.view, self.scope, self.settings = view, view.scope, view.settings

    def scope_words(self) -> ScopeWords:
        """The scope for the bar on top."""
        scope, view = self.scope, self.view
        if scope is None or view is None:
            return ScopeWords(("demo",) if self.throwaway else ())
        period = scope.period.label + (f" vs {scope.compare.label}" if scope.compare else "")
        parts = [
            *scope.pipelines,
            scope.owner or scope.team or "everybody",
            period,
            self.settings.base_currency,
        ]
        if self.throwaway:
            parts.append("demo data")
        return ScopeWords(tuple(parts), deals(view.deals_total))

    # Problems

    def tell_problem(self, error: Exception, retry: Callable[[], object] | None = None) -> None:
        """Show what went wrong; the program stays up.

        :param retry: is called when the user wants another try.
        """
        from funnel_tui.dialogs.problem import ProblemDialog

        if isinstance(self.screen, ProblemDialog):
            return
        if isinstance(error, FunnelError):
            message, hint = error.message, error.hint
        else:
            log = paths.record_crash(error)
            message = f"The program made a mistake: {type(error).__name__}."
            hint = f"It is written down in {log}. " if log else ""
            hint += "Nothing was changed; the program goes on."
        can_retry = retry is not None and isinstance(error, DatabaseProblem)

        def answered(again: bool | None) -> None:
            if again and retry is not None:
                retry()

        self.push_screen(ProblemDialog(message, hint, can_retry=can_retry), answered)

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """Do what a key asks for; a mistake in it is told and does not end the program."""
        try:
            return await super().run_action(*args, **kwargs)
        except Exception as error:
            self.tell_problem(error)
            return True

    def _fatal_error(self) -> None:
        """End after a mistake that cannot be mended: one line and a log, never the customers' data."""
        error = self._exception or sys.exc_info()[1] or RuntimeError("unknown")
        log = paths.record_crash(error)
        where = f"; details are in {log}" if log else ""
        line = f"funnel: the program made a mistake and has to end ({type(error).__name__}){where}"
        self._exit_renderables.append(Text(line))
        self._close_messages_no_wait()

    # Keys that work everywhere

    def action_stages(self) -> None:
        """The Stages screen."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

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

    def action_use_theme(self, name: str) -> None:
        """Another look, until the program ends."""
        self.theme = name

    def action_mouse(self) -> None:
        """Take the mouse or leave it to the terminal, where it marks text."""
        driver: Any = self._driver
        if not hasattr(driver, "_enable_mouse_support"):
            return
        taken = not driver._mouse
        if taken:
            driver._mouse = True
            driver._enable_mouse_support()
        else:
            driver._disable_mouse_support()
            driver._mouse = False
        words = "The program has the mouse." if taken else "The mouse is the terminal's: it marks text."
        self.notify(words, markup=False)

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
    workspace = open_workspace(target, actor=settings.user if settings else None)
    try:
        app = FunnelApp(workspace, settings, throwaway=throwaway)
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


def require_terminal() -> None:
    """Refuse where nothing could be drawn, and let other locales than UTF-8 draw too.

    :raises UsageError: with the way to the command line.
    """
    hint = "Use the command line: funnel report funnel, or funnel --help."
    for stream, name in (
        (sys.__stdin__, "input"),
        (sys.__stdout__, "output"),
        (sys.__stderr__, "error output"),
    ):
        if stream is None or not stream.isatty():
            raise UsageError(f"The app needs a terminal, but its {name} is not one.", hint)
    if os.environ.get("TERM", "dumb") in {"dumb", "unknown", ""}:
        raise UsageError("This terminal can only print lines (TERM=dumb).", hint)
    # Textual writes to standard error, in the encoding of the locale.
    if isinstance(sys.__stderr__, io.TextIOWrapper):
        sys.__stderr__.reconfigure(encoding="utf-8")
