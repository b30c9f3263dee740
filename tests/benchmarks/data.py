"""Seeded data: two pipelines of six stages, fifty reps, 3.75 years, about five visits a deal."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Database, Target
from funnel_tui.domain.money import RATE_SCALE, Rates
from funnel_tui.domain.period import DAY_SECONDS, Period
from funnel_tui.models import ExchangeRate, LossReason, Pipeline, Rep, Source, Stage, Task, Team
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.standing import Pricing
from funnel_tui.services.workspace import Workspace
from tests.conftest import ROOT

NOW = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp())
QUARTER = Period.quarter(2026, 3)
SPAN_DAYS = 1370
STAGES = ("Lead", "Qualified", "Meeting", "Proposal", "Negotiation", "Contract")
REPS = 50
SEED = 20261121
_TASK = ("deal_id", "owner_id", "kind", "title", "created_at", "due_day", "version")

Deal = tuple[dict[str, Any], list[dict[str, Any]]]


def open_file(path: Path) -> Workspace:
    """A workspace on a file, seen from :data:`NOW`."""
    return Workspace(Database(Target(path=path)), clock=lambda: NOW, actor="benchmark")


def seeded_file(folder: Path, deals: int) -> Path:
    """A database of so many deals; made once per folder and state of the schema."""
    path = folder / f"{deals}-{_fingerprint()}.db"
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        workspace = open_file(making)
        fill(workspace, deals)
        workspace.database.close()
        making.rename(path)
    return path


def _fingerprint() -> str:
    """What the data depends on: this module, the tables, the bulk writer."""
    sources = [
        Path(__file__),
        ROOT / "funnel_tui/models/deals.py",
        ROOT / "funnel_tui/services/bulk/writer.py",
    ]
    return hashlib.blake2b(b"".join(path.read_bytes() for path in sources), digest_size=6).hexdigest()


def rates() -> list[tuple[str, str, int, int]]:
    """A rate of the dollar for every day."""
    rng = random.Random(SEED)
    today = NOW // DAY_SECONDS
    return [
        ("USD", "EUR", day, RATE_SCALE * 9 // 10 + rng.randrange(RATE_SCALE // 20))
        for day in range(today - SPAN_DAYS - 1, today + 1)
    ]


def furnish(workspace: Workspace) -> None:
    """Pipelines, stages, teams, reps, sources, reasons and rates."""
    with workspace.change("furnish") as call:
        teams = [call.insert(Team, {"name": name}) for name in ("North", "South", "East")]
        for number in range(REPS):
            call.insert(Rep, {"name": f"Rep {number:02}", "team_id": teams[number % 3]})
        for place, name in enumerate(("New business", "Renewals"), 1):
            pipeline = call.insert(Pipeline, {"name": name, "position": place})
            for position, stage in enumerate(STAGES, 1):
                row = {"pipeline_id": pipeline, "name": stage, "position": position}
                call.insert(Stage, {**row, "probability_bp": position * 1400})
        for name in ("price", "no need", "competitor", "silence"):
            call.insert(LossReason, {"name": name})
        for name in ("web", "fair", "partner"):
            call.insert(Source, {"name": name})
        for base, quote, day, rate in rates():
            row = {"base": base, "quote": quote, "day": day, "rate_scaled": rate}
            call.put(ExchangeRate, None, row)


def fill(workspace: Workspace, deals: int) -> None:
    """Fill an empty database."""
    furnish(workspace)
    with workspace.read() as reader:
        ladders = {pipeline.id: pipeline.ladder for pipeline in read_pipelines(reader)}
    pricing = Pricing(Rates.build("EUR", rates()), ZoneInfo("UTC"))
    rng = random.Random(SEED)
    today = NOW // DAY_SECONDS
    with workspace.change("bulk") as call, BulkWriter(call, ladders, pricing) as bulk:
        tasks = bulk.stream(Task, _TASK)
        for deal, visits in stories(deals):
            number = bulk.add(deal, visits)
            if "left_at" not in visits[-1]:  # an open deal has something to do
                words = (deal["owner_id"], "call", f"Call back about {number}", deal["created_at"])
                tasks.pending.append((tasks.number(), number, *words, today + rng.randrange(-5, 25), 1))


def stories(count: int, seed: int = SEED) -> Iterator[Deal]:
    """Deals with their visits, as the bulk writer takes them."""
    rng = random.Random(seed)
    for number in range(1, count + 1):
        yield story(rng, number)


def story(rng: random.Random, number: int) -> Deal:
    """One deal: about a third are won, the young ones are open, 4 % of the steps go back."""
    pipeline = 1 if rng.random() < 0.6 else 2
    owner = rng.randint(1, REPS)
    amount = rng.randrange(100_000, 9_000_000) if rng.random() < 0.95 else None
    currency = None if amount is None else "EUR" if rng.random() < 0.8 else "USD"
    at = NOW - rng.randrange(SPAN_DAYS * DAY_SECONDS)
    deal = {
        "title": f"Deal {number}",
        "external_id": f"X{number}",
        "owner_id": owner,
        "created_at": at,
        "amount_minor": amount,
        "currency": currency,
        "source_id": rng.choice((None, 1, 2, 3)),
        "probability_bp": 3_500 if rng.random() < 0.03 else None,
        "version": 1,
    }
    last = 7 if rng.random() < 0.37 else rng.choice((2, 3, 4, 5, 6, 6))
    position = 1 if rng.random() < 0.95 else 2
    visits: list[dict[str, Any]] = []
    while True:
        left = at + rng.randrange(3_600, 20 * DAY_SECONDS)
        visit: dict[str, Any] = {
            "pipeline_id": pipeline,
            "stage_id": (pipeline - 1) * len(STAGES) + position,
            "entered_at": at,
            "owner_id": owner,
            "amount_minor": amount,
            "currency": currency,
        }
        visits.append(visit)
        if left > NOW:
            return deal, visits
        visit |= {"left_at": left, "exit_owner_id": owner, "exit": "moved"}
        at = left
        if position >= last or (len(visits) > 1 and rng.random() < 0.02):
            visit |= {"exit": "lost", "loss_reason_id": rng.randint(1, 4)}
            return deal, visits
        if position == len(STAGES):
            visit |= {"exit": "won"}
            return deal, visits
        luck = rng.random()
        step = -1 if luck < 0.04 and position > 1 else 2 if luck > 0.96 else 1
        position = min(position + step, len(STAGES), max(last, position))
        if visit["stage_id"] == (pipeline - 1) * len(STAGES) + position:
            visit |= {"exit": "lost", "loss_reason_id": rng.randint(1, 4)}
            return deal, visits
