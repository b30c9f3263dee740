"""The fields of the form of an interaction: making them, suggesting what comes next, reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnel_tui.dialogs.deal_fields import moment_text, number_of, pick_of, pick_text
from funnel_tui.dialogs.form import Refusals
from funnel_tui.dialogs.interaction_fields import read_time
from funnel_tui.dialogs.interaction_wishes import LogDesk, LogWish
from funnel_tui.dialogs.picker import PERSON, Picker
from funnel_tui.dialogs.task import DUE_HELP, KINDS, KINDS_SHOWN, NOTHING
from funnel_tui.dialogs.wishes import Pick, TaskWish
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.durations import duration_text, read_duration
from funnel_tui.domain.finding import fold
from funnel_tui.domain.interactions import KINDS as ALL_KINDS
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.period import day_of
from funnel_tui.domain.phrases import name_day
from funnel_tui.domain.shown import NO_VALUE
from funnel_tui.domain.status import ActivityStep, Direction
from funnel_tui.domain.tasks import TaskKind, next_step
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.fields import FieldRow, NoteField, Options, TextField

CALL = next(iter(ALL_KINDS))
DONE, PLANNED = "done", "planned"
STATUSES = {DONE: tr("done"), PLANNED: tr("planned")}
WAYS: Mapping[str, str] = {Direction.OUT: tr("out: we to them"), Direction.IN: tr("in: they to us")}
NO_TASK = tr("no task")
FINISHES_HELP = tr("→ ticks off the task that is due")
NEXT_FIELDS = ("next", "title", "due")
EARLIEST = {"at": "at", "owner_id": "owner", "kind_id": "kind", "person_id": "person", "due_day": "due"}
"""Names under which services know a field of the form."""


def kind_typed(names: Sequence[str], typed: str) -> tuple[int | None, str]:
    """Which kind the beginning of a text means, as soon as that is beyond doubt.

    :returns: its place and what is left of the text; None and the text while it may be several.
    """
    text = typed.strip()
    if text[:1].isdigit() and len(names) <= 9:
        place = int(text[0]) - 1
        return (place, text[1:]) if 0 <= place < len(names) else (None, text)
    if text.isdigit():
        return None, text
    for size in range(1, len(text) + 1):
        begun = [at for at, name in enumerate(names) if fold(name).startswith(fold(text[:size]))]
        if len(begun) == 1:
            # Whoever types the whole word does not mean its rest as the outcome.
            rest = text[size:]
            whole = fold(names[begun[0]]).startswith(fold(text))
            return begun[0], "" if whole else rest
    return None, text


def starting_texts(desk: LogDesk, kind: str | None) -> dict[str, str]:
    """What the fields hold at first, by name."""
    fact = desk.fact
    person = desk.person
    texts = {
        "kind": (fact.kind if fact else kind) or "",
        "pick": (fact.outcome or "") if fact else "",
        "at": moment_text(Moment(_day(desk), fact.at), desk.reader) if fact else "",
        "status": PLANNED if fact and fact.planned else DONE,
        "direction": str(fact.direction if fact else Direction.OUT),
        "duration": duration_text(fact.duration_seconds) if fact else "",
        "person": person.name if person else "",
        "person_id": pick_text(person),
        "owner": str(desk.owner_id),
        "note": (fact.note or "") if fact else "",
    }
    if fact is None:
        texts |= {"next": NOTHING, "title": "", "due": ""}
    if desk.due:
        texts["finishes"] = "0"
    return texts


def _day(desk: LogDesk) -> int:
    assert desk.fact_day is not None
    return desk.fact_day


class LogRows:
    """The fields of one form.

    :param desk: what they choose from.
    :param texts: what they begin with, by field.
    """

    def __init__(self, desk: LogDesk, texts: Mapping[str, str]) -> None:
        self.desk = desk
        self._texts = dict(texts)
        self._base = starting_texts(desk, texts.get("kind"))
        self._rows: dict[str, FieldRow] = {}
        self._suggested: tuple[str, str, str] | None = None
        if any(texts.get(name, "") != self._base.get(name, "") for name in NEXT_FIELDS):
            self._suggested = ("", "", "")  # a draft says what is next

    def before(self) -> list[FieldRow]:
        """The kind; above the outcome."""
        kind = self.kind_named(self._texts["kind"])
        # Kinds that are not stored yet have no number of their own.
        kinds = [(place, kind_word(one.name)) for place, one in enumerate(self.desk.kinds, 1)]
        at = self.desk.kinds.index(kind) + 1 if kind else 0
        return [
            self._row("kind", tr("Kind"), Options(kinds if kind else [(0, NO_VALUE), *kinds], at, id="kind"))
        ]

    def after(self) -> list[FieldRow]:
        """Everything else; below the outcome."""
        texts, desk = self._texts, self.desk
        ways = [str(way) for way in WAYS]
        person = Picker(
            desk.find_person, pick_of(texts, "person"), noun=PERSON, text=texts["person"], id="person"
        )
        rows = [
            self._row("at", tr("When"), TextField(texts["at"], id="at", select=True)),
            self._row("status", tr("Status"), _choice([DONE, PLANNED], texts["status"], "status", STATUSES)),
            self._row("direction", tr("Direction"), _choice(ways, texts["direction"], "direction", WAYS)),
            self._row("duration", tr("Duration"), TextField(texts["duration"], id="duration", select=True)),
            FieldRow("person", tr("Person"), person, extra=[person.panel]),
            self._row("owner", tr("Who"), Options(desk.reps, number_of(texts["owner"]), id="owner")),
            self._row("note", tr("Note"), NoteField(texts["note"], id="note")),
        ]
        self._rows["person"] = rows[4]
        if desk.due:
            task = Options([(0, NO_TASK)], id="finishes")
            rows.insert(0, self._row("finishes", tr("Finishes"), task, FINISHES_HELP))
            self.offer_tasks(self.kind_named(texts["kind"]), number_of(texts["finishes"]))
        if desk.fact is None and desk.subject.deal_id is not None:
            rows += [
                self._row(
                    "next", tr("Next task"), _choice([NOTHING, *KINDS], texts["next"], "next", KINDS_SHOWN)
                ),
                self._row("title", tr("What"), TextField(texts["title"], id="title")),
                self._row("due", tr("Due"), TextField(texts["due"], id="due", select=True), DUE_HELP),
            ]
        return rows

    def _row(self, name: str, label: str, field: Choice | TextField | NoteField, help: str = "") -> FieldRow:
        self._rows[name] = FieldRow(name, label, field, help=help)
        return self._rows[name]

    def row(self, name: str) -> FieldRow | None:
        """The row of a field; None where the form has no such field."""
        return self._rows.get(name)

    def kind(self, number: int | None) -> KindFact | None:
        """The kind at a place, from 1; None for the place 0."""
        return self.desk.kinds[number - 1] if number else None

    def kind_named(self, name: str) -> KindFact | None:
        """The kind with a name; for the name of calls, where the team calls them otherwise, that kind."""
        named = [one for one in self.desk.kinds if name and fold(one.name) == fold(name)]
        if not named and name == CALL:
            named = [one for one in self.desk.kinds if one.step is ActivityStep.CALLS]
        return next(iter(named), None)

    @property
    def planned(self) -> bool:
        """Whether it is still to take place."""
        return self._text("status") == PLANNED

    def offer_tasks(self, kind: KindFact | None, number: int | None = None) -> None:
        """Offer the tasks of the deal that it may be the end of; without any the field is not there.

        :param number: the one that is chosen; None keeps what is chosen as far as it is still offered.
        """
        row = self._rows.get("finishes")
        if row is None:
            return
        assert isinstance(row.field, Options)
        tasks = self.desk.due.get(kind.name, ()) if kind is not None else ()
        row.field.offer_named([(0, NO_TASK), *tasks], row.field.number or 0 if number is None else number)
        row.display = bool(tasks) and not ("status" in self._rows and self.planned)

    @property
    def finishes(self) -> int | None:
        """The number of the task that is done with it; None for none."""
        row = self._rows.get("finishes")
        if row is None or not row.display or not isinstance(row.field, Options):
            return None
        return row.field.number or None

    def duration(self) -> int | None:
        """How long it took, in seconds.

        :raises InvalidInput: when that makes no sense.
        """
        return read_duration(self._text("duration"))

    def _text(self, name: str) -> str:
        row = self._rows.get(name)
        return "" if row is None else row.content

    # What comes next

    def suggest(self, kind: KindFact, outcome: str | None) -> None:
        """Fill the fields of the next task, unless somebody has touched them."""
        if "next" not in self._rows:
            return
        choice, title, due = (self._rows[name].field for name in NEXT_FIELDS)
        assert isinstance(choice, Choice)
        assert isinstance(title, TextField)
        assert isinstance(due, TextField)
        now = (choice.value, title.value, due.value)
        if self._suggested is not None and now != self._suggested:
            return
        wanted = self._suggestion(kind, outcome)
        choice.chosen = [NOTHING, *KINDS].index(wanted[0])
        choice.refresh()
        title.value, due.value = wanted[1], wanted[2]
        self._suggested = wanted

    def _suggestion(self, kind: KindFact, outcome: str | None) -> tuple[str, str, str]:
        deal_id = self.desk.subject.deal_id
        talk = kind.step is not ActivityStep.NONE or fold(kind.name) in KINDS
        wanted = self.desk.suggest or (self.finishes is not None and self.finishes == self.desk.last_open)
        if deal_id is None or not wanted or self.planned or not talk or outcome is None:
            return NOTHING, "", ""
        found = next_step(
            *(fold(kind.name), "", outcome, self.desk.reader.today),
            deal_id=deal_id,
            owner_id=self.desk.owner_id,
        )
        name = found.kind if found.kind in KINDS else TaskKind.CALL
        return name, found.title, name_day(day_of(found.due_day))

    # The answer

    def wish(self, kind: KindFact, outcome: str | None, refusals: Refusals) -> LogWish | None:
        """What is written here; what is wrong is put into ``refusals``.

        :returns: None when something is wrong.
        """
        desk, reader = self.desk, self.desk.reader
        ended = refusals.read(lambda: reader.line(outcome or "", "pick"))
        if ended and self.planned:
            refusals["pick"] = tr("What is still to come has no outcome yet: leave it empty, or choose done.")
        at = refusals.read(self._time)
        duration = refusals.read(self.duration)
        person = self._person(refusals)
        note = refusals.read(lambda: reader.note(self._text("note")))
        owner = self._rows["owner"].field
        owner_id = owner.number if isinstance(owner, Options) else None
        if owner_id is None:
            refusals["owner"] = tr("There is nobody yet who can have done it: add a rep first.")
        following = self._next(owner_id or 0, refusals)
        if refusals or owner_id is None:
            return None
        fact = desk.fact
        return LogWish(
            subject=desk.subject,
            kind=kind.name,
            outcome=ended,
            planned=self.planned,
            at=at,
            direction=self._direction(),
            duration_seconds=duration,
            person=person,
            owner_id=owner_id,
            note=note,
            next=following,
            finishes=self.finishes,
            since=desk.since,
            settings=desk.settings,
            interaction_id=fact.id if fact else None,
            version=fact.version if fact else None,
        )

    def _direction(self) -> Direction:
        return Direction(self._text("direction"))

    def _time(self) -> Moment | None:
        text = self._text("at")
        fact = self.desk.fact
        if fact is not None and text == self._base["at"] and (self.planned or not fact.planned):
            return None  # not touched: the seconds that the text leaves out stay too
        return read_time(text, self.desk.reader, planned=self.planned)

    def _person(self, refusals: Refusals) -> Pick | None:
        picker = self._rows["person"].field
        assert isinstance(picker, Picker)
        picker.settle()
        if not picker.is_settled:
            refusals["person"] = picker.unsettled_words()
            return None
        pick = picker.pick
        if pick is None or pick.id is not None:
            return pick
        name = refusals.read(lambda: self.desk.reader.line(pick.name, "person", needed=True))
        return None if name is None else Pick(name)

    def _next(self, owner_id: int, refusals: Refusals) -> TaskWish | None:
        kind = self._text("next")
        if kind in {"", NOTHING}:
            return None
        reader = self.desk.reader
        title = refusals.read(lambda: reader.line(self._text("title"), "title")) or ""
        due = refusals.read(lambda: reader.moment(self._text("due"), "due"))
        return TaskWish(kind, title, due, owner_id, self.desk.subject.deal_id)


def _choice(options: list[str], value: str, name: str, shown: Mapping[str, str]) -> Choice:
    return Choice(options, options.index(value) if value in options else 0, shown=shown, id=name)


def refused_fields(error: InvalidInput) -> dict[str, str]:
    """What a service refused, by field of the form."""
    name = EARLIEST.get(error.field, error.field)
    return {{"outcome": "pick"}.get(name, name): f"{error.message} {error.hint}".strip()}
