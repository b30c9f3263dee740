"""A plan as two tables: the figures that may be changed, and what comes of them."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from fractions import Fraction
from functools import partial

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.planning import share_text
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, count_text, days_text, money_text, percent_text
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.planning import difference
from funnel_tui.screens.plan_nudge import Row, rows_of
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.plan_figures import Plan, rounded_up
from funnel_tui.services.reports.plan_words import formula_words
from funnel_tui.widgets.figures import points
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.quota_figures import Figure, FigureRows

KEY_LEVEL, LEVER = "▲", "◆"
_BURDENS = {"Wins needed", "Prospects needed", "– as it stands", "Reps needed", "Days to win"}
"""The less of these the better."""


def columns(first: str) -> tuple[GridColumn, ...]:
    """The columns of both tables.

    :param first: what the first one is called.
    """
    return (
        GridColumn("what", first, 18, least=16, right=False),
        GridColumn("base", "Base", 12, least=10),
        GridColumn("new", "What if", 12, least=10),
        GridColumn("difference", "Difference", 12, least=10),
        GridColumn("n", "n" if first == "Funnel" else "", 6, least=4, rank=2),
        GridColumn("mark", "", 28, least=22, right=False, rank=1, stretch=True),
    )


class PlanTable:
    """The tables of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.keys = rows_of(plan)

    def inputs(self) -> FigureRows:
        """The figures that may be changed."""
        return FigureRows(columns("Funnel"), [partial(self._input, row) for row in self.keys])

    def results(self) -> FigureRows:
        """What comes of them."""
        plan, new, base = self.plan, self.plan.new, self.plan.base
        need, other = plan.need, plan.new_need
        left = _stands(plan)
        lines: list[tuple[str, Number | None, Number | None, Callable[[Number | None], str], str]] = [
            ("Wins", base.wins, new.wins, decimal, f"all steps {percent_text(new.chain)}"),
            ("Money", base.money, new.money, self._money, ""),
            ("Money per day", base.per_day, new.per_day, self._money, ""),
            ("Wins needed", need.wins, other.wins, decimal, self._target()),
            ("Prospects needed", need.prospects, other.prospects, decimal, ""),
            ("– as it stands", need.prospects_left, other.prospects_left, decimal, left),
            ("Reps needed", need.reps, other.reps, decimal, self._capacity()),
            ("Plan per rep", need.per_rep, other.per_rep, self._money, ""),
        ]
        return FigureRows(columns("Result"), [partial(_line, *line) for line in lines])

    def explain(self, at: int) -> str:
        """What the figure of a row is, and what the keys do to it."""
        if not 0 <= at < len(self.keys):
            return ""
        row, facts = self.keys[at], self.plan.facts
        match row.kind:
            case "step":
                step = self.plan.steps[at - 1]
                if self.plan.wish.chain:
                    return f"{row.step}: a step of your own."
                n = "no deal" if not step.n else f"{step.n:,} deals"
                return f"{row.step}: share of {n} that went on, {facts.history.label}."
            case "prospects":
                many = f"{facts.entered:,} in {facts.history.label}"
                return f"Prospects: {many}, {facts.prospects:,} in a period as long as {facts.period.label}."
            case "size":
                return f"Average size of the {facts.won:,} deals won in {facts.history.label}."
            case "cycle":
                return f"Mean days from creation to winning, {facts.history.label}."
            case "capacity":
                return "Prospects one rep handles in the period."
            case _:
                told = (
                    "the quota"
                    if self.plan.from_quota
                    else "typed"
                    if self.plan.target is not None
                    else "none"
                )
                return (
                    f"Target for {facts.period.label}: {told}; enter types another, such as 500k or 25 deals."
                )

    def value_text(self, row: Row) -> str:
        """The present value of a figure, as one would type it."""
        plan = self.plan
        match row.kind:
            case "step":
                at = [step.name for step in plan.steps].index(row.step)
                share = plan.new.conversions[at]
                return "" if share is None else share_text(share)
            case "prospects":
                return "" if plan.new.prospects is None else str(round_half_up(Fraction(plan.new.prospects)))
            case "size":
                return (
                    ""
                    if plan.new.size is None
                    else Money(round_half_up(plan.new.size), plan.facts.currency).text
                )
            case "cycle":
                return "" if plan.new.cycle is None else days_text(plan.new.cycle).replace(",", "")
            case "capacity":
                return "" if plan.capacity is None else str(round_half_up(Fraction(plan.capacity)))
            case _:
                target = plan.target
                return "" if target is None else f"{target} deals" if isinstance(target, int) else target.text

    def _input(self, row: Row) -> list[Figure]:
        plan = self.plan
        match row.kind:
            case "step":
                return self._step(row)
            case "prospects":
                return _line("Prospects", plan.base.prospects, plan.new.prospects, decimal, self._times())
            case "size":
                return _line("Average won size", plan.base.size, plan.new.size, self._money, "")
            case "cycle":
                return _line("Days to win", plan.base.cycle, plan.new.cycle, decimal, "")
            case "capacity":
                usual = plan.facts.usual_capacity
                return _line("Prospects per rep", usual, plan.capacity, decimal, "")
            case _:
                return self._target_row()

    def _step(self, row: Row) -> list[Figure]:
        at = [step.name for step in self.plan.steps].index(row.step)
        step, new = self.plan.steps[at], self.plan.new.conversions[at]
        changed = new != step.conversion
        few = step.n is not None and step.n < self.plan.facts.small_n
        return [
            Figure(row.step),
            Figure(percent_text(step.conversion), "dim" if few else "plain"),
            Figure(percent_text(new), "strong" if changed else "muted"),
            Figure(points(new, step.conversion) if changed else "", _look(difference(new, step.conversion))),
            Figure("" if step.n is None else count_text(step.n), "muted"),
            Figure(self._mark(at), "strong"),
        ]

    def _mark(self, at: int) -> str:
        plan = self.plan
        if at == plan.key:
            return f"{KEY_LEVEL} key level"
        if at != plan.lever:
            return ""
        if not plan.lever_gain:
            return f"{LEVER} lever"
        return f"{LEVER} at {percent_text(plan.lever_share)} {decimal(plan.lever_gain, sign=True)} wins"

    def _times(self) -> str:
        times = self.plan.wish.times
        return "" if times == 1 else f"× {decimal(times)}"

    def _target_row(self) -> list[Figure]:
        plan = self.plan
        target = plan.target
        text = NO_VALUE if target is None else f"{target:,} deals" if isinstance(target, int) else ""
        if isinstance(target, Money):
            text = money_text(target, decimals=False)
        told = "quota" if plan.from_quota else "" if target is not None else "no quota: enter types one"
        return [Figure("Target"), Figure(""), Figure(text), Figure(""), Figure(""), Figure(told, "muted")]

    def _target(self) -> str:
        target = self.plan.target
        if target is None:
            return "no target"
        text = f"{target:,} deals" if isinstance(target, int) else money_text(target, decimals=False)
        return f"{'quota' if self.plan.from_quota else 'target'} {text}"

    def _capacity(self) -> str:
        count = self.plan.capacity
        return "" if count is None else f"{decimal(count)} a rep{', as before' if self.plan.usual else ''}"

    def _money(self, value: Number | None) -> str:
        if value is None:
            return NO_VALUE
        return money_text(Money(round_half_up(Fraction(value)), self.plan.facts.currency), decimals=False)


