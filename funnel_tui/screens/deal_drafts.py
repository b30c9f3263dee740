"""What is typed into the form of a deal, kept as a draft until the deal is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funnel_tui.dialogs.wishes import DealDraft
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import DEAL

if TYPE_CHECKING:
    from funnel_tui.services.drafts import Draft


class DealKeeping:
    """Keeps what one form holds.

    :param deal_id: the deal that is edited; None for a new one.
    :param draft: a draft that is taken up again.
    :param words: says to whoever leaves the form how to come back to what was typed.
    """

    def __init__(self, app: HostApp, deal_id: int | None, draft: Draft | None, words: str) -> None:
        from funnel_tui.services.drafts import DraftKeeper

        self._app, self._words = app, words
        self.last = DealDraft(draft.texts, draft.version, draft.base) if draft else None
        """What the form held last; None when that is what it began with."""
        self._keeper = DraftKeeper(
            app.workspace.database.target, DEAL, deal_id, draft=draft, when_failed=self._not_kept
        )

    def _not_kept(self, error: Exception) -> None:
        self._app.call_from_thread(self._app.notify, str(error), markup=False)

    def keep(self, draft: DealDraft | None) -> None:
        """Remember what the form holds now; None when that is what it began with."""
        self.last = draft
        if draft is None:
            self._keeper.discard()
        else:
            self._keeper.keep(draft.texts, version=draft.version, base=draft.base)

    def leave(self) -> None:
        """The form is closed and nothing is saved: the draft is there for the next one, or for this again."""
        self._keeper.rest()
        if self.last is not None:
            self._app.notify(self._words, markup=False)

    def drop(self) -> None:
        """The deal is saved."""
        self._keeper.discard()
        self._keeper.close()
