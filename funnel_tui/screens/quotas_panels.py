"""What every view of the Quotas screen is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr
from funnel_tui.services.reports.forecast_behind import CATEGORY_WORDS
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.quota_drawing import Picture
from funnel_tui.widgets.quota_figures import Figure, FigureRows

HELP = tr("Status: + done, = on track, ! at risk, x behind. │ in a bar is where it should be by today.")
WIDE_COLUMNS = 100
"""From this width on amounts are shown in full."""


class Room(NamedTuple):
    """The room there is.

    :param width: cells of the screen.
    :param tall: whether the chart has room under the table.
    """

    width: int
    tall: bool

    @property
    def wide(self) -> bool:
        """Whether amounts are shown in full."""
        return self.width >= WIDE_COLUMNS


@dataclass(frozen=True, slots=True)
class Asked:
    """How figures are split and narrowed.

    :param by_team: by team, else by rep.
    :param by_month: a forecast by month, else by rep.
    :param cumulative: categories added up from closed on.
    :param category: only open deals of this category; ``currency`` likewise.
    """

    by_team: bool = False
    by_month: bool = True
    cumulative: bool = False
    category: str | None = None
    currency: str | None = None

    @property
    def filters(self) -> tuple[str, ...]:
        """What deals are narrowed to, in words."""
        category = None if self.category is None else CATEGORY_WORDS.get(self.category, self.category)
        return tuple(word for word in (category, self.currency) if word is not None)

    def with_(self, **changes: Any) -> Asked:
        """The same with some changes."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Panel:
    """A view as it is shown.

    :param title: one line; may hold user text.
    :param table: its figures.
    :param nothing: what to say instead of an empty table.
    :param sums: sentences under the table.
    :param notes: what a reader must know of the figures.
    :param first: the column the cursor begins in; empty for the first one with figures.
    :param picture: the chart; None for none.
    :param tall_chart: the chart takes half of the screen, however long the table is.
    :param report: the same as a report, for export; None where there is none.
    :param command: what prints it in the shell; empty where nothing does, unless a figure has its own.
    :param told_of_command: what is to be said of the command, or why there is none.
    :param definitions: what a figure of a column means, by the key of the column.
    :param legend: what its words and signs mean, for ``?``.
    """

    title: str
    table: FigureRows = field(default_factory=FigureRows)
    nothing: str = ""
    sums: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    first: str = ""
    picture: Picture | None = None
    tall_chart: bool = False
    report: Callable[[Workspace], Report] | None = None
    command: str = ""
    told_of_command: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    legend: tuple[str, ...] = (HELP,)

    def command_of(self, figure: Figure | None) -> str:
        """What prints a figure in the shell; empty where nothing does."""
        own = None if figure is None else figure.known.command
        return self.command if own is None else own


Reading = Callable[[Workspace, Scope, Asked], Any]
"""Reads figures, outside the UI thread."""


@dataclass(frozen=True, slots=True)
class View:
    """One of the views of the screen.

    :param key: as a saved view has it, whatever the language.
    :param name: as the line of tabs has it.
    :param read: reads its figures.
    :param panel: shows them: what was read, what was read late (None before it is there), how it was asked
        for, and the room there is.
    :param late: reads what takes longer, after the first figures are on the screen.
    :param late_for: whether it is wanted for figures that were read; None for always.
    :param actions: the actions of the screen that mean something here.
    """

    key: str
    name: str
    read: Reading
    panel: Callable[[Any, Any, Asked, Room], Panel]
    late: Reading | None = None
    actions: frozenset[str] = frozenset()
    late_for: Callable[[Any], bool] | None = None

    def is_late(self, figures: Any) -> bool:
        """Whether there is more to read for figures."""
        return self.late is not None and (self.late_for is None or self.late_for(figures))
