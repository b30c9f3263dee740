"""Reading interactions: one row per call, message, meeting or note."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from funnel_tui.domain.said import said
from funnel_tui.domain.status import Direction
from funnel_tui.exchange.dates import DateReader
from funnel_tui.exchange.fields import EMPTY, Bad, Fields, Memo, Rows, name_reader, optional
from funnel_tui.exchange.html_text import html_text, looks_like_html
from funnel_tui.exchange.interaction_words import (
    duration_reader,
    fold,
    known_outcome,
    parse_clock,
    parse_direction,
    parse_state,
)
from funnel_tui.exchange.mapping import Mapping
from funnel_tui.exchange.records import ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.sheets import without_guard
from funnel_tui.exchange.table import Table
from funnel_tui.exchange.values import LIMITS, BadValue, clean_text

ID_LIMIT, OUTCOME_LIMIT, EMAIL_LIMIT = 400, 200, 254

_NAMED_MAIL = re.compile(r"(?P<name>[^<>()]*?)\s*[<(](?P<mail>[^<>()\s@]+@[^<>()\s@]+)[)>]")
_SALESFORCE_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?", re.ASCII)
_ACCOUNT, _OPPORTUNITY = "001", "006"
_WHAT = "whatid"

_TAKEN = (
    *("id", "deal", "organisation", "person", "email", "owner", "kind", "direction", "outcome", "at", "bare"),
    *("planned", "duration", "note"),
)


_GUARDED = ("note",)
"""Texts that are taken as they stand in the file; from all others the guard is off already."""


class InteractionRecord(NamedTuple):
    """One interaction as a file describes it. What the file does not say is None."""

    line: int
    """Physical line of the file on which the row starts."""
    id: str
    """Its id in the other program; where it has none, one made of what the row says."""
    deal: str | None
    organisation: str | None
    person: str | None
    email: str | None
    """The address of the person."""
    owner: str | None
    kind: str
    direction: Direction | None
    outcome: str | None
    at: int
    """When it took or is to take place, in epoch seconds UTC."""
    bare: bool
    """``at`` is a day without a time."""
    planned: bool | None
    duration: int | None
    """Seconds."""
    note: str | None


def read_interactions(
    table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals, made: Counter[bytes]
) -> Iterator[InteractionRecord]:
    """The interactions of a file. Bad rows are refused and passed over.

    ``planned`` is a yes or no, a word for a state, or a day. A day means: planned for then, unless there
    is a day on which it was done.

    :param table: the file.
    :param mapping: which column is which field.
    :param options: how the values are written.
    :param refusals: gets every value and row that is refused.
    :param made: how often a row without an id was met, by what it says; kept over all files of an import,
        so that two calls that are the same in everything stay two.
    :returns: the accepted interactions in the order of the file, read as they are asked for.
    :raises UsageError: for a constant, a time zone or a format that makes no sense.
    :raises FunnelError: when the file cannot be read on, or its dates can be understood in two ways.
    """
    return _InteractionReader(table, mapping, options, refusals, made).records()


class _InteractionReader:
    """One pass over a file of interactions."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        options: ReadOptions,
        refusals: Refusals,
        made: Counter[bytes],
    ) -> None:
        self.fields = fields = Fields(table, mapping, options, refusals)
        self.made = made
        self.seen: dict[str, int] = {}
        self.by_what = mapping.header_of("deal").casefold() == _WHAT
        self.html = mapping.header_of("note").startswith("Activity - ")
        for name, limit in (("id", ID_LIMIT), ("deal", LIMITS["title"]), ("email", EMAIL_LIMIT)):
            fields.add_text(name, limit, needed=False)
        for name in ("organisation", "person", "owner"):
            fields.add(name, name_reader(name, options))
        for name in ("kind", "other_kind"):
            fields.add(name, name_reader(name, options))
        fields.add("subject", name_reader("subject", options, LIMITS["note"]))
        for name in ("outcome", "meeting_outcome"):
            fields.add(name, name_reader(name, options, OUTCOME_LIMIT))
        fields.add("direction", optional(parse_direction))
        fields.add("state", lambda text: parse_state(text, yes=False))
        fields.add("duration", optional(duration_reader(mapping.header_of("duration"))))
        fields.add("due_time", parse_clock)
        fields.add_date("at", DateReader.instant)
        fields.add_date("due", DateReader.instant)
        fields.add_date("planned", _planned)
        self.due_is_at = mapping.columns.get("at") == mapping.columns.get("due")
        if "note" in mapping.columns:
            fields.add_raw("note")
        else:
            fields.add("note", lambda text: clean_text(text, LIMITS["note"], note=True), absent="")
        self.bare = Memo(fields.dates.is_bare)

    def records(self) -> Iterator[InteractionRecord]:
        for batch in self.fields.batches(self._combine):
            values = batch.values
            yield from map(InteractionRecord, batch.lines, *(values[name] for name in _TAKEN))

    def _combine(self, batch: Rows) -> tuple[str, ...]:
        """Put in what takes several columns."""
        values = batch.values
        for name in _GUARDED:
            values[name] = [without_guard(each) if isinstance(each, str) else each for each in values[name]]
        if self.by_what:
            pairs = map(_what, values["deal"], values["organisation"])
            values["deal"], values["organisation"] = map(list, zip(*pairs, strict=True))
        kinds = zip(values["kind"], values["other_kind"], values["subject"], strict=True)
        values["kind"] = [_kind(*each) for each in kinds]
        values["outcome"] = [
            outcome if isinstance(outcome, Bad) else _outcome(outcome or meeting)
            for outcome, meeting in zip(values["outcome"], values["meeting_outcome"], strict=True)
        ]
        people = [_person(*each) for each in zip(values["person"], values["email"], strict=True)]
        values["person"], values["email"] = map(list, zip(*people, strict=True))
        values["bare"] = [self._is_bare(row) for row in batch.raw]
        states = ("planned", "at", "due", "due_time", "state", "meeting_outcome")
        whens = [self._when(*each) for each in zip(*(values[name] for name in states), strict=True)]
        values["planned"], values["at"] = map(list, zip(*whens, strict=True))
        values["note"] = [self._note(*each) for each in zip(values["subject"], values["note"], strict=True)]
        values["id"] = self._ids(batch)
        return ("planned", "at", "note", "id", "kind", "outcome")

    def _is_bare(self, row: Sequence[str]) -> bool:
        text = self.fields.raw("at", row)
        return bool(text.strip()) and self.bare[text] is True

    def _when(
        self, planned: Any, at: Any, due: Any, due_time: Any, state: Any, meeting: Any
    ) -> tuple[Any, Any]:
        """Whether it is planned, and when it took or is to take place."""
        if any(isinstance(each, Bad) for each in (planned, at, due, due_time, state)):
            return planned, at if at is not None else 0
        if due is not None and due_time is not None:
            due = self._at_clock(due, due_time)
            at = due if self.due_is_at else at
        if planned is not None and not isinstance(planned, bool):
            planned, due = (True if at is None else None), planned
        if planned is None:
            planned = state
        if planned is None and isinstance(meeting, str) and fold(meeting) == "scheduled":
            planned = True
        when = (due if due is not None else at) if planned else (at if at is not None else due)
        return planned, Bad(EMPTY) if when is None else when

    def _at_clock(self, day: int, seconds: int) -> int:
        """The instant of a time of day on the day that an instant lies on."""
        zone = self.fields.dates.zone
        midnight = datetime.fromtimestamp(day, zone).replace(tzinfo=None, hour=0, minute=0, second=0)
        return int((midnight + timedelta(seconds=seconds)).replace(tzinfo=zone).timestamp())

    def _note(self, subject: Any, note: Any) -> Any:
        """Subject and text together."""
        if isinstance(note, Bad):
            return note
        if self.html and looks_like_html(note):
            note = html_text(note)
        try:
            text = clean_text(note, LIMITS["note"], note=True)
            if isinstance(subject, str) and subject not in text:
                text = clean_text(f"{subject}\n{text}", LIMITS["note"], note=True)
        except BadValue as error:
            return Bad(error.reason)
        return text or None

    def _ids(self, batch: Rows) -> list[Any]:
        """The ids; a row without one gets one made of what it says, a second row with the same one a Bad."""
        checked: list[Any] = []
        parts = ("deal", "organisation", "person", "email", "owner", "kind", "at")
        rows = zip(*(batch.values[name] for name in parts), strict=True)
        for line, ident, row in zip(batch.lines, batch.values["id"], rows, strict=True):
            if ident is None:
                digest = blake2b("\x1f".join(map(str, row)).encode(), digest_size=12).digest()
                self.made[digest] += 1
                ident = f"row:{digest.hex()}.{self.made[digest]}"
            elif isinstance(ident, str):
                first = self.seen.setdefault(ident, line)
                ident = ident if first == line else Bad(said("line {first} has the same id", first=first))
            checked.append(ident)
        return checked


