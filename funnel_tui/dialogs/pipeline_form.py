"""The form for a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.widgets import Static

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.domain.status import Staging
from funnel_tui.language import tr

STAGING_WORDS = {
    Staging.MANUAL: tr("by hand: any stage, skipping allowed"),
    Staging.AUTOMATIC: tr("automatic: tasks lead on to the next stage"),
    Staging.NONE: tr("none: stages are not tracked"),
}
"""How the deals of a pipeline go through its stages."""

NO_STAGE = tr("no stage")


@dataclass(frozen=True, slots=True)
class PipelineWish:
    """A pipeline as somebody wants it.

    :param qualified_position: the stage from which a deal counts as qualified, or None.
    """

    name: str = ""
    staging: Staging = Staging.MANUAL
    record_demand: bool = False
    in_use: bool = True
    qualified_position: int | None = None


class PipelineForm(SetupForm[PipelineWish]):
    """Asks for everything about a pipeline but its stages.

    :param wish: what the fields hold at first.
    :param stages: the names of its stages in order; empty for a new one, whose form asks for less.
    :param note: a sentence above the fields; plain text.
    """

    DEFAULT_CSS = """
    PipelineForm #note { margin-bottom: 1; color: $muted; text-style: $muted-style; }
    """

    def __init__(
        self,
        heading: str,
        wish: PipelineWish,
        *,
        stages: Sequence[str] = (),
        note: str = "",
        wrong: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(heading, wrong=wrong)
        self._wish, self._stages, self._note = wish, list(stages), note

    def compose_middle(self) -> ComposeResult:
        """Name, staging, switches, and the stage from which on deals are qualified."""
        wish = self._wish
        if self._note:
            yield Static(self._note, id="note", markup=False)
        yield from self.text_row("name", tr("Name"), wish.name)
        staging = list(STAGING_WORDS).index(wish.staging)
        yield from self.choice_row("staging", tr("Staging"), list(STAGING_WORDS.values()), staging)
        if self._stages:
            options = [NO_STAGE, *self._stages]
            chosen = min(wish.qualified_position or 0, len(self._stages))
            yield from self.choice_row("qualified_position", tr("Qualified from"), options, chosen)
        yield from self.tick_row(
            "record_demand",
            "",
            tr("deals go forward only with a line of what is asked for"),
            wish.record_demand,
        )
        if self._stages:
            yield from self.tick_row("in_use", "", tr("in use"), wish.in_use)
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> PipelineWish:
        """The pipeline that the fields describe."""
        if not self.text("name"):
            wrong["name"] = tr("A pipeline needs a name.")
        known = bool(self._stages)
        return PipelineWish(
            name=self.text("name"),
            staging=list(STAGING_WORDS)[self.chosen("staging")],
            record_demand=self.ticked("record_demand"),
            in_use=self.ticked("in_use") if known else self._wish.in_use,
            qualified_position=(self.chosen("qualified_position") or None)
            if known
            else self._wish.qualified_position,
        )
