"""What may be written about an interaction: when it can have been, and whom it is with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.moments import Moment, spell_moment
from funnel_tui.domain.period import day_number, day_of, local_day
from funnel_tui.errors import InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.language import tr
from funnel_tui.models import Deal, Interaction
from funnel_tui.services.activity_days import zone_of
from funnel_tui.services.entity_words import entity_word
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.visits import CLOCK_SKEW_SECONDS
from funnel_tui.services.workspace import Workspace

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Whom:
    """What an interaction is attached to.

    :param deal: the row of the deal, locked, or None.
    """

    deal: Row | None
    organisation_id: int | None
    person_id: int | None

    @property
    def columns(self) -> dict[str, int | None]:
        """The columns of the interaction."""
        return {
            "deal_id": None if self.deal is None else self.deal["id"],
            "organisation_id": self.organisation_id,
            "person_id": self.person_id,
        }


def settle_whom(
    call: Transaction, deal_id: int | None, organisation_id: int | None, person_id: int | None
) -> Whom:
    """Find what an interaction is attached to: a deal brings its organisation, a person theirs.

    Somebody who has a part in the deal may work anywhere.

    :param organisation_id: needed only where neither deal nor person has one.
    :raises InvalidInput: when nothing is given.
    :raises NotFound: for an unknown deal, organisation or person.
    :raises Refused: when deal, organisation and person do not belong together.
    """
    if deal_id is None and organisation_id is None and person_id is None:
        raise InvalidInput(
            "deal_id",
            tr("An interaction needs a deal, an organisation or a person."),
            tr("Say whom it was with; a new organisation will do."),
        )
    deal = None if deal_id is None else call.get(Deal, deal_id)
    person = None if person_id is None else _named(call, "person", person_id)
    found = organisation_id if deal is None or deal["organisation_id"] is None else deal["organisation_id"]
    if organisation_id is not None:
        asked = _named(call, "organisation", organisation_id)[0]
        if deal is not None and found is not None and found != organisation_id:
            other = _named(call, "organisation", found)[0]
            raise Refused(
                tr("The deal {deal} is with {organisation}, not with {other}.").format(
                    deal=deal["title"], organisation=other, other=asked
                ),
                tr("Leave the organisation out, or choose another deal."),
            )
    if person is not None and person[1] is not None:
        if found is None:
            found = person[1]
        elif found != person[1] and not _has_part(call, deal_id, person_id):
            raise _elsewhere(call, person, found, deal)
    return Whom(deal, found, person_id)


def _elsewhere(call: Transaction, person: tuple[Any, ...], found: int, deal: Row | None) -> Refused:
    """The refusal of a person who works at another organisation than it is with."""
    other, here = (_named(call, "organisation", number)[0] for number in (person[1], found))
    if deal is None:
        return Refused(
            tr("{person} works at {other}, but this is with {organisation}.").format(
                person=person[0], other=other, organisation=here
            ),
            tr("Choose somebody at {organisation}.").format(organisation=here),
        )
    return Refused(
        tr("{person} works at {other}, but the deal {deal} is with {organisation}.").format(
            person=person[0], other=other, deal=deal["title"], organisation=here
        ),
        tr("Choose somebody at {organisation}, or give the person a part in the deal.").format(
            organisation=here
        ),
    )


def refuse_impossible(call: Transaction, row: Row, kind: str, deal: Row | None, *, now: bool = False) -> None:
    """Refuse what cannot be: done in the future, before the deal existed, or with an outcome in advance.

    :param row: at, planned and outcome.
    :param kind: the name of the kind, for the message.
    :param deal: a deal that must have existed, or None not to ask.
    :param now: the time was not given, but is that of :func:`instant_of`.
    """
    at, planned, outcome = row["at"], row["planned"], row["outcome"]
    if planned and outcome is not None:
        raise InvalidInput(
            "outcome",
            tr("A planned {kind} has no outcome yet.").format(kind=kind_word(kind).lower()),
            tr("Log it as done, or leave that out."),
        )
    if not planned and at > call.at and not now:
        raise Refused(
            tr("{moment} is in the future: the {kind} cannot have taken place.").format(
                moment=spelled(call, at), kind=kind_word(kind).lower()
            ),
            tr("Give a time that has passed, or log it as planned."),
        )
    if deal is not None and at < deal["created_at"]:
        raise Refused(
            tr("{moment} is before the deal {deal} existed: it was created {created}.").format(
                moment=spelled(call, at), deal=deal["title"], created=spelled(call, deal["created_at"])
            ),
            tr("Give a later time, or log it with the organisation and link it to the deal."),
        )


def instant_of(call: Transaction, at: int | None, deal: Row | None) -> int:
    """When something takes place that is logged.

    :param at: epoch seconds, or None for now.
    """
    if at is not None:
        return at
    created = 0 if deal is None else int(deal["created_at"])
    # The clock of the machine that wrote the deal may be ahead of ours by a little.
    return created if call.at < created <= call.at + CLOCK_SKEW_SECONDS else call.at


def hour_of(workspace: Workspace, day: int, hour: int, deal_id: int | None = None) -> int:
    """The instant that a day without a time stands for: an hour of it, or when the deal was created if that
    was later on that day.

    :param day: its number.
    :param hour: of the team's clock.
    :param deal_id: the deal of what took place, or None.
    :returns: epoch seconds.
    """
    with workspace.read() as reader:
        zone = zone_of(reader)
        rows = reader.rows("SELECT created_at FROM deal WHERE id = :id", {"id": deal_id})
    at = int(datetime.combine(day_of(day), time(hour), zone).timestamp())
    created = int(rows[0][0]) if rows else at
    return created if at < created and day_number(local_day(created, zone)) == day else at


def passed_notice(call: Transaction, at: int, kind: str) -> tuple[str, ...]:
    """What to say of a plan: that its time has passed, if so."""
    if at >= call.at:
        return ()
    return (
        tr("The {kind} is planned for {moment}, which has passed.").format(
            kind=kind_word(kind).lower(), moment=spelled(call, at)
        ),
    )


def spelled(call: Transaction, at: int) -> str:
    """An instant for people, in the team's time zone."""
    zone = zone_of(call.reader)
    return spell_moment(Moment(day_number(local_day(at, zone)), at), call.at, zone)


