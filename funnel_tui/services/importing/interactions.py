"""Importing interactions: calls, messages, meetings and notes, from tables, mail and calendars.

A row is about a deal by its id of another program, else by its title where only one deal has it, or only
one of the organisation. A deal that is not there is refused: it would have to be invented. Organisations,
people and owners that are not there are made, as in an import of deals; ids that nobody has named are
passed over. An interaction that names no organisation is with that of its deal, else with that of its person.

What is there already is known by its id. What the file says goes before it; an empty value changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import local_day, utc_text
from funnel_tui.domain.said import placed, said
from funnel_tui.exchange.interactions import InteractionRecord, read_interactions
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.language import tr, trn
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.interaction_names import (
    DealRow,
    Deals,
    Kinds,
    People,
    Reps,
    Somebody,
    Unclear,
)
from funnel_tui.services.importing.interaction_rows import InteractionRows
from funnel_tui.services.importing.names import Organisations
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Plan, Source
from funnel_tui.services.transaction import Transaction

DAY = 86_400
_IDS = {"organisation": ("accountid", "whatid"), "person": ("whoid",)}
"""Columns that hold ids of another program, never names."""

_FUTURE = placed(
    said(
        "lies in the future, but the interaction is said to be done; is it planned? (--map "
        "planned=COLUMN or --value planned=yes)"
    ),
    said(
        "lies in the future, but the interaction is said to be done; is it planned? Then give the field "
        "“planned” a column, or the fixed value yes"
    ),
)


class _Refused(ValueError):
    """A row that is not taken, and the field it is because of."""

    def __init__(self, field: str, reason: str, mend: str = "") -> None:
        super().__init__(reason)
        self.field, self.reason, self.mend = field, reason, mend or field


class World:
    """Everything that interactions name and everything they become, shared by all files of an import.

    :param call: the service call everything is written in.
    :param plan: what is to be read.
    :param outcome: gets the counts and notes.
    """

    def __init__(self, call: Transaction, plan: Plan, outcome: Outcome) -> None:
        self.call = call
        self.plan = plan
        self.outcome = outcome
        self.kinds = Kinds(call, plan.options.kinds, add=plan.options.add_kinds, outcome=outcome)
        self.deals = Deals(call)
        self.organisations = Organisations(call, outcome)
        self.people = People(call, outcome)
        self.reps = Reps(call, outcome)
        self.rows = InteractionRows(call, outcome)
        self.planned = 0
        self.alone = 0

    @property
    def stopped(self) -> bool:
        """Whether a row was refused that forbids to write any; the rest is then only read."""
        return bool(self.plan.refusals) and not self.plan.options.skip_bad

    def flush(self) -> None:
        """Write what was taken, each thing after what it refers to."""
        self.organisations.stream.flush()
        self.people.stream.flush()
        self.rows.flush()

    def finish(self) -> None:
        """Write and record what is left."""
        if not self.stopped:
            self.organisations.stream.finish()
            self.people.stream.finish()
            self.rows.finish()


class InteractionImport:
    """Carries out one import of interactions.

    :param call: the service call everything is written in; it must be alone.
    :param plan: what is to be read.
    :param outcome: gets the counts and notes.
    """

    def __init__(self, call: Transaction, plan: Plan, outcome: Outcome) -> None:
        self._plan = plan
        self._outcome = outcome
        self._world = World(call, plan, outcome)
        self._nameless = 0
        self._made: Counter[bytes] = Counter()

    def run(self) -> None:
        """Read and write everything. Once a row is refused the rest is only read, to list all refusals."""
        world = self._world
        for source in self._plan.sources:
            records = read_interactions(
                source.table, source.mapping, source.options, source.refusals, self._made
            )
            for chunk in chunks(records):
                self._outcome.rows += len(chunk)
                self._take(source, chunk)
                if not world.stopped:
                    world.flush()
                self._plan.report(tr("reading interactions"))
        if self._plan.letters:
            # Loaded only here: few imports have any, and the calendar brings its library.
            from funnel_tui.services.importing.letters import take_letters

            take_letters(world)
        world.finish()
        self._tell()

    def _take(self, source: Source, records: Sequence[InteractionRecord]) -> None:
        world = self._world
        world.deals.look_up(record.deal for record in records if record.deal is not None)
        known = world.rows.known(record.id for record in records)
        for record in records:
            try:
                values = self._values(source, record, known.get(record.id))
            except _Refused as refused:
                shown = _shown(source, record, refused.field)
                header = source.mapping.header_of(refused.field)
                source.refusals.add(Refusal(record.line, header, shown, refused.reason, refused.mend))
                continue
            if world.stopped:
                continue
            if record.id in known:
                world.rows.change(known[record.id], values)
            else:
                world.planned += bool(values["planned"])
                world.alone += not (values["deal_id"] or values["organisation_id"] or values["person_id"])
                world.rows.add(values)

    def _values(
        self, source: Source, record: InteractionRecord, before: dict[str, Any] | None
    ) -> dict[str, Any]:
        """A record as columns of an interaction; None where the file says nothing.

        :raises _Refused: when the record cannot be taken.
        """
        world = self._world
        organisation_id, deal = self._check(source, record, before)
        # An interaction that is there and whose deal the file does not name keeps it.
        standing = deal
        if deal is None and before is not None and before["deal_id"] is not None:
            standing = world.deals.numbered(before["deal_id"])
        planned, was_planned = record.planned, before is not None and bool(before["planned"])
        if planned is None and before is None:
            planned = False
        at = self._instant(record, standing, planned=was_planned if planned is None else planned)
        who = self._somebody(record, organisation_id, before)
        # Nothing is made before everything was looked at: a row that is refused leaves nothing behind.
        if organisation_id is None and record.organisation is not None:
            organisation_id = self._make_organisation(source, record.organisation)
        if organisation_id is None and deal is not None:
            organisation_id = deal.organisation_id
        name = record.person or record.email
        if who is None and name is not None and not self._is_nobody(source, "person", name):
            who = world.people.make(name, record.email, organisation_id)
        if organisation_id is None and who is not None:
            organisation_id = who.organisation_id
        owner_id = None
        if record.owner is not None:
            owner_id = world.reps.number(record.owner)
        elif before is None:
            owner_id = world.reps.number(None) if deal is None else deal.owner_id
        direction = record.direction
        return {
            "external_id": record.id,
            "deal_id": None if deal is None else deal.id,
            "organisation_id": organisation_id,
            "person_id": None if who is None else who.id,
            "owner_id": owner_id,
            "kind_id": world.kinds.number(record.kind, source.profile.kinds),
            "direction": direction if direction is not None or before is not None else "out",
            "outcome": record.outcome,
            "at": at,
            "planned": planned,
            "duration_seconds": record.duration,
            "note": record.note,
        }

    def _instant(self, record: InteractionRecord, deal: DealRow | None, *, planned: bool) -> int:
        """When it took place, checked against now and against its deal."""
        if not planned and record.at > self._world.call.at:
            raise _Refused("at", _FUTURE, "planned")
        if deal is None or record.at >= deal.created_at:
            return record.at
        if record.bare and record.at + DAY > deal.created_at:
            # A day without a time is the day of the creation: nothing can have happened before that.
            return deal.created_at
        created = utc_text(deal.created_at)
        raise _Refused(
            "at",
            said(
                "lies before the deal {title!r} existed; it was created at {created}",
                title=deal.title,
                created=created,
            ),
        )

    def _check(
        self, source: Source, record: InteractionRecord, before: dict[str, Any] | None
    ) -> tuple[int | None, DealRow | None]:
        """The organisation and the deal of a row, as far as they are there.

        :raises _Refused: for an unknown kind, and for a deal that is not there or is one of several.
        """
        world = self._world
        organisation_id = None
        if record.organisation is not None:
            present = None if before is None else before["organisation_id"]
            known = world.organisations.has_too(record.organisation, present)
            organisation_id = present if known else world.organisations.find(record.organisation)
        field = "kind"
        try:
            world.kinds.check(record.kind, source.profile.kinds)
            field = "deal"
            deal = None if record.deal is None else world.deals.find(record.deal, organisation_id)
        except Unclear as unclear:
            raise _Refused(field, unclear.reason) from None
        return organisation_id, deal

    def _make_organisation(self, source: Source, name: str) -> int | None:
        """A new organisation. An id whose name is not known is not taken for a name."""
        if self._is_nobody(source, "organisation", name):
            return None
        return self._world.organisations.number(name)

    def _somebody(
        self, record: InteractionRecord, organisation_id: int | None, before: dict[str, Any] | None
    ) -> Somebody | None:
        """The person of a row, if there already."""
        name = record.person or record.email
        if name is None:
            return None
        if before is not None and before["person_id"] is not None:
            present = self._world.people.as_said(before["person_id"], name, record.email)
            if present is not None:
                return present
        try:
            return self._world.people.find(name, record.email, organisation_id)
        except Unclear as unclear:
            raise _Refused("person" if record.person else "email", unclear.reason) from None

    def _is_nobody(self, source: Source, field: str, text: str) -> bool:
        """Whether a text is an id that stands for nobody known; counted."""
        nobody = _is_id(source, field, text) and text not in self._plan.companions.accounts.values()
        self._nameless += nobody
        return nobody

    def _tell(self) -> None:
        """Say what is planned, and what was passed over."""
        note, world = self._outcome.note, self._world
        note(
            world.planned,
            trn("1 new interaction is planned.", "{n} new interactions are planned.", world.planned),
        )
        note(
            self._nameless,
            trn(
                "1 id stands for nobody known and was passed over; import the contacts first, or name "
                "the file "
                "of accounts too.",
                "{n} ids stand for nobody known and were passed over; import the contacts first, or name the "
                "file of accounts too.",
                self._nameless,
            ),
        )
        note(
            world.alone,
            trn(
                "1 new interaction is with nobody known; it counts for its owner only.",
                "{n} new interactions are with nobody known; they count for their owners only.",
                world.alone,
            ),
        )


def _shown(source: Source, record: InteractionRecord, field: str) -> str:
    """A value as the file has it, or nearly so."""
    if field != "at":
        return str(getattr(record, field))
    if record.bare:
        return local_day(record.at, ZoneInfo(source.options.timezone)).isoformat()
    return utc_text(record.at)


def _is_id(source: Source, field: str, text: str) -> bool:
    """Whether a column holds ids: by its header, and by what they look like."""
    headers = [source.mapping.header_of(field).casefold()]
    if field == "organisation":
        headers.append(source.mapping.header_of("deal").casefold())
    looks_so = len(text) in (15, 18) and text.isalnum() and any(map(str.isdigit, text))
    return looks_so and any(header in _IDS[field] for header in headers)
