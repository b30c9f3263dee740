"""The screens that a digit opens.

A new one needs a line here and a line in :data:`funnel_tui.app.SCREENS`.
"""

from __future__ import annotations

from enum import StrEnum

from textual.binding import Binding


class Tab(StrEnum):
    """A screen as the line of tabs names it: its key and its name. The first one is shown at the start."""

    TODAY = "0 Today"
    DEALS = "1 Deals"
    STAGES = "2 Stages"
    INTERACTIONS = "3 Interactions"
    QUOTAS = "4 Quotas"
    PLAN = "5 Plan"


TABS = tuple(Tab)

_TOOLTIPS = {
    Tab.TODAY: "My tasks, and the deals that need me",
    Tab.DEALS: "The list of deals",
    Tab.STAGES: "Stages, conversions and losses",
    Tab.INTERACTIONS: "Calls, emails and meetings, and how active everybody is",
    Tab.QUOTAS: "Quotas, how they stand, and the forecast",
    Tab.PLAN: "What a target needs, what if, and how the pipeline changed",
}


def tab_bindings() -> list[Binding]:
    """The keys of the screens; an action is called after its screen, such as ``deals``."""
    bindings = []
    for tab in Tab:
        key, _, name = tab.partition(" ")
        tooltip = _TOOLTIPS[tab]
        bindings.append(Binding(key, f"tab({tab.name!r})", name, id=tab.name.lower(), tooltip=tooltip))
    return bindings
