"""The keys that do something to the deal under the cursor, the same on every screen that shows deals."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType

from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr, trc
from funnel_tui.screens.bindings import COPY_ROW
from funnel_tui.screens.row_actions import RowActions
from funnel_tui.widgets.named_keys import with_keys

_OF_OPEN = {"move", "stage_back stage_on", "card_back card_on", "win", "lose"}
_OF_CLOSED = {"reopen"}
"""The hints that are for deals of that state only."""


class DealActions(RowActions[ScreenResultType]):
    """A screen with a deal to act on, and a line at its foot to ask in."""

    HINTS_OF_NOTHING: ClassVar[tuple[tuple[str, str], ...]] = (
        ("new_deal", trc("key", "new")),
        ("import_file", tr("import")),
        ("pipelines", tr("set up")),
    )
    ON_ROW: ClassVar[frozenset[str]] = frozenset(
        {
            *("choose", "edit", "move", "stage_on", "stage_back", "win", "lose", "reopen", "task"),
            *("deal_people", "deal_demand", "copy"),
        }
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e", "edit", trc("key", "edit"), id="edit", tooltip=tr("Change what is written about the deal")
        ),
        Binding("m", "move", trc("key", "move"), id="move", tooltip=tr("Move the deal to another stage")),
        Binding(
            # Translators: a stage on.
            "greater_than_sign",
            "step(1)",
            tr("on"),
            id="stage_on",
            tooltip=tr("Move it to the next stage"),
        ),
        Binding(
            "less_than_sign",
            "step(-1)",
            trc("key", "back"),
            id="stage_back",
            tooltip=tr("Move it a stage back"),
        ),
        Binding("w", "win", trc("key", "won"), id="win", tooltip=tr("The deal is won")),
        Binding("x", "lose", trc("key", "lost"), id="lose", tooltip=tr("The deal is lost, and why")),
        Binding("R", "reopen", trc("key", "reopen"), id="reopen", tooltip=tr("Take up a closed deal again")),
        Binding("t", "task", trc("key", "task"), id="task", tooltip=tr("Add a task to the deal")),
        Binding(
            "P", "people", tr("people"), id="deal_people", tooltip=tr("Who decides, influences, uses, blocks")
        ),
        Binding("A", "demand", tr("asked for"), id="deal_demand", tooltip=tr("What the customer asks for")),
        COPY_ROW,
    ]

    @property
    def deal_id(self) -> int | None:
        """The number of the deal to act on; None where there is none."""
        raise NotImplementedError

    @property
    def deal_row(self) -> DealRow | None:
        """The deal as it is shown; None while it is being read."""
        raise NotImplementedError

    @property
    def has_row(self) -> bool:
        """Whether there is a deal to act on."""
        return self.deal_id is not None

    @property
    def hinted_for(self) -> object:
        """Whether the deal is open."""
        return None if self.deal_row is None else self.deal_row.status

    def is_hinted(self, names: str) -> bool:
        """An open deal is moved and closed, a closed one taken up again."""
        row = self.deal_row
        if row is not None and names in _OF_OPEN | _OF_CLOSED:
            return names in (_OF_OPEN if row.status is DealStatus.OPEN else _OF_CLOSED)
        if names == "pipeline":
            return self.funnel.view is None or len(self.funnel.view.pipelines) > 1
        return super().is_hinted(names)

    def action_edit(self) -> None:
        """Change what is written about it."""
        self._do("edit_deal", within="deal_editing")

    def action_move(self) -> None:
        """Choose another stage."""
        self._do("move_deal")

    def action_win(self) -> None:
        """Win it."""
        self._do("win_deal")

    def action_lose(self) -> None:
        """Lose it."""
        self._do("lose_deal")

    def action_reopen(self) -> None:
        """Take it up again."""
        self._do("reopen_deal")

    def action_task(self) -> None:
        """Add a task to it."""
        self._do("add_task")

    def action_people(self) -> None:
        """The people of it."""
        self._do("deal_people", within="deal_parts")

    def action_demand(self) -> None:
        """What its customer asks for."""
        self._do("deal_demand", within="deal_parts")

    def action_step(self, steps: int) -> None:
        """Move it a stage on or back."""
        row = self.deal_row
        if row is None:
            self._tell_none()
        else:
            self._do("step_deal", row.version, steps, self._ask)

    def _do(self, name: str, *more: Any, within: str = "deal_changes") -> None:
        """Do something to the deal. The modules load dialogs and services, and so only when needed.

        :param name: of the function that does it; ``more`` it gets besides the deal.
        :param within: its module.
        """
        if self.deal_id is None:
            self._tell_none()
            return
        act: Callable[..., object] = getattr(import_module(f"funnel_tui.screens.{within}"), name)
        act(self.funnel, self.deal_id, *more)

    def _tell_none(self) -> None:
        self.notify(
            with_keys(tr("There is no deal under the cursor; {new_deal} makes a new one.")), markup=False
        )
