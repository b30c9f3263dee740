"""What forms about organisations and people answer, as service calls. Each answer is one undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from funnel_tui.dialogs.organisation_form import OrganisationWish
from funnel_tui.dialogs.person_form import PersonWish
from funnel_tui.dialogs.wishes import Pick
from funnel_tui.domain.directory import Kind, OrganisationDetail, PersonDetail
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.status import OrganisationStatus
from funnel_tui.language import tr, trn
from funnel_tui.screens.writing import Told
from funnel_tui.services.together import Within, together
from funnel_tui.services.workspace import Workspace

Wish = OrganisationWish | PersonWish

_ALREADY = {
    OrganisationStatus.PROSPECT: tr("{name} is a prospect already."),
    OrganisationStatus.CUSTOMER: tr("{name} is a customer already."),
}
_NOW = {
    OrganisationStatus.PROSPECT: tr("{name} is a prospect now."),
    OrganisationStatus.CUSTOMER: tr("{name} is a customer now."),
}


def wish_of(detail: OrganisationDetail | PersonDetail) -> Wish:
    """What a form holds at first."""
    if isinstance(detail, OrganisationDetail):
        return OrganisationWish(detail.line.name, detail.set_status, detail.note)
    line = detail.line
    place = None
    if line.organisation_id is not None and line.organisation is not None:
        place = Pick(line.organisation, line.organisation_id)
    return PersonWish(line.name, place, line.email, line.phone)


def texts_of(wish: Wish) -> dict[str, str]:
    """A wish as text by field, to be compared with another one."""
    if isinstance(wish, OrganisationWish):
        return {"name": wish.name, "status": wish.status.value, "note": wish.note or ""}
    place = wish.organisation
    return {
        "name": wish.name,
        "organisation": place.name if place else "",
        "organisation_id": str(place.id) if place and place.id is not None else "",
        "email": wish.email or "",
        "phone": wish.phone or "",
    }


def wish_from(kind: Kind, texts: Mapping[str, str]) -> Wish:
    """The other way round."""
    if kind == "organisation":
        return OrganisationWish(texts["name"], OrganisationStatus(texts["status"]), texts["note"] or None)
    number = texts["organisation_id"]
    place = Pick(texts["organisation"], int(number) if number else None) if texts["organisation"] else None
    return PersonWish(texts["name"], place, texts["email"] or None, texts["phone"] or None)


def create(workspace: Workspace, wish: Wish) -> Told:
    """Create an organisation or a person.

    :returns: its number as what was found.
    """
    from funnel_tui.services.people import create_organisation, create_person

    if isinstance(wish, OrganisationWish):
        with together(workspace, "create_organisation") as within:
            number = create_organisation(within, name=wish.name, status=wish.status, note=wish.note)
    else:
        with together(workspace, "create_person") as within:
            number = create_person(
                within,
                name=wish.name,
                organisation_id=_place(within, wish.organisation),
                email=wish.email,
                phone=wish.phone,
            )
    return Told(within.call.summary, number)


def edit(workspace: Workspace, wish: Wish, *, base: Wish, number: int, version: int) -> Told:
    """Change what is different from what the form began with.

    :param version: that of ``base``.
    :raises StaleEdit: when somebody else changed it since.
    """
    from funnel_tui.services.people import edit_organisation, edit_person

    if wish == base:
        return Told(written=False)
    if isinstance(wish, OrganisationWish):
        changes = _changed(wish, base, ("name", "status", "note"))
        with together(workspace, "edit_organisation") as within:
            edit_organisation(within, organisation_id=number, version=version, changes=changes)
    else:
        changes = _changed(wish, base, ("name", "email", "phone"))
        with together(workspace, "edit_person") as within:
            assert isinstance(base, PersonWish)
            if wish.organisation != base.organisation:
                changes["organisation_id"] = _place(within, wish.organisation)
            edit_person(within, person_id=number, version=version, changes=changes)
    return Told(within.call.summary)


def _changed(wish: Wish, base: Wish, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in names if getattr(wish, name) != getattr(base, name)}


def _place(within: Within, pick: Pick | None) -> int | None:
    """The organisation that was picked; one that was typed for the first time is created."""
    if pick is None or pick.id is not None:
        return None if pick is None else pick.id
    from funnel_tui.services.people import create_organisation

    return create_organisation(within, name=pick.name)


def turn_status(workspace: Workspace, number: int, wanted: OrganisationStatus) -> Told:
    """Set whether an organisation is a prospect or a customer.

    Who has a won deal is a customer whatever is set.
    """
    from funnel_tui.services.directory import organisation_detail
    from funnel_tui.services.people import edit_organisation

    detail = organisation_detail(workspace, number)
    name, won = detail.line.name, detail.line.won_deals
    if wanted is OrganisationStatus.PROSPECT and won and detail.set_status is wanted:
        words = trn(
            "{name} is a customer because {n} of its deals is won.",
            "{name} is a customer because {n} of its deals are won.",
            won,
        )
        return Told(words.format(name=name, n=count_text(won)), written=False)
    if detail.set_status is wanted:
        return Told(_ALREADY[wanted].format(name=name), written=False)
    edit_organisation(
        workspace, organisation_id=number, version=detail.version, changes={"status": wanted.value}
    )
    if wanted is OrganisationStatus.PROSPECT and won:
        words = tr("{name} is not set as a customer by hand; it stays one by its won deals.")
        return Told(words.format(name=name))
    return Told(_NOW[wanted].format(name=name))
