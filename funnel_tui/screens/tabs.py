"""The screens that a digit opens.

A new one needs a line here and a line in :data:`funnel_tui.app.SCREENS`.
"""

from __future__ import annotations

from enum import StrEnum

from textual.binding import Binding

from funnel_tui.language import tr, trc


class Tab(StrEnum):
    """A screen as the line of tabs names it: its key and its name. The first one is shown at the start."""

    TODAY = "0 " + trc("screen", "Today")
    DEALS = "1 " + trc("screen", "Deals")
    STAGES = "2 " + trc("screen", "Stages")
    INTERACTIONS = "3 " + trc("screen", "Interactions")
    QUOTAS = "4 " + trc("screen", "Quotas")
    PLAN = "5 " + trc("screen", "Plan")

    @property
    def label(self) -> str:
        """Its name without the key."""
        return self.value.partition(" ")[2]


TABS = tuple(Tab)

_TOOLTIPS = {
    Tab.TODAY: tr("My tasks, and the deals that need me"),
    Tab.DEALS: tr("The list of deals"),
    Tab.STAGES: tr("Stages, conversions and losses"),
    Tab.INTERACTIONS: tr("Calls, emails and meetings, and how active everybody is"),
    Tab.QUOTAS: tr("Quotas, how they stand, and the forecast"),
    Tab.PLAN: tr("What a target needs, what if, and how the pipeline changed"),
}


def tab_bindings() -> list[Binding]:
    """The keys of the screens; an action is called after its screen, such as ``deals``."""
    bindings = []
    for tab in Tab:
        key, _, name = tab.partition(" ")
        tooltip = _TOOLTIPS[tab]
        bindings.append(Binding(key, f"tab({tab.name!r})", name, id=tab.name.lower(), tooltip=tooltip))
    return bindings
