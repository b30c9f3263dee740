"""How a file would be imported: what it looks like, its first rows as they would be read, and a rehearsal.

Nothing here is kept. The look reads the head of the file; the rehearsal is the whole import with everything
it would refuse, in a copy of the database where that is a file, so that nobody waits for it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Database, Target
from funnel_tui.db.backup import transfer
from funnel_tui.db.reader import connect_sqlite
from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.said import inside_of
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.fields import BadConstant
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
from funnel_tui.exchange.records import Kind, ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table, open_table
from funnel_tui.exchange.vcard import is_cards, open_cards
from funnel_tui.language import tr
from funnel_tui.services.importing.beside import Beside, find_beside, with_names
from funnel_tui.services.importing.first_rows import cell, currencies, records, without_name
from funnel_tui.services.importing.money import MoneyLook
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


SKIPPABLE: Kind = "interactions"
"""What can be imported without its refused rows: each stands for itself, and mail cannot be mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose about a file; what is None is found out.

    :param maps: field to column; an empty column leaves the field out.
    :param values: field to a text that every row has.
    :param decimal: the decimal mark of amounts.
    :param header: whether the first row names the columns.
    :param pipeline: the pipeline of all deals; it is made where it is missing.
    :param beside: by the name of a file in the same folder whether it is read too.
    :param skip_bad: interactions: refused rows are left out, and the others are imported.
    """

    kind: Kind | None = None
    program: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
    header: bool = True
    pipeline: str | None = None
    beside: Mapping[str, bool] = field(default_factory=dict)
    skip_bad: bool = False

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
    :param other: what gives it where no column and no text does: a currency, or the name of another file.
    """

    name: str
    column: str | None
    constant: str | None
    sample: str
    needed: bool
    other: str = ""


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
    :param beside: the files of the same folder that can be read with it.
    :param nameless: an organisation that is only an id or a domain; empty where they have names.
    :param currencies: those of the amounts of the first rows.
    :param pipelines: what can be chosen as the pipeline; :func:`look` knows none.
    :param money: what is known of their currencies; :func:`look` does not know it.
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
    beside: tuple[Beside, ...] = ()
    nameless: str = ""
    currencies: frozenset[str] = frozenset()
    pipelines: tuple[KnownPipeline, ...] = ()
    money: MoneyLook | None = None

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
    refusals = AllRefusals(None, several=False)
    beside = find_beside(path, kind, profile.name, choices.beside, header=choices.header)
    read = with_names(choices.reading(settings.time_zone), beside, refusals)
    whole = complete_options(profile, read, settings.base_currency)
    rows = 0
    for _ in records(kind, table, mapping, whole, settings, refusals.of(table.name)):
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
    beside = find_beside(path, kind, profile.name, choices.beside, header=choices.header)
    first: list[Any] = []
    problem, bad_value = "", None
    whole = complete_options(profile, choices.reading(settings.time_zone), settings.base_currency)
    others = _others(kind, mapping, beside, whole.currency or "")
    try:
        choices.built(kind, table, profile, path.name)
        whole = with_names(whole, beside, AllRefusals(None, several=False))
        first = list(islice(records(kind, table, mapping, whole, settings, Refusals()), SAMPLE))
    except BadConstant as error:
        problem, bad_value = inside_of(error.message), (error.field, inside_of(error.problem))
    except FunnelError as error:
        problem = " ".join(filter(None, (inside_of(error.message), inside_of(error.hint))))
    used, zone = set(mapping.columns.values()), ZoneInfo(settings.time_zone)
    shown = tuple(name for name in FIELDS[kind] if _is_shown(kind, name, mapping, others))
    return FileLook(
        kind,
        profile.name,
        (*(_field(kind, name, mapping, samples, others) for name in FIELDS[kind]), *_added(kind, choices)),
        tuple(zip(table.columns, samples, strict=True)),
        tuple(name for place, name in enumerate(table.columns) if place not in used),
        shown,
        tuple(tuple(cell(name, record, zone) for name in shown) for record in first),
        problem,
        bad_value,
        beside,
        without_name(kind, first),
        currencies(kind, first),
    )


def _others(kind: Kind, mapping: ColumnMapping, beside: Sequence[Beside], currency: str) -> Mapping[str, str]:
    """What gives a field that neither a column nor a text gives."""
    others = {}
    for each in beside:
        if each.used and each.what == "teams":
            others["team"] = each.path.name
    if kind == "deals" and mapping.has("amount"):
        others["currency"] = currency
    return {name: text for name, text in others.items() if not mapping.has(name)}


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
        files=(str(path), *(str(each.path) for each in seen.beside if each.used)),
        profile=known,
        maps=choices.maps,
        values=choices.values,
        read=choices.reading(),
        pipeline=choices.pipeline if seen.kind in IN_PIPELINES else None,
        first=first,
        progress=progress,
        skip_bad=choices.skip_bad and seen.kind == SKIPPABLE,
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


def _is_shown(kind: Kind, name: str, mapping: ColumnMapping, others: Mapping[str, str]) -> bool:
    """Whether a field is a column of the first rows. The state of a deal follows from its stage too."""
    if name == "currency" and mapping.has("amount"):
        return False  # it stands behind the amount
    return (
        mapping.has(name) or name in others or (kind == "deals" and name == "status" and mapping.has("stage"))
    )


def _field(
    kind: Kind, name: str, mapping: ColumnMapping, samples: list[str], others: Mapping[str, str]
) -> FieldLook:
    place = mapping.columns.get(name)
    return FieldLook(
        name,
        None if place is None else mapping.header[place],
        mapping.constants.get(name),
        "" if place is None else samples[place],
        name in REQUIRED[kind],
        others.get(name, ""),
    )


def _added(kind: Kind, choices: Choices) -> Iterator[FieldLook]:
    """The pipeline of a history: no column says it, but it can be chosen."""
    if kind == "history":
        yield FieldLook("pipeline", None, choices.pipeline, "", needed=False)
