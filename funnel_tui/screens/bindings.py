"""Bindings that mean the same on several screens; :mod:`funnel_tui.widgets.bindings` has those below them."""

from __future__ import annotations

from textual.binding import Binding

from funnel_tui.language import tr, trc

PERIODS = (
    Binding("comma", "step(-1)", trc("key", "back"), id="period_back", tooltip=tr("The period before")),
    # Translators: a period further, the opposite of "back"
    Binding("full_stop", "step(1)", trc("key", "on"), id="period_on", tooltip=tr("The period after")),
)
NEXT_VIEW = (
    Binding("tab", "view(1)", trc("key", "view"), id="view_next", tooltip=tr("The next view")),
    Binding("shift+tab", "view(-1)", tr("view back"), id="view_back", tooltip=tr("The view before")),
)
NEXT_PIPELINE = Binding("p", "pipeline", tr("pipeline"), id="pipeline", tooltip=tr("The next pipeline"))
ONE_PIPELINE = Binding(
    "p", "pipeline", tr("pipeline"), id="pipeline", tooltip=tr("All pipelines, or the one of the scope")
)
ONLY_STUCK = Binding(
    "exclamation_mark", "only_stuck", tr("stuck"), id="only_stuck", tooltip=tr("Only deals that are stuck")
)
EXPORT = Binding(
    "E", "export", trc("key", "export"), id="export", tooltip=tr("Write what is shown to a file")
)
COPY_ROW = Binding("y", "copy", trc("key", "copy"), id="copy", tooltip=tr("Copy the row"))
