"""Follow-ups to advance, kinds before an advance, interactions until qualified: METRICS 5."""

from __future__ import annotations

import statistics
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.activity import FollowUpLine, Outcome
from funnel_tui.domain.activity_cells import QualifiedCell, StayCell
from funnel_tui.metrics.follow_ups import (
    counted,
    follow_up_line,
    mean_of,
    median_of,
    outcome_of,
    preceding,
    until_qualified,
)

VALUES = st.lists(st.integers(0, 12), min_size=1)
PLACES = {1: 1, 2: 2, 3: 3}


def line(*follow_ups: int) -> FollowUpLine:
    return follow_up_line("Sales", "Lead", 1, Outcome.ADVANCED, Counter(follow_ups))


def test_worked_by_hand() -> None:
    found = line(0, 1, 1, 2, 3, 4, 5, 5, 8, 11)
    assert (found.visits, found.mean, found.median, found.p80) == (10, 4, Fraction(7, 2), 5)
    assert (found.share_at_most_1, found.share_at_least_5) == (Fraction(3, 10), Fraction(2, 5))


def test_no_stays_have_no_value() -> None:
    found = line()
    assert found.visits == 0
    assert {found.mean, found.median, found.p80, found.share_at_most_1, found.share_at_least_5} == {None}


def test_one_stay_without_any_follow_up() -> None:
    found = line(0)
    assert (found.mean, found.median, found.p80, found.share_at_most_1, found.share_at_least_5) == (
        0,
        0,
        0,
        1,
        0,
    )


@given(VALUES)
def test_the_same_as_the_standard_library(values: list[int]) -> None:
    counts = Counter(values)
    assert mean_of(counts) == Fraction(sum(values), len(values))
    assert median_of(counts) == Fraction(statistics.median(values))


@given(VALUES)
def test_p80_is_the_least_value_that_was_enough_in_80_of_100_stays(values: list[int]) -> None:
    enough = [value for value in values if 100 * sum(v <= value for v in values) >= 80 * len(values)]
    assert line(*values).p80 == min(enough)


@given(VALUES, VALUES)
def test_stays_can_be_put_together(first: list[int], second: list[int]) -> None:
    cells = [StayCell(1, 2, "moved", 1, value, 1) for value in first]
    cells += [StayCell(1, None, "won", 2, value, count) for value, count in Counter(second).items()]
    assert counted(cells) == Counter([*first, *second])
    found = follow_up_line("", "", 1, Outcome.ADVANCED, counted(cells))
    assert found == line_of([*first, *second])


def line_of(values: list[int]) -> FollowUpLine:
    return follow_up_line("", "", 1, Outcome.ADVANCED, Counter(values))


@pytest.mark.parametrize(
    ("to_stage", "way_out", "outcome"),
    [
        (3, "moved", Outcome.ADVANCED),
        (1, "moved", None),
        (2, "moved", None),
        (77, "moved", None),
        (None, "won", Outcome.ADVANCED),
        (None, "lost", Outcome.LOST),
        (None, None, Outcome.OPEN),
    ],
)
def test_how_a_stay_in_the_second_stage_ended(
    to_stage: int | None, way_out: str | None, outcome: Outcome | None
) -> None:
    """Stage 77 is of another pipeline."""
    assert outcome_of(StayCell(2, to_stage, way_out, 1, 0, 1), PLACES) is outcome


def test_a_kind_before_an_advance_and_before_none() -> None:
    kinds = [(1, "Call"), (2, "Meeting"), (3, "Note")]
    cells = [
        (Outcome.ADVANCED, StayCell(1, 2, "moved", 1, 2, 8, (4, 6, 0))),
        (Outcome.LOST, StayCell(1, None, "lost", 1, 2, 3, (3, 0, 0))),
        (None, StayCell(2, 1, "moved", 1, 2, 1, (0, 1, 0))),
        (Outcome.OPEN, StayCell(1, None, None, 1, 2, 50)),
    ]
    found = preceding(cells, kinds)
    assert [one.kind for one in found] == ["Meeting", "Call"]
    assert (found[0].advancing, found[0].other) == (8, 4)
    assert (found[0].advancing_share, found[0].other_share) == (Fraction(3, 4), Fraction(1, 4))
    assert (found[1].advancing_share, found[1].other_share) == (Fraction(1, 2), Fraction(3, 4))
    assert preceding([], kinds) == []


def test_without_other_stays_there_is_nothing_to_compare_with() -> None:
    (found,) = preceding([(Outcome.ADVANCED, StayCell(1, 2, "moved", 1, 1, 2, (1,)))], [(1, "Call")])
    assert (found.advancing_share, found.other, found.other_share) == (Fraction(1, 2), 0, None)


def test_deals_without_any_interaction_count_until_qualified() -> None:
    """Four deals: one with two calls and a mail, one with a call, two without anything."""
    cells = [QualifiedCell(1, 2, 1), QualifiedCell(1, 1, 1), QualifiedCell(2, 1, 1), QualifiedCell(0, 3, 1),
             QualifiedCell(0, 1, 1)]  # fmt: skip
    every, call, mail = until_qualified(4, cells, [(1, "Call"), (2, "Email"), (3, "Note")])
    assert (every.kind_id, every.deals, every.interactions, every.mean, every.median) == (
        0,
        4,
        4,
        1,
        Fraction(1, 2),
    )
    assert (call.interactions, call.mean, call.median) == (3, Fraction(3, 4), Fraction(1, 2))
    assert (mail.interactions, mail.mean, mail.median) == (1, Fraction(1, 4), 0)


def test_no_deal_was_qualified() -> None:
    (every,) = until_qualified(0, [], [(1, "Call")])
    assert (every.deals, every.interactions, every.mean, every.median) == (0, 0, None, None)
