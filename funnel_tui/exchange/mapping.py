"""Which column of a file is which field."""

from __future__ import annotations

import collections.abc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from funnel_tui.errors import UsageError
from funnel_tui.exchange.profiles import FIELDS, REQUIRED, Profile, normal_header
from funnel_tui.exchange.records import Kind
from funnel_tui.exchange.values import nearest, visible


@dataclass(frozen=True, slots=True)
class Mapping:
    """For each field of an import the column it is read from, or a constant.

    :param kind: what is imported.
    :param header: the names of the file's columns.
    :param columns: field to index of its column, from 0.
    :param constants: field to the text every row has for it.
    """

    kind: str
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
            raise UsageError(f"{option} {visible(item)} is not FIELD=…")
        if name in pairs:
            raise UsageError(f"{option} names {visible(name)} twice.")
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
            raise UsageError(f"--lost {visible(text)} has an empty name.")
        losses[name.strip()] = reason.strip() if equals and reason.strip() else None
    return losses


def build_mapping(
    kind: Kind,
    header: Sequence[str],
    profile: Profile,
    maps: collections.abc.Mapping[str, str] | None = None,
    values: collections.abc.Mapping[str, str] | None = None,
) -> Mapping:
    """Decide which column is which field: by the profile, then by what the user says.

    :param kind: what is imported.
    :param header: the names of the file's columns.
    :param profile: where the file comes from.
    :param maps: field to column, by header or by number from 1. An empty column leaves the field out.
    :param values: field to a constant for all rows; goes before a column.
    :raises UsageError: for an unknown field or column, suggesting the nearest, and when a needed field
        has neither column nor constant.
    """
    maps, values = maps or {}, values or {}
    columns = _by_profile(header, profile.columns_of(kind))
    for name, column in maps.items():
        _check_field(kind, name, "--map")
        columns.pop(name, None)
        if column:
            columns[name] = _find_column(header, column, name)
    for name in values:
        _check_field(kind, name, "--value")
        if maps.get(name):
            raise UsageError(f"--map and --value both name {name}; a field comes from one of them.")
        columns.pop(name, None)
    mapping = Mapping(kind, tuple(header), columns, dict(values))
    missing = [name for name in REQUIRED[kind] if not mapping.has(name)]
    if missing:
        shown = ", ".join(visible(name) for name in header)
        raise UsageError(
            f"No column is known to hold {_listed(missing)}.",
            f"Say --map {missing[0]}=COLUMN; the columns are {shown}.",
        )
    return mapping


def _listed(names: Sequence[str]) -> str:
    """The names as in a sentence: ``a, b and c``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


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
    hint = f"Did you mean {near}?" if near else f"The fields of {kind} are {', '.join(FIELDS[kind])}."
    raise UsageError(f"{option}: {kind} have no field {visible(name)!r}.", hint)


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
    hint = f"Did you mean {visible(near)}?" if near else f"The columns are {', '.join(map(visible, header))}."
    raise UsageError(f"--map {name}={visible(column)}: the file has no such column.", hint)
