"""Opening a deal: its detail through the service against the same rows through plain SQL.

The deals are those of the demo: with people, interactions, tasks, demand and edits.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.opening import Target, open_workspace
from tests.benchmarks.deal_list import NOW, demo
from tests.benchmarks.timing import Ratio, best_of

TARGET = 6.0
"""Plain SQL makes tuples; the route, the probability and the words of the timeline are made of them."""
SAME_TARGET = 1.5
FEW = 1_000
OPENED = 20
FLOOR = "hand-written SQL, sqlite3"

_BUSIEST = (
    "SELECT deal_id FROM interaction WHERE deal_id IN (SELECT id FROM deal)"
    " GROUP BY deal_id HAVING count(*) BETWEEN 6 AND 12 ORDER BY deal_id LIMIT ?"
)
_BY_HAND = (
    "SELECT d.*, o.name, r.name, s.name, p.name FROM deal d"
    " LEFT JOIN organisation o ON o.id = d.organisation_id"
    " JOIN rep r ON r.id = d.owner_id JOIN stage s ON s.id = d.stage_id"
    " JOIN pipeline p ON p.id = d.pipeline_id WHERE d.id = ?",
    "SELECT t.name FROM deal d JOIN rep r ON r.id = d.owner_id JOIN team t ON t.id = r.team_id"
    " WHERE d.id = ?",
    "SELECT v.*, s.name, l.name FROM stage_visit v JOIN stage s ON s.id = v.stage_id"
    " LEFT JOIN loss_reason l ON l.id = v.loss_reason_id WHERE v.deal_id = ? ORDER BY v.seq",
    "SELECT p.*, x.role FROM deal_person x JOIN person p ON p.id = x.person_id WHERE x.deal_id = ?",
    "SELECT l.*, p.name FROM demand_line l JOIN product p ON p.id = l.product_id WHERE l.deal_id = ?",
    "SELECT t.name FROM deal_tag x JOIN tag t ON t.id = x.tag_id WHERE x.deal_id = ?",
    "SELECT i.*, k.name, p.name FROM interaction i JOIN interaction_kind k ON k.id = i.kind_id"
    " LEFT JOIN person p ON p.id = i.person_id WHERE i.deal_id = ? ORDER BY i.at DESC LIMIT 51",
    "SELECT * FROM task WHERE deal_id = ?",
    "SELECT * FROM deal_past WHERE deal_id = ? ORDER BY until_at DESC LIMIT 51",
)
_EDITS = (
    "SELECT g.at, g.actor, c.before, c.after FROM change c JOIN change_group g ON g.id = c.group_id"
    " WHERE c.entity = 'deal' AND c.row_id = ? AND c.op = 'update' ORDER BY g.at DESC LIMIT 51"
)


def opening(deals: int, folder: Path, rounds: int) -> Iterator[Ratio]:
    """Opening deals of average history: against plain SQL, and among many deals against among few.

    :param deals: how many there are in the large file.
    :param folder: where the files of the demo are kept.
    """
    paths = {"many": demo(deals, folder), "few": demo(FEW, folder)}
    workspaces = {side: open_workspace(Target(path=path), actor="benchmark") for side, path in paths.items()}
    for workspace in workspaces.values():
        workspace.clock = lambda: NOW
    with closing(sqlite3.connect(paths["many"])) as many, closing(sqlite3.connect(paths["few"])) as few:
        raw = {"many": many, "few": few}
        chosen = {side: [row[0] for row in raw[side].execute(_BUSIEST, (OPENED,))] for side in raw}
        _same(workspaces["many"], many, chosen["many"])

        def ours(side: str) -> None:
            for deal in chosen[side]:
                deal_detail(workspaces[side], deal)

        times = best_of(
            max(5, rounds // 3),
            lambda: ours("many"),
            lambda: by_hand(many, chosen["many"]),
            lambda: ours("few"),
            lambda: by_hand(few, chosen["few"]),
        )
    for workspace in workspaces.values():
        workspace.database.close()
    per_deal = [time * 1e3 / OPENED for time in times]
    yield Ratio(f"open a deal of {deals:,}", per_deal[0], per_deal[1], "ms", TARGET, FLOOR)
    yield Ratio(f"open a deal of {FEW:,}", per_deal[2], per_deal[3], "ms", TARGET, FLOOR)
    yield Ratio(
        f"open a deal of {deals:,}", per_deal[0], per_deal[2], "ms", SAME_TARGET, f"a deal of {FEW:,}"
    )


def by_hand(raw: sqlite3.Connection, deals: list[int]) -> int:
    """Everything the detail of each deal shows, as tuples, read in one transaction a deal.

    :returns: how many rows there were.
    """
    found = 0
    for deal in deals:
        raw.execute("BEGIN")
        for statement in _BY_HAND:
            found += len(raw.execute(statement, (deal,)).fetchall())
        edits = raw.execute(_EDITS, (deal,)).fetchall()
        found += len([(at, actor, json.loads(old), json.loads(new)) for at, actor, old, new in edits])
        raw.rollback()
    return found


def _same(workspace: object, raw: sqlite3.Connection, deals: list[int]) -> None:
    """Refuse to measure sides that do not read the same."""
    assert len(deals) == OPENED
    for deal in deals:
        detail = deal_detail(workspace, deal, items=10_000)  # type: ignore[arg-type]
        visits = raw.execute("SELECT count(*) FROM stage_visit WHERE deal_id = ?", (deal,)).fetchone()[0]
        talks = raw.execute("SELECT count(*) FROM interaction WHERE deal_id = ?", (deal,)).fetchone()[0]
        people = raw.execute("SELECT count(*) FROM deal_person WHERE deal_id = ?", (deal,)).fetchone()[0]
        assert len(detail.contacts) == people
        assert len(detail.timeline.items) >= visits + talks