def locked(
    call: Transaction,
    interaction_id: int,
    version: int | None = None,
    mine: Row | None = None,
    deal_id: int | None = None,
) -> dict[str, Any]:
    """An interaction, locked after the deals that are touched with it: so do calls that begin with a deal.

    :param version: the version that the caller saw, or None not to ask.
    :param mine: what the caller wants to write, for a refusal.
    :param deal_id: a deal it is to be attached to.
    :raises NotFound: when there is none.
    :raises StaleEdit: when somebody else changed it since.
    """
    rows = call.reader.rows("SELECT deal_id FROM interaction WHERE id = :id", {"id": interaction_id})
    if not rows:
        raise NotFound(
            tr("There is no interaction with number {number}.").format(number=interaction_id),
            tr("It may have been undone."),
        )
    for number in sorted({rows[0][0], deal_id} - {None}):
        call.row(Deal, number)
    row = call.get(Interaction, interaction_id)
    if version is not None and version != row["version"]:
        raise StaleEdit(
            tr("The interaction was changed after you opened it."),
            mine=dict(mine or {}),
            theirs={name: row[name] for name in mine or {}},
        )
    return row


def about(call: Transaction, row: Row, what: str) -> str:
    """An interaction with whom it is, for a summary: ``call with Fjordline``.

    :param what: the name of its kind, which stands alone when nobody knows whom it is with.
    """
    whom = whom_of(call, row)
    return tr("{interaction} with {whom}").format(interaction=what, whom=whom) if whom else what


def whom_of(call: Transaction, row: Row) -> str:
    """Whom an interaction is with: the title of the deal, else a name; empty when nobody knows."""
    for table, column, name in (
        ("deal", "deal_id", "title"),
        ("organisation", "organisation_id", "name"),
        ("person", "person_id", "name"),
    ):
        if row[column] is not None:
            sql = f"SELECT {name} FROM {table} WHERE id = :id"  # noqa: S608 - one of three tables
            found = call.reader.rows(sql, {"id": row[column]})
            return str(found[0][0]) if found else ""
    return ""


def _named(call: Transaction, table: str, number: int) -> tuple[Any, ...]:
    """Name (and for a person the organisation) of a row that is to be referred to."""
    columns = "name, organisation_id" if table == "person" else "name"
    rows = call.reader.rows(f"SELECT {columns} FROM {table} WHERE id = :id", {"id": number})  # noqa: S608
    if not rows:
        words = tr("There is no {what} with number {number}.")
        raise NotFound(words.format(what=entity_word(table), number=number), tr("It may have been undone."))
    return rows[0]


def _has_part(call: Transaction, deal_id: int | None, person_id: int | None) -> bool:
    sql = "SELECT 1 FROM deal_person WHERE deal_id = :deal AND person_id = :person"
    return deal_id is not None and bool(call.reader.rows(sql, {"deal": deal_id, "person": person_id}))
