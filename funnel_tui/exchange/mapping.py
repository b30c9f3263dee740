"""Which column of a file is which field."""

from __future__ import annotations

import collections.abc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from funnel_tui.domain.said import placed
from funnel_tui.errors import UsageError
from funnel_tui.exchange.profiles import FIELDS, REQUIRED, Profile, normal_header
from funnel_tui.exchange.records import Kind
from funnel_tui.exchange.values import nearest, visible
from funnel_tui.language import tr

SIGNS_OF_DEALS = (
    "stage",
    "status",
    "amount",
    "closed",
    "expected_close",
    "probability",
    "loss_reason",
    "pipeline",
)
"""Fields that only deals have; a file with one of them is a file of deals."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """For each field of an import the column it is read from, or a constant.

    :param header: the names of the file's columns.
    :param columns: field to index of its column, from 0.
    :param constants: field to the text every row has for it.
    """

    header: tuple[str, ...]
    columns: collections.abc.Mapping[str, int] = field(default_factory=dict)
    constants: collections.abc.Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether anything gives this field."""
        return name in self.columns or name in self.constants

    def header_of(self, name: str) -> str:
        """The header of the field's column; empty for a constant."""
        return self.header[self.columns[name]] if name in self.columns else ""


def parse_assignments(items: Iterable[str], option: str) -> dict[str, str]:
    """The pairs of options such as ``--map FIELD=COLUMN``.

    :param items: the values of the option.
    :param option: its name, for messages.
    :raises UsageError: for a value without ``=``, and for a field named twice.
    """
    pairs: dict[str, str] = {}
    for item in items:
        name, equals, value = item.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(
                tr("{option} {item} is not FIELD=…").format(option=option, item=visible(item)),
                tr("Write for example {option} stage=Phase.").format(option=option),
            )
        if name in pairs:
            raise UsageError(
                tr("{option} names {name} twice.").format(option=option, name=visible(name)),
                tr("Leave one out."),
            )
        pairs[name] = value.strip()
    return pairs


def parse_losses(text: str) -> dict[str, str | None]:
    """The names that mean lost, each with its reason: ``Lost,Too expensive=price``.

    :raises UsageError: for an empty name.
    """
    losses: dict[str, str | None] = {}
    for part in text.split(","):
        name, equals, reason = part.partition("=")
        if not name.strip():
            raise UsageError(
                tr("--lost {text!r} has an empty name.").format(text=visible(text)),
                tr("Separate the names with single commas."),
            )
        losses[name.strip()] = reason.strip() if equals and reason.strip() else None
    return losses


def build_mapping(
    kind: Kind,
    header: Sequence[str],
    profile: Profile,
    maps: collections.abc.Mapping[str, str] | None = None,
    values: collections.abc.Mapping[str, str] | None = None,
    name: str = "",
) -> Mapping:
    """Decide which column is which field, and refuse a file that cannot be what it is read as.

    :param name: the file, for messages; the other parameters are those of :func:`map_columns`.
    :raises UsageError: for an unknown field or column, suggesting the nearest, when a needed field has
        neither column nor constant, and for a file of something else than deals.
    """
    mapping = map_columns(kind, header, profile, maps, values)
    _refuse_missing(kind, mapping, name)
    if kind == "deals":
        _refuse_foreign(mapping, profile, name or tr("The file"))
    return mapping


def map_columns(
    kind: Kind,
    header: Sequence[str],
    profile: Profile,
    maps: collections.abc.Mapping[str, str] | None = None,
    values: collections.abc.Mapping[str, str] | None = None,
) -> Mapping:
    """Which column is which field: by the profile, then by what the user says; also where one is missing.

    :param kind: what is imported.
    :param header: the names of the file's columns.
    :param profile: where the file comes from.
    :param maps: field to column, by header or by number from 1. An empty column leaves the field out.
    :param values: field to a constant for all rows; goes before a column.
    :raises UsageError: for an unknown field or column, suggesting the nearest.
    """
    maps, values = maps or {}, values or {}
    columns = _by_profile(header, profile.columns_of(kind))
    for field_name, column in maps.items():
        _check_field(kind, field_name, "--map")
        columns.pop(field_name, None)
        if column:
            columns[field_name] = _find_column(header, column, field_name)
    for field_name in values:
        _check_field(kind, field_name, "--value")
        if maps.get(field_name):
            raise UsageError(
                tr("--map and --value both name {field}; a field comes from one of them.").format(
                    field=field_name
                )
            )
        columns.pop(field_name, None)
    return Mapping(tuple(header), columns, dict(values))


