"""One deal on a screen of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.domain.deal_detail import DealDetail, TimelineItem, TimelineKey, TimelineKind
from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.period import local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean
from funnel_tui.domain.status import DealStatus
from funnel_tui.errors import NotFound
from funnel_tui.language import tr, trc
from funnel_tui.screens.deal_actions import DealActions
from funnel_tui.services.deal_detail import PAGE, deal_detail, deal_timeline
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_pane import DealPane
from funnel_tui.widgets.deal_table import Reading, row_cells
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.lines import Line, ScopeWords
from funnel_tui.widgets.pane import wrapped
from funnel_tui.widgets.timeline import HERE, OPENED

DETAIL, MORE = "detail", "more"
# Translators: what became of a deal.
_CLOSED = {DealStatus.WON: tr("Won"), DealStatus.LOST: tr("Lost")}


class DealFound(NamedTuple):
    """A deal that was read, and how its values read."""

    detail: DealDetail
    reading: Reading


def read_deal(workspace: Workspace, *, deal_id: int, scope: Scope | None, items: int = PAGE) -> DealFound:
    """Read a deal.

    :param scope: its as-of counts.
    :param items: how much of the timeline.
    :raises NotFound: when there is no such deal.
    """
    settings = workspace.settings()
    zone = ZoneInfo(settings.time_zone)
    detail = deal_detail(workspace, deal_id, scope.as_of if scope else None, items=items)
    reading = Reading(local_day(detail.as_of, zone), zone, settings.base_currency)
    return DealFound(detail, reading)


class DealGone(NamedTuple):
    """A deal that is not there: somebody else took it away, or it is not there yet.

    :param words: why.
    """

    words: str


def look_for_deal(
    workspace: Workspace, *, deal_id: int, scope: Scope | None, items: int = PAGE
) -> DealFound | DealGone:
    """Read a deal that may be gone; see :func:`read_deal`."""
    try:
        return read_deal(workspace, deal_id=deal_id, scope=scope, items=items)
    except NotFound as problem:
        return DealGone(" ".join(filter(None, (problem.message, problem.hint))))


class DealScreen(DealActions[None]):
    """A deal with all that belongs to it. ``esc`` goes back.

    :param deal_id: its number.
    """

    HAS_PERIOD = False
    AUTO_FOCUS = "DealPane"
    HINTS = (
        ("back", trc("key", "back")),
        ("edit", trc("key", "edit")),
        ("move", trc("key", "move")),
        ("stage_back stage_on", trc("key", "stage")),
        ("win", trc("key", "won")),
        ("lose", trc("key", "lost")),
        ("timeline_next", tr("timeline")),
        ("timeline_open", trc("key", "open")),
        ("task", trc("key", "task")),
        ("reopen", trc("key", "reopen")),
        ("deal_people", tr("people")),
        ("deal_demand", tr("asked for")),
    )
    HINTS_OF_NOTHING = (("back", trc("key", "back")),)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the list")),
        Binding(
            "tab",
            "item(1)",
            tr("timeline"),
            id="timeline_next",
            tooltip=tr("To the next thing of the timeline"),
        ),
        Binding(
            "shift+tab",
            "item(-1)",
            tr("timeline back"),
            id="timeline_previous",
            tooltip=tr("To the one before it"),
        ),
        Binding(
            "enter",
            "open_item",
            trc("key", "open"),
            id="timeline_open",
            tooltip=tr("Open it: interaction or task"),
        ),
        Binding(
            "Z",
            "deal_history",
            trc("key", "history"),
            id="deal_history",
            tooltip=tr("Every change of this deal"),
        ),
    ]

    def __init__(self, deal_id: int) -> None:
        super().__init__()
        self._deal_id = deal_id
        self._found: DealFound | None = None
        self._items: Sequence[TimelineItem] = ()
        self._after: TimelineKey | None = None
        self._reading_more = False
        self._marked: TimelineKey | None = None

    def compose_middle(self) -> ComposeResult:
        """The title and the page."""
        yield Line(id="title")
        yield DealPane(when_moved=self._scrolled, id="deal")

    async def on_mount(self) -> None:
        """Read the deal before the first frame."""
        await self.read_first(DETAIL, self._reading())
        self.hold_frame(lambda: None)

    @property
    def has_row(self) -> bool:
        """Whether the deal is still there."""
        return self._found is not None

    @property
    def deal_id(self) -> int | None:
        """The number of the deal."""
        return self._deal_id

    @property
    def deal_row(self) -> DealRow | None:
        """The deal."""
        return None if self._found is None else self._found.detail.row

    def bar_words(self) -> ScopeWords:
        """What is looked at; over a deal of another pipeline that one, without the number of deals of it."""
        words, scope, row = super().bar_words(), self.funnel.scope, self.deal_row
        if scope is None or row is None or not scope.pipelines or row.pipeline in scope.pipelines:
            return words
        return ScopeWords((row.pipeline, *words.parts[len(scope.pipelines) :]))

    def action_deal_history(self) -> None:
        """What was done to this deal, and by whom."""
        from funnel_tui.screens.history import DealHistoryScreen

        self.app.push_screen(DealHistoryScreen(self._deal_id))

    def copied(self) -> str:
        """Title, organisation, stage, amount."""
        if self._found is None:
            return ""
        return "\t".join(
            cell.text.strip() for cell in row_cells(self._found.detail.row, self._found.reading)[1:]
        )

    def reload(self) -> None:
        """Read the deal again, with as much of its timeline as was shown."""
        self.read(DETAIL, self._reading())

    def _reading(self) -> partial[DealFound | DealGone]:
        items = max(PAGE, len(self._items))
        return partial(look_for_deal, deal_id=self._deal_id, scope=self.funnel.scope, items=items)

    def show_found(self, group: str, found: Any) -> None:
        """Show the deal, or more of its timeline."""
        if isinstance(found, DealGone):
            self._found = None
            self._keep((), None)
            words = found.words
            self.query_one("#title", Line).say("")
            self.query_one(DealPane).show(lambda width: [(Cell(line),) for line in wrapped(words, width)])
            return
        if group == DETAIL:
            again = self._found is not None
            self._found = found
            self._keep(found.detail.timeline.items, found.detail.timeline.after)
            self.tell_hints()
        else:
            after, page = found
            again, self._reading_more = True, False
            if after != self._after:
                return  # the deal was read again meanwhile
            self._keep([*self._items, *page.items], page.after)
        self._show(keep=again)

    def _keep(self, items: Sequence[TimelineItem], after: TimelineKey | None) -> None:
        self._items, self._after = items, after

    def _show(self, *, keep: bool) -> None:
        assert self._found is not None
        detail, reading = self._found
        self.query_one(DealPane).show_deal(
            detail,
            self._items,
            reading,
            more=self._after is not None,
            keep=keep,
            marked=self._marked,
        )
        self._say_title()
        self.tell_scope()

    def _say_title(self) -> None:
        if self._found is None:
            return
        row = self._found.detail.row
        _first, last, count = self.query_one(DealPane).place
        words = f"{_CLOSED.get(row.status) or clean(row.stage)} · {row.owner}"
        # Translators: all of the deal is in view.
        whole = tr("all")
        where = whole if last >= count and not self._after else f"{last}/{count}{'+' if self._after else ''}"
        line = self.query_one("#title", Line)
        line.say(f"{words}{' ' * max(1, line.size.width - len(words) - len(where))}{where}")

    def _scrolled(self) -> None:
        """Read on when the end comes into view."""
        self._say_title()
        if self._after is None or self._reading_more or not self.query_one(DealPane).at_end:
            return
        self._reading_more = True
        after, deal_id = self._after, self._deal_id
        as_of = self.funnel.scope.as_of if self.funnel.scope else None

        def reading(workspace: Workspace) -> Any:
            return after, deal_timeline(workspace, deal_id, after=after, as_of=as_of)

        self.read(MORE, reading)

    # The cursor in the timeline

    def action_item(self, steps: int) -> None:
        """Go to the next thing of the timeline that can be opened, or to the one before."""
        if self._found is None:
            return
        keys = [item.key for item in self._items if item.kind in OPENED]
        if not keys:
            self.notify(
                tr("Nothing in this timeline can be opened: no interaction, no open task."), markup=False
            )
            return
        if self._marked in keys:
            at = max(0, min(keys.index(self._marked) + steps, len(keys) - 1))
        else:
            at = 0 if steps > 0 else len(keys) - 1
        self._marked = keys[at]
        self._show(keep=True)
        self.query_one(DealPane).reveal(HERE)
        self.tell_hints()

    def action_open_item(self) -> None:
        """Open what the cursor is on; the first time, go there."""
        item = next((one for one in self._items if one.key == self._marked), None)
        if item is None:
            self.action_item(1)
        elif item.kind is TimelineKind.TASK:
            from funnel_tui.screens.task_changes import edit_task

            edit_task(self.funnel, item.key[-1])
        else:
            from funnel_tui.screens.interaction import InteractionScreen

            self.app.push_screen(InteractionScreen(item.key[-1]))

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)
