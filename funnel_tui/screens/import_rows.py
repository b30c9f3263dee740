"""The tables of the preview of an import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len

from funnel_tui.domain.said import inside_of
from funnel_tui.domain.shown import clean, count_text
from funnel_tui.language import tr
from funnel_tui.screens.import_words import FIELD_WORDS
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.exchange.refusals import Refusal
    from funnel_tui.services.importing import ImportRefused
    from funnel_tui.services.importing.preview import FieldLook, FileLook

WIDEST = 24
"""Cells of a column of the first rows at most."""

MAPPED_COLUMNS = (
    GridColumn("field", tr("Field"), 16, least=14, right=False),
    GridColumn("column", tr("Read from"), 30, least=20, right=False),
    GridColumn("sample", tr("First text in it"), 40, least=12, right=False, rank=1, stretch=True),
)
REFUSED_COLUMNS = (
    GridColumn("line", tr("Line"), 6),
    GridColumn("column", tr("Column"), 16, least=10, right=False),
    GridColumn("value", tr("Value"), 20, least=10, right=False),
    GridColumn("reason", tr("Why it is refused"), 60, least=24, right=False, stretch=True),
)
FIRST_COLUMNS = (GridColumn("none", tr("There are none."), 40, right=False, stretch=True),)


class FieldRows:
    """The fields of what is imported, and the column of each.

    :param new_pipeline: the pipeline that is chosen is not there yet.
    """

    def __init__(self, fields: Sequence[FieldLook], *, new_pipeline: bool = False) -> None:
        self.fields = fields
        self._new_pipeline = new_pipeline

    def __len__(self) -> int:
        return len(self.fields)

    def cells(self, row: int) -> Sequence[Cell]:
        """Field, column and sample; a needed one that is missing stands out."""
        field = self.fields[row]
        name = FIELD_WORDS.get(field.name, field.name) + (" *" if field.needed else "")
        if field.constant is not None:
            words = tr("“{text}” on every row").format(text=field.constant)
            is_new = field.name == "pipeline" and self._new_pipeline
            about = tr("new; stages of the file") if is_new else ""
            return Cell(name), Cell(words, "strong"), Cell(about, "muted")
        if field.column is None and field.other:
            whence = {"currency": tr("no column names it"), "team": tr("the manager of each owner")}
            return Cell(name), Cell(clean(field.other)), Cell(whence.get(field.name, ""), "muted")
        if field.column is None:
            missing = (
                Cell(with_keys(tr("! needed: {map} chooses a column")), "bad")
                if field.needed
                else Cell("–", "muted")
            )
            return Cell(name, "plain" if field.needed else "muted"), missing, Cell("")
        return Cell(name), Cell(field.column, "strong"), Cell(field.sample, "muted")


class RefusedRows:
    """The rows that are refused, each once with all its reasons; the last line counts the others.

    :param main: the name of the file; another one is named.
    :param so_far: there may be more; they are not counted yet.
    """

    def __init__(self, refused: ImportRefused | None, *, main: str = "", so_far: bool = False) -> None:
        self._so_far = so_far
        self._main = main
        listed: dict[tuple[str, int], list[Refusal]] = {}
        for each in refused.listed if refused else ():
            listed.setdefault((each.file, each.refusal.line), []).append(each.refusal)
        self._listed = list(listed.items())
        self._more = refused.rows - len(self._listed) if refused else 0

    def __len__(self) -> int:
        return len(self._listed) + bool(self._more)

    def cells(self, row: int) -> Sequence[Cell]:
        """One row that is refused: its columns and values, each once, and the reasons."""
        if row >= len(self._listed):
            words = tr("… and at least {n} more") if self._so_far else tr("… and {n} more")
            more = words.format(n=count_text(self._more))
            return Cell(""), Cell(""), Cell(""), Cell(more, "muted")
        (_, line), refusals = self._listed[row]
        return (
            Cell(count_text(line), "strong"),
            Cell(", ".join(dict.fromkeys(one.column for one in refusals if one.column))),
            Cell(", ".join(dict.fromkeys(one.value for one in refusals if one.value)), "bad"),
            Cell("; ".join(self._reasons(row))),
        )

    def reason(self, row: int) -> str:
        """All reasons of a row, one a line, as plain text; empty where none is listed."""
        return "\n".join(map(clean, self._reasons(row)))

    def field(self, row: int) -> str:
        """The field that can be read otherwise so that a row is accepted; empty where none helps."""
        return self._listed[row][1][0].field if row < len(self._listed) else ""

    def _reasons(self, row: int) -> list[str]:
        """The reasons of a row; where it has several refusals, with the fields of each."""
        if row >= len(self._listed):
            return []
        (file, _), refusals = self._listed[row]
        fields: dict[str, list[str]] = {}
        for one in refusals:
            fields.setdefault(inside_of(one.reason), []).append(FIELD_WORDS.get(one.field, one.column))
        words = tr("{file}: {problem}")
        reasons = [
            words.format(file=", ".join(names), problem=reason) if len(refusals) > 1 else reason
            for reason, names in fields.items()
        ]
        if Path(file).name == self._main:
            return reasons
        return [words.format(file=Path(file).name, problem=reason) for reason in reasons]


def first_columns(seen: FileLook) -> list[GridColumn]:
    """As wide as what stands in them; the first ones stay where there is no room for all."""
    columns = []
    for place, name in enumerate(seen.shown):
        title = FIELD_WORDS.get(name, name)
        widest = max((cell_len(row[place]) for row in seen.rows), default=0)
        width = min(WIDEST, max(widest, cell_len(title)))
        right = name in {"amount", "probability", "rate", "duration"}
        columns.append(
            GridColumn(
                name,
                title,
                width,
                least=width if right else min(width, 10),
                right=right,
                rank=_rank(name, place),
            )
        )
    return columns


def _rank(name: str, place: int) -> int:
    """Ids tell people least."""
    return 100 if name == "id" else place


class FirstRows:
    """The first rows of the file as they would be read."""

    def __init__(self, seen: FileLook) -> None:
        self._rows = seen.rows

    def __len__(self) -> int:
        return len(self._rows)

    def cells(self, row: int) -> Sequence[Cell]:
        """The fields of a row."""
        return [Cell(text) for text in self._rows[row]]
