"""Win probability (METRICS 8): by hand, against another way to compute it, and its invariants."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.probability import Candidate, Field, LearnedFrom, Value
from funnel_tui.metrics.backtest import Judged, backtest, judge, replay, tenths
from funnel_tui.metrics.probability import Counts

STAGES = tuple(
    StageFact(10 + at, f"S{at}", at, bp) for at, bp in ((1, 1000), (2, 2000), (3, 5000), (4, 8000))
)
PIPELINE = PipelineFact(1, "Sales", STAGES)


def counts(minimum: int = 0) -> Counts:
    """Nothing learned yet."""
    return Counts({1: PIPELINE}, minimum)


def closed(number: int, stage: int, won: bool, *values: Value, team: int = 1) -> LearnedFrom:
    """A closed deal."""
    return LearnedFrom(number, team, 1, 10 + stage, won, values)


WORKED = (
    *(closed(number, stage, True) for number, stage in ((1, 4), (2, 4), (9, 3))),
    *(closed(number, stage, False) for number, stage in ((3, 3), (4, 1), (8, 3))),
)
"""The closed deals of the worked example (METRICS 11)."""


def test_the_worked_example_by_hand() -> None:
    found = counts()
    for deal in WORKED:
        found.learn(deal)
    # S1: 3.1 won, 3.1 lost; S2 and S3: 3.1 won, 2.1 lost; S4: 3.1 won, 0.1 lost.
    said = {stage: found.predict(1, 1, 10 + stage, ()) for stage in (1, 2, 3, 4)}
    assert [said[stage].bp for stage in said] == [  # type: ignore[union-attr]
        5000,
        5962,  # 3.1 / (3.1 + 2.1)
        5962,
        9688,  # 3.1 / (3.1 + 0.1)
    ]


def test_a_value_pushes_by_what_it_changes() -> None:
    found = counts()
    fair, web = (Field.SOURCE, 1), (Field.SOURCE, 2)
    for number in range(8):
        found.learn(closed(number, 2, number < 4, fair if number < 3 or number == 7 else web))
    said = found.predict(1, 1, 11, [fair], explain=True)
    # fair: 3.1 won of 4.2, 1.1 lost of 4.2, and as many won as lost before it.
    assert said is not None
    assert said.bp == 7381
    assert [(push.field, push.value_id) for push in said.pushes] == [(Field.SOURCE, 1)]
    assert said.pushes[0].push == Fraction(31, 42) - Fraction(1, 2)


def test_no_model() -> None:
    found = counts(minimum=7)
    assert found.predict(1, 1, 11, ()) is None
    for deal in WORKED:
        found.learn(deal)
    assert found.predict(1, 1, 11, ()) is None, "six closed deals of seven"
    found.learn(closed(20, 1, True))
    assert found.predict(1, 1, 11, ()) is not None
    assert found.predict(2, 1, 11, ()) is None, "another team has its own counts"


def test_only_won_or_only_lost_is_never_certain() -> None:
    for won, bp in ((True, 9999), (False, 1)):
        found = counts()
        for number in range(3000):
            found.learn(closed(number, 4, won, (Field.OWNER, 5)))
        said = found.predict(1, 1, 14, [(Field.OWNER, 5)])
        assert said is not None
        assert said.bp == bp


def test_a_value_not_seen_is_skipped_and_a_tag_counts_from_fifty_deals() -> None:
    found = counts()
    tag = (Field.TAG, 3)
    for number in range(49):
        found.learn(closed(number, 1, number % 2 == 0, tag))
    bare = found.predict(1, 1, 11, ())
    assert found.predict(1, 1, 11, [tag]) == bare
    assert found.predict(1, 1, 11, [(Field.PRODUCT, 99)]) == bare
    for number in range(49, 90):
        found.learn(closed(number, 1, True))
    found.learn(closed(90, 1, False, tag))
    without, with_it = found.predict(1, 1, 11, ()), found.predict(1, 1, 11, [tag])
    assert without is not None
    assert with_it is not None
    assert with_it.bp == without.bp, "the only tag there is says nothing"
    for number in range(91, 150):
        found.learn(closed(number, 1, True, (Field.TAG, 4)))
    with_it = found.predict(1, 1, 11, [tag])
    without = found.predict(1, 1, 11, ())
    assert without is not None
    assert with_it is not None
    assert with_it.bp < without.bp


VALUES = st.lists(
    st.sampled_from([(Field.SOURCE, 1), (Field.SOURCE, 2), (Field.OWNER, 1), (Field.OWNER, 2)]),
    max_size=2,
    unique_by=lambda value: value[0],
)
DEALS = st.lists(
    st.builds(
        lambda number, stage, won, values, team: closed(number, stage, won, *values, team=team),
        *(st.integers(1, 99), st.integers(1, 4), st.booleans(), VALUES, st.integers(0, 1)),
    ),
    max_size=30,
)


def by_definition(deals: list[LearnedFrom], team: int, stage: int, values: list[Value]) -> Fraction | None:
    """The definition word for word, with fractions and without shared counts."""
    mine = [deal for deal in deals if deal.team_id == team]
    table: dict[Value, list[Fraction]] = {}
    for deal in mine:
        passed = [at for at in (1, 2, 3, 4) if deal.won or at <= deal.stage_id - 10]
        for value in [*((Field.STAGE, 10 + at) for at in passed), *deal.values]:
            table.setdefault(value, [Fraction(1, 10), Fraction(1, 10)])[0 if deal.won else 1] += 1
    if (Field.STAGE, 11) not in table:
        return None
    won, lost = table[(Field.STAGE, 11)]
    s_won, s_lost = won / (won + lost), lost / (won + lost)
    for value in [(Field.STAGE, 10 + stage), *values]:
        if value not in table:
            continue
        alike = [row for known, row in table.items() if known[0] is value[0]]
        total = (won, lost) if value[0] is Field.STAGE else tuple(map(sum, zip(*alike, strict=True)))
        s_won *= table[value][0] / total[0]
        s_lost *= table[value][1] / total[1]
    return s_won / (s_won + s_lost)


@given(DEALS, st.integers(1, 4), VALUES)
def test_the_same_as_the_definition(deals: list[LearnedFrom], stage: int, values: list[Value]) -> None:
    found = counts()
    for deal in deals:
        found.learn(deal)
    wanted = by_definition(deals, 1, stage, values)
    said = found.predict(1, 1, 10 + stage, values)
    if wanted is None:
        assert said is None
    else:
        assert said is not None
        assert 1 <= said.bp <= 9999
        assert abs(Fraction(said.bp, 10_000) - wanted) <= Fraction(1, 10_000)


@given(DEALS, st.integers(0, 2**32))
def test_unlearning_leaves_nothing(deals: list[LearnedFrom], seed: int) -> None:
    found = counts()
    for deal in deals:
        found.learn(deal)
    for deal in random.Random(seed).sample(deals, len(deals)):
        found.unlearn(deal)
    for team in found.teams.values():
        assert team.deals == 0
        assert team.values == {}
        assert all(total == [0, 0, 0] for total in team.totals.values())


@given(DEALS)
def test_a_closed_deal_is_predicted_as_if_it_were_open_in_each_stage_it_reached(
    deals: list[LearnedFrom],
) -> None:
    found = counts(minimum=3)
    for deal in deals:
        last = 4 if deal.won else deal.stage_id - 10
        alone = [found.predict(deal.team_id, 1, 10 + at, deal.values) for at in range(1, last + 1)]
        assert list(found.foresee(deal)) == [said.bp for said in alone if said is not None]
        found.learn(deal)


@given(DEALS, st.randoms(use_true_random=False))
def test_the_backtest_is_the_mean_of_squares(deals: list[LearnedFrom], rng: random.Random) -> None:
    judged = list(replay(counts(minimum=3), deals))
    tested = backtest(judged)
    assert tested.deals == sum(bool(one.model_bp) for one in judged)
    predictions = [
        (Fraction(model, 10_000), Fraction(stage, 10_000), one.deal.won)
        for one in judged
        for model, stage in zip(one.model_bp, one.stage_bp, strict=True)
    ]
    assert tested.predictions == len(predictions)
    if not predictions:
        assert tested.brier_model is None
        assert tested.brier_stage is None
        return
    squares = [((model - won) ** 2, (stage - won) ** 2) for model, stage, won in predictions]
    assert tested.brier_model == sum(by_model for by_model, _ in squares) / len(squares)
    assert tested.brier_stage == sum(by_stage for _, by_stage in squares) / len(squares)
    assert sum(tenth.won for tenth in tested.tenths) == sum(won for _, _, won in predictions)
    ten = list(tested.tenths)
    for one in rng.sample(judged, len(judged)):
        judge(ten, one, -1)
    assert ten == tenths()


def test_the_worked_example_is_judged_by_hand() -> None:
    """In the order of closing, with a model from the second deal on; each deal for the stages it reached."""
    by_number = {deal.deal_id: deal for deal in WORKED}
    judged = list(replay(counts(minimum=2), [by_number[number] for number in (4, 2, 8, 1, 3, 9)]))
    assert [one.model_bp for one in judged] == [
        (),
        (),
        (5000, 9167, 9167),  # D8, lost from S3. S1: 1.1 won, 1.1 lost; S2, S3: 1.1, 0.1.
        (3438, 5000, 5000, 9167),  # D1, won. S1: 1.1, 2.1; S2, S3: 1.1, 1.1; S4: 1.1, 0.1.
        (5000, 6563, 6563),  # D3, lost from S3. S1: 2.1, 2.1; S2, S3: 2.1, 1.1.
        (4038, 5000, 5000, 9545),  # D9, won. S1: 2.1, 3.1; S2, S3: 2.1, 2.1; S4: 2.1, 0.1.
    ]
    assert [one.stage_bp for one in judged[2:4]] == [(1000, 2000, 5000), (1000, 2000, 5000, 8000)]
    tested = backtest(judged)
    assert (tested.deals, tested.predictions) == (4, 14)
    used = [(tenth.lowest, tenth.n, tenth.won) for tenth in tested.tenths if tenth.n]
    assert used == [(3, 1, 1), (4, 1, 1), (5, 6, 4), (6, 2, 0), (9, 4, 2)]
    # The stages: lost from S3 0.01 + 0.04 + 0.25, won 0.81 + 0.64 + 0.25 + 0.04, both twice.
    assert tested.brier_stage == Fraction(408, 1400)
    off = (5000, 9167, 9167, 6562, 5000, 5000, 833, 5000, 6563, 6563, 5962, 5000, 5000, 455)
    assert tested.brier_model == Fraction(sum(bp * bp for bp in off), 14 * 10_000**2)


def test_a_tenth_shows_the_share_that_is_known() -> None:
    """Half of the deals that come to the second stage are won, and it is closed from there by the lost ones
    alone: the tenth of its prediction shows the half."""
    one_round = ((1, False), (4, True), (1, False), (2, False))
    deals = [closed(number, *one_round[number % 4]) for number in range(200)]
    tested = backtest(replay(counts(minimum=20), deals))
    assert tested.deals == 180
    used = {tenth.lowest: (tenth.n, tenth.won) for tenth in tested.tenths if tenth.n}
    # 45 rounds: the first stage, of which a quarter is won; the second; the two that only won deals see.
    assert used == {2: (180, 45), 5: (90, 45), 9: (90, 90)}
    assert tested.brier_model is not None
    assert tested.brier_stage is not None
    assert tested.brier_model < tested.brier_stage


def test_tenths_and_their_shares() -> None:
    ten = tenths()
    for number, bp in enumerate((0, 999, 1000, 9999)):
        judge(ten, Judged(closed(number, 1, number > 1), (bp,), (5000,)))
    judge(ten, Judged(closed(9, 2, False), (5, 1001), (1000, 2000)))
    assert [tenth.n for tenth in ten] == [3, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert [tenth.deals for tenth in ten] == [3, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert (ten[0].share_won, ten[1].share_won, ten[2].share_won) == (0, Fraction(1, 2), None)
    assert ten[0].mean_predicted == Fraction(1004, 30_000)


@pytest.mark.parametrize("values", [(), ((Field.SOURCE, 1),)])
def test_of_a_candidate(values: tuple[Value, ...]) -> None:
    found = counts()
    for deal in WORKED:
        found.learn(deal)
    deal = Candidate(5, "D5", 1, 1, 12, 1, None, None, values)
    assert found.of(deal) is not None
    assert found.of(deal) == found.predict(1, 1, 12, values, explain=True)
