"""What is to be imported, from which files, and how their columns are to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.money import exponent
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.errors import UsageError
from funnel_tui.exchange.amounts import marks_for
from funnel_tui.exchange.companions import (
    TeamMember,
    companion_kind,
    read_accounts,
    read_products,
    read_teams,
)
from funnel_tui.exchange.letters import LetterKind, letter_kind
from funnel_tui.exchange.mapping import Mapping as ColumnMapping
from funnel_tui.exchange.mapping import build_mapping
from funnel_tui.exchange.profiles import GENERIC, PROFILES, Profile, complete_options, guess_profile
from funnel_tui.exchange.records import Kind, ReadOptions
from funnel_tui.exchange.table import Table, open_table, readable
from funnel_tui.exchange.values import BadValue, nearest, parse_currency, sentence, visible
from funnel_tui.language import tr
from funnel_tui.services.importing.outcome import AllRefusals, FileRefusals

DEFAULT_PIPELINE = "Sales"
"""The pipeline of deals that name none."""

KINDS: tuple[Kind, ...] = ("deals", "history", "interactions", "contacts", "quotas", "rates")
"""What can be imported."""

WITH_COMPANIONS: tuple[Kind, ...] = ("deals", "contacts", "interactions")
"""What may have files of accounts beside it."""

Progress = Callable[[str, int, int], None]
"""Told now and then: what is being done, bytes of the files read, bytes of the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the user asks for.

    :param kind: deals, history, interactions, contacts or rates.
    :param files: the files, in the order they are to be read. Beside deals there may be files of accounts,
        products and sales teams, beside contacts and interactions files of accounts. Contacts may be vCards,
        interactions may be mail (``.eml``, ``.mbox``) and calendars (``.ics``).
    :param profile: the name of the program the files come from; None guesses it from each header.
    :param maps: field to column.
    :param values: field to a constant.
    :param read: how values are written; ``stages``, ``won`` and ``lost`` are among it.
    :param timezone: zone of times without an offset; None is the team's.
    :param pipeline: the pipeline of all deals; None is that of the row, else :data:`DEFAULT_PIPELINE`.
    :param dry_run: do everything and keep nothing.
    :param errors: a file that gets every refusal as CSV.
    :param skip_bad: interactions: leave refused rows out and write the others.
    :param add_kinds: interactions: make kinds that are not there.
    :param kinds: interactions: what the files call a kind, and the kind it is read as.
    :param first: what a new user answered; it is written with the first import, as part of it.
    """

    kind: Kind
    files: tuple[str, ...]
    profile: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    read: ReadOptions = field(default_factory=ReadOptions)
    timezone: str | None = None
    pipeline: str | None = None
    dry_run: bool = False
    errors: Path | None = None
    progress: Progress | None = None
    skip_bad: bool = False
    add_kinds: bool = False
    kinds: Mapping[str, str] = field(default_factory=dict)
    first: FirstAnswers | None = None


@dataclass(slots=True)
class Source:
    """One file of rows to import, with everything needed to read it."""

    table: Table
    mapping: ColumnMapping
    options: ReadOptions
    profile: Profile
    refusals: FileRefusals


@dataclass(slots=True)
class Companions:
    """What the files beside the deals say.

    :ivar accounts: organisations by what the deals call them.
    :ivar products: list price in minor units and its currency, by name.
    :ivar members: sales agents with manager and office.
    """

    accounts: dict[str, str] = field(default_factory=dict)
    products: dict[str, tuple[int, str]] = field(default_factory=dict)
    members: list[TeamMember] = field(default_factory=list)


@dataclass(slots=True)
class Letters:
    """A file of mail or of a calendar.

    :ivar kind: ``mail`` or ``calendar``.
    :ivar position: bytes read so far.
    """

    path: Path
    name: str
    kind: LetterKind
    size: int
    refusals: FileRefusals
    position: int = 0


@dataclass(slots=True)
class Plan:
    """An import that is ready to be carried out.

    :ivar read: how values are written, also where no file is a table.
    """

    options: ImportOptions
    sources: list[Source]
    companions: Companions
    refusals: AllRefusals
    letters: list[Letters] = field(default_factory=list)
    read: ReadOptions = field(default_factory=ReadOptions)

    @property
    def size(self) -> int:
        """Bytes of all files of rows, of mail and of calendars."""
        return sum(source.table.size for source in self.sources) + sum(each.size for each in self.letters)

    def report(self, doing: str) -> None:
        """Tell how far the reading is."""
        if self.options.progress is not None:
            done = sum(source.table.position for source in self.sources)
            self.options.progress(doing, done + sum(each.position for each in self.letters), self.size)


def make_plan(options: ImportOptions, settings: TeamSettings, refusals: AllRefusals) -> Plan:
    """Open the files and decide how each is to be read.

    :raises FunnelError: for a file that cannot be read.
    :raises UsageError: for an option that makes no sense.
    """
    read = _checked(options, settings)
    letters = _letters(options, refusals)
    opened = {str(each.path) for each in letters}
    tables = [_open(path, options.kind, read) for path in options.files if path not in opened]
    companions = Companions()
    rows: list[Table] = []
    for table in tables:
        kind = companion_kind(table.columns) if options.kind in WITH_COMPANIONS and read.header else None
        if kind is None or (options.kind == "contacts" and kind != "accounts"):
            rows.append(table)
        elif kind == "accounts":
            companions.accounts |= read_accounts(table, refusals.of(table.name))
        elif kind == "teams":
            companions.members += read_teams(table, refusals.of(table.name))
    if not rows and not letters:
        raise UsageError(
            tr("None of the files holds {kind}.").format(kind=options.kind),
            tr("Name the file of {kind} too.").format(kind=options.kind),
        )
    profiles = [_profile(options.profile, table) for table in rows]
    read = replace(
        read,
        lookups={"organisation": companions.accounts, **read.lookups},
        team_of={each.agent: each.manager for each in companions.members if each.manager},
    )
    base = settings.base_currency
    for table in tables:
        if options.kind == "deals" and read.header and companion_kind(table.columns) == "products":
            told = complete_options(profiles[0], read, base).currency or base
            companions.products |= _prices(table, refusals.of(table.name), read, told)
    sources = []
    for table, profile in zip(rows, profiles, strict=True):
        mapping = build_mapping(
            options.kind, table.columns, profile, options.maps, options.values, table.name
        )
        sources.append(
            Source(table, mapping, complete_options(profile, read, base), profile, refusals.of(table.name))
        )
    return Plan(options, sources, companions, refusals, letters, read)


def _letters(options: ImportOptions, refusals: AllRefusals) -> list[Letters]:
    """The files of mail and of calendars among those of interactions."""
    found: list[Letters] = []
    if options.kind == "interactions":
        for path in options.files:
            kind = letter_kind(path)
            if kind is not None:
                name = visible(path, 1000)
                with readable(name):
                    size = Path(path).stat().st_size
                found.append(Letters(Path(path), name, kind, size, refusals.of(name)))
    return found


def _checked(options: ImportOptions, settings: TeamSettings) -> ReadOptions:
    """How values are read, after a look at what the user said."""
    if options.kind not in KINDS:
        near = nearest(options.kind, KINDS)
        hint = (
            tr("Did you mean {near}?").format(near=near)
            if near
            else tr("There are {kinds}.").format(kinds=", ".join(KINDS))
        )
        raise UsageError(tr("{kind!r} cannot be imported.").format(kind=visible(options.kind)), hint)
    if options.kind != "interactions" and (options.skip_bad or options.add_kinds or options.kinds):
        raise UsageError(
            tr("--skip-bad, --kind and --add-kinds are for interactions."),
            tr("Leave them out for {kind}.").format(kind=options.kind),
        )
    if not options.files:
        raise UsageError(
            tr("No file is named."),
            tr("For example: funnel import {kind} FILE.csv").format(kind=options.kind),
        )
    read = options.read
    currency = read.currency
    if currency is not None:
        try:
            currency = parse_currency(currency)
        except BadValue as error:
            raise UsageError(f"--currency: {sentence(error.reason)}") from error
    _refuse_twice(read.stages, "--stages")
    ends = {name.casefold() for name in (*read.won, *read.lost)}
    both = [name for name in read.stages if name.casefold() in ends]
    if both:
        raise UsageError(
            tr("{name!r} is in --stages and also means won or lost.").format(name=visible(both[0])),
            tr("Won and lost are no stages; leave it out of --stages."),
        )
    contradiction = {name.casefold() for name in read.won} & {name.casefold() for name in read.lost}
    if contradiction:
        raise UsageError(
            tr("{name!r} is in --won and in --lost.").format(name=visible(contradiction.pop())),
            tr("Leave it out of one."),
        )
    return replace(read, currency=currency, timezone=options.timezone or settings.time_zone)


def _refuse_twice(names: Iterable[str], option: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise UsageError(
                tr("{option} names {name!r} twice.").format(option=option, name=visible(name)),
                tr("Leave one out."),
            )
        seen.add(name.casefold())


def _open(path: str, kind: Kind, read: ReadOptions) -> Table:
    """A file as a table; contacts may be vCards."""
    if kind == "contacts":
        # Loaded only where it can be needed: the library behind it takes a while.
        from funnel_tui.exchange.vcard import is_cards, open_cards

        if is_cards(path):
            return open_cards(path, read.encoding)
    return open_table(path, encoding=read.encoding, delimiter=read.delimiter, header=read.header)


def _profile(name: str | None, table: Table) -> Profile:
    # Cards name their fields themselves.
    if table.delimiter == "":
        return GENERIC
    if name is None:
        return guess_profile(table.columns)
    if name not in PROFILES:
        near = nearest(name, PROFILES)
        hint = (
            tr("Did you mean {near}?").format(near=near)
            if near
            else tr("There are {profiles}.").format(profiles=", ".join(PROFILES))
        )
        raise UsageError(tr("No profile is called {name!r}.").format(name=visible(name)), hint)
    return PROFILES[name]


def _prices(
    table: Table, refusals: FileRefusals, read: ReadOptions, currency: str
) -> dict[str, tuple[int, str]]:
    """Products with their list price in minor units."""

    prices = {}
    for name, price in read_products(table, refusals, marks_for(read.locale, read.decimal)).items():
        minor = price.scaleb(exponent(currency))
        prices[name] = (int(minor.to_integral_value()), currency)
    return prices
