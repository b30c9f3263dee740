"""The deals behind a figure of quotas or of the forecast."""

from __future__ import annotations

from funnel_tui.domain.scope import Scope
from funnel_tui.screens.behind import BehindScreen
from funnel_tui.services.reports import DealLine, DealsBehind, deal_lines
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.paged import PAGE
from funnel_tui.widgets.quota_figures import Behind


class FigureDealsScreen(BehindScreen):
    """The deals behind a figure that knows how to find them. ``esc`` goes back to it.

    :param behind: finds them.
    """

    def __init__(self, behind: Behind) -> None:
        super().__init__(Scope(), "", "", "")
        self._behind = behind

    def _find(self, workspace: Workspace) -> tuple[DealsBehind, list[DealLine]]:
        found: DealsBehind = self._behind(workspace)
        return found, deal_lines(workspace, found.ids[:PAGE])
