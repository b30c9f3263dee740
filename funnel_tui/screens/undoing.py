"""Undo and redo from anywhere, told in words. Something large is asked about first.

Like every other change they wait for the ones before them: what is undone is looked for when its turn has
come, so each of several undos in a row takes back one more change.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.domain.change_history import HistoryGroup
    from funnel_tui.screens.host import HostApp

# The functions import the history themselves: it loads SQLAlchemy, which the first frame must not wait for.


def undo(app: HostApp) -> None:
    """Take back the user's last change; an import or the demo data only after asking."""

    def ended(told: Told) -> None:
        # Where undo was asked for twice, the question is on the screen already.
        if told.found is not None and isinstance(app.screen, FunnelScreen):
            _ask(app, told.found)

    writing_of(app).write(Change(tr("Undoing"), _undo_last, ended))


def redo(app: HostApp) -> None:
    """Bring back what the user undid last."""
    writing_of(app).write(Change(tr("Redoing"), _redo_last))


def _undo_last(workspace: Workspace) -> Told:
    """Take back the last change; of something large only say what it is."""
    from funnel_tui.services.history import WHOLE, next_undo

    try:
        group = next_undo(workspace)
    except NotFound as problem:
        raise NotFound(problem.message, tr("Only your own changes are undone here.")) from problem
    if group.action.startswith(WHOLE):
        return Told(found=group, written=False)
    return _undo(group.id, workspace)


def _undo(number: int, workspace: Workspace) -> Told:
    from funnel_tui.services import history

    undone = history.undo(workspace, group_id=number)
    return Told(tr("Undid: {change}").format(change=undone.summary))


def _redo_last(workspace: Workspace) -> Told:
    from funnel_tui.services import history

    redone = history.redo(workspace)
    return Told(tr("Redid: {change}").format(change=redone.summary))


def _ask(app: HostApp, group: HistoryGroup) -> None:
    from funnel_tui.dialogs.confirm import ConfirmDialog

    def answered(yes: bool | None) -> None:
        if yes:
            words = tr("Undoing “{change}”").format(change=group.summary)
            writing_of(app).write(Change(words, partial(_undo, group.id)))

    dialog = ConfirmDialog(
        tr("Undo “{change}”?").format(change=group.summary),
        with_keys(tr("Everything that came with it goes. Redo ({redo}) brings it back.")),
        yes=tr("undo it"),
    )
    app.push_screen(dialog, answered)
