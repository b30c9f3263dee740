"""The tables of the Stages screen: a report's rows as rows of a grid, with the figure behind each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from rich.cells import cell_len

from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.shown import clean, count_text
from funnel_tui.language import tr, trc
from funnel_tui.widgets.figures import points, short_money, shown
from funnel_tui.widgets.grid import Cell, GridColumn

LOWEST = "▼"
"""Marks the stage with the lowest share of decided deals that advance."""
SMALL = "~"
"""Stands before a ratio of few deals; it is dimmed too, but colour alone says nothing."""
NAME_WIDTH = 30


class Place(NamedTuple):
    """What a cell shows.

    :param figure: the column's name in the report.
    :param stage: the stage, or None for the whole funnel.
    :param column: the column of the report, or None where the cell shows no figure.
    :param value: its value.
    :param sample: the n of a ratio, or None.
    :param before: whether it is a figure of the compared period.
    :param row: all values of the row.
    """

    figure: str
    stage: str | None
    column: Column | None
    value: Any
    sample: int | None
    before: bool
    row: Mapping[str, Any]
    reason: str | None = None


class Shown(NamedTuple):
    """How a column of a report stands in a table.

    :param figure: the column's name in the report.
    :param title: the heading; ``brief`` is the heading where there is little room.
    :param rank: what goes first when there is no room: the highest.
    :param before: a figure of the compared period.
    :param change: the difference of the ratio to the compared period, in points.
    """

    figure: str
    title: str
    brief: str
    rank: int
    before: bool = False
    change: bool = False

    @property
    def key(self) -> str:
        """The key of the grid's column."""
        return f"{self.figure}{':before' if self.before else ':change' if self.change else ''}"


FUNNEL: tuple[Shown, ...] = (
    Shown("reached", tr("Reached"), tr("Reached"), 0),
    Shown("reached", tr("before"), tr("before"), 9, before=True),
    Shown("advanced", tr("Advanced"), tr("Adv."), 3),
    Shown("lost", tr("Lost"), tr("Lost"), 2),
    Shown("open", tr("Open"), tr("Open"), 6),
    Shown("conversion", tr("Conversion"), tr("Conv."), 1),
    Shown("conversion", tr("before"), tr("before"), 4, before=True),
    Shown("conversion", tr("± pts"), "±", 5, change=True),
    Shown("decided", tr("Decided"), tr("Dec."), 7),
    Shown("cumulative", tr("Of all"), tr("Of all"), 14),
    Shown("days_mean", tr("Days"), tr("Days"), 8),
    Shown("days_median", tr("Median"), tr("Med."), 10),
    Shown("still_there", tr("There now"), tr("Now"), 11),
    Shown("reached_amount", tr("Amount"), tr("Amount"), 12),
    Shown("lost_amount", tr("Lost amount"), tr("Lost amt"), 13),
)
ACTIVE: tuple[Shown, ...] = (
    Shown("deals", tr("Deals"), trc("at most 5 cells", "Deals"), 0),
    Shown("deals", tr("before"), tr("before"), 5, before=True),
    Shown("amount", tr("Amount"), tr("Amount"), 1),
    Shown("amount", tr("before"), tr("before"), 6, before=True),
    Shown("weighted", tr("Weighted"), tr("Weighted"), 2),
    Shown("from_stock", tr("From stock"), tr("Stock"), 3),
    Shown("without_amount", tr("No amount"), tr("No amt"), 4),
)
LOSSES: tuple[Shown, ...] = (
    Shown("passed", tr("Passed"), tr("Passed"), 1),
    Shown("passed_amount", tr("Amount"), tr("Amount"), 3),
    Shown("lost_from", tr("Lost from"), tr("Lost"), 0),
    Shown("lost_from_amount", tr("Lost amount"), tr("Lost amt"), 2),
    Shown("share", tr("Of losses"), tr("Of all"), 6),
    Shown("alive", tr("Open now"), tr("Open"), 5),
    Shown("alive_amount", tr("Open amount"), tr("Open amt"), 4),
)


