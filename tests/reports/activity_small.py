"""Interactions and targets of the small team."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from funnel_tui.domain.interactions import KINDS
from funnel_tui.domain.period import Period
from funnel_tui.models import ActivityTarget, Interaction, InteractionKind
from funnel_tui.services.activity_days import rebuild_days
from tests.reports.small import Small, instant

MARCH = Period.month(2026, 3)
CALL, EMAIL, MEETING, PROPOSAL, CONTRACT, PAYMENT, NOTE = range(1, 8)


def add_kinds(team: Small) -> None:
    """The kinds that every database begins with."""
    with team.workspace.change("kinds") as call:
        for position, (name, step) in enumerate(KINDS.items(), 1):
            call.insert(InteractionKind, {"name": name, "step": step, "position": position})


def log(team: Small, *rows: tuple[str, dict[str, Any]]) -> None:
    """Write interactions; by default a done outbound call of Anna, about no deal."""
    values = []
    for at, more in rows:
        row = {"owner_id": team.reps[more.pop("owner", "Anna")], "kind_id": more.pop("kind", CALL)}
        row |= {"direction": "out", "outcome": None, "planned": False, "deal_id": None, "version": 1}
        values.append(row | {"at": instant(at)} | more)
    with team.workspace.change("log") as call:
        call.alone()
        call.connection.execute(insert(Interaction), values)
        rebuild_days(call.connection)


def aim(
    team: Small, month: str, target: int | None, *, rep: str | None = None, at: str = "2026-01-01"
) -> None:
    """Set the target for calls."""
    with team.workspace.change("aim") as call:
        row: dict[str, Any] = {
            "rep_id": None if rep is None else team.reps[rep],
            "kind_id": CALL,
            "target": target,
        }
        row |= {"month": instant(month) // 86_400, "at": instant(at), "by": "tester"}
        call.insert(ActivityTarget, row)
