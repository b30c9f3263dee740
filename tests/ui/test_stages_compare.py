"""Groups side by side on the Stages screen: what has no value."""

from __future__ import annotations

from dataclasses import replace

from funnel_tui.domain.stage_views import Asked
from funnel_tui.domain.status import GroupBy
from funnel_tui.screens.scoping import default_scope
from funnel_tui.screens.stages_compare import panel
from funnel_tui.services.reports.comparison import comparison
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.drawing import Chart


def test_a_rep_without_a_deal_has_a_dash_and_no_bar_for_the_days(demo: Workspace) -> None:
    found = comparison(demo, default_scope(demo).with_(pipelines=("New business",)), GroupBy.REP)
    idle = found.groups[0]
    rows = {
        (group, stage): {**row, "days_mean": None} if group == idle else row
        for (group, stage), row in found.rows.items()
    }
    _, days = panel(replace(found, rows=rows), Asked()).charts
    assert isinstance(days, Chart)
    bars = {bar.label: bar for bar in days.bars}
    assert (bars[idle].values, bars[idle].texts) == ((None,), ("–",))
    assert all(bars[group].values[0] for group in found.groups[1:])
