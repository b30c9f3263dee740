"""Organisations and people as rows of a table: columns, sorting, and the words around the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from funnel_tui.domain.directory import (
    Kind,
    OpenAmount,
    OrganisationLine,
    OrganisationSort,
    PersonLine,
    PersonSort,
)
from funnel_tui.domain.shown import NO_VALUE, clean, money_text
from funnel_tui.domain.status import OrganisationStatus
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.grid import Cell, GridColumn

UP, DOWN = "▲", "▼"
PLURAL: Mapping[Kind, str] = {"organisation": "organisations", "person": "people"}

ORGANISATION_COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("name", "Organisation", 34, least=22, right=False, stretch=True),
    GridColumn("status", "Status", 8, right=False, rank=1),
    GridColumn("open", "Open", 5, least=4, rank=2),
    GridColumn("won", "Won", 4, least=3, rank=3),
    GridColumn("amount", "Open amount", 17, least=15, rank=4),
    GridColumn("last", "Last contact", 12, least=11, brief="Contact", right=False, rank=5),
    GridColumn("owners", "Owners", 30, least=12, right=False, rank=6),
)
PERSON_COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("name", "Person", 26, least=18, right=False, stretch=True),
    GridColumn("organisation", "Organisation", 28, least=16, right=False, rank=1),
    GridColumn("open", "Open", 5, least=4, rank=2),
    GridColumn("won", "Won", 4, least=3, rank=3),
    GridColumn("last", "Last contact", 12, least=11, brief="Contact", right=False, rank=4),
    GridColumn("email", "E-mail", 30, least=14, right=False, rank=5),
    GridColumn("phone", "Phone", 18, least=12, right=False, rank=6),
)
COLUMNS: Mapping[Kind, Sequence[GridColumn]] = {
    "organisation": ORGANISATION_COLUMNS,
    "person": PERSON_COLUMNS,
}

_SORT_WORDS: Mapping[Kind, Mapping[str, tuple[str, str]]] = {
    "organisation": {
        OrganisationSort.NAME: ("n", "name"),
        OrganisationSort.STATUS: ("s", "status"),
        OrganisationSort.OPEN: ("o", "open deals"),
        OrganisationSort.WON: ("w", "won deals"),
        OrganisationSort.AMOUNT: ("a", "open amount"),
        OrganisationSort.LAST: ("l", "last contact"),
    },
    "person": {
        PersonSort.NAME: ("n", "name"),
        PersonSort.ORGANISATION: ("g", "organisation"),
        PersonSort.OPEN: ("o", "open deals"),
        PersonSort.WON: ("w", "won deals"),
        PersonSort.LAST: ("l", "last contact"),
    },
}
"""The letter that sorts by it, and how it is called."""

_SMALLEST_FIRST = {"name", "organisation"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is to show.

    :param sort: a value of ``OrganisationSort`` or ``PersonSort``.
    :param text: words that must all occur.
    """

    kind: Kind
    sort: str = "name"
    descending: bool = False
    text: str = ""

    def sorted_by(self, sort: str) -> Wish:
        """Sorted by something else; the same once more turns the order round."""
        if sort == self.sort:
            return replace(self, descending=not self.descending)
        return replace(self, sort=sort, descending=sort not in _SMALLEST_FIRST)


def sort_answers(kind: Kind) -> list[Answer]:
    """What a list can be sorted by."""
    return [Answer(key, words, sort) for sort, (key, words) in _SORT_WORDS[kind].items()]


def counted(kind: Kind, count: int) -> str:
    """``1 person``, ``1,204 organisations``."""
    return f"{count:,} {kind if count == 1 else PLURAL[kind]}"


def title_words(wish: Wish, count: int, marked: str | None) -> str:
    """What the list shows: ``94 organisations by open deals ▼ · only “as”``."""
    words = f"{counted(wish.kind, count)} by {_SORT_WORDS[wish.kind][wish.sort][1]} "
    words += DOWN if wish.descending else UP
    if wish.text.strip():
        words += f" · only “{wish.text.strip()}”"
    if marked is not None:
        words += f" · marked: {marked}"
    return words


def empty_words(wish: Wish) -> Text:
    """What to say instead of an empty list."""
    if wish.text.strip():
        what = f"No {wish.kind} matches “{clean(wish.text.strip())}”."
        hint = "esc shows all again; tab looks among the others, / finds with typing errors too."
    else:
        what = f"There are no {PLURAL[wish.kind]} yet."
        hint = (
            f"n makes a new {wish.kind}; a deal's form makes one too. "
            "funnel import contacts FILE brings them in."
        )
    return Text(what, "bold").append(f"\n\n{hint}", "not bold")


def day_words(instant: int | None, zone: ZoneInfo) -> str:
    """A day with its year."""
    if instant is None:
        return NO_VALUE
    at = datetime.fromtimestamp(instant, zone)
    return f"{at.day} {at:%b %Y}"


def status_cell(status: OrganisationStatus) -> Cell:
    """Customer or prospect."""
    return Cell(status.value, "good" if status is OrganisationStatus.CUSTOMER else "muted")


def amount_words(open_amount: OpenAmount) -> str:
    """The sum in the base currency; where a rate is missing, one sum per currency (METRICS M8)."""
    if not open_amount.amounts:
        return NO_VALUE
    if open_amount.base is not None:
        return money_text(open_amount.base, decimals=False, currency=True)
    return " + ".join(money_text(one, decimals=False, currency=True) for one in open_amount.amounts)


def _count(count: int) -> Cell:
    return Cell(f"{count:,}" if count else NO_VALUE, "plain" if count else "dim")


def _text(text: str | None, look: str = "plain") -> Cell:
    return Cell(text, look) if text else Cell(NO_VALUE, "dim")


def organisation_cells(line: OrganisationLine, zone: ZoneInfo, mark: str = "") -> list[Cell]:
    """An organisation as a row of :data:`ORGANISATION_COLUMNS`."""
    amount = amount_words(line.open_amount)
    return [
        Cell(mark, "strong"),
        Cell(line.name),
        status_cell(line.status),
        _count(line.open_deals),
        _count(line.won_deals),
        Cell(amount, "plain" if line.open_amount.amounts else "dim"),
        Cell(day_words(line.last_at, zone), "muted" if line.last_at is not None else "dim"),
        _text(", ".join(line.owners), "muted"),
    ]


def person_cells(line: PersonLine, zone: ZoneInfo, mark: str = "") -> list[Cell]:
    """A person as a row of :data:`PERSON_COLUMNS`."""
    return [
        Cell(mark, "strong"),
        Cell(line.name),
        _text(line.organisation),
        _count(line.open_deals),
        _count(line.won_deals),
        Cell(day_words(line.last_at, zone), "muted" if line.last_at is not None else "dim"),
        _text(line.email, "muted"),
        _text(line.phone, "muted"),
    ]


CELLS: Mapping[Kind, Callable[[Any, ZoneInfo, str], list[Cell]]] = {
    "organisation": organisation_cells,
    "person": person_cells,
}
