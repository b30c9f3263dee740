"""Organisations and people as rows of a table: columns, sorting, and the words around the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from funnel_tui.domain.calendar_names import day_text
from funnel_tui.domain.directory import (
    Kind,
    OpenAmount,
    OrganisationLine,
    OrganisationSort,
    PersonLine,
    PersonSort,
)
from funnel_tui.domain.shown import NO_VALUE, clean, count_text, money_text
from funnel_tui.domain.status import OrganisationStatus
from funnel_tui.domain.status_words import ORGANISATION_STATUSES
from funnel_tui.language import tr, trn
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.named_keys import with_keys

UP, DOWN = "▲", "▼"

ORGANISATION_COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("name", tr("Organisation"), 34, least=22, right=False, stretch=True),
    GridColumn("status", tr("Status"), 8, right=False, rank=1),
    GridColumn("open", tr("Open"), 5, least=4, rank=2),
    GridColumn("won", tr("Won"), 4, least=3, rank=3),
    GridColumn("amount", tr("Open amount"), 17, least=15, rank=4),
    GridColumn("last", tr("Last contact"), 12, least=11, brief=tr("Contact"), right=False, rank=5),
    GridColumn("owners", tr("Owners"), 30, least=12, right=False, rank=6),
)
PERSON_COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("name", tr("Person"), 26, least=18, right=False, stretch=True),
    GridColumn("organisation", tr("Organisation"), 28, least=16, right=False, rank=1),
    GridColumn("open", tr("Open"), 5, least=4, rank=2),
    GridColumn("won", tr("Won"), 4, least=3, rank=3),
    GridColumn("last", tr("Last contact"), 12, least=11, brief=tr("Contact"), right=False, rank=4),
    GridColumn("email", tr("E-mail"), 30, least=14, right=False, rank=5),
    GridColumn("phone", tr("Phone"), 18, least=12, right=False, rank=6),
)
COLUMNS: Mapping[Kind, Sequence[GridColumn]] = {
    "organisation": ORGANISATION_COLUMNS,
    "person": PERSON_COLUMNS,
}

_SORT_WORDS: Mapping[Kind, Mapping[str, tuple[str, str]]] = {
    "organisation": {
        OrganisationSort.NAME: ("n", tr("name")),
        OrganisationSort.STATUS: ("s", tr("status")),
        OrganisationSort.OPEN: ("o", tr("open deals")),
        OrganisationSort.WON: ("w", tr("won deals")),
        OrganisationSort.AMOUNT: ("a", tr("open amount")),
        OrganisationSort.LAST: ("l", tr("last contact")),
    },
    "person": {
        PersonSort.NAME: ("n", tr("name")),
        PersonSort.ORGANISATION: ("g", tr("organisation")),
        PersonSort.OPEN: ("o", tr("open deals")),
        PersonSort.WON: ("w", tr("won deals")),
        PersonSort.LAST: ("l", tr("last contact")),
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
    if kind == "organisation":
        words = trn("{n} organisation", "{n} organisations", count)
    else:
        words = trn("{n} person", "{n} people", count)
    return words.format(n=count_text(count))


def title_words(wish: Wish, count: int, marked: str | None) -> str:
    """What the list shows: ``94 organisations by open deals ▼ · only “as”``."""
    # Translators: such as "94 open deals by close ▲": what is listed, and by what it is sorted.
    words = tr("{what} by {order} {mark}").format(
        what=counted(wish.kind, count),
        order=_SORT_WORDS[wish.kind][wish.sort][1],
        mark=DOWN if wish.descending else UP,
    )
    parts = [words]
    if wish.text.strip():
        parts.append(tr("only “{text}”").format(text=wish.text.strip()))
    if marked is not None:
        # Translators: a name of an organisation or a person.
        parts.append(tr("marked: {name}").format(name=marked))
    return " · ".join(parts)


_NO_MATCH: Mapping[Kind, str] = {
    "organisation": tr("No organisation matches “{text}”."),
    "person": tr("No person matches “{text}”."),
}
_NONE: Mapping[Kind, str] = {
    "organisation": tr("There are no organisations yet."),
    "person": tr("There are no people yet."),
}
_HOW_TO_BEGIN: Mapping[Kind, str] = {
    "organisation": tr(
        "{directory_new} makes a new organisation; a deal's form makes one too. "
        "{import_file} imports a file of contacts."
    ),
    "person": tr(
        "{directory_new} makes a new person; a deal's form makes one too. {import_file} "
        "imports a file of contacts."
    ),
}


def empty_words(wish: Wish) -> Text:
    """What to say instead of an empty list."""
    if wish.text.strip():
        what = _NO_MATCH[wish.kind].format(text=clean(wish.text.strip()))
        hint = with_keys(
            tr(
                "esc shows all again; {directory_kind} looks among the others, {find} finds with "
                "typing errors too."
            )
        )
    else:
        what, hint = _NONE[wish.kind], with_keys(_HOW_TO_BEGIN[wish.kind])
    return Text(what, "bold").append(f"\n\n{hint}", "not bold")


def day_words(instant: int | None, zone: ZoneInfo) -> str:
    """A day with its year."""
    if instant is None:
        return NO_VALUE
    return day_text(datetime.fromtimestamp(instant, zone))


def status_cell(status: OrganisationStatus) -> Cell:
    """Customer or prospect."""
    return Cell(ORGANISATION_STATUSES[status], "good" if status is OrganisationStatus.CUSTOMER else "muted")


def amount_words(open_amount: OpenAmount) -> str:
    """The sum in the base currency; where a rate is missing, one sum per currency (METRICS M8)."""
    if not open_amount.amounts:
        return NO_VALUE
    if open_amount.base is not None:
        return money_text(open_amount.base, decimals=False, currency=True)
    return " + ".join(money_text(one, decimals=False, currency=True) for one in open_amount.amounts)


def _count(count: int) -> Cell:
    return Cell(count_text(count) if count else NO_VALUE, "plain" if count else "dim")


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
