"""Opens what was found: a deal on its screen, an organisation or a person with their deals."""

from __future__ import annotations

from funnel_tui.domain.finding import FindKind, Found
from funnel_tui.screens.host import HostApp


def open_find(app: HostApp) -> None:
    """Find something, and open it."""
    from funnel_tui.screens.find import FindScreen

    app.push_screen(FindScreen(), lambda found: open_found(app, found))


def open_found(app: HostApp, found: Found | None) -> None:
    """Open something; None opens nothing."""
    if found is None:
        return
    if found.kind is FindKind.DEAL:
        open_deal(app, found.id)
        return
    from funnel_tui.screens.deals import DealsScreen

    app.push_screen(DealsScreen(about=found))


def open_deal(app: HostApp, deal_id: int) -> None:
    """Open a deal on a screen of its own."""
    from funnel_tui.screens.deal import DealScreen

    app.push_screen(DealScreen(deal_id))
