"""Which tables are in a whole export, in which order, and what stands in their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Text
from sqlmodel import SQLModel

from funnel_tui import models
from funnel_tui.exchange.sheets import Cells
from funnel_tui.exchange.whole import WholeColumn
from funnel_tui.models.base import Flag, Word
from funnel_tui.services.transaction import table_of

DERIVED = (
    *(models.ActivityDay, models.DealStage),
    *(models.LearnedDeal, models.LearnedTeam, models.LearnedTenth, models.LearnedUpTo, models.LearnedValue),
)
"""Tables that follow from the others and are not exported."""

_DAYS = frozenset({"day", "month", "due_day", "start_day", "end_day", "expected_close"})
"""Columns that hold days; instants are called ``at`` or ``…_at``."""


@dataclass(frozen=True, slots=True)
class WholeTable:
    """A table of a whole export.

    :param numbered: whether its rows have numbers, in a column called ``id``.
    """

    model: type[SQLModel]
    name: str
    columns: tuple[WholeColumn, ...]
    numbered: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns, ``id`` first where it has one."""
        return tuple(column.name for column in self.columns)


def whole_tables() -> list[WholeTable]:
    """All tables that are not derived, each after those that it refers to."""
    by_name = {table_of(model).name: model for model in _models()}
    ordered = [table.name for table in SQLModel.metadata.sorted_tables if table.name in by_name]
    return [_table(by_name[name]) for name in ordered]


def _models() -> Iterator[type[SQLModel]]:
    for name in models.__all__:
        model = getattr(models, name)
        if model not in DERIVED:
            yield model


def _table(model: type[SQLModel]) -> WholeTable:
    table = table_of(model)
    columns = tuple(
        WholeColumn(column.name, _cells(column), bool(column.nullable)) for column in table.columns
    )
    return WholeTable(model, table.name, columns, columns[0].name == "id")


def _cells(column: Column[object]) -> Cells:
    if isinstance(column.type, Flag):
        return Cells.FLAG
    if isinstance(column.type, Text | Word):
        return Cells.TEXT
    if column.name == "at" or column.name.endswith("_at"):
        return Cells.INSTANT
    return Cells.DAY if column.name in _DAYS else Cells.NUMBER
