"""How a file would be imported: what it looks like, its first rows as they would be read, and a rehearsal.

Nothing here is kept. The look reads the head of the file; the rehearsal is the whole import with everything
it would refuse, in a copy of the database where that is a file, so that nobody waits for it.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Database, Target
from funnel_tui.db.backup import transfer
from funnel_tui.db.reader import connect_sqlite
from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_of
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.shown import count_text, money_text
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.contacts import read_contacts
from funnel_tui.exchange.deals import read_deals
from funnel_tui.exchange.events import read_events
from funnel_tui.exchange.fields import BadConstant
from funnel_tui.exchange.interactions import read_interactions
from funnel_tui.exchange.letters import letter_kind
from funnel_tui.exchange.mapping import Mapping as ColumnMapping
from funnel_tui.exchange.mapping import build_mapping, map_columns
from funnel_tui.exchange.profiles import (
    FIELDS,
    GENERIC,
    PROFILES,
    REQUIRED,
    Profile,
    complete_options,
    guess_profile,
    normal_header,
)
from funnel_tui.exchange.quotas import read_quotas
from funnel_tui.exchange.rates import read_rates
from funnel_tui.exchange.records import Kind, ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table, open_table
from funnel_tui.exchange.vcard import is_cards, open_cards
from funnel_tui.language import tr
from funnel_tui.services.importing.offered import KnownPipeline
from funnel_tui.services.importing.outcome import AllRefusals, ImportRefused, Outcome
from funnel_tui.services.importing.plan import KINDS, ImportOptions, Progress
from funnel_tui.services.importing.run import run_import
from funnel_tui.services.workspace import Workspace

SAMPLE = 50
"""Rows of the file that are shown as they would be read."""

IN_PIPELINES: tuple[Kind, ...] = ("deals", "history")
"""What is imported into a pipeline."""

TELL_ROWS = 1000
"""How often a long reading tells how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose about a file; what is None is found out.

    :param maps: field to column; an empty column leaves the field out.
    :param values: field to a text that every row has.
    :param decimal: the decimal mark of amounts.
    :param header: whether the first row names the columns.
    :param pipeline: the pipeline of all deals; it is made where it is missing.
    """

    kind: Kind | None = None
    program: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
    header: bool = True
    pipeline: str | None = None

    def reading(self, time_zone: str = "UTC") -> ReadOptions:
        """How values are read."""
        return ReadOptions(
            header=self.header, date_format=self.date_format, decimal=self.decimal, timezone=time_zone
        )

    def mapped(self, kind: Kind, table: Table, profile: Profile) -> ColumnMapping:
        """Which column is which field, also where a needed one is missing."""
        return map_columns(kind, table.columns, profile, *self._given(kind))

    def built(self, kind: Kind, table: Table, profile: Profile, name: str) -> ColumnMapping:
        """Which column is which field.

        :param name: the file, for messages.
        :raises FunnelError: for a file that cannot be read so.
        """
        return build_mapping(kind, table.columns, profile, *self._given(kind), name)

    def _given(self, kind: Kind) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Columns and texts by field; the pipeline of all deals is that of every row."""
        if self.pipeline is None or kind != "deals":
            return self.maps, self.values
        maps = {name: column for name, column in self.maps.items() if name != "pipeline"}
        return maps, {**self.values, "pipeline": self.pipeline}


@dataclass(frozen=True, slots=True)
class FieldLook:
    """A field of what is imported, and where it comes from.

    :param column: the column of the file; None where there is none.
    :param constant: the text of every row; None where there is none.
    :param sample: the first text of the column that is not empty.
    :param needed: a file without it cannot be imported.
    """

    name: str
    column: str | None
    constant: str | None
    sample: str
    needed: bool


