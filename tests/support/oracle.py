"""What the reports must show, worked out the plain way from METRICS: slow, simple, and sharing no code with
funnel_tui.metrics or funnel_tui.queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from tests.support.histories import REASONS, REPS, SOURCES, TEAMS, World
from tests.support.seen import Seen, amounts, days, euro, mean, median, share

Rows = list[dict[str, Any]]


Group = str | None
Event = Callable[[Seen], int | None]


class Oracle:
    """All reports of one scope."""

    def __init__(self, world: World, scope: Scope, now: int, *, snapshot: int | None = None) -> None:
        self.world, self.scope = world, scope
        self.at = now if scope.as_of is None else scope.as_of
        self.zone = ZoneInfo(world.zone)
        named = [name.casefold() for name in scope.pipelines]
        self.pipelines = [
            one for one in world.pipelines if (one.name.casefold() in named if named else one.in_use)
        ]
        if named:
            self.pipelines.sort(key=lambda one: named.index(one.name.casefold()))
        self.deals = self._deals(self.at)
        self.open_deals = self.deals if snapshot is None else self._deals(snapshot)
        self.owners = self._owners()
        self.spans = self._spans()

    def _deals(self, at: int) -> list[Seen]:
        known = [
            Seen(self.world, number, story, at)
            for number, story in enumerate(self.world.stories, 1)
            if story.created <= at
        ]
        return [deal for deal in known if deal.pipeline in self.pipelines]

    def _owners(self) -> set[int]:
        if self.scope.owner is not None:
            return {number for number, name, _ in REPS if name.casefold() == self.scope.owner.casefold()}
        if self.scope.team is None:
            return {number for number, _, _ in REPS}
        inside = {number for number, name, _ in TEAMS if name.casefold() == self.scope.team.casefold()}
        for _ in TEAMS:
            inside |= {number for number, _, parent in TEAMS if parent in inside}
        return {number for number, _, team in REPS if team in inside}

    def _spans(self) -> list[tuple[Group, int, int]]:
        period = self.scope.period
        first, end = period.start, period.end
        if self.scope.by is not GroupBy.MONTH:
            return [(None, self._midnight(first), self._midnight(end))]
        if period.kind is PeriodKind.ALL:
            happened = [deal.story.created for deal in self.deals]
            happened += [deal.since if deal.closed is None else deal.closed for deal in self.deals]
            happened = happened or [self.at]
            first = datetime.fromtimestamp(min(happened), self.zone).date()
            end = datetime.fromtimestamp(max(happened), self.zone).date() + timedelta(days=1)
        spans: list[tuple[Group, int, int]] = []
        day = first
        while day < end:
            following = min(end, (day.replace(day=1) + timedelta(days=32)).replace(day=1))
            spans.append((f"{day:%Y-%m}", self._midnight(day), self._midnight(following)))
            day = following
        return spans

    def _midnight(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())

    def groups(self, deals: Iterable[Seen], event: Event | None) -> list[tuple[Group, Seen]]:
        """The deals whose event lies in the period (or all, for a snapshot), each with its group."""
        found = []
        for deal in deals:
            instant = event(deal) if event else None
            if event and instant is None:
                continue
            span = next((span for span in self.spans if span[1] <= (instant or 0) < span[2]), None)
            if event and span is None:
                continue
            present = event is None or self.scope.present_owner
            owner = deal.owner(self.at if instant is None else instant, present)
            if owner in self.owners:
                found.append((self._group(deal, owner, span[0] if event and span else None), deal))
        return found

    def _group(self, deal: Seen, owner: int, month: Group) -> Group:
        rep = next(one for one in REPS if one[0] == owner)
        match self.scope.by:
            case GroupBy.REP:
                return rep[1]
            case GroupBy.TEAM:
                return next((name for number, name, _ in TEAMS if number == rep[2]), "(no team)")
            case GroupBy.SOURCE:
                return SOURCES.get(deal.values.source or 0, "(no source)")
            case GroupBy.MONTH:
                return month
            case _:
                return None

    def _order(self, *parts: Iterable[tuple[Group, Seen]]) -> list[Group]:
        if self.scope.by is GroupBy.MONTH:
            return [name for name, _, _ in self.spans]
        if self.scope.by in {None, GroupBy.PIPELINE, GroupBy.REASON}:
            return [None]
        return sorted({group for part in parts for group, _ in part}, key=lambda name: str(name).casefold())

    def heading(self, pipeline: PipelineFact | None, group: Group) -> dict[str, Any]:
        """The group columns of a row."""
        heading: dict[str, Any] = {}
        by = self.scope.by
        if pipeline is not None and (by is GroupBy.PIPELINE or len(self.pipelines) > 1):
            heading["pipeline"] = pipeline.name
        if by in {GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.MONTH}:
            heading[str(by)] = group
        return heading

    def _members(self, pipeline: PipelineFact, cohort: Cohort, stage: StageFact) -> list[tuple[Group, Seen]]:
        own = [deal for deal in self.deals if deal.pipeline is pipeline]
        events: dict[Cohort, Event] = {
            Cohort.CLOSED: lambda deal: deal.closed,
            Cohort.CREATED: lambda deal: deal.story.created,
            Cohort.ENTERED: lambda deal: deal.reached_at(stage.position),
        }
        return self.groups(own, events[cohort])

    # METRICS 2 and 4

    def funnel(self) -> tuple[Rows, dict[str, Any]]:
        """Report ``funnel``."""
        cohort = self.scope.cohort or Cohort.CLOSED
        rows: Rows = []
        whole: list[Seen] = []
        lowest: list[tuple[Fraction, str]] = []
        for pipeline in self.pipelines:
            own = [deal for deal in self.deals if deal.pipeline is pipeline]
            opened = self.groups([deal for deal in own if deal.closed is None], None)
            members = {s.id: self._members(pipeline, cohort, s) for s in pipeline.stages}
            left = {s.id: self.groups(own, _exit_of(s)) for s in pipeline.stages}
            everyone = [self._step(s, members[s.id], left[s.id], opened) for s in pipeline.stages]
            shown = [
                s
                for s, step in zip(pipeline.stages, everyone, strict=True)
                if not s.retired or any(step[name] for name in ("lost", "open", "days_n", "still_there"))
            ]
            whole += [deal for _, deal in members[pipeline.stages[0].id]]
            best: tuple[Fraction, str] | None = None
            for stage, step in zip(pipeline.stages, everyone, strict=True):
                enough = step["advanced"] + step["lost"] >= self.world.small_n
                ratio = step["decided"]
                enough = enough and stage in shown and ratio is not None
                if enough and (best is None or ratio < best[0]):
                    best = ratio, stage.name
            if best:
                several = len(self.pipelines) > 1
                lowest.append((best[0], f"{best[1]} ({pipeline.name})" if several else best[1]))
            for group in self._order(*members.values(), *left.values(), opened):
                first: Fraction | int | None = None
                for stage in shown:
                    parts = (members[stage.id], left[stage.id], opened)
                    mine = ([pair for pair in part if group in (None, pair[0])] for part in parts)
                    step = self._step(stage, *mine)
                    size = step.pop("size")
                    first = size if first is None else first
                    row = {"stage": stage.name, "position": stage.position}
                    row |= step | {"cumulative": share(size, first)}
                    if self.scope.by is GroupBy.MONTH:
                        row |= {"still_there": None, "oldest_days": None}
                    rows.append(self.heading(pipeline, group) | row)
        won = [deal for deal in whole if deal.status == "won"]
        totals = {
            "deals": len(whole),
            **{name: sum(deal.status == name for deal in whole) for name in ("won", "lost", "open")},
            "overall": share(amounts(won), amounts(whole))
            if self.scope.by_value
            else share(len(won), len(whole)),
            "lowest_stage": min(lowest, key=lambda item: item[0])[1] if lowest else None,
        }
        return rows, totals

    def _step(
        self,
        stage: StageFact,
        members: Iterable[tuple[Group, Seen]],
        left: Iterable[tuple[Group, Seen]],
        opened: Iterable[tuple[Group, Seen]],
    ) -> dict[str, Any]:
        p, mode = stage.position, self.scope.mode
        reached = [deal for _, deal in members if deal.was_in(p, mode)]
        advanced = [deal for deal in reached if deal.f >= p + 1]
        lost = [deal for deal in reached if deal.f == p and deal.status == "lost"]
        still = [deal for deal in reached if deal.f == p and deal.status == "open"]
        went_on = advanced
        if mode is Mode.VISITED and reached:
            used = [s.position for s in reached[0].pipeline.stages if not s.retired and s.position > p]
            went_on = [
                deal
                for deal in reached
                if (deal.was_in(used[0], Mode.VISITED) if used else deal.status == "won")
            ]
        size: Callable[[list[Seen]], Any] = amounts if self.scope.by_value else len
        spent = [deal.seconds(p) for _, deal in left]
        here = [deal for _, deal in opened if deal.here == p]
        return {
            "reached": len(reached),
            "advanced": len(advanced),
            "lost": len(lost),
            "open": len(still),
            "conversion": share(size(went_on), size(reached)),
            "decided": share(size(advanced), size(advanced) + size(lost)),
            "reached_amount": euro(amounts(reached)),
            "advanced_amount": euro(amounts(advanced)),
            "lost_amount": euro(amounts(lost)),
            "days_mean": days(mean(spent)),
            "days_median": days(median(spent)),
            "days_n": len(spent),
            "still_there": len(here),
            "oldest_days": days(self.at - min(deal.since for deal in here)) if here else None,
            "size": size(reached),
        }

    # METRICS 1

    def metrics(self) -> tuple[Rows, dict[str, Any]]:
        """Report ``metrics``."""
        closed = self.groups(self.deals, lambda deal: deal.closed)
        opened = self.groups([deal for deal in self.open_deals if deal.closed is None], None)
        if self.scope.by is GroupBy.PIPELINE:
            rows = []
            for pipeline in self.pipelines:
                parts = ([d for _, d in part if d.pipeline is pipeline] for part in (closed, opened))
                rows.append({"pipeline": pipeline.name} | self._four(*parts))
        else:
            rows = []
            for group in self._order(closed, opened):
                ended = [deal for name, deal in closed if group in (None, name)]
                here = [deal for name, deal in opened if group in (None, name)]
                one = self._four(ended, [] if self.scope.by is GroupBy.MONTH else here)
                if self.scope.by is GroupBy.MONTH:
                    snapshot = (
                        "deals_open",
                        "average_open",
                        "median_open",
                        "open_amount",
                        "velocity_per_day",
                    )
                    one |= dict.fromkeys(snapshot)
                rows.append(self.heading(None, group) | one)
        return rows, self._four([deal for _, deal in closed], [deal for _, deal in opened])

    def _four(self, closed: list[Seen], opened: list[Seen]) -> dict[str, Any]:
        won = [deal for deal in closed if deal.status == "won"]
        lost = [deal for deal in closed if deal.status == "lost"]
        here = [worth for deal in opened if (worth := deal.worth()) is not None]
        sizes = [worth for deal in won if (worth := deal.worth()) is not None]
        times = [deal.closed - deal.story.created for deal in won if deal.closed is not None]
        by_count = share(len(won), len(closed))
        by_value = share(amounts(won), amounts(won) + amounts(lost))
        velocity = None
        size, time = mean(sizes), days(mean(times))
        if time and size is not None and by_count is not None:
            velocity = len(opened) * size * by_count / time
        return {
            "deals_open": len(opened),
            "average_open": euro(mean(here)),
            "median_open": euro(median(here)),
            "average_won": euro(mean(sizes)),
            "close_ratio": by_value if self.scope.by_value else by_count,
            "won": len(won),
            "lost": len(lost),
            "time_to_win_mean": days(mean(times)),
            "time_to_win_median": days(median(times)),
            "velocity_per_day": euro(velocity),
            "open_amount": euro(sum(here, Fraction(0))),
            "won_amount": euro(sum(sizes, Fraction(0))),
            "without_amount": sum(deal.values.amount is None for deal in [*won, *opened]),
        }

    # METRICS 2 (active) and 7 (weighted, from stock)

    def active(self) -> tuple[Rows, dict[str, Any]]:
        """Report ``active``."""
        rows: Rows = []
        sums: list[tuple[int, Fraction, Fraction, int, Fraction | None]] = []
        for pipeline in self.pipelines:
            own = [deal for deal in self.deals if deal.pipeline is pipeline]
            opened = self.groups([deal for deal in own if deal.closed is None], None)
            history = [
                deal
                for deal in own
                if deal.closed is not None
                and deal.owner(deal.closed, self.scope.present_owner) in self.owners
            ]
            shown = [
                stage
                for stage in pipeline.stages
                if not stage.retired or any(deal.here == stage.position for _, deal in opened)
            ]
            for group in self._order(opened):
                for stage in shown:
                    here = [d for name, d in opened if group in (None, name) and d.here == stage.position]
                    row = _stock(stage, here, history)
                    rows.append(
                        self.heading(pipeline, group)
                        | {"stage": stage.name, "position": stage.position}
                        | _stock_row(row)
                    )
            sums += [
                _stock(stage, [d for _, d in opened if d.here == stage.position], history) for stage in shown
            ]
        columns = list(zip(*sums, strict=True)) or [(), (), (), (), ()]
        stock = None if None in columns[4] else sum(columns[4], Fraction(0))
        totals = (*(sum(column, Fraction(0)) for column in columns[:4]), stock)
        return rows, _stock_row(totals)

    # METRICS 3

    def losses(self) -> tuple[Rows, dict[str, Any]]:
        """Report ``losses``."""
        if self.scope.by is GroupBy.REASON:
            return self._reasons()
        cohort = self.scope.cohort or Cohort.CREATED
        rows: Rows = []
        all_passed: list[Seen] = []
        all_lost: list[Seen] = []
        passed_sum = 0
        for pipeline in self.pipelines:
            members = self._members(pipeline, cohort, pipeline.stages[0])
            lost = [(group, deal) for group, deal in members if deal.status == "lost"]
            shown = [
                stage
                for stage in pipeline.stages
                if not stage.retired or any(deal.here == stage.position for _, deal in lost)
            ]
            for group in self._order(members):
                for stage in shown:
                    passed = [d for g, d in members if group in (None, g) and d.f > stage.position]
                    gone = [d for g, d in lost if group in (None, g) and d.here == stage.position]
                    rows.append(
                        self.heading(pipeline, group)
                        | {
                            "stage": stage.name,
                            "passed": len(passed),
                            "passed_amount": euro(amounts(passed)),
                            "lost_from": len(gone),
                            "lost_from_amount": euro(amounts(gone)),
                        }
                    )
            all_lost += [deal for _, deal in lost]
            for stage in shown:
                passed = [deal for _, deal in members if deal.f > stage.position]
                passed_sum += len(passed)
                all_passed += passed
        return rows, {
            "passed": passed_sum,
            "passed_amount": euro(amounts(all_passed)),
            "lost_from": len(all_lost),
            "lost_from_amount": euro(amounts(all_lost)),
        }

    def _reasons(self) -> tuple[Rows, dict[str, Any]]:
        lost = [d for _, d in self.groups(self.deals, lambda d: d.closed) if d.status == "lost"]
        rows = []
        for number, name in REASONS.items():
            mine = [deal for deal in lost if deal.reason == number]
            if mine:
                rows.append({"reason": name, "deals": len(mine), "amount": euro(amounts(mine))})
        rows.sort(key=lambda row: (-int(str(row["deals"])), str(row["reason"]).casefold()))
        return rows, {"deals": len(lost), "amount": euro(amounts(lost))}


def _exit_of(stage: StageFact) -> Event:
    return lambda deal: deal.final_exit(stage.position)


def _stock(
    stage: StageFact, here: list[Seen], history: list[Seen]
) -> tuple[int, Fraction, Fraction, int, Fraction | None]:
    weighted = Fraction(0)
    for deal in here:
        typed = deal.values.probability
        weighted += (deal.worth() or 0) * Fraction(stage.probability_bp if typed is None else typed, 10_000)
    reached = [deal for deal in history if deal.f >= stage.position]
    ratio = share(sum(deal.status == "won" for deal in reached), len(reached))
    amount = amounts(here)
    stock = Fraction(0) if amount == 0 else None if ratio is None else amount * ratio
    return len(here), amount, weighted, sum(deal.values.amount is None for deal in here), stock


def _stock_row(values: Sequence[Any]) -> dict[str, Any]:
    deals, amount, weighted, without, stock = values
    return {
        "deals": deals,
        "amount": euro(amount),
        "weighted": euro(weighted),
        "without_amount": without,
        "from_stock": euro(stock),
    }


PERIODS = tuple(
    Period.parse(text)
    for text in (
        "all",
        "2026",
        "2025",
        "2026-Q1",
        "2025-12",
        "2026-01",
        "2026-03",
        "2026-W07",
        "2026-01-15..2026-03-29",
    )
)
