"""The keys that do something to an interaction, the same on every screen that shows interactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType

from funnel_tui.dialogs.interaction_wishes import LogSubject
from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.language import tr, trc
from funnel_tui.screens.bindings import COPY_ROW
from funnel_tui.screens.row_actions import RowActions
from funnel_tui.widgets.named_keys import with_keys


class InteractionActions(RowActions[ScreenResultType]):
    """A screen with an interaction to act on, and a line at its foot to ask in."""

    HINTS_OF_NOTHING: ClassVar[tuple[tuple[str, str], ...]] = (
        ("log_call", trc("key", "call")),
        ("log", trc("key", "log")),
        ("import_file", tr("import")),
    )
    ON_ROW: ClassVar[frozenset[str]] = frozenset(
        {
            *("choose", "interaction_edit", "interaction_done", "interaction_deal", "interaction_link"),
            *("interaction_open", "interaction_delete", "copy"),
        }
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", trc("key", "edit"), id="interaction_edit", tooltip=tr("Change the interaction")),
        Binding(
            "d",
            "finish",
            trc("key", "done"),
            id="interaction_done",
            tooltip=tr("The planned interaction took place"),
        ),
        Binding(
            "D",
            "deal",
            tr("make deal"),
            id="interaction_deal",
            tooltip=tr("Make a deal from the interaction"),
        ),
        Binding(
            "L", "link", tr("link"), id="interaction_link", tooltip=tr("Attach the interaction to a deal")
        ),
        Binding(
            "o", "open_deal", tr("its deal"), id="interaction_open", tooltip=tr("Open the deal it is about")
        ),
        Binding(
            "delete,X",
            "delete",
            trc("key", "delete"),
            id="interaction_delete",
            tooltip=tr("Delete the interaction"),
        ),
        COPY_ROW,
    ]

    @property
    def interaction(self) -> InteractionFact | None:
        """The interaction to act on; None where there is none, or while it is being read."""
        raise NotImplementedError

    @property
    def has_row(self) -> bool:
        """Whether there is an interaction to act on."""
        return self.interaction is not None

    @property
    def hinted_for(self) -> object:
        """Whether it is planned, and whether it is about a deal."""
        fact = self.interaction
        return None if fact is None else (fact.planned, fact.deal_id is not None)

    def is_hinted(self, names: str) -> bool:
        """Only a planned one is done; only one of no deal becomes one."""
        fact = self.interaction
        if fact is not None:
            fits = {
                "interaction_done": fact.planned,
                "interaction_deal": fact.deal_id is None,
                "interaction_open": fact.deal_id is not None,
            }
            if names in fits:
                return fits[names]
        return super().is_hinted(names)

    @property
    def log_subject(self) -> LogSubject | None:
        """What another interaction would be about: the same as the one under the cursor."""
        fact = self.interaction
        if fact is None:
            return None
        if fact.deal_id is not None:
            return LogSubject(fact.deal_id, name=fact.deal or "")
        if fact.person_id is not None:
            return LogSubject(None, fact.organisation_id, fact.person_id, fact.person or "")
        return LogSubject(organisation_id=fact.organisation_id, name=fact.organisation or "")

    # The module of changes loads dialogs and services, and so only when needed.

    def action_edit(self) -> None:
        """Change it."""
        self._do("edit")

    def action_finish(self) -> None:
        """Say that it took place."""
        self._do("finish")

    def action_deal(self) -> None:
        """Make a deal from it."""
        self._do("make_deal")

    def action_link(self) -> None:
        """Attach it to a deal."""
        self._do("link")

    def action_delete(self) -> None:
        """Delete it, after asking."""
        self._do("delete", self._ask, self.deleted)

    def action_open_deal(self) -> None:
        """Open the deal it is about."""
        self._do("open_its_deal")

    def deleted(self) -> None:
        """It was deleted."""

    def _do(self, name: str, *more: Any) -> None:
        fact = self.interaction
        if fact is None:
            self.notify(
                with_keys(tr("There is no interaction under the cursor; {log_call} logs a call.")),
                markup=False,
            )
            return
        from funnel_tui.screens import interaction_changes

        act: Callable[..., object] = getattr(interaction_changes, name)
        act(self.funnel, fact, *more)
