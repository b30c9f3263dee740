"""Tasks: a new one, changes of one, and finishing one with what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from funnel_tui.dialogs.deal_fields import HELP, moment_echo, moment_text
from funnel_tui.dialogs.form import Form, Refusals
from funnel_tui.dialogs.numbered import Numbered, NumberedForm
from funnel_tui.dialogs.wishes import DoneWish, Named, Reader, TaskWish
from funnel_tui.domain.builtin_words import outcome_word, stored_outcome
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.period import day_of
from funnel_tui.domain.phrases import name_day
from funnel_tui.domain.shown import clean
from funnel_tui.domain.tasks import OUTCOMES, TaskDraft, TaskFact, TaskKind, next_step
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr, trc
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.fields import FieldRow, NoteField, Options, TextField
from funnel_tui.widgets.lines import Hint
from funnel_tui.widgets.words import TASK_KINDS, task_line

KINDS = [str(kind) for kind in TaskKind]
NOTHING = "nothing"
KINDS_SHOWN = {**TASK_KINDS, NOTHING: tr("nothing")}
# Translators: examples of what can be typed: days in words that the program reads in your language too.
DUE_HELP = tr("fri, +2d, tomorrow 14:30, 12 dec; empty for some day")


class TaskForm(Form[TaskWish]):
    """What forms about tasks share: the kind, the words and the day."""

    def field_changed(self, row: FieldRow) -> None:
        """Echo the day."""
        say_due(row, self.reader, left=False)

    def field_left(self, row: FieldRow) -> None:
        """Now it may be said that the text makes no sense."""
        say_due(row, self.reader, left=True)

    @property
    def reader(self) -> Reader:
        """What typed text means."""
        raise NotImplementedError


class TaskDialog(TaskForm):
    """Creates a task, or edits an open one. The answer is a :class:`TaskWish`.

    :param reader: what typed text means.
    :param reps: who can do it; ``owner_id`` is whose it is to be.
    :param deal_id: the deal it is about, called ``about``; None for a task of its own.
    :param task: the open task that is edited; None for a new one.
    """

    # The words are what one types; the kind is mostly right as it is, one field above.
    AUTO_FOCUS = "#title"

    def __init__(
        self,
        reader: Reader,
        reps: Sequence[Named],
        owner_id: int,
        *,
        deal_id: int | None = None,
        about: str = "",
        task: TaskFact | None = None,
    ) -> None:
        super().__init__()
        self._reader, self._reps, self._owner_id = reader, reps, owner_id
        self._deal_id, self._about, self._of = deal_id, about, task

    @property
    def reader(self) -> Reader:
        """What typed text means."""
        return self._reader

    @property
    def heading(self) -> str:
        """What it is about."""
        start = tr("New task") if self._of is None else tr("Edit task")
        return f"{start}: {self._about}" if self._about else start

    def compose_middle(self) -> ComposeResult:
        """Kind, words, day and rep."""
        task = self._of
        kinds = list(dict.fromkeys([*KINDS, *([task.kind] if task else [])]))
        kind = kinds.index(task.kind) if task else 0
        # Translators: the first letters of your words for call, email, meeting, other.
        yield FieldRow(
            "kind", tr("Kind"), Choice(kinds, kind, shown=KINDS_SHOWN, id="kind"), help=tr("c, e, m or o")
        )
        yield FieldRow("title", tr("What"), TextField(task.title if task else "", id="title"))
        yield FieldRow("due", tr("Due"), TextField(self._due(), id="due", select=True), help=DUE_HELP)
        owner = task.owner_id if task else self._owner_id
        yield FieldRow("owner", tr("Who"), Options(self._reps, owner, id="owner"))

    def _due(self) -> str:
        task = self._of
        if task is None or task.due_day is None:
            return ""
        return moment_text(Moment(task.due_day, task.due_at), self._reader)

    def on_mount(self) -> None:
        """Say what is understood of what stands there."""
        say_due(self.row("due"), self._reader, left=True)

    def action_accept(self) -> None:
        """Give the task, or say what is wrong."""
        refusals, task = Refusals(), self._of
        title = refusals.read(lambda: self._reader.line(self._text("title"), "title")) or ""
        due = refusals.read(lambda: self._reader.moment(self._text("due"), "due"))
        if task is not None and task.due_day is not None and self._text("due") == self._due():
            due = Moment(task.due_day, task.due_at)
        owner = self.query_one("#owner", Options).number
        if owner is None:
            refusals["owner"] = tr("There is nobody yet who can do it: add a rep first.")
        if self.refuse(refusals) or owner is None:
            return
        self.dismiss(
            TaskWish(
                kind=self.query_one("#kind", Choice).value,
                title=title,
                due=due,
                owner_id=owner,
                deal_id=self._deal_id if task is None else task.deal_id,
                task_id=task.id if task else None,
                version=task.version if task else None,
            )
        )

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", TextField).value


class DoneDialog(NumberedForm[DoneWish]):
    """Finishes a task: how it ended, a note, and the next one. The answer is a :class:`DoneWish`.

    :param task: the open task.
    :param reader: what typed text means.
    :param suggest: whether to suggest what usually comes next; not for a deal that is closed or has other
        open tasks.
    """

    DEFAULT_CSS = """
    DoneDialog Grid { max-height: 5; }
    """
    LABEL = tr("Outcome")
    HELP = tr("a number, a name, or any other word; may be empty")
    NEW = True

    def __init__(self, task: TaskFact, reader: Reader, *, suggest: bool = True) -> None:
        super().__init__()
        self._of, self._reader = task, reader
        self._suggest = suggest and task.deal_id is not None
        self._suggested: dict[str, str] = {}

    @property
    def heading(self) -> str:
        """The task."""
        return tr("Done: {task}").format(task=task_line(self._of.kind, self._of.title))

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` finishes it."""
        return [*self.HINTS, Hint("enter", tr("it is done")), Hint("ctrl+s", tr("from the note"))], Hint(
            "esc", trc("key", "back")
        )

    def entries(self) -> Sequence[Numbered]:
        """How such a task usually ends."""
        return [Numbered(outcome_word(outcome)) for outcome in self._usual()]

    def _usual(self) -> Sequence[str]:
        return OUTCOMES.get(self._of.kind, OUTCOMES[TaskKind.OTHER])

    def compose_middle(self) -> ComposeResult:
        """How it ended, a note, and what comes next."""
        about = " · ".join(filter(None, (self._of.deal, self._of.organisation)))
        if about:
            yield Static(clean(about), classes="intro", markup=False)
        yield from self.compose_pick()
        yield FieldRow("note", tr("Note"), NoteField(id="note"), help=HELP["note"])
        row = FieldRow("kind", tr("Next"), Choice([NOTHING, *KINDS], shown=KINDS_SHOWN, id="kind"))
        row.add_class("-group")
        yield row
        yield FieldRow("title", tr("What"), TextField(id="title"))
        yield FieldRow("due", tr("Due"), TextField(id="due", select=True), help=DUE_HELP)

    def on_mount(self) -> None:
        """Suggest what comes next."""
        self.start_list(None)
        self._fill()

    def _outcome(self) -> str | None:
        if self.is_new:
            return stored_outcome(self.new)
        return None if self.chosen is None else self._usual()[self.chosen]

    def _suggestion(self) -> TaskDraft | None:
        task = self._of
        if not self._suggest or task.deal_id is None:
            return None
        return next_step(
            *(task.kind, task.title, self._outcome(), self._reader.today),
            deal_id=task.deal_id,
            owner_id=task.owner_id,
        )

    def _fill(self) -> None:
        """Put the suggestion into the fields that nobody has touched."""
        found = self._suggestion()
        kind, title, due = self._next()
        wanted = {
            "kind": NOTHING if found is None else found.kind,
            "title": "" if found is None else found.title,
            "due": "" if found is None else name_day(day_of(found.due_day)),
        }
        if self._suggested and self._suggested != {
            "kind": kind.value,
            "title": title.value,
            "due": due.value,
        }:
            return
        kinds = [NOTHING, *KINDS]
        kind.chosen = kinds.index(wanted["kind"]) if wanted["kind"] in kinds else 0
        kind.refresh()
        title.value, due.value = wanted["title"], wanted["due"]
        self._suggested = wanted
        say_due(self.row("due"), self._reader, left=True)

    def _next(self) -> tuple[Choice, TextField, TextField]:
        return (
            self.query_one("#kind", Choice),
            self.query_one("#title", TextField),
            self.query_one("#due", TextField),
        )

    def chosen_changed(self, *, by_digit: bool) -> None:  # noqa: ARG002
        """Another outcome, another next step."""
        self._fill()

    def field_changed(self, row: FieldRow) -> None:
        """Echo the day."""
        say_due(row, self._reader, left=False)

    def field_left(self, row: FieldRow) -> None:
        """Now it may be said that the text makes no sense."""
        say_due(row, self._reader, left=True)

    def action_accept(self) -> None:
        """Finish it, or say what is wrong."""
        refusals, reader = Refusals(), self._reader
        outcome = refusals.read(lambda: reader.line(self._outcome() or "", "pick"))
        note = refusals.read(lambda: reader.note(self.query_one("#note", NoteField).text))
        kind, title, due = self._next()
        wanted = None
        if kind.value != NOTHING:
            words = refusals.read(lambda: reader.line(title.value, "title")) or ""
            when = refusals.read(lambda: reader.moment(due.value, "due"))
            wanted = TaskWish(kind.value, words, when, self._of.owner_id, self._of.deal_id)
        if not self.refuse(refusals):
            self.dismiss(DoneWish(self._of.id, self._of.version, outcome, note, wanted))


def say_due(row: FieldRow, reader: Reader, *, left: bool) -> None:
    """Say under a field of a due day what is understood; other fields have nothing to say.

    :param left: whether the user has finished typing there, so that nonsense is called so.
    """
    if row.named != "due" or not isinstance(row.field, TextField):
        if row.named != "pick":
            row.say()
        return
    try:
        moment = reader.moment(row.field.value, "due")
        row.say(moment_echo(moment, reader))
    except InvalidInput as error:
        row.refuse(str(error)) if left else row.say()
