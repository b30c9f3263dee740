"""What dialogs are given and what they answer. They never read or save: a screen does both.

================  =========================================================================  =============
Dialog            Is given                                                                   Answers
================  =========================================================================  =============
`DealForm`        ``choices, values, *, deal_id, version, draft, errors, when_changed``      ``DealWish``
`MoveDialog`      ``subject, choices, values``                                               ``MoveWish``
`LoseDialog`      ``subject, reasons, reader, *, errors``                                    ``LoseWish``
`WinDialog`       ``subject, reader, *, errors``                                             ``WinWish``
`ReopenDialog`    ``subject, stages``                                                        ``ReopenWish``
`TaskDialog`      ``reader, reps, owner_id, *, deal_id, about, task, errors``                ``TaskWish``
`DoneDialog`      ``task, reader, *, suggest``                                               ``DoneWish``
`ConflictDialog`  ``heading, fields``                                                        ``MergeWish``
================  =========================================================================  =============

Every dialog answers None when the user leaves it with ``esc``. ``choices`` are :class:`DealChoices`,
``values`` :class:`DealValues`, ``subject`` a :class:`DealSubject`, ``reader`` a :class:`Reader`,
``errors`` messages by field from a service that refused.

A stale edit of the form needs no dialog of its own: read the deal again and open the form with the new
values, the new version and the last draft; it shows both versions where two people changed the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.money import Money

Named = tuple[int, str]
"""The number and the name of a row; the name is user text."""


@dataclass(frozen=True, slots=True)
class Pick:
    """An organisation or a person that was picked.

    :param name: user text.
    :param id: its number, or None for one that is to be created.
    """

    name: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may be meant by what was typed into a picker.

    :param about: what tells it from others of the same name; user text.
    :param alike: why it may be the same as a new one of the typed name, such as ``similar name``; empty when
        it need not be warned of.
    :param organisation: where a person is; fills an empty field of the form.
    """

    id: int
    name: str
    about: str = ""
    alike: str = ""
    organisation: Pick | None = None


@dataclass(frozen=True, slots=True)
class StageOption:
    """A stage to choose.

    :param probability_bp: in hundredths of a percent.
    :param required: fields that a deal must have before it goes on from here; names as in
        ``models.inputs.REQUIRABLE``, and ``demand``.
    :param refused: why it cannot be chosen, in words (retired, automatic staging); empty when it can.
    """

    id: int
    name: str
    probability_bp: int = 0
    required: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class PipelineOption:
    """A pipeline in use with its stages in order."""

    id: int
    name: str
    stages: tuple[StageOption, ...]


class Reader(Protocol):
    """Says what typed text means. Everything raises ``InvalidInput`` with the field's name.

    :class:`funnel_tui.services.typed.Typed` is one.
    """

    @property
    def today(self) -> date:
        """The day in the team's time zone."""

    @property
    def currency(self) -> str:
        """The currency of an amount that names none."""

    def over(self, amount: Money | None) -> Reader:
        """The same for a field that holds an amount: a number typed over it keeps its currency."""

    def line(self, text: str, field: str, *, needed: bool = False, limit: str = "name") -> str | None:
        """A text of one line; None when it is empty."""

    def note(self, text: str, field: str = "note") -> str | None:
        """A text of several lines; None when it is empty."""

    def money(self, text: str, field: str = "amount") -> Money | None:
        """An amount; None when the text is empty."""

    def day(self, text: str, field: str = "expected_close", *, past: bool = False) -> date | None:
        """A day in words; None when the text is empty."""

    def moment(self, text: str, field: str = "due", *, past: bool = False) -> Moment | None:
        """A day with or without a time; None when the text is empty."""

    def percent(self, text: str, field: str = "probability_bp") -> int | None:
        """A percentage in hundredths of a percent; None when the text is empty."""

    def spell(self, moment: Moment) -> str:
        """A moment for people: ``Fri 27 Nov 14:30``."""

    def happened(self, moment: Moment, not_before: int, field: str = "day") -> int | None:
        """The instant in epoch seconds at which something was done; None for now."""


Finding = Callable[[str], Sequence[Suggestion]]
"""Finds what may be meant. Is called in a thread and may take its time; it must touch no widget."""


