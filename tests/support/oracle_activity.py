"""What the reports on activity must show, worked out the plain way from METRICS 5.

Shares no code with funnel_tui.metrics or funnel_tui.queries: every interaction is looked at one by one.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import PeriodKind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from tests.support.activity_world import KINDS, TALKS, Busy, Event
from tests.support.histories import REPS, TEAMS
from tests.support.oracle import Oracle
from tests.support.seen import Seen

Rows = list[dict[str, Any]]
Step = tuple[str, ...]
STEPS = ("calls", "meetings", "proposals", "contracts", "paid")
REP_NAMES = {number: name for number, name, _ in REPS}
TEAM_NAMES = {number: name for number, name, _ in TEAMS}
TEAM_OF = {number: TEAM_NAMES.get(team or 0, "(no team)") for number, _, team in REPS}


def share(part: int, whole: int) -> Fraction | None:
    """part / whole; no value when the whole is 0."""
    return Fraction(part, whole) if whole else None


def middle(values: list[int]) -> Fraction | None:
    """The median."""
    if not values:
        return None
    ordered = sorted(values)
    return Fraction(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2], 2)


class ActivityOracle:
    """All reports on activity of one scope."""

    def __init__(self, team: Busy, scope: Scope, now: int) -> None:
        self.team, self.scope = team, scope
        self.base = Oracle(team.world, scope.with_(by=None), now)
        self.at = self.base.at
        self.zone = ZoneInfo(team.world.zone)
        self.seen = {deal.number: deal for deal in self._deals()}
        self.start, self.end = (self.base.spans[0][1], self.base.spans[-1][2])

    def _deals(self) -> list[Seen]:
        return [
            Seen(self.team.world, number, story, self.at)
            for number, story in enumerate(self.team.world.stories, 1)
            if story.created <= self.at
        ]

    def day(self, instant: int) -> date:
        """The day of an instant where the team is."""
        return datetime.fromtimestamp(instant, self.zone).date()

    # Interactions

    def owner(self, event: Event) -> int:
        """Whose an interaction is (METRICS M10)."""
        if self.scope.present_owner and event.deal in self.seen:
            return self.seen[event.deal].values.owner
        return event.owner

    def belongs(self, event: Event) -> bool:
        """Whether an interaction is in the scope at all."""
        if not self.start <= event.at < self.end or self.owner(event) not in self.base.owners:
            return False
        if event.at > self.at and (not event.planned or self.scope.as_of is not None):
            return False
        if self.scope.pipelines:
            return event.deal in self.seen and self.seen[event.deal].pipeline in self.base.pipelines
        return True

    def label(self, day: date) -> str:
        """The week or month of a day, or nothing."""
        if self.scope.by is GroupBy.WEEK:
            return day.strftime("%G-W%V")
        return day.strftime("%Y-%m") if self.scope.by is GroupBy.MONTH else ""

    def target(self, rep: int, kind: int, days: Iterable[date]) -> Fraction | None:
        """What a rep is to do on some days: each day its part of the month's target."""
        found: Fraction | None = None
        for day in days:
            first = day.replace(day=1)
            latest: dict[int | None, int | None] = {}
            for aim in self.team.aims:
                if aim.at <= self.at and aim.kind == kind and aim.month == first:
                    latest[aim.rep] = aim.target
            target = latest.get(rep)
            target = latest.get(None) if target is None else target
            if target is not None:
                length = calendar.monthrange(day.year, day.month)[1]
                found = (found or Fraction(0)) + Fraction(target, length)
        return found

    def days(self) -> list[date]:
        """The days that targets are counted on: those of the period, of all time only those with events."""
        period = self.scope.period
        first, end = period.start, period.end
        if period.kind is PeriodKind.ALL and self.scope.by in {GroupBy.WEEK, GroupBy.MONTH}:
            known = [self.day(event.at) for event in self.team.events] or [self.day(self.at)]
            last = max(known)
            if self.scope.as_of is not None and self.team.events:
                last = max(min(known), min(last, self.day(self.at)))
            first, end = min(known), last + timedelta(days=1)
        # Outside these months nobody ever set a target.
        first, end = max(first, date(2026, 1, 1)), min(end, date(2026, 7, 1))
        return [first + timedelta(days=n) for n in range(max(0, (end - first).days))]

    def activity(self) -> tuple[Rows, dict[str, Any]]:
        """Report ``activity``."""
        events: dict[tuple[str, int, int], list[Event]] = {}
        for event in filter(self.belongs, self.team.events):
            key = (self.label(self.day(event.at)), self.owner(event), event.kind)
            events.setdefault(key, []).append(event)
        by_label: dict[str, list[date]] = {}
        for day in self.days():
            by_label.setdefault(self.label(day), []).append(day)
        keys = set(events)
        for label, days in by_label.items():
            for rep in self.base.owners:
                keys |= {(label, rep, kind) for kind in (1, 2, 6) if self.target(rep, kind, days) is not None}
        rows = []
        for label, rep, kind in sorted(
            keys, key=lambda key: (key[0], REP_NAMES[key[1]].casefold(), (key[2] > 1, key[2]))
        ):
            mine = events.get((label, rep, kind), [])
            done = [event for event in mine if not event.planned]
            talks = [event for event in done if event.outcome in TALKS]
            row: dict[str, Any] = {"period": label} if label else {}
            row |= {"rep": REP_NAMES[rep]} if self.scope.by is GroupBy.REP else {}
            row |= {"team": TEAM_OF[rep]} if self.scope.by is GroupBy.TEAM else {}
            rows.append(
                row
                | {
                    "owner": REP_NAMES[rep],
                    "kind": KINDS[kind][0],
                    "done": len(done),
                    "planned": len(mine) - len(done),
                    "attempts": len(done),
                    "conversations": len(talks),
                    "conversation_share": share(len(talks), len(done)),
                    "target": self.target(rep, kind, by_label.get(label, ())),
                }
            )
        if self.scope.by is GroupBy.TEAM:
            rows.sort(key=lambda row: str(row["team"]).casefold())
        calls = sum(
            not event.planned and event.direction == "out" and KINDS[event.kind][1] == "calls"
            for event in filter(self.belongs, self.team.events)
        )
        created = len(self.base.groups(self.base.deals, lambda deal: deal.story.created))
        totals = {
            "done": sum(row["done"] for row in rows),
            "outbound_calls": calls,
            "opportunities": created,
            "per_1000_calls": share(1000 * created, calls),
        }
        return rows, totals

    def steps(self) -> tuple[Rows, dict[str, Any]]:
        """Report ``steps``."""
        counts: dict[tuple[str, int], dict[str, int]] = {}
        whole = dict.fromkeys(STEPS, 0)
        for event in filter(self.belongs, self.team.events):
            step = KINDS[event.kind][1]
            if event.planned or step not in STEPS:
                continue
            key = (self.label(self.day(event.at)), self.owner(event))
            mine = counts.setdefault(key, dict.fromkeys(STEPS, 0))
            mine[step] += 1
            whole[step] += 1
        rows = []
        for label, rep in sorted(counts, key=lambda key: (key[0], REP_NAMES[key[1]].casefold())):
            row: dict[str, Any] = {"period": label} if label else {}
            row |= {"rep": REP_NAMES[rep]} if self.scope.by is GroupBy.REP else {}
            row |= {"team": TEAM_OF[rep]} if self.scope.by is GroupBy.TEAM else {}
            rows.append(row | {"owner": REP_NAMES[rep]} | self._ladder(counts[label, rep]))
        if self.scope.by is GroupBy.TEAM:
            rows.sort(key=lambda row: str(row["team"]).casefold())
        return rows, self._ladder(whole)

    def _ladder(self, counts: dict[str, int]) -> dict[str, Any]:
        numbers = [counts[step] for step in STEPS]
        ratios = [share(numbers[n + 1], numbers[n]) for n in range(4)]
        return {**counts, "conversions": ratios, "total": share(numbers[4], numbers[0])}

    # Stays

    def stays(self) -> list[tuple[str | None, int, int, int, set[int], int]]:
        """(outcome, stage, owner, follow-ups, kinds, deal) of every stay of the scope."""
        found = []
        owners, pipelines = self.base.owners, {one.id: one for one in self.base.pipelines}
        for number, story in enumerate(self.team.world.stories, 1):
            for stay, following in zip(story.stays, (*story.stays[1:], None), strict=True):
                if stay.left is None or stay.left > self.at or not self.start <= stay.left < self.end:
                    continue
                if stay.pipeline not in pipelines:
                    continue
                owner = story.values_at(stay.left).owner
                if self.scope.present_owner:
                    owner = story.values_at(self.at).owner
                place = {stage.id: stage.position for stage in pipelines[stay.pipeline].stages}
                outcome = {"won": "advanced", "lost": "lost"}.get(str(stay.exit))
                if outcome is None and following is not None:
                    further = place.get(following.stage, 0) > place[stay.stage]
                    outcome = "advanced" if further else None
                if owner in owners:
                    told = self._within(number, stay.entered, stay.left)
                    found.append((outcome, stay.stage, owner, *told, number))
        for deal in self.base.deals:
            owner = deal.values.owner
            if deal.status == "open" and owner in owners:
                stage = next(one.id for one in deal.pipeline.stages if one.position == deal.here)
                found.append(
                    ("open", stage, owner, *self._within(deal.number, deal.since, self.at), deal.number)
                )
        return found

    def _within(self, deal: int, entered: int, left: int) -> tuple[int, set[int]]:
        mine = [
            event
            for event in self.team.events
            if event.deal == deal and not event.planned and entered < event.at <= left
        ]
        return sum(event.direction == "out" for event in mine), {event.kind for event in mine}

    def followups(self) -> Rows:
        """Report ``followups``."""
        stays = [stay for stay in self.stays() if stay[0] is not None]
        name: Callable[[int], str] = {
            GroupBy.REP: REP_NAMES.__getitem__,
            GroupBy.TEAM: TEAM_OF.__getitem__,
        }.get(self.scope.by or GroupBy.PIPELINE, lambda _: "")
        groups = sorted({name(stay[2]) for stay in stays}, key=str.casefold)
        if self.scope.by not in {GroupBy.REP, GroupBy.TEAM}:
            groups = [""]
        used = {stay[1] for stay in stays}
        rows = []
        for pipeline in self.base.pipelines:
            for group in groups:
                for stage in pipeline.stages:
                    if stage.retired and stage.id not in used:
                        continue
                    for outcome in ("advanced", "lost", "open"):
                        counts = [
                            stay[3]
                            for stay in stays
                            if stay[:2] == (outcome, stage.id) and name(stay[2]) == group
                        ]
                        heading: dict[str, Any] = {}
                        if self.scope.by is GroupBy.PIPELINE or len(self.base.pipelines) > 1:
                            heading["pipeline"] = pipeline.name
                        if group:
                            heading[str(self.scope.by)] = group
                        rows.append(
                            heading | {"stage": stage.name, "outcome": outcome} | stay_figures(counts)
                        )
        return rows

    def qualified(self) -> dict[int, list[int]] | None:
        """Interactions of each qualified deal by kind, 0 is all kinds; None without such a stage."""
        positions = {}
        for pipeline in self.base.pipelines:
            wanted = self.team.qualified[pipeline.id]
            later = [stage.position for stage in pipeline.stages if wanted and stage.position >= wanted]
            if later:
                positions[pipeline.id] = later[0]
        if not positions:
            return None
        found: dict[int, list[int]] = {kind: [] for kind in (0, *KINDS)}
        for deal in self.base.deals:
            position = positions.get(deal.pipeline.id)
            reached = None if position is None else deal.reached_at(position)
            if reached is None or not self.start <= reached < self.end:
                continue
            if deal.owner(reached, self.scope.present_owner) not in self.base.owners:
                continue
            mine = [
                e for e in self.team.events if e.deal == deal.number and not e.planned and e.at <= reached
            ]
            found[0].append(len(mine))
            for kind in KINDS:
                found[kind].append(sum(event.kind == kind for event in mine))
        return found


def stay_figures(counts: list[int]) -> dict[str, Any]:
    """The figures of some stays by their numbers of follow-ups."""
    return {
        "visits": len(counts),
        "mean": share(sum(counts), len(counts)),
        "median": middle(counts),
        "p80": next(
            (n for n in range(10_000) if counts and 10 * sum(c <= n for c in counts) >= 8 * len(counts)), None
        ),
        "share_at_most_1": share(sum(count <= 1 for count in counts), len(counts)),
        "share_at_least_5": share(sum(count >= 5 for count in counts), len(counts)),
    }
