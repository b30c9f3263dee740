"""A plan in sentences: what is needed, where the lever is, what was better, what cannot be said."""

from __future__ import annotations

from fractions import Fraction

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.said import listed, parted, said, said_n
from funnel_tui.domain.shown import (
    count_text,
    days_text,
    money_text,
    number_text,
    percent_text,
)
from funnel_tui.domain.status import Cohort, QuotaUnit
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.planning import Advice, Need, Suggestion
from funnel_tui.services.reports.plan_facts import PlanFacts
from funnel_tui.services.reports.plan_figures import Plan, rounded_up

LEAST_GAIN = Fraction(1, 2000)
"""A smaller gain would be shown as 0.0 %."""


def plan_notes(plan: Plan) -> list[str]:
    """All sentences, those that matter most first."""
    return [
        *missing_words(plan),
        *need_words(plan),
        *quota_words(plan),
        *lever_words(plan),
        *advice_words(plan),
        *from_words(plan),
    ]


def during(period: Period) -> str:
    """A period as the end of a sentence: ``in Q4 2026``, ``from 1 Oct 2025 to 30 Sep 2026``."""
    if period.kind is not PeriodKind.RANGE:
        return said("in {period}", period=period.label)
    if period.start == period.last:
        return said("on {day}", day=period.label)
    first, last = parted(period.label, " – ")
    return said("from {first} to {last}", first=first, last=last)


def missing_words(plan: Plan) -> list[str]:
    """Why a figure has no value, and what to do about it."""
    facts = plan.facts
    when = during(facts.history)
    found = _missing_chain(plan, when)
    if facts.size is None:
        if facts.won:
            found.append(
                said("There is no average size: no deal that was won has an amount {when}.", when=when)
            )
        else:
            found.append(said("There is no average size: no deal was won {when}.", when=when))
    if plan.goal.amount is None and plan.goal.deals is None:
        found.append(
            said("Nobody has a quota for {period} here: there is no target.", period=facts.period.label)
        )
    return found


def _missing_chain(plan: Plan, when: str) -> list[str]:
    """Why there is no chain, or one that nobody gets through."""
    facts = plan.facts
    if plan.wish.chain:
        return [] if plan.base.chain != 0 else [said("Through 0 % no number of prospects is enough.")]
    if not facts.entered:
        none = _no_deal(facts, when)
        last = facts.last_closing
        if last is None:
            return [none]
        day = Period.days(last, last).label
        return [said("{none} The last deal was closed on {day}.", none=none, day=day)]
    if plan.base.chain == 0:
        stop = next(step.name for step in plan.steps if step.conversion == 0)
        return [
            said(
                "Nobody got past {stage} {when}: through 0 % no number of prospects is enough.",
                stage=stop,
                when=when,
            )
        ]
    return []


def _no_deal(facts: PlanFacts, when: str) -> str:
    """That there is no history. What narrows it is named: of other deals there may be some."""
    name = facts.pipeline
    if facts.is_filtered:
        return said(
            "No deal of {pipeline} matches the filter {when}: there is no chain.", pipeline=name, when=when
        )
    if facts.who:
        return said(
            "{who} has no deal of {pipeline} {when}: there is no chain.",
            who=facts.who,
            pipeline=name,
            when=when,
        )
    match facts.cohort:
        case Cohort.CLOSED:
            return said(
                "No deal of {pipeline} was closed {when}: there is no chain.", pipeline=name, when=when
            )
        case Cohort.CREATED:
            return said(
                "No deal of {pipeline} was created {when}: there is no chain.", pipeline=name, when=when
            )
        case _:
            return said("No deal of {pipeline} came in {when}: there is no chain.", pipeline=name, when=when)


def need_words(plan: Plan) -> list[str]:
    """What the plan needs, from nothing and with the funnel as it stands; with a what-if both are told."""
    facts, needs, different = plan.facts, _needs(plan.need), _needs(plan.new_need)
    found = []
    if different == needs:
        found += needs
    elif different and needs:
        found.append(said("With the what-if: {new} Without it: {base}", new=different[0], base=needs[0]))
    elif different:
        found.append(said("With the what-if: {new}", new=different[0]))
    else:
        found.append(said("With the what-if nothing can be said. Without it: {base}", base=needs[0]))
    found += _as_it_stands(plan)
    if facts.unknown:
        found.append(
            said(
                "{n:,} open in stages that no closed deal has reached: nothing is expected of them.",
                n=facts.unknown,
            )
        )
    return found


def quota_words(plan: Plan) -> list[str]:
    """That the quota is not of the one pipeline that is planned, where there are more."""
    return list(plan.facts.quota_notes) if plan.from_quota else []


def _needs(need: Need) -> list[str]:
    """How many prospects and reps that many wins take, as a sentence; none where it is not known."""
    if need.wins is None or need.prospects is None:
        return []
    wins = _wins(need.wins)
    prospects = said_n("{n:,} prospect", "{n:,} prospects", need.prospects, n=need.prospects)
    if need.reps is None:
        return [said("{wins} need {prospects}.", wins=wins, prospects=prospects)]
    reps = _reps(need.reps)
    return [said("{wins} need {prospects} and {reps}.", wins=wins, prospects=prospects, reps=reps)]


def _as_it_stands(plan: Plan) -> list[str]:
    """What is needed beyond what the open deals are to bring, with the what-if and without."""
    facts, more, base = plan.facts, _stands(plan.new_need), _stands(plan.need)
    if not more:
        return []
    if base and base != more:
        more = said("{new} (without the what-if: {base})", new=more, base=base)
    return [
        said(
            "With the funnel as it stands ({won:,} won, {expected} to be expected of {open:,} open): {more}.",
            won=facts.won_now,
            expected=_number(facts.expected),
            open=facts.open_now,
            more=more,
        )
    ]


