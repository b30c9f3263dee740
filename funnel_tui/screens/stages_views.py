"""The further views of the Stages screen: each is imported and read when it is opened."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from funnel_tui.domain.scope import Scope
from funnel_tui.screens import scoping
from funnel_tui.screens.stages_panels import Asked, Panel, PanelView
from funnel_tui.screens.stages_words import View
from funnel_tui.services.reports.screen import pipelines_in_use
from funnel_tui.services.workspace import Workspace

_MADE_BY = {
    View.REASONS: ("stages_reasons", "REASONS"),
    View.COMPARE: ("stages_compare", "COMPARE"),
    View.TRENDS: ("stages_trends", "TRENDS"),
    View.DAYS: ("stages_days", "DAYS"),
    View.BENCHMARK: ("stages_benchmark", "BENCHMARK"),
}
"""The module of each and its name there."""


class PanelFound(NamedTuple):
    """What was read for one of them.

    :param panel: as it is shown; None when there is no pipeline yet.
    """

    view: View
    asked: Asked
    panel: Panel | None


def read_panel(workspace: Workspace, *, scope: Scope | None, view: View, asked: Asked) -> PanelFound:
    """Read a view and lay it out, outside the UI thread.

    :param scope: None for the one the program opens with.
    """
    scope = scope or scoping.default_scope(workspace)
    used = pipelines_in_use(workspace)
    if not used:
        return PanelFound(view, asked, None)
    module, name = _MADE_BY[view]
    made: PanelView = getattr(import_module(f"funnel_tui.screens.{module}"), name)
    shown = scope.with_(pipelines=scope.pipelines[:1] or used[:1], by=None)
    found: Any = made.read(workspace, shown, asked)
    return PanelFound(view, asked, made.panel(found, asked))
