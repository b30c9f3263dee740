"""A small team with difficult data, and its deals worked out from the bare tables without any help."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Database, Target
from funnel_tui.demo import build_demo
from funnel_tui.domain.money import RATE_SCALE
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.models import DealTag, InteractionKind, Tag, Task
from funnel_tui.services.deals import create_deal, edit_deal, move_deal
from funnel_tui.services.interaction_writing import write_interaction
from funnel_tui.services.people import create_organisation
from funnel_tui.services.workspace import Workspace

NOW = 1_795_000_000
"""18 November 2026, 11:06:40 UTC."""
DAY = 86_400

ODD_NAMES = (
    *("Acme [/EU]", "🚀 Rakett [bold]x[/]", "عقد جديد", "حساب ‏RTL", "O'Neill; DROP TABLE deal --"),
    *('100 % "sure" :name', "Ærlig talt", "ÆRLIG TALT", "\\x1b[31m", "école", "日本 ドキュメント"),
)


def open_at(db_url: str, now: int = NOW, actor: str = "tester") -> Workspace:
    return Workspace(Database(Target.parse(db_url)), clock=lambda: now, actor=actor)


def rows(workspace: Workspace, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with workspace.read() as reader:
        return reader.rows(sql, parameters)


def one(workspace: Workspace, sql: str, **parameters: Any) -> Any:
    return rows(workspace, sql, **parameters)[0][0]


def team(db_url: str, deals: int = 220) -> Workspace:
    """The demo, deals and organisations with difficult names, and a currency nobody has a rate for."""
    workspace = open_at(db_url)
    build_demo(workspace, deals=deals)
    pipeline = one(workspace, "SELECT min(id) FROM pipeline")
    owner = one(workspace, "SELECT min(id) FROM rep")
    for number, name in enumerate(ODD_NAMES):
        organisation = create_organisation(workspace, name=f"{name} AS") if number % 2 else None
        create_deal(
            workspace,
            title=name,
            pipeline_id=pipeline,
            owner_id=owner,
            organisation_id=organisation,
            amount_minor=None if number == 3 else number * 1000,
            currency="XPF" if number == 4 else "EUR",
            source="Fair [x]" if number % 3 else None,
            at=NOW - number * DAY,
        )
    first = one(workspace, "SELECT max(id) FROM deal") - 2
    with workspace.change("tag") as call:
        tag = call.insert(Tag, {"name": "Hot [!]"})
        for deal in range(first, first + 3):
            call.insert(DealTag, {"deal_id": deal, "tag_id": tag})
        for due in (None, NOW // DAY, NOW // DAY - 1):
            task = {"deal_id": first, "owner_id": owner, "kind": "call", "title": "[ask]", "due_day": due}
            call.insert(Task, {**task, "created_at": NOW - DAY})
    edit_deal(workspace, deal_id=first, version=1, changes={"amount_minor": 5, "currency": "EUR"})
    stage = one(workspace, "SELECT id FROM stage WHERE pipeline_id = :p AND position = 3", p=pipeline)
    move_deal(workspace, deal_id=first, stage_id=stage)
    return workspace


def talk(workspace: Workspace, deal_id: int, at: int, *, planned: bool = False) -> None:
    """Put an interaction on a deal."""
    with workspace.change("log") as call:
        found = call.reader.rows("SELECT min(id) FROM interaction_kind")[0][0]
        kind = found or call.insert(InteractionKind, {"name": "call"})
        owner = call.reader.rows("SELECT owner_id FROM deal WHERE id = :id", {"id": deal_id})[0][0]
        values = {"deal_id": deal_id, "owner_id": owner, "kind_id": kind, "at": at, "planned": planned}
        write_interaction(call, values)


@dataclass
class Known:
    """A deal as it stood, out of the bare tables."""

    id: int
    title: str
    organisation: str | None
    pipeline: str
    pipeline_at: tuple[int, int]
    stage: str
    stage_id: int
    position: int
    status: str
    owner: str
    amount: tuple[int, str] | None
    base: int | None
    expected_close: int | None
    age: int
    stuck: bool
    idle: int | None
    probability: int | None
    task: tuple[int, int | None] | None
    created_at: int
    closed_at: int | None
    source: str | None
    tags: frozenset[str]
    team: str | None


class Brute:
    """Every deal of a database as of an instant, one at a time, with no index and no shared code."""

    def __init__(self, workspace: Workspace, as_of: int) -> None:
        self.workspace, self.as_of = workspace, as_of
        settings = dict(rows(workspace, "SELECT key, value FROM setting"))
        self.base = settings.get("base_currency", "EUR")
        self.zone = ZoneInfo(settings.get("time_zone", "UTC"))
        self.idle_days = int(settings.get("idle_days", 14))
        self.factor = int(settings.get("stuck_factor", 2))
        self.names = {
            table: dict(rows(workspace, f"SELECT id, name FROM {table}"))
            for table in ("organisation", "pipeline", "stage", "rep", "source", "tag", "team")
        }
        self.stages = {row[0]: row[1:] for row in rows(workspace, _STAGES)}
        self.places = dict(rows(workspace, "SELECT id, position FROM pipeline"))
        self.teams = dict(rows(workspace, "SELECT id, team_id FROM rep"))
        self.rates = rows(workspace, "SELECT base, quote, day, rate_scaled FROM exchange_rate ORDER BY day")
        self.visits: dict[int, list[tuple[Any, ...]]] = {}
        for deal, *visit in rows(workspace, _VISITS):
            if visit[1] <= as_of:
                left = visit[2] if visit[2] is not None and visit[2] <= as_of else None
                self.visits.setdefault(deal, []).append(
                    (visit[0], visit[1], left, visit[3] if left else None)
                )
        self.limits = {stage: self._limit(stage) for stage in self.stages}
        self.deals = {row[0]: self._deal(row) for row in rows(workspace, _DEALS) if row[3] <= as_of}

    def day(self, instant: int) -> int:
        return day_number(local_day(instant, self.zone))

    def _limit(self, stage: int) -> Fraction | None:
        days = self.stages[stage][4]
        if days is not None:
            return Fraction(days * DAY)
        spent = []
        for visits in self.visits.values():
            # Only what happened in the pipeline the deal is in now counts.
            now = self.stages[visits[-1][0]][0]
            own = [visit for visit in visits if self.stages[visit[0]][0] == now]
            here = [visit for visit in own if visit[0] == stage]
            if here and here[-1][2] is not None:
                spent.append(sum(visit[2] - visit[1] for visit in here if visit[2] is not None))
        middle = Fraction(median(map(Fraction, spent))) if spent else None
        return self.factor * middle if middle else None

    def price(self, minor: int, currency: str, day: int) -> int | None:
        if currency == self.base:
            return minor
        best: tuple[int, int, Fraction] | None = None
        for one, other, on, scaled in self.rates:
            if {one, other} == {currency, self.base} and on <= day:
                straight = other == self.base
                rate = Fraction(scaled, RATE_SCALE) if straight else 1 / Fraction(scaled, RATE_SCALE)
                best = max(best or (on, 0, rate), (on, int(straight), rate), key=lambda known: known[:2])
        if best is None:
            return None
        exact = minor * best[2] * 10 ** _decimals(self.base) / Fraction(10 ** _decimals(currency))
        return int(exact + Fraction(1, 2))

    def _deal(self, row: tuple[Any, ...]) -> Known:
        number, title, organisation, created, *values = row
        earlier = rows(self.workspace, _PAST, deal=number, at=self.as_of)
        owner, minor, currency, expected, probability, source = earlier[0] if earlier else values
        stage, entered, left, leaving = self.visits[number][-1]
        status = leaving if left is not None else "open"
        pipeline, name, position, own_probability, _ = self.stages[stage]
        age = (self.as_of if left is None else left) - entered
        limit = self.limits[stage]
        talks = rows(self.workspace, _TALKS, deal=number, at=self.as_of)[0][0]
        tasks = [
            (due is None, due, task)
            for task, due, made, done in rows(self.workspace, _TASKS, deal=number)
            if made <= self.as_of and (done is None or done > self.as_of)
        ]
        first = min(tasks, key=lambda task: (task[0], task[1] or 0, task[2]), default=None)
        tags = rows(self.workspace, "SELECT tag_id FROM deal_tag WHERE deal_id = :deal", deal=number)
        chance = {"won": 10_000, "lost": None}.get(
            status, own_probability if probability is None else probability
        )
        return Known(
            id=number,
            title=title,
            organisation=self.names["organisation"].get(organisation),
            pipeline=self.names["pipeline"][pipeline],
            pipeline_at=(self.places[pipeline], pipeline),
            stage=name,
            stage_id=stage,
            position=position,
            status=status,
            owner=self.names["rep"][owner],
            amount=None if minor is None else (minor, currency),
            base=None if minor is None else self.price(minor, currency, self.day(left or self.as_of)),
            expected_close=expected,
            age=age,
            stuck=status == "open" and limit is not None and age >= limit,
            idle=None if status != "open" or talks is None else self.as_of - talks,
            probability=chance,
            task=None if first is None else (first[2], first[1]),
            created_at=created,
            closed_at=left,
            source=self.names["source"].get(source),
            tags=frozenset(self.names["tag"][tag] for (tag,) in tags),
            team=self.names["team"].get(self.teams[owner]),
        )


def _decimals(currency: str) -> int:
    return {"JPY": 0, "XPF": 0, "BHD": 3}.get(currency, 2)


_STAGES = "SELECT id, pipeline_id, name, position, probability_bp, stuck_days FROM stage"
_VISITS = "SELECT deal_id, stage_id, entered_at, left_at, exit FROM stage_visit ORDER BY deal_id, seq"
_DEALS = """SELECT id, title, organisation_id, created_at, owner_id, amount_minor, currency, expected_close,
                   probability_bp, source_id FROM deal"""
_PAST = """SELECT owner_id, amount_minor, currency, expected_close, probability_bp, source_id FROM deal_past
           WHERE deal_id = :deal AND until_at > :at ORDER BY until_at, id LIMIT 1"""
_TALKS = "SELECT max(at) FROM interaction WHERE deal_id = :deal AND planned = 0 AND at <= :at"
_TASKS = "SELECT id, due_day, created_at, done_at FROM task WHERE deal_id = :deal"
