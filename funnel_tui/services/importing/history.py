"""Importing histories: real visits for deals that are there or not.

A deal that is not there is made: its title is its id, its owner who did its first event, and it is created at
its first event. For a deal that is there the history takes the place of what was assumed; what is known
already stays, later events are added, and an event before the last known one is refused unless it is part of
what is known. A deal's date of creation moves to its first event if that is earlier.

Which pipeline: the one of ``--pipeline``, else the one the deal is in, else "Sales". What each event does is
told in :func:`~funnel_tui.services.importing.events.replay`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from funnel_tui.domain.period import utc_text
from funnel_tui.domain.said import said
from funnel_tui.domain.status import DealStatus, VisitExit
from funnel_tui.exchange.events import read_events
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.exchange.values import visible
from funnel_tui.language import tr
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.importing.again import leads_elsewhere
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.events import Step, Tally, TooEarly, merge, replay, with_hand
from funnel_tui.services.importing.history_notes import disagreements, tell
from funnel_tui.services.importing.known import (
    DEALS_ACTION,
    Former,
    Imported,
    find_deals,
    held_by,
    load_former,
    load_stays,
    moved_by_hand,
)
from funnel_tui.services.importing.names import NO_OWNER, NO_REASON, References
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.pipelines import Line, Pipelines
from funnel_tui.services.importing.plan import DEFAULT_PIPELINE, Plan
from funnel_tui.services.importing.staging import Event, EventStore
from funnel_tui.services.importing.visits import EXIT_OF, Held, Holding, Place, Stay
from funnel_tui.services.standing import Pricing
from funnel_tui.services.transaction import Transaction

Story = tuple[str, list[Event]]
"""A deal's id and its events in order."""


def stage_events(plan: Plan, store: EventStore, outcome: Outcome) -> list[str]:
    """Read the files and put their events aside; needs no database.

    :returns: the names of the stages, in the order the files first have them.
    """
    stages: dict[str, None] = {}
    for place, source in enumerate(plan.sources):
        for chunk in chunks(read_events(source.table, source.mapping, source.options, source.refusals)):
            outcome.rows += len(chunk)
            store.add(place, chunk)
            stages.update(dict.fromkeys(event.stage for event in chunk if event.stage is not None))
            plan.report(tr("reading events"))
    return list(stages)


@dataclass(slots=True)
class _Known:
    """What is known of the deals of a chunk."""

    deals: Mapping[str, Row[Any]]
    stays: Mapping[int, list[Stay]]
    former: Mapping[int, list[Former]]
    by_hand: set[int]


