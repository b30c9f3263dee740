"""The people of a deal and what its customer asks for: each opens a list, and makes the change answered.

After a change the list comes back, so that several people or lines are added in a row; each is a change of
its own that ``u`` takes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from funnel_tui.dialogs.contacts import ContactForm, ContactsDialog, ContactWish
from funnel_tui.dialogs.demand import DemandDialog, DemandForm, DemandWish
from funnel_tui.dialogs.parts import ADD, REMOVE, TOTAL, PartAct
from funnel_tui.dialogs.wishes import Pick
from funnel_tui.domain.deal_detail import Contact, Demand
from funnel_tui.domain.demand import demand_total
from funnel_tui.errors import StaleEdit
from funnel_tui.language import tr
from funnel_tui.screens.asking_forms import ask
from funnel_tui.screens.deal_asking import with_desk
from funnel_tui.screens.deal_desk import people_like, typed_of
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.deal_desk import DealDesk
from funnel_tui.services.together import together
from funnel_tui.services.workspace import Workspace

# People


def deal_people(app: HostApp, deal_id: int) -> None:
    """Show the people of a deal; where there are none, begin with the first."""

    def found(desk: DealDesk) -> None:
        if desk.deal.contacts:
            _show_people(app, desk)
        else:
            _add_person(app, desk)

    with_desk(app, deal_id, found)


def _show_people(app: HostApp, desk: DealDesk, at: int = 0) -> None:
    contacts = desk.deal.contacts
    dialog = ContactsDialog(desk.deal.row.title, contacts, at=at)

    def acted(act: PartAct | None) -> None:
        if act is None:
            return
        if act.act == ADD:
            _add_person(app, desk)
        elif act.act == REMOVE:
            _take_off(app, desk, contacts[act.at], act.at)
        else:
            _change_role(app, desk, contacts[act.at], act.at)

    app.push_screen(dialog, acted)


def _again(app: HostApp, desk: DealDesk, at: int = 0) -> None:
    with_desk(app, desk.deal.row.id, lambda newer: _show_people(app, newer, at))


def _add_person(app: HostApp, desk: DealDesk) -> None:
    deal, workspace = desk.deal, app.workspace
    place = deal.organisation_id
    known = {contact.person_id for contact in deal.contacts}

    def form(wish: ContactWish, wrong: Mapping[str, str]) -> ContactForm:
        find = partial(people_like, workspace, place=place)
        return ContactForm(deal.row.title, wish, typed_of(desk, workspace), find, known=known, errors=wrong)

    ask(
        app,
        form,
        ContactWish(),
        AddPerson(deal.row.id),
        then=lambda _: _again(app, desk, len(deal.contacts)),
        left=lambda: _show_people(app, desk) if deal.contacts else None,
    )


def _change_role(app: HostApp, desk: DealDesk, contact: Contact, at: int) -> None:
    seen = str(contact.role) if contact.role else None

    def form(wish: ContactWish, wrong: Mapping[str, str]) -> ContactForm:
        return ContactForm(desk.deal.row.title, wish, typed_of(desk, app.workspace), None, errors=wrong)

    ask(
        app,
        form,
        ContactWish(Pick(contact.name, contact.person_id), seen),
        ChangeRole(desk.deal.row.id, seen),
        then=lambda _: _again(app, desk, at),
        left=lambda: _show_people(app, desk, at),
    )


def _take_off(app: HostApp, desk: DealDesk, contact: Contact, at: int) -> None:
    from funnel_tui.services.deal_people import unlink_person

    deal_id, seen = desk.deal.row.id, str(contact.role) if contact.role else None

    def doing(workspace: Workspace) -> Told:
        with together(workspace, "unlink_person") as within:
            unlink_person(within, deal_id=deal_id, person_id=contact.person_id, seen=seen)
        return Told(within.call.summary)

    def stale(error: StaleEdit) -> None:
        app.notify(tr("{message} Nothing was done.").format(message=error.message), markup=False)
        _again(app, desk, at)

    writing_of(app).write(Change(tr("Taking off"), doing, lambda _: _again(app, desk, at), stale=stale))


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Adds somebody to a deal; somebody new is made first, at the organisation of the deal."""

    deal_id: int

    def __call__(self, workspace: Workspace, wish: ContactWish, *, anyway: bool) -> str:  # noqa: ARG002
        """Call the service."""
        from funnel_tui.screens.deal_saving import person_number
        from funnel_tui.services.deal_people import link_person

        assert wish.person is not None
        with together(workspace, "link_person") as within:
            number = person_number(within, self.deal_id, wish.person)
            link_person(within, deal_id=self.deal_id, person_id=number, role=wish.role)
        return within.call.summary


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Changes what somebody does in a deal.

    :param seen: the role as it was.
    """

    deal_id: int
    seen: str | None

    def __call__(self, workspace: Workspace, wish: ContactWish, *, anyway: bool) -> str:
        """Call the service; somebody who was taken off meanwhile comes back, if that is wanted."""
        from funnel_tui.services.deal_people import ANY, is_in_deal, link_person, set_role

        assert wish.person is not None
        assert wish.person.id is not None
        with together(workspace, "set_role") as within:
            whose = {"deal_id": self.deal_id, "person_id": wish.person.id}
            if anyway and not is_in_deal(within.call, **whose):
                link_person(within, **whose, role=wish.role)
            else:
                set_role(within, **whose, role=wish.role, seen=ANY if anyway else self.seen)
        return within.call.summary


# Demand


def deal_demand(app: HostApp, deal_id: int) -> None:
    """Show what the customer of a deal asks for; where that is nothing yet, begin with the first line."""

    def found(desk: DealDesk) -> None:
        if desk.deal.demand:
            _show_demand(app, desk)
        else:
            _ask_line(app, desk, 0)

    with_desk(app, deal_id, found)


def _show_demand(app: HostApp, desk: DealDesk, at: int = 0) -> None:
    lines, row = desk.deal.demand, desk.deal.row
    dialog = DemandDialog(row.title, lines, row.amount, at=at)

    def acted(act: PartAct | None) -> None:
        if act is None:
            return
        if act.act == TOTAL:
            _take_total(app, desk)
        elif act.act == REMOVE:
            _remove_line(app, desk, act.at)
        else:
            _ask_line(app, desk, len(lines) if act.act == ADD else act.at)

    app.push_screen(dialog, acted)


def _lines_again(app: HostApp, desk: DealDesk, at: int = 0) -> None:
    with_desk(app, desk.deal.row.id, lambda newer: _show_demand(app, newer, at))


def _ask_line(app: HostApp, desk: DealDesk, at: int) -> None:
    """Ask for a line.

    :param at: which one; the number of lines for a new one.
    """
    deal = desk.deal

    def form(wish: DemandWish, wrong: Mapping[str, str]) -> DemandForm:
        reader = typed_of(desk, app.workspace).over(deal.row.amount)
        return DemandForm(deal.row.title, wish, reader, desk.products, errors=wrong)

    ask(
        app,
        form,
        DemandWish(deal.demand[at] if at < len(deal.demand) else None),
        SaveLine(deal.row.id, deal.demand, at),
        then=lambda _: _lines_again(app, desk, at),
        left=lambda: _show_demand(app, desk, at) if deal.demand else None,
    )


@dataclass(frozen=True, slots=True)
class SaveLine:
    """Adds a demand line, or puts it in the place of another.

    :param seen: the lines as they were.
    :param at: the line; their number for a new one.
    """

    deal_id: int
    seen: tuple[Demand, ...]
    at: int

    def __call__(self, workspace: Workspace, wish: DemandWish, *, anyway: bool) -> str:
        """Call the service."""
        from funnel_tui.services.demand import change_line

        with together(workspace, "set_demand") as within:
            change_line(
                within, deal_id=self.deal_id, at=self.at, line=wish.line, seen=self.seen, anyway=anyway
            )
        return within.call.summary


def _remove_line(app: HostApp, desk: DealDesk, at: int) -> None:
    from funnel_tui.services.demand import change_line

    deal_id, seen = desk.deal.row.id, desk.deal.demand

    def doing(workspace: Workspace) -> Told:
        with together(workspace, "set_demand") as within:
            change_line(within, deal_id=deal_id, at=at, line=None, seen=seen)
        return Told(within.call.summary)

    _write(app, desk, tr("Removing"), doing, at)


def _take_total(app: HostApp, desk: DealDesk) -> None:
    """Make what the lines come to the amount of a deal that has none."""
    from funnel_tui.services.deals import edit_deal

    row, total = desk.deal.row, demand_total(desk.deal.demand)
    if total is None or row.amount is not None:
        return

    def doing(workspace: Workspace) -> Told:
        with together(workspace, "edit_deal") as within:
            changes = {"amount_minor": total.minor, "currency": total.currency}
            edit_deal(within, deal_id=row.id, version=row.version, changes=changes)
        return Told(within.call.summary)

    _write(app, desk, tr("Saving"), doing, 0)


def _write(app: HostApp, desk: DealDesk, words: str, doing: Callable[[Workspace], Told], at: int) -> None:
    def stale(error: StaleEdit) -> None:
        app.notify(tr("{message} Nothing was done.").format(message=error.message), markup=False)
        _lines_again(app, desk, at)

    writing_of(app).write(Change(words, doing, lambda _: _lines_again(app, desk, at), stale=stale))
