"""What the processes and threads of the concurrency tests do."""

from __future__ import annotations

import random

from funnel_tui.db import Database, Target
from funnel_tui.errors import FunnelError, Refused, StaleEdit
from funnel_tui.services.deals import edit_deal, move_deal
from funnel_tui.services.workspace import Workspace
from tests.services.world import START

Outcome = tuple[int, int, list[str]]
"""Moves made, edits made, and errors other than those that were to be expected."""


def work(url: str, seed: int, rounds: int, deals: list[int], stages: list[int], counter: int) -> Outcome:
    """Move random deals and count on one deal's amount, with an optimistic lock."""
    choose = random.Random(seed)
    workspace = Workspace(Database(Target.parse(url)), clock=lambda: START, actor=f"user {seed}")
    moves = edits = 0
    errors: list[str] = []
    for _ in range(rounds):
        try:
            move_deal(workspace, deal_id=choose.choice(deals), stage_id=choose.choice(stages))
            moves += 1
        except Refused:
            pass  # it is there already
        except FunnelError as error:
            errors.append(f"move: {error}")
        try:
            count_one(workspace, counter)
            edits += 1
        except FunnelError as error:
            errors.append(f"edit: {error}")
    workspace.database.close()
    return moves, edits, errors


def count_one(workspace: Workspace, deal_id: int) -> None:
    """Add one to a deal's amount, again and again until nobody else was quicker."""
    while True:
        with workspace.read() as reader:
            sql = "SELECT amount_minor, version FROM deal WHERE id = :id"
            amount, version = reader.rows(sql, {"id": deal_id})[0]
        try:
            edit_deal(workspace, deal_id=deal_id, version=version, changes={"amount_minor": amount + 1})
        except StaleEdit:
            continue
        return
