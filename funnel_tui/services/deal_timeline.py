"""The items of a deal's timeline: what each source of it says, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.deal_detail import FieldChange, TimelineItem, TimelineKind
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_of, start_of
from funnel_tui.domain.said import listed, said
from funnel_tui.domain.shown import NO_VALUE, money_text, percent_text
from funnel_tui.domain.status import VisitExit
from funnel_tui.domain.tasks import task_text
from funnel_tui.queries.deal_detail import INTERACTION, TASK, VISIT, EditLine, TalkLine, TaskLine, VisitLine
from funnel_tui.services.deal_row import Lens

_LABELS = {
    "title": said("title"),
    "note": said("note"),
    "category": said("category"),
    "owner_id": said("owner"),
    "source_id": said("source"),
    "organisation_id": said("organisation"),
    "external_id": said("id"),
    "probability_bp": said("probability"),
    "expected_close": said("expected close"),
    "amount_minor": said("amount"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what numbers refer to.

    :param sources: by number; 0 stands for none.
    :param organisations: those that the edits at hand name.
    """

    through: Lens
    sources: Mapping[int, str]
    organisations: Mapping[int, str]

    def stage(self, stage_id: int, beside: int | None = None) -> str:
        """A stage, with its pipeline when another one stands beside it."""
        stage, pipeline = self.through.stages[stage_id]
        if beside is None or self.through.stages[beside][1].id == pipeline.id:
            return stage.name
        return f"{pipeline.name}, {stage.name}"

    def rep(self, rep_id: int | None) -> str:
        """A rep, or ""."""
        return "" if rep_id is None else self.through.reps.get(rep_id, "")


def visit_items(lines: Sequence[VisitLine], names: Names) -> Iterator[TimelineItem]:
    """Creation, moves, closings and reopenings."""
    before: VisitLine | None = None
    for line in lines:
        visit = line.visit
        who = line.moved_by or names.rep(visit.owner_id)
        here = names.stage(visit.stage_id)
        key = (visit.entered_at, VISIT, 2 * line.seq)
        if before is None:
            yield TimelineItem(
                key, visit.entered_at, TimelineKind.CREATED, who, said("Created in {stage}", stage=here)
            )
        elif before.visit.exit is VisitExit.MOVED:
            old = before.visit.stage_id
            text = f"{names.stage(old, visit.stage_id)} → {names.stage(visit.stage_id, old)}"
            yield TimelineItem(key, visit.entered_at, TimelineKind.MOVED, who, text)
        else:
            yield TimelineItem(
                key, visit.entered_at, TimelineKind.REOPENED, who, said("Reopened in {stage}", stage=here)
            )
        before = line
        left = visit.left_at
        if left is None or left > names.through.as_of or visit.exit is VisitExit.MOVED:
            continue
        key = (left, VISIT, 2 * line.seq + 1)
        who = names.rep(visit.exit_owner_id or visit.owner_id)
        if visit.exit is VisitExit.WON:
            yield TimelineItem(
                key, left, TimelineKind.WON, who, said("Won from {stage}", stage=here), line.loss_note
            )
        else:
            text = said("Lost from {stage}", stage=here)
            if line.loss_reason:
                text = said("Lost from {stage}: {reason}", stage=here, reason=line.loss_reason)
            yield TimelineItem(key, left, TimelineKind.LOST, who, text, line.loss_note)


def talk_items(lines: Sequence[TalkLine], names: Names) -> Iterator[TimelineItem]:
    """Interactions, done and planned."""
    for line in lines:
        kind = TimelineKind.PLANNED if line.planned else TimelineKind.INTERACTION
        what = kind_word(line.kind)
        if line.incoming:
            what = said("{kind} in", kind=what)
        text = listed(filter(None, (what, line.person, outcome_word(line.outcome or ""))), " · ")
        yield TimelineItem(
            (line.at, INTERACTION, line.id), line.at, kind, names.rep(line.owner_id), text, line.note
        )


def task_items(lines: Sequence[TaskLine], names: Names) -> Iterator[TimelineItem]:
    """Tasks: done ones at the time they were done, open ones at the time they are due.

    A task that is due on a day stands at the beginning of the day, one without a day at its creation.
    """
    through = names.through
    for line in lines:
        text = task_text(line.kind, line.title)
        who = names.rep(line.owner_id)
        if line.done_at is not None:
            text = listed((text, outcome_word(line.outcome)), " · ") if line.outcome else text
            key = (line.done_at, TASK, line.id)
            yield TimelineItem(key, line.done_at, TimelineKind.TASK_DONE, who, text)
            continue
        at, overdue = line.created_at, False
        if line.due_at is not None:
            at, overdue = line.due_at, line.due_at < through.as_of
        elif line.due_day is not None:
            at, overdue = start_of(day_of(line.due_day), through.zone), line.due_day < through.today
        yield TimelineItem((at, TASK, line.id), at, TimelineKind.TASK, who, text, overdue=overdue)


def edit_items(lines: Sequence[EditLine], names: Names, rank: int) -> Iterator[TimelineItem]:
    """Edits, each with what became what. One that changed nothing that is shown is left out."""
    for line in lines:
        changes = tuple(_changes(line, names))
        text = changes_text(changes)
        key = (line.at, rank, line.id)
        yield TimelineItem(
            key, line.at, TimelineKind.EDITED, line.actor, text or said("nothing changed"), changes=changes
        )


def changes_text(changes: Iterable[FieldChange]) -> str:
    """What became what, as one line: ``expected close 2026-01-31 → 2026-02-28``."""
    told = (
        listed((change.field, change.old or NO_VALUE, "→", change.new or NO_VALUE), " ") for change in changes
    )
    return listed(told, ", ")


def _changes(line: EditLine, names: Names) -> Iterator[FieldChange]:
    values = {name: (old, new) for name, old, new in line.changes}
    if "amount_minor" in values:
        amounts, currencies = values.pop("amount_minor"), values.pop("currency")
        old, new = (_money(*pair) for pair in zip(amounts, currencies, strict=True))
        if old != new:
            yield FieldChange(said("amount"), old, new)
    for name, (before, after) in values.items():
        if before != after:
            yield FieldChange(_LABELS.get(name, name), _text(name, before, names), _text(name, after, names))


def _money(minor: int | None, currency: str | None) -> str:
    return "" if minor is None or currency is None else money_text(Money(minor, currency), currency=True)


def _text(name: str, value: Any, names: Names) -> str:
    if value is None:
        return ""
    match name:
        case "owner_id":
            return names.rep(value)
        case "source_id":
            return names.sources.get(value, "")
        case "organisation_id":
            return names.organisations.get(value, said("number {n}", n=value))
        case "expected_close":
            return day_of(value).isoformat()
        case "probability_bp":
            return percent_text(Fraction(value, 10_000))
        case _:
            return str(value)
