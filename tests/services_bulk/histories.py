"""A small house with two pipelines, and random histories of deals in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Database, Target
from funnel_tui.domain.facts import Ladder
from funnel_tui.domain.money import RATE_SCALE, Rates
from funnel_tui.models import LossReason, Pipeline, Rep, Source, Stage
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.standing import Pricing
from funnel_tui.services.workspace import Workspace

NOW = 1_780_000_000
START = 1_740_000_000
DAY = 86_400
REPS = 3

RATES = Rates.build("NOK", [("EUR", "NOK", day, 11 * RATE_SCALE + day) for day in range(20_000, 20_600)])
PRICING = Pricing(RATES, ZoneInfo("Europe/Oslo"))


@dataclass
class House:
    """A database with reps, two pipelines (the second with a retired stage), sources and loss reasons."""

    workspace: Workspace
    ladders: dict[int, Ladder]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a SELECT finds."""
        with self.workspace.read() as reader:
            return reader.rows(sql)


def build_house(db_url: str) -> House:
    """A new database, furnished."""
    workspace = Workspace(Database(Target.parse(db_url)), clock=lambda: NOW, actor="tester")
    with workspace.change("furnish") as call:
        for number in range(REPS):
            call.insert(Rep, {"name": f"Rep {number}"})
        for number, length in enumerate((4, 3), 1):
            pipeline = call.insert(Pipeline, {"name": f"Pipeline {number}", "position": number})
            for position in range(1, length + 1):
                stage = {"pipeline_id": pipeline, "name": f"S{position}", "position": position}
                call.insert(Stage, {**stage, "retired": (number, position) == (2, 2)})
        for name in ("price", "no need"):
            call.insert(LossReason, {"name": name})
            call.insert(Source, {"name": name})
    with workspace.read() as reader:
        ladders = {pipeline.id: pipeline.ladder for pipeline in read_pipelines(reader)}
    return House(workspace, ladders)


def history(rng: random.Random, ladders: dict[int, Ladder]) -> list[dict[str, Any]]:
    """The visits of one deal: skips, returns, closings, reopenings, now and then another pipeline."""
    pipeline = rng.choice(sorted(ladders))
    at = START + rng.randrange(300 * DAY)
    amount = rng.choice([None, rng.randrange(10**9)])
    visits: list[dict[str, Any]] = []
    owner = rng.randint(1, REPS)
    for _ in range(rng.randint(1, 7)):
        if rng.random() < 0.1:
            pipeline = rng.choice(sorted(ladders))
        visit: dict[str, Any] = {
            **{"pipeline_id": pipeline, "stage_id": rng.choice(sorted(ladders[pipeline].positions))},
            **{"entered_at": at, "left_at": None, "exit": None, "owner_id": owner, "exit_owner_id": None},
            **{"amount_minor": amount, "currency": None if amount is None else "EUR"},
            **{"loss_reason_id": None, "moved_by": "tester"},
        }
        visits.append(visit)
        at += rng.choice([0, rng.randrange(60 * DAY)])
        way_out = rng.choices(["moved", "won", "lost"], [6, 1, 2])[0]
        owner = rng.randint(1, REPS)
        visit |= {"left_at": at, "exit": way_out, "exit_owner_id": owner}
        if way_out == "lost":
            visit |= {"loss_reason_id": rng.randint(1, 2), "loss_note": "too dear"}
        if way_out != "moved":
            at += rng.randrange(10 * DAY)
    if visits[-1]["exit"] == "moved":
        visits[-1] |= {"left_at": None, "exit": None, "exit_owner_id": None}
    return visits


def deals(
    seed: int, count: int, ladders: dict[int, Ladder]
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]]:
    """Deals with their visits and former values."""
    rng = random.Random(seed)
    for number in range(count):
        visits = history(rng, ladders)
        deal = {
            **{"title": f"Deal {number}", "owner_id": rng.randint(1, REPS), "source_id": rng.randint(1, 2)},
            **{"amount_minor": visits[0]["amount_minor"], "currency": visits[0]["currency"]},
            **{"created_at": visits[0]["entered_at"], "external_id": f"X{seed}-{number}"},
        }
        past = []
        for until_at in sorted(rng.randrange(START, NOW) for _ in range(rng.choice([0, 0, 1, 2]))):
            past.append({"until_at": until_at, "owner_id": rng.randint(1, REPS), "amount_minor": None})
        yield deal, visits, past
