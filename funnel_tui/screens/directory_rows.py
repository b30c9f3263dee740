"""What belongs to an organisation or a person, as rows of tables: deals, people, interactions, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.directory import (
    ChangeEntry,
    DealEntry,
    InteractionEntry,
    OrganisationDetail,
    PersonDetail,
)
from funnel_tui.domain.shown import NO_VALUE, count_text, money_text
from funnel_tui.domain.status import DealStatus, Direction
from funnel_tui.domain.status_words import DEAL_STATUSES, ORGANISATION_STATUSES
from funnel_tui.language import tr, trn
from funnel_tui.screens.directory_words import amount_words, day_words
from funnel_tui.screens.directory_words import person_cells as list_person_cells
from funnel_tui.screens.history_words import brief_when
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.words import role_words

Detail = OrganisationDetail | PersonDetail


class Section(StrEnum):
    """What the table of a detail shows."""

    DEALS = "deals"
    PEOPLE = "people"
    INTERACTIONS = "interactions"
    CHANGES = "changes"


SECTION_WORDS = {
    Section.DEALS: tr("Deals"),
    Section.PEOPLE: tr("People"),
    Section.INTERACTIONS: tr("Interactions"),
    Section.CHANGES: tr("Changes"),
}


class Reading(NamedTuple):
    """How instants read."""

    zone: ZoneInfo
    now: int


_MARKS = {DealStatus.OPEN: ("", "plain"), DealStatus.WON: ("+", "good"), DealStatus.LOST: ("x", "bad")}
# Translators: what became of a deal; at most 6 cells.
# Translators: who began an interaction.
_WAYS = {Direction.IN: tr("from them"), Direction.OUT: tr("to them")}

COLUMNS: Mapping[Section, Sequence[GridColumn]] = {
    Section.DEALS: (
        GridColumn("mark", "", 1, right=False),
        GridColumn("deal", tr("Deal"), 32, least=22, right=False, stretch=True),
        GridColumn("status", tr("Status"), 6, right=False),
        GridColumn("stage", tr("Stage"), 16, least=11, right=False, rank=1),
        GridColumn("amount", tr("Amount"), 17, least=15, rank=2),
        GridColumn("closed", tr("Closed"), 12, least=11, right=False, rank=3),
        GridColumn("about", tr("Part"), 14, least=10, right=False, rank=4),
        GridColumn("owner", tr("Owner"), 18, least=12, right=False, rank=5),
    ),
    Section.PEOPLE: (
        GridColumn("name", tr("Person"), 26, least=18, right=False, stretch=True),
        GridColumn("email", tr("E-mail"), 30, least=18, right=False, rank=1),
        GridColumn("phone", tr("Phone"), 18, least=14, right=False, rank=2),
        GridColumn("open", tr("Open"), 5, least=4, rank=3),
        GridColumn("won", tr("Won"), 4, least=3, rank=4),
        GridColumn("last", tr("Last contact"), 12, least=11, brief=tr("Contact"), right=False, rank=5),
    ),
    Section.INTERACTIONS: (
        GridColumn("when", tr("When"), 12, right=False),
        GridColumn("kind", tr("What"), 18, least=12, right=False),
        GridColumn("words", tr("Outcome and note"), 40, least=20, right=False, stretch=True),
        GridColumn("with", tr("With"), 20, least=12, right=False, rank=1),
        GridColumn("owner", tr("Who"), 16, least=10, right=False, rank=2),
        GridColumn("deal", tr("Deal"), 28, least=16, right=False, rank=3),
    ),
    Section.CHANGES: (
        GridColumn("when", tr("When"), 12, right=False),
        GridColumn("who", tr("Who"), 14, least=10, right=False),
        GridColumn("what", tr("What"), 44, least=28, right=False, stretch=True),
        GridColumn("state", tr("State"), 6, right=False, rank=1),
    ),
}


def deal_cells(entry: DealEntry, reading: Reading) -> list[Cell]:
    """A deal; won and lost are told by a sign and a word."""
    mark, look = _MARKS[entry.status]
    return [
        Cell(mark, look),
        Cell(entry.title),
        Cell(DEAL_STATUSES[entry.status], look),
        Cell(entry.stage, "muted"),
        Cell(money_text(entry.amount, decimals=False, currency=True), "plain" if entry.amount else "dim"),
        _maybe(None if entry.closed_at is None else day_words(entry.closed_at, reading.zone)),
        _maybe(role_words(entry.role) if entry.role else None),
        Cell(entry.owner, "muted"),
    ]


def person_cells(line: Any, reading: Reading) -> list[Cell]:
    """A person of the organisation."""
    _, name, _, is_open, won, last, email, phone = list_person_cells(line, reading.zone)
    return [name, email, phone, is_open, won, last]


def interaction_cells(entry: InteractionEntry, reading: Reading) -> list[Cell]:
    """An interaction; a planned one says so."""
    words = " · ".join(part for part in (outcome_word(entry.outcome or ""), entry.note) if part)
    return [
        Cell(brief_when(entry.at, reading.zone, reading.now), "muted"),
        Cell(
            tr("planned {kind}").format(kind=kind_word(entry.kind))
            if entry.planned
            else kind_word(entry.kind),
            "warn" if entry.planned else "plain",
        ),
        _maybe(" ".join(words.split()), "plain"),
        _maybe(entry.person),
        Cell(entry.owner, "muted"),
        _maybe(entry.deal),
    ]


def change_cells(entry: ChangeEntry, reading: Reading) -> list[Cell]:
    """Something that was done to the row."""
    look = "muted" if entry.undone else "plain"
    return [
        Cell(brief_when(entry.at, reading.zone, reading.now), "muted"),
        Cell(entry.actor, look),
        Cell(entry.summary, look),
        Cell(tr("undone") if entry.undone else "", "warn"),
    ]


CELLS: Mapping[Section, Callable[[Any, Reading], list[Cell]]] = {
    Section.DEALS: deal_cells,
    Section.PEOPLE: person_cells,
    Section.INTERACTIONS: interaction_cells,
    Section.CHANGES: change_cells,
}


def _maybe(text: str | None, look: str = "muted") -> Cell:
    return Cell(text, look) if text else Cell(NO_VALUE, "dim")


class EntryRows:
    """Entries as rows, with a further row while there is more to read.

    :param want_more: is called when that row is to be drawn; None when everything is there.
    """

    def __init__(
        self,
        entries: Sequence[Any],
        section: Section,
        reading: Reading,
        want_more: Callable[[], object] | None,
    ) -> None:
        self.entries, self._draw, self._reading, self._want_more = entries, CELLS[section], reading, want_more

    def __len__(self) -> int:
        return len(self.entries) + (self._want_more is not None)

    def cells(self, row: int) -> Sequence[Cell] | None:
        """An entry; None for those that are on their way."""
        if row < len(self.entries):
            return self._draw(self.entries[row], self._reading)
        if self._want_more is not None:
            self._want_more()
        return None


def fact_lines(detail: Detail, zone: ZoneInfo) -> list[str]:
    """What is known, one line each, the most useful first."""
    return [" · ".join(part for part in parts if part) for parts in _facts(detail, zone)]


def _facts(detail: Detail, zone: ZoneInfo) -> Iterator[list[str]]:
    line = detail.line
    last = tr("last contact {day}") if line.last_at is not None else tr("no contact yet")
    last = last.format(day=day_words(line.last_at, zone))
    had = trn("{n} open deal, {won} won", "{n} open deals, {won} won", line.open_deals)
    had = had.format(n=count_text(line.open_deals), won=count_text(line.won_deals))
    number = tr("id {number}").format(number=detail.external_id) if detail.external_id else ""
    if isinstance(detail, OrganisationDetail):
        yield [_status(detail), had, last]
        worth = amount_words(detail.line.open_amount)
        owners = ", ".join(detail.line.owners)
        yield [
            tr("open deals worth {worth}").format(worth=worth) if worth != NO_VALUE else "",
            tr("owned by {owners}").format(owners=owners) if owners else "",
            number,
        ]
    else:
        place = detail.line.organisation
        yield [
            tr("at {organisation}").format(organisation=place) if place else tr("at no organisation"),
            had,
            last,
        ]
        yield [detail.line.email or tr("no e-mail"), detail.line.phone or tr("no telephone"), number]


def _status(detail: OrganisationDetail) -> str:
    if detail.line.status is detail.set_status:
        return ORGANISATION_STATUSES[detail.line.status]
    return tr("customer (a deal is won)")


def full_text(entry: InteractionEntry | ChangeEntry, zone: ZoneInfo) -> tuple[str, list[str]]:
    """A heading and lines that say all of an interaction or a change."""
    when = f"{datetime.fromtimestamp(entry.at, zone):%Y-%m-%d %H:%M}"
    if isinstance(entry, ChangeEntry):
        names = sorted({*(entry.before or {}), *(entry.after or {})})
        old, new = entry.before or {}, entry.after or {}
        lines = [f"{name}: {_shown(old.get(name))} → {_shown(new.get(name))}" for name in names]
        done = tr("{when} by {actor}, undone") if entry.undone else tr("{when} by {actor}")
        return entry.summary, [done.format(when=when, actor=entry.actor), "", *lines]
    took = count_text(entry.duration_seconds // 60) if entry.duration_seconds else ""
    facts = (
        (tr("When"), tr("{when} (planned)").format(when=when) if entry.planned else when),
        # Translators: whose interaction it is.
        (tr("By"), entry.owner),
        # Translators: from them or to them.
        (tr("Direction"), _WAYS.get(entry.direction, "")),
        (tr("With"), entry.person or ""),
        (tr("Deal"), entry.deal or ""),
        # Translators: how long a call or a meeting was.
        (tr("Took"), tr("{n} min").format(n=took) if took else ""),
        (tr("Outcome"), outcome_word(entry.outcome or "")),
    )
    room = max(cell_len(label) for label, _ in facts) + 2
    lines = [f"{label}{' ' * (room - cell_len(label))}{text}" for label, text in facts if text]
    return kind_word(entry.kind), [*lines, "", *(entry.note or tr("no note")).splitlines()]


def _shown(value: object) -> str:
    return NO_VALUE if value is None or value == "" else str(value)
