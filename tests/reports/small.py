"""A small team whose deals are written event by event, for tests of single cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from funnel_tui.db import Database, Target
from funnel_tui.domain.money import RATE_SCALE
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.models import ExchangeRate
from funnel_tui.services.deals import create_deal, lose_deal, move_deal, win_deal
from funnel_tui.services.people import create_rep, create_team
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.reports import run_report
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace

NOW = "2026-06-01T00:00:00Z"


def instant(text: str) -> int:
    """An ISO instant, UTC where it does not say otherwise, in epoch seconds."""
    value = datetime.fromisoformat(text)
    return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())


@dataclass
class Small:
    """Reps Anna (team Oslo, in team North) and Ben (team North), the pipeline Sales with three stages."""

    workspace: Workspace
    reps: dict[str, int]
    stages: dict[str, int]
    pipeline: int

    def deal(
        self,
        created: str,
        *,
        stage: str = "Lead",
        owner: str = "Anna",
        amount: int | None = 1000,
        currency: str = "EUR",
        won: str | None = None,
        lost: str | None = None,
        moves: tuple[tuple[str, str], ...] = (),
        **more: Any,
    ) -> int:
        """One deal.

        :param moves: (stage, instant).
        """
        number = create_deal(
            self.workspace,
            title=f"Deal of {created}",
            pipeline_id=self.pipeline,
            owner_id=self.reps[owner],
            stage_id=self.stages[stage],
            amount_minor=amount,
            currency=currency,
            at=instant(created),
            **more,
        )
        for target, at in moves:
            move_deal(self.workspace, deal_id=number, stage_id=self.stages[target], at=instant(at))
        if won:
            win_deal(self.workspace, deal_id=number, at=instant(won))
        if lost:
            lose_deal(self.workspace, deal_id=number, reason="price", at=instant(lost))
        return number

    def rate(self, base: str, quote: str, day: str, rate: float) -> None:
        """What one unit of ``base`` was worth in ``quote`` from a day on."""
        row = {
            "base": base,
            "quote": quote,
            "day": instant(day) // 86_400,
            "rate_scaled": int(rate * RATE_SCALE),
        }
        with self.workspace.change("rate") as call:
            call.put(ExchangeRate, None, row)

    def report(self, name: str, **scope: Any) -> Report:
        """A report."""
        return run_report(self.workspace, name, Scope(**scope))

    def row(self, name: str, **scope: Any) -> dict[str, Any]:
        """The first row of a report."""
        return dict(self.report(name, **scope).rows[0])


def empty(url: str) -> Workspace:
    """A database with nothing in it."""
    return Workspace(Database(Target.parse(url)), clock=lambda: instant(NOW), actor="tester")


def small(url: str, zone: str = "UTC") -> Small:
    """The team, without deals."""
    workspace = empty(url)
    if zone != "UTC":
        set_setting(workspace, name="time_zone", value=zone)
    north = create_team(workspace, name="North")
    oslo = create_team(workspace, name="Oslo", parent_id=north)
    reps = {
        "Anna": create_rep(workspace, name="Anna", team_id=oslo),
        "Ben": create_rep(workspace, name="Ben", team_id=north),
        "Cleo": create_rep(workspace, name="Cleo"),
    }
    pipeline = create_pipeline(workspace, name="Sales", stages=["Lead", "Talk", "Offer"])
    with workspace.read() as reader:
        stages = {str(name): int(number) for number, name in reader.rows("SELECT id, name FROM stage")}
    return Small(workspace, reps, stages, pipeline)