def _stands(need: Need) -> str:
    """What is needed beyond what the open deals are to bring; empty where it is not known."""
    left = rounded_up(need.wins_left)
    if need.wins is None or left is None:
        return ""
    if not left:
        return said("that is enough")
    if need.prospects_left is None:
        return said("{wins} to go", wins=_wins(left))
    prospects = _new_prospects(need.prospects_left)
    return said("{wins} to go, {prospects}", wins=_wins(left), prospects=prospects)


def lever_words(plan: Plan) -> list[str]:
    """Key level and lever, with the gain."""
    if plan.key is None:
        return []
    key = {"key": plan.steps[plan.key].name, "share": _share(plan, plan.key)}
    if plan.lever is None:
        return [said("Key level: {key}, {share}; no step comes before it.", **key)]
    lever = key | {"lever": plan.steps[plan.lever].name, "low": _share(plan, plan.lever)}
    if plan.lever_gain is None or plan.lever_gain <= 0:
        return [said("Key level: {key}, {share}. Lever: {lever}, {low}.", **lever)]
    return [
        said(
            "Key level: {key}, {share}. Lever: {lever}, {low}; at {wanted} {gain} more wins.",
            wanted=percent_text(plan.lever_share),
            gain=_number(plan.lever_gain),
            **lever,
        )
    ]


def advice_words(plan: Plan) -> list[str]:
    """What was better before and what it is worth, then the stages that hold fewer deals."""
    facts = plan.facts
    worth = [one for one in plan.suggestions if one.gain >= LEAST_GAIN]
    return [*(_advice(facts, one) for one in worth), *shortfall_words(facts)]


def _advice(facts: PlanFacts, one: Suggestion) -> str:
    now, then = one.figure.now, one.figure.then
    gain = said("{share} more money a day", share=percent_text(one.gain))
    match one.advice:
        case Advice.TIME:
            return said(
                "Days in {stage}: {now}, {then} {when}; back there: {gain}.",
                stage=facts.stock[0].stage if facts.stock else said("the first stage"),
                now=days_text(now),
                then=days_text(then),
                when=during(facts.benchmark),
                gain=gain,
            )
        case Advice.VOLUME:
            return said(
                "Open deals: {now:,}, {then:,} at the end of {period}; back there: {gain}.",
                now=now,
                then=then,
                period=facts.benchmark.label,
                gain=gain,
            )
        case _:
            return said(
                "Average size: {now}, {then} {when}; back there: {gain}.",
                now=_money(facts, now),
                then=_money(facts, then),
                when=during(facts.benchmark),
                gain=gain,
            )


def shortfall_words(facts: PlanFacts) -> list[str]:
    """The stages that hold fewer deals than at the end of the benchmark (METRICS 1, Benchmark)."""
    found = []
    for at, one in enumerate(facts.stock):
        missing = int(one.held.shortfall)
        if not missing:
            continue
        if at:
            before = facts.stock[at - 1].stage
            todo = said("bring at least {n:,} up from {stage}", n=missing, stage=before)
        else:
            todo = said("find at least {prospects}", prospects=_new_prospects(missing))
        found.append(
            said_n(
                "{n:,} deal fewer than in {period} in {stage}: {todo}.",
                "{n:,} deals fewer than in {period} in {stage}: {todo}.",
                missing,
                n=missing,
                period=facts.benchmark.label,
                stage=one.stage,
                todo=todo,
            )
        )
    return found


def from_words(plan: Plan) -> list[str]:
    """Where the figures come from."""
    facts, found = plan.facts, []
    when, period = during(facts.history), facts.period.label
    if facts.settled:
        found.append(said("Conversions, size and days are those {when}: the last four quarters.", when=when))
    if facts.prospects != facts.entered and not plan.wish.chain:
        found.append(
            said(
                "{entered:,} prospects {when} are {prospects:,} in a period as long as {period}.",
                entered=facts.entered,
                when=when,
                prospects=facts.prospects,
                period=period,
            )
        )
    if plan.usual and plan.capacity is not None:
        each = _number(plan.capacity)
        found.append(said("A rep handled {n} of them; {reps} had any.", n=each, reps=_reps(facts.reps)))
    if plan.from_quota:
        if facts.quota_unit is QuotaUnit.DEALS:
            found.append(said("The target is the quota for {period}, in deals.", period=period))
        else:
            found.append(said("The target is the quota for {period}.", period=period))
    if facts.without_amount:
        found.append(said("{n:,} won without amount: in the counts, in no average.", n=facts.without_amount))
    return found


def _share(plan: Plan, at: int) -> str:
    step = plan.steps[at]
    share = percent_text(step.conversion)
    return share if step.n is None else listed((share, " (n ", count_text(step.n), ")"), "")


def _wins(count: int) -> str:
    return said_n("{n:,} win", "{n:,} wins", count, n=count)


def _reps(count: int) -> str:
    return said_n("{n:,} rep", "{n:,} reps", count, n=count)


def _new_prospects(count: int) -> str:
    return said_n("{n:,} new prospect", "{n:,} new prospects", count, n=count)


def _number(value: Number) -> str:
    """A number of deals; with one decimal unless it is whole."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return count_text(exact.numerator)
    return number_text(exact, 1)


def _money(facts: PlanFacts, value: Number) -> str:
    return money_text(Money(round_half_up(Fraction(value)), facts.currency), decimals=False, currency=True)
