"""What is behind a figure of activity: the interactions, or the deals."""

from __future__ import annotations

import re
from array import array
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.domain.activity import DealsWanted, InteractionsWanted
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr, trc, trn
from funnel_tui.screens.behind import BehindScreen, OverFigure
from funnel_tui.screens.interactions_list import Finding, StreamFound
from funnel_tui.screens.interactions_stream import STREAM, StreamScreen
from funnel_tui.services.reports import DealLine, DealsBehind, deal_lines
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.paged import PAGE


def find_interactions(
    workspace: Workspace, _scope: Scope, *, of: Scope, wanted: InteractionsWanted
) -> array[int]:
    """The interactions behind a figure, the latest first.

    :param of: the scope of the figure, whatever is looked at by now.
    """
    from funnel_tui.services.reports.activity_behind import interactions_behind

    return interactions_behind(workspace, of, wanted).ids


class InteractionsBehindScreen(OverFigure[None], StreamScreen[None]):
    """The interactions behind a figure. ``esc`` goes back to it.

    :param scope: of the figure.
    :param words: the figure in words; user text.
    """

    AUTO_FOCUS = "#interactions"
    ON_ROW = StreamScreen.ON_ROW | {"export"}
    HINTS_OF_NOTHING = (("stream_widen", trc("key", "back")),)
    HINTS = (
        ("choose", trc("key", "open")),
        ("stream_widen", trc("key", "back")),
        ("interaction_edit", trc("key", "edit")),
        ("interaction_open", tr("its deal")),
        ("export", trc("key", "export")),
        ("log_call", trc("key", "call")),
        ("interaction_delete", trc("key", "delete")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the figure")),
        Binding(
            "E", "export", trc("key", "export"), id="export", tooltip=tr("Write these interactions to a file")
        ),
    ]

    def __init__(self, scope: Scope, wanted: InteractionsWanted, words: str) -> None:
        super().__init__()
        self._of, self._behind, self._words = scope, wanted, words

    @property
    def finding(self) -> Finding | None:
        """Those behind the figure."""
        return partial(find_interactions, of=self._of, wanted=self._behind)

    def compose_middle(self) -> ComposeResult:
        """Title and list."""
        yield Line(id="title")
        yield from self.compose_stream()

    async def on_mount(self) -> None:
        """Read the list before the first frame."""
        await self.read_first(STREAM, self.stream_reading())
        self.hold_frame(self.stream.focus)

    def title_words(self, found: StreamFound) -> str:
        """How many, of what."""
        count = trn("{n:,} interaction", "{n:,} interactions", len(found.ids)).format(n=len(found.ids))
        return f"{count} · {self._words}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The list is that of one figure; it is narrowed no further."""
        if action in {"filter", "only", "widen"}:
            return False
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Back to the figure."""
        self.dismiss(None)

    def action_export(self) -> None:
        """Write the interactions to a file."""
        from funnel_tui.screens.exporting import export_report, file_name
        from funnel_tui.services.interaction_report import interactions_report

        found = self._found
        if found is None or not found.ids:
            self.notify(tr("There is nothing to export."), markup=False)
            return
        making = partial(interactions_report, scope=self._of, ids=found.ids, title=self._words)
        what, *_ = re.split(" · |, ", self._words)
        export_report(self.funnel, self._words, file_name("interactions", what), making)


class ActivityDealsScreen(BehindScreen):
    """The deals behind a figure of activity. ``esc`` goes back to it.

    :param scope: of the figure.
    """

    def __init__(self, scope: Scope, wanted: DealsWanted) -> None:
        super().__init__(scope, "", "", "")
        self._of, self._wanted = scope, wanted

    def _find(self, workspace: Workspace) -> tuple[DealsBehind, list[DealLine]]:
        from funnel_tui.services.reports.activity_behind import deals_behind

        found = deals_behind(workspace, self._of, self._wanted)
        return found, deal_lines(workspace, found.ids[:PAGE])
