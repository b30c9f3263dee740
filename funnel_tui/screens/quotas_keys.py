"""What the keys of the Quotas screen do: other figures, another period, quotas set, export and copy."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr, trc
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.bindings import COPY_ROW, EXPORT, NEXT_VIEW, ONE_PIPELINE, PERIODS
from funnel_tui.screens.quotas_panels import Asked, Panel
from funnel_tui.screens.quotas_views import VIEWS, Found
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.quota_figures import Figure


class QuotasKeys(FunnelScreen[None]):
    """The keys of the Quotas screen, and what they are about."""

    HINTS_OF_NOTHING = (("new_deal", trc("key", "new")), ("import_file", tr("import")))
    ON_ROW = frozenset({"choose", "export"})
    BINDINGS: ClassVar[list[BindingType]] = [
        *NEXT_VIEW,
        *PERIODS,
        Binding("w", "span", tr("month/quarter/year"), id="quota_span", tooltip=tr("Month, quarter or year")),
        Binding(
            "b", "by", tr("by rep/team"), id="quota_by",
            tooltip=tr("Per rep or per team; a forecast per month"),
        ),
        Binding(
            "e", "edit", trc("key", "edit"), id="quota_edit",
            tooltip=tr("Set quotas; or adjust the forecast"),
        ),
        Binding(
            "H", "revisions", trc("key", "history"), id="quota_history",
            tooltip=tr("How the row came about"),
        ),
        Binding(
            "a", "cumulative", tr("cumulative"), id="forecast_cumulative",
            tooltip=tr("Categories each by itself, or added up from closed on"),
        ),
        Binding("F", "only", tr("only …"), id="forecast_only", tooltip=tr("Only a category or a currency")),
        ONE_PIPELINE,
        EXPORT,
        COPY_ROW,
        Binding(
            "Y", "copy_command", tr("copy command"), id="copy_command",
            tooltip=tr("Copy the command for it"),
        ),
        Binding("escape", "widen", tr("show all"), id="quota_widen", tooltip=tr("Take the filters away")),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._view = VIEWS[0]
        self._asked = Asked()
        self._one_pipeline = False
        self._found: Found | None = None
        self._panel: Panel | None = None

    # What is shown

    @property
    def looked_at(self) -> Scope | None:
        """The scope of the program, of all pipelines unless one was asked for: a quota is not of one."""
        scope: Scope | None = self.funnel.scope
        if scope is None:
            return None
        return scope.with_(compare=None, pipelines=scope.pipelines if self._one_pipeline else ())

    @property
    def view_name(self) -> str:
        """The view that is shown."""
        return self._view.name

    @property
    def asked(self) -> Asked:
        """How the figures were asked for."""
        return self._asked

    @property
    def panel(self) -> Panel | None:
        """The view as it is shown; None before it was read."""
        return self._panel

    @property
    def figures(self) -> Any:
        """What was read for it."""
        return None if self._found is None else self._found.figures

    @property
    def grid(self) -> DealGrid:
        """The table."""
        return self.query_one("#figures", DealGrid)

    @property
    def row(self) -> int:
        """The row under the cursor."""
        return self.grid.row

    @property
    def figure(self) -> Figure | None:
        """What the cursor is on."""
        return None if self._panel is None else self._panel.table.figure(self.grid.row, self.grid.key)

    # Keys

    @property
    def has_row(self) -> bool:
        """Whether there is a table, and not only words on why there is none."""
        return self._panel is None or not self._panel.nothing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What says nothing about the view that is shown has no key there."""
        if action in {"by", "cumulative", "only", "revisions"} and action not in self._view.actions:
            return False
        if action == "widen":
            return bool(self._asked.filters)
        if action == "copy_command":
            return self._panel is None or bool(self._panel.command_of(self.figure))
        return super().check_action(action, parameters)

    def action_by(self) -> None:
        """Per rep or per team; a forecast per month or per rep."""
        self.ask_for(self._asked.with_(by_team=not self._asked.by_team, by_month=not self._asked.by_month))

    def action_cumulative(self) -> None:
        """Categories each by itself, or added up."""
        self.ask_for(self._asked.with_(cumulative=not self._asked.cumulative))

    def action_widen(self) -> None:
        """Take the filters away."""
        self.ask_for(self._asked.with_(category=None, currency=None))

    def ask_for(self, asked: Asked) -> None:
        """Split or narrow the figures in another way."""
        self._asked = asked
        self.reload()

    def action_pipeline(self) -> None:
        """All pipelines, or only the one that the other screens look at."""
        self._one_pipeline = not self._one_pipeline
        self.reload()

    def action_step(self, steps: int) -> None:
        """Another period."""
        self.funnel.change_scope(lambda scope: scoping.stepped(scope, steps))

    def action_span(self) -> None:
        """The month, the quarter or the year."""
        from funnel_tui.screens.quotas_saving import next_span

        today = self.funnel.workspace.clock()
        self.funnel.change_scope(lambda scope: next_span(scope, today, self.funnel.settings))

    def action_edit(self) -> None:
        """Set quotas, or adjust the forecast under the cursor."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.edit(self)

    def action_revisions(self) -> None:
        """How the quota or the adjustment of the row came about."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.show_revisions(self)

    def action_only(self) -> None:
        """Narrow the forecast to a category or a currency."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.narrow(self)

    def action_export(self) -> None:
        """Write what is shown to a file."""
        from funnel_tui.screens import quotas_saving

        quotas_saving.export(self)

    def action_copy(self) -> None:
        """Copy the row."""
        panel = self._panel
        if panel is None or not len(panel.table):
            self.notify(tr("There is nothing to copy."), markup=False)
            return
        texts = [figure.text for figure in panel.table.figures(self.row)]
        from funnel_tui.screens.row_actions import copy_told

        copy_told(self, "\t".join(text for text in texts if text), texts[0])

    def action_copy_command(self) -> None:
        """Copy the command that prints the same in the shell."""
        from funnel_tui.screens.row_actions import copy_told

        panel = self._panel
        command = "" if panel is None else panel.command_of(self.figure)
        if command:
            copy_told(self, command)