@dataclass(frozen=True, slots=True)
class FileLook:
    """How a file would be read.

    :param program: the name of the profile.
    :param fields: all fields of the kind, in their order; none where the file is no table.
    :param columns: the columns of the file, each with its first text that is not empty.
    :param unread: the columns no field is read from.
    :param shown: the fields of ``rows``.
    :param rows: the first rows as they would be read.
    :param problem: why the file cannot be read in this way; empty when it can.
    :param bad_value: a field that cannot have the text chosen for every row, and why.
    :param pipelines: what can be chosen as the pipeline; :func:`look` knows none.
    """

    kind: Kind
    program: str
    fields: tuple[FieldLook, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    problem: str = ""
    bad_value: tuple[str, str] | None = None
    pipelines: tuple[KnownPipeline, ...] = ()

    @property
    def new_pipeline(self) -> bool:
        """Whether a pipeline is chosen that is not known."""
        names = {one.name.casefold() for one in self.pipelines}
        return any(
            field.name == "pipeline" and field.constant is not None and field.constant.casefold() not in names
            for field in self.fields
        )


class Stopped(FunnelError):
    """The user did not want to wait for the end."""


def read_through(
    path: Path, choices: Choices, settings: TeamSettings, told: Progress
) -> tuple[int, ImportRefused | None]:
    """Read every row of a table, without the database: much faster than the whole import.

    :param told: is told how far it is; it may raise :class:`Stopped`.
    :returns: how many rows can be read, and what is refused.
    :raises FunnelError: as :func:`look`.
    """
    table, kind, profile = _opened(path, choices)
    mapping = choices.built(kind, table, profile, path.name)
    whole = complete_options(profile, choices.reading(settings.time_zone), settings.base_currency)
    refusals = AllRefusals(None, several=False)
    rows = 0
    for _ in _records(kind, table, mapping, whole, settings, refusals.of(table.name)):
        rows += 1
        if rows % TELL_ROWS == 0:
            told("reading", table.position, table.size)
    return rows, refusals.error(None) if refusals else None


def look(path: Path, choices: Choices, settings: TeamSettings) -> FileLook:
    """Look at the head of a file.

    :param settings: of the team; their time zone and currency count where the file names none.
    :raises FunnelError: for a file that cannot be read at all.
    """
    letter = letter_kind(str(path))
    if letter is not None:
        path.stat()
        return FileLook("interactions", letter)
    table, kind, profile = _opened(path, choices)
    mapping = choices.mapped(kind, table, profile)
    samples = _samples(table)
    rows: tuple[tuple[str, ...], ...] = ()
    shown = tuple(name for name in FIELDS[kind] if _is_shown(kind, name, mapping))
    problem, bad_value = "", None
    try:
        choices.built(kind, table, profile, path.name)
        whole = complete_options(profile, choices.reading(settings.time_zone), settings.base_currency)
        zone = ZoneInfo(settings.time_zone)
        records = _records(kind, table, mapping, whole, settings, Refusals())
        rows = tuple(tuple(_cell(name, record, zone) for name in shown) for record in islice(records, SAMPLE))
    except BadConstant as error:
        problem, bad_value = error.message, (error.field, error.problem)
    except FunnelError as error:
        problem = error.message
    used = set(mapping.columns.values())
    return FileLook(
        kind,
        profile.name,
        (*(_field(kind, name, mapping, samples) for name in FIELDS[kind]), *_added(kind, choices)),
        tuple(zip(table.columns, samples, strict=True)),
        tuple(name for place, name in enumerate(table.columns) if place not in used),
        shown,
        rows,
        problem,
        bad_value,
    )


def guess_kind(columns: tuple[str, ...], profile: Profile) -> Kind:
    """What a file holds: the kind that most of its columns are known of."""
    best: tuple[int, Kind] = (0, "deals")
    for kind in KINDS:
        try:
            mapping = build_mapping(kind, columns, profile)
        except FunnelError:
            continue
        known = len(set(mapping.columns.values()))
        if known > best[0]:
            best = (known, kind)
    if best[1] not in {"history", "interactions"} and _names_deals(columns, profile):
        return "deals"
    return best[1]


def _names_deals(columns: tuple[str, ...], profile: Profile) -> bool:
    """Whether columns are such as only files of deals have, though perhaps the id is not known yet."""
    places = map_columns("deals", columns, profile).columns
    titled = "title" in places and "deal" in normal_header(columns[places["title"]])
    return "stage" in places or titled


def options_of(
    path: Path,
    seen: FileLook,
    choices: Choices,
    *,
    first: FirstAnswers | None = None,
    progress: Progress | None = None,
) -> ImportOptions:
    """The import of a file as it is shown.

    :param seen: the file as :func:`look` found it with these choices.
    """
    known = seen.program if seen.program in PROFILES and choices.program else None
    return ImportOptions(
        kind=seen.kind,
        files=(str(path),),
        profile=known,
        maps=choices.maps,
        values=choices.values,
        read=choices.reading(),
        pipeline=choices.pipeline if seen.kind in IN_PIPELINES else None,
        first=first,
        progress=progress,
    )


def rehearse(workspace: Workspace, options: ImportOptions) -> Outcome:
    """Do an import and keep nothing.

    :raises ImportRefused: with the rows that would be refused.
    :raises FunnelError: as :func:`~funnel_tui.services.importing.run.run_import`.
    """
    with _elsewhere(workspace) as place:
        return run_import(place, replace(options, dry_run=True))


def stopping(wanted: Callable[[], bool], told: Progress) -> Progress:
    """A progress that ends the import when somebody wants it to.

    :param wanted: whether the import is to end.
    :param told: is told how far it is.
    """

    def progress(doing: str, done: int, whole: int) -> None:
        if wanted():
            raise Stopped(tr("Stopped: nothing was imported."))
        told(doing, done, whole)

    return progress


@contextmanager
def _elsewhere(workspace: Workspace) -> Iterator[Workspace]:
    """A workspace on a copy of the database, where that is a file: nobody waits for what is tried there."""
    source = workspace.database.target.path
    if source is None:
        yield workspace
        return
    with tempfile.TemporaryDirectory(prefix="funnel-preview-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.db"
        copy.touch(mode=0o600)
        with closing(connect_sqlite(source)) as reading, closing(connect_sqlite(copy)) as writing:
            transfer(reading, writing, str(source))
        database = Database(Target(path=copy))
        try:
            yield Workspace(database, clock=workspace.clock, actor=workspace.actor, habits=workspace.habits)
        finally:
            database.close()


def _opened(path: Path, choices: Choices) -> tuple[Table, Kind, Profile]:
    """The file as a table, what it holds, and where it comes from."""
    if is_cards(str(path)):
        return open_cards(str(path)), "contacts", GENERIC  # cards name their fields themselves
    table = open_table(path, header=choices.header)
    profile = PROFILES[choices.program] if choices.program else guess_profile(table.columns)
    return table, choices.kind or guess_kind(table.columns, profile), profile


def _samples(table: Table) -> list[str]:
    """The first text of each column that is not empty, as far as the first rows have one."""
    samples = [""] * len(table.columns)
    for _, rows in table.batches(Refusals()):
        for row in rows:
            samples = [sample or text.strip() for sample, text in zip(samples, row, strict=True)]
        break
    return samples


def _is_shown(kind: Kind, name: str, mapping: ColumnMapping) -> bool:
    """Whether a field is a column of the first rows. The state of a deal follows from its stage too."""
    if name == "currency" and mapping.has("amount"):
        return False  # it stands behind the amount
    return mapping.has(name) or (kind == "deals" and name == "status" and mapping.has("stage"))


def _field(kind: Kind, name: str, mapping: ColumnMapping, samples: list[str]) -> FieldLook:
    place = mapping.columns.get(name)
    return FieldLook(
        name,
        None if place is None else mapping.header[place],
        mapping.constants.get(name),
        "" if place is None else samples[place],
        name in REQUIRED[kind],
    )


def _added(kind: Kind, choices: Choices) -> Iterator[FieldLook]:
    """The pipeline of a history: no column says it, but it can be chosen."""
    if kind == "history":
        yield FieldLook("pipeline", None, choices.pipeline, "", needed=False)


def _records(
    kind: Kind,
    table: Table,
    mapping: ColumnMapping,
    options: ReadOptions,
    settings: TeamSettings,
    refusals: Refusals,
) -> Iterator[Any]:
    """The rows of a file as they are read; those that are refused are left out."""
    match kind:
        case "deals":
            return read_deals(table, mapping, options, refusals)
        case "history":
            return read_events(table, mapping, options, refusals)
        case "interactions":
            return read_interactions(table, mapping, options, refusals, Counter())
        case "contacts":
            return read_contacts(table, mapping, options, refusals, strict_role=False)
        case "quotas":
            return read_quotas(table, mapping, options, refusals, settings.fiscal_start)
        case "rates":
            return read_rates(table, mapping, options, refusals)


_INSTANTS = frozenset({"created", "closed", "at"})
_DAYS = {"expected_close": "expected_close", "start": "start_day", "end": "end_day", "date": "day"}


def _cell(name: str, record: Any, zone: ZoneInfo) -> str:
    """A field of a record as people read it."""
    value = getattr(record, _DAYS.get(name, name), None)
    if value is None:
        return ""
    if name in _DAYS:
        return day_of(value - 1 if name == "end" else value).isoformat()
    if name in _INSTANTS:
        moment = datetime.fromtimestamp(value, zone)
        return f"{moment:%Y-%m-%d}" if not moment.hour + moment.minute else f"{moment:%Y-%m-%d %H:%M}"
    if name == "amount":
        currency = record.currency
        return money_text(Money(value, currency), currency=True) if currency else count_text(value)
    if name == "probability":
        return f"{value / 100:g} %"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)
