"""Activity rate, conversation share, contact rate and the activity funnel (METRICS 5).

Everything is exact. A share of nothing is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from funnel_tui.domain.activity import ContactRate, Rate, StepLine
from funnel_tui.domain.activity_cells import ActivityCell
from funnel_tui.domain.period import add_months, day_number, day_of
from funnel_tui.domain.status import ActivityStep
from funnel_tui.domain.targets import Targets
from funnel_tui.metrics.figures import ratio

STEPS = (
    *(ActivityStep.CALLS, ActivityStep.MEETINGS, ActivityStep.PROPOSALS, ActivityStep.CONTRACTS),
    ActivityStep.PAID,
)
"""The activity funnel, in order [1C]."""

HINTS = (
    "Are the right people called: does the list fit the product?",
    "Conversation share: are calls made when people answer?",
    "What is said in the first minute, and is there a reason to call?",
    "Are opportunities entered as deals when they come up?",
)
"""What to check when few opportunities come of calls."""


def rate(cells: Iterable[ActivityCell], target: Fraction | None = None, aimed: int | None = None) -> Rate:
    """Cells together.

    Shares: conversations / done of all attempts (voicemail is one), and conversations / those with an
    outcome. Attained is done / target; it has no value without a target or with one of 0.

    :param target: how many were to be done.
    :param aimed: how many were done where there is a target; None when that is all of them.
    """
    done = planned = with_outcome = conversations = outbound = 0
    for cell in cells:
        done += cell.done
        planned += cell.planned
        with_outcome += cell.with_outcome
        conversations += cell.conversations
        outbound += cell.outbound
    return Rate(
        done=done,
        planned=planned,
        with_outcome=with_outcome,
        conversations=conversations,
        outbound=outbound,
        target=target,
        conversation_share=ratio(conversations, done),
        answered_share=ratio(conversations, with_outcome),
        attained=None if target is None else ratio(Fraction(done if aimed is None else aimed), target),
    )


def target_between(targets: Targets, rep_id: int, kind_id: int, first: int, after: int) -> Fraction | None:
    """What a rep is to do in some days: of each month's target the share of its days that are among them.

    :param first: the number of the first day; ``after`` is that of the day after the last.
    :returns: None when no month has a target.
    """
    whole: Fraction | None = None
    # Only months that somebody set a target for: all time has thousands.
    for start in {month for _, kind, month in targets.facts if kind == kind_id}:
        end = day_number(add_months(day_of(start), 1))
        target = targets.of(rep_id, kind_id, start)
        days = min(end, after) - max(start, first)
        if target is not None and days > 0:
            whole = (whole or Fraction(0)) + Fraction(target * days, end - start)
    return whole


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
    best = worst = None
    if judged and min(judged)[0] != max(judged)[0]:
        best = max(judged, key=lambda item: item[0])[1]
        worst = min(judged, key=lambda item: item[0])[1]
    return StepLine(owner, owner_id, numbers, conversions, ratio(numbers[-1], numbers[0]), best, worst)


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