@dataclass(frozen=True, slots=True)
class DealChoices:
    """What there is to choose from in a form about a deal.

    :param reader: what typed text means.
    :param reps: whose a deal can be.
    :param find_organisation: matches and likely duplicates; ``find_person`` likewise, or None for a form
        without people.
    :param find_person_at: the same, those at an organisation first; by its number.
    :param sources: known sources; any other word is a new one.
    :param pipelines: those in use, at least one; with the one that the deal is in.
    :param tags: known tags, or None for a form without tags.
    """

    reader: Reader
    pipelines: tuple[PipelineOption, ...]
    reps: tuple[Named, ...]
    find_organisation: Finding
    find_person: Finding | None = None
    find_person_at: Callable[[str, int], Sequence[Suggestion]] | None = None
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] | None = None

    def pipeline(self, pipeline_id: int) -> PipelineOption:
        """The pipeline with a number; the first one when there is none such."""
        return next((one for one in self.pipelines if one.id == pipeline_id), self.pipelines[0])

    def stage(self, stage_id: int | None) -> StageOption | None:
        """The stage with a number, or None."""
        stages = (stage for pipeline in self.pipelines for stage in pipeline.stages)
        return next((stage for stage in stages if stage.id == stage_id), None)


@dataclass(frozen=True, slots=True)
class DealValues:
    """What a deal has, or what a new one begins with. Texts are user text.

    :param person: the only contact, with what it does; of several contacts none is.
    :param contacts: the names of several contacts, in words.
    :param demand: what the customer asks for.
    """

    pipeline_id: int
    stage_id: int
    owner_id: int
    title: str = ""
    organisation: Pick | None = None
    person: Pick | None = None
    role: str | None = None
    contacts: str = ""
    amount: Money | None = None
    expected_close: date | None = None
    probability_bp: int | None = None
    source: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    demand: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class DealDraft:
    """What somebody had typed into a deal form, as text by field.

    :param version: the version of the deal it was based on; None for a new deal.
    :param base: what the fields held when the form was opened.
    """

    texts: Mapping[str, str]
    version: int | None = None
    base: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DealWish:
    """A deal to create, or the changes of one.

    :param values: by field: title, organisation and person (:class:`Pick` or None), role, amount_minor,
        currency, expected_close (days since 1970-01-01), probability_bp, owner_id, source, tags (a tuple),
        note; for a new deal also pipeline_id and stage_id. Of an edited deal only what changed.
    :param deal_id: None for a new deal.
    :param version: the version that the changes are based on.
    :param seen: person, role and tags as they were, of an edited deal: they have no part in its version.
    """

    values: Mapping[str, object]
    deal_id: int | None = None
    version: int | None = None
    seen: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DealSubject:
    """The deal that a small dialog is about.

    :param title: user text; ``organisation`` too.
    :param stage_id: the stage it is in; of a closed deal the one it was closed from.
    :param since: its last event in epoch seconds; nothing may be said to have happened before.
    """

    id: int
    version: int
    title: str
    stage_id: int
    stage: str
    organisation: str = ""
    amount: Money | None = None
    since: int = 0


@dataclass(frozen=True, slots=True)
class MoveWish:
    """Where a deal is to go.

    :param values: required fields that were filled in on the way, by field as in :class:`DealWish`, and
        demand (a tuple of lines); to be saved before the move.
    """

    deal_id: int
    version: int
    stage_id: int
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoseWish:
    """A deal to lose. ``reason`` may be a new one."""

    deal_id: int
    version: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class WinWish:
    """A deal to win.

    :param values: amount_minor and currency where the amount was changed, and what the stage asked for; to be
        saved before.
    :param at: when it was won, in epoch seconds; None for now.
    """

    deal_id: int
    version: int
    values: Mapping[str, object] = field(default_factory=dict)
    at: int | None = None


@dataclass(frozen=True, slots=True)
class ReopenWish:
    """A closed deal to take up again in a stage."""

    deal_id: int
    version: int
    stage_id: int


@dataclass(frozen=True, slots=True)
class TaskWish:
    """A task to create, or an open one as it is to be.

    :param due: None for some day.
    :param task_id: None for a new one; ``version`` is what an edit is based on.
    """

    kind: str
    title: str
    due: Moment | None
    owner_id: int
    deal_id: int | None = None
    task_id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DoneWish:
    """A task that is done.

    :param next: the task that follows; None for none.
    """

    task_id: int
    version: int
    outcome: str | None
    note: str | None = None
    next: TaskWish | None = None


@dataclass(frozen=True, slots=True)
class ConflictField:
    """A field that two people changed.

    :param label: how people call it.
    :param mine: what the user wants, in words; ``theirs`` what stands there now. Both are user text.
    :param mine_value: what is returned when mine is kept; ``theirs_value`` when theirs is taken.
    """

    field: str
    label: str
    mine: str
    theirs: str
    mine_value: object = None
    theirs_value: object = None


@dataclass(frozen=True, slots=True)
class MergeWish:
    """How a conflict was settled.

    :param values: the value to have, by field.
    :param mine: the fields in which mine was kept.
    """

    values: Mapping[str, object]
    mine: tuple[str, ...]
