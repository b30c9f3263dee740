"""What somebody sees who starts the program for the first time: three ways to begin, and three answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from funnel_tui.dialogs.setup_form import Below, SetupForm
from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint, Line


class Way(Enum):
    """How to begin."""

    DEMO = 1
    IMPORT = 2
    EMPTY = 3


WAYS: Mapping[Way, tuple[str, str]] = {
    Way.DEMO: (tr("Look around"), tr("demo data in a throw-away file, gone when you quit")),
    Way.IMPORT: (tr("Import a file"), tr("Pipedrive, HubSpot, Salesforce, any CSV table")),
    Way.EMPTY: (tr("Start empty"), tr("choose the stages of a pipeline, then enter deals")),
}
"""Each way with what comes of it."""

_COLUMNS = (
    GridColumn("key", "", 1),
    GridColumn("name", tr("How to begin"), 16, right=False),
    GridColumn("about", "", 60, least=30, right=False, stretch=True),
)


class WayRows:
    """The ways as rows of a table."""

    def __len__(self) -> int:
        return len(WAYS)

    def cells(self, row: int) -> Sequence[Cell]:
        """The key, the way and what comes of it."""
        way = list(WAYS)[row]
        name, about = WAYS[way]
        return Cell(str(way.value), "strong"), Cell(name), Cell(about, "muted")


class ListField(Widget, can_focus=True):
    """A field whose value is picked from a long list: ``enter`` or a letter opens the list.

    :param value: what it begins with.
    """

    DEFAULT_CSS = """
    ListField { height: 1; width: 1fr; background: $field-back; }
    ListField:focus { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    """

    class Opened(Message):
        """The list is wanted.

        :param typed: a letter that was typed.
        """

        def __init__(self, typed: str) -> None:
            super().__init__()
            self.typed = typed

    def __init__(self, value: str, *, id: str) -> None:
        super().__init__(id=id)
        self.value = value

    def put(self, value: str) -> None:
        """Take another value."""
        self.value = value
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """A letter begins to narrow the list."""
        if event.key == "space" or (event.character and event.character.isalpha()):
            event.stop()
            event.prevent_default()
            self.post_message(self.Opened("" if event.key == "space" else event.character or ""))

    def render(self) -> Text:
        """The value, and that there are more."""
        return Text(f"{clean(self.value)}  ▾", no_wrap=True, overflow="ellipsis")


class WelcomeDialog(SetupForm[None]):
    """The welcome. It stays below what the ways open, so that nothing typed is lost when they are left.

    :param where: the database that is empty; plain text.
    :param answers: what the fields hold at first.
    :param check: gives the answers as they are stored, and what is wrong with them by field.
    :param zones: is called to pick a time zone, with what was typed and where to put the answer.
    :param chosen: is called with the way and the answers, once they are right.
    :param leave: is called when the user leaves.
    """

    DEFAULT_CSS = """
    WelcomeDialog #intro { height: auto; margin-bottom: 1; }
    WelcomeDialog #ways { height: 4; margin-bottom: 1; }
    WelcomeDialog #nothing { margin-top: 1; color: $muted; text-style: $muted-style; }
    """
    AUTO_FOCUS = "#ways"
    HINTS = (
        Hint("1 2 3", tr("begin")),
        Hint("↑↓", trc("key", "move")),
        Hint("enter", tr("choose")),
        Hint("tab", tr("fields")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(way.value), f"way({way.value})", name, id=f"way_{way.value}", tooltip=about)
            for way, (name, about) in WAYS.items()
        ),
        Binding("q", "leave", tr("quit"), id="leave", tooltip=tr("End the program; nothing is written")),
        Binding(
            "ctrl+q", "leave", tr("quit"), show=False, priority=True,
            id="leave_anyhow", tooltip=tr("End it"),
        ),
        # Keys that come in a rush keep their order: a field takes enter itself, tab leaves it at once.
        Binding("enter", "accept", tr("choose"), id="accept", tooltip=tr("Begin; in a field, the next one")),
        Binding("tab", "app.focus_next", tr("next field"), priority=True, show=False,
                id="tab", tooltip=tr("The next field")),
        Binding("shift+tab", "app.focus_previous", tr("field before"), priority=True, show=False,
                id="tab_back", tooltip=tr("The field before")),
    ]  # fmt: skip

    def __init__(
        self,
        where: str,
        answers: FirstAnswers,
        *,
        check: Callable[[FirstAnswers], tuple[FirstAnswers, dict[str, str]]],
        zones: Callable[[str, Callable[[str], None]], object],
        chosen: Callable[[Way, FirstAnswers], object],
        leave: Callable[[], object],
    ) -> None:
        super().__init__(tr("Welcome to funnel"))
        self._where, self._answers = where, answers
        self._check, self._zones, self._when_chosen, self._leave = check, zones, chosen, leave

    def compose_middle(self) -> ComposeResult:
        """What this is, the three ways, the three fields."""
        intro = tr("Deals, stages and their history, in the terminal. {where} is still empty.")
        yield Static(Text(intro.format(where=clean(self._where))), id="intro", markup=False)
        yield Grid(by_cell=False, id="ways")
        answers = self._answers
        yield from self.text_row(
            "name",
            tr("Your name"),
            answers.name,
            tr("your changes are recorded under it; deals are yours"),
        )
        yield from self.text_row(
            "currency", tr("Base currency"), answers.currency, tr("totals are in it: EUR, NOK, USD …")
        )
        with Horizontal():
            yield Line(tr("Time zone"), classes="label")
            yield ListField(answers.time_zone, id="time_zone")
        yield Below(tr("days begin and end there; enter lists all zones"), id="time_zone-below")
        yield Line(tr("Nothing is written before you choose; q leaves no trace."), id="nothing")

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one("#ways", Grid).show(_COLUMNS, WayRows())

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """In a field digits and q are text: esc goes back to the list first."""
        if isinstance(self.focused, Input | ListField):
            return (Hint("↑↓", tr("field")), Hint("enter", tr("next field"))), Hint("esc", tr("to the list"))
        return self.HINTS, Hint("q", tr("quit"))

    def on_descendant_focus(self) -> None:
        """Other keys work in a field."""
        self.tell_hints()

    @property
    def answers(self) -> FirstAnswers:
        """What the fields say."""
        currency = self.text("currency")
        return FirstAnswers(
            name=self.text("name"),
            currency=currency,
            time_zone=self.query_one("#time_zone", ListField).value,
            currency_guessed=self._answers.currency_guessed and currency == self._answers.currency,
        )

    def action_accept(self) -> None:
        """On the list begin; in a field go to the next one."""
        match self.focused:
            case ListField() as field:
                field.post_message(ListField.Opened(""))
            case _:
                self.action_way(self.query_one("#ways", Grid).row + 1)

    def action_way(self, number: int) -> None:
        """Begin in one of the ways; only the demo needs no answers."""
        way = Way(number)
        self.query_one("#ways", Grid).put_cursor(number - 1)
        clean_answers, wrong = self._check(self.answers)
        if wrong and way is not Way.DEMO:
            self._tell(wrong)
            return
        self._when_chosen(way, clean_answers)

    def action_back(self) -> None:
        """From a field to the list; from the list nowhere: q ends the program."""
        self.query_one("#ways", Grid).focus()

    def action_leave(self) -> None:
        """End the program."""
        self._leave()

    @on(ListField.Opened)
    def _open_zones(self, message: ListField.Opened) -> None:
        message.stop()
        self._zones(message.typed, self.query_one("#time_zone", ListField).put)

    @on(Input.Submitted)
    def _next(self, message: Input.Submitted) -> None:
        message.stop()
        self.app.action_focus_next()

    @on(Grid.Chosen)
    def _begin(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_way(message.row + 1)
