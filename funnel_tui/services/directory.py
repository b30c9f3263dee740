"""Organisations and people: lists of any length, and everything about one.

A list is an array of numbers in order, made once per sort and filter, and the rows of the window that is
looked at. The number of statements does not grow with the number of rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.directory import (
    ChangeEntry,
    InteractionPage,
    Kind,
    OrganisationDetail,
    OrganisationLine,
    OrganisationSort,
    PersonDetail,
    PersonLine,
    PersonSort,
)
from funnel_tui.domain.money import Rates
from funnel_tui.domain.naming import folded
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.domain.status import DealStatus, OrganisationStatus
from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.queries import directory as lists
from funnel_tui.queries import directory_detail as details
from funnel_tui.queries.settings import read_rates_on, read_settings
from funnel_tui.services.entity_words import entity_word
from funnel_tui.services.workspace import Workspace

PAGE = 50
"""Interactions and changes read at a time."""


def organisation_ids(
    workspace: Workspace,
    *,
    sort: OrganisationSort = OrganisationSort.NAME,
    descending: bool = False,
    text: str = "",
) -> array[int]:
    """The organisations of a list, in its order. Equal ones are in the order of their names.

    :param sort: what it is sorted by; an absent value (no interaction yet) comes last either way.
    :param text: words that must all be in the name, whatever their case and accents; a filter while typing.
    """
    with workspace.read() as reader:
        wanted = folded(text).split()
        rows = [
            (folded(name), number, said)
            for number, name, said in lists.organisation_names(reader)
            if not wanted or _has(folded(name), wanted)
        ]
        rows.sort(reverse=descending and sort is OrganisationSort.NAME)
        numbers = [row[1] for row in rows]
        if sort is OrganisationSort.NAME:
            return array("q", numbers)
        values: Mapping[int, Any]
        if sort is OrganisationSort.STATUS:
            won = lists.won_counts(reader)
            values = {number: int(said or number in won) for _, number, said in rows}
        else:
            values = _organisation_values(reader, sort, workspace.clock())
    return _ordered(numbers, values, descending, 0 if sort is not OrganisationSort.LAST else None)


def _organisation_values(reader: Reader, sort: OrganisationSort, now: int) -> Mapping[int, Any]:
    if sort is OrganisationSort.AMOUNT:
        return lists.open_sums(reader, *_pricing(reader, now))
    read: dict[OrganisationSort, Callable[[Reader], Mapping[int, int]]] = {
        OrganisationSort.OPEN: lists.open_counts,
        OrganisationSort.WON: lists.won_counts,
        OrganisationSort.LAST: lists.organisation_last,
    }
    return read[sort](reader)


def organisation_rows(workspace: Workspace, numbers: Sequence[int]) -> list[OrganisationLine]:
    """The rows of a window; organisations that are gone by now are left out."""
    with workspace.read() as reader:
        return lists.organisation_lines(reader, numbers, *_pricing(reader, workspace.clock()))


def person_ids(
    workspace: Workspace,
    *,
    sort: PersonSort = PersonSort.NAME,
    descending: bool = False,
    text: str = "",
) -> array[int]:
    """The people of a list, in its order; see :func:`organisation_ids`.

    :param text: words that must all be in the name, the organisation or the e-mail.
    """
    with workspace.read() as reader:
        wanted = folded(text).split()
        rows = [
            (folded(name), folded(organisation or ""), number)
            for number, name, organisation, email in lists.person_names(reader)
            if not wanted
            or _has(" ".join((folded(name), folded(organisation or ""), folded(email or ""))), wanted)
        ]
        if sort is PersonSort.ORGANISATION:
            # People without an organisation come last either way.
            rows.sort(key=lambda row: (row[1], row[0], row[2]), reverse=descending)
            rows.sort(key=lambda row: not row[1])
        else:
            rows.sort(key=lambda row: (row[0], row[2]), reverse=descending and sort is PersonSort.NAME)
        numbers = [row[2] for row in rows]
        if sort in (PersonSort.NAME, PersonSort.ORGANISATION):
            return array("q", numbers)
        if sort is PersonSort.LAST:
            return _ordered(numbers, lists.person_last(reader), descending, None)
        status = DealStatus.OPEN if sort is PersonSort.OPEN else DealStatus.WON
        return _ordered(numbers, lists.person_counts(reader, status), descending, 0)


def person_rows(workspace: Workspace, numbers: Sequence[int]) -> list[PersonLine]:
    """The rows of a window; people who are gone by now are left out."""
    with workspace.read() as reader:
        return lists.person_lines(reader, numbers)


def organisation_detail(workspace: Workspace, organisation_id: int) -> OrganisationDetail:
    """Everything about an organisation, with the first page of interactions and changes.

    :raises NotFound: for an unknown number.
    """
    with workspace.read() as reader:
        facts = details.organisation_facts(reader, organisation_id)
        if facts is None:
            raise _unknown("organisation", organisation_id)
        version, external_id, said, note = facts
        pricing = _pricing(reader, workspace.clock())
        return OrganisationDetail(
            line=lists.organisation_lines(reader, [organisation_id], *pricing)[0],
            version=version,
            external_id=external_id,
            set_status=OrganisationStatus(said),
            note=note,
            people=tuple(lists.person_lines(reader, details.people_of(reader, organisation_id))),
            deals=details.deals_of(reader, "organisation", organisation_id),
            interactions=details.interactions_of(reader, "organisation", organisation_id, None, PAGE),
            changes=details.changes_of(reader, "organisation", organisation_id, None, PAGE),
        )


def person_detail(workspace: Workspace, person_id: int) -> PersonDetail:
    """Everything about a person, with the first page of interactions and changes.

    :raises NotFound: for an unknown number.
    """
    with workspace.read() as reader:
        facts = details.person_facts(reader, person_id)
        if facts is None:
            raise _unknown("person", person_id)
        version, external_id = facts
        return PersonDetail(
            line=lists.person_lines(reader, [person_id])[0],
            version=version,
            external_id=external_id,
            deals=details.deals_of(reader, "person", person_id),
            interactions=details.interactions_of(reader, "person", person_id, None, PAGE),
            changes=details.changes_of(reader, "person", person_id, None, PAGE),
        )


def interactions(
    workspace: Workspace, kind: Kind, number: int, *, after: tuple[int, int] | None = None, limit: int = PAGE
) -> InteractionPage:
    """A further page of interactions, newest first.

    :param after: ``next`` of the page before; None for the first page.
    """
    with workspace.read() as reader:
        return details.interactions_of(reader, kind, number, after, limit)


def changes(
    workspace: Workspace, kind: Kind, number: int, *, before: int | None = None
) -> tuple[ChangeEntry, ...]:
    """A further page of changes, newest first.

    :param before: the number of the last change of the page before; None for the first page.
    """
    with workspace.read() as reader:
        return details.changes_of(reader, kind, number, before, PAGE)


def _pricing(reader: Reader, now: int) -> tuple[Rates, int]:
    """Today's rates, and today by the team's clock."""
    settings = read_settings(reader)
    day = day_number(local_day(now, ZoneInfo(settings.time_zone)))
    return read_rates_on(reader, settings.base_currency, day), day


def _ordered(
    numbers: Sequence[int], values: Mapping[int, Any], descending: bool, absent: int | None
) -> array[int]:
    """Numbers in the order of their values; equal ones stay as they are.

    :param absent: the value of a number that has none; None puts it last.
    """
    with_value = [number for number in numbers if absent is not None or number in values]
    with_value.sort(key=lambda number: values.get(number, absent), reverse=descending)
    rest = [] if absent is not None else [number for number in numbers if number not in values]
    return array("q", with_value + rest)


def _has(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text for word in wanted)


def _unknown(kind: Kind, number: int) -> NotFound:
    return NotFound(
        tr("There is no {what} with number {number}.").format(what=entity_word(kind), number=number),
        tr("It may have been undone or merged."),
    )
