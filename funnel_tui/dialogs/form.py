"""What all forms do the same way: move between fields, say what is wrong under a field, accept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, TypeVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import ScreenResultType
from textual.widget import Widget
from textual.widgets import Input, TextArea

from funnel_tui.dialogs.base import Dialog
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import FIELDS
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.fields import FieldRow
from funnel_tui.widgets.lines import Hint

T = TypeVar("T")


class Refusals(dict[str, str]):
    """What is wrong, by field."""

    def read(self, reading: Callable[[], T]) -> T | None:
        """Read a field; what is wrong with it is remembered and None returned."""
        try:
            return reading()
        except InvalidInput as error:
            self.setdefault(error.field, str(error))
            return None


class Form(Dialog[ScreenResultType]):
    """A dialog with fields. ``enter`` accepts (in a text of several lines ``ctrl+s``), ``esc`` leaves."""

    DEFAULT_CSS = """
    Form #middle { padding: 0 2; overflow-y: auto; scrollbar-size-vertical: 1; }
    Form.-high #middle { padding: 1 2; }
    Form.-high .-group { margin-top: 1; }
    Form .intro { height: auto; max-width: 84; margin-bottom: 1; }
    """
    LABEL_CELLS = 17
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012
    # Textual paints the whole screen when the focus moves; fields paint themselves, in a tenth of the bytes.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("↑↓", tr("field")),
        Hint("←→", tr("value")),
        Hint("enter", trc("key", "save")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", trc("key", "save"), id="accept", tooltip=tr("Take what is written here")),
        Binding("ctrl+s", "accept", trc("key", "save"), id="save", tooltip=tr("Save, also from a note")),
        # At once, or what is typed right after it would go into the field that is being left.
        Binding("tab", "app.focus_next", tr("next"), id="tab", priority=True, tooltip=tr("The next field")),
        Binding(
            "shift+tab",
            "app.focus_previous",
            tr("before"),
            id="tab_back",
            priority=True,
            tooltip=tr("Field before"),
        ),
        *FIELDS,
        Binding(
            "pagedown", "scroll_page(1)", tr("page down"), id="form_down", tooltip=tr("The rest of the form")
        ),
        Binding("pageup", "scroll_page(-1)", tr("page up"), id="form_up", tooltip=tr("The top of the form")),
    ]

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """The keys worth a hint."""
        return self.HINTS, Hint("esc", trc("key", "back"))

    def indent(self, cells: int) -> None:
        """Lists under a field move with it."""
        super().indent(cells)
        for row in self.rows():
            for panel in row.extra:
                panel.styles.margin = (0, 0, 0, cells)
        for grid in self.query("NumberedForm Grid"):
            grid.styles.padding = (0, 0, 0, cells - self.LABEL_CELLS)

    def action_accept(self) -> None:
        """Give the answer back, or say what is wrong."""
        raise NotImplementedError

    def action_scroll_page(self, pages: int) -> None:
        """See the rest of a form that is longer than the screen."""
        middle = self.query_one("#middle")
        middle.scroll_relative(y=pages * max(1, middle.size.height - 2), animate=False)

    def row(self, name: str) -> FieldRow:
        """The row of a field."""
        return self.query_one(f"#row-{name}", FieldRow)

    def rows(self) -> list[FieldRow]:
        """All rows in order."""
        return list(self.query(FieldRow))

    def refuse(self, refusals: Mapping[str, str]) -> bool:
        """Show what is wrong under each field and go to the first one.

        :returns: whether something is wrong.
        """
        first = True
        for row in self.rows():
            words = refusals.get(row.named)
            if words is not None and row.display:
                row.refuse(words)
                if first:
                    row.field.focus()
                    self.call_after_refresh(row.scroll_visible, animate=False)
                first = False
        return not first

    def field_changed(self, row: FieldRow) -> None:
        """Something was typed or chosen: say what is understood now."""
        row.say()

    def field_left(self, row: FieldRow) -> None:
        """The cursor left a field: now it may be said that it makes no sense."""

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_accept()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Input.Changed | TextArea.Changed | Choice.Changed) -> None:
        row = _row_of(event.control)
        if row is not None and row.has_changed():
            self.field_changed(row)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Look at the field that was left."""
        row = _row_of(event.widget)
        if row is not None and not row.is_refused:
            self.field_left(row)


def _row_of(widget: object) -> FieldRow | None:
    ancestors = getattr(widget, "ancestors", ())
    return next((one for one in ancestors if isinstance(one, FieldRow)), None)
