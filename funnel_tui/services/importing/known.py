"""Deals that are in the database already, as an import needs to know them."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from funnel_tui.domain.status import ChangeOp
from funnel_tui.exchange.interaction_words import OWN, own_id
from funnel_tui.models import Change, ChangeGroup, Deal, DealPast, StageVisit
from funnel_tui.services.importing.visits import Held, Holding, Stay
from funnel_tui.services.transaction import table_of

HISTORY_ACTION = "import_history"
"""The name of the service call that makes deals of a history alone."""

DEALS_ACTION = "import_deals"
"""The name of the service call that makes deals of a file of deals."""

IMPORTS = "import_"
"""How the names of imports begin."""

PAST_COLUMNS = (
    *("owner_id", "amount_minor", "currency", "expected_close", "probability_bp"),
    "source_id",
)

Numbers = Iterable[int]


class Former(NamedTuple):
    """Whose a deal was, and its worth, until an instant."""

    until_at: int
    holding: Holding


def find_deals(connection: Connection, external_ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The deals with these ids of another program, or of an export of ours, by that id."""
    deal = table_of(Deal)
    rows = connection.execute(select(deal).where(deal.c.external_id.in_(external_ids)))
    return {row.external_id: row for row in rows} | find_own_deals(connection, external_ids)


def find_own_deals(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The deals without an id of another program that an export of ours has called so, by that id."""
    deal, found = table_of(Deal), dict[str, Row[Any]]()
    own = {int(match["id"]): ident for ident in ids if (match := OWN.fullmatch(ident))}
    query = select(deal).where(deal.c.id.in_(list(own)), deal.c.external_id.is_(None))
    for row in connection.execute(query) if own else ():
        # Another database has another deal of that number.
        if own_id(row.id, row.created_at) == own[row.id]:
            found[own[row.id]] = row
    return found


def any_deals(connection: Connection) -> bool:
    """Whether there is any deal at all."""
    return connection.execute(select(table_of(Deal).c.id).limit(1)).first() is not None


def load_stays(connection: Connection, deals: Numbers) -> dict[int, list[Stay]]:
    """The visits of some deals, in order."""
    visit = table_of(StageVisit)
    columns = [visit.c[name] for name in Stay._fields]
    query = select(visit.c.deal_id, *columns).where(visit.c.deal_id.in_(list(deals)))
    found: dict[int, list[Stay]] = {}
    for deal_id, *values in connection.execute(query.order_by(visit.c.deal_id, visit.c.seq)):
        found.setdefault(deal_id, []).append(Stay(*values))
    return found


def load_former(connection: Connection, deals: Numbers) -> dict[int, list[Former]]:
    """The former owners and amounts of some deals, in order."""
    past = table_of(DealPast)
    columns = (past.c.deal_id, past.c.until_at, past.c.owner_id, past.c.amount_minor, past.c.currency)
    query = select(*columns).where(past.c.deal_id.in_(list(deals))).order_by(past.c.until_at, past.c.id)
    found: dict[int, list[Former]] = {}
    for deal_id, until_at, *holding in connection.execute(query):
        found.setdefault(deal_id, []).append(Former(until_at, Holding(*holding)))
    return found


def held_by(present: Holding, former: Sequence[Former]) -> Held:
    """Whose a deal was at an instant, from what it is and what it was (METRICS M5)."""
    if not former:
        return lambda _at: present
    ends = [each.until_at for each in former]

    def at(instant: int) -> Holding:
        place = bisect_right(ends, instant)
        return former[place].holding if place < len(ends) else present

    return at


class Imported:
    """Which deals one kind of import has made, and when.

    :param action: the name of its service call.
    """

    def __init__(self, connection: Connection, action: str) -> None:
        change, group = table_of(Change), table_of(ChangeGroup)
        query = (
            select(change.c.row_id, change.c.row_last, group.c.at)
            .join(group, group.c.id == change.c.group_id)
            .where(group.c.action == action, change.c.entity == "deal", change.c.op == ChangeOp.INSERT)
            .order_by(change.c.row_id)
        )
        ranges = [tuple(row) for row in connection.execute(query)]
        self._firsts: list[int] = [first for first, _, _ in ranges]
        self._ends: list[tuple[int, int]] = [(last, at) for _, last, at in ranges]

    def made_at(self, number: int) -> int | None:
        """The instant of the import that made a deal; None for another deal."""
        place = bisect_right(self._firsts, number) - 1
        if place < 0 or number > self._ends[place][0]:
            return None
        return self._ends[place][1]


class FromHistory:
    """Which deals are known from a history alone.

    Such a deal has its id for a title and the actor of its first event for an owner. What a deals file says
    about it later is a correction, not a change: the outcome is as if the deals file had come first.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made = Imported(connection, HISTORY_ACTION)

    def among(self, deals: Numbers) -> set[int]:
        """Those of some deals that were made by a history and not edited by anything else since."""
        made = {number for number in deals if self._made.made_at(number) is not None}
        if not made:
            return made
        change, group = table_of(Change), table_of(ChangeGroup)
        query = (
            select(change.c.row_id)
            .join(group, group.c.id == change.c.group_id)
            .where(change.c.entity == "deal", change.c.op == ChangeOp.UPDATE)
            .where(change.c.row_id.in_(made), group.c.action != HISTORY_ACTION)
        )
        return made - {row_id for (row_id,) in self._connection.execute(query)}


def moved_by_hand(connection: Connection, deals: Numbers) -> set[int]:
    """Those of some deals with a visit that somebody, not an import, has ended, and that still stands so."""
    visit, change, group = table_of(StageVisit), table_of(Change), table_of(ChangeGroup)
    query = (
        select(change.c.after, visit)
        .join(visit, visit.c.id == change.c.row_id)
        .join(group, group.c.id == change.c.group_id)
        .where(change.c.entity == "stage_visit", change.c.op == ChangeOp.UPDATE)
        .where(visit.c.deal_id.in_(list(deals)), ~group.c.action.startswith(IMPORTS, autoescape=True))
    )
    found = set()
    for row in connection.execute(query):
        after: Mapping[str, Any] = json.loads(row.after or "{}")
        stands = dict(row._mapping)
        if after.get("left_at") is not None and all(stands[name] == value for name, value in after.items()):
            found.add(row.deal_id)
    return found
