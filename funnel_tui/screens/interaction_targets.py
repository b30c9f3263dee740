"""Targets of a month, reps down and kinds across: type a number over the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.dialogs.setup_form import whole_number
from funnel_tui.dialogs.wishes import Named
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.calendar_names import month_text
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.period import Period, PeriodKind, day_number, local_day
from funnel_tui.domain.shown import NO_VALUE, count_text
from funnel_tui.domain.targets import Targets
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr, trc
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.activity_targets import targets
from funnel_tui.services.interaction_list import reps_in_use
from funnel_tui.services.kind_list import list_kinds
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import FilterLine
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.quota_grid import TypingGrid, begins_number

MONTH = "month"
EVERY_REP = tr("every rep")


@dataclass(frozen=True, slots=True)
class MonthFound:
    """The targets of a month.

    :param month: its first day.
    """

    month: date
    kinds: tuple[KindFact, ...]
    reps: tuple[Named, ...]
    targets: Targets

    def rep_id(self, row: int) -> int | None:
        """Whose target stands in a row; None for the default of all."""
        return None if row == 0 else self.reps[row - 1][0]

    def name(self, row: int) -> str:
        """The same by name."""
        return EVERY_REP if row == 0 else self.reps[row - 1][1]


def read_month(workspace: Workspace, *, month: Period) -> MonthFound:
    """Read the targets of a month."""
    reps = reps_in_use(workspace)
    kinds = tuple(list_kinds(workspace, retired=False))
    found = targets(workspace, days=[day_number(month.start)])
    return MonthFound(month.start, kinds, tuple(reps), found)


def first_month(workspace: Workspace, period: Period | None) -> Period:
    """The present month where a period holds it, else its last one."""
    settings = workspace.settings()
    today = local_day(workspace.clock(), ZoneInfo(settings.time_zone))
    if period is None or period.kind is PeriodKind.ALL or period.start <= today <= period.last:
        return Period.containing(today, PeriodKind.MONTH)
    return Period.containing(period.last, PeriodKind.MONTH)


class TargetRows:
    """A row for every rep, and one for those who have no target of their own."""

    def __init__(self, found: MonthFound) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found.reps) + 1

    def cells(self, row: int) -> Sequence[Cell]:
        """The name, then a target per kind; one that is everybody's is dim."""
        found = self._found
        day, rep_id = day_number(found.month), found.rep_id(row)
        cells = [Cell(found.name(row), "strong" if rep_id is None else "plain")]
        for kind in found.kinds:
            own = found.targets.facts.get((rep_id, kind.id, day))
            if own is not None and own.target is not None:
                cells.append(Cell(count_text(own.target), "strong"))
                continue
            shared = None if rep_id is None else found.targets.of(rep_id, kind.id, day)
            cells.append(Cell(NO_VALUE if shared is None else f"({count_text(shared)})", "dim"))
        return cells


