"""A deal with all that belongs to it, and reopening many: several services as one change group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.errors import NotFound
from funnel_tui.language import tr, trn
from funnel_tui.queries.deal_detail import contacts_of
from funnel_tui.services.deal_people import link_person, set_role, unlink_person
from funnel_tui.services.deal_tags import change_tags
from funnel_tui.services.deals import create_deal, edit_deal, reopen_deal
from funnel_tui.services.demand import set_demand
from funnel_tui.services.people import create_organisation, create_person
from funnel_tui.services.together import Within, together
from funnel_tui.services.workspace import Workspace

NO_ROLE = "none"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody who is to be in a deal.

    :param person_id: None for somebody new, who is then made at the organisation of the deal.
    :param name: of somebody new.
    :param role: ``decides``, ``influences``, ``uses``, ``blocks``; ``none`` for no role; None when nothing is
        said of it, so that somebody who is in the deal already keeps it.
    """

    person_id: int | None
    name: str = ""
    role: str | None = None

    @property
    def wanted(self) -> str | None:
        """The role to write."""
        return None if self.role == NO_ROLE else self.role


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a deal.

    :param version: its version now.
    :param summary: what was changed, in words; empty for nothing.
    """

    version: int
    summary: str


def add_deal(
    workspace: Workspace,
    *,
    new_organisation: str | None = None,
    people: Sequence[Part] = (),
    tags: Sequence[str] = (),
    demand: Sequence[Demand] = (),
    **fields: Any,
) -> int:
    """Create a deal, with a new organisation, people, tags and demand where asked for; one change group.

    :param new_organisation: the name of an organisation to be made for it.
    :param people: each once.
    :param tags: made when they are new.
    :param fields: as for :func:`~funnel_tui.services.deals.create_deal`, which also raises its errors.
    :returns: the number of the deal.
    :raises InvalidInput: when somebody is named twice.
    """
    with together(workspace, "create_deal") as inner:
        if new_organisation is not None:
            fields["organisation_id"] = create_organisation(inner, name=new_organisation)
        deal_id = create_deal(inner, **fields)
        summary = inner.call.summary
        for part in people:
            join_deal(inner, deal_id, fields.get("organisation_id"), part)
        if tags:
            change_tags(inner, deal_id=deal_id, add=tags)
        if demand:
            set_demand(inner, deal_id=deal_id, lines=demand)
        inner.call.summary = summary
    return deal_id


def change_deal(
    workspace: Workspace,
    *,
    deal_id: int,
    changes: Mapping[str, Any],
    version: int | None = None,
    new_organisation: str | None = None,
    people: Sequence[Part] = (),
    leaving: Sequence[int] = (),
    add_tags: Sequence[str] = (),
    remove_tags: Sequence[str] = (),
    demand: Sequence[Demand] | None = None,
) -> Changed:
    """Change a deal and what belongs to it; one change group.

    :param changes: as for :func:`~funnel_tui.services.deals.edit_deal`, which also raises its errors.
    :param version: the version that the changes are based on; None not to ask.
    :param people: who joins; somebody who is in the deal already gets the role that is said.
    :param leaving: the numbers of people who leave it.
    :param demand: what the customer asks for from now on; None leaves it as it is.
    :raises NotFound: when somebody is to leave who is not in the deal.
    """
    with together(workspace, "edit_deal") as inner:
        rows = inner.call.reader.rows(
            "SELECT version, organisation_id FROM deal WHERE id = :deal", {"deal": deal_id}
        )
        if not rows:
            raise NotFound(
                tr("There is no deal with number {number}.").format(number=deal_id),
                tr("It may have been undone."),
            )
        changes = dict(changes)
        if new_organisation is not None:
            changes["organisation_id"] = create_organisation(inner, name=new_organisation)
            inner.call.summary = ""
        told: list[str] = []
        version = edit_deal(
            inner, deal_id=deal_id, version=rows[0][0] if version is None else version, changes=changes
        )
        _take(inner, told)
        _change_people(inner, deal_id, changes.get("organisation_id", rows[0][1]), people, leaving, told)
        change_tags(inner, deal_id=deal_id, add=add_tags, remove=remove_tags)
        _take(inner, told)
        if demand is not None:
            set_demand(inner, deal_id=deal_id, lines=demand)
            _take(inner, told)
        inner.call.summary = "; ".join(told)
    return Changed(version, inner.call.summary)


def _change_people(
    inner: Within,
    deal_id: int,
    organisation_id: int | None,
    people: Sequence[Part],
    leaving: Sequence[int],
    told: list[str],
) -> None:
    """Let people leave and join."""
    present = {contact.person_id: contact for contact in contacts_of(inner.call.reader, deal_id)}
    for number in leaving:
        if number not in present:
            raise NotFound(
                tr("Person #{number} is not in the deal.").format(number=number),
                tr("funnel deal show names those who are."),
            )
        unlink_person(inner, deal_id=deal_id, person_id=number)
        del present[number]
        _take(inner, told)
    for part in people:
        if part.person_id in present:
            assert part.person_id is not None
            if part.role is not None:
                set_role(inner, deal_id=deal_id, person_id=part.person_id, role=part.wanted)
        else:
            join_deal(inner, deal_id, organisation_id, part)
        _take(inner, told)


def join_deal(inner: Within, deal_id: int, organisation_id: int | None, part: Part) -> int:
    """Add somebody to a deal; somebody new is made first, at the organisation of the deal.

    :returns: the number of the person.
    :raises InvalidInput: when the person is in the deal already.
    """
    number = part.person_id
    if number is None:
        number = create_person(inner, name=part.name, organisation_id=organisation_id)
    link_person(inner, deal_id=deal_id, person_id=number, role=part.wanted)
    return number


def _take(inner: Within, told: list[str]) -> None:
    """Remember what the last call said it did."""
    if inner.call.summary:
        told.append(inner.call.summary)
        inner.call.summary = ""


def reopen_deals(
    workspace: Workspace, deal_ids: Sequence[int], *, stage_id: int | None = None, at: int | None = None
) -> dict[int, int]:
    """Take up closed deals again, all or none; one change group.

    :param stage_id: the stage they go on in; None for the one each was closed from.
    :param at: when, in epoch seconds; None for now.
    :returns: the new versions by deal.
    :raises Refused: as :func:`~funnel_tui.services.deals.reopen_deal`.
    """
    with together(workspace, "reopen_deals" if len(deal_ids) > 1 else "reopen_deal") as inner:
        new = {
            # In ascending order, so that two callers never wait for each other.
            number: reopen_deal(inner, deal_id=number, stage_id=stage_id, at=at)
            for number in sorted(deal_ids)
        }
        if len(new) > 1:
            inner.call.summary = trn("Reopened {n:,} deal", "Reopened {n:,} deals", len(new)).format(
                n=len(new)
            )
    return new
