"""The form of a kind of interaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.status import ActivityStep
from funnel_tui.language import tr

STEPS = (ActivityStep.NONE, *(step for step in ActivityStep if step is not ActivityStep.NONE))
NO_STEP = tr("no step of the activity funnel")
STEP_WORDS = {
    ActivityStep.CALLS: tr("calls"),
    ActivityStep.MEETINGS: tr("meetings"),
    ActivityStep.PROPOSALS: tr("proposals"),
    ActivityStep.CONTRACTS: tr("contracts"),
    # Translators: bills that were paid: the last of calls, meetings, proposals, contracts.
    ActivityStep.PAID: tr("paid"),
    ActivityStep.NONE: NO_STEP,
}


@dataclass(frozen=True, slots=True)
class KindWish:
    """A kind to add or to change.

    :param kind: the kind that is changed; None for a new one.
    """

    name: str = ""
    step: ActivityStep = ActivityStep.NONE
    kind: KindFact | None = None


class KindForm(SetupForm[KindWish]):
    """Name and step of a kind. The answer is a :class:`KindWish`.

    :param wish: what the fields hold at first.
    :param wrong: messages by field, from a service that refused the last answer.
    """

    def __init__(self, wish: KindWish, wrong: Mapping[str, str] | None = None) -> None:
        heading = (
            tr("New kind of interaction")
            if wish.kind is None
            else tr("Kind of interaction {kind}").format(kind=kind_word(wish.kind.name))
        )
        super().__init__(heading, wrong=wrong)
        self._wish = wish

    def compose_middle(self) -> ComposeResult:
        """Name and step."""
        yield from self.text_row(
            "name", tr("Name"), kind_word(self._wish.name), tr("such as Demo, Visit or Chat")
        )
        names = [STEP_WORDS[step] for step in STEPS]
        yield from self.choice_row("step", tr("Counts for"), names, STEPS.index(self._wish.step))
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> KindWish:
        """Name and step."""
        name = self.text("name")
        if name == kind_word(self._wish.name):
            name = self._wish.name  # as it is stored: nobody gave it another one
        if not name:
            wrong["name"] = tr("A kind needs a name.")
        return KindWish(name, STEPS[self.chosen("step")], self._wish.kind)
