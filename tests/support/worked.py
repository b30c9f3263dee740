"""The worked example of the metric definitions (METRICS 11): ten deals, as facts and through the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import PipelineFact, StageFact, VisitFact
from funnel_tui.domain.status import VisitExit
from funnel_tui.metrics.projection import standing, visits_at

STAGES = ("S1", "S2", "S3", "S4")
PROBABILITIES = (1000, 2000, 5000, 8000)
STUCK_DAYS = (30, 30, 21, 14)
CURRENCY = "EUR"


def instant(day: str) -> int:
    """Midnight UTC of a day of 2026 such as ``01-11``, in epoch seconds."""
    return int(datetime.fromisoformat(f"2026-{day}").replace(tzinfo=UTC).timestamp())


AS_OF = instant("04-01")

Stay = tuple[str, str, str | None]


@dataclass(frozen=True)
class Example:
    """One deal: amount in whole units, its stays (stage, entered, left), and how each stay ended."""

    amount: int | None
    stays: tuple[Stay, ...]
    ends: dict[int, str]
    reason: str | None = None

    def exit_of(self, number: int) -> VisitExit | None:
        """How a stay ended; None for the open one."""
        if self.stays[number][2] is None:
            return None
        return VisitExit(self.ends.get(number, "moved"))


def _path(text: str) -> tuple[Stay, ...]:
    """``S1 01-01, S2 01-11, > 01-21``: each stay ends when the next begins; ``>`` is the last end."""
    parts = [part.strip().split() for part in text.split(",")]
    stays: list[Stay] = []
    for (stage, day), following in zip(parts, [*parts[1:], None], strict=True):
        if stage != ">":
            stays.append((stage, day, following[1] if following else None))
    return tuple(stays)


DEALS: dict[str, Example] = {
    "D1": Example(10_000, _path("S1 01-01, S2 01-11, S3 01-21, S4 02-10, > 03-02"), {3: "won"}),
    "D2": Example(20_000, _path("S1 01-05, S3 01-15, S4 02-04, > 02-14"), {2: "won"}),
    "D3": Example(
        8_000, _path("S1 01-10, S2 01-20, S1 02-09, S2 02-14, S3 02-24, > 03-06"), {4: "lost"}, "price"
    ),
    "D4": Example(5_000, _path("S1 01-02, > 02-01"), {0: "lost"}, "no need"),
    "D5": Example(12_000, _path("S1 02-01, S2 02-15"), {}),
    "D6": Example(None, _path("S1 03-01"), {}),
    "D7": Example(15_000, _path("S1 02-10, S2 02-20, S3 03-12, S2 03-22"), {}),
    "D8": Example(6_000, _path("S3 02-05, > 02-25"), {0: "lost"}, "competitor"),
    "D9": Example(
        9_000,
        (*_path("S1 01-20, S2 01-30, > 02-19"), *_path("S2 03-01, S3 03-11, > 03-21")),
        {1: "lost", 3: "won"},
        "price",
    ),
    "D10": Example(30_000, _path("S1 03-10, S4 03-20"), {}),
}

PIPELINE = PipelineFact(
    1,
    "Sales",
    tuple(
        StageFact(number, name, number, probability, stuck)
        for number, (name, probability, stuck) in enumerate(
            zip(STAGES, PROBABILITIES, STUCK_DAYS, strict=True), 1
        )
    ),
)


def visits(example: Example) -> list[VisitFact]:
    """The visits of a deal, owned by rep 1."""
    return [
        VisitFact(
            pipeline_id=1,
            stage_id=STAGES.index(stage) + 1,
            entered_at=instant(entered),
            left_at=None if left is None else instant(left),
            exit=example.exit_of(number),
            owner_id=1,
            exit_owner_id=None if left is None else 1,
            loss_reason_id=1 if example.exit_of(number) is VisitExit.LOST else None,
        )
        for number, (stage, entered, left) in enumerate(example.stays)
    ]


def fact(number: int, name: str, as_of: int = AS_OF) -> DealFact:
    """A deal of the example as it stood at an instant."""
    example = DEALS[name]
    stands = standing(visits_at(visits(example), as_of), PIPELINE.ladder)
    amount = None if example.amount is None else example.amount * 100
    return DealFact(
        id=number,
        pipeline_id=1,
        stage_id=stands.stage_id,
        status=stands.status,
        furthest=stands.furthest,
        visited_mask=stands.visited_mask,
        straight=stands.straight,
        entered_at=stands.entered_at,
        created_at=instant(example.stays[0][1]),
        created_owner_id=1,
        owner_id=1,
        closed_at=stands.closed_at,
        closed_owner_id=stands.closed_owner_id,
        closed_base=None if stands.closed_at is None else amount,
        amount=amount,
        currency=None if amount is None else CURRENCY,
        loss_reason_id=stands.loss_reason_id,
        stages=tuple(stands.stages),
    )


def facts(as_of: int = AS_OF) -> list[DealFact]:
    """All deals of the example that existed at an instant, as they stood then."""
    return [
        fact(number, name, as_of)
        for number, (name, example) in enumerate(DEALS.items(), 1)
        if instant(example.stays[0][1]) <= as_of
    ]
