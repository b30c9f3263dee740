"""Merging two organisations or two people that are the same.

One row is kept and one goes. What referred to the one that goes refers to the kept one afterwards: deals,
people, interactions, parts in deals. It is one change group and can be undone.

The row that goes is kept in the audit log, with what it became part of: the entry of its deletion says
``{"merged_into": number}``. By that its name and its id in another program still find the kept row
(:func:`funnel_tui.queries.directory.merged_rows`), so that a later import does not bring it back. When the
kept row has no id of its own it takes over the other's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from funnel_tui.db import Reader
from funnel_tui.domain.directory import Kind
from funnel_tui.domain.naming import person_key
from funnel_tui.domain.status import ChangeOp, OrganisationStatus, PersonRole
from funnel_tui.errors import InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.exchange.values import LIMITS
from funnel_tui.language import tr
from funnel_tui.models import Deal, DealPerson, Interaction, Organisation, Person
from funnel_tui.models.inputs import OrganisationUpdate, PersonUpdate, checked, label_of
from funnel_tui.services.entity_words import entity_word
from funnel_tui.services.transaction import Transaction, explain_conflict, table_of
from funnel_tui.services.workspace import Workspace

KEEP, DROP, BOTH = "keep", "drop", "both"
"""Whose value wins; a note can also be joined from both."""

ROLES = "roles"
"""The choice of whose role wins in deals that both people have a part in."""

_MODELS: Mapping[Kind, type[SQLModel]] = {"organisation": Organisation, "person": Person}
_INPUTS: Mapping[Kind, Any] = {"organisation": OrganisationUpdate, "person": PersonUpdate}
_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "organisation": ("name", "status", "note", "external_id"),
    "person": ("name", "organisation_id", "email", "phone", "external_id"),
}
_REFERRING: Mapping[Kind, tuple[tuple[str, type[SQLModel], str], ...]] = {
    "organisation": (
        ("deals", Deal, "organisation_id"),
        ("people", Person, "organisation_id"),
        ("interactions", Interaction, "organisation_id"),
    ),
    "person": (("deals", DealPerson, "person_id"), ("interactions", Interaction, "person_id")),
}


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field in which the two differ.

    :param choice: whose value wins unless somebody says otherwise: ``keep``, ``drop`` or ``both``.
    """

    field: str
    label: str
    keep: str | None
    drop: str | None
    choice: str


