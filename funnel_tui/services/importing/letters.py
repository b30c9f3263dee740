"""Importing mail and calendars: matched to people by address, and to deals by thread or by person.

A message is an e-mail of the rep who wrote it, or got it; a meeting belongs to the rep who invited or is
invited. It is with the first person of ours among its addresses. What has none is counted and passed over.
Its deal is that of the message it answers; else the only deal of the person that was open then; else it
has none.

What is there already stays: nobody sends a message twice. Of a meeting that is still planned, the time and
the text are brought up to date; one that was called off is taken away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from funnel_tui.domain.period import DAY_SECONDS, utc_text
from funnel_tui.domain.status import ActivityStep, Direction
from funnel_tui.errors import UsageError
from funnel_tui.exchange.mail import Letter, read_letters
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.language import tr
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.interaction_names import Somebody
from funnel_tui.services.importing.interactions import World
from funnel_tui.services.importing.matching import Matcher
from funnel_tui.services.importing.meetings import MeetingImport
from funnel_tui.services.importing.plan import Letters

MAIL = "mail:"
"""What the ids of imported messages begin with."""

CHUNK = 200
"""Messages handled together. Each may hold a megabyte."""

FIRST = 631_152_000
"""1990: an earlier message has a wrong date."""


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
        self._done: dict[str, int | None] = {}

    def take(self, letters: Letters) -> None:
        """Import a file."""

        def tell(position: int) -> None:
            letters.position = position
            self._world.plan.report(tr("reading mail"))

        for chunk in chunks(self._wanted(letters, tell), CHUNK):
            known = self._world.rows.known(
                MAIL + ident for letter, _ in chunk for ident in (letter.id, *letter.references)
            )
            self._done.update((ident, row["deal_id"]) for ident, row in known.items())
            for letter, somebody in chunk:
                self._one(letters, letter, somebody, known=MAIL + letter.id in known)
            if not self._world.stopped:
                self._world.flush()

    def _wanted(self, letters: Letters, tell: Any) -> Iterable[tuple[Letter, Somebody]]:
        """The messages with somebody known."""
        for letter in read_letters(letters.path, letters.name, tell):
            self._world.outcome.rows += 1
            somebody = self._matcher.person((*letter.sender, *letter.to))
            if somebody is None:
                self._matcher.nobody += 1
            else:
                yield letter, somebody

    def _one(self, letters: Letters, letter: Letter, somebody: Somebody, *, known: bool) -> None:
        world, ident = self._world, MAIL + letter.id
        if known or ident in self._done:
            world.outcome.unchanged += 1
            return
        at = next((each for each in letter.sent if FIRST <= each <= world.call.at + DAY_SECONDS), None)
        if at is None:
            said = utc_text(letter.sent[0]) if letter.sent and abs(letter.sent[0]) < 1 << 37 else ""
            reason = tr("has no date that makes sense; a message was sent after 1990 and before now")
            letters.refusals.add(Refusal(letter.line, "Date", said, reason))
            return
        if world.stopped:
            return
        thread = next(
            (self._done[MAIL + each] for each in letter.references if self._done.get(MAIL + each)), None
        )
        only = self._matcher.deal(somebody, at)
        deal_id = thread or (None if only is None else only[0])
        self._done[ident] = deal_id
        incoming = world.people.at(letter.sender[0]) is not None if letter.sender else False
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
