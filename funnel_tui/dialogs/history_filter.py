"""Which changes the history shows."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.domain.change_history import HistoryFilter, HistoryKind
from funnel_tui.language import tr
from funnel_tui.widgets.lines import Hint

KIND_WORDS = {
    HistoryKind.DEALS: tr("deals"),
    HistoryKind.TASKS: tr("tasks and interactions"),
    HistoryKind.PEOPLE: tr("organisations and people"),
    HistoryKind.SETUP: tr("pipelines and stages"),
    HistoryKind.TEAM: tr("team, quotas and settings"),
    HistoryKind.IMPORT: tr("imports"),
    HistoryKind.TURN: tr("undo and redo"),
}
"""What changes are about."""
EVERYBODY, EVERYTHING = tr("everybody"), tr("everything")


class HistoryFilterDialog(SetupForm[HistoryFilter]):
    """Asks who, what and which words. The answer is the new filter.

    :param wanted: the present one.
    :param actors: who ever changed something.
    """

    HINTS = (
        Hint("↑↓", tr("field")),
        Hint("←→", tr("value")),
        Hint(tr("letters"), tr("go to a name")),
        Hint("enter", tr("show")),
    )

    def __init__(self, wanted: HistoryFilter, actors: Sequence[str]) -> None:
        super().__init__(tr("Which changes to show"))
        self._wanted, self._actors = wanted, [None, *actors]

    def compose_middle(self) -> ComposeResult:
        """Words, who, and what it was about."""
        wanted = self._wanted
        yield from self.text_row(
            "text", tr("Words"), wanted.text, tr("in what was done or who did it; empty: all")
        )
        who = self._actors.index(wanted.actor) if wanted.actor in self._actors else 0
        yield from self.choice_row("who", tr("Who"), [name or EVERYBODY for name in self._actors], who)
        kinds = [None, *HistoryKind]
        yield from self.choice_row(
            "kind",
            tr("About"),
            [KIND_WORDS[kind] if kind else EVERYTHING for kind in kinds],
            kinds.index(wanted.kind),
        )
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> HistoryFilter:  # noqa: ARG002
        """The filter that the fields describe."""
        return HistoryFilter(
            actor=self._actors[self.chosen("who")],
            kind=[None, *HistoryKind][self.chosen("kind")],
            text=self.text("text"),
        )
