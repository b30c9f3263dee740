"""Win probability: what the model learns from, what it says, and how well it did (METRICS 8)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.money import Money


class Field(StrEnum):
    """What the model looks at."""

    STAGE = "stage"
    SOURCE = "source"
    OWNER = "owner"
    PRODUCT = "product"
    TAG = "tag"


Value = tuple[Field, int]
"""A field and the number of its value: of a stage, a source, a rep, a product, a tag."""

NO_TEAM = 0
"""The team of reps without one; counts are kept per team."""


@dataclass(frozen=True, slots=True)
class LearnedFrom:
    """A closed deal, as far as the model is concerned.

    :param team_id: of the rep who owned it at closing, or :data:`NO_TEAM`.
    :param stage_id: the stage it was closed from.
    :param values: its values in all fields but the stage.
    """

    deal_id: int
    team_id: int
    pipeline_id: int
    stage_id: int
    won: bool
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open deal whose chance is asked for.

    :param typed_bp: the probability typed by hand, in hundredths of a percent, or None.
    :param expected_close: day number, or None.
    :param amount: in the currency of the deal, or None.
    """

    deal_id: int
    title: str
    team_id: int
    pipeline_id: int
    stage_id: int
    owner_id: int
    typed_bp: int | None
    expected_close: int | None
    values: tuple[Value, ...]
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """How a value moves the model's figure.

    :param push: the model's probability minus what it would be without this value.
    """

    field: Field
    value_id: int
    push: Fraction


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of a deal.

    :param bp: hundredths of a percent, 1 to 9,999.
    :param pushes: the strongest first.
    """

    bp: int
    pushes: tuple[Push, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A value that pushes the model's figure, by its name (user text).

    :param push: what it adds to the probability (less than 0: takes away).
    """

    field: Field
    value: str
    push: Fraction


@dataclass(frozen=True, slots=True)
class DealChances:
    """The probability of an open deal from each source; None where a source says nothing (METRICS 8).

    :param typed: typed by hand; it switches the model off for the deal.
    :param history: close ratio from its stage; ``history_n`` closed deals that reached the stage.
    :param reasons: what pushes the model's figure, the strongest first.
    :param learned: closed deals of the team that the model knows; from ``minimum`` on it says something.
        None when nothing was ever learned: opening a deal must stay quick and does not begin it.
    """

    typed: Fraction | None
    stage: Fraction
    history: Fraction | None
    history_n: int
    model: Fraction | None
    reasons: tuple[Reason, ...]
    learned: int | None
    minimum: int


@dataclass(slots=True)
class Tenth:
    """Predictions of past deals that lay in the same tenth. A deal was predicted for each stage it reached.

    :param lowest: the tenth, 0 to 9: 3 is 30 % up to 40 %.
    :param n: how many predictions.
    :param deals: how many of them were for the first stage of the pipeline. Each deal has one, so over all
        tenths these are the deals.
    :param won: how many of the predictions were of deals that were won.
    :param predicted: the sum of the predictions, in hundredths of a percent.
    :param model_error: the sum of (prediction − outcome)², in squares of hundredths of a percent.
    :param stage_error: the same with the probability of the stage.
    """

    lowest: int
    n: int = 0
    deals: int = 0
    won: int = 0
    predicted: int = 0
    model_error: int = 0
    stage_error: int = 0

    @property
    def share_won(self) -> Fraction | None:
        """How many of them were of deals that were really won."""
        return Fraction(self.won, self.n) if self.n else None

    @property
    def mean_predicted(self) -> Fraction | None:
        """What was predicted, on average."""
        return Fraction(self.predicted, self.n * 10_000) if self.n else None


@dataclass(frozen=True, slots=True)
class Backtest:
    """How well the model did: every past deal was predicted, from the deals closed before it, for each stage
    that it reached.

    :param tenths: ten, by predicted probability.
    """

    tenths: tuple[Tenth, ...]

    @property
    def deals(self) -> int:
        """How many past deals could be predicted."""
        return sum(tenth.deals for tenth in self.tenths)

    @property
    def predictions(self) -> int:
        """How many predictions there were of them."""
        return sum(tenth.n for tenth in self.tenths)

    @property
    def brier_model(self) -> Fraction | None:
        """The mean of (probability − outcome)² over all predictions: 0 is perfect, 0.25 is tossing a coin.
        None without any."""
        return self._brier(sum(tenth.model_error for tenth in self.tenths))

    @property
    def brier_stage(self) -> Fraction | None:
        """The same with the probability of the stage that was predicted for."""
        return self._brier(sum(tenth.stage_error for tenth in self.tenths))

    def _brier(self, error: int) -> Fraction | None:
        n = self.predictions
        return Fraction(error, n * 10_000**2) if n else None


def stages_up_to(pipeline: PipelineFact, stage_id: int | None) -> list[int]:
    """The stages of a pipeline up to one of them, or all of them."""
    places = {stage.id: stage.position for stage in pipeline.stages}
    last = pipeline.length if stage_id is None else places.get(stage_id, 0)
    return [stage.id for stage in pipeline.stages if stage.position <= last]
