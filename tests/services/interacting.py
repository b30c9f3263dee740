"""A world with customers, and a count of interactions per day that shares nothing with the program's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.services.people import create_organisation, create_person
from tests.services.world import World

CONVERSATIONS = ("conversation", "answered", "connected", "held", "reply")


@dataclass
class Customers:
    """A world with two organisations, somebody at each, and a deal with the first.

    :ivar deal: created at the start; the clock stands a day later.
    """

    world: World
    fjordline: int
    nordlys: int
    kari: int
    ole: int
    deal: int

    @classmethod
    def make(cls, world: World) -> Customers:
        """Put them into a world."""
        workspace = world.workspace
        fjordline = create_organisation(workspace, name="Fjordline [/] AS")
        nordlys = create_organisation(workspace, name="Nordlys")
        kari = create_person(workspace, name="Kari Lie", organisation_id=fjordline, email="kari@example.com")
        ole = create_person(workspace, name="Ole", organisation_id=nordlys)
        deal = world.deal("Fleet", organisation_id=fjordline)
        world.clock.forward(1)
        return cls(world, fjordline, nordlys, kari, ole, deal)

    def row(self, interaction_id: int) -> dict[str, Any]:
        """The row of an interaction."""
        return self.world.row("interaction", interaction_id)


def kept_days(world: World) -> dict[tuple[int, int, int], tuple[int, ...]]:
    """What is kept: done, planned, with outcome, conversations and outbound by day, rep and kind."""
    rows = world.rows(
        "SELECT day, owner_id, kind_id, done, planned, with_outcome, conversations, outbound "
        "FROM activity_day"
    )
    return {tuple(row[:3]): tuple(row[3:]) for row in rows}


def counted_days(world: World) -> dict[tuple[int, int, int], tuple[int, ...]]:
    """The same, counted one interaction at a time."""
    zone = ZoneInfo(world.workspace.settings().time_zone)
    found: dict[tuple[int, int, int], Counter[str]] = {}
    for at, owner, kind, planned, outcome, direction in world.rows(
        "SELECT at, owner_id, kind_id, planned, outcome, direction FROM interaction"
    ):
        counts = found.setdefault((_day(at, zone), owner, kind), Counter())
        if planned:
            counts["planned"] += 1
            continue
        counts["done"] += 1
        counts["with_outcome"] += bool(outcome)
        counts["conversations"] += bool(outcome) and _plain(outcome) in CONVERSATIONS
        counts["outbound"] += direction == "out"
    names = ("done", "planned", "with_outcome", "conversations", "outbound")
    return {key: tuple(counts[name] for name in names) for key, counts in found.items()}


def _plain(text: str) -> str:
    return "".join(chr(ord(mark) + 32) if "A" <= mark <= "Z" else mark for mark in text)


def _day(at: int, zone: ZoneInfo) -> int:
    """The last day that had begun, found day by day."""
    day = datetime.fromtimestamp(at, zone).date() + timedelta(days=2)
    while datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() > at:
        day -= timedelta(days=1)
    return (day - date(1970, 1, 1)).days


def touched(world: World) -> None:
    """Assert that every deal knows its last done interaction."""
    wrong = world.rows(
        "SELECT d.id, d.touched_at, max(i.at) FROM deal d "
        "LEFT JOIN interaction i ON i.deal_id = d.id AND i.planned = 0 GROUP BY d.id, d.touched_at"
    )
    assert [row for row in wrong if row[1] != row[2]] == []
