"""The views of the Quotas screen, in the order of their tabs; how they are read, and kept in a saved view.

A further one is a :class:`~funnel_tui.screens.quotas_panels.View` in a module of its own and a line in
:data:`VIEWS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.screens import scoping
from funnel_tui.screens.probability import PROBABILITY
from funnel_tui.screens.quotas_accuracy import ACCURACY
from funnel_tui.screens.quotas_adjustments import ADJUSTMENTS
from funnel_tui.screens.quotas_forecast import FORECAST
from funnel_tui.screens.quotas_panels import Asked, View
from funnel_tui.screens.quotas_review import REVIEW
from funnel_tui.screens.quotas_trend import TREND
from funnel_tui.services.reports.quota_grid import has_pipelines
from funnel_tui.services.workspace import Workspace

VIEWS: tuple[View, ...] = (REVIEW, FORECAST, TREND, ADJUSTMENTS, ACCURACY, PROBABILITY)
"""The first one is shown when the screen is opened."""


class Found(NamedTuple):
    """What was read for a view.

    :param figures: None where there is no pipeline yet.
    """

    view: View
    asked: Asked
    figures: Any


def read_view(workspace: Workspace, *, scope: Scope | None, view: View, asked: Asked, late: bool) -> Found:
    """Read the figures of a view.

    :param scope: None for the one the program opens with, of all pipelines.
    :param late: those that take longer.
    """
    reading = view.late if late and view.late is not None else view.read
    scope = scope or scoping.default_scope(workspace)
    if not has_pipelines(workspace):
        return Found(view, asked, None)
    figures = reading(workspace, scope.with_(compare=None), asked)
    return Found(view, asked, figures)


def state_of(view: View, asked: Asked, *, one_pipeline: bool) -> dict[str, str]:
    """How the screen is set, for a saved view.

    :param one_pipeline: whether it looks at the pipeline of the scope only.
    """
    return {
        "view": view.key,
        "by": "team" if asked.by_team else "rep",
        "forecast_by": "month" if asked.by_month else "rep",
        "cumulative": "yes" if asked.cumulative else "",
        "category": asked.category or "",
        "currency": asked.currency or "",
        "one_pipeline": "yes" if one_pipeline else "",
    }


def taken(state: Mapping[str, str]) -> tuple[View, Asked, bool]:
    """The opposite of :func:`state_of`.

    :raises KeyError: for a word that is not known any more, and so does ValueError.
    """
    view = {one.key: one for one in VIEWS}[state["view"]]
    category = state["category"]
    asked = Asked(
        by_team={"team": True, "rep": False}[state["by"]],
        by_month={"month": True, "rep": False}[state["forecast_by"]],
        cumulative=bool(state["cumulative"]),
        category=ForecastCategory(category).value if category else None,
        currency=state["currency"] or None,
    )
    return view, asked, bool(state["one_pipeline"])