class TargetsScreen(FunnelScreen[None]):
    """A grid of targets; every number is saved at once. ``esc`` goes back.

    :param period: what is looked at; None for the present month.
    """

    HAS_PERIOD = False
    NOW_ONLY = tr("Targets are typed as they are now. {time_machine} and now bring you back.")
    AUTO_FOCUS = "#targets"
    HINTS = (
        ("target_edit", tr("type a number")),
        ("target_clear", tr("take back")),
        ("period_back period_on", tr("month")),
        ("undo", trc("key", "undo")),
        ("back", trc("key", "back")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,e",
            "edit",
            trc("key", "edit"),
            id="target_edit",
            tooltip=tr("Type the target under the cursor"),
        ),
        Binding(
            "delete,backspace",
            "clear",
            tr("take back"),
            id="target_clear",
            tooltip=tr("No target of their own"),
        ),
        Binding("comma", "step(-1)", tr("month back"), id="period_back", tooltip=tr("The month before")),
        Binding("full_stop", "step(1)", tr("month on"), id="period_on", tooltip=tr("The month after")),
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the interactions")),
    ]

    def __init__(self, period: Period | None) -> None:
        super().__init__()
        self._period = period
        self._month: Period | None = None
        self._found: MonthFound | None = None

    def compose(self) -> ComposeResult:
        """The frame, and a field over its foot."""
        yield from super().compose()
        help_words = tr("a whole number; empty takes the target back; enter saves")
        yield FilterLine(help_words, label=tr("Target"), saves=True, id="filter")

    def compose_middle(self) -> ComposeResult:
        """Title, what it means, the grid, the figure in words."""
        yield Line(id="title")
        yield Line(id="note")
        yield TypingGrid(when_typed=self._key_typed, when_moved=self._explain, id="targets")
        yield Line(id="meaning")

    async def on_mount(self) -> None:
        """Read the month for the first frame."""
        await self.read_first(MONTH, self._reading)
        self.hold_frame()

    def reload(self) -> None:
        """Read the month again."""
        self.read(MONTH, self._reading)

    def _reading(self, workspace: Workspace) -> MonthFound:
        month = self._month or first_month(workspace, self._period)
        return read_month(workspace, month=month)

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show the grid."""
        self._found = found
        self._month = Period.containing(found.month, PeriodKind.MONTH)
        self.query_one("#title", Line).say(tr("Targets for {month}").format(month=month_text(found.month)))
        self.query_one("#note", Line).say(tr("(40) is everybody's; a number of their own stands before it."))
        columns = [GridColumn("name", tr("Rep"), 22, least=12, right=False, stretch=True)]
        columns += [
            GridColumn(f"kind{at}", kind_word(kind.name), 10, least=8, rank=at + 1)
            for at, kind in enumerate(found.kinds)
        ]
        self._grid.show(columns, TargetRows(found))

    # What the cursor is on

    @property
    def _place(self) -> tuple[int, KindFact] | None:
        grid, found = self._grid, self._found
        if found is None or not grid.key.startswith("kind"):
            return None
        return grid.row, found.kinds[int(grid.key.removeprefix("kind"))]

    def _explain(self) -> None:
        place, found = self._place, self._found
        if place is None or found is None:
            return
        row, kind = place
        if row == 0:
            words = tr("{kind} to be done in {month}: target of every rep without one of their own")
        else:
            words = tr("{kind} to be done in {month}: target of {rep}")
        self.query_one("#meaning", Line).say(
            words.format(kind=kind_word(kind.name), month=month_text(found.month), rep=found.name(row))
        )

    # Typing

    def _key_typed(self, event: events.Key) -> bool:
        """A digit or a sign begins a number; what was typed ahead comes to the grid and goes on with it."""
        line, char = self.query_one(FilterLine), event.character if event.is_printable else None
        if line.display:
            if char is not None:
                line.insert_text_at_cursor(char)
            elif event.key == "backspace":
                line.action_delete_left()
            elif event.key in {"enter", "escape"}:
                line.post_message(FilterLine.Left(keep=event.key == "enter"))
            return True
        if char is None or not begins_number(char):
            return False
        self._begin(char)
        return True

    @property
    def _grid(self) -> TypingGrid:
        return self.query_one(TypingGrid)

    def action_edit(self) -> None:
        """Type a number."""
        self._begin("")

    @on(Grid.Chosen)
    def _chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self._begin("")

    def _begin(self, text: str) -> None:
        if self._place is not None:
            self.query_one(FilterLine).begin(text)

    @on(FilterLine.Left)
    def _typed(self, message: FilterLine.Left) -> None:
        message.stop()
        line = self.query_one(FilterLine)
        text = line.value.strip()
        if message.keep:
            number = whole_number(text.replace(",", "").replace(" ", "")) if text else None
            if text and number is None:
                self.notify(tr("A target is a whole number, such as 40."), markup=False)
                return
            self._save(number)
        line.display = False
        line.value = ""
        self.set_focus(self._grid, scroll_visible=False)

    def action_clear(self) -> None:
        """Take the target back: the default counts again, or none."""
        self._save(None)

    def _save(self, number: int | None) -> None:
        place, found = self._place, self._found
        if place is None or found is None:
            return
        row, kind = place
        doing = partial(_set, kind=kind, day=day_number(found.month), target=number, rep_id=found.rep_id(row))
        writing_of(self.funnel).write(Change(tr("Saving"), doing, invalid=self._refused))

    def _refused(self, error: InvalidInput) -> None:
        self.notify(str(error), markup=False)

    def action_step(self, steps: int) -> None:
        """Another month."""
        if self._month is not None:
            self._month = self._month.shifted(steps)
            self.reload()

    def action_back(self) -> None:
        """Back to the interactions."""
        self.dismiss(None)


def _set(workspace: Workspace, *, kind: KindFact, day: int, target: int | None, rep_id: int | None) -> Told:
    from funnel_tui.services.activity_targets import set_target
    from funnel_tui.services.together import together

    with together(workspace, "set_target") as within:
        changed = set_target(within, kind=kind.id or kind.name, months=[day], target=target, rep_id=rep_id)
    return Told(
        with_keys(tr("{summary}; {undo} takes it back."), summary=within.call.summary) if changed else "",
        written=bool(changed),
    )
