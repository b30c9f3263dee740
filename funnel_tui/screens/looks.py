"""How the app looks: its themes, terminals without colours, and the names of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.binding import Binding

from funnel_tui.screens.host import HostApp
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.themes import THEMES, NoColours, fitting_theme

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings

KEY_NAMES = {"enter": "enter", "escape": "esc", "comma": ",", "full_stop": "."}


class LooksApp(HostApp, inherit_bindings=False):
    """An app that looks as the user and the terminal want it to.

    :param environment: what the terminal tells of itself and of the user.
    """

    def __init__(
        self,
        workspace: Workspace,
        user: UserSettings | None,
        *,
        throwaway: bool,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(workspace, user, throwaway=throwaway, environment=environment)
        for theme in THEMES.values():
            self.register_theme(theme)
        chosen = user.theme if user and "theme" in user.lines else fitting_theme(environment)
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

    def get_key_display(self, binding: Binding) -> str:
        """Keys by names that every terminal can show."""
        return KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    def action_use_theme(self, name: str) -> None:
        """Another look, until the program ends."""
        self.theme = name
