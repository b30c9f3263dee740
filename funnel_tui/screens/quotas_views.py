"""The views of the Quotas screen, in the order of their tabs.

A further one is a :class:`~funnel_tui.screens.quotas_panels.View` in a module of its own and a line in
:data:`VIEWS`.
"""

from __future__ import annotations

from funnel_tui.screens.quotas_panels import View
from funnel_tui.screens.quotas_review import REVIEW

VIEWS: tuple[View, ...] = (REVIEW,)
"""The first one is shown when the screen is opened."""