def _planned(dates: DateReader, text: str) -> int:
    """A yes or no, or the instant something is planned for; a bool is an int."""
    if any(map(str.isdigit, text)) and text.strip() not in ("0", "1"):
        return dates.instant(text)
    return bool(parse_state(text, yes=True))


def _what(deal: Any, organisation: Any) -> tuple[Any, Any]:
    """What a reference that may be to a deal or to an account is to."""
    if not isinstance(deal, str) or not _SALESFORCE_ID.fullmatch(deal) or deal.startswith(_OPPORTUNITY):
        return deal, organisation
    return None, organisation or deal if deal.startswith(_ACCOUNT) else organisation


def _kind(kind: Any, other: Any, subject: Any) -> Any:
    """The kind; where it is empty the one beside it, or the first word of the subject."""
    if kind:
        return kind
    begins = (
        subject.split(":")[0].split()[0] if isinstance(subject, str) and subject.split(":")[0].strip() else ""
    )
    if fold(begins) in {"call", "email", "meeting"}:
        return begins.title()
    return other or Bad(EMPTY)


def _outcome(text: Any) -> Any:
    """An outcome in our words; that a meeting is scheduled is none."""
    if not isinstance(text, str):
        return text
    return None if fold(text) == "scheduled" else known_outcome(text)


def _person(person: Any, email: Any) -> tuple[Any, Any]:
    """Name and address; ``Kari Lie (kari@x.no)`` and a bare address are taken apart."""
    if not isinstance(person, str):
        return person, email
    named = _NAMED_MAIL.fullmatch(person)
    if named:
        return named["name"].strip(" \"'") or named["mail"], email or named["mail"]
    if "@" in person and " " not in person:
        return person, email or person
    return person, email
