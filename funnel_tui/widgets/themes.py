"""How the program looks: dark, light, and one that uses the terminal's own sixteen colours.

The colours of the first two are taken from the 256 that every terminal over ssh has, so that they look the
same with and without true colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

DARK = Theme(
    name="dark",
    dark=True,
    primary="#5fafff",
    secondary="#87afd7",
    accent="#5fafff",
    warning="#ffd75f",
    error="#ff8787",
    success="#87d787",
    foreground="#dadada",
    background="#121212",
    surface="#121212",
    panel="#1c1c1c",
    variables={
        "muted": "#949494",
        "muted-style": "none",
        "faint": "#6c6c6c",
        "faint-style": "none",
        "bar-back": "#262626",
        "bar-text": "#dadada",
        "cursor-back": "#5fafff",
        "cursor-text": "#121212",
        "cursor-style": "bold",
        "field-back": "#262626",
        "chart": "#5f87af",
        "chart-before": "#5f5f5f",
        "border": "#5fafff",
        "border-blurred": "#444444",
        "input-cursor-background": "#dadada",
        "input-cursor-foreground": "#121212",
        "input-selection-background": "#005f87",
    },
)

LIGHT = Theme(
    name="light",
    dark=False,
    primary="#005faf",
    secondary="#005f87",
    accent="#005faf",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#ffffff",
    panel="#eeeeee",
    variables={
        "muted": "#585858",
        "muted-style": "none",
        "faint": "#767676",
        "faint-style": "none",
        "bar-back": "#e4e4e4",
        "bar-text": "#1c1c1c",
        "cursor-back": "#005faf",
        "cursor-text": "#ffffff",
        "cursor-style": "bold",
        "field-back": "#eeeeee",
        "chart": "#5f87af",
        "chart-before": "#b2b2b2",
        "border": "#005faf",
        "border-blurred": "#bcbcbc",
        "input-cursor-background": "#1c1c1c",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#afd7ff",
    },
)

ANSI = Theme(
    name="ansi",
    ansi=True,
    dark=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "muted": "ansi_default",
        "muted-style": "none",
        "faint": "ansi_default",
        "faint-style": "dim",
        "bar-back": "ansi_default",
        "bar-text": "ansi_default",
        "cursor-back": "ansi_default",
        "cursor-text": "ansi_default",
        "cursor-style": "reverse",
        "field-back": "ansi_default",
        "chart": "ansi_cyan",
        "chart-before": "ansi_default",
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "input-selection-foreground": "ansi_default",
    },
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT, ANSI)}

_LIGHT_BACKGROUNDS = {"7", "15"}


def fitting_theme(environment: Mapping[str, str]) -> str:
    """The theme that goes with a terminal, as far as its environment tells.

    :param environment: such as ``os.environ``.
    :returns: ``ansi`` for a terminal with sixteen colours or one that wants none, else ``light`` where
        ``COLORFGBG`` says that the background is light, else ``dark``.
    """
    term = environment.get("TERM", "")
    many = "256color" in term or "direct" in term or term in {"alacritty", "xterm-kitty", "xterm-ghostty"}
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"} and not term.startswith("linux"):
        many = True
    if "NO_COLOR" in environment or not many:
        return "ansi"
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in _LIGHT_BACKGROUNDS else "dark"


@lru_cache(512)
def _colourless(style: Style) -> Style:
    return Style(bold=style.bold or None, reverse=style.reverse or None)


class NoColours(LineFilter):
    """Bold and reverse only: what ``NO_COLOR`` asks for. No colour code is sent, not even the default's."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Take every colour out of a line."""
        return [Segment(text, _colourless(style) if style else None) for text, style, _ in segments]
