"""The win probability of open deals from all its sources, and how well the model did (METRICS 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from funnel_tui.db import Reader
from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.probability import Backtest, Candidate, Field, Prediction, Reason
from funnel_tui.metrics.backtest import backtest, replay, tenths
from funnel_tui.metrics.figures import ratio
from funnel_tui.metrics.funnel import close_ratios
from funnel_tui.metrics.probability import Counts
from funnel_tui.queries import learning, look
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_settings
from funnel_tui.queries.snapshot import closing_history
from funnel_tui.services.reports.looking import Looking

_BP = 10_000

Names = Mapping[Field, Mapping[int, str]]
"""What the values of each field are called, by number."""


@dataclass(frozen=True, slots=True)
class Chance:
    """An open deal and its probability from each source; None where a source says nothing.

    :param typed: typed by hand; it switches the model off for the deal.
    :param history: close ratio from its stage; ``history_n`` closed deals that reached the stage.
    """

    deal: Candidate
    stage_name: str
    owner: str
    typed: Fraction | None
    stage: Fraction
    history: Fraction | None
    history_n: int
    model: Fraction | None
    reasons: tuple[Reason, ...]

    @property
    def best(self) -> Fraction:
        """What the deals are put in order by: typed, else the model's, else the stage's."""
        if self.typed is not None:
            return self.typed
        return self.stage if self.model is None else self.model

    @property
    def source(self) -> str:
        """Where :attr:`best` is from."""
        return "typed" if self.typed is not None else "stage" if self.model is None else "model"


@dataclass(frozen=True, slots=True)
class Chances:
    """The open deals of a scope, those most likely to close in the period first.

    :param expected: how many are expected to close in the period, or should have been; they come first.
    :param learned: closed deals that the model knows; with fewer than ``minimum`` in a team it says nothing.
    :param short: (team, closed deals) of the teams with open deals that the model says nothing of; the team
        "" is that of the reps without one.
    :param counts: what was learned, and ``names`` what its values are called.
    """

    deals: tuple[Chance, ...]
    expected: int
    backtest: Backtest
    learned: int
    minimum: int
    short: tuple[tuple[str, int], ...]
    counts: Counts
    names: Names

    def reasons(self, deal: Candidate) -> tuple[Reason, ...]:
        """What pushes the model's figure of a deal; for those that were not explained at once."""
        said = None if deal.typed_bp is not None else self.counts.of(deal)
        return () if said is None else reasons_of(said, self.names)


def read_chances(looking: Looking, last_day: int | None, *, explain: bool = True) -> Chances:
    """The probabilities of the open deals of the scope, at as-of.

    What was learned before is used where it is up to date; otherwise, and for a past instant, everything is
    learned from the history in memory.

    :param last_day: the last day of the period, as a day number; None puts all deals in one group.
    :param explain: find the reasons of every deal.
    """
    counts, tested = _model(looking)
    names = read_names(looking.reader)
    found = []
    for selection in looking.selections:
        everybody = replace(selection.everything, owners=None)
        closing = close_ratios(selection.pipeline, closing_history(looking.reader, everybody))
        stages = {stage.id: stage for stage in selection.pipeline.stages}
        for deal in learning.candidates(looking.reader, selection):
            said = None if deal.typed_bp is not None else counts.of(deal, explain=explain)
            found.append(_chance(deal, stages[deal.stage_id], closing, said, names))
    soon = [is_expected(one.deal, last_day) for one in found]
    order = sorted(range(len(found)), key=lambda at: (not soon[at], -found[at].best, found[at].deal.deal_id))
    return Chances(
        deals=tuple(found[at] for at in order),
        expected=sum(soon),
        backtest=tested,
        learned=sum(team.deals for team in counts.teams.values()),
        minimum=counts.minimum,
        short=_short(looking.reader, counts, found),
        counts=counts,
        names=names,
    )


def _short(reader: Reader, counts: Counts, found: Iterable[Chance]) -> tuple[tuple[str, int], ...]:
    """The teams with open deals whose closed deals are too few for a model."""
    known = {number: team.deals for number, team in counts.teams.items()}
    asked = {one.deal.team_id for one in found if one.typed is None}
    short = {team for team in asked if known.get(team, 0) < counts.minimum}
    if not short:
        return ()
    names = dict(reader.rows("SELECT id, name FROM team"))
    named = ((str(names.get(team, "")), known.get(team, 0)) for team in short)
    return tuple(sorted(named, key=lambda pair: pair[0].casefold()))


def _model(looking: Looking) -> tuple[Counts, Backtest]:
    reader = looking.reader
    pipelines, minimum = read_pipelines(reader), read_settings(reader).model_minimum
    if looking.scope.as_of is None and is_learned(reader):
        counts = learning.read_counts(reader, pipelines, minimum)
        return counts, Backtest(tuple(tenths(learning.read_tenths(reader))))
    counts = Counts({pipeline.id: pipeline for pipeline in pipelines}, minimum)
    past = looking.selections[0].everything.past if looking.selections else None
    closed = learning.closed_deals(reader, looking.as_of, past or ())
    return counts, backtest(replay(counts, closed))


def is_learned(reader: Reader) -> bool:
    """Whether what was learned is up to date, so that it need not be learned again."""
    upto, newest = learning.learned_up_to(reader), learning.newest_group(reader)
    if upto is None or upto > newest or learning.ground_changed(reader, upto, newest):
        return False
    return upto == newest or not learning.any_touched(reader, upto, newest)


def is_expected(deal: Candidate, last_day: int | None) -> bool:
    """Whether a deal is expected to close by a day, or should have been."""
    return last_day is not None and deal.expected_close is not None and deal.expected_close <= last_day


def _chance(
    deal: Candidate,
    stage: StageFact,
    closing: Mapping[int, tuple[int, int]],
    said: Prediction | None,
    names: Names,
) -> Chance:
    won, closed = closing.get(deal.stage_id, (0, 0))
    return Chance(
        deal=deal,
        stage_name=stage.name,
        owner=names[Field.OWNER].get(deal.owner_id, ""),
        typed=None if deal.typed_bp is None else Fraction(deal.typed_bp, _BP),
        stage=Fraction(stage.probability_bp, _BP),
        history=ratio(won, closed),
        history_n=closed,
        model=None if said is None else Fraction(said.bp, _BP),
        reasons=() if said is None else reasons_of(said, names),
    )


def reasons_of(said: Prediction, names: Names) -> tuple[Reason, ...]:
    """What pushes a figure, by name."""
    return tuple(
        Reason(push.field, names[push.field].get(push.value_id, "?"), push.push) for push in said.pushes
    )


def read_names(reader: Reader) -> Names:
    """What the values of each field are called."""
    rows: Sequence[tuple[Field, str]] = (
        (Field.STAGE, "stage"),
        (Field.PRODUCT, "product"),
        (Field.TAG, "tag"),
    )
    named = {field: dict(reader.rows(f"SELECT id, name FROM {table}")) for field, table in rows}  # noqa: S608
    return {**named, Field.SOURCE: look.source_names(reader), Field.OWNER: look.rep_names(reader)}
