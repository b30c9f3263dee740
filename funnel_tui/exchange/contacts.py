"""Reading contacts: one row per person, or per person and deal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from funnel_tui.domain.said import placed, said
from funnel_tui.domain.status import PersonRole
from funnel_tui.errors import UsageError
from funnel_tui.exchange.fields import EMPTY, Bad, Fields, Rows, name_reader, optional
from funnel_tui.exchange.mapping import Mapping
from funnel_tui.exchange.records import ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table
from funnel_tui.exchange.values import LIMITS, BadValue, clean_text, visible
from funnel_tui.language import tr

EMAIL_LIMIT, PHONE_LIMIT = 254, 50

#: What other programs call the part of a person in a deal, in lower case.
_ROLES = {
    **{role.value: role for role in PersonRole},
    **dict.fromkeys(
        (
            "decider",
            "decision maker",
            "decision-maker",
            "economic buyer",
            "budget holder",
            "executive sponsor",
        ),
        PersonRole.DECIDES,
    ),
    **dict.fromkeys(
        ("influencer", "champion", "evaluator", "business user champion", "technical buyer"),
        PersonRole.INFLUENCES,
    ),
    **dict.fromkeys(("user", "end user", "business user", "economic user"), PersonRole.USES),
    "blocker": PersonRole.BLOCKS,
}


class ContactRecord(NamedTuple):
    """One contact as a file describes it. What the file does not say is None."""

    line: int
    """Physical line of the file on which the row, or the card, starts."""
    id: str | None
    """Its id in the other program."""
    person: str
    named: bool
    """Whether the file names the person; otherwise the e-mail address stands for the name."""
    email: str | None
    phone: str | None
    organisation: str | None
    deal: str | None
    """The id of a deal that the person has a part in."""
    role: PersonRole | None


def read_contacts(
    table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals, *, strict_role: bool
) -> Iterator[ContactRecord]:
    """The contacts of a file. Bad rows are refused and passed over.

    A person without a name is called by the first and last name of the row, else by the e-mail address.

    :param table: the file; of rows or of cards.
    :param mapping: which column is which field.
    :param options: how the values are written.
    :param refusals: gets every value and row that is refused.
    :param strict_role: a role that is none of decides, influences, uses and blocks is refused; otherwise it
        is passed over, as it is a job title.
    :returns: the accepted contacts in the order of the file, read as they are asked for.
    :raises UsageError: for a constant that cannot be read, and when nothing names the person.
    :raises FunnelError: when the file cannot be read on.
    """
    if not any(map(mapping.has, ("person", "first", "last", "email"))):
        shown = ", ".join(visible(name) for name in mapping.header)
        raise UsageError(
            tr("no column is known to hold person."),
            placed(
                tr("Say --map person=COLUMN; the columns are {shown}.").format(shown=shown),
                tr("Choose a column for the field “person”."),
            ),
        )
    fields = Fields(table, mapping, options, refusals)
    for name in ("person", "first", "last"):
        fields.add_text(name, LIMITS["name"], needed=False)
    fields.add_text("id", LIMITS["id"], needed=False)
    fields.add_text("deal", LIMITS["id"], needed=False)
    fields.add_text("phone", PHONE_LIMIT, needed=False)
    fields.add("email", optional(parse_email))
    fields.add("organisation", name_reader("organisation", options))
    fields.add("role", optional(_role_reader(strict=strict_role)))
    for batch in fields.batches(_name_people):
        values = batch.values
        yield from map(
            ContactRecord,
            *(batch.lines, values["id"], values["person"], values["named"], values["email"], values["phone"]),
            *(values["organisation"], values["deal"], values["role"]),
        )


def _name_people(batch: Rows) -> tuple[str, ...]:
    """Put the name of each person together."""
    values = batch.values
    names: list[Any] = []
    named: list[bool] = []
    for person, first, last, email in zip(
        values["person"], values["first"], values["last"], values["email"], strict=True
    ):
        parts = [part for part in (first, last) if isinstance(part, str) and not _unseen(part)]
        if isinstance(person, Bad) or (isinstance(person, str) and not _unseen(person)):
            names.append(person)
        elif parts:
            whole = " ".join(parts)
            limit = LIMITS["name"]
            names.append(
                whole
                if len(whole) <= limit
                else Bad(
                    said("has {count} characters; at most {limit} are allowed", count=len(whole), limit=limit)
                )
            )
        else:
            # An address that is bad itself is told of under its own column.
            names.append(Bad(EMPTY) if email is None else email if isinstance(email, str) else "")
            named.append(False)
            continue
        named.append(True)
    values["person"], values["named"] = names, named
    return ("person",)


def _unseen(text: str) -> bool:
    """Whether a name has nothing to be seen in it."""
    return all(unicodedata.category(mark) in {"Cf", "Zs", "Zl", "Zp"} for mark in text)


def parse_email(text: str) -> str:
    """An e-mail address; the first one of several.

    :raises BadValue: for a text that is none.
    """
    address = clean_text(text, LIMITS["note"]).removeprefix("mailto:")
    address = address.replace(";", ",").partition(",")[0].strip()
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or " " in address or "@" in local:
        raise BadValue(said("is no e-mail address, such as kari@fjordline.no"))
    if len(address) > EMAIL_LIMIT:
        raise BadValue(
            said(
                "has {count} characters; at most {limit} are allowed",
                count=len(address),
                limit=EMAIL_LIMIT,
            )
        )
    return address


def _role_reader(*, strict: bool) -> Callable[[str], PersonRole | None]:
    def read(text: str) -> PersonRole | None:
        role = _ROLES.get(" ".join(text.split()).casefold())
        if role is None and strict:
            words = ", ".join(member.value for member in PersonRole)
            raise BadValue(
                said("{word!r} is no role; there is {words}", word=visible(text.strip()), words=words)
            )
        return role

    return read