class HistoryImport:
    """Carries out one import of histories.

    :param call: the service call everything is written in.
    :param plan: what was read.
    :param stages: the names of the stages in the files.
    :param pricing: prices closed deals.
    :param outcome: gets the counts and notes.
    """

    def __init__(
        self, call: Transaction, plan: Plan, stages: Sequence[str], pricing: Pricing, outcome: Outcome
    ) -> None:
        self._call = call
        self._plan = plan
        self._outcome = outcome
        self._stages = stages
        self._names = References(call, outcome)
        self._pipelines = Pipelines(call, outcome)
        self._writer = BulkWriter(call, self._pipelines.ladders, pricing)
        self._tally = Tally()
        self._disagreeing = disagreements()
        self._by_deals = Imported(call.connection, DEALS_ACTION)
        self._told: Line | None = None
        self._lines: dict[str, Line] = {}
        self._replaced = 0
        self._unknown: dict[tuple[int, str], str] = {}

    def run(self, store: EventStore) -> None:
        """Write what was put aside; where a row is refused already, only look for unknown stages."""
        if self._plan.options.pipeline is not None:
            self._told = self._ensure(self._plan.options.pipeline)
        done = 0
        only_look = bool(self._plan.refusals)
        for chunk in chunks(store.deals()):
            if only_look:
                self._look_for_stages(chunk)
            else:
                self._take(chunk)
            done += sum(len(events) for _, events in chunk)
            if self._plan.options.progress is not None:
                self._plan.options.progress(tr("writing events"), done, self._outcome.rows)
        if only_look:
            return
        self._names.finish()
        self._writer.finish()
        tell(self._outcome, self._tally, self._replaced)
        self._disagreeing.tell(self._outcome)

    def _ensure(self, name: str) -> Line:
        first = self._plan.sources[0]
        return self._pipelines.ensure(name, first.options.stages, self._stages, first.profile)

    def _take(self, stories: Sequence[Story]) -> None:
        known = self._look_up([deal for deal, _ in stories])
        lines = [self._line(known.deals.get(deal)) for deal, _ in stories]
        for (external_id, events), line in zip(stories, lines, strict=True):
            deal = known.deals.get(external_id)
            steps = self._steps(line, events, () if deal is None else known.stays[deal.id])
            if self._plan.refusals:
                continue
            if deal is None:
                self._add(external_id, events, steps, line)
            else:
                self._join(deal, known, events, steps, line)
        self._writer.flush()

    def _look_for_stages(self, stories: Sequence[Story]) -> None:
        """Refuse the events in stages that their pipelines do not have.

        The order of events is not looked at: those that are missing may be the ones refused.
        """
        known = find_deals(self._call.connection, [deal for deal, _ in stories])
        for external_id, events in stories:
            line = self._line(known.get(external_id))
            for event in events:
                if event.stage is not None and line.find(event.stage) is None:
                    self._refuse_stage(event, event.stage, line)

    def _line(self, deal: Row[Any] | None) -> Line:
        """The pipeline of a deal's history."""
        if self._told is not None:
            return self._told
        name = DEFAULT_PIPELINE if deal is None else self._pipelines.lines[deal.pipeline_id].name
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = self._ensure(name)
        return line

    def _look_up(self, external_ids: Sequence[str]) -> _Known:
        connection = self._call.connection
        deals = find_deals(connection, external_ids)
        numbers = [deal.id for deal in deals.values()]
        if not numbers:
            return _Known(deals, {}, {}, set())
        return _Known(
            deals,
            load_stays(connection, numbers),
            load_former(connection, numbers),
            moved_by_hand(connection, numbers),
        )

    def _steps(self, line: Line, events: Sequence[Event], old: Sequence[Stay]) -> list[Step]:
        """The events in numbers of stages; an event in a stage the pipeline does not have is refused.

        :param old: the visits that are there. A loss without a reason has that of the same loss among them.
        """
        lost = {stay.left_at: stay.loss_reason_id for stay in old if stay.exit is VisitExit.LOST}
        steps = []
        for event in events:
            stage_id = way_out = reason_id = None
            if event.stage is not None:
                stage_id = line.find(event.stage)
                if stage_id is None:
                    self._refuse_stage(event, event.stage, line)
                    continue
            else:
                way_out = EXIT_OF[DealStatus(event.status)]
                if way_out is VisitExit.LOST:
                    reason_id = lost.get(event.at) if event.reason is None else None
                    reason_id = reason_id or self._names.reasons.number(event.reason or NO_REASON)
            steps.append(Step(event.at, stage_id, way_out, event.by or "", reason_id, event.line))
        return steps

    def _refuse(self, event: Event, field: str, value: str, reason: str) -> None:
        source = self._plan.sources[event.file]
        source.refusals.add(Refusal(event.line, source.mapping.header_of(field), value, reason, field))

    def _refuse_stage(self, event: Event, stage: str, line: Line) -> None:
        name = line.id, stage
        if name not in self._unknown:
            self._unknown[name] = line.unknown(stage)
        source = self._plan.sources[event.file]
        header = source.mapping.header_of("stage")
        source.refusals.add_stage(Refusal(event.line, header, stage, self._unknown[name], "stage"))

    def _add(self, external_id: str, events: Sequence[Event], steps: Sequence[Step], line: Line) -> None:
        """Make a deal of its history alone."""
        owner = self._names.owner(events[0].by)
        stays = replay((), steps, _first(line), _nothing_but(owner), None, self._tally)
        deal = {
            "external_id": external_id,
            "title": external_id,
            "owner_id": owner,
            "created_at": stays[0].entered_at,
        }
        self._writer.add(deal, [stay._asdict() for stay in stays])
        self._outcome.new += 1
        self._outcome.assumed += sum(stay.assumed for stay in stays)

    def _join(
        self, deal: Row[Any], known: _Known, events: Sequence[Event], steps: list[Step], line: Line
    ) -> None:
        """Bring a history to a deal that is there."""
        old = known.stays[deal.id]
        assumed = all(stay.assumed for stay in old)
        changes: dict[str, Any] = {}
        if assumed:
            changes = self._owner_from(deal, events)
        present = Holding(changes.get("owner_id", deal.owner_id), deal.amount_minor, deal.currency)
        held = held_by(present, known.former.get(deal.id, ()))
        created: int | None = deal.created_at
        if assumed and self._by_deals.made_at(deal.id) == created:
            created = None  # The file had no date; the day of its import stands for one.
        if assumed and deal.id in known.by_hand:
            steps = with_hand(steps, old[-1])
        try:
            new = merge(old, steps, _first(line), held, created, self._tally)
        except TooEarly as early:
            self._refuse_early(deal, events, early)
            return
        if created is None or new[0].entered_at < created:
            changes["created_at"] = new[0].entered_at
        if assumed:
            new = self._with_reason(old, new)
        if new == old and not changes:
            self._outcome.unchanged += 1
            return
        if assumed and new != old:
            self._replaced += 1
            # Open in the first stage since its import is what a deal is of which nothing was said.
            unsaid = created is None and old[-1].stage_id == line.first and old[-1].exit is None
            if not unsaid and leads_elsewhere(old[-1], new[-1]):
                self._disagreeing.add(deal.external_id or deal.title)
        self._writer.rewrite(deal.id, changes, [stay._asdict() for stay in new])
        self._outcome.updated += 1
        self._outcome.assumed += sum(stay.assumed for stay in new)

    def _owner_from(self, deal: Row[Any], events: Sequence[Event]) -> dict[str, Any]:
        """An owner for a deal that came without one, as if the history had come first."""
        if events[0].by is None or deal.owner_id != self._names.reps.find(NO_OWNER):
            return {}
        owner = self._names.owner(events[0].by)
        return {"owner_id": owner, "created_owner_id": owner}

    def _with_reason(self, old: Sequence[Stay], new: list[Stay]) -> list[Stay]:
        """The loss keeps a reason that a deals file gave to the assumed one."""
        default = self._names.reasons.find(NO_REASON)
        given = old[-1].loss_reason_id
        if given is None or given == default or new[-1].exit is not VisitExit.LOST:
            return new
        return [*new[:-1], new[-1]._replace(loss_reason_id=given)]

    def _refuse_early(self, deal: Row[Any], events: Sequence[Event], early: TooEarly) -> None:
        step = early.step
        event = next(each for each in events if (each.at, each.line) == (step.at, step.line))
        self._refuse(
            event,
            "at",
            utc_text(step.at),
            said(
                "the history of {deal} is known up to {instant} and does not have this event; only "
                "later ones can be added",
                deal=visible(deal.external_id or deal.title),
                instant=utc_text(early.until),
            ),
        )


def _first(line: Line) -> Place:
    """Where a deal begins."""
    return Place(line.id, line.first)


def _nothing_but(owner: int) -> Held:
    """The holding of a deal of which only the owner is known."""
    holding = Holding(owner, None, None)
    return lambda _at: holding
