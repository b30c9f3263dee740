"""Activity rate, conversation share, contact rate and the activity funnel (METRICS 5).

Everything is exact. A share of nothing is None, never 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from funnel_tui.domain.activity import ContactRate, Rate, StepLine
from funnel_tui.domain.activity_cells import ActivityCell
from funnel_tui.domain.period import add_months, day_number, day_of
from funnel_tui.domain.said import said
from funnel_tui.domain.status import ActivityStep
from funnel_tui.domain.targets import Targets
from funnel_tui.metrics.figures import ratio

STEPS = (
    *(ActivityStep.CALLS, ActivityStep.MEETINGS, ActivityStep.PROPOSALS, ActivityStep.CONTRACTS),
    ActivityStep.PAID,
)
"""The activity funnel, in order [1C]."""

HINTS = (
    said("Are the right people called: does the list fit the product?"),
    said("Conversation share: are calls made when people answer?"),
    said("What is said in the first minute, and is there a reason to call?"),
    said("Are opportunities entered as deals when they come up?"),
)
"""What to check when few opportunities come of calls."""


def rate(cells: Iterable[ActivityCell], target: Fraction | None = None) -> Rate:
    """Cells together.

    Shares: conversations / done of all attempts (voicemail is one), and conversations / those with an
    outcome. Attained is done / target; it has no value without a target or with one of 0.

    :param target: how many were to be done.
    """
    done = planned = with_outcome = conversations = outbound = 0
    for cell in cells:
        done += cell.done
        planned += cell.planned
        with_outcome += cell.with_outcome
        conversations += cell.conversations
        outbound += cell.outbound
    return _rate(done, planned, with_outcome, conversations, outbound, target, done)


def together(rates: Iterable[Rate]) -> Rate:
    """Several rates as one. Attained holds only what has a target against the targets."""
    done = planned = with_outcome = conversations = outbound = aimed = 0
    target: Fraction | None = None
    for one in rates:
        done += one.done
        planned += one.planned
        with_outcome += one.with_outcome
        conversations += one.conversations
        outbound += one.outbound
        if one.target is not None:
            target = one.target if target is None else target + one.target
            aimed += one.done
    return _rate(done, planned, with_outcome, conversations, outbound, target, aimed)


def _rate(
    done: int, planned: int, with_outcome: int, conversations: int, outbound: int,
    target: Fraction | None, aimed: int,
) -> Rate:  # fmt: skip
    return Rate(
        *(done, planned, with_outcome, conversations, outbound, target),
        ratio(conversations, done),
        ratio(conversations, with_outcome),
        None if target is None else ratio(Fraction(aimed), target),
    )


PARTS = 377_580
"""A target is counted in such parts: the least number that 28, 29, 30 and 31 days divide. Whole numbers add
up twenty times as quickly as fractions."""


def target_parts(
    targets: Targets, reps: Collection[int], spans: Sequence[tuple[int, int]]
) -> dict[tuple[int, int, int], int]:
    """What reps are to do in some days: of each month's target the share of its days that are among them.

    :param spans: the numbers of the first day and of the day after the last, of each span.
    :returns: by the place of the span, rep and kind, in :data:`PARTS`; where no month has a target there is
        no entry.
    """
    # Only months that somebody set a target for: all time has thousands.
    known = sorted({(month, kind) for _, kind, month in targets.facts})
    shares: dict[int, list[tuple[int, int]]] = {}
    for month in {month for month, _ in known}:
        end = day_number(add_months(day_of(month), 1))
        days = [(place, min(end, after) - max(month, first)) for place, (first, after) in enumerate(spans)]
        shares[month] = [(place, count * (PARTS // (end - month))) for place, count in days if count > 0]
    found: dict[tuple[int, int, int], int] = {}
    for month, kind in known:
        if not shares[month]:
            continue
        for rep in reps:
            own = targets.facts.get((rep, kind, month))
            # Only who has no target of their own needs the look at everybody's.
            target = targets.of(rep, kind, month) if own is None or own.target is None else own.target
            if target is None:
                continue
            for place, share in shares[month]:
                key = (place, rep, kind)
                found[key] = found.get(key, 0) + target * share
    return found


def contact_rate(outbound_calls: int, opportunities: int, benchmark: int) -> ContactRate:
    """Opportunities per 1,000 outbound calls, against the benchmark: 500 calls and 13 give 26, below 32.

    An opportunity is a deal created in the period. Without calls there is no value.
    """
    per_1000 = ratio(1000 * opportunities, outbound_calls)
    low = None if per_1000 is None else per_1000 < benchmark
    return ContactRate(outbound_calls, opportunities, per_1000, benchmark, low, HINTS if low else ())


def step_line(owner: str, owner_id: int, counts: Mapping[ActivityStep, int], small_n: int) -> StepLine:
    """The activity funnel of a rep: each conversion is next / previous, total is last / first.

    The best step is the highest conversion, the worst the lowest, of those whose previous step was done at
    least ``small_n`` times (METRICS M6). Fewer than two such conversions, or equal ones, have neither.
    """
    numbers = tuple(counts.get(step, 0) for step in STEPS)
    conversions = tuple(ratio(following, before) for before, following in pairwise(numbers))
    judged = [
        (value, place)
        for place, value in enumerate(conversions)
        if value is not None and numbers[place] >= small_n
    ]
    best = max(judged, key=_value, default=None)
    worst = min(judged, key=_value, default=None)
    if best is None or worst is None or best[0] == worst[0]:
        return StepLine(owner, owner_id, numbers, conversions, ratio(numbers[-1], numbers[0]), None, None)
    return StepLine(owner, owner_id, numbers, conversions, ratio(numbers[-1], numbers[0]), best[1], worst[1])


def _value(judged: tuple[Fraction, int]) -> Fraction:
    return judged[0]


def steps_of(cells: Iterable[ActivityCell], steps: Mapping[int, ActivityStep]) -> dict[ActivityStep, int]:
    """How many done interactions count for each step.

    :param steps: the step by kind.
    """
    found: dict[ActivityStep, int] = {}
    for cell in cells:
        step = steps.get(cell.kind_id, ActivityStep.NONE)
        found[step] = found.get(step, 0) + cell.done
    return found


def summed(lines: Sequence[StepLine], small_n: int) -> StepLine:
    """The activity funnel of several reps together."""
    counts = {step: sum(line.counts[place] for line in lines) for place, step in enumerate(STEPS)}
    return step_line("", 0, counts, small_n)
