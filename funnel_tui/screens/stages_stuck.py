"""The stuck deals of a stage as a list of deals: with all keys of that list, for one deal or for many."""

from __future__ import annotations

from functools import partial

from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort
from funnel_tui.domain.scope import Scope
from funnel_tui.screens import deals_list
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.deals_list import ListFound, Wish


class StuckScreen(DealsScreen):
    """A list of deals narrowed to the stuck ones. ``esc`` takes marks and text away, then goes back.

    :param scope: whose deals.
    :param stage: of which stage; None for all stages.
    """

    def __init__(self, scope: Scope, stage: str | None) -> None:
        super().__init__()
        self._of = scope
        order = DealOrder(DealSort.IN_STAGE, descending=True)
        self._first = self._wish = Wish(DealFilter(stuck=True, stage=stage), order)

    def _reading(self, *, again: bool = True) -> partial[ListFound]:
        everything = None if again or self._found is None else self._found.everything
        return partial(
            deals_list.read_list,
            scope=self._of,
            wish=self._wish,
            place=self._place(),
            everything=everything,
        )

    def action_widen(self) -> None:
        """Take the marks away, then the text; then back to the stages."""
        if self.marked_words or self._wish.wanted.text:
            super().action_widen()
        else:
            self.dismiss(None)
