"""Importing mail and calendars: matched to people by address, and to deals by thread or by person.

A message is an e-mail of the rep who wrote it, or got it; a meeting belongs to the rep who invited or is
invited. It is with the first person of ours among its addresses. What has none is counted and passed over.
An address that several people have is not guessed at: of them the one who is meant is who has a part in the
deal of the thread, or had the message that is answered; else it is with another one whose address is among
the others; else it is refused.
Its deal is that of the message it answers; else the only deal of the person that was open then; else it
has none.

What is there already stays: nobody sends a message twice. Of a meeting that is still planned, the time and
the text are brought up to date; one that was called off is taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from funnel_tui.domain.period import DAY_SECONDS, utc_text
from funnel_tui.domain.said import said
from funnel_tui.domain.status import ActivityStep, Direction
from funnel_tui.errors import UsageError
from funnel_tui.exchange.mail import HEADER_KEPT, Letter, read_letters
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.language import tr
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.interaction_names import Somebody, shared_address
from funnel_tui.services.importing.interactions import World
from funnel_tui.services.importing.matching import Matcher, Met
from funnel_tui.services.importing.meetings import MeetingImport
from funnel_tui.services.importing.plan import Letters

MAIL = "mail:"
"""What the ids of imported messages begin with."""

CHUNK = 200
"""Messages handled together. Each may hold a megabyte."""

FIRST = 631_152_000
"""1990: an earlier message has a wrong date."""


class Sent(NamedTuple):
    """A message that is there: its deal, and who it is with."""

    deal_id: int | None
    person_id: int | None


def take_letters(world: World) -> None:
    """Import all files of mail and calendars of a plan."""
    options = world.plan.options
    odd = [name for name in (*options.maps, *options.values) if name != "owner"]
    if odd and not world.plan.sources:
        raise UsageError(
            tr("--map and --value {odd} say nothing about mail and calendars.").format(odd=odd[0]),
            tr("Only --value owner=NAME does: whose mailbox or calendar it is."),
        )
    matcher = Matcher(world, options.values.get("owner"))
    mail = MailImport(world, matcher)
    meetings = MeetingImport(world, matcher)
    for letters in world.plan.letters:
        world.outcome.unit = _unit(world, letters)
        (mail if letters.kind == "mail" else meetings).take(letters)
        world.plan.report(f"reading {letters.kind}")
    matcher.tell()
    meetings.tell()


def _unit(world: World, letters: Letters) -> str:
    kinds = {each.kind for each in world.plan.letters}
    if world.plan.sources or len(kinds) > 1:
        return "item"
    return "message" if letters.kind == "mail" else "event"


class MailImport:
    """Imports messages.

    :param world: what everything is written with.
    :param matcher: finds people and deals.
    """

    def __init__(self, world: World, matcher: Matcher) -> None:
        self._world = world
        self._matcher = matcher
        self._kind = world.kinds.of_step("Email", ActivityStep.NONE)
        self._done: dict[str, Sent] = {}

    def take(self, letters: Letters) -> None:
        """Import a file."""

        def tell(position: int) -> None:
            letters.position = position
            self._world.plan.report(tr("reading mail"))

        for chunk in chunks(self._wanted(letters, tell), CHUNK):
            known = self._world.rows.known(
                MAIL + ident for letter, _ in chunk for ident in (letter.id, *letter.references)
            )
            sent = ((ident, Sent(row["deal_id"], row["person_id"])) for ident, row in known.items())
            self._done.update(sent)
            for letter, met in chunk:
                self._one(letters, letter, met)
            if not self._world.stopped:
                self._world.flush()

    def _wanted(self, letters: Letters, tell: Any) -> Iterable[tuple[Letter, Met | None]]:
        """The messages with somebody known, and those whose header does not tell."""
        for letter in read_letters(letters.path, letters.name, tell):
            self._world.outcome.rows += 1
            met = self._matcher.met((*letter.sender, *letter.to))
            if met is None and not letter.is_cut:
                self._matcher.nobody += 1
            else:
                yield letter, met

    def _one(self, letters: Letters, letter: Letter, met: Met | None) -> None:
        world, ident = self._world, MAIL + letter.id
        if ident in self._done:
            world.outcome.unchanged += 1
            return
        if met is None or letter.is_cut:
            reason = said(
                "has a header longer than {most} kB; who it is from and to may stand in the rest",
                most=HEADER_KEPT >> 10,
            )
            letters.refusals.add(Refusal(letter.line, "", letter.subject, reason))
            return
        at = next((each for each in letter.sent if FIRST <= each <= world.call.at + DAY_SECONDS), None)
        if at is None:
            date = utc_text(letter.sent[0]) if letter.sent and abs(letter.sent[0]) < 1 << 37 else ""
            reason = said("has no date that makes sense; a message was sent after 1990 and before now")
            letters.refusals.add(Refusal(letter.line, "Date", date, reason))
            return
        before = [self._done[MAIL + each] for each in letter.references if MAIL + each in self._done]
        somebody = self._whom(met, before)
        if somebody is None:
            column = "From" if met.address in letter.sender else "To"
            reason = shared_address(met.address, len(met.people))
            letters.refusals.add(Refusal(letter.line, column, met.address, reason))
            return
        only = self._matcher.deal(somebody, at)
        thread = next((each.deal_id for each in before if each.deal_id is not None), None)
        deal_id = thread or (None if only is None else only[0])
        self._done[ident] = Sent(deal_id, somebody.id)
        if world.stopped:
            return
        incoming = bool(letter.sender and world.people.at(letter.sender[0]))
        incoming = incoming and self._matcher.rep(letter.sender) is None
        rep = self._matcher.rep((*letter.sender, *letter.to))
        outcome = ("reply" if letter.references else None) if incoming else "sent"
        world.rows.add(
            {
                "external_id": ident,
                "deal_id": deal_id,
                "organisation_id": somebody.organisation_id,
                "person_id": somebody.id,
                "owner_id": self._matcher.owner(rep, None if only is None else only[1]),
                "kind_id": self._kind,
                "direction": Direction.IN if incoming else Direction.OUT,
                "outcome": outcome,
                "at": min(at, world.call.at),
                "note": letter.note() or None,
            }
        )

    def _whom(self, met: Met, before: Sequence[Sent]) -> Somebody | None:
        """Who a message is with, as far as that is certain.

        :param before: the messages it follows, the nearest first.
        """
        if len(met.people) > 1:
            for sent in before:
                if sent.deal_id is not None:
                    theirs = self._matcher.one_of(met.people, sent.deal_id)
                    if theirs is not None:
                        return theirs
                for each in met.people:
                    if each.id == sent.person_id:
                        return each
        return met.sure
