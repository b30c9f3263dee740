"""Interactions: the stream of them, and beside it how active everybody is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from funnel_tui.domain.activity import InteractionsWanted, Unit
from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.screens import scoping
from funnel_tui.screens.bindings import ONE_PIPELINE, PERIODS
from funnel_tui.screens.interactions_activity import ActivityFound, Options, Panel, Shown, read_panels, shown
from funnel_tui.screens.interactions_stream import STREAM, StreamScreen
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.widgets.activity_figures import Figure
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.pane import wrapped

ACTIVITY = "activity"
WIDE_COLUMNS = 120
"""From this width on the activity stands beside the stream."""
PANELS = tuple(Panel)
HAS_TIME = frozenset({Panel.RATE})
"""The figures that are told per day, week or month."""
HAS_REPS = frozenset({Panel.RATE, Panel.TALKS, Panel.FOLLOW})
"""The figures that are told per rep or per kind."""


class InteractionsScreen(StreamScreen[None]):
    """The stream, and one panel of figures: beside it where there is room, else on ``tab``."""

    AUTO_FOCUS = "#interactions"
    TELLS_NO_DEALS = True
    HINTS = (
        ("choose", trc("key", "open")),
        ("log_call", trc("key", "call")),
        ("log", trc("key", "log")),
        # Translators: the next panel of numbers and charts
        ("panel_next", tr("figures")),
        ("stream_filter", trc("key", "filter")),
        # Translators: show only one kind, outcome or rep
        ("stream_only", trc("key", "only")),
        ("interaction_edit", trc("key", "edit")),
        ("interaction_deal", tr("make deal")),
        ("interaction_done", trc("key", "done")),
        ("activity_by", tr("rep/kind")),
        ("activity_unit", tr("week/month")),
        ("activity_targets", tr("targets")),
        ("activity_kinds", tr("kinds")),
        ("period_back period_on", trc("key", "period")),
        ("scope", trc("key", "scope")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab",
            "panel(1)",
            tr("figures"),
            id="panel_next",
            tooltip=tr("The next figures; after them the stream"),
        ),
        Binding(
            "shift+tab", "panel(-1)", tr("figures back"), id="panel_back", tooltip=tr("The figures before")
        ),
        Binding("b", "by", tr("by rep/kind"), id="activity_by", tooltip=tr("The chart by rep or by kind")),
        Binding(
            "w",
            "unit",
            tr("day/week/month"),
            id="activity_unit",
            tooltip=tr("The chart per week, month or day"),
        ),
        Binding(
            "t",
            "targets",
            tr("targets"),
            id="activity_targets",
            tooltip=tr("Targets per kind, rep and month"),
        ),
        Binding("K", "kinds", tr("kinds"), id="activity_kinds", tooltip=tr("The kinds of interactions")),
        ONE_PIPELINE,
        *PERIODS,
        Binding(
            "C",
            "compare",
            trc("key", "compare"),
            id="compare",
            tooltip=tr("Beside it: nothing, the period or year before"),
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._panel, self._side = Panel.STREAM, Panel.RATE
        self._options = Options()
        self._one_pipeline = False
        self._activity: ActivityFound | None = None
        self._shown: Shown | None = None

    def compose_middle(self) -> ComposeResult:
        """Tabs, the stream, the figures."""
        yield TabLine(id="tabs")
        with Horizontal(id="body"):
            with Vertical(id="list"):
                yield Line(id="title")
                yield from self.compose_stream()
            with Vertical(id="side"):
                yield Line(id="heading")
                yield Vertical(id="chart")
                yield DealGrid(when_moved=self._explain, id="figures")
                yield Static(id="nothing", markup=False)
                yield Line(id="meaning")
                yield Static(id="note", markup=False)

    async def on_mount(self) -> None:
        """Read the stream before the first frame; the figures come after it."""
        self._say_tabs()
        await self.read_first(STREAM, self.stream_reading())
        self.hold_frame(self._frame_is_due)

    def _frame_is_due(self) -> None:
        self.stream.focus()
        self._read_activity()

    # Reading

    @property
    def looked_at(self) -> Scope | None:
        """The scope of the program; of all pipelines unless one was asked for: not all is about deals."""
        scope: Scope | None = self.funnel.scope
        return scope if scope is None or self._one_pipeline else scope.with_(pipelines=())

    def scope_parts(self) -> tuple[str, ...] | None:
        """What is looked at, for the bar on top."""
        scope = self.looked_at
        if scope is None or scope.pipelines:
            return None
        period = scope.period.label
        if scope.compare:
            period = tr("{period} vs {compared}").format(period=period, compared=scope.compare.label)
        return (tr("all pipelines"), scope.owner or scope.team or tr("everybody"), period)

    def of_all_pipelines(self) -> bool:
        """Unless only the pipeline of the scope was asked for."""
        return not self._one_pipeline

    def reload(self) -> None:
        """Read the stream and the figures again."""
        super().reload()
        self._read_activity()

    def _read_activity(self) -> None:
        if self.has_class("-wide") or self._panel is not Panel.STREAM:
            reading = partial(
                read_panels, scope=self.looked_at, options=self._options, deep=self._side.is_deep
            )
            self.read(ACTIVITY, reading)
        else:
            self._activity = None  # it is read when it is looked at

    def show_found(self, group: str, found: Any) -> None:
        """Show the stream, or the figures."""
        if group != ACTIVITY:
            super().show_found(group, found)
        elif found.options == self._options:
            self._activity = found
            self._show_panel()

    # Which figures

    def view_state(self) -> dict[str, str]:
        """Which figures, by whom and per what."""
        options = self._options
        return {
            "panel": self._panel.name,
            "by": "rep" if options.by_rep else "kind",
            "unit": options.unit.value,
        }

    def take_view_state(self, state: Mapping[str, str]) -> None:
        """The figures as they were saved."""
        panel = Panel[state["panel"]]
        self._options = Options(state["by"] == "rep", Unit(state["unit"]))
        self._panel = panel
        if panel is not Panel.STREAM:
            self._side = panel
        self._panel_changed()

    def action_panel(self, steps: int) -> None:
        """The next figures; after the last ones the stream."""
        self._panel = PANELS[(PANELS.index(self._panel) + steps) % len(PANELS)]
        if self._panel is not Panel.STREAM:
            self._side = self._panel
        self._panel_changed()

    def _panel_changed(self) -> None:
        here = self._panel is Panel.STREAM
        self.set_class(not here, "-figures")
        self.stream.set_class(not here, "-away")
        self.query_one("#figures").set_class(here, "-away")
        self._say_tabs()
        if self._activity is None:
            self._read_activity()
        else:
            self._show_panel()
        (self.stream if here else self.query_one("#figures", DealGrid)).focus()
        self.tell_hints()

    def _say_tabs(self) -> None:
        view = f"{self._panel} {PANELS.index(self._panel) + 1}/{len(PANELS)}"
        self.query_one(TabLine).say(TABS, Tab.INTERACTIONS, [view], view)

    def size_changed(self) -> None:
        """A wide terminal has room for the figures beside the stream."""
        wide = self.size.width >= WIDE_COLUMNS
        if wide != self.has_class("-wide"):
            self.set_class(wide, "-wide")
            self.query_one("#figures").set_class(self._panel is Panel.STREAM, "-away")
            if self._found is not None and self._activity is None:
                self._read_activity()
        super().size_changed()

    def _show_panel(self) -> None:
        found = self._activity
        if found is None:
            return
        panel = shown(found, self._side)
        if panel is None:
            self._read_activity()
            return
        self._shown = panel
        grid = self.query_one("#figures", DealGrid)
        heading = self.query_one("#heading", Line)
        heading.say(f"{panel.title}, {found.scope.period.label}")
        self.set_class(not len(panel.table), "-nothing")
        self.query_one("#nothing", Static).update(panel.nothing)
        self.set_class(panel.has_chart, "-charted")
        grid.show(panel.table.columns, panel.table)
        self.query_one("#note", Static).update(" ".join(clean(note) for note in panel.table.notes))
        self.call_after_refresh(self._draw_chart)

    async def _draw_chart(self) -> None:
        """Draw the chart. The first time this imports plotext, after the table is on the screen."""
        panel = self._shown
        if panel is None or not panel.has_chart:
            return
        from funnel_tui.screens.interactions_charts import draw

        await draw(self.query_one("#chart", Vertical), panel, self.query_one("#figures", DealGrid).row)

    # What the cursor is on

    @property
    def _figure(self) -> Figure | None:
        grid = self.query_one("#figures", DealGrid)
        return None if self._shown is None else self._shown.table.figure(grid.row, grid.key)

    def _explain(self) -> None:
        figure = self._figure
        line = self.query_one("#meaning", Line)
        line.say(*wrapped(figure.words if figure else "", max(20, line.size.width)))
        if self._shown is not None and self._shown.follows:
            self.call_after_refresh(self._draw_chart)

    def explanation(self) -> Explanation | None:
        """The figure under the cursor explained; in the stream there is none."""
        found, shown_now = self._activity, self._shown
        if self._panel is Panel.STREAM or found is None or shown_now is None:
            return None
        from funnel_tui.screens.interactions_explaining import explain

        grid = self.query_one("#figures", DealGrid)
        words = " · ".join(self.scope_parts() or scoping.where_words(found.scope))
        return explain(found, self._side, shown_now, grid.row, grid.key, words)

    @on(Grid.Chosen, "#figures")
    def _open_figure(self, message: Grid.Chosen) -> None:
        """List what is behind the figure."""
        message.stop()
        figure, found = self._figure, self._activity
        if figure is None or found is None or figure.wanted is None:
            self.notify(tr("Choose a number to see what is behind it."), markup=False)
            return
        from funnel_tui.screens.interactions_behind import ActivityDealsScreen, InteractionsBehindScreen

        words = figure.words or figure.text
        if isinstance(figure.wanted, InteractionsWanted):
            self.app.push_screen(InteractionsBehindScreen(found.scope, figure.wanted, words))
        else:
            self.app.push_screen(ActivityDealsScreen(found.scope, figure.wanted))

    def help_text(self) -> str:
        """The figure under the cursor and the notes, for the help screen."""
        # Translators: "in" stands behind the kind of an interaction
        signs = tr("? planned, ! planned and late, in: the customer began.")
        if self._shown is None:
            return signs
        figure = self._figure
        return "\n".join(filter(None, (figure.words if figure else "", *self._shown.table.notes, signs)))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What acts on an interaction has no key while the cursor is in the figures."""
        in_figures = self._panel is not Panel.STREAM
        if action in {"edit", "finish", "deal", "link", "delete", "open_deal", "copy", "filter", "only"}:
            return not in_figures
        if action in {"unit", "by"}:
            is_seen = in_figures or self.has_class("-wide")
            return is_seen and self._side in (HAS_TIME if action == "unit" else HAS_REPS)
        return super().check_action(action, parameters)

    def is_hinted(self, names: str) -> bool:
        """Nothing is split where there is nothing."""
        if names in {"activity_by", "activity_unit"} and self._shown is not None:
            return bool(len(self._shown.table) or self._shown.has_chart)
        return super().is_hinted(names)

    def go_back(self) -> None:
        """From the figures back to the stream."""
        if self._panel is not Panel.STREAM:
            self._panel = Panel.STREAM
            self._panel_changed()

    def action_widen(self) -> None:
        """From the figures back to the stream; there, take the filters away."""
        if self._panel is not Panel.STREAM:
            self.go_back()
        else:
            super().action_widen()

    def action_pipeline(self) -> None:
        """All pipelines and what is about no deal, or only the pipeline that the other screens look at."""
        self._one_pipeline = not self._one_pipeline
        self.reload()

    def action_by(self) -> None:
        """By rep or by kind."""
        self._set_options(self._options.turned())

    def action_unit(self) -> None:
        """Per week, month or day."""
        self._set_options(self._options.next_unit())

    def _set_options(self, options: Options) -> None:
        self._options = options
        if self._panel is Panel.STREAM and not self.has_class("-wide"):
            self.action_panel(1)
        self._read_activity()

    def action_step(self, steps: int) -> None:
        """Another period."""
        self.funnel.change_scope(lambda scope: scoping.stepped(scope, steps))

    def action_compare(self) -> None:
        """Another period beside it."""
        self.funnel.change_scope(scoping.next_compare)

    def action_targets(self) -> None:
        """Say how much is to be done."""
        from funnel_tui.screens.interaction_targets import TargetsScreen

        scope = self.funnel.scope
        self.app.push_screen(TargetsScreen(scope.period if scope else None))

    def action_kinds(self) -> None:
        """The kinds of interactions."""
        from funnel_tui.screens.interaction_kinds import KindsScreen

        self.app.push_screen(KindsScreen())
