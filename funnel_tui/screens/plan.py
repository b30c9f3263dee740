"""Plan: what a target needs and what if; how the pipeline changed between two days; scenarios."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr, trc
from funnel_tui.screens import scoping
from funnel_tui.screens.bindings import EXPORT, NEXT_PIPELINE, NEXT_VIEW, PERIODS
from funnel_tui.screens.plan_nudge import Row, nudged, reset
from funnel_tui.screens.plan_views import PlanViews, StepGrid, View
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Grid


class PlanScreen(PlanViews):
    """The plan: its keys and what they do."""

    HINTS = (
        # Translators: the figure under the cursor goes up or down
        ("less more", trc("key", "change")),
        # Translators: type a figure
        ("plan_choose", tr("type")),
        ("view_next", trc("key", "view")),
        ("choose", trc("key", "open")),
        ("plan_remove", trc("key", "remove")),
        ("plan_by", tr("per rep")),
        ("plan_reset", tr("reset")),
        ("plan_save", trc("key", "save")),
        ("plan_scenarios", tr("scenarios")),
        ("plan_chain", tr("own chain")),
        # Translators: k stands for a number: so many times the prospects
        ("plan_times", tr("× k")),
        ("plan_history", trc("key", "history")),
        ("period_back period_on", trc("key", "period")),
        ("export", trc("key", "export")),
        ("scope", trc("key", "scope")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "nudge(1)", trc("key", "more"), id="more", tooltip=tr("One step up; → does it too")),
        Binding("minus", "nudge(-1)", tr("less"), id="less", tooltip=tr("One step down; ← does it too")),
        Binding("e", "type", tr("type"), id="plan_choose", tooltip=tr("Type the figure; enter does it too")),
        *NEXT_VIEW,
        Binding(
            "b", "by", tr("per rep"), id="plan_by", tooltip=tr("The change of the pipeline per rep or in all")
        ),
        Binding(
            "backspace", "reset_row", tr("reset row"), id="plan_reset_row", tooltip=tr("The figure as it was")
        ),
        Binding("r", "reset", tr("reset"), id="plan_reset", tooltip=tr("All figures as they were")),
        Binding("s", "save", trc("key", "save"), id="plan_save", tooltip=tr("Save this plan as a scenario")),
        Binding("o", "scenarios", tr("scenarios"), id="plan_scenarios", tooltip=tr("Scenarios side by side")),
        Binding(
            "x",
            "remove",
            trc("key", "remove"),
            id="plan_remove",
            tooltip=tr("Remove the scenario under the cursor"),
        ),
        Binding(
            "w", "chain", tr("own chain"), id="plan_chain", tooltip=tr("Type a chain of your own numbers")
        ),
        Binding("m", "times", tr("× k"), id="plan_times", tooltip=tr("So many times the prospects")),
        Binding(
            "H",
            "history_days",
            trc("key", "history"),
            id="plan_history",
            tooltip=tr("Where the conversions come from"),
        ),
        *PERIODS,
        NEXT_PIPELINE,
        EXPORT,
        Binding(
            "y",
            "copy_command",
            trc("key", "copy"),
            id="copy",
            tooltip=tr("Copy the command that prints the same"),
        ),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What says nothing about the view that is shown has no key there."""
        on_plan = {"nudge", "type", "reset", "reset_row", "save", "chain", "times", "history_days"}
        if action == "reset" and self._wish == self._wish.as_base():
            return False
        if action in on_plan:
            return self._view is View.PLAN and self.plan is not None
        if action == "by":
            return self._view is View.CHANGE
        if action == "remove":
            return self._view is View.SCENARIOS and bool(self.query_one("#scenarios", DealGrid).row)
        if action == "scenarios":
            return self._view is not View.SCENARIOS
        return super().check_action(action, parameters)

    # What if

    @property
    def _row(self) -> Row | None:
        keys = self._table.keys if self._table else []
        at = self.query_one("#plan", DealGrid).row
        return keys[at] if at < len(keys) else None

    def take_wish(self, wish: PlanWish) -> None:
        """Show the plan with another wish."""
        if wish != self._wish:
            self._wish = wish
            self._show_plan()

    def take_figure(self, row: Row, value: Any) -> None:
        """A figure was typed; None for that of history."""
        if value is None:
            self.take_wish(reset(self._wish, row))
        elif row.kind == "step":
            self.take_wish(self._wish.with_share(row.step, value))
        else:
            self.take_wish(self._wish.with_(**{row.kind: value}))

    def take_history(self, history: Period | None) -> None:
        """The conversions come from other days."""
        self._history = history
        self.reload()

    def action_nudge(self, by: int) -> None:
        """One step up or down of the figure under the cursor."""
        row, plan = self._row, self.plan
        if row is not None and plan is not None and self._view is View.PLAN:
            self.take_wish(nudged(plan, row, by).with_(period=None))

    def action_type(self) -> None:
        """Type the figure under the cursor."""
        from funnel_tui.screens import plan_asking

        row = self._row
        if row is not None and self._table is not None:
            plan_asking.ask_figure(self, row, self._table.value_text(row))

    @on(StepGrid.Nudged)
    def _nudge_row(self, message: StepGrid.Nudged) -> None:
        message.stop()
        self.action_nudge(message.by)

    @on(Grid.Chosen, "#plan")
    def _type_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_type()

    def action_reset_row(self) -> None:
        """The figure under the cursor as it was."""
        if self._row is not None:
            self.take_wish(reset(self._wish, self._row))

    def action_reset(self) -> None:
        """All what-ifs away; the target and the chain stay."""
        self.take_wish(self._wish.as_base())

    def action_chain(self) -> None:
        """A chain of the user's own numbers."""
        from funnel_tui.screens import plan_asking

        plan_asking.ask_chain(self, self._wish)

    def action_times(self) -> None:
        """Proportional expansion."""
        from funnel_tui.screens import plan_asking

        plan_asking.ask_times(self, self._wish)

    def action_history_days(self) -> None:
        """Where the conversions come from."""
        from funnel_tui.screens import plan_asking

        if self.plan is not None:
            plan_asking.ask_history(self, self.plan.facts.history)

    # Pipeline change

    def action_by(self) -> None:
        """Per rep, or in all."""
        self._by_rep = not self._by_rep
        self._read_change()

    @on(Grid.Chosen, "#changes")
    def _open_deals(self, message: Grid.Chosen) -> None:
        """List the deals behind the row."""
        message.stop()
        figure = self._figure
        if figure is None or figure.behind is None:
            return
        from funnel_tui.screens.quotas_behind import FigureDealsScreen

        self.app.push_screen(FigureDealsScreen(figure.behind))

    # Scenarios

    def action_save(self) -> None:
        """Save the plan under a name."""
        from funnel_tui.screens import plan_saving

        if self._found is not None:
            plan_saving.save(self, self._found.scope, self._asked(), self._scenario)

    def named(self, name: str) -> None:
        """The plan is a scenario now."""
        self._scenario = name
        self._show_words()

    def action_scenarios(self) -> None:
        """Scenarios side by side."""
        self.go(View.SCENARIOS)

    @on(Grid.Chosen, "#scenarios")
    def _open_scenario(self, message: Grid.Chosen) -> None:
        message.stop()
        from funnel_tui.screens import plan_saving

        if self._scenarios is None or not message.row:
            self.go(View.PLAN)
        else:
            plan_saving.open_scenario(self, self._scenarios.rows[message.row]["scenario"])

    def take_scenario(self, name: str, scope: Scope, wish: PlanWish) -> None:
        """Go on with a scenario.

        :param scope: its period is the history.
        """
        self._scenario, self._wish = name, wish.with_(period=None)
        self._history = None if scope.period.kind is PeriodKind.ALL else scope.period
        self.go(View.PLAN)
        present = self.funnel.scope
        period = wish.period or (present.period if present else scope.period)
        other = scope.with_(period=period)
        if other == present:
            self.reload()
        self.funnel.set_scope(other)

    def action_remove(self) -> None:
        """Remove the scenario under the cursor."""
        from funnel_tui.screens import plan_saving

        row = self.query_one("#scenarios", DealGrid).row
        if self._scenarios is not None and row:
            plan_saving.remove(self, self._scenarios.rows[row]["scenario"])

    # The rest

    def action_step(self, steps: int) -> None:
        """Another period."""
        self.funnel.change_scope(lambda scope: scoping.stepped(scope, steps))

    def action_pipeline(self) -> None:
        """The next pipeline."""
        view = self.funnel.view
        self.funnel.change_scope(lambda scope: scoping.next_pipeline(scope, view.pipelines if view else ()))

    def action_export(self) -> None:
        """Write what is shown to a file."""
        from funnel_tui.screens import plan_saving

        if self._found is None or self._found.facts is None:
            self.notify(tr("There is nothing to export."), markup=False)
            return
        plan_saving.export(self, self._view.value, self._found.scope, self._asked(), self._change)

    def action_copy_command(self) -> None:
        """Copy the command that prints the same in the shell."""
        from funnel_tui.screens.row_actions import copy_told

        command = self.command
        if command:
            copy_told(self, command)
        else:
            self.notify(tr("There is nothing to copy."), markup=False)
