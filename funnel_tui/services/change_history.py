"""Reading the history of changes: who did what when, and the old and new value of every field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.change_history import (
    FieldTurn,
    GroupTurns,
    HistoryFilter,
    HistoryGroup,
    HistoryPage,
    RowTurn,
)
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_of
from funnel_tui.domain.shown import count_text, decimal_text, money_text, percent_text
from funnel_tui.domain.status import ChangeOp
from funnel_tui.errors import NotFound
from funnel_tui.language import tr, trc
from funnel_tui.queries import history as log
from funnel_tui.queries.history import ChangeLine
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.entity_words import entity_word
from funnel_tui.services.workspace import Workspace

CHUNK = 1_000
"""Service calls that are looked through at a time when only some are wanted."""
MOST_ROWS = 200
"""Rows of one service call that are told one by one."""

_REFERS = {
    **{"stage_id": "stage", "pipeline_id": "pipeline", "organisation_id": "organisation"},
    **dict.fromkeys(("owner_id", "rep_id", "exit_owner_id", "created_owner_id"), "rep"),
    **{"person_id": "person", "source_id": "source", "loss_reason_id": "loss_reason", "team_id": "team"},
    **{"parent_id": "team", "deal_id": "deal", "kind_id": "interaction_kind", "product_id": "product"},
    **{"tag_id": "tag", "template_id": "stage_task_template"},
}
"""The table that a column refers to."""
_FLAGS = {"in_use", "record_demand", "retired", "active", "assumed", "planned", "is_default"}
_DAYS = {"expected_close", "due_day", "day", "start_day", "end_day", "month"}
_LABELS = {
    "action": tr("action"),
    "active": tr("active"),
    "amount": tr("amount"),
    "amount_minor": tr("amount"),
    "at": tr("at"),
    "base": tr("base"),
    "category": tr("category"),
    "closed_at": tr("closed"),
    "closed_base": tr("closed base"),
    "created_at": tr("created"),
    "day": tr("day"),
    "deal_id": tr("deal"),
    "direction": tr("direction"),
    "done_at": tr("done"),
    "due_at": tr("due"),
    "due_day": tr("due"),
    "due_days": tr("due days"),
    "duration_seconds": tr("duration"),
    "email": tr("email"),
    "end_day": tr("end"),
    "entered_at": tr("entered"),
    "exit": tr("exit"),
    "exit_owner_id": tr("owner at the end"),
    "expected_close": tr("expected close"),
    "external_id": tr("id"),
    "in_use": tr("in use"),
    "is_default": tr("is default"),
    "key": tr("key"),
    "kind": tr("kind"),
    "kind_id": tr("kind"),
    "left_at": trc("a stage was left", "left"),
    "loss_note": tr("loss note"),
    "loss_reason_id": tr("loss reason"),
    "month": tr("month"),
    "name": tr("name"),
    "note": tr("note"),
    "organisation_id": tr("organisation"),
    "outcome": tr("outcome"),
    "owner_id": tr("owner"),
    "parent_id": tr("parent team"),
    "person_id": tr("person"),
    "phone": tr("phone"),
    "pipeline_id": tr("pipeline"),
    "planned": tr("planned"),
    "position": tr("position"),
    "price_minor": tr("price"),
    "probability_bp": tr("probability"),
    "product_id": tr("product"),
    "qualified_position": tr("qualified position"),
    "quantity_milli": tr("quantity"),
    "quote": tr("quote"),
    "rate_scaled": tr("rate"),
    "record_demand": tr("record demand"),
    "rep_id": tr("rep"),
    "required_fields": tr("required fields"),
    "retired": tr("retired"),
    "role": tr("role"),
    "scope": tr("scope"),
    "screen": tr("screen"),
    "source_id": tr("source"),
    "stage_id": tr("stage"),
    "staging": tr("staging"),
    "start_day": tr("start"),
    "status": tr("status"),
    "step": tr("step"),
    "stuck_days": tr("stuck days"),
    "tag_id": tr("tag"),
    "target": tr("target"),
    "team_id": tr("team"),
    "template_id": tr("template"),
    "title": tr("title"),
    "unit": tr("unit"),
    "until_at": tr("until"),
    "value": tr("value"),
}
"""What people call a column; one that is not named here is called as it is."""
_ENTITIES = {
    "stage_task_template": tr("stage task"),
    "deal_person": tr("role"),
    "deal_tag": tr("tag"),
    "exchange_rate": tr("rate"),
    "forecast_adjustment": tr("adjustment"),
    "activity_target": tr("target"),
    "interaction_kind": tr("kind of interaction"),
    "quota": tr("quota"),
}
"""What people call a row where that is not the name of its table."""
# What follows from other columns or says nothing to a person.
_HIDDEN = {
    *("id", "version", "seq", "currency", "created_owner_id", "touched_at", "changed_at", "assumed", "by"),
    *("furthest", "straight"),
}


def list_history(
    workspace: Workspace,
    wanted: HistoryFilter,
    *,
    deal_id: int | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> HistoryPage:
    """A page of service calls, newest first.

    :param deal_id: only what was done to this deal and to what belongs to it.
    :param before_id: the number of the last one of the page before; None for the first page.
    :param limit: how many; a page that is shorter is the last one.
    :raises NotFound: when there is no such deal.
    """
    with workspace.read() as reader:
        about = ""
        if deal_id is not None:
            found = log.names_of(reader, "deal", (deal_id,))
            if deal_id not in found:
                raise NotFound(
                    tr("There is no deal with number {number}.").format(number=deal_id),
                    tr("It may have been undone."),
                )
            about = found[deal_id]
        groups = _fitting(reader, wanted, deal_id, before_id, limit + 1)
        undone = log.undone_of(reader, [group.id for group in groups[:limit]])
        return HistoryPage(
            tuple(replace(group, undone=group.id in undone) for group in groups[:limit]),
            has_more=len(groups) > limit,
            actors=tuple(log.actors(reader)),
            about=about,
        )


def _fitting(
    reader: Reader, wanted: HistoryFilter, deal_id: int | None, before_id: int | None, limit: int
) -> list[HistoryGroup]:
    """The service calls that a filter lets through; the log is looked through a chunk at a time."""
    words = wanted.words
    is_plain = wanted.kind is None and not words
    size = limit if is_plain else CHUNK
    found: list[HistoryGroup] = []
    while len(found) < limit:
        chunk = log.groups(reader, actor=wanted.actor, deal_id=deal_id, before_id=before_id, limit=size)
        found += [group for group in chunk if is_plain or group.fits(wanted.kind, words)]
        if len(chunk) < size:
            break
        before_id = chunk[-1].id
    return found[:limit]


def read_turns(workspace: Workspace, group_id: int, limit: int = MOST_ROWS) -> GroupTurns:
    """What one service call did, field by field.

    :param limit: the most rows to tell of.
    """
    with workspace.read() as reader:
        lines, count = log.group_lines(reader, group_id, limit)
        words = _Words(reader, ZoneInfo(read_settings(reader).time_zone), lines)
        return GroupTurns(group_id, tuple(words.row(line) for line in lines), max(0, count - len(lines)))


@dataclass(frozen=True, slots=True)
class _Sides:
    """A change with its values before and after, as far as they were recorded."""

    line: ChangeLine
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class _Words:
    """Puts changes into words; every name is looked up once.

    :param lines: the changes there are.
    """

    def __init__(self, reader: Reader, zone: ZoneInfo, lines: Sequence[ChangeLine]) -> None:
        self._reader, self._zone = reader, zone
        sides = [_sides(line) for line in lines]
        wanted: dict[str, set[int]] = {}
        belong: dict[str, set[int]] = {}
        for side in sides:
            for values in (side.before, side.after):
                for column, value in values.items():
                    if column in _REFERS and isinstance(value, int):
                        wanted.setdefault(_REFERS[column], set()).add(value)
            entity = side.line.entity
            (wanted if entity in log.NAMES else belong).setdefault(entity, set()).add(side.line.row_id)
        self._names = {table: log.names_of(reader, table, ids) for table, ids in wanted.items()}
        self._deals = {table: log.deals_of(reader, table, ids) for table, ids in belong.items()}

    def row(self, line: ChangeLine) -> RowTurn:
        """What was done to one row."""
        side = _sides(line)
        return RowTurn(
            op=ChangeOp(line.op),
            what=_ENTITIES.get(line.entity) or entity_word(line.entity),
            name=self._name(side),
            rows=line.row_last - line.row_id + 1,
            fields=tuple(self._fields(side)),
        )

    def _name(self, side: _Sides) -> str:
        entity, number = side.line.entity, side.line.row_id
        if side.line.row_last > number:
            return ""
        values = {**side.after, **side.before}
        if entity == "setting":
            return str(values.get("key", "")).replace("_", " ")
        if entity in log.NAMES:
            now = self._names[entity].get(number)
            return str(now if now is not None else values.get(log.NAMES[entity]) or "")
        deal = values.get("deal_id")
        if deal is not None:
            return self._names["deal"].get(deal, "")
        return self._deals[entity].get(number, "")

    def _fields(self, side: _Sides) -> Iterator[FieldTurn]:
        entity = side.line.entity
        for column in {**side.after, **side.before}:
            if column in _HIDDEN or column.endswith("_mask"):
                continue
            if entity == "setting" and column == "key":
                continue
            if column == log.NAMES.get(entity) and side.line.op != ChangeOp.UPDATE:
                continue  # it is the name of the row
            if column == "deal_id" and entity not in log.NAMES:
                continue  # the row is called by its deal
            old = self._text(side, column, side.before)
            new = self._text(side, column, side.after)
            if old != new:
                yield FieldTurn(_label(column), old, new)

    def _text(self, side: _Sides, column: str, values: Mapping[str, Any]) -> str:
        value = values.get(column)
        if value is None or value == "":
            return ""
        if column in _REFERS:
            return self._names[_REFERS[column]].get(value) or tr("number {n}").format(n=value)
        if column.endswith("_minor"):
            currency = values["currency"] if "currency" in values else self._currency(side)
            return money_text(Money(value, currency), currency=True) if currency else count_text(value)
        if column.endswith("_bp"):
            return percent_text(Fraction(value, 10_000))
        if column in _DAYS:
            return day_of(value).isoformat()
        if (column == "at" or column.endswith("_at")) and isinstance(value, int):
            return f"{datetime.fromtimestamp(value, self._zone):%Y-%m-%d %H:%M}"
        if column in _FLAGS:
            return tr("yes") if value else tr("no")
        if column.endswith("_milli"):
            return decimal_text(Fraction(value, 1000), 3).rstrip("0").rstrip(".")
        return " / ".join(str(value).splitlines())

    def _currency(self, side: _Sides) -> str | None:
        return None if side.line.entity == "quota" else log.currency_then(self._reader, side.line)


def _sides(line: ChangeLine) -> _Sides:
    return _Sides(line, json.loads(line.before or "{}"), json.loads(line.after or "{}"))


def _label(column: str) -> str:
    known = _LABELS.get(column)
    if known is not None:
        return known
    for end in ("_id", "_at", "_bp", "_minor", "_day"):
        column = column.removesuffix(end)
    return column.replace("_", " ")
