"""The form of an interaction. The common case takes three keys: the kind, how it ended, ``enter``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from funnel_tui.dialogs.deal_rows import row_texts
from funnel_tui.dialogs.form import Refusals
from funnel_tui.dialogs.interaction_fields import time_echo
from funnel_tui.dialogs.interaction_wishes import LogDesk, LogWish
from funnel_tui.dialogs.log_rows import LogRows, kind_typed, starting_texts
from funnel_tui.dialogs.numbered import Numbered, NumberedForm, PickField
from funnel_tui.dialogs.picker import Picker
from funnel_tui.dialogs.task import say_due
from funnel_tui.domain.builtin_words import kind_word, outcome_word, stored_outcome
from funnel_tui.domain.finding import fold
from funnel_tui.domain.interactions import KINDS, KindFact, outcomes_of
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import KEEP_DRAFT
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.fields import FieldRow, Options, TextField
from funnel_tui.widgets.lines import Hint, Line

FIRST_SECONDS = 0.3
"""So long the first frame waits for what the form chooses from."""
ENTER = "\r"
_LETTERS = "".join(kind_word(kind)[0].lower() for kind in KINDS)
EARLY = "".join(dict.fromkeys(f"123456789cemnp{_LETTERS}"))
"""Keys that may be pressed before the form is there: how it ended, or the kind."""


class LogForm(NumberedForm[LogWish]):
    """Logs an interaction, or edits one. The answer is a :class:`LogWish`.

    Keys that are pressed before the form is on the screen are kept and go where they were meant.

    :param reading: brings what there is to choose from, a little later.
    :param kind: the name of the kind; None asks for it first.
    :param texts: what had been typed before, by field.
    :param errors: messages by field, from a service that refused the last answer.
    :param when_changed: is told at every change what the form holds now, and None when that is what it began
        with. It must return at once.
    :param when_failed: is told why there is nothing to choose from; the form then closes.
    """

    DEFAULT_CSS = """
    LogForm Grid { max-height: 8; }
    LogForm.-high Grid { margin: 0 0 1 17; }
    LogForm.-high NoteField { height: 6; }
    """
    LABEL = tr("Outcome")
    HELP = ""
    NEW = True
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        KEEP_DRAFT,
        *(
            Binding(
                key,
                f"early('{key}')",
                tr("choose"),
                id=f"log_{key}",
                show=False,
                tooltip=tr("The kind or the outcome"),
            )
            for key in EARLY
        ),
    ]

    def __init__(
        self,
        reading: Future[LogDesk],
        kind: str | None,
        *,
        texts: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        when_changed: Callable[[Mapping[str, str] | None], object] | None = None,
        when_failed: Callable[[Exception], object] | None = None,
    ) -> None:
        super().__init__()
        self._reading, self._named = reading, kind
        self._draft, self._errors = texts, dict(errors or {})
        self._when_changed, self._when_failed = when_changed, when_failed
        self._early: list[str] = []
        self._kind: KindFact | None = None
        self._rows: LogRows | None = None
        self._base: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._taken = ""

    # Beginning

    def compose_middle(self) -> ComposeResult:
        """Nothing: the fields come when what they choose from was read."""
        yield from ()

    async def on_mount(self) -> None:  # type: ignore[override]  # every class's own is called
        """Wait for what there is to choose from, but not for long."""
        waiting = asyncio.ensure_future(asyncio.wrap_future(self._reading))
        done, _ = await asyncio.wait({waiting}, timeout=FIRST_SECONDS)
        if done:
            await self._arrived(waiting)
        else:
            waiting.add_done_callback(lambda _: self.call_later(self._arrived, waiting))

    async def _arrived(self, waiting: asyncio.Future[LogDesk]) -> None:
        error = waiting.exception()
        if error is not None:
            self.dismiss(None)
            if self._when_failed is not None and isinstance(error, Exception):
                self._when_failed(error)
            return
        desk = waiting.result()
        self._base = starting_texts(desk, self._named)
        texts = {**self._base, **(self._draft or desk.draft or {})}
        rows = LogRows(desk, texts)
        kind = rows.kind_named(texts["kind"])
        self._kind = kind
        middle = self.query_one("#middle")
        await middle.mount_all([*rows.before(), *self.compose_pick(), *rows.after()])
        self._rows = rows
        self._say_heading()
        self.tell_hints()
        self.fit_labels()
        self._start(texts["pick"])

    def _start(self, outcome: str) -> None:
        self.start_list(None)
        self.set_class(self._kind is None, "-kind")
        self._show()
        self.query_one("#pick", PickField).select_on_focus = True
        if outcome:
            self.query_one("#pick", PickField).value = self._taken = outcome_word(outcome)
            self.take_typed(self._taken)
        for row in self.rows():
            self._say(row, left=True)
        self._told = self.texts()
        self._fill()
        if not self.refuse(self._errors):
            self.query_one("#pick").focus()
        for key in self._early:
            if key == ENTER:
                self.call_later(self.action_accept)
            else:
                self.query_one("#pick", PickField).insert_text_at_cursor(key)

    @property
    def rows_made(self) -> LogRows:
        """The fields; only when they are there."""
        assert self._rows is not None
        return self._rows

    @property
    def heading(self) -> str:
        """The kind and what it is about."""
        if self._rows is None:
            return tr("Log {kind}").format(kind=kind_word(self._named)) if self._named else tr("Log")
        subject = self._rows.desk.subject
        fact = self._rows.desk.fact
        kind = kind_word(self._kind.name) if self._kind else tr("Log")
        words = tr("Edit: {kind}").format(kind=kind) if fact else kind
        about = " · ".join(dict.fromkeys(filter(None, (subject.name, self._rows.desk.organisation))))
        return f"{words} · {about}" if about else words

    def _say_heading(self) -> None:
        self.query_one("#heading", Line).say(self.heading)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` saves, ``esc`` loses nothing."""
        hints = [
            Hint("1-9", tr("choose")),
            Hint("enter", trc("key", "save")),
            Hint("↑↓", trc("key", "move")),
            Hint("tab", tr("field")),
        ]
        return [*hints, Hint("ctrl+s", tr("save from the note"))], Hint("esc", tr("back, kept as a draft"))

    # Kind and outcome

    def entries(self) -> Sequence[Numbered]:
        """The kinds until one is chosen, then how such an interaction usually ends."""
        if self._rows is None:
            return []
        if self._kind is None:
            return [Numbered(kind_word(kind.name)) for kind in self._rows.desk.kinds]
        return [Numbered(outcome_word(outcome)) for outcome in outcomes_of(self._kind.name)]

    @on(Input.Changed, "#pick")
    def _typed_pick(self, event: Input.Changed) -> None:
        """What stands there now counts: more may have been typed since the message was sent."""
        event.stop()
        event.prevent_default()
        self._take_pick()

    def _take_pick(self) -> None:
        """Choose what is meant by what stands in the field."""
        field = self.query_one("#pick", PickField)
        if field.value == self._taken:
            return
        self._taken = field.value
        if self._kind is None:
            names = [entry.name for entry in self.entries()]
            place, rest = kind_typed(names, field.value)
            if place is None and not any(fold(name).startswith(fold(rest)) for name in names):
                # Not begun as any is called here: the stored names are read too.
                place, rest = kind_typed([kind.name for kind in self.rows_made.desk.kinds], field.value)
            if place is None:
                self.put(
                    next((at for at, name in enumerate(names) if fold(name).startswith(fold(rest))), None)
                )
                return
            self._choose_kind(place, rest)
        else:
            self.take_typed(field.value)

    def _choose_kind(self, place: int, rest: str = "") -> None:
        kinds = self.rows_made.desk.kinds
        self.query_one("#kind", Options).choose(place + 1)
        self._kind = kinds[place]
        field = self.query_one("#pick", PickField)
        field.value = self._taken = rest
        self._kind_changed()
        self.take_typed(rest)

    def _kind_changed(self) -> None:
        self.set_class(self._kind is None, "-kind")
        self.new = ""
        self.put(None)
        self.rows_made.offer_tasks(self._kind)
        self._show()
        self._say_heading()
        self._fill()
        self._tell()

    def chosen_changed(self, *, by_digit: bool) -> None:  # noqa: ARG002
        """Another outcome, another next step."""
        if self._kind is not None:
            self._fill()
            self._tell()

    def outcome(self) -> str | None:
        """How it ended; None where nobody said."""
        if self._kind is None:
            return None
        if self.is_new:
            return stored_outcome(self.new)
        return None if self.chosen is None else outcomes_of(self._kind.name)[self.chosen]

    def _fill(self) -> None:
        """Suggest what comes next, in fields that nobody has touched."""
        if self._rows is not None and self._kind is not None:
            self._rows.suggest(self._kind, self.outcome())
            row = self._rows.row("due")
            if row is not None:
                say_due(row, self._rows.desk.reader, left=True)

    # While typing

    def field_changed(self, row: FieldRow) -> None:
        """Echo what is understood, and keep the draft."""
        if row.named == "kind" and isinstance(row.field, Options):
            kind = self.rows_made.kind(row.field.number)
            if kind is not self._kind:
                self._kind = kind
                self._kind_changed()
        if row.named == "finishes":
            self._fill()
        if row.named == "status":
            self.rows_made.offer_tasks(self._kind)
            self._say(self.row("at"), left=True)
            self._fill()
        self._say(row, left=False)
        self._tell()

    def field_left(self, row: FieldRow) -> None:
        """Now it may be said that the text makes no sense."""
        self._say(row, left=True)

    @on(Picker.Settled)
    def _settled(self) -> None:
        self._say(self.row("person"), left=True)
        self._tell()

    def _say(self, row: FieldRow, *, left: bool) -> None:
        """Say under a field what is understood.

        :param left: whether the user has finished typing there, so that nonsense is called so.
        """
        reader = self.rows_made.desk.reader
        if isinstance(row.field, Picker):
            row.say(*row.field.said())
        elif row.named == "at" and isinstance(row.field, TextField):
            try:
                row.say(time_echo(row.field.value, reader, planned=self.rows_made.planned))
            except InvalidInput as error:
                empty = not row.field.value.strip()
                row.refuse(f"{error.message} {error.hint}") if left and not empty else row.say()
        elif row.named == "duration":
            refused = Refusals()
            refused.read(self.rows_made.duration)
            row.refuse(refused["duration"]) if left and refused else row.say()
        elif row.named == "due":
            say_due(row, reader, left=left)
        elif row.named != "pick":
            row.say()

    def texts(self) -> dict[str, str]:
        """What the fields hold now."""
        texts = dict(self._base)
        for row in self.rows():
            if isinstance(row.field, Choice) and not isinstance(row.field, Options):
                texts[row.named] = row.field.value
            else:
                texts |= row_texts(row)
        texts["kind"] = self._kind.name if self._kind else ""
        texts["pick"] = self.outcome() or ""
        return texts

    def _tell(self) -> None:
        if self._rows is None:
            return
        texts = self.texts()
        if texts == self._told:
            return
        self._told = texts
        if self._when_changed is not None:
            self._when_changed(None if texts == self._base else texts)

    # The answer

    def on_key(self, event: events.Key) -> None:
        """A key that came before any field had the focus; a field takes its own keys and they end there."""
        char = event.character if event.is_printable else None
        if self._rows is None and (char is not None or event.key == "enter"):
            event.stop()
            self._early.append(char or ENTER)
        elif self._rows is not None and char is not None:
            event.stop()
            self.query_one("#pick", PickField).insert_text_at_cursor(char)

    def action_early(self, key: str) -> None:
        """Keep a key that came before the form, or before the field had the focus."""
        if self._rows is None:
            self._early.append(key)
        else:
            self.query_one("#pick", PickField).insert_text_at_cursor(key)

    def action_accept(self) -> None:
        """Give the answer, or say what is wrong and where."""
        if self._rows is None:
            self._early.append(ENTER)
            return
        self._take_pick()  # the message that something was typed may still be on its way
        if self._kind is None:
            self._accept_kind()
            return
        refusals = Refusals()
        wish = self._rows.wish(self._kind, self.outcome(), refusals)
        if wish is not None and not self.refuse(refusals):
            self.dismiss(wish)
        elif wish is None:
            self.refuse(refusals)

    def _accept_kind(self) -> None:
        if self.chosen is None:
            self.row("pick").refuse(self.nothing_words(tr("Which kind? Type its number or its name.")))
        else:
            self._choose_kind(self.chosen)