class StageRows:
    """The rows of a table of stages, with the place behind each cell."""

    def __init__(self, names: Sequence[Cell], places: Sequence[Sequence[Place | None]], keys: Sequence[str]):
        self._names = names
        self._places = places
        self._keys = {key: at for at, key in enumerate(keys)}
        self._texts: list[list[Cell]] = []

    def fill(self, texts: list[list[Cell]]) -> None:
        """Give the cells as they are shown, one list per row."""
        self._texts = texts

    def __len__(self) -> int:
        return len(self._names)

    def cells(self, row: int) -> Sequence[Cell]:
        """The name and the figures of a row."""
        return [self._names[row], *self._texts[row]]

    def place(self, row: int, key: str) -> Place | None:
        """What stands in a row under a heading."""
        at = self._keys.get(key)
        return None if at is None or row >= len(self._places) else self._places[row][at]


class Table(NamedTuple):
    """A table ready for a grid."""

    columns: Sequence[GridColumn]
    rows: StageRows


class Line(NamedTuple):
    """A row before it is laid out.

    :param name: the cell in front.
    :param stage: the stage, or None for the whole.
    :param values: by column name.
    :param before: the same of the compared period, or None.
    """

    name: Cell
    stage: str | None
    values: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    reason: str | None = None
    strong: bool = False


def funnel_table(report: Report) -> Table:
    """The closed-deals funnel (or any other cohort's), with the compared period beside it."""
    lowest = report.totals.get("lowest_stage")
    earlier = _by_stage(report.compared)
    lines = [
        Line(
            Cell(f"{LOWEST if row['stage'] == lowest else ' '} {row['stage']}"),
            row["stage"],
            row,
            earlier.get(row["stage"]),
        )
        for row in report.rows
    ]
    lines.append(
        Line(
            Cell("  " + tr("Whole funnel"), "strong"),
            None,
            _whole(report.totals),
            None if report.compared is None else _whole(report.compared.totals),
            strong=True,
        )
    )
    return _table(_fitting(FUNNEL, report), lines, report)


def active_table(report: Report) -> Table:
    """What is open in each stage now."""
    earlier = _by_stage(report.compared)
    lines = [
        Line(Cell(f"  {row['stage']}"), row["stage"], row, earlier.get(row["stage"])) for row in report.rows
    ]
    before = None if report.compared is None else report.compared.totals
    lines.append(Line(Cell("  " + tr("All stages"), "strong"), None, report.totals, before, strong=True))
    return _table(_fitting(ACTIVE, report), lines, report)


def losses_table(report: Report, reasons: Report, active: Report) -> Table:
    """Won and lost per stage with their potential, what is still alive there, and below it the reasons.

    :param active: what is open in each stage.
    """
    every = sum(row["lost_from"] for row in report.rows)
    alive = {row["stage"]: _alive(row) for row in active.rows}
    lines = [
        Line(
            Cell(f"  {row['stage']}"),
            row["stage"],
            {**row, **_share(row["lost_from"], every), **alive.get(row["stage"], {})},
        )
        for row in report.rows
    ]
    whole = {**report.totals, **_alive(active.totals)}
    lines.append(Line(Cell("  " + tr("All stages"), "strong"), None, whole, strong=True))
    lines.append(Line(Cell("  " + tr("Reasons"), "head"), None, {}))
    for row in reasons.rows:
        values = {
            "lost_from": row["deals"],
            "lost_from_amount": row["amount"],
            **_share(row["deals"], every),
        }
        lines.append(Line(Cell(f"  {row['reason']}"), None, values, reason=row["reason"]))
    return _table(LOSSES, lines, report)


def _fitting(items: Sequence[Shown], report: Report) -> list[Shown]:
    """Without the columns of a compared period when there is none."""
    return [item for item in items if report.compared is not None or not (item.before or item.change)]


def _share(part: int, whole: int) -> dict[str, Any]:
    """A share with its n, which is the denominator (METRICS M6)."""
    return {"share": Fraction(part, whole) if whole else None, "all_lost": whole}