def _refuse_missing(kind: Kind, mapping: Mapping, name: str) -> None:
    """Refuse a file without a column for a needed field."""
    missing = [each for each in REQUIRED[kind] if not mapping.has(each)]
    if missing:
        hint = tr("Say --map {field}=COLUMN; the columns are {columns}.")
        inside = tr("Choose a column for it, or a fixed value.")
        if missing[0] == "id":
            hint = tr(
                "Say --map {field}=COLUMN for the column that tells one deal from another; "
                "the columns are {columns}."
            )
            inside = tr("Choose the column that tells one deal from another.")
        shown = ", ".join(map(visible, mapping.header))
        raise UsageError(
            tr("{name}: no column is known to hold {fields}.").format(name=name, fields=_listed(missing))
            if name
            else tr("No column is known to hold {fields}.").format(fields=_listed(missing)),
            placed(hint.format(field=missing[0], columns=shown), inside),
        )


_CONTACTS = (
    tr("{name} looks like a file of contacts: it has {columns}, but no stage, status or amount."),
    placed(
        tr(
            "If it holds deals, say which column is the stage: --map stage=COLUMN. "
            "Contacts come with funnel import contacts."
        ),
        tr("If it holds deals, choose a column for the field “stage”; else choose “people” above."),
    ),
)
_INTERACTIONS = (
    tr("{name} looks like a file of interactions: it has {columns}, but no stage, status or amount."),
    placed(
        tr(
            "If it holds deals, say which column is the stage: --map stage=COLUMN. "
            "Interactions come with funnel import interactions."
        ),
        tr("If it holds deals, choose a column for the field “stage”; else choose “interactions” above."),
    ),
)


def _refuse_foreign(mapping: Mapping, profile: Profile, name: str) -> None:
    """Refuse a file that has nothing only deals have, but what contacts or interactions have.

    Deals need no stage, so a wrong file would otherwise become deals, one per person or call.
    """
    if any(map(mapping.has, SIGNS_OF_DEALS)):
        return
    people = _by_profile(mapping.header, profile.columns_of("contacts"))
    done = _by_profile(mapping.header, profile.columns_of("interactions"))
    for words, hint, columns, signs in (
        (*_CONTACTS, people, [each for each in ("email", "phone", "first", "last") if each in people]),
        (*_INTERACTIONS, done, ["kind", "at"] if {"kind", "at"} <= done.keys() else []),
    ):
        if signs:
            shown = _listed([visible(mapping.header[columns[each]]) for each in signs[:2]])
            raise UsageError(words.format(name=name, columns=shown), hint)
    if {*mapping.columns, *mapping.constants} == {"id"}:
        shown = ", ".join(map(visible, mapping.header))
        raise UsageError(
            tr("{name}: no column but the id is known, so every deal would be empty.").format(name=name),
            placed(
                tr(
                    "Say which is which, such as --map title=COLUMN --map stage=COLUMN; the columns are "
                    "{shown}."
                ).format(shown=shown),
                tr("Choose the columns of the title and the stage."),
            ),
        )


def _listed(names: Sequence[str]) -> str:
    """The names as in a sentence: ``a, b and c``."""
    *others, last = names
    return tr("{some} and {last}").format(some=", ".join(others), last=last) if others else last


def _by_profile(
    header: Sequence[str], candidates: collections.abc.Mapping[str, tuple[str, ...]]
) -> dict[str, int]:
    """The first column of the file that a profile knows for each field."""
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        places.setdefault(normal_header(name), index)
    columns: dict[str, int] = {}
    for name, headers in candidates.items():
        found = (
            places[normal_header(candidate)] for candidate in headers if normal_header(candidate) in places
        )
        columns.update((name, place) for place in islice(found, 1))
    return columns


def _check_field(kind: Kind, name: str, option: str) -> None:
    if name in FIELDS[kind]:
        return
    near = nearest(name, FIELDS[kind])
    hint = (
        tr("Did you mean {near}?").format(near=near)
        if near
        else tr("The fields of {kind} are {fields}.").format(kind=kind, fields=", ".join(FIELDS[kind]))
    )
    raise UsageError(
        tr("{option}: {kind} have no field {name!r}.").format(option=option, kind=kind, name=visible(name)),
        hint,
    )


def _find_column(header: Sequence[str], column: str, name: str) -> int:
    """The index of the column a user names: by its header, its header in another case, or its number."""
    if column in header:
        return header.index(column)
    normal = [normal_header(each) for each in header]
    if normal_header(column) in normal:
        return normal.index(normal_header(column))
    if column.isascii() and column.isdigit() and 1 <= int(column) <= len(header):
        return int(column) - 1
    near = nearest(column, header)
    hint = (
        tr("Did you mean {near}?").format(near=visible(near))
        if near
        else tr("The columns are {columns}.").format(columns=", ".join(map(visible, header)))
    )
    raise UsageError(
        placed(
            tr("--map {name}={column}: the file has no such column.").format(
                name=name, column=visible(column)
            ),
            tr("The file has no column {column!r} any more; choose another one.").format(
                column=visible(column)
            ),
        ),
        hint,
    )
