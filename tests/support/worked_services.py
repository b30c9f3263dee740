"""The worked example put into a database through the services, one call per event."""

from __future__ import annotations

from funnel_tui.db import Database, Target
from funnel_tui.services.deals import create_deal, lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.people import create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace
from tests.support import worked


def open_workspace(url: str, now: int = worked.AS_OF) -> Workspace:
    """A workspace on a database, with a fixed clock."""
    return Workspace(Database(Target.parse(url)), clock=lambda: now, actor="tester")


def stage_numbers(workspace: Workspace) -> dict[str, int]:
    """The stages of the example by name."""
    with workspace.read() as reader:
        return {str(name): int(number) for number, name in reader.rows("SELECT id, name FROM stage")}


def fill(workspace: Workspace) -> dict[str, int]:
    """Put the ten deals in.

    :returns: their numbers by name.
    """
    rep = create_rep(workspace, name="Anna")
    stages = [
        {"name": name, "probability_bp": probability, "stuck_days": stuck}
        for name, probability, stuck in zip(
            worked.STAGES, worked.PROBABILITIES, worked.STUCK_DAYS, strict=True
        )
    ]
    pipeline = create_pipeline(workspace, name="Sales", stages=stages)
    numbers = stage_numbers(workspace)
    return {name: _live(workspace, name, pipeline, rep, numbers) for name in worked.DEALS}


def _live(workspace: Workspace, name: str, pipeline: int, rep: int, stages: dict[str, int]) -> int:
    example = worked.DEALS[name]
    first_stage, created, _ = example.stays[0]
    deal = create_deal(
        workspace,
        title=name,
        pipeline_id=pipeline,
        owner_id=rep,
        stage_id=stages[first_stage],
        amount_minor=None if example.amount is None else example.amount * 100,
        currency=None if example.amount is None else worked.CURRENCY,
        at=worked.instant(created),
    )
    for number, (stage, entered, left) in enumerate(example.stays):
        if number:
            at = worked.instant(entered)
            if example.ends.get(number - 1) == "lost":
                reopen_deal(workspace, deal_id=deal, stage_id=stages[stage], at=at)
            else:
                move_deal(workspace, deal_id=deal, stage_id=stages[stage], at=at)
        if left is not None and example.ends.get(number) == "won":
            win_deal(workspace, deal_id=deal, at=worked.instant(left))
        elif left is not None and example.ends.get(number) == "lost":
            assert example.reason is not None
            lose_deal(workspace, deal_id=deal, reason=example.reason, at=worked.instant(left))
    return deal
