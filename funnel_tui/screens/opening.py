"""Opens what was found: a deal on its screen, an organisation or a person with their deals."""

from __future__ import annotations

from funnel_tui.domain.finding import FindKind, Found
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import DEAL, Change, Told, writing_of
from funnel_tui.services.workspace import Workspace


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


def tell_drafts(app: HostApp) -> None:
    """Say that something was typed the last time and not saved, and how to go on with it."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.drafts import pending

        drafts = pending(workspace.database.target, DEAL)
        if not drafts:
            return Told(written=False)
        first = drafts[0]
        title = first.texts.get("title", "").strip() or "without a title"
        key = "n takes it up again" if first.row_id is None else "e on the deal takes it up again"
        more = f" (and {len(drafts) - 1} more)" if len(drafts) > 1 else ""
        return Told(f"There is a draft that was not saved: {title}{more}; {key}.", written=False)

    writing_of(app).write(Change("Looking for drafts", doing))
