"""A figure explained: definition, formula with the numbers put in, n, scope, as-of, the command for it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.explaining import Explanation
from funnel_tui.language import tr, trc
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.lines import Hint
from funnel_tui.widgets.pane import Pane, PaneLine, label_cells, said

LOOKS = {tr("Value"): "strong", tr("Formula"): "strong", tr("Note"): "muted", tr("Command"): "muted"}


class Wanted(Enum):
    """What the user wants next."""

    DEALS = "deals"
    EXPORT = "export"
    COPY = "copy"
    KEYS = "keys"


class ExplainDialog(Dialog[Wanted]):
    """Explains a figure. The answer is what the user wants next, or None.

    :param explanation: the figure.
    """

    AUTO_FOCUS = "Pane"
    HELP_KEY = 0  # the same that led here; there is no field
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "want('deals')",
            trc("key", "deals"),
            id="explain_deals",
            tooltip=tr("The deals behind the figure"),
        ),
        Binding(
            "E",
            "want('export')",
            trc("key", "export"),
            id="export",
            tooltip=tr("Write what is shown to a file"),
        ),
        Binding(
            "y",
            "want('copy')",
            trc("key", "copy"),
            id="copy",
            tooltip=tr("Copy the command that prints the same"),
        ),
        Binding("question_mark", "want('keys')", tr("keys"), id="help", tooltip=tr("The keys of the screen")),
    ]

    def __init__(self, explanation: Explanation, *, can_export: bool = False) -> None:
        super().__init__()
        self._explanation, self._can_export = explanation, can_export

    @property
    def heading(self) -> str:
        """What the figure is called."""
        return self._explanation.name

    def compose_middle(self) -> ComposeResult:
        """Everything there is to know, a label per part."""
        yield Pane(id="explained")

    def on_mount(self) -> None:
        """Fill it in."""
        super().on_mount()
        self.query_one(Pane).show(self._lines)

    def _lines(self, width: int) -> Sequence[PaneLine]:
        lines: list[PaneLine] = []
        parts = list(self._explanation.parts())
        cells = label_cells(label for label, _ in parts)
        for label, text in parts:
            if lines:
                lines.append((Cell(""),))
            lines += said(label, text, width, look=LOOKS.get(label, "plain"), label_width=cells)
        return lines

    @property
    def _listed(self) -> str:
        """What ``enter`` lists."""
        return self._explanation.listed or trc("key", "deals")

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """The keys that mean something for this figure."""
        hints = [
            *([Hint("enter", self._listed)] if self._explanation.has_deals else []),
            *([Hint("E", trc("key", "export"))] if self._can_export else []),
            *([Hint("y", tr("copy the command"))] if self._explanation.command else []),
        ]
        return hints, Hint("esc", trc("key", "back"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What means nothing for this figure has no key."""
        if action == "want":
            return {
                "deals": self._explanation.has_deals,
                "export": self._can_export,
                "copy": bool(self._explanation.command),
            }.get(str(parameters[0]), True)
        return super().check_action(action, parameters)

    def action_want(self, wanted: str) -> None:
        """Close, and say what comes next."""
        self.dismiss(Wanted(wanted))
