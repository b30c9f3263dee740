"""Typing over the figures of a grid: a field at its foot, and under it what is wrong with what was typed."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Static

from funnel_tui.domain.shown import clean
from funnel_tui.errors import FunnelError, InvalidInput
from funnel_tui.language import tr
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.quotas_grid_saving import Doing
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.widgets.asking import FilterLine
from funnel_tui.widgets.quota_grid import TypingGrid, begins_number

AMOUNT, PERCENT = "amount", "percent"


class TypingScreen(FunnelScreen[None]):
    """A screen with a grid ``#grid`` in which one types. A subclass puts :meth:`compose_fields` below it."""

    def __init__(self) -> None:
        super().__init__()
        self._asking = ""
        self._refused: str | None = None

    def compose_fields(self) -> ComposeResult:
        """The fields, and the line for what is wrong."""
        help_words = tr("480k, 1.2m, 480 000 EUR; nothing takes it away")
        yield FilterLine(help_words, label=tr("Quota"), saves=True, id=AMOUNT)
        yield FilterLine("5, 2.5, -10", label=tr("Raise by %"), saves=True, id=PERCENT)
        yield Static(id="wrong", markup=False)

    def can_type(self) -> bool:
        """Whether the cursor is on something that can be typed over."""
        return True

    def accept(self, field: str, text: str) -> None:
        """Save what was typed.

        :param field: :data:`AMOUNT` or :data:`PERCENT`.
        :raises InvalidInput: when it makes no sense; it stays in the field then.
        """
        raise NotImplementedError

    @property
    def grid(self) -> TypingGrid:
        return self.query_one("#grid", TypingGrid)

    def key_typed(self, event: events.Key) -> bool:
        """A digit or a sign begins a number; while a field is open its keys are those of the grid too.

        :returns: whether the key was taken.
        """
        char = event.character if event.is_printable else None
        if not self._asking:
            if char is None or not begins_number(char):
                return self._moved(event.key)
            self.ask(AMOUNT, char)
            return True
        line = self.query_one(f"#{self._asking}", FilterLine)
        if char is not None:
            line.insert_text_at_cursor(char)
        elif event.key == "backspace":
            line.action_delete_left()
        elif event.key == "enter":
            self._accept(line.value)
        elif event.key == "escape":
            self._close()
        return True

    def _moved(self, key: str) -> bool:
        """Move the cursor at once: a number that was typed right behind it is for where it then stands."""
        active = self.active_bindings.get(key)
        if active is None or active.node is not self.grid or not active.enabled:
            return False
        match active.binding.action.rstrip(")").partition("("):
            case "move", _, steps:
                self.grid.action_move(int(steps))
            case "step", _, steps:
                self.grid.action_step(int(steps))
            case _:
                return False
        return True

    def ask(self, field: str, text: str) -> None:
        """Open a field.

        :param text: what it holds at first.
        """
        if not self.can_type():
            return
        self._asking = field
        self.query_one(f"#{field}", FilterLine).begin(text)

    @on(FilterLine.Left)
    def _typed(self, message: FilterLine.Left) -> None:
        message.stop()
        if not message.keep:
            self._close()
            return
        self._accept(self.query_one(f"#{self._asking}", FilterLine).value)

    def _accept(self, text: str) -> None:
        """Save what was typed; what makes no sense stays in the field."""
        try:
            self.accept(self._asking, text)
        except InvalidInput as error:
            self._refuse(str(error))

    def _close(self) -> None:
        self._refuse("")
        for line in self.query(FilterLine):
            line.display = False
            line.value = ""
        self._asking = ""
        self.set_focus(self.grid, scroll_visible=False)
        self.tell_hints()

    def _refuse(self, words: str, *, elsewhere: bool = False) -> None:
        """Say under the field what is wrong; what was typed stays.

        :param elsewhere: another quota is being typed by now.
        """
        if words and (elsewhere or not self._asking):
            self.notify(words, severity="error", markup=False)
            return
        self._refused = self.query_one(f"#{self._asking}", FilterLine).value if words else None
        wrong = self.query_one("#wrong", Static)
        wrong.update(clean(words))
        wrong.set_class(bool(words), "-shown")

    @on(FilterLine.Changed)
    def _mending(self, message: FilterLine.Changed) -> None:
        if message.value != self._refused:
            self._refuse("")

    def write(self, doing: Doing, field: str = "", text: str = "") -> None:
        """Save; what is refused comes back into its field, over the quota it was for.

        :param field: what it was typed into; empty for a key.
        """
        grid = self.grid
        place = (grid.row, grid.key)
        if field:
            self._close()

        def written(told: Told) -> None:
            if not isinstance(told.found, FunnelError) or not self.is_attached:
                return
            if field and not self._asking and self.is_active:
                grid.put_cursor(*place)
                self.ask(field, text)
            self._refuse(str(told.found), elsewhere=(grid.row, grid.key) != place)

        writing_of(self.funnel).write(Change(tr("Saving"), doing, then=written))
