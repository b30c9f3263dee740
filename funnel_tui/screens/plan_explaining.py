"""The figures of a plan explained: how each came about, and what comes of it, with the numbers put in.

The formulas are those of METRICS 9. Where there is a what-if, each result is told without it, with it, and by
how much the two differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.shown import count_text, days_text, money_text, percent_text
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.planning import difference
from funnel_tui.screens.plan_nudge import Row
from funnel_tui.screens.plan_rows import PlanTable, decimal
from funnel_tui.services.reports.plan_facts import length_ratio
from funnel_tui.services.reports.plan_figures import Plan
from funnel_tui.widgets.figures import points

CHAIN, WINS, MONEY, PER_DAY = "chain", "wins", "money", "per_day"
WINS_NEEDED, PROSPECTS_NEEDED, PROSPECTS_LEFT = "wins_needed", "prospects_needed", "prospects_left"
REPS_NEEDED, PER_REP = "reps_needed", "per_rep"

_NEEDED = (WINS_NEEDED, PROSPECTS_NEEDED, PROSPECTS_LEFT, REPS_NEEDED)
COMES_OF: Mapping[str, tuple[str, ...]] = {
    "prospects": (WINS, MONEY, PER_DAY),
    "step": (CHAIN, WINS, MONEY, PER_DAY, PROSPECTS_NEEDED, PROSPECTS_LEFT, REPS_NEEDED, PER_REP),
    "size": (MONEY, PER_DAY, *_NEEDED, PER_REP),
    "cycle": (PER_DAY,),
    "capacity": (REPS_NEEDED, PER_REP),
    "target": _NEEDED,
}
"""What follows from each kind of figure (METRICS 9)."""


def explain_row(table: PlanTable, at: int, *, scope: str, as_of: str, command: str) -> Explanation | None:
    """The figure of a row explained: its formula, and the results that follow from it as formulas.

    :param scope: what the plan is of; ``as_of`` from when; ``command`` what prints it.
    """
    if not 0 <= at < len(table.keys):
        return None
    row, plan = table.keys[at], table.plan
    name, base, new, moved, *_ = (figure.text for figure in table.inputs().figures(at))
    value = new or base
    if moved:
        value = tr("{new} with the what-if, {base} without it: {difference}").format(
            new=new, base=base, difference=moved
        )
    return Explanation(
        name=f"{name} · {plan.facts.pipeline}",
        value=value,
        definition=table.explain(at),
        formula=_whole("\n".join([*_own(plan, row, at), *_results(plan, COMES_OF[row.kind])])),
        sample=_sample(plan, row, at),
        limit=plan.facts.small_n,
        scope=scope,
        as_of=as_of,
        command=command,
    )


def _whole(words: str) -> str:
    """A formula that is not broken between a number and its per cent sign."""
    return words.replace(" %", "\u00a0%")


def _sample(plan: Plan, row: Row, at: int) -> int | None:
    """How many deals a figure of history rests on."""
    facts = plan.facts
    match row.kind:
        case "step":
            return plan.steps[at - 1].n
        case "size":
            return facts.won - facts.without_amount
        case "cycle":
            return facts.won
        case _:
            return None


def _own(plan: Plan, row: Row, at: int) -> Iterator[str]:
    """How the figure itself came about."""
    facts = plan.facts
    ratio = length_ratio(facts.period, facts.history)
    match row.kind:
        case "step":
            step = plan.steps[at - 1]
            if step.n is not None and step.conversion is not None:
                yield tr("advanced / reached = {advanced:,} / {n:,} = {share}").format(
                    advanced=round_half_up(step.conversion * step.n),
                    n=step.n,
                    share=percent_text(step.conversion),
                )
        case "prospects":
            yield tr(
                "{n:,} × length of {period} / length of {history} = {n:,} × {ratio} = {prospects:,}"
            ).format(
                n=facts.entered,
                period=facts.period.label,
                history=facts.history.label,
                ratio=_ratio(ratio),
                prospects=facts.prospects,
            )
            if plan.wish.times != 1:
                before = plan.base.prospects if plan.wish.prospects is None else plan.wish.prospects
                yield tr("With the what-if: {prospects} × {times} = {all}").format(
                    prospects=decimal(before), times=decimal(plan.wish.times), all=decimal(plan.new.prospects)
                )
        case "size":
            count = facts.won - facts.without_amount
            if facts.size is not None:
                yield tr("Σ amount / deals won with an amount = {sum} / {n:,} = {size}").format(
                    sum=_money(plan, facts.size * count), n=count, size=_money(plan, facts.size)
                )
        case "cycle":
            if facts.cycle is not None:
                yield tr("Σ days from creation / deals won = {sum} / {n:,} = {days}").format(
                    sum=days_text(facts.cycle * facts.won), n=facts.won, days=days_text(facts.cycle)
                )
        case "capacity":
            if facts.usual_capacity is not None:
                yield tr("{n:,} prospects × {ratio} / {reps:,} reps = {each}").format(
                    n=facts.entered, ratio=_ratio(ratio), reps=facts.reps, each=decimal(facts.usual_capacity)
                )


def _results(plan: Plan, names: tuple[str, ...]) -> Iterator[str]:
    """What comes of a figure: as it is, and where there is a what-if also with that, and the difference."""
    asis, new = _formulas(plan), _formulas(replace(plan, base=plan.new, need=plan.new_need))
    for name in names:
        if name not in asis and name not in new:
            continue
        (before, was), (after, then) = asis.get(name, ("", None)), new.get(name, ("", None))
        if before == after:
            yield before
            continue
        if before:
            yield before
        if after:
            yield tr("With the what-if: {formula}").format(formula=after)
        change = difference(then, was)
        if change is not None:
            yield tr("Difference: {difference}").format(difference=_moved(plan, name, change, then, was))


def _formulas(plan: Plan) -> dict[str, tuple[str, Number]]:
    """The results of a plan with the numbers put in, and each as a number; only those that have a value."""
    return {name: one for name, one in (*_made(plan), *_needed(plan)) if one is not None}


def _made(plan: Plan) -> Iterator[tuple[str, tuple[str, Number] | None]]:
    """What the funnel brings."""
    base = plan.base
    if base.chain is None:
        return
    chain = percent_text(base.chain)
    product = " × ".join(percent_text(one) for one in base.conversions)
    yield CHAIN, (tr("All steps = {product} = {share}").format(product=product, share=chain), base.chain)
    if base.wins is not None and base.prospects is not None:
        words = tr("Wins = {prospects} prospects × {chain} = {wins}.").format(
            prospects=decimal(base.prospects), chain=chain, wins=decimal(base.wins)
        )
        yield WINS, (words, base.wins)
    if base.money is not None and base.size is not None:
        words = tr("Money = {wins} × {size} = {money}.").format(
            wins=decimal(base.wins), size=_money(plan, base.size), money=_money(plan, base.money)
        )
        yield MONEY, (words, base.money)
    if base.per_day is not None and base.money is not None:
        words = tr("Money per day = {money} / {days} days = {each}.").format(
            money=_money(plan, base.money), days=days_text(base.cycle), each=_money(plan, base.per_day)
        )
        yield PER_DAY, (words, base.per_day)


def _needed(plan: Plan) -> Iterator[tuple[str, tuple[str, Number] | None]]:
    """What the target asks for."""
    need, base, goal = plan.need, plan.base, plan.goal
    chain = percent_text(base.chain)
    if need.wins is not None and goal.amount is not None and base.size is not None:
        words = tr("Wins needed = ⌈{target} / {size}⌉ = {wins:,}.").format(
            target=_money(plan, goal.amount), size=_money(plan, base.size), wins=need.wins
        )
        yield WINS_NEEDED, (words, need.wins)
    if need.prospects is not None and need.wins is not None:
        words = tr("Prospects needed = ⌈{wins:,} / {chain}⌉ = {prospects:,}.").format(
            wins=need.wins, chain=chain, prospects=need.prospects
        )
        yield PROSPECTS_NEEDED, (words, need.prospects)
    if need.prospects_left is not None and need.wins is not None:
        words = tr(
            "As it stands = ⌈({wins:,} − {won:,} won − {expected} expected) / {chain}⌉ = {prospects:,}, "
            "not below 0."
        ).format(
            wins=need.wins,
            won=plan.facts.won_now,
            expected=decimal(plan.facts.expected),
            chain=chain,
            prospects=need.prospects_left,
        )
        yield PROSPECTS_LEFT, (words, need.prospects_left)
    if need.reps is not None and need.prospects is not None:
        words = tr("Reps needed = ⌈{prospects:,} / {capacity}⌉ = {reps:,}.").format(
            prospects=need.prospects, capacity=decimal(plan.capacity), reps=need.reps
        )
        yield REPS_NEEDED, (words, need.reps)
    if need.per_rep is not None and base.size is not None:
        words = tr("Plan per rep = {capacity} × {chain} × {size} = {money}.").format(
            capacity=decimal(plan.capacity),
            chain=chain,
            size=_money(plan, base.size),
            money=_money(plan, need.per_rep),
        )
        yield PER_REP, (words, need.per_rep)


def _moved(plan: Plan, name: str, change: Number, new: Number | None, base: Number | None) -> str:
    """A difference as the result itself is told."""
    if name == CHAIN:
        shares = (None if one is None else Fraction(one) for one in (new, base))
        return tr("{points} pts").format(points=points(*shares))
    if name in {MONEY, PER_DAY, PER_REP}:
        return f"{'+' if change > 0 else ''}{_money(plan, change)}"
    return decimal(change, sign=True)


def _ratio(ratio: Fraction) -> str:
    """How long the planned period is, such as ``3 / 12``: as months or days, shortened."""
    if ratio.denominator == 1:
        return count_text(ratio.numerator)
    return f"{count_text(ratio.numerator)} / {count_text(ratio.denominator)}"


def _money(plan: Plan, value: Number) -> str:
    return money_text(
        Money(round_half_up(Fraction(value)), plan.facts.currency), decimals=False, currency=True
    )