@dataclass(frozen=True, slots=True)
class SharedDeal:
    """A deal that both people have a part in; one part goes."""

    deal_id: int
    title: str
    keep_role: PersonRole | None
    drop_role: PersonRole | None


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do.

    :param versions: of the kept row and the other; :func:`merge` wants them back.
    :param fields: where the two differ, and whose value wins.
    :param moves: how many deals, people and interactions change hands, by these words.
    :param shared_deals: deals that both people are in.
    :param same_people: of organisations: people of one name on both sides, as pairs of numbers and the name.
        They stay two; they can be merged in turn.
    """

    kind: Kind
    keep_id: int
    drop_id: int
    keep_name: str
    drop_name: str
    versions: tuple[int, int]
    fields: tuple[FieldChoice, ...]
    moves: Mapping[str, int]
    shared_deals: tuple[SharedDeal, ...] = field(default=())
    same_people: tuple[tuple[int, int, str], ...] = field(default=())


def preview_merge(workspace: Workspace, kind: Kind, keep: int, drop: int) -> MergePreview:
    """Say what a merge would do, without doing it.

    :param keep: the number of the row that stays.
    :param drop: the number of the row that becomes part of it.
    :raises NotFound: for an unknown number.
    :raises Refused: when both are the same row.
    """
    _refuse_same(kind, keep, drop)
    with workspace.read() as reader:
        kept, dropped = _read(reader, kind, keep), _read(reader, kind, drop)
        return MergePreview(
            kind=kind,
            keep_id=keep,
            drop_id=drop,
            keep_name=kept["name"],
            drop_name=dropped["name"],
            versions=(kept["version"], dropped["version"]),
            fields=_differences(reader, kind, kept, dropped),
            moves=_moves(reader, kind, drop),
            shared_deals=_shared_deals(reader, keep, drop) if kind == "person" else (),
            same_people=_same_people(reader, keep, drop) if kind == "organisation" else (),
        )


def merge(
    workspace: Workspace,
    kind: Kind,
    keep: int,
    drop: int,
    choices: Mapping[str, str] | None = None,
    *,
    versions: tuple[int, int],
) -> int:
    """Make one row part of another.

    :param keep: the number of the row that stays.
    :param drop: the number of the row that goes.
    :param choices: by field ``keep``, ``drop`` or, for a note, ``both``; under ``roles`` whose role wins in
        deals that both people are in. What is not named is as :func:`preview_merge` says.
    :param versions: those of the preview that the choices are based on.
    :returns: the new version of the kept row.
    :raises StaleEdit: when somebody else changed one of the two since.
    :raises InvalidInput: for a choice that does not exist.
    :raises NotFound: for an unknown number.
    :raises Refused: when both are the same row.
    """
    _refuse_same(kind, keep, drop)
    said = dict(choices or {})
    _check_choices(kind, said)
    model = _MODELS[kind]
    with workspace.change(f"merge_{kind}") as call:
        # In the order of their numbers: two merges at the same time must not wait for each other.
        rows = {number: call.get(model, number) for number in sorted((keep, drop))}
        kept, dropped = rows[keep], rows[drop]
        _refuse_stale(kept, dropped, versions)
        changes = _outcome(kind, kept, dropped, said)
        words = tr("Merged person {name} into {kept}")
        if kind == "organisation":
            words = tr("Merged organisation {name} into {kept}")
        call.summary = words.format(name=dropped["name"], kept=kept["name"])
        if kind == "person":
            _settle_roles(call, keep, drop, said.get(ROLES, KEEP))
        for _, child, column in _REFERRING[kind]:
            _repoint(call, child, column, drop, keep)
        _take_out(call, model, dropped, keep)
        return call.update(model, kept, changes)


_WITH_ITSELF: Mapping[Kind, str] = {
    "organisation": tr("A organisation cannot be merged with itself."),
    "person": tr("A person cannot be merged with itself."),
}


def _refuse_same(kind: Kind, keep: int, drop: int) -> None:
    if keep == drop:
        raise Refused(_WITH_ITSELF[kind], tr("Choose two."))


def _check_choices(kind: Kind, said: Mapping[str, str]) -> None:
    known = (*_FIELDS[kind], *((ROLES,) if kind == "person" else ()))
    for name, choice in said.items():
        if name not in known:
            raise InvalidInput(
                name,
                tr("There is no {field!r} to choose; there is {names}.").format(
                    field=name, names=", ".join(known)
                ),
            )
        allowed = (KEEP, DROP, BOTH) if name == "note" else (KEEP, DROP)
        if choice not in allowed:
            raise InvalidInput(
                name,
                tr("{field} must be {choices}.").format(
                    field=label_of(name).capitalize(), choices=" or ".join(allowed)
                ),
            )


def _refuse_stale(kept: Mapping[str, Any], dropped: Mapping[str, Any], versions: tuple[int, int]) -> None:
    for row, version in zip((kept, dropped), versions, strict=True):
        if row["version"] != version:
            raise StaleEdit(
                tr("{name} was changed after you looked at it.").format(name=row["name"]),
                mine={"version": version},
                theirs=dict(row),
            )


def _default(name: str, kept: Any, dropped: Any) -> str:
    """Whose value wins when nobody chose: the kept row's, unless it has none."""
    if kept is None:
        return DROP
    if name == "status":
        return DROP if dropped == OrganisationStatus.CUSTOMER else KEEP
    joined = name == "note" and dropped is not None and len(_joined(kept, dropped)) <= LIMITS["note"]
    return BOTH if joined and kept != dropped else KEEP


def _joined(one: str | None, other: str | None) -> str:
    return "\n\n".join(note for note in (one, other) if note)


def _outcome(
    kind: Kind, kept: Mapping[str, Any], dropped: Mapping[str, Any], said: Mapping[str, str]
) -> dict[str, Any]:
    """The new values of the kept row."""
    values: dict[str, Any] = {}
    for name in _FIELDS[kind]:
        choice = said.get(name) or _default(name, kept[name], dropped[name])
        if choice == BOTH:
            values[name] = _joined(kept[name], dropped[name]) or None
        elif choice == DROP:
            values[name] = dropped[name]
    checked(_INPUTS[kind], values)
    return values


