"""Quotas set and revised in place: the company, teams and reps down, periods across."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.domain.calendar_names import day_text
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr, trc
from funnel_tui.screens import quotas_grid_saving as saving
from funnel_tui.screens import quotas_grid_spreading as spreading
from funnel_tui.screens.quotas_grid_rows import GridRows, grid_columns
from funnel_tui.screens.quotas_grid_typing import AMOUNT, PERCENT, TypingScreen
from funnel_tui.screens.quotas_typed import as_typed, percent_typed, quota_typed
from funnel_tui.screens.quotas_words import name_of
from funnel_tui.services.reports.quota_columns import first_period
from funnel_tui.services.reports.quota_grid import (
    GridCell,
    GridHolder,
    QuotaGrid,
    read_quota_grid,
)
from funnel_tui.services.typed import Typed
from funnel_tui.widgets.asking import AskLine
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.pane import wrapped
from funnel_tui.widgets.quota_grid import TypingGrid

GRID = "quota-grid"
KINDS = (PeriodKind.QUARTER, PeriodKind.MONTH, PeriodKind.YEAR, PeriodKind.RANGE)
"""The periods across, in the order of the key: those of the calendar, and others that quotas are set for."""
ROOM_FOR_A_YEAR = 110
"""From this width on twelve months have room; else six are shown."""


def begun_with(period: Period, kind: PeriodKind) -> Period:
    """What the columns are read by: the first one, or of other periods the one that is looked for."""
    if kind is not PeriodKind.RANGE:
        return first_period(period, kind)
    return Period(kind, period.start, period.end, period.fiscal_start)


class QuotaGridScreen(TypingScreen):
    """A grid of quotas; every number is saved at once. ``esc`` goes back.

    :param period: the period that the grid begins at.
    """

    NOW_ONLY = tr(
        "Quotas are typed as they are now; the review shows those of the past. "
        "{time_machine} and now bring you back."
    )
    AUTO_FOCUS = "#grid"
    HINTS = (
        ("choose", tr("or type a number")),
        ("grid_fill", tr("copy down")),
        ("grid_copy", tr("copy on")),
        ("grid_spread", tr("spread")),
        ("grid_raise", tr("raise %")),
        ("grid_span", tr("length")),
        ("period_back period_on", tr("earlier, later")),
        ("undo", trc("key", "undo")),
        ("mark", trc("key", "mark")),
        ("grid_clear", tr("take away")),
        ("grid_unit", tr("money/deals")),
        ("grid_note", tr("with a note")),
        ("quota_history", trc("key", "history")),
        ("back", trc("key", "back")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "note", tr("with a note"), id="grid_note", tooltip=tr("Change the quota and say why")),
        Binding(
            "delete,backspace", "clear", tr("take away"), id="grid_clear",
            tooltip=tr("No quota any more"),
        ),
        Binding(
            "d", "fill", tr("copy down"), id="grid_fill",
            tooltip=tr("To the marked rows, else the next one"),
        ),
        Binding(
            "D", "copy_on", tr("copy on"), id="grid_copy",
            tooltip=tr("Marked rows, or all, to the next period"),
        ),
        Binding(
            "s", "spread", tr("spread"), id="grid_spread",
            tooltip=tr("Over quarters or months; of the marked rows, else of this one"),
        ),
        Binding(
            "percent_sign,r", "raise", tr("raise"), id="grid_raise",
            tooltip=tr("The marked rows, or all, by %"),
        ),
        Binding("space", "mark", trc("key", "mark"), id="mark", tooltip=tr("Mark the row")),
        Binding("asterisk", "mark_all", tr("mark all"), id="mark_all", tooltip=tr("Mark all rows, or none")),
        Binding(
            "w", "span", tr("month/quarter/year"), id="grid_span",
            tooltip=tr("Quarters, months or years"),
        ),
        Binding("b", "unit", tr("money/deals"), id="grid_unit", tooltip=tr("Quotas in money or in deals")),
        Binding("comma", "step(-1)", tr("earlier"), id="period_back", tooltip=tr("The periods before")),
        Binding("full_stop", "step(1)", tr("later"), id="period_on", tooltip=tr("The periods after")),
        Binding(
            "H", "revisions", trc("key", "history"), id="quota_history",
            tooltip=tr("How the quota came about"),
        ),
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the review")),
    ]  # fmt: skip

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._kind = period.kind if period.kind in KINDS else PeriodKind.QUARTER
        self._first = begun_with(period, self._kind)
        self._seek: Period | None = period
        self._unit = QuotaUnit.MONEY
        self._found: QuotaGrid | None = None
        self._marked: set[Holder] = set()
        self._hinted: tuple[bool, ...] = ()

    def compose(self) -> ComposeResult:
        """The frame, and a question over its foot."""
        yield from super().compose()
        yield AskLine(id="ask")

    def compose_middle(self) -> ComposeResult:
        """Title, grid, the quota under the cursor in words; the field, and under it what is wrong."""
        yield Line(id="title")
        yield TypingGrid(when_typed=self.key_typed, when_moved=self._cell_moved, id="grid")
        yield Line(id="meaning")
        yield from self.compose_fields()

    async def on_mount(self) -> None:
        """Read the grid for the first frame."""
        await self.read_first(GRID, self._reading())
        self.hold_frame()

    # Reading

    def reload(self) -> None:
        """Read the grid again."""
        self.read(GRID, self._reading())

    @property
    def _count(self) -> int:
        if self._kind is PeriodKind.MONTH:
            return 12 if self.size.width >= ROOM_FOR_A_YEAR else 6
        return 4

    def _reading(self) -> partial[QuotaGrid]:
        return partial(read_quota_grid, first=self._first, count=self._count, unit=self._unit)

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show the grid; the first time with the cursor in the period that was looked at."""
        self._found = found
        if self._kind is PeriodKind.RANGE and found.periods[0].kind is not PeriodKind.RANGE:
            # No quota is set for other periods than those of the calendar.
            self._kind, self._first = found.periods[0].kind, found.periods[0]
        grid = self.grid
        sought = self._seek
        if sought is not None:
            self._seek = None
            near = [at for at, period in enumerate(found.periods) if period.last >= sought.start]
            grid.key = f"at{near[0] if near else 0}"
            if not grid.row:
                grid.row = next((at for at, one in enumerate(found.holders) if one.kind == "rep"), 0)
        grid.show(grid_columns(found, self.size.width), GridRows(found, self._marked, self.size.width))
        self._say_title()

    def _say_title(self) -> None:
        found = self._found
        if found is None:
            return
        unit = tr("deals") if found.unit is QuotaUnit.DEALS else found.settings.base_currency
        first, last = found.periods[0].label, found.periods[-1].label
        if self._kind is PeriodKind.RANGE:
            first, last = day_text(found.periods[0].start), day_text(found.periods[-1].last)
        parts = [tr("Set quotas {first} – {last}").format(first=first, last=last), unit]
        if self._marked:
            parts.append(tr("{n} marked").format(n=len(self._marked)))
        if found.others:
            parts.append(
                with_keys(tr("{n} of other periods: {grid_span} changes the length"), n=found.others)
            )
        self.query_one("#title", Line).say(" · ".join(parts))

    def size_changed(self) -> None:
        """Twelve months where there is room, else six."""
        if self._found is not None:
            if len(self._found.periods) != self._count:
                self.reload()
            else:
                self._explain()

    def scope_parts(self) -> tuple[str, ...] | None:
        """The grid is of everybody, whatever is looked at elsewhere."""
        return (tr("quotas"), tr("everybody"))

    def of_all_pipelines(self) -> bool:
        """A quota is not of one."""
        return True

    # What the cursor is on

    @property
    def place(self) -> tuple[GridHolder, int] | None:
        """The row and the column under the cursor."""
        grid, found = self.grid, self._found
        if found is None or not grid.key.startswith("at") or not found.holders:
            return None
        column = int(grid.key.removeprefix("at"))
        return (found.holders[grid.row], column) if column < len(found.periods) else None

    @property
    def cell(self) -> GridCell | None:
        """The quota under the cursor."""
        place, found = self.place, self._found
        return None if place is None or found is None else found.cells.get((place[0].holder, place[1]))

    def _explain(self) -> None:
        from funnel_tui.screens.quotas_grid_rows import cell_words

        place, found = self.place, self._found
        words = "" if place is None or found is None else cell_words(found, *place)
        line = self.query_one("#meaning", Line)
        line.say(*wrapped(words, max(20, line.size.width)))

    def help_text(self) -> str:
        """The quota under the cursor, and what the signs mean."""
        signs = tr("(480k) is added up from shorter periods. ! something is odd: the line below says what.")
        return "\n".join((*self.query_one("#meaning", Line).texts, signs))

    # Typing

    @on(Grid.Chosen)
    def _chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self._change()

    def _change(self) -> None:
        """Change the number that is there."""
        cell, found = self.cell, self._found
        if found is not None:
            amount = None if cell is None or cell.parts else cell.amount
            base = found.settings.base_currency
            self.ask(AMOUNT, as_typed(amount, cell.currency if cell else base, found.unit, base))

    # Writing

    @property
    def reader(self) -> Typed:
        """What typed text means to the user."""
        workspace = self.funnel.workspace
        return Typed(self.funnel.settings, workspace.clock, habits=workspace.habits)

    def is_hinted(self, names: str) -> bool:
        """Where there is no quota there is nothing to copy, and what the next period has stays there."""
        place, found = self.place, self._found
        if names in {"grid_fill", "grid_clear", "grid_spread"}:
            return self.cell is not None
        if names == "grid_copy" and place is not None and found is not None:
            column = place[1]
            return any(at == column and (holder, at + 1) not in found.cells for holder, at in found.cells)
        return super().is_hinted(names)

    def _cell_moved(self) -> None:
        """Explain the quota; other keys may do something there."""
        self._explain()
        hinted = tuple(map(self.is_hinted, ("grid_fill", "grid_copy")))
        if self._told_hints and hinted != self._hinted:
            self._hinted = hinted
            self.tell_hints()

    def can_type(self) -> bool:
        """Whether the cursor is on a quota."""
        return self.place is not None

    def accept(self, field: str, text: str) -> None:
        """Set the quota under the cursor, or raise those of its period."""
        if field == PERCENT:
            self._raise(text)
        else:
            self._set(text, field)

    def _set(self, text: str, field: str = "") -> None:
        place, found = self.place, self._found
        if place is None or found is None:
            return
        typed = quota_typed(self.reader, text, found.unit)
        row, column = place
        period = found.periods[column]
        self.write(saving.setting(typed, row.holder, row.name, period, found.unit), field, text)

    def action_clear(self) -> None:
        """Take the quota away."""
        self._set("")

    def action_note(self) -> None:
        """Change it in a form with a note."""
        place, found, cell = self.place, self._found, self.cell
        if place is None or found is None:
            return
        from funnel_tui.screens.quotas_grid_note import ask_with_note

        ask_with_note(self.funnel, found, place, cell, self.reader)

    def action_fill(self) -> None:
        """Copy the quota to the marked rows, or to the next one and go there."""
        place, found, cell = self.place, self._found, self.cell
        if place is None or found is None or cell is None:
            self.notify(tr("There is no quota under the cursor to copy."), markup=False)
            return
        row, column = place
        at = self.grid.row
        chosen = [one for one in found.holders if one.holder in self._marked and one != row]
        if not self._marked:
            chosen = list(found.holders[at + 1 : at + 2])
            self.grid.put_cursor(at + 1)
        holders = [one.holder for one in chosen if not one.left]
        if holders:
            period = found.periods[column]
            self.write(saving.filling(cell.amount, cell.currency, holders, period, found.unit))

    def action_copy_on(self) -> None:
        """Copy the quotas of this period to the next one."""
        place, found = self.place, self._found
        if place is not None and found is not None:
            period, after = found.periods[place[1]], found.next_period(place[1])
            self.write(saving.copying(period, after, self._chosen_holders))

    @property
    def _chosen_holders(self) -> list[Holder] | None:
        """The marked rows; None for all of them."""
        return list(self._marked) or None

    def action_spread(self) -> None:
        """Ask over what the quota is to be spread."""
        place, found = self.place, self._found
        if place is None or found is None:
            return
        answers = spreading.answers(found, place, self._marked)
        if answers:
            question = spreading.question(found, place, self._marked)
            self.query_one(AskLine).ask(question, answers, self._spread)
        else:
            self.notify(spreading.refusal(found.periods[place[1]]), markup=False)

    def _spread(self, into: str) -> None:
        place, found = self.place, self._found
        if place is None or found is None:
            return
        row, column = place
        period = found.periods[column]
        if self._marked:
            holders = [one.holder for one in found.holders if one.holder in self._marked]
            self.write(saving.spreading_each(holders, period, into, found.unit))
        else:
            self.write(saving.spreading(row.holder, row.name, period, into, found.unit))

    def action_raise(self) -> None:
        """Ask by how much."""
        self.ask(PERCENT, "")

    def _raise(self, text: str) -> None:
        place, found = self.place, self._found
        if place is None or found is None:
            return
        percent = percent_typed(text)
        period = found.periods[place[1]]
        self.write(saving.raising(period, percent, self._chosen_holders), PERCENT, text)

    # Marks, and what is shown

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on."""
        place = self.place
        if place is not None:
            self._marked ^= {place[0].holder}
            row = self.grid.row
            self.grid.rows_changed(row, row)
            self.grid.put_cursor(row + 1)
            self._say_title()

    def action_mark_all(self) -> None:
        """Mark all rows, or none."""
        if self._found is not None:
            every = {row.holder for row in self._found.holders}
            marked = set() if self._marked >= every else every
            self._marked.clear()
            self._marked |= marked
            self.grid.rows_changed(0, len(self._found.holders))
            self._say_title()

    def action_span(self) -> None:
        """Quarters, months or years."""
        found, place = self._found, self.place
        self._seek = found.periods[place[1]] if found is not None and place is not None else None
        self._kind = KINDS[(KINDS.index(self._kind) + 1) % len(KINDS)]
        period = self._seek or self._first
        self._first = begun_with(period, self._kind)
        if (
            self._kind is PeriodKind.MONTH
            and self._count == 6
            and period.start >= self._first.shifted(6).start
        ):
            self._first = self._first.shifted(6)
        self.reload()

    def action_unit(self) -> None:
        """In money or in deals."""
        self._unit = QuotaUnit.DEALS if self._unit is QuotaUnit.MONEY else QuotaUnit.MONEY
        self.reload()

    def action_step(self, steps: int) -> None:
        """The periods before or after; of years one at a time."""
        if self._kind is PeriodKind.RANGE:
            columns = None if self._found is None else self._found.columns
            near = None if columns is None else columns.before if steps < 0 else columns.beyond
            if near is None:
                self.notify(tr("Quotas of such periods go no further."), markup=False)
                return
            self._first = near
        else:
            self._first = self._first.shifted(steps * (1 if self._kind is PeriodKind.YEAR else self._count))
        self.reload()

    def action_revisions(self) -> None:
        """How the quota under the cursor came about."""
        place, found = self.place, self._found
        if place is not None and found is not None:
            from funnel_tui.screens.quotas_revisions import show_quota_revisions

            row, column = place
            name = name_of(row.holder, row.name)
            show_quota_revisions(self.funnel, row.holder, name, found.periods[column])

    def action_back(self) -> None:
        """Back to the review."""
        self.dismiss(None)
