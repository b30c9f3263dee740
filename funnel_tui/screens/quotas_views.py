"""The views of the Quotas screen, in the order of their tabs.

A further one is a :class:`~funnel_tui.screens.quotas_panels.View` in a module of its own and a line in
:data:`VIEWS`.
"""

from __future__ import annotations

from funnel_tui.screens.probability import PROBABILITY
from funnel_tui.screens.quotas_accuracy import ACCURACY
from funnel_tui.screens.quotas_adjustments import ADJUSTMENTS
from funnel_tui.screens.quotas_forecast import FORECAST
from funnel_tui.screens.quotas_panels import View
from funnel_tui.screens.quotas_review import REVIEW
from funnel_tui.screens.quotas_trend import TREND

VIEWS: tuple[View, ...] = (REVIEW, FORECAST, TREND, ADJUSTMENTS, ACCURACY, PROBABILITY)
"""The first one is shown when the screen is opened."""
