"""What the keys of the Stages screen do: another view, another scope, export and copy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from funnel_tui.domain.report import Report
from funnel_tui.domain.stage_views import Asked, Held, Measure
from funnel_tui.domain.status import GroupBy
from funnel_tui.language import tr, trc
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.bindings import EXPORT, NEXT_PIPELINE, PERIODS
from funnel_tui.screens.stages_words import BASIC, FUNNELS, Found, View

_FUNNEL_LIKE = {View.CLOSED, View.COMPARE, View.BENCHMARK}
MEANT_FOR: dict[str, set[View]] = {
    "amount": {View.CLOSED, View.REASONS, View.COMPARE, View.BENCHMARK},
    "mode": _FUNNEL_LIKE,
    "cohort": {*_FUNNEL_LIKE, View.LOSSES},
    "compare": {View.CLOSED, View.ACTIVE, View.BENCHMARK},
    "by": {View.COMPARE},
    "measure": {View.COMPARE, View.TRENDS, View.BENCHMARK},
    "bulk": {View.DAYS},
}
"""Actions that only say something about some of the views."""
SPLITS = (GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.PIPELINE, GroupBy.MONTH)


def _to(view: View, key: str, id: str, name: str, sentence: str) -> Binding:
    """A key that goes to a view, and back to the funnel."""
    return Binding(key, f"show_view('{view.name}')", name, id=id, tooltip=sentence)


class StagesKeys(FunnelScreen[None]):
    """The keys of the Stages screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *PERIODS,
        Binding(
            "tab", "switch", tr("active/closed"), id="switch",
            tooltip=tr("Closed-deals or active-deals funnel"),
        ),
        _to(View.LOSSES, "o", "losses", trc("key", "losses"), tr("Where and why deals are lost")),
        _to(View.REASONS, "x", "stages_reasons", tr("reasons"), tr("Loss reasons by stage")),
        _to(View.COMPARE, "w", "stages_compare", tr("who"), tr("Reps side by side")),
        _to(View.TRENDS, "t", "stages_trends", tr("trends"), tr("The last twelve months")),
        _to(View.DAYS, "s", "stages_days", tr("stuck"), tr("Days per stage; what is stuck")),
        Binding(
            "m", "measure", tr("measure"), id="stages_measure",
            tooltip=tr("Conversions or days; conversions or won; reached or open"),
        ),
        Binding("b", "by", tr("by"), id="stages_by", tooltip=tr("By rep, team, source, pipeline or month")),
        _to(
            View.BENCHMARK, "B", "stages_benchmark", tr("benchmark"),
            tr("What is missing against an earlier period"),
        ),
        Binding(
            "asterisk", "bulk", tr("stuck"), id="stages_bulk",
            tooltip=tr("List the stuck deals of the stage, to change many at once"),
        ),
        Binding(
            "C", "compare", trc("key", "compare"), id="compare",
            tooltip=tr("Beside it: nothing, the period before, the year before"),
        ),
        Binding(
            "a", "amount", tr("by amount"), id="amount",
            tooltip=tr("Ratios by number of deals or by amount"),
        ),
        Binding(
            "d", "cohort", tr("which deals"), id="cohort",
            tooltip=tr("Deals closed in the period, created in it, or entering each stage in it"),
        ),
        Binding(
            "r", "mode", tr("which stages"), id="mode",
            tooltip=tr("Stages reached, visited, or straight"),
        ),
        NEXT_PIPELINE,
        Binding(
            "J", "jump", tr("last data"), id="jump",
            tooltip=tr("Go to the last period with closed deals"),
        ),
        EXPORT,
        Binding(
            "y", "copy", trc("key", "copy"), id="copy",
            tooltip=tr("Copy the command that prints the same"),
        ),
    ]  # fmt: skip

    _found: Found | None

    def __init__(self) -> None:
        super().__init__()
        self._view = View.CLOSED
        self._asked = Asked()
        self._wide = False

    @property
    def report(self) -> Report | None:
        """The report in the table."""
        raise NotImplementedError

    @property
    def grid(self) -> Any:
        """The table the keys are for."""
        raise NotImplementedError

    @property
    def panel(self) -> Any:
        """The further view that is shown."""
        raise NotImplementedError

    def _show(self) -> None:
        """Show what was read."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What says nothing about the view that is shown has no key there."""
        if action in MEANT_FOR and self._view not in MEANT_FOR[action]:
            return False
        if action == "step" and self._view is View.ACTIVE:
            return self.funnel.is_compared  # what is open now has no period
        return super().check_action(action, parameters)

    # Views

    def view_state(self) -> dict[str, str]:
        """Which view, and how it is split."""
        asked = self._asked
        return {
            **{"view": self._view.name, "by": asked.by.value, "measure": asked.measure.name},
            **{"won": "yes" if asked.won else "", "held": asked.held.name},
        }

    def take_view_state(self, state: Mapping[str, str]) -> None:
        """The view and its split as they were saved."""
        view = View[state["view"]]
        self._asked = Asked(
            GroupBy(state["by"]), Measure[state["measure"]], bool(state["won"]), Held[state["held"]]
        )
        self._view = view
        self.reload()

    def action_switch(self) -> None:
        """The other funnel; side by side the keys go to it."""
        self._go(View.ACTIVE if self._view is View.CLOSED else View.CLOSED)

    def action_show_view(self, name: str) -> None:
        """A view, or back to the funnel."""
        view = View[name]
        self._go(View.CLOSED if self._view is view else view)

    def action_next_view(self) -> None:
        """The next view on the line of tabs."""
        views = list(View)
        self._go(views[(views.index(self._view) + 1) % len(views)])

    def _go(self, view: View) -> None:
        before, self._view = self._view, view
        report = self.report if view in BASIC else None
        known = report is not None and (report.compared is not None or not self.funnel.is_compared)
        if known and before in FUNNELS and view in FUNNELS:
            self._show()
        else:
            self.reload()  # with the compared period, which is read only for what is shown
        self.grid.focus()

    def action_measure(self) -> None:
        """The other figure of the view."""
        asked = self._asked
        match self._view:
            case View.COMPARE:
                days = asked.measure is Measure.CONVERSION
                self._ask_for(asked.with_(measure=Measure.DAYS if days else Measure.CONVERSION))
            case View.TRENDS:
                self._ask_for(asked.with_(won=not asked.won))
            case _:
                is_open = asked.held is Held.REACHED
                self._ask_for(asked.with_(held=Held.OPEN if is_open else Held.REACHED))

    def action_by(self) -> None:
        """Compare by something else."""
        at = SPLITS.index(self._asked.by)
        self._ask_for(self._asked.with_(by=SPLITS[(at + 1) % len(SPLITS)]))

    def _ask_for(self, asked: Asked) -> None:
        self._asked = asked
        self.reload()

    # What is looked at

    def action_step(self, steps: int) -> None:
        """Another period."""
        self.funnel.change_scope(lambda scope: scoping.stepped(scope, steps))

    def action_compare(self) -> None:
        """Another period beside it."""
        self.funnel.change_scope(scoping.next_compare)

    def action_amount(self) -> None:
        """Ratios by amount or by number."""
        self.funnel.change_scope(lambda scope: scope.with_(by_value=not scope.by_value))

    def action_cohort(self) -> None:
        """Which deals the funnel is about."""
        self.funnel.change_scope(scoping.next_cohort)

    def action_mode(self) -> None:
        """Which stages count as reached."""
        self.funnel.change_scope(scoping.next_mode)

    def action_pipeline(self) -> None:
        """The next pipeline."""
        view = self.funnel.view
        self.funnel.change_scope(
            lambda scope: scoping.next_pipeline(scope, () if view is None else view.pipelines)
        )

    def action_jump(self) -> None:
        """The last period with closed deals."""
        last = self._found.view.last_closing if self._found and self._found.view else None
        if last is not None:
            self.funnel.change_scope(lambda scope: scoping.at_last_data(scope, last))
        elif self.funnel.scope is not None and not self.funnel.scope.is_of_all_deals:
            words = tr("The last closing is looked for among the deals of everybody, without a filter.")
            self.notify(words, markup=False)

    # What is shown, elsewhere

    def action_bulk(self) -> None:
        """List the stuck deals of the stage under the cursor."""
        report = self.report
        if report is None or not report.rows:
            return
        from funnel_tui.screens.stages_stuck import StuckScreen

        row = self.grid.row
        stage = str(report.rows[row]["stage"]) if row < len(report.rows) else None
        self.app.push_screen(StuckScreen(report.scope, stage))

    def action_export(self) -> None:
        """Write what is shown to a file."""
        report = self.report
        if report is None:
            self.notify(tr("There is nothing to export yet."), markup=False)
            return
        from funnel_tui.screens.exporting import export_report, file_name
        from funnel_tui.services.reports import run_report

        title = self.panel.title if self.panel is not None else report.title
        own = report if self._view in BASIC else self.panel.written
        name = file_name((own or report).name, *report.scope.pipelines, report.scope.period.name)
        # A further view may show less than its report holds: written is what the command prints.
        making = partial(run_report, name=report.name, scope=report.scope)
        export_report(self.funnel, title, name, making if own is None else lambda _: own)

    def action_copy(self) -> None:
        """Copy the command that prints the same in a shell."""
        report = self.report
        if report is None:
            self.notify(tr("There is nothing to copy."), markup=False)
            return
        from funnel_tui.screens.row_actions import copy_told
        from funnel_tui.services.reports.command_line import report_command

        explained = self.explanation()
        command = explained.command if explained is not None else report_command(report.name, report.scope)
        copy_told(self, command)
