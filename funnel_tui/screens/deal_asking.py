"""Reading what a dialog about a deal needs, and making the change that it answered.

Both go through the queue of :mod:`funnel_tui.screens.writing`: a key pressed twice in a row finds what the
first one did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from funnel_tui.errors import StaleEdit
from funnel_tui.language import tr
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.deal_desk import DealDesk, read_desk
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer

Asking = Callable[[str, list[Answer], Callable[[str], object]], object]
"""Asks a question in one line."""


def with_desk(app: HostApp, deal_id: int | None, then: Callable[[DealDesk], object]) -> None:
    """Read what a dialog needs, after the changes that are still under way."""

    def doing(workspace: Workspace) -> Told:
        return Told(found=read_desk(workspace, deal_id), written=False)

    writing_of(app).write(Change(tr("Reading the deal"), doing, lambda told: then(told.found), asks=True))


def make(app: HostApp, words: str, save: Callable[[Workspace, Any], Told], wish: Any) -> None:
    """Make the change that a dialog answered; None changes nothing.

    Where somebody else changed the deal meanwhile, the user is asked whether it is to be made all the same;
    what was typed is kept.
    """
    if wish is None:
        return
    deal_id = getattr(wish, "deal_id", None)

    def stale(error: StaleEdit) -> None:
        from funnel_tui.dialogs.confirm import ConfirmDialog

        dialog = ConfirmDialog(
            error.message, tr("Do it all the same? What you typed is kept."), yes=tr("do it")
        )
        app.push_screen(dialog, lambda yes: with_desk(app, deal_id, again) if yes else None)

    def again(desk: DealDesk) -> None:
        newer: dict[str, object] = {"version": desk.deal.row.version}
        values = getattr(wish, "values", {})
        if "demand" in values:
            from funnel_tui.screens.deal_saving import DEMAND_SEEN

            newer["values"] = {**values, DEMAND_SEEN: desk.deal.demand}
        make(app, words, save, replace(wish, **newer))

    is_deal = deal_id is not None and not hasattr(wish, "task_id")
    writing_of(app).write(
        Change(words, lambda workspace: save(workspace, wish), stale=stale if is_deal else None)
    )
