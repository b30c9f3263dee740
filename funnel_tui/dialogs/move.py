"""Moving a deal to another stage, and taking up a closed one again."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from funnel_tui.dialogs.deal_fields import ASKED, amount_text
from funnel_tui.dialogs.deal_rows import row_texts
from funnel_tui.dialogs.form import Refusals
from funnel_tui.dialogs.missing import ASKABLE, Missing
from funnel_tui.dialogs.numbered import Numbered, NumberedForm
from funnel_tui.dialogs.part_fields import read_demand
from funnel_tui.dialogs.picker import Picker
from funnel_tui.dialogs.wishes import (
    DealChoices,
    DealSubject,
    DealValues,
    MoveWish,
    ReopenWish,
    StageOption,
)
from funnel_tui.domain.demand import demand_total
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc, trn
from funnel_tui.widgets.fields import FieldRow, TextField
from funnel_tui.widgets.lines import Hint

# Translators: what the customer asks for, in a sentence: "Proposal asks for amount and demand first".
WORDS = {ASKED: tr("demand")}
"""How that is called within a sentence, where the label would not do."""


class MoveDialog(NumberedForm[MoveWish]):
    """Asks where a deal is to go. The answer is a :class:`MoveWish`.

    A digit moves the deal at once when there is nothing to ask: the next stage and nothing missing.

    :param subject: the deal.
    :param choices: what there is to choose from; the stages are those of its pipeline.
    :param values: what the deal has, to see what a stage asks for.
    """

    DEFAULT_CSS = """
    MoveDialog #ask { height: auto; max-width: 84; padding-left: 19; }
    MoveDialog #ask.-warn { color: $warning; text-style: bold; }
    MoveDialog #missing { height: auto; display: none; margin-top: 1; }
    MoveDialog #missing.-shown { display: block; }
    """
    LABEL = tr("Stage")

    def __init__(self, subject: DealSubject, choices: DealChoices, values: DealValues) -> None:
        super().__init__()
        self._subject, self._choices, self._values = subject, choices, values
        self._stages = choices.pipeline(values.pipeline_id).stages
        at = [stage.id for stage in self._stages].index(subject.stage_id)
        self._present = at
        self._asked_for = Missing(choices, values, subject.stage_id)
        self._missing = self._asked_for.names

    @property
    def heading(self) -> str:
        """The deal."""
        return tr("Move {deal}").format(deal=self._subject.title)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` moves."""
        return [*self.HINTS, Hint("enter", tr("move it there"))], Hint("esc", trc("key", "back"))

    def indent(self, cells: int) -> None:
        """What the move means moves with the fields."""
        super().indent(cells)
        self.query_one("#ask").styles.padding = (0, 0, 0, cells + 2)

    def entries(self) -> Sequence[Numbered]:
        """The stages; the present one and those that cannot be chosen say so."""
        return [
            Numbered(
                stage.name,
                tr("is here now") if at == self._present else stage.refused,
                "strong" if at == self._present else "muted" if stage.refused else "plain",
            )
            for at, stage in enumerate(self._stages)
        ]

    def compose_middle(self) -> ComposeResult:
        """The stages, a line that says what the move means, and the fields that are missing."""
        yield from self.compose_pick()
        yield Static(id="ask", markup=False)
        with Vertical(id="missing"):
            yield from self._asked_for.rows(self._missing)

    def on_mount(self) -> None:
        """Begin with the next stage that can be chosen."""
        later = range(self._present + 1, len(self._stages))
        self.start_list(next((at for at in later if not self._stages[at].refused), None))
        self._ask()

    @property
    def _is_forward(self) -> bool:
        return self.chosen is not None and self.chosen > self._present

    def _words(self) -> tuple[str, bool]:
        """What the move means, in one line, and whether that is worth a second look."""
        if self.chosen is None:
            return "", False
        target = self._stages[self.chosen]
        if self.chosen == self._present:
            return tr("It is in {stage} already.").format(stage=target.name), False
        if target.refused:
            return f"{target.name}: {target.refused}.", True
        if self.chosen < self._present:
            steps = self._present - self.chosen
            words = trn(
                "Back {n} stage: {stage} counts as visited again.",
                "Back {n} stages: {stage} counts as visited again.",
                steps,
            )
            return words.format(n=steps, stage=target.name), True
        between = [stage.name for stage in self._stages[self._present + 1 : self.chosen] if not stage.refused]
        parts = [tr("Skips {stages}.").format(stages=_listed(between))] if between else []
        if self._missing:
            here = self._stages[self._present].name
            asked = _listed([WORDS.get(name, ASKABLE[name].lower()) for name in self._missing])
            parts.append(
                tr("{stage} asks for {fields} first: fill in below (tab).").format(stage=here, fields=asked)
            )
        return " ".join(parts), bool(parts)

    def _ask(self) -> None:
        words, is_warning = self._words()
        ask = self.query_one("#ask", Static)
        ask.update(clean(words))
        ask.set_class(is_warning, "-warn")
        target = None if self.chosen is None else self._stages[self.chosen]
        shown = self._is_forward and bool(self._missing) and target is not None and not target.refused
        self.query_one("#missing").set_class(shown, "-shown")

    def chosen_changed(self, *, by_digit: bool) -> None:
        """Say what the move means; a digit goes there at once when there is nothing to say."""
        self._ask()
        if by_digit and self._is_forward and not self._words()[0]:
            self.action_accept()

    def field_changed(self, row: FieldRow) -> None:
        """Echo what is understood."""
        self._asked_for.say(row, left=False)

    def field_left(self, row: FieldRow) -> None:
        """Now it may be said that the text makes no sense; what is asked for may total an empty amount."""
        self._asked_for.say(row, left=True)
        if row.named == ASKED and not row.is_refused and "amount" in self._missing:
            amount = self.query_one("#amount", TextField)
            total = demand_total(read_demand(row_texts(row)[ASKED], self._choices.reader) or ())
            if total is not None and not amount.value.strip():
                amount.value = amount_text(total)

    @on(Picker.Settled)
    def _picked(self, event: Picker.Settled) -> None:
        self._asked_for.say(self.row(str(event.picker.id)), left=True)

    def action_accept(self) -> None:
        """Move, or say why not."""
        if self.chosen is None:
            self.refuse(
                {"pick": self.nothing_words(tr("To which stage? Type its number or part of its name."))}
            )
            return
        target: StageOption = self._stages[self.chosen]
        if self.chosen == self._present:
            self.refuse(
                {"pick": tr("It is in {stage} already; choose another stage.").format(stage=target.name)}
            )
            return
        if target.refused:
            self.refuse({"pick": f"{target.name}: {target.refused}."})
            return
        refusals = Refusals()
        asked = [row for row in self.rows() if self._is_forward and row.named in self._missing]
        values = self._asked_for.read(asked, refusals)
        if not self.refuse(refusals):
            self.dismiss(MoveWish(self._subject.id, self._subject.version, target.id, values))


