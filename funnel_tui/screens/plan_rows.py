"""A plan as two tables: the figures that may be changed, and what comes of them."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from fractions import Fraction
from functools import partial

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.planning import share_text
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, count_text, days_text, money_text, percent_text
from funnel_tui.language import tr, trn
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.planning import difference
from funnel_tui.screens.plan_nudge import Row, rows_of
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.plan_figures import Plan, rounded_up
from funnel_tui.widgets.figures import points
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.quota_figures import Figure, FigureRows

KEY_LEVEL, LEVER = "▲", "◆"


def columns(first: str, n: str = "") -> tuple[GridColumn, ...]:
    """The columns of both tables.

    :param first: what the first one is called; ``n`` the one of sample sizes, where there are any.
    """
    return (
        GridColumn("what", first, 18, least=16, right=False),
        # Translators: at most 10 cells: the plan without a what-if
        GridColumn("base", tr("Base"), 12, least=10),
        # Translators: at most 10 cells
        GridColumn("new", tr("What if"), 12, least=10),
        # Translators: at most 10 cells
        GridColumn("difference", tr("Difference"), 12, least=10),
        GridColumn("n", n, 7, least=5, rank=2),
        GridColumn("mark", "", 28, least=21, right=False, rank=1, stretch=True),
    )


class PlanTable:
    """The tables of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.keys = rows_of(plan)

    def inputs(self) -> FigureRows:
        """The figures that may be changed."""
        # Translators: "n" is the sign of a number of deals that a figure rests on
        return FigureRows(columns(tr("Funnel"), tr("n")), [partial(self._input, row) for row in self.keys])

    def results(self) -> FigureRows:
        """What comes of them."""
        plan, new, base = self.plan, self.plan.new, self.plan.base
        need, other = plan.need, plan.new_need
        left = _stands(plan)
        # Translators: at most 16 cells: prospects needed besides the deals that are open now
        stands = tr("– as it stands")
        # Translators: at most 22 cells
        steps = tr("all steps {share}").format(share=percent_text(new.chain))
        return FigureRows(
            columns(tr("Result")),
            [
                # Translators: at most 16 cells
                partial(_line, tr("Wins"), base.wins, new.wins, decimal, steps),
                # Translators: at most 16 cells
                partial(_line, tr("Money"), base.money, new.money, self._money, ""),
                # Translators: at most 16 cells
                partial(_line, tr("Money per day"), base.per_day, new.per_day, self._money, ""),
                # Translators: at most 16 cells
                partial(_burden, tr("Wins needed"), need.wins, other.wins, decimal, self._target()),
                # Translators: at most 16 cells
                partial(_burden, tr("Prospects needed"), need.prospects, other.prospects, decimal, ""),
                partial(_burden, stands, need.prospects_left, other.prospects_left, decimal, left),
                # Translators: at most 16 cells
                partial(_burden, tr("Reps needed"), need.reps, other.reps, decimal, self._capacity()),
                # Translators: at most 16 cells
                partial(_line, tr("Plan per rep"), need.per_rep, other.per_rep, self._money, ""),
            ],
        )

    def is_target(self, at: int) -> bool:
        """Whether a row is that of the target."""
        return 0 <= at < len(self.keys) and self.keys[at].kind == "target"

    def explain(self, at: int) -> str:
        """What the figure of a row is, and what the keys do to it."""
        if not 0 <= at < len(self.keys):
            return ""
        row, facts = self.keys[at], self.plan.facts
        match row.kind:
            case "step":
                return self._explain_step(row.step, self.plan.steps[at - 1].n)
            case "prospects":
                return tr(
                    "Prospects: {entered:,} in {history}, {n:,} in a period as long as {period}."
                ).format(
                    entered=facts.entered,
                    history=facts.history.label,
                    n=facts.prospects,
                    period=facts.period.label,
                )
            case "size":
                return trn(
                    "Average size of the {n:,} deal won in {period}.",
                    "Average size of the {n:,} deals won in {period}.",
                    facts.won,
                ).format(n=facts.won, period=facts.history.label)
            case "cycle":
                return tr("Mean days from creation to winning, {period}.").format(period=facts.history.label)
            case "capacity":
                return tr("Prospects one rep handles in the period.")
            case _:
                return self._explain_target()

    def _explain_step(self, step: str, n: int | None) -> str:
        if self.plan.wish.chain:
            return tr("{step}: a step of your own.").format(step=step)
        words = tr("{step}: share of no deal that went on, {period}.")
        if n:
            words = trn(
                "{step}: share of {n:,} deal that went on, {period}.",
                "{step}: share of {n:,} deals that went on, {period}.",
                n,
            )
        return words.format(step=step, n=n, period=self.plan.facts.history.label)

    def _explain_target(self) -> str:
        # Translators: in these texts "25 deals" is typed as it stands here, in English
        words = tr("Target for {period}: none; enter types another, such as 500k or 25 deals.")
        if self.plan.from_quota:
            words = tr("Target for {period}: the quota; enter types another, such as 500k or 25 deals.")
        elif self.plan.target is not None:
            words = tr("Target for {period}: typed; enter types another, such as 500k or 25 deals.")
        return words.format(period=self.plan.facts.period.label)

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
                # It is read again as it stands here, whatever the language.
                return "" if target is None else f"{target} deals" if isinstance(target, int) else target.text

    def _input(self, row: Row) -> list[Figure]:
        plan = self.plan
        match row.kind:
            case "step":
                return self._step(row)
            case "prospects":
                return _line(tr("Prospects"), plan.base.prospects, plan.new.prospects, decimal, self._times())
            case "size":
                # Translators: at most 16 cells
                return _line(tr("Average won size"), plan.base.size, plan.new.size, self._money, "")
            case "cycle":
                # Translators: at most 16 cells
                name = tr("Days to win")
                return _burden(name, plan.base.cycle, plan.new.cycle, decimal, "")
            case "capacity":
                usual = plan.facts.usual_capacity
                # Translators: at most 18 cells
                return _line(tr("Prospects per rep"), usual, plan.capacity, decimal, "")
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
            Figure(_points(new, step.conversion) if changed else "", _look(difference(new, step.conversion))),
            Figure("" if step.n is None else count_text(step.n), "muted"),
            Figure(self._mark(at), "strong"),
        ]

    def _mark(self, at: int) -> str:
        plan = self.plan
        if at == plan.key:
            return tr("{sign} key level").format(sign=KEY_LEVEL)
        if at != plan.lever:
            return ""
        if not plan.lever_gain:
            return tr("{sign} lever").format(sign=LEVER)
        # Translators: at 69.0 % there are 1.7 wins more; at most 22 cells
        return tr("{sign} at {share} {gain} wins").format(
            sign=LEVER, share=percent_text(plan.lever_share), gain=decimal(plan.lever_gain, sign=True)
        )

    def _times(self) -> str:
        times = self.plan.wish.times
        return "" if times == 1 else f"× {decimal(times)}"

    def _target_row(self) -> list[Figure]:
        plan = self.plan
        target = plan.target
        text = NO_VALUE if target is None else _target_words(target)
        told = "" if target is not None else tr("no quota: enter types one")
        if plan.from_quota:
            told = tr("quota")
        return [Figure(tr("Target")), Figure(""), Figure(text), Figure(""), Figure(""), Figure(told, "muted")]

    def _target(self) -> str:
        target = self.plan.target
        if target is None:
            return tr("no target")
        words = tr("quota {amount}") if self.plan.from_quota else tr("target {amount}")
        return words.format(amount=_target_words(target))

    def _capacity(self) -> str:
        count = self.plan.capacity
        if count is None:
            return ""
        # Translators: so many prospects a rep, at most 22 cells
        words = tr("{n} a rep, as before") if self.plan.usual else tr("{n} a rep")
        return words.format(n=decimal(count))

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


