"""The deals behind a figure: a list of any length."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType

from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trc
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.opening import open_deal
from funnel_tui.screens.tutorial import SAW_BEHIND
from funnel_tui.services.reports import DealLine, DealsBehind, deal_lines, deals_behind
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_list import COLUMNS, DealRows
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, ScopeWords
from funnel_tui.widgets.paged import PAGE

LIST = "list"


def read_page(workspace: Workspace, number: int, ids: Sequence[int]) -> tuple[int, list[DealLine]]:
    """Read one page of the list.

    :param number: which page.
    """
    return number, deal_lines(workspace, ids)


class OverFigure(FunnelScreen[ScreenResultType]):
    """A list that lies over the screen of a figure, and is of what that screen looked at.

    It stays so when something else is looked at while it is open, and so does its bar.
    """

    _below: FunnelScreen[Any] | None = None
    _opened_at: Scope | None = None
    _bar = ScopeWords()
    of: Scope | None = None
    """What the screen of the figure looked at."""

    def bar_words(self) -> ScopeWords:
        """What the screen of the figure says, or said before something else was looked at."""
        chosen, stack = self.funnel.scope, self.app.screen_stack
        if self._below is None and self in stack:
            under = reversed(stack[: stack.index(self)])
            self._below = next((screen for screen in under if isinstance(screen, FunnelScreen)), None)
            self._opened_at = chosen
        if self._below is not None and self._opened_at == chosen:
            self._bar, self.of = self._below.bar_words(), self._below.looked_at
        return self._bar


class BehindScreen(OverFigure[None]):
    """A list of deals. ``esc`` goes back to the figure.

    :param scope: of the report the figure is from.
    :param figure: the column of the figure.
    :param stage: its stage; None for all stages.
    :param report: the report's name.
    """

    HINTS = (
        ("choose", trc("key", "open")),
        ("back", trc("key", "back")),
        ("page_down page_up", tr("page")),
        ("export", trc("key", "export")),
        ("first last", tr("first, last")),
    )
    ON_ROW = frozenset({"choose", "export"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the figure")),
        Binding("E", "export", trc("key", "export"), id="export", tooltip=tr("Write these deals to a file")),
    ]

    def __init__(self, scope: Scope, figure: str, stage: str | None, report: str) -> None:
        super().__init__()
        self._asked = (scope, figure, stage, report)
        self._rows: DealRows | None = None
        self._found: DealsBehind | None = None

    def compose_middle(self) -> ComposeResult:
        """Title, where the cursor is, the list."""
        yield Line(id="title")
        yield Line(id="where")
        yield Grid(by_cell=False, when_moved=self._tell_where, id="deals")

    async def on_mount(self) -> None:
        """Find the deals."""
        self.funnel.hear(SAW_BEHIND)
        await self.read_first(LIST, self._find)
        self.hold_frame()

    def reload(self) -> None:
        """Find the deals behind the figure."""
        self.read(LIST, self._find)

    def _find(self, workspace: Workspace) -> tuple[DealsBehind, list[DealLine]]:
        """The deals, and what is shown of the first of them."""
        scope, figure, stage, report = self._asked
        found = deals_behind(workspace, scope, figure=figure, stage=stage, report=report)
        return found, deal_lines(workspace, found.ids[:PAGE])

    def show_found(self, group: str, found: Any) -> None:
        """Show the list, or a page of it."""
        if group == LIST:
            self._show_list(*found)
        elif self._rows is not None:
            number, lines = found
            first, last = self._rows.take(number, lines)
            self.query_one(Grid).rows_changed(first, last)

    def _show_list(self, found: DealsBehind, first: list[DealLine]) -> None:
        self._found = found
        self.query_one("#title", Line).say(f"{deals(len(found.ids))} · {found.title}")
        zone = ZoneInfo(self.funnel.settings.time_zone)
        self._rows = DealRows(found.ids, self._want, now=self.funnel.workspace.clock(), zone=zone)
        self._rows.take(0, first)
        self.query_one(Grid).show(COLUMNS, self._rows)

    @property
    def has_row(self) -> bool:
        """Whether a deal is behind the figure."""
        return bool(self._found is not None and self._found.ids)

    def _want(self, page: int, ids: Sequence[int]) -> None:
        """A row is to be drawn whose page is not there yet."""
        self.call_later(self.read, f"page-{page}", partial(read_page, number=page, ids=ids))

    def _tell_where(self) -> None:
        count = len(self._rows) if self._rows is not None else 0
        if count:
            row = count_text(self.query_one(Grid).row + 1)
            self.query_one("#where", Line).say(
                tr("{row} of {count}").format(row=row, count=count_text(count))
            )
        elif self._rows is not None:
            self.query_one("#where", Line).say(tr("No deal is behind this figure."))

    @on(Grid.Chosen)
    def _open(self, message: Grid.Chosen) -> None:
        """The deal on a screen of its own."""
        message.stop()
        if self._rows is not None and message.row < len(self._rows):
            open_deal(self.funnel, self._rows.ids[message.row])

    def action_back(self) -> None:
        """Back to the figure."""
        self.dismiss(None)

    def action_export(self) -> None:
        """Write the deals to a file, with the columns of the list of deals."""
        from funnel_tui.screens.exporting import export_report, file_name
        from funnel_tui.services.deal_report import deals_report

        found = self._found
        if found is None or not found.ids:
            self.notify(tr("There is nothing to export."), markup=False)
            return
        making = partial(deals_report, scope=self.of or Scope(), ids=found.ids, title=found.title)
        what, *_ = found.title.split(" · ")
        export_report(self.funnel, found.title, file_name("deals", what), making)
