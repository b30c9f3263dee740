"""Forms for a stage and for a task that a stage creates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm, bp_text, percent_bp, whole_number
from funnel_tui.domain.pipeline_setup import REQUIRABLE_WORDS
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.domain.tasks import TaskKind, TaskTemplate
from funnel_tui.language import tr
from funnel_tui.widgets.words import task_kind

CATEGORIES = {
    ForecastCategory.PIPELINE: tr("pipeline"),
    ForecastCategory.BEST_CASE: tr("best case"),
    ForecastCategory.COMMIT: tr("commit"),
    ForecastCategory.OMITTED: tr("left out of the forecast"),
}
"""How people call the categories of the forecast."""


@dataclass(frozen=True, slots=True)
class StageWish:
    """A stage as somebody wants it.

    :param probability_bp: hundredths of a percent.
    :param stuck_days: None for the team's rule.
    :param position: where a new stage is put; None for one that is there.
    """

    name: str = ""
    probability_bp: int = 0
    stuck_days: int | None = None
    category: ForecastCategory = ForecastCategory.PIPELINE
    required: tuple[str, ...] = ()
    position: int | None = None


class StageForm(SetupForm[StageWish]):
    """Asks for everything about a stage.

    :param wish: what the fields hold at first.
    :param last_position: the last place a new stage can be put at; None for a stage that is there.
    """

    def __init__(
        self,
        heading: str,
        wish: StageWish,
        *,
        last_position: int | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(heading, wrong=wrong)
        self._wish, self._last = wish, last_position

    def compose_middle(self) -> ComposeResult:
        """Name, place, probability, threshold, category and what must be filled in."""
        wish = self._wish
        yield from self.text_row("name", tr("Name"), wish.name)
        if self._last is not None:
            place = str(wish.position or self._last)
            yield from self.text_row(
                "position",
                tr("Position"),
                place,
                tr("1 to {last}; the stages from there on move one down").format(last=self._last),
            )
        yield from self.text_row(
            "probability_bp",
            tr("Win probability %"),
            bp_text(wish.probability_bp),
            tr("of a deal in this stage"),
        )
        stuck = "" if wish.stuck_days is None else str(wish.stuck_days)
        yield from self.text_row(
            "stuck_days",
            tr("Stuck after days"),
            stuck,
            tr("empty: the team's rule, a multiple of the usual stay"),
        )
        category = list(CATEGORIES).index(wish.category)
        yield from self.choice_row("category", tr("Forecast"), list(CATEGORIES.values()), category)
        for at, (field, words) in enumerate(REQUIRABLE_WORDS.items()):
            label = tr("Needed to leave it") if at == 0 else ""
            yield from self.tick_row(f"needs-{field}", label, words, field in wish.required)
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> StageWish:
        """The stage that the fields describe."""
        if not self.text("name"):
            wrong["name"] = tr("A stage needs a name.")
        chance = percent_bp(self.text("probability_bp"))
        if chance is None or chance > 10_000:
            wrong["probability_bp"] = tr("Type a percentage from 0 to 100, such as 40 or 12.5.")
        days, typed = None, self.text("stuck_days")
        if typed:
            days = whole_number(typed)
            if days is None or not 1 <= days <= 36_500:
                wrong["stuck_days"] = tr(
                    "Type a number of days from 1 to 36,500, or nothing for the team's rule."
                )
        place = None
        if self._last is not None:
            place = whole_number(self.text("position"))
            if place is None or not 1 <= place <= self._last:
                wrong["position"] = tr("Type a position from 1 to {last}.").format(last=self._last)
        return StageWish(
            name=self.text("name"),
            probability_bp=chance or 0,
            stuck_days=days,
            category=list(CATEGORIES)[self.chosen("category")],
            required=tuple(field for field in REQUIRABLE_WORDS if self.ticked(f"needs-{field}")),
            position=place,
        )


@dataclass(frozen=True, slots=True)
class TaskWish:
    """A task that is to be created when something happens; without a template none is."""

    template: TaskTemplate | None


class TaskTemplateForm(SetupForm[TaskWish]):
    """Asks for a task that a stage or a loss creates.

    :param template: what the fields hold at first; None for a new one.
    :param optional: whether there may be no task at all, as for a loss.
    """

    def __init__(
        self,
        heading: str,
        template: TaskTemplate | None,
        *,
        since: str,
        optional: bool = False,
        wrong: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(heading, wrong=wrong)
        self._template, self._since, self._optional = template, since, optional

    def compose_middle(self) -> ComposeResult:
        """Whether there is one, its kind, its title, when it is due."""
        template = self._template or TaskTemplate(TaskKind.CALL, "", 1)
        if self._optional:
            yield from self.tick_row("wanted", "", tr("create a task"), self._template is not None)
        kinds = [kind.value for kind in TaskKind]
        if template.kind not in kinds:
            kinds.append(template.kind)
        yield from self.choice_row(
            "kind", tr("Kind"), list(map(task_kind, kinds)), kinds.index(template.kind)
        )
        yield from self.text_row("title", tr("What to do"), template.title)
        yield from self.text_row("due_days", tr("Due after days"), str(template.due_days), self._since)
        yield from self.general_row()
        self._kinds = kinds

    def answer(self, wrong: dict[str, str]) -> TaskWish:
        """The task that the fields describe."""
        if self._optional and not self.ticked("wanted"):
            return TaskWish(None)
        if not self.text("title"):
            wrong["title"] = tr("Say what is to be done.")
        days = whole_number(self.text("due_days"))
        if days is None or days > 3_650:
            wrong["due_days"] = tr("Type a number of days from 0 to 3,650.")
        return TaskWish(TaskTemplate(self._kinds[self.chosen("kind")], self.text("title"), days or 0))