def decimal(value: Number | None, *, sign: bool = False) -> str:
    """A number with one decimal unless it is whole."""
    if value is None:
        return NO_VALUE
    exact = Fraction(value)
    text = count_text(exact.numerator) if exact.denominator == 1 else days_text(exact)
    return f"+{text}" if sign and value > 0 else text


def _stands(plan: Plan) -> str:
    left = rounded_up(plan.need.wins_left)
    if left is None:
        return ""
    return f"{left:,} to go, {decimal(plan.facts.expected)} expected"


def _line(
    name: str, base: Number | None, new: Number | None, told: Callable[[Number | None], str], mark: str
) -> list[Figure]:
    """A row: base, new and difference, each as it is told."""
    change = difference(new, base)
    moved = told(change) if change else ""
    moved = f"+{moved}" if change and change > 0 else moved
    better = difference(base, new) if name in _BURDENS else change
    return [
        Figure(name),
        Figure(told(base), "dim" if base is None else "plain"),
        Figure(told(new), "strong" if change else "muted"),
        Figure(moved, _look(better)),
        Figure(""),
        Figure(mark, "muted"),
    ]


def _look(change: Number | None) -> str:
    return "plain" if not change else "good" if change > 0 else "bad"


def command_of(plan: Plan, scope: Scope) -> str:
    """The command that prints the same in the shell."""
    wish, facts = plan.wish, plan.facts
    asked = scope.with_(period=facts.history, compare=facts.benchmark)
    parts = [report_command("plan", asked), f"--for {facts.period.name}"]
    if wish.target is not None:
        target = wish.target
        text = f"{target} deals" if isinstance(target, int) else f"{target.text} {target.currency}"
        parts.append(f"--target {shlex.quote(text)}")
    if wish.capacity is not None:
        parts.append(f"--capacity {wish.capacity}")
    if wish.chain:
        parts.append(
            "--chain " + shlex.quote(", ".join(f"{name}={share_text(one)}%" for name, one in wish.chain))
        )
    parts += [f"--set {shlex.quote(f'{name}={share_text(share)}%')}" for name, share in wish.conversions]
    if wish.prospects is not None:
        parts.append(f"--prospects {wish.prospects}")
    if wish.size is not None:
        parts.append(f"--size {shlex.quote(f'{wish.size.text} {wish.size.currency}')}")
    if wish.cycle is not None:
        parts.append(f"--cycle {share_text(wish.cycle / 100)}")
    if wish.times != 1:
        parts.append(f"--times {share_text(wish.times / 100)}")
    return " ".join(parts)


def explain_row(table: PlanTable, at: int, *, scope: str, as_of: str, command: str) -> Explanation | None:
    """The figure of a row explained, with the results it leads to as formulas.

    :param scope: what the plan is of; ``as_of`` from when; ``command`` what prints it.
    """
    if not 0 <= at < len(table.keys):
        return None
    row, plan = table.keys[at], table.plan
    figures = table.inputs().figures(at)
    step = plan.steps[at - 1] if row.kind == "step" else None
    formula = ""
    if step is not None and step.n is not None and step.conversion is not None:
        advanced = round_half_up(step.conversion * step.n)
        formula = f"advanced / reached = {advanced:,} / {step.n:,} = {percent_text(step.conversion)}"
    return Explanation(
        name=f"{figures[0].text} · {plan.facts.pipeline}",
        value=figures[2].text or figures[1].text,
        definition=table.explain(at),
        formula=formula,
        sample=None if step is None else step.n,
        limit=plan.facts.small_n,
        scope=scope,
        as_of=as_of,
        notes=tuple(formula_words(plan)),
        command=command,
    )
