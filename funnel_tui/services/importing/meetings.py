"""Importing the meetings of calendars: the planned ones follow the file, as :mod:`.letters` tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.status import ActivityStep, Direction
from funnel_tui.exchange.calendars import AHEAD_DAYS, BACK_DAYS, Meeting, Series, read_calendar
from funnel_tui.exchange.dates import zone_of
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.language import tr, trn
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.interaction_names import Somebody, shared_address
from funnel_tui.services.importing.interactions import World
from funnel_tui.services.importing.matching import Matcher, Met
from funnel_tui.services.importing.plan import Letters

CALENDAR = "ics:"
"""What the ids of imported meetings begin with."""

CHUNK = 200
"""Events handled together."""


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
                self._one(letters, series, known)
            if not world.stopped:
                world.flush()

    def _one(self, letters: Letters, series: Series, known: dict[str, dict[str, Any]]) -> None:
        self._cut += series.cut
        all_met = [self._with(meeting) for meeting in series.meetings]
        self._matcher.nobody += bool(series.meetings) and not any(all_met)
        self._refuse_unsure(letters, series, all_met, known)
        if self._world.stopped:
            return
        for meeting, met in zip(series.meetings, all_met, strict=True):
            ident = CALENDAR + meeting.key
            before = known.get(ident)
            if meeting.cancelled:
                self._call_off(before)
            elif before is not None and not before["planned"]:
                # It took place; what the reps say about it goes before the calendar.
                self._world.outcome.unchanged += 1
            elif met is not None:
                self._put(ident, meeting, met.sure, before)
        if series.repeats:
            self._drop_others(series)

    def _with(self, meeting: Meeting) -> Met | None:
        return self._matcher.met((meeting.organiser, *meeting.attendees))

    def _refuse_unsure(
        self, letters: Letters, series: Series, all_met: Sequence[Met | None], known: Mapping[str, Any]
    ) -> None:
        """Refuse an event that is only with somebody who shares an address; what is there stays as it is."""
        for meeting, met in zip(series.meetings, all_met, strict=True):
            is_new = not meeting.cancelled and CALENDAR + meeting.key not in known
            if is_new and met is not None and met.sure is None:
                column = "ORGANIZER" if met.address == meeting.organiser else "ATTENDEE"
                reason = shared_address(met.address, len(met.people))
                letters.refusals.add(Refusal(meeting.line, column, met.address, reason))
                return

    def _put(
        self, ident: str, meeting: Meeting, somebody: Somebody | None, before: dict[str, Any] | None
    ) -> None:
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
        if somebody is None:
            return
        deal = matcher.deal(somebody, meeting.at)
        rep = matcher.rep((meeting.organiser, *meeting.attendees))
        theirs = bool(world.people.at(meeting.organiser)) and world.reps.at(meeting.organiser) is None
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
            in_window = now - BACK_DAYS * DAY_SECONDS <= row["at"] <= now + AHEAD_DAYS * DAY_SECONDS
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
