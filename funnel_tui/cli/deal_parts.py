"""People, tags and demand of a deal as options: ``--person NAME:ROLE``, ``--demand "2 x Pump at 500"``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.domain.status import PersonRole
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.cli.typed import Typed
    from funnel_tui.domain.deal_detail import Demand
    from funnel_tui.services.deal_entry import Part
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

ROLES = ", ".join(PersonRole)


def part_options(command: Command) -> Command:
    """Give a command the options for who is in a deal and what the customer asks for."""
    for option in (
        click.option(
            *("--demand", "demand"),
            metavar="LINE",
            multiple=True,
            help=tr("What the customer asks for: 'Pump', '2 x Pump', '2 x Pump at 500'. May be repeated."),
        ),
        click.option(
            *("--new-person", "new_people"),
            metavar="NAME[:ROLE]",
            multiple=True,
            help=tr("Make this person, at the organisation of the deal. May be repeated."),
        ),
        click.option(
            *("--person", "people"),
            metavar="NAME[:ROLE]",
            multiple=True,
            help=tr("Somebody who is known, or #NUMBER; the role is one of {roles}. May be repeated.").format(
                roles=ROLES
            ),
        ),
    ):
        command = option(command)
    return command


def split_role(text: str) -> tuple[str, str | None]:
    """Name and role of ``Kari Lie:decides``; a name may have colons of its own before the last.

    :raises UsageError: for another role.
    """
    name, colon, role = text.rpartition(":")
    if not colon:
        return text, None
    wanted = role.strip().casefold()
    if wanted not in {*PersonRole, "none"}:
        raise UsageError(
            tr("{strip!r} is no role.").format(strip=role.strip()),
            tr("The roles are {roles}, and none for no role.").format(roles=ROLES),
        )
    return name, wanted


def people_of(
    workspace: Workspace,
    known: Sequence[str],
    new: Sequence[str],
    *,
    deal_id: int | None = None,
    organisation_id: int | None = None,
) -> list[Part]:
    """Who is to be in a deal.

    :param known: as given with ``--person``; ``new`` with ``--new-person``.
    :param deal_id: those who are in this deal or at its organisation come first; or those at an organisation.
    :raises UsageError: for a role that does not exist.
    :raises NotFound: for a name that nobody has.
    :raises Refused: for a name that several people have.
    """
    from funnel_tui.services.by_name import person_by_name
    from funnel_tui.services.deal_entry import Part

    parts = []
    for text in known:
        name, role = split_role(text)
        number = person_by_name(workspace, name, deal_id=deal_id, organisation_id=organisation_id)
        parts.append(Part(number, role=role))
    for text in new:
        name, role = split_role(text)
        parts.append(Part(None, name, role))
    return parts


def demand_lines(typed: Typed, texts: Sequence[str]) -> list[Demand]:
    """Demand lines, one of each text.

    :raises InvalidInput: for a quantity or a price that is none.
    """
    from funnel_tui.domain.deal_detail import Demand
    from funnel_tui.domain.demand import read_quantity, split_line
    from funnel_tui.domain.money import Money

    lines = []
    for text in texts:
        words = split_line(text)
        price = Money(*typed.money(words.price)) if words.price else None
        lines.append(Demand(words.product, read_quantity(words.quantity), price))
    return lines
