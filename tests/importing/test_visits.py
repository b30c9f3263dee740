"""The visits of imported deals, as pure functions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.status import DealStatus, VisitExit
from funnel_tui.services.importing.events import Step, Tally, merge, replay
from funnel_tui.services.importing.visits import Holding, Place, Said, Stay, assume, revise

PIPELINE = 1
FIRST = Place(PIPELINE, 1)


def held(_at: int) -> Holding:
    return Holding(1, None, None)


events = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([1, 2, 3, VisitExit.WON, VisitExit.LOST])),
    min_size=1,
    max_size=14,
)


def steps_of(found: list[tuple[int, int | VisitExit]]) -> list[Step]:
    """Events with the given gaps between them."""
    now, steps = 100, []
    for line, (gap, what) in enumerate(found):
        now += gap
        end = what if isinstance(what, VisitExit) else None
        stage = None if isinstance(what, VisitExit) else what
        steps.append(Step(now, stage, end, "", None, line))
    return steps


def sound(stays: list[Stay]) -> None:
    """What the table of visits asks for."""
    for number, stay in enumerate(stays):
        assert (stay.left_at is None) == (stay.exit is None)
        if stay.left_at is None:
            assert number == len(stays) - 1
        else:
            assert stay.entered_at <= stay.left_at
        if number:
            before = stays[number - 1]
            assert before.left_at is not None
            assert before.left_at <= stay.entered_at
            if before.exit is VisitExit.MOVED:
                assert before.left_at == stay.entered_at
                assert before.stage_id != stay.stage_id


@given(events)
def test_a_history_is_sound_and_importing_it_again_changes_nothing(
    found: list[tuple[int, int | VisitExit]],
) -> None:
    steps = steps_of(found)
    stays = replay((), steps, FIRST, held, None, Tally())
    sound(stays)
    assert merge(stays, steps, FIRST, held, stays[0].entered_at, Tally()) == stays


@given(events, st.data())
def test_a_history_in_two_parts_is_the_history(
    found: list[tuple[int, int | VisitExit]], data: st.DataObject
) -> None:
    # What begins with its end is all assumed, and what is assumed gives way to any history.
    cut = data.draw(st.integers(1, len(found)))
    # Two events of one instant and stage are the same event, so the second part begins later.
    later = (found[cut - 1][0] + 1, found[cut - 1][1])
    steps = steps_of([(0, 1), *found[: cut - 1], later, *found[cut:]])
    whole = replay((), steps, FIRST, held, None, Tally())
    part = replay((), steps[:cut], FIRST, held, None, Tally())
    assert merge(part, steps[cut:], FIRST, held, part[0].entered_at, Tally()) == whole
    assert merge(part, steps, FIRST, held, part[0].entered_at, Tally()) == whole


@given(events)
def test_every_event_is_told_or_counted(found: list[tuple[int, int | VisitExit]]) -> None:
    steps, tally = steps_of(found), Tally()
    stays = replay((), steps, FIRST, held, None, tally)
    entries = sum(not stay.assumed for stay in stays)
    ends = sum(stay.exit in (VisitExit.WON, VisitExit.LOST) for stay in stays)
    assert entries + ends + tally.same_stage + tally.same_outcome == len(steps)


says = st.builds(
    lambda stage, status, created, length: Said(
        PIPELINE,
        stage if status is DealStatus.OPEN else None,
        1,
        status,
        created,
        None if status is DealStatus.OPEN else created + length,
        7 if status is DealStatus.LOST else None,
    ),
    st.integers(1, 3),
    st.sampled_from(DealStatus),
    st.integers(0, 50),
    st.integers(0, 50),
)


@given(st.lists(says, min_size=1, max_size=6))
def test_imports_of_a_deal_one_after_the_other_are_sound_and_end_as_the_last_says(found: list[Said]) -> None:
    now = 40
    stays = assume(found[0], found[0].created or 0, held)
    for said in found[1:]:
        now += 7
        stays = revise(stays, said, now, held)
    sound_after_clamping(stays)
    last = found[-1]
    assert stays[0].entered_at == last.created
    assert stays[-1].left_at == last.closed
    if last.stage_id is not None:
        assert stays[-1].stage_id == last.stage_id
    assert revise(stays, last, now, held) == stays


def sound_after_clamping(stays: list[Stay]) -> None:
    """As :func:`sound`, where a correction may have made stays shorter and neighbours alike."""
    for number, stay in enumerate(stays):
        if stay.left_at is None:
            assert number == len(stays) - 1
        else:
            assert stay.entered_at <= stay.left_at
        if number:
            before = stays[number - 1].left_at
            assert before is not None
            assert before <= stay.entered_at