def _points(new: Fraction | None, base: Fraction | None) -> str:
    """How far a conversion was moved; a dash without both."""
    moved = points(new, base)
    return moved if moved == NO_VALUE else tr("{points} pts").format(points=moved)


def _stands(plan: Plan) -> str:
    left = rounded_up(plan.need.wins_left)
    if left is None:
        return ""
    # Translators: wins left to make, and wins expected from the open deals; at most 21 cells
    return tr("{n:,} left, {expected} expected").format(n=left, expected=decimal(plan.facts.expected))


def _target_words(target: Money | int) -> str:
    if isinstance(target, int):
        return trn("{n:,} deal", "{n:,} deals", target).format(n=target)
    return money_text(target, decimals=False)


def _line(
    name: str,
    base: Number | None,
    new: Number | None,
    told: Callable[[Number | None], str],
    mark: str,
    *,
    less_is_better: bool = False,
) -> list[Figure]:
    """A row: base, new and difference, each as it is told."""
    change = difference(new, base)
    moved = told(change) if change else ""
    moved = f"+{moved}" if change and change > 0 else moved
    better = difference(base, new) if less_is_better else change
    return [
        Figure(name),
        Figure(told(base), "dim" if base is None else "plain"),
        Figure(told(new), "strong" if change else "muted"),
        Figure(moved, _look(better)),
        Figure(""),
        Figure(mark, "muted"),
    ]


def _burden(
    name: str, base: Number | None, new: Number | None, told: Callable[[Number | None], str], mark: str
) -> list[Figure]:
    """A row of which less is better."""
    return _line(name, base, new, told, mark, less_is_better=True)


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
