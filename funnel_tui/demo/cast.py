"""Who and what the demo is about: reps with habits of their own, stages with their odds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from funnel_tui.domain.facts import Ladder
from funnel_tui.domain.interactions import KINDS as INTERACTION_KINDS
from funnel_tui.domain.status import ForecastCategory

BASE_CURRENCY = "NOK"
TIME_ZONE = "Europe/Oslo"

REGION = "Scandinavia"
TEAMS = (("Norway", REGION), ("Sweden & Denmark", REGION), ("Continental", None))


@dataclass(frozen=True, slots=True)
class Seller:
    """A rep and how he or she sells.

    :param team: a name in ``TEAMS``.
    :param leads: the share of new deals, relative to the others.
    :param losing: multiplies the odds of losing a deal in a stage; under 1 is a good closer.
    :param pace: multiplies the days in a stage.
    :param euro: the share of deals in EUR.
    :param calls: the share of calls to strangers, relative to the others.
    :param quota: quota per quarter relative to what is usually won; None for a rep without one.
    """

    name: str
    team: str
    leads: float
    losing: float
    pace: float
    euro: float
    calls: float
    quota: float | None


SELLERS = (
    Seller("Anna Berg", "Norway", 1.3, 0.78, 0.85, 0.05, 0.4, 1.00),
    Seller("Kari Lie", "Norway", 1.1, 0.90, 1.00, 0.05, 0.6, 1.05),
    Seller("Ola Haugen", "Norway", 1.0, 1.05, 1.25, 0.05, 0.6, 0.95),
    Seller("Sigrid Aas", "Norway", 0.8, 1.15, 0.95, 0.10, 2.0, 1.10),
    Seller("Erik Lindqvist", "Sweden & Denmark", 1.1, 0.95, 1.05, 0.35, 0.6, 0.90),
    Seller("Freja Møller", "Sweden & Denmark", 1.0, 0.85, 0.90, 0.40, 0.5, 1.00),
    Seller("Jonas Nyström", "Sweden & Denmark", 0.8, 1.25, 1.40, 0.35, 1.8, 1.15),
    Seller("Marta Kowalska", "Continental", 1.0, 0.92, 1.10, 0.85, 0.6, 1.00),
    Seller("Lukas Brandt", "Continental", 1.1, 1.00, 1.00, 0.80, 0.7, 1.05),
    Seller("Élise Moreau", "Continental", 0.5, 1.10, 1.15, 0.90, 3.0, None),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage and what usually happens in it.

    :param probability_bp: the stage's own win probability, in hundredths of a percent.
    :param stuck_days: its threshold, or None.
    :param loses: the share of deals that are lost from it.
    :param days: the usual stay.
    :param used: whether any deal is ever in it.
    """

    name: str
    probability_bp: int
    stuck_days: int | None
    category: ForecastCategory
    loses: float
    days: float
    used: bool = True


@dataclass(frozen=True, slots=True)
class Process:
    """A pipeline of the demo.

    :param share: of all deals.
    :param amount: the usual amount of a deal in the base currency, in whole units.
    :param spread: how far amounts lie apart (sigma of their logarithm).
    """

    name: str
    share: float
    amount: int
    spread: float
    steps: tuple[Step, ...]


PROCESSES = (
    Process(
        "New business",
        0.85,
        180_000,
        0.8,
        (
            Step("Lead", 1000, 14, ForecastCategory.OMITTED, 0.22, 8),
            Step("Qualified", 2500, 30, ForecastCategory.PIPELINE, 0.17, 13),
            Step("Proposal", 4000, 30, ForecastCategory.BEST_CASE, 0.50, 16),
            Step("Negotiation", 6500, 21, ForecastCategory.COMMIT, 0.22, 12),
            Step("Contract", 9000, 14, ForecastCategory.COMMIT, 0.06, 6),
        ),
    ),
    Process(
        "Renewals",
        0.15,
        95_000,
        0.5,
        (
            Step("Notice", 6000, None, ForecastCategory.PIPELINE, 0.12, 12),
            Step("Review", 7000, 30, ForecastCategory.BEST_CASE, 0.22, 14),
            Step("Legal review", 8000, 14, ForecastCategory.COMMIT, 0.0, 0, used=False),
            Step("Signature", 9000, 14, ForecastCategory.COMMIT, 0.08, 7),
        ),
    ),
)

SOURCES = (
    # name, share of the deals, multiplies the odds of losing
    ("Website", 0.27, 1.10),
    ("Referral", 0.20, 0.72),
    ("Existing customer", 0.18, 0.75),
    ("Partner", 0.13, 0.95),
    ("Trade fair", 0.12, 1.20),
    ("Cold call", 0.10, 1.40),
)
TAGS = ("strategic", "public tender", "upsell", "pilot", "competitor inside")
LOSS_REASONS = (
    # name, share in an early stage, share in a late one
    ("Price", 0.15, 0.40),
    ("Competitor", 0.15, 0.25),
    ("No budget", 0.20, 0.10),
    ("No need", 0.25, 0.05),
    ("No decision", 0.15, 0.15),
    ("Timing", 0.10, 0.05),
)
KINDS = tuple(INTERACTION_KINDS.items())


@dataclass(frozen=True, slots=True)
class Rung:
    """A stage that deals visit: its number, its index among those visited, and its odds."""

    stage_id: int
    pipeline_id: int
    step: Step


@dataclass(frozen=True, slots=True)
class Cast:
    """The numbers that the rows of the demo were given.

    :param rungs: the stages deals visit, per process in the order of ``PROCESSES``.
    :param ladders: all stages of each pipeline, by its number.
    :param reps: by place in ``SELLERS``.
    :param sources: by place in ``SOURCES``; the same for ``reasons``, ``tags`` and ``kinds``.
    :param first_organisation: organisations and persons are numbered upwards from their first; organisation
        ``first + k`` has the persons ``first + 2k`` and ``first + 2k + 1``.
    """

    rungs: tuple[tuple[Rung, ...], ...]
    ladders: dict[int, Ladder]
    reps: tuple[int, ...]
    teams: dict[str, int]
    sources: tuple[int, ...]
    reasons: tuple[int, ...]
    tags: tuple[int, ...]
    kinds: dict[str, int]
    first_organisation: int = 0
    first_person: int = 0
    organisations: tuple[str, ...] = ()


def values_of_step(pipeline_id: int, position: int, step: Step) -> dict[str, Any]:
    """The columns of a stage."""
    return {
        "pipeline_id": pipeline_id,
        "name": step.name,
        "position": position,
        "probability_bp": step.probability_bp,
        "stuck_days": step.stuck_days,
        "category": step.category,
    }
