"""What the screens know of the app that holds them: the data, the scope, and who else may have changed it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from textual.screen import Screen

from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.screens.messages import DataChanged
from funnel_tui.screens.steady import SteadyApp
from funnel_tui.services.reports.screen import StagesView
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.lines import ScopeWords


class HostApp(SteadyApp, inherit_bindings=False):
    """An app with a scope that its screens share.

    :param workspace: the open database.
    :param throwaway: whether the data is gone when the program ends; the scope bar says so.
    """

    def __init__(self, workspace: Workspace, *, throwaway: bool = False) -> None:
        super().__init__(workspace)
        self.settings = TeamSettings()
        self.scope: Scope | None = None
        self.view: StagesView | None = None
        self.throwaway = throwaway
        self.ahead: dict[str, Future[Any]] = {}
        """What is being read while the program starts, by the name a screen asks for it."""

    def data_changed(self) -> None:
        """Every screen reads again: the visible one now, the others when they are seen."""
        kept = [screen for screen in self._installed_screens.values() if isinstance(screen, Screen)]
        for screen in {*self.screen_stack, *(screen for screen in kept if screen.is_running)}:
            screen.post_message(DataChanged())

    def set_scope(self, scope: Scope) -> None:
        """Look at something else."""
        if scope != self.scope:
            self.scope = scope
            self.data_changed()

    @property
    def is_compared(self) -> bool:
        """Whether another period is held against the present one."""
        return self.scope is not None and self.scope.compare is not None

    def take_view(self, view: StagesView) -> None:
        """Remember what was found: the scope with its pipeline, and the names to choose from."""
        self.view, self.scope, self.settings = view, view.scope, view.settings

    def scope_words(self) -> ScopeWords:
        """The scope for the bar on top."""
        scope, view = self.scope, self.view
        if scope is None or view is None:
            return ScopeWords(("demo",) if self.throwaway else ())
        period = scope.period.label + (f" vs {scope.compare.label}" if scope.compare else "")
        parts = [
            *scope.pipelines,
            scope.owner or scope.team or "everybody",
            period,
            self.settings.base_currency,
        ]
        if self.throwaway:
            parts.append("demo data")
        return ScopeWords(tuple(parts), deals(view.deals_total))