def _settle_roles(call: Transaction, keep: int, drop: int, choice: str) -> None:
    """Leave one part in each deal that both are in: a person has one role in a deal."""
    part = table_of(DealPerson)
    query = select(part).where(part.c.person_id.in_((keep, drop))).order_by(part.c.deal_id)
    by_deal: dict[int, dict[int, dict[str, Any]]] = {}
    for row in call.connection.execute(query):
        by_deal.setdefault(row.deal_id, {})[row.person_id] = dict(row._mapping)
    for parts in by_deal.values():
        if len(parts) < 2:
            continue
        mine, other = parts[keep], parts[drop]
        first, second = (other, mine) if choice == DROP else (mine, other)
        call.update(DealPerson, mine, {"role": first["role"] or second["role"]})
        call.delete(DealPerson, other)


def _repoint(call: Transaction, child: type[SQLModel], column: str, drop: int, keep: int) -> None:
    """Let the rows that refer to one refer to the other, in one statement; each is recorded."""
    table = table_of(child)
    here = table.c[column] == drop
    query = select(table.c.id).where(here).order_by(table.c.id).with_for_update()
    numbers = call.connection.execute(query).scalars().all()
    if not numbers:
        return
    values: dict[str, Any] = {column: keep}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    call.connection.execute(update(table).where(here).values(values))
    for number in numbers:
        call.record(table, number, ChangeOp.UPDATE, {column: drop}, {column: keep})


def _take_out(call: Transaction, model: type[SQLModel], dropped: Mapping[str, Any], keep: int) -> None:
    """Delete the row that goes; the log says what it became part of."""
    table = table_of(model)
    try:
        call.connection.execute(delete(table).where(table.c.id == dropped["id"]))
    except IntegrityError as error:
        raise explain_conflict(error, model, dropped) from error
    call.record(table, dropped["id"], ChangeOp.DELETE, dropped, {"merged_into": keep})


def _read(reader: Reader, kind: Kind, number: int) -> dict[str, Any]:
    names = ("id", "version", *_FIELDS[kind])
    rows = reader.rows(
        f"SELECT {', '.join(names)} FROM {kind} WHERE id = :id",  # noqa: S608 - our own table
        {"id": number},
    )
    if not rows:
        raise NotFound(
            tr("There is no {what} with number {number}.").format(what=entity_word(kind), number=number),
            tr("It may have been undone or merged."),
        )
    return dict(zip(names, rows[0], strict=True))


def _differences(
    reader: Reader, kind: Kind, kept: Mapping[str, Any], dropped: Mapping[str, Any]
) -> tuple[FieldChoice, ...]:
    def shown(name: str, row: Mapping[str, Any]) -> str | None:
        if name != "organisation_id" or row[name] is None:
            return None if row[name] is None else str(row[name])
        found = reader.rows("SELECT name FROM organisation WHERE id = :id", {"id": row[name]})
        return str(found[0][0])

    return tuple(
        FieldChoice(
            *(name, label_of(name), shown(name, kept), shown(name, dropped)),
            _default(name, kept[name], dropped[name]),
        )
        for name in _FIELDS[kind]
        if kept[name] != dropped[name]
    )


def _moves(reader: Reader, kind: Kind, drop: int) -> dict[str, int]:
    counts = {}
    for what, child, column in _REFERRING[kind]:
        sql = f"SELECT count(*) FROM {table_of(child).name} WHERE {column} = :id"  # noqa: S608 - our own table
        counts[what] = int(reader.rows(sql, {"id": drop})[0][0])
    return counts


def _shared_deals(reader: Reader, keep: int, drop: int) -> tuple[SharedDeal, ...]:
    rows = reader.rows(
        "SELECT d.id, d.title, a.role, b.role FROM deal_person a JOIN deal_person b ON b.deal_id = a.deal_id "
        "JOIN deal d ON d.id = a.deal_id WHERE a.person_id = :keep AND b.person_id = :drop ORDER BY d.id",
        {"keep": keep, "drop": drop},
    )
    return tuple(SharedDeal(number, title, _role(one), _role(other)) for number, title, one, other in rows)


def _role(word: str | None) -> PersonRole | None:
    return None if word is None else PersonRole(word)


def _same_people(reader: Reader, keep: int, drop: int) -> tuple[tuple[int, int, str], ...]:
    sql = "SELECT id, name FROM person WHERE organisation_id = :id ORDER BY id"
    here: dict[str, int] = {}
    for number, name in reader.rows(sql, {"id": keep}):
        here.setdefault(person_key(name), number)
    there: Sequence[tuple[Any, ...]] = reader.rows(sql, {"id": drop})
    return tuple((here[person_key(name)], number, name) for number, name in there if person_key(name) in here)
