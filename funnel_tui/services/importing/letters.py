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

from sqlalchemy import select

from funnel_tui.domain.period import utc_text
from funnel_tui.domain.status import ActivityStep, Direction
from funnel_tui.errors import UsageError
from funnel_tui.exchange.calendars import AHEAD_DAYS, BACK_DAYS, Meeting, Series, read_calendar
from funnel_tui.exchange.dates import zone_of
from funnel_tui.exchange.mail import Letter, read_letters
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.language import tr, trn
from funnel_tui.models import Deal, DealPerson
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.interaction_names import Somebody
from funnel_tui.services.importing.interactions import World
from funnel_tui.services.importing.plan import Letters
from funnel_tui.services.transaction import table_of

MAIL, CALENDAR = "mail:", "ics:"
"""What the ids of imported messages and meetings begin with."""

CHUNK = 200
"""Messages handled together. Each may hold a megabyte."""

FIRST = 631_152_000
"""1990: an earlier message has a wrong date."""

DAY = 86_400


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

    def person(self, addresses: Iterable[str]) -> Somebody | None:
        """The first person of ours; a rep is none."""
        found = {}
        for address in addresses:
            somebody = None if self._world.reps.at(address) is not None else self._world.people.at(address)
            if somebody is not None:
                found[somebody.id] = somebody
        self.several += len(found) > 1
        return next(iter(found.values()), None)

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
        at = next((each for each in letter.sent if FIRST <= each <= world.call.at + DAY), None)
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


class MeetingImport:
    """Imports meetings.

    :param world: what everything is written with.
    :param matcher: finds people and deals.
    """

    def __init__(self, world: World, matcher: Matcher) -> None:
        self._world = world
        self._matcher = matcher
        self._kind = world.kinds.of_step("Meeting", ActivityStep.MEETINGS)
        self._removed = self._called_off = self._cut = 0
        self._zones: set[str] = set()
        self._planned: dict[str, list[dict[str, Any]]] | None = None

    def take(self, letters: Letters) -> None:
        """Import a file."""
        world = self._world

        def tell(position: int) -> None:
            letters.position = position
            world.plan.report(tr("reading calendar"))

        zone = zone_of(world.plan.read.timezone)
        events = read_calendar(letters.path, letters.name, zone, world.call.at, letters.refusals, tell)
        for chunk in chunks(events, CHUNK):
            meetings = [meeting for series in chunk for meeting in series.meetings]
            known = world.rows.known(CALENDAR + meeting.key for meeting in meetings)
            for series in chunk:
                world.outcome.rows += 1
                self._one(series, known)
            if not world.stopped:
                world.flush()

    def _one(self, series: Series, known: dict[str, dict[str, Any]]) -> None:
        self._cut += series.cut
        somebodies = [self._with(meeting) for meeting in series.meetings]
        self._matcher.nobody += bool(series.meetings) and not any(somebodies)
        if self._world.stopped:
            return
        for meeting, somebody in zip(series.meetings, somebodies, strict=True):
            ident = CALENDAR + meeting.key
            before = known.get(ident)
            if meeting.cancelled:
                self._call_off(before)
            elif before is not None and not before["planned"]:
                # It took place; what the reps say about it goes before the calendar.
                self._world.outcome.unchanged += 1
            elif somebody is not None:
                self._put(ident, meeting, somebody, before)
        if series.repeats:
            self._drop_others(series)

    def _with(self, meeting: Meeting) -> Somebody | None:
        return self._matcher.person((meeting.organiser, *meeting.attendees))

    def _put(self, ident: str, meeting: Meeting, somebody: Somebody, before: dict[str, Any] | None) -> None:
        world, matcher = self._world, self._matcher
        planned = meeting.at > world.call.at
        values = {
            "external_id": ident,
            "at": meeting.at,
            "planned": planned,
            "duration_seconds": meeting.seconds,
            "note": "\n".join(part for part in (meeting.summary, meeting.text) if part) or None,
        }
        if meeting.strange_zone:
            self._zones.add(meeting.strange_zone)
        if before is not None:
            world.rows.change(before, values)
            return
        deal = matcher.deal(somebody, meeting.at)
        rep = matcher.rep((meeting.organiser, *meeting.attendees))
        theirs = world.people.at(meeting.organiser) is not None and world.reps.at(meeting.organiser) is None
        world.planned += planned
        world.rows.add(
            {
                **values,
                "deal_id": None if deal is None else deal[0],
                "organisation_id": somebody.organisation_id,
                "person_id": somebody.id,
                "owner_id": matcher.owner(rep, None if deal is None else deal[1]),
                "kind_id": self._kind,
                "direction": Direction.IN if theirs else Direction.OUT,
            }
        )

    def _call_off(self, before: dict[str, Any] | None) -> None:
        """A meeting that was called off goes, unless it took place all the same."""
        if before is not None and before["planned"]:
            self._world.rows.remove(before)
            self._removed += 1
        else:
            self._called_off += 1

    def _drop_others(self, series: Series) -> None:
        """Take away planned occurrences that the event does not have any more."""
        there = {CALENDAR + meeting.key for meeting in series.meetings}
        now = self._world.call.at
        if self._planned is None:
            self._planned = {}
            for row in self._world.rows.planned_with(CALENDAR):
                uid = str(row["external_id"]).removeprefix(CALENDAR).rpartition("/")[0]
                self._planned.setdefault(uid, []).append(row)
        for row in self._planned.pop(series.uid, []):
            in_window = now - BACK_DAYS * DAY <= row["at"] <= now + AHEAD_DAYS * DAY
            if in_window and row["external_id"] not in there:
                self._world.rows.remove(row)
                self._removed += 1

    def tell(self) -> None:
        """Say what was taken away and passed over."""
        note = self._world.outcome.note
        note(
            self._removed,
            trn(
                "1 planned meeting was called off and taken away.",
                "{n} planned meetings were called off and taken away.",
                self._removed,
            ),
        )
        note(
            self._called_off,
            trn(
                "1 meeting that was called off was passed over.",
                "{n} meetings that were called off were passed over.",
                self._called_off,
            ),
        )
        note(
            self._cut,
            trn(
                "1 event repeats too often; only its last occurrences were taken.",
                "{n} events repeat too often; only their last occurrences were taken.",
                self._cut,
            ),
        )
        if self._zones:
            shown = ", ".join(sorted(self._zones)[:3])
            zone = self._world.plan.read.timezone
            self._world.outcome.notes.append(
                tr("Nobody knows the time zone {shown}; its times were read as {zone}.").format(
                    shown=shown, zone=zone
                )
            )
