"""Rows of deals as of an instant: money in the base currency, lateness, stuck and idle, probability.

The list, the board and the detail of a deal are all made here, so that a deal never looks different in two
places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.deal_list import DealRow, NextTask, Probability, ProbabilitySource
from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.money import Money, Rates
from funnel_tui.domain.period import day_number, day_of, local_day
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.stuck import is_idle, is_stuck, stuck_after
from funnel_tui.queries import look
from funnel_tui.queries.deal_list import WON_BP
from funnel_tui.queries.deal_rows import DealNow, deals_now, tags_of
from funnel_tui.queries.deal_then import DealThen, any_changed, deals_then
from funnel_tui.queries.funnel import days_cells
from funnel_tui.queries.past import past_deals
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_rates, read_rates_on, read_settings
from funnel_tui.queries.snapshot import EVER
from funnel_tui.services.workspace import Workspace

Limits = Mapping[int, Fraction]

# The limits of a workspace with what they follow from: the last change, the instant they are seen from where
# that matters, and the team's factor.
_limits: WeakKeyDictionary[Workspace, tuple[tuple[int, int | None, int], Limits]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Lens:
    """What deals are looked at through.

    :param as_of: epoch seconds; ``today`` is its day number in the team's time zone.
    :param rates: those that held on that day, for open amounts.
    :param stages: each stage with its pipeline, by the number of the stage.
    :param limits: from which age on a visit is stuck, in seconds by stage.
    :param moved_on: whether any deal changed after as-of.
    """

    settings: TeamSettings
    zone: ZoneInfo
    as_of: int
    today: int
    rates: Rates
    pipelines: Mapping[int, PipelineFact]
    stages: Mapping[int, tuple[StageFact, PipelineFact]]
    reps: Mapping[int, str]
    limits: Limits
    moved_on: bool


def lens(workspace: Workspace, reader: Reader, as_of: int | None) -> Lens:
    """What deals are looked at through.

    :param as_of: epoch seconds; None for now.
    """
    as_of = workspace.clock() if as_of is None else as_of
    settings = read_settings(reader)
    zone = ZoneInfo(settings.time_zone)
    today = day_number(local_day(as_of, zone))
    everything = read_pipelines(reader)
    return Lens(
        settings=settings,
        zone=zone,
        as_of=as_of,
        today=today,
        rates=read_rates_on(reader, settings.base_currency, today),
        pipelines={pipeline.id: pipeline for pipeline in everything},
        stages={stage.id: (stage, pipeline) for pipeline in everything for stage in pipeline.stages},
        reps=look.rep_names(reader),
        limits=stuck_limits(workspace, reader, everything, settings, as_of),
        moved_on=any_changed(reader, as_of),
    )


def stuck_limits(
    workspace: Workspace,
    reader: Reader,
    everything: Sequence[PipelineFact],
    settings: TeamSettings,
    as_of: int,
) -> Limits:
    """From which age on a visit is stuck, in seconds by stage, as the report ``stuck`` has it (METRICS 4).

    The medians are worked out once per change to the data, and only for stages without days of their own.

    :param everything: all pipelines.
    """
    last = int(reader.rows("SELECT coalesce(max(id), 0) FROM change")[0][0])
    key = (last, as_of if any_changed(reader, as_of) else None, settings.stuck_factor)
    known = _limits.get(workspace)
    if known is not None and known[0] == key:
        return known[1]
    zone = ZoneInfo(settings.time_zone)
    without = any(stage.stuck_days is None for pipeline in everything for stage in pipeline.stages)
    ladders = {pipeline.id: pipeline.ladder for pipeline in everything}
    past = past_deals(reader, as_of, ladders, settings.base_currency, zone) if without else None
    found: dict[int, Fraction] = {}
    for pipeline in everything:
        stages = tuple(stage for stage in pipeline.stages if stage.stuck_days is None)
        seconds: dict[int, list[int]] = {}
        if stages:
            selection = Selection(replace(pipeline, stages=stages), EVER, as_of, past=past)
            for cell in days_cells(reader, selection):
                seconds.setdefault(cell.stage_id, []).extend(cell.seconds)
        found.update(stuck_after(pipeline, seconds, settings.stuck_factor))
    _limits[workspace] = key, found
    return found


def read_rows(reader: Reader, through: Lens, ids: Sequence[int]) -> list[DealRow]:
    """The rows of some deals, in the order asked for; deals that are not there at as-of are left out."""
    now = deals_now(reader, ids, through.as_of)
    tags = tags_of(reader, ids)
    then: Mapping[int, DealThen] = {}
    moved = [deal.id for deal in now.values() if deal.changed_at > through.as_of] if through.moved_on else []
    if moved:
        ladders = {number: pipeline.ladder for number, pipeline in through.pipelines.items()}
        then = deals_then(reader, moved, through.as_of, ladders)
        for number in moved:
            if number in then:
                now[number] = _as_then(reader, through, now[number], then[number])
            else:
                del now[number]
    return [_row(through, now[number], tags.get(number, ())) for number in ids if number in now]


def _as_then(reader: Reader, through: Lens, deal: DealNow, then: DealThen) -> DealNow:
    stands = then.stands
    base = None
    if then.amount is not None and then.currency is not None and stands.closed_at is not None:
        currency = through.settings.base_currency
        rates = Rates(currency) if then.currency == currency else read_rates(reader, currency)
        closing_day = day_number(local_day(stands.closed_at, through.zone))
        base = rates.convert(then.amount, then.currency, closing_day)
    return replace(
        deal,
        pipeline_id=stands.pipeline_id,
        stage_id=stands.stage_id,
        status=stands.status,
        owner_id=then.owner_id,
        amount=then.amount,
        currency=then.currency,
        closed_base=base,
        expected_close=then.expected_close,
        probability_bp=then.probability_bp,
        entered_at=stands.entered_at,
        closed_at=stands.closed_at,
    )


def _row(through: Lens, deal: DealNow, tags: tuple[str, ...]) -> DealRow:
    stage, pipeline = through.stages[deal.stage_id]
    is_open = deal.status is DealStatus.OPEN
    age = (through.as_of if deal.closed_at is None else deal.closed_at) - deal.entered_at
    idle = None if deal.last_done_at is None or not is_open else through.as_of - deal.last_done_at
    amount, base = _amounts(through, deal)
    late = 0 if deal.expected_close is None or not is_open else max(0, through.today - deal.expected_close)
    return DealRow(
        id=deal.id,
        version=deal.version,
        title=deal.title,
        organisation=deal.organisation,
        pipeline=pipeline.name,
        stage=stage.name,
        stage_id=stage.id,
        status=deal.status,
        owner=through.reps[deal.owner_id],
        amount=amount,
        amount_base=base,
        expected_close=None if deal.expected_close is None else day_of(deal.expected_close),
        days_late=late,
        in_stage=age,
        stuck=is_open and is_stuck(age, through.limits.get(stage.id)),
        idle_seconds=idle,
        idle=is_idle(idle, through.settings.idle_days),
        probability=probability_of(deal.status, deal.probability_bp, stage),
        next_task=_next_task(through, deal),
        created_at=deal.created_at,
        entered_at=deal.entered_at,
        closed_at=deal.closed_at,
        tags=tags,
    )


def _amounts(through: Lens, deal: DealNow) -> tuple[Money | None, Money | None]:
    if deal.amount is None or deal.currency is None:
        return None, None
    base = deal.closed_base
    if deal.closed_at is None:
        base = through.rates.convert(deal.amount, deal.currency, through.today)
    currency = through.settings.base_currency
    return Money(deal.amount, deal.currency), None if base is None else Money(base, currency)


def probability_of(status: DealStatus, typed_bp: int | None, stage: StageFact) -> Probability | None:
    """The win probability of a deal with its source: typed, else the stage's (METRICS 8).

    A won deal has 100 %, a lost one is out of every forecast and has none (METRICS 7).
    """
    if status is DealStatus.WON:
        return Probability(WON_BP, ProbabilitySource.WON)
    if status is DealStatus.LOST:
        return None
    if typed_bp is not None:
        return Probability(typed_bp, ProbabilitySource.TYPED)
    return Probability(stage.probability_bp, ProbabilitySource.STAGE)


def _next_task(through: Lens, deal: DealNow) -> NextTask | None:
    if deal.task is None:
        return None
    kind, title, due_day, due_at = deal.task
    overdue = (
        due_at < through.as_of if due_at is not None else due_day is not None and due_day < through.today
    )
    return NextTask(kind, title, None if due_day is None else day_of(due_day), overdue)