class ReopenDialog(NumberedForm[ReopenWish]):
    """Asks in which stage a closed deal goes on. The answer is a :class:`ReopenWish`.

    :param subject: the deal.
    :param stages: of its pipeline, in order.
    """

    LABEL = tr("Stage")

    def __init__(self, subject: DealSubject, stages: Sequence[StageOption]) -> None:
        super().__init__()
        self._subject, self._stages = subject, stages

    @property
    def heading(self) -> str:
        """The deal."""
        return tr("Reopen {deal}").format(deal=self._subject.title)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` reopens."""
        return [*self.HINTS, Hint("enter", tr("reopen it there"))], Hint("esc", trc("key", "back"))

    def entries(self) -> Sequence[Numbered]:
        """The stages; the one it was closed from says so."""
        return [
            Numbered(
                stage.name,
                tr("closed from here") if stage.id == self._subject.stage_id else stage.refused,
                "muted" if stage.refused else "plain",
            )
            for stage in self._stages
        ]

    def compose_middle(self) -> ComposeResult:
        """What it means, and the stages."""
        yield Static(
            tr("It goes on in the stage you choose. The time between belongs to no stage."), classes="intro"
        )
        yield from self.compose_pick()

    def on_mount(self) -> None:
        """Begin with the stage it was closed from."""
        ids = [stage.id for stage in self._stages]
        self.start_list(ids.index(self._subject.stage_id) if self._subject.stage_id in ids else None)

    def action_accept(self) -> None:
        """Reopen, or say why not."""
        if self.chosen is None:
            self.refuse(
                {"pick": self.nothing_words(tr("In which stage? Type its number or part of its name."))}
            )
            return
        stage = self._stages[self.chosen]
        if stage.refused:
            self.refuse({"pick": f"{stage.name}: {stage.refused}."})
            return
        self.dismiss(ReopenWish(self._subject.id, self._subject.version, stage.id))


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence: ``a, b and c``; of many only the first ones."""
    if len(names) > 4:
        return tr("{names} and {n} more").format(names=", ".join(names[:3]), n=len(names) - 3)
    if len(names) < 2:
        return names[0]
    return tr("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])
