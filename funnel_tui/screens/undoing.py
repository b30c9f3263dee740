"""Undo and redo from anywhere, told in words. Something large is asked about first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.screens.host import HostApp
    from funnel_tui.services.history import GroupFact

LARGE = ("demo", "import")
"""Beginnings of the names of actions that bring in many deals at once."""


def undo(app: HostApp) -> None:
    """Take back the user's last change; an import or the demo data only after asking."""

    def found(group: GroupFact) -> None:
        if not group.action.startswith(LARGE):
            _turn(app, "undo", group)
            return
        from funnel_tui.dialogs.confirm import ConfirmDialog

        dialog = ConfirmDialog(
            tr("Undo “{change}”?").format(change=group.summary),
            with_keys(tr("Everything that came with it goes. Redo ({redo}) brings it back.")),
            yes=tr("undo it"),
        )
        app.push_screen(dialog, lambda yes: _turn(app, "undo", group) if yes else None)

    app.write(tr("Looking for your last change"), _last_change, found)


def redo(app: HostApp) -> None:
    """Bring back what the user undid last."""
    _turn(app, "redo", None)


def _last_change(workspace: Workspace) -> GroupFact:
    # The history loads SQLAlchemy, which the first frame must not wait for.
    from funnel_tui.services.history import next_undo

    try:
        return next_undo(workspace)
    except NotFound as problem:
        raise NotFound(problem.message, tr("Only your own changes are undone here.")) from problem


def _turn(app: HostApp, action: str, group: GroupFact | None) -> None:
    def doing(workspace: Workspace) -> GroupFact:
        from funnel_tui.services import history

        turn = history.undo if action == "undo" else history.redo
        return turn(workspace, group_id=None if group is None else group.id)

    def done(turned: GroupFact) -> None:
        app.data_changed()
        text = tr("Undid: {change}") if action == "undo" else tr("Redid: {change}")
        app.notify(text.format(change=turned.summary), markup=False)

    if group is None:
        words = tr("Undoing") if action == "undo" else tr("Redoing")
    else:
        text = tr("Undoing “{change}”") if action == "undo" else tr("Redoing “{change}”")
        words = text.format(change=group.summary)
    app.write(words, doing, done)
