"""A plan in sentences: what is needed, where the lever is, what was better, what cannot be said."""

from __future__ import annotations

from fractions import Fraction

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.shown import NO_VALUE, count_text, days_text, decimal_text, money_text, percent_text
from funnel_tui.domain.status import Cohort, QuotaUnit
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.planning import Advice, Suggestion
from funnel_tui.services.reports.plan_facts import PlanFacts
from funnel_tui.services.reports.plan_figures import Plan, rounded_up

LEAST_GAIN = Fraction(1, 2000)
"""A smaller gain would be shown as 0.0 %."""
_WAS = {Cohort.CLOSED: "was closed", Cohort.CREATED: "was created", Cohort.ENTERED: "came in"}


def plan_notes(plan: Plan) -> list[str]:
    """All sentences, those that matter most first."""
    return [
        *missing_words(plan),
        *need_words(plan),
        *lever_words(plan),
        *advice_words(plan),
        *from_words(plan),
    ]


def during(period: Period) -> str:
    """A period as the end of a sentence: ``in Q4 2026``, ``from 1 Oct 2025 to 30 Sep 2026``."""
    if period.kind is PeriodKind.RANGE:
        whole = period.label.replace(" – ", " to ")
        return f"on {whole}" if period.start == period.last else f"from {whole}"
    return f"in {period.label}"


def missing_words(plan: Plan) -> list[str]:
    """Why a figure has no value, and what to do about it."""
    facts, found = plan.facts, []
    when = during(facts.history)
    if not plan.wish.chain:
        if not facts.entered:
            last = facts.last_closing
            where = "" if last is None else f" The last deal was closed on {last.day} {last:%b %Y}."
            found.append(
                f"No deal of {facts.pipeline} {_WAS[facts.cohort]} {when}: there is no chain.{where}"
            )
        elif plan.base.chain == 0:
            stop = next(step.name for step in plan.steps if step.conversion == 0)
            found.append(f"Nobody got past {stop} {when}: through 0 % no number of prospects is enough.")
    elif plan.base.chain == 0:
        found.append("Through 0 % no number of prospects is enough.")
    if facts.size is None:
        why = "no deal was won" if not facts.won else "no deal that was won has an amount"
        found.append(f"There is no average size: {why} {when}.")
    if plan.goal.amount is None and plan.goal.deals is None:
        found.append(f"Nobody has a quota for {facts.period.label} here: there is no target.")
    return found


def need_words(plan: Plan) -> list[str]:
    """What the plan needs, from nothing and with the funnel as it stands."""
    need, facts = plan.need, plan.facts
    if need.wins is None:
        return []
    found = []
    if need.prospects is not None:
        reps = "" if need.reps is None else f" and {_counted(need.reps, 'rep')}"
        found.append(f"{_counted(need.wins, 'win')} need {_counted(need.prospects, 'prospect')}{reps}.")
    left = rounded_up(need.wins_left)
    if left is not None:
        already = (
            f"{facts.won_now:,} won, {_number(facts.expected)} to be expected of {facts.open_now:,} open"
        )
        if not left:
            more = "that is enough"
        elif need.prospects_left is None:
            more = f"{_counted(left, 'win')} to go"
        else:
            more = f"{_counted(left, 'win')} to go, {_counted(need.prospects_left, 'new prospect')}"
        found.append(f"With the funnel as it stands ({already}): {more}.")
    if facts.unknown:
        found.append(
            f"{facts.unknown:,} open in stages that no closed deal has reached: nothing is expected of them."
        )
    return found


def formula_words(plan: Plan) -> list[str]:
    """The figures of a plan with the numbers put in."""
    need, base, facts = plan.need, plan.base, plan.facts
    found = []
    chain, size = percent_text(base.chain), _money(facts, base.size) if base.size is not None else NO_VALUE
    if base.wins is not None:
        found.append(f"Wins = {_number(base.prospects or 0)} prospects × {chain} = {_number(base.wins)}.")
    if base.money is not None:
        found.append(f"Money = {_number(base.wins or 0)} × {size} = {_money(facts, base.money)}.")
    if base.per_day is not None:
        days = days_text(base.cycle)
        found.append(f"Money per day = {_money(facts, base.money or 0)} / {days} days.")
    if need.wins is not None and plan.goal.amount is not None:
        found.append(f"Wins needed = ⌈{_money(facts, plan.goal.amount)} / {size}⌉ = {need.wins:,}.")
    if need.prospects is not None:
        found.append(f"Prospects needed = ⌈{need.wins:,} / {chain}⌉ = {need.prospects:,}.")
    if need.reps is not None:
        found.append(f"Reps needed = ⌈{need.prospects:,} / {_number(plan.capacity or 0)}⌉ = {need.reps:,}.")
    if need.per_rep is not None:
        each = _number(plan.capacity or 0)
        found.append(f"Plan per rep = {each} × {chain} × {size} = {_money(facts, need.per_rep)}.")
    return found


