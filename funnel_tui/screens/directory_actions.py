"""The keys that do something to an organisation or a person, the same in the list and in the detail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.domain.directory import Kind
from funnel_tui.domain.status import OrganisationStatus
from funnel_tui.language import tr, trc
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.widgets.asking import AskLine

_NOTHING: Mapping[Kind, str] = {
    "organisation": tr("There is no organisation under the cursor."),
    "person": tr("There is no person under the cursor."),
}


class Target(NamedTuple):
    """What the keys act on.

    :param name: user text.
    :param status: of an organisation, as it is shown.
    """

    kind: Kind
    number: int
    name: str
    status: OrganisationStatus | None


class DirectoryActions(FunnelScreen[None]):
    """A screen with an organisation or a person to act on, and a line at its foot to ask in."""

    HINTS_OF_NOTHING = (("directory_new", trc("key", "new")), ("import_file", tr("import")))
    ON_ROW = frozenset({"choose", "directory_edit", "directory_status", "directory_merge", "directory_mark"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e",
            "edit",
            trc("key", "edit"),
            id="directory_edit",
            tooltip=tr("Change what is written about it"),
        ),
        Binding(
            "P", "status", tr("prospect/customer"), id="directory_status", tooltip=tr("Prospect or customer")
        ),
        Binding(
            "m", "merge", tr("merge"), id="directory_merge", tooltip=tr("Make two that are the same into one")
        ),
    ]

    def compose(self) -> ComposeResult:
        """The frame, and the line that asks over its foot."""
        yield from super().compose()
        yield AskLine(id="ask")

    @property
    def kind(self) -> Kind:
        """What is shown."""
        raise NotImplementedError

    @property
    def target(self) -> Target | None:
        """What the keys act on; None where there is nothing."""
        raise NotImplementedError

    @property
    def has_row(self) -> bool:
        """Whether there is something to act on."""
        return self.target is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only organisations have a status."""
        if action == "status":
            return self.kind == "organisation"
        return super().check_action(action, parameters)

    def needed(self) -> Target | None:
        """What the keys act on; where there is nothing, that is said."""
        target = self.target
        if target is None:
            self.notify(_NOTHING[self.kind], markup=False)
        return target

    # The module of changes loads dialogs and services, and so only when needed.

    def action_edit(self) -> None:
        """Change what is written about it."""
        target = self.needed()
        if target is not None:
            from funnel_tui.screens import directory_changes

            directory_changes.edit(self.funnel, target.kind, target.number)

    def action_status(self) -> None:
        """Prospect or customer."""
        target = self.needed()
        if target is not None and target.status is not None:
            from funnel_tui.screens import directory_changes

            directory_changes.turn_status(self.funnel, target.number, target.status)

    def action_merge(self) -> None:
        """Choose who is the same, and merge."""
        target = self.needed()
        if target is not None:
            from funnel_tui.screens import directory_changes

            directory_changes.choose_same(self.funnel, target.kind, target.number, self.merged)

    def merged(self, kept: int) -> None:
        """Two were made into one.

        :param kept: the number of the one that stayed.
        """
