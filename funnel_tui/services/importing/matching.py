"""The people, reps and deals that messages and meetings are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from funnel_tui.language import trn
from funnel_tui.models import Deal, DealPerson
from funnel_tui.services.importing.interaction_names import Somebody
from funnel_tui.services.importing.interactions import World
from funnel_tui.services.transaction import table_of


class Met(NamedTuple):
    """Who a message or a meeting may be with.

    :param address: the first address that somebody of ours has.
    :param people: who has it; several where it is shared.
    :param other: the first person whose own address is among the others, or None.
    """

    address: str
    people: tuple[Somebody, ...]
    other: Somebody | None

    @property
    def sure(self) -> Somebody | None:
        """Who it is with for certain: the first where the address is theirs alone, else another one."""
        return self.people[0] if len(self.people) == 1 else self.other


class Matcher:
    """Finds the people, reps and deals of messages and meetings.

    :param world: what everything is written with.
    :param owner: whose mailbox or calendar it is, for what names no rep.
    """

    def __init__(self, world: World, owner: str | None) -> None:
        self._world = world
        self._owner = owner
        self._owner_id: int | None = None
        self._deals: dict[int, list[tuple[int, int, int | None, int]]] = {}
        self.nobody = 0
        self.several = 0

    def met(self, addresses: Iterable[str]) -> Met | None:
        """The people of ours among some addresses; a rep is none. None where there is nobody."""
        found: list[tuple[str, tuple[Somebody, ...]]] = []
        for address in addresses:
            people = () if self._world.reps.at(address) is not None else self._world.people.at(address)
            if people:
                found.append((address, tuple(people)))
        if not found:
            return None
        sure = {people[0].id: people[0] for _, people in found if len(people) == 1}
        self.several += len(sure) > 1
        return Met(*found[0], next(iter(sure.values()), None))

    def one_of(self, people: Iterable[Somebody], deal_id: int) -> Somebody | None:
        """The only one of some people who has a part in a deal."""
        part = table_of(DealPerson)
        query = select(part.c.person_id).where(part.c.deal_id == deal_id)
        there = {number for (number,) in self._world.call.connection.execute(query)}
        theirs = [each for each in people if each.id in there]
        return theirs[0] if len(theirs) == 1 else None

    def rep(self, addresses: Iterable[str]) -> int | None:
        """The first rep."""
        return next((rep for each in addresses if (rep := self._world.reps.at(each)) is not None), None)

    def deal(self, somebody: Somebody, at: int) -> tuple[int, int] | None:
        """Number and owner of the only deal of a person that was open at an instant."""
        deals = self._deals.get(somebody.id)
        if deals is None:
            deal, part = table_of(Deal), table_of(DealPerson)
            query = (
                select(deal.c.id, deal.c.created_at, deal.c.closed_at, deal.c.owner_id)
                .join(part, part.c.deal_id == deal.c.id)
                .where(part.c.person_id == somebody.id)
            )
            rows = self._world.call.connection.execute(query)
            deals = self._deals[somebody.id] = [(row[0], row[1], row[2], row[3]) for row in rows]
        now = min(at, self._world.call.at)
        open_then = {
            number: owner
            for number, created, closed, owner in deals
            if created <= now and (closed is None or closed > now)
        }
        return next(iter(open_then.items())) if len(open_then) == 1 else None

    def owner(self, rep: int | None, deal_owner: int | None) -> int:
        """Whose it is: the rep's, else the one's whose mailbox it is, else the deal's."""
        if rep is not None:
            return rep
        if self._owner is not None:
            self._owner_id = self._owner_id or self._world.reps.number(self._owner)
            return self._owner_id
        return self._world.reps.number(None) if deal_owner is None else deal_owner

    def tell(self) -> None:
        """Say what was passed over."""
        note = self._world.outcome.note
        note(
            self.nobody,
            trn(
                "1 was with nobody known and was passed over.",
                "{n} were with nobody known and were passed over.",
                self.nobody,
            ),
        )
        note(
            self.several,
            trn(
                "1 was with several people known; it stands with the first of them.",
                "{n} were with several people known; each stands with the first of them.",
                self.several,
            ),
        )