def _alive(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is open in a stage, beside what was lost from it."""
    return {"alive": row["deals"], "alive_amount": row["amount"]}


def _by_stage(report: Report | None) -> dict[str, Mapping[str, Any]]:
    return {} if report is None else {row["stage"]: row for row in report.rows}


def _whole(totals: Mapping[str, Any]) -> dict[str, Any]:
    """The totals of a funnel under the names of its columns."""
    return {
        "reached": totals["deals"],
        "advanced": totals["won"],
        "lost": totals["lost"],
        "open": totals["open"],
        "conversion": totals["overall"],
    }


_MORE = (
    Column("share", Kind.RATIO, tr("Of losses"), tr("Lost from here / all lost deals."), "all_lost"),
    Column("alive", Kind.COUNT, tr("Open now"), tr("Deals still open in the stage: alive.")),
    Column(
        "alive_amount",
        Kind.MONEY,
        tr("Open amount"),
        tr("Sum of their amounts at the latest rate: money still alive."),
    ),
)


def _table(items: Sequence[Shown], lines: Sequence[Line], report: Report) -> Table:
    known = {column.name: column for column in (*report.columns, *_MORE)}
    places = [[_place(item, line, known) for item in items] for line in lines]
    texts = [
        [_cell(item, line, place, report.small_n) for item, place in zip(items, row, strict=True)]
        for line, row in zip(lines, places, strict=True)
    ]
    rows = StageRows([line.name for line in lines], places, [item.key for item in items])
    rows.fill(texts)
    widest = max((cell_len(clean(line.name.text)) for line in lines), default=0)
    name = GridColumn(
        "stage", "  " + tr("Stage"), min(widest, NAME_WIDTH), least=min(widest, 14), right=False
    )
    columns = [name]
    for at, item in enumerate(items):
        content = max((cell_len(row[at].text) for row in texts), default=0)
        columns.append(
            GridColumn(
                item.key,
                item.title,
                max(cell_len(item.title), content),
                least=max(cell_len(item.brief), content),
                brief=item.brief,
                rank=item.rank,
            )
        )
    return Table(columns, rows)


def _place(item: Shown, line: Line, known: Mapping[str, Column]) -> Place | None:
    column = known.get(item.figure)
    values = line.before if item.before else line.values
    if column is None or values is None or item.figure not in values:
        return None
    sample = values.get(column.sample) if column.sample else None
    if item.figure == "decided":
        sample = values["advanced"] + values["lost"]
    value = values[item.figure]
    return Place(item.figure, line.stage, column, value, sample, item.before, values, line.reason)


def _cell(item: Shown, line: Line, place: Place | None, small_n: int) -> Cell:
    if place is None or place.column is None:
        return Cell("")
    if item.change:
        if line.before is None or item.figure not in line.before:
            return Cell("")
        change = points(place.value, line.before[item.figure])
        look = "muted" if change in {"+0.0", "–"} else "bad" if change.startswith("-") else "good"
        return Cell(change, look)
    text = (
        short_money(place.value) if place.column.kind is Kind.MONEY else shown(place.value, place.column.kind)
    )
    look = "strong" if line.strong else "muted" if item.before else "plain"
    if place.column.kind is Kind.RATIO and place.value is not None and (place.sample or 0) < small_n:
        return Cell(f"{SMALL}{text}", "dim")
    if place.value in (None, 0):
        look = "dim"
    return Cell(text, look)


def explain(place: Place | None, *, before: str, small_n: int) -> tuple[str, str]:
    """What the figure under the cursor is: its value with its n, and its definition.

    :param before: the name of the compared period.
    """
    if place is None or place.column is None:
        return "", ""
    column = place.column
    where = place.reason or place.stage or tr("Whole funnel")
    when = f", {before}" if place.before else ""
    text = f"{where}{when} · {column.title} "
    value = shown(place.value, column.kind)
    if column.kind is Kind.MONEY and place.value is not None:
        value = f"{value} {place.value.currency}"
    elif column.kind is Kind.DAYS and place.value is not None:
        value = tr("{n} days").format(n=value)
    text += value
    if place.sample is not None:
        few = tr("(n {n}, too few to rely on)") if place.sample < small_n else "(n {n})"
        text += " " + few.format(n=count_text(place.sample))
    return text, column.help