def lever_words(plan: Plan) -> list[str]:
    """Key level and lever, with the gain."""
    if plan.key is None:
        return []
    key = plan.steps[plan.key]
    found = f"Key level: {key.name}, {_share(plan, plan.key)}"
    if plan.lever is None:
        return [f"{found}; no step comes before it."]
    lever = plan.steps[plan.lever]
    found += f". Lever: {lever.name}, {_share(plan, plan.lever)}"
    if plan.lever_gain is not None and plan.lever_gain > 0:
        found += f"; at {percent_text(plan.lever_share)} {_number(plan.lever_gain)} more wins"
    return [f"{found}."]


def advice_words(plan: Plan) -> list[str]:
    """What was better before and what it is worth, then the stages that hold fewer deals."""
    facts = plan.facts
    worth = [one for one in plan.suggestions if one.gain >= LEAST_GAIN]
    return [*(_advice(facts, one) for one in worth), *shortfall_words(facts)]


def _advice(facts: PlanFacts, one: Suggestion) -> str:
    now, then = one.figure.now, one.figure.then
    gain = f"{percent_text(one.gain)} more money a day"
    first = facts.stock[0].stage if facts.stock else "the first stage"
    match one.advice:
        case Advice.TIME:
            return (
                f"Days in {first}: {days_text(now)}, {days_text(then)} {during(facts.benchmark)};"
                f" back there: {gain}."
            )
        case Advice.VOLUME:
            return f"Open deals: {now:,}, {then:,} at the end of {facts.benchmark.label}; back there: {gain}."
        case _:
            return (
                f"Average size: {_money(facts, now)}, {_money(facts, then)} {during(facts.benchmark)};"
                f" back there: {gain}."
            )


def shortfall_words(facts: PlanFacts) -> list[str]:
    """The stages that hold fewer deals than at the end of the benchmark (METRICS 1, Benchmark)."""
    found = []
    for at, one in enumerate(facts.stock):
        missing = int(one.held.shortfall)
        if not missing:
            continue
        todo = f"find at least {_counted(missing, 'new prospect')}"
        if at:
            todo = f"bring at least {missing:,} up from {facts.stock[at - 1].stage}"
        words = f"{_counted(missing, 'deal')} fewer than in {facts.benchmark.label} in {one.stage}"
        found.append(f"{words}: {todo}.")
    return found


def from_words(plan: Plan) -> list[str]:
    """Where the figures come from."""
    facts, found = plan.facts, []
    if facts.settled:
        found.append(f"Conversions, size and days are those {during(facts.history)}: the last four quarters.")
    if facts.prospects != facts.entered and not plan.wish.chain:
        found.append(
            f"{facts.entered:,} prospects {during(facts.history)} are {facts.prospects:,} in a period as long"
            f" as {facts.period.label}."
        )
    if plan.usual and plan.capacity is not None:
        found.append(
            f"A rep handled {_number(plan.capacity)} of them; {_counted(facts.reps, 'rep')} had any."
        )
    if plan.from_quota:
        unit = ", in deals" if facts.quota_unit is QuotaUnit.DEALS else ""
        found.append(f"The target is the quota for {facts.period.label}{unit}.")
    if facts.without_amount:
        found.append(f"{facts.without_amount:,} won without amount: in the counts, in no average.")
    return found


def _share(plan: Plan, at: int) -> str:
    step = plan.steps[at]
    n = "" if step.n is None else f" (n {step.n:,})"
    return f"{percent_text(step.conversion)}{n}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _number(value: Number) -> str:
    """A number of deals; with one decimal unless it is whole."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return count_text(exact.numerator)
    whole, _, rest = decimal_text(exact, 1).partition(".")
    return f"{int(whole):,}.{rest}"


def _money(facts: PlanFacts, value: Number) -> str:
    return money_text(Money(round_half_up(Fraction(value)), facts.currency), decimals=False, currency=True)
