"""The win probability that past deals suggest: naive Bayes, as METRICS 8 defines it.

Counts are kept per team. What is seen for the first time starts at 0.1 won and 0.1 lost; to stay exact,
counts are multiplied by ten wherever they are multiplied with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.money import divided_half_up
from funnel_tui.domain.probability import Candidate, Field, LearnedFrom, Prediction, Push, Value, stages_up_to

TAG_MINIMUM = 50
"""A tag counts only from so many closed deals (METRICS 8)."""
LOWEST_BP, HIGHEST_BP = 1, 9_999
"""0.01 % and 99.99 %: the model is never certain (METRICS 8)."""


@dataclass(slots=True)
class TeamCounts:
    """What a team's closed deals add up to.

    :param deals: how many closed deals were learned.
    :param values: (won, lost) by value.
    :param totals: per field: how many values were seen, and the sums of their won and lost.
    """

    deals: int = 0
    values: dict[Value, list[int]] = field(default_factory=dict)
    totals: dict[Field, list[int]] = field(default_factory=dict)

    def add(self, value: Value, *, won: int = 0, lost: int = 0) -> None:
        """Count a value; negative numbers take it back. A value that nothing is left of was never seen."""
        counts = self.values.get(value)
        total = self.totals.setdefault(value[0], [0, 0, 0])
        if counts is None:
            counts = self.values[value] = [0, 0]
            total[0] += 1
        counts[0] += won
        counts[1] += lost
        total[1] += won
        total[2] += lost
        if counts == [0, 0]:
            del self.values[value]
            total[0] -= 1


@dataclass(slots=True)
class Counts:
    """What all closed deals add up to, per team.

    :param pipelines: by number; they say which stages come before which.
    :param minimum: below so many closed deals of a team there is no model (a setting).
    """

    pipelines: Mapping[int, PipelineFact]
    minimum: int = 30
    teams: dict[int, TeamCounts] = field(default_factory=dict)
    _reached: dict[tuple[int, int | None], tuple[Value, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def learn(self, deal: LearnedFrom) -> None:
        """Count a closed deal: won, 1 won for every stage and each value; lost, 1 lost for its stage, every
        earlier one and each value (METRICS 8)."""
        self._count(deal, 1)

    def unlearn(self, deal: LearnedFrom) -> None:
        """Take back what :meth:`learn` counted."""
        self._count(deal, -1)

    def _count(self, deal: LearnedFrom, sign: int) -> None:
        team = self.teams.setdefault(deal.team_id, TeamCounts())
        team.deals += sign
        won, lost = (sign, 0) if deal.won else (0, sign)
        for value in (*self.reached(deal), *deal.values):
            team.add(value, won=won, lost=lost)

    def reached(self, deal: LearnedFrom) -> tuple[Value, ...]:
        """The stages that a closed deal counts for, in order: won, all of its pipeline; lost, the one it was
        lost from and every earlier one (METRICS 8)."""
        key = deal.pipeline_id, None if deal.won else deal.stage_id
        found = self._reached.get(key)
        if found is None:
            stages = stages_up_to(self.pipelines[deal.pipeline_id], key[1])
            found = self._reached[key] = tuple((Field.STAGE, stage) for stage in stages)
        return found

    def predict(
        self, team_id: int, pipeline_id: int, stage_id: int, values: Iterable[Value], *, explain: bool = False
    ) -> Prediction | None:
        """What the model says of a deal in a stage (METRICS 8).

        S_won = W/(W+L) × Π won(v)/T_won(f), S_lost likewise, p = S_won / (S_won + S_lost). The common factor
        1/(W+L) is left out; the rest is multiplied out, so that all numbers are whole.

        :param explain: also say which values push the figure, and how much.
        :returns: None without a model: fewer closed deals than the minimum, or nothing known of the pipeline.
        """
        found = self._base(team_id, pipeline_id)
        if found is None:
            return None
        team, base = found
        factors = _factors(team, base, [(Field.STAGE, stage_id), *values])
        towards, against = _multiplied(base, factors)
        return Prediction(_bp(towards, against), _pushes(towards, against, factors) if explain else ())

    def foresee(self, deal: LearnedFrom) -> tuple[int, ...]:
        """What :meth:`predict` says of a closed deal in each stage that it reached, were it open there.

        :returns: hundredths of a percent, one per stage of :meth:`reached`; empty without a model.
        """
        found = self._base(deal.team_id, deal.pipeline_id)
        if found is None:
            return ()
        team, base = found
        # The stage is all that differs; the rest is multiplied once.
        towards, against = _multiplied(base, _factors(team, base, deal.values))
        told = []
        for stage in self.reached(deal):
            counts = team.values.get(stage)
            won, lost = (1, 1) if counts is None else _stage_factor(counts, base)
            told.append(_bp(towards * won, against * lost))
        return tuple(told)

    def _base(self, team_id: int, pipeline_id: int) -> tuple[TeamCounts, tuple[int, int]] | None:
        """The counts of a team, with the won and lost of the first stage, times ten; None without a model."""
        team = self.teams.get(team_id)
        pipeline = self.pipelines[pipeline_id]
        if team is None or team.deals < self.minimum or not pipeline.stages:
            return None
        first = team.values.get((Field.STAGE, pipeline.stages[0].id))
        return None if first is None else (team, (10 * first[0] + 1, 10 * first[1] + 1))

    def of(self, deal: Candidate, *, explain: bool = True) -> Prediction | None:
        """What the model says of an open deal."""
        return self.predict(deal.team_id, deal.pipeline_id, deal.stage_id, deal.values, explain=explain)


def _factors(
    team: TeamCounts, base: tuple[int, int], values: Iterable[Value]
) -> dict[Value, tuple[int, int]]:
    """What each value that the team knows multiplies S_won and S_lost with, times a common number."""
    found = {}
    for value in values:
        counts = team.values.get(value)
        if counts is None or (value[0] is Field.TAG and sum(counts) < TAG_MINIMUM):
            continue
        if value[0] is Field.STAGE:
            found[value] = _stage_factor(counts, base)
        else:
            seen, won, lost = team.totals[value[0]]
            all_won, all_lost = 10 * won + seen, 10 * lost + seen
            found[value] = ((10 * counts[0] + 1) * all_lost, (10 * counts[1] + 1) * all_won)
    return found


def _stage_factor(counts: Sequence[int], base: tuple[int, int]) -> tuple[int, int]:
    """The same of a stage: its totals are those of the first one."""
    return (10 * counts[0] + 1) * base[1], (10 * counts[1] + 1) * base[0]


def _multiplied(base: tuple[int, int], factors: Mapping[Value, tuple[int, int]]) -> tuple[int, int]:
    """S_won and S_lost, times a common number."""
    towards, against = base
    for won, lost in factors.values():
        towards *= won
        against *= lost
    return towards, against


def _bp(towards: int, against: int) -> int:
    """The chance in hundredths of a percent, never certain."""
    return min(HIGHEST_BP, max(LOWEST_BP, divided_half_up(towards * 10_000, towards + against)))


def _pushes(towards: int, against: int, factors: Mapping[Value, tuple[int, int]]) -> tuple[Push, ...]:
    """How much each value moves the figure: what it would be without the value, held against what it is."""
    chance = Fraction(towards, towards + against)
    found = []
    for (name, number), (won, lost) in factors.items():
        without = Fraction(towards // won, towards // won + against // lost)
        if without != chance:
            found.append(Push(name, number, chance - without))
    return tuple(sorted(found, key=lambda push: (-abs(push.push), push.field, push.value_id)))
