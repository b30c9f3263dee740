"""A scope looked up: its names found, its period turned into instants, the rates at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.period import Period, PeriodKind, day_number, local_day
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, GroupBy
from funnel_tui.errors import NotFound, UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Prices
from funnel_tui.queries import look
from funnel_tui.queries.names import match, resolve, team_reps
from funnel_tui.queries.past import past_deals
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_rates_on, read_settings
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.services.filtering import Filter


class Grouped(Protocol):
    """A cell that belongs to a group."""

    @property
    def group(self) -> int:
        """The number of the group."""
        ...


CellT = TypeVar("CellT", bound=Grouped)


@dataclass(frozen=True, slots=True)
class Looking:
    """Everything a report needs to know before it asks for cells.

    :param as_of: epoch seconds.
    :param pipelines: those of the scope, in order.
    :param selections: one per pipeline.
    :param group_name: the name of a group number; several numbers may share one (reps of a team).
    :param months: the names of all months that have a row, even when nothing happened in them.
    """

    reader: Reader
    scope: Scope
    settings: TeamSettings
    zone: ZoneInfo
    as_of: int
    prices: Prices
    pipelines: tuple[PipelineFact, ...]
    selections: tuple[Selection, ...]
    group_name: Callable[[int], str] = str
    months: tuple[str, ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.prices.currency

    @property
    def is_split(self) -> bool:
        """Whether rows are split by something that cells carry."""
        return self.scope.by in {GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.MONTH}

    @property
    def names_pipeline(self) -> bool:
        """Whether each row must say which pipeline it is about."""
        return self.scope.by is GroupBy.PIPELINE or len(self.pipelines) > 1

    def by_group(self, cells: Iterable[CellT]) -> dict[str, list[CellT]]:
        """Sort cells by the name of their group."""
        name = self.group_name
        found: dict[str, list[CellT]] = {}
        for cell in cells:
            found.setdefault(name(cell.group), []).append(cell)
        return found

    def row_order(self, *groups: Iterable[str]) -> list[str]:
        """The names of all groups in the order of the rows: months in time, all else by the alphabet."""
        if self.scope.by is GroupBy.MONTH:
            return list(self.months)
        return sorted({name for names in groups for name in names}, key=str.casefold)


NO_PIPELINE = PipelineFact(0, "", ())
"""Stands for the pipeline where there is none: nothing is found in it."""


def look_up(workspace: Workspace, reader: Reader, scope: Scope, *, needs_pipeline: bool = True) -> Looking:
    """Look a scope up.

    :param needs_pipeline: False where something can be told also when there is no pipeline in use; there are
        then no pipelines, and one selection that finds no deals.
    :raises NotFound: for a name that does not exist; the nearest one is suggested.
    """
    # Reports of one screen look the same things up.
    settings = reader.once("settings", lambda: read_settings(reader))
    zone = ZoneInfo(settings.time_zone)
    as_of = workspace.clock() if scope.as_of is None else scope.as_of
    everything = reader.once("pipelines", lambda: read_pipelines(reader))
    bare = not needs_pipeline and not scope.pipelines and not any(one.in_use for one in everything)
    chosen = () if bare else _choose(everything, scope.pipelines)
    today = day_number(local_day(as_of, zone))
    base = settings.base_currency
    prices = reader.once(("prices", today), lambda: Prices(read_rates_on(reader, base, today), today))
    ladders = {pipeline.id: pipeline.ladder for pipeline in everything}
    past = past_deals(reader, as_of, ladders, base, zone)
    filtered = _filter(workspace, reader, scope, as_of, prices)
    owners = _owners(reader, scope)
    spans, months = _spans(reader, scope, zone, as_of, [pipeline.id for pipeline in chosen], past)
    split = GroupBy.REP if scope.by is GroupBy.TEAM else scope.by
    return Looking(
        reader=reader,
        scope=scope,
        settings=settings,
        zone=zone,
        as_of=as_of,
        prices=prices,
        pipelines=chosen,
        selections=_narrowed(
            reader,
            [
                Selection(pipeline, spans, as_of, owners, split, scope.present_owner, past)
                for pipeline in chosen or (NO_PIPELINE,)
            ],
            filtered,
        ),
        group_name=_namer(reader, scope.by, months),
        months=months,
        words=_words(scope, chosen, settings),
    )


def _choose(everything: Sequence[PipelineFact], names: Sequence[str]) -> tuple[PipelineFact, ...]:
    if not names:
        found = tuple(pipeline for pipeline in everything if pipeline.in_use)
        if everything and not found:
            raise NotFound(
                tr("No pipeline is in use."),
                tr("--pipeline {name!r} shows one all the same.").format(name=everything[0].name),
            )
        if not found:
            raise NotFound(
                tr("There is no pipeline yet."),
                tr("funnel import deals FILE brings one in; funnel demo shows one."),
            )
        return found
    by_id = {pipeline.id: pipeline for pipeline in everything}
    known = [(pipeline.id, pipeline.name) for pipeline in everything]
    numbers = dict.fromkeys(match(known, name, "pipeline")[0] for name in names)
    return tuple(by_id[number] for number in numbers)


def _owners(reader: Reader, scope: Scope) -> frozenset[int] | None:
    if scope.owner is not None and scope.team is not None:
        raise UsageError(tr("A scope has an owner or a team, not both."))
    if scope.owner is not None:
        return frozenset({resolve(reader, "rep", scope.owner)[0]})
    if scope.team is not None:
        reps = team_reps(reader, resolve(reader, "team", scope.team)[0])
        return frozenset(number for number, _ in reps)
    return None


def _filter(workspace: Workspace, reader: Reader, scope: Scope, as_of: int, prices: Prices) -> Filter | None:
    """The filter of a scope, looked up. What reads one is loaded only where there is one."""
    if not scope.where.strip():
        return None
    from funnel_tui.services.filtering import read_filter

    return read_filter(workspace, reader, scope.where, as_of, prices)


def _narrowed(
    reader: Reader, selections: Sequence[Selection], filtered: Filter | None
) -> tuple[Selection, ...]:
    """The selections with a filter; each keeps what it was without."""
    if filtered is None or not selections:
        return tuple(selections)
    past = filtered.kept(reader, selections[0].past)
    return tuple(replace(one, past=past, where=filtered.condition, unfiltered=one) for one in selections)


def _spans(
    reader: Reader,
    scope: Scope,
    zone: ZoneInfo,
    as_of: int,
    pipelines: list[int],
    past: Sequence[DealFact] | None,
) -> tuple[tuple[tuple[int, int, int], ...], tuple[str, ...]]:
    """The period as spans, and the names of the months when rows are split by month."""
    start, end = scope.period.bounds(zone)
    if scope.by is not GroupBy.MONTH:
        return ((0, start, end),), ()
    period = scope.period
    if period.kind is PeriodKind.ALL:
        first, last = look.data_span(reader, pipelines, as_of, past) or (as_of, as_of)
        period = Period.days(local_day(first, zone), local_day(last, zone))
        start, end = period.bounds(zone)
    months = period.months()
    bounds = [month.bounds(zone) for month in months]
    spans = tuple((number, max(a, start), min(b, end)) for number, (a, b) in enumerate(bounds))
    return spans, tuple(month.name for month in months)


def _namer(reader: Reader, by: GroupBy | None, months: Sequence[str]) -> Callable[[int], str]:
    match by:
        case GroupBy.REP:
            return look.rep_names(reader).__getitem__
        case GroupBy.TEAM:
            return look.rep_teams(reader).__getitem__
        case GroupBy.SOURCE:
            return look.source_names(reader).__getitem__
        case GroupBy.MONTH:
            return months.__getitem__
        case _:
            return str


def period_words(period: Period) -> dict[str, str | None]:
    """A period for JSON: its name, its first and its last day (none for all time)."""
    endless = period.kind is PeriodKind.ALL
    return {
        "name": period.name,
        "start": None if endless else period.start.isoformat(),
        "end": None if endless else period.last.isoformat(),
    }


def _words(scope: Scope, pipelines: Sequence[PipelineFact], settings: TeamSettings) -> dict[str, Any]:
    return {
        "pipelines": [pipeline.name for pipeline in pipelines],
        "owner": scope.owner,
        "team": scope.team,
        "period": period_words(scope.period),
        "compare": None if scope.compare is None else period_words(scope.compare),
        "cohort": scope.cohort.value if scope.cohort else None,
        "mode": scope.mode.value,
        "by": scope.by.value if scope.by else None,
        "value": scope.by_value,
        "owner_at": "present" if scope.present_owner else "event",
        "where": scope.where.strip() or None,
        "currency": settings.base_currency,
        "time_zone": settings.time_zone,
    }


def cohort_of(looking: Looking, default: Cohort) -> Cohort:
    """The cohort asked for, or the report's own."""
    return looking.scope.cohort or default
