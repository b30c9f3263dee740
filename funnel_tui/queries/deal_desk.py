"""What there is to choose from when a deal is made, edited or moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from funnel_tui.db.reader import Reader
from funnel_tui.domain.money import Money
from funnel_tui.domain.status import Staging

Named = tuple[int, str]
"""The number and the name of a row; the name is user text."""

DEMAND = "demand"
"""What the customer asks for, among the fields that a deal must have."""

_STAGES = """
SELECT p.id, p.name, p.staging, p.record_demand,
       s.id, s.name, s.position, s.probability_bp, s.required_fields, s.retired
FROM pipeline p JOIN stage s ON s.pipeline_id = p.id
WHERE p.in_use = 1 OR p.id = :pipeline
ORDER BY p.position, p.id, s.position
"""
_REPS = "SELECT id, name FROM rep WHERE active = 1 ORDER BY name, id"
_SOURCES = "SELECT name FROM source ORDER BY name, id"
_TAGS = "SELECT name FROM tag ORDER BY name, id"
_PRODUCTS = "SELECT name, price_minor, currency FROM product ORDER BY name, id"
_PEOPLE = """
SELECT p.id, p.name, p.email, o.id, o.name
FROM person p LEFT JOIN organisation o ON o.id = p.organisation_id WHERE {where} ORDER BY p.name, p.id
"""
_REASONS = "SELECT name FROM loss_reason WHERE active = 1 ORDER BY name, id"


@dataclass(frozen=True, slots=True)
class DeskStage:
    """A stage.

    :param probability_bp: in hundredths of a percent.
    :param required: the fields that a deal must have before it goes on from here; ``demand`` where the
        pipeline wants to know what the customer asks for.
    """

    id: int
    name: str
    position: int
    probability_bp: int
    required: tuple[str, ...]
    retired: bool


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """Somebody to choose, and where they are."""

    id: int
    name: str
    email: str | None
    organisation_id: int | None
    organisation: str | None


@dataclass(frozen=True, slots=True)
class DeskPipeline:
    """A pipeline with its stages in order, retired ones too."""

    id: int
    name: str
    staging: Staging
    stages: tuple[DeskStage, ...]

    def stage(self, stage_id: int) -> DeskStage:
        """The stage with a number."""
        return next(stage for stage in self.stages if stage.id == stage_id)

    def beside(self, stage_id: int, steps: int) -> DeskStage | None:
        """The stage in use next to another one.

        :param steps: 1 for the one after it, -1 for the one before it.
        """
        here = self.stage(stage_id).position
        others = [stage for stage in self.stages if not stage.retired]
        if steps > 0:
            return next((stage for stage in others if stage.position > here), None)
        return next((stage for stage in reversed(others) if stage.position < here), None)


def read_pipelines_in_use(reader: Reader, also: int | None = None) -> tuple[DeskPipeline, ...]:
    """The pipelines in use.

    :param also: one that is wanted whether or not it is in use.
    """
    heads: dict[int, tuple[str, Staging]] = {}
    stages: dict[int, list[DeskStage]] = {}
    for number, name, staging, record_demand, *stage in reader.rows(_STAGES, {"pipeline": also or 0}):
        heads[number] = name, Staging(staging)
        stage_id, title, position, probability, required, retired = stage
        fields = (*filter(None, required.split(",")), *((DEMAND,) if record_demand else ()))
        stages.setdefault(number, []).append(
            DeskStage(stage_id, title, position, probability, fields, bool(retired))
        )
    return tuple(DeskPipeline(number, *heads[number], tuple(stages[number])) for number in heads)


def read_words(reader: Reader) -> tuple[tuple[Named, ...], tuple[str, ...], tuple[str, ...]]:
    """The active reps, the sources, and the loss reasons in use."""
    reps = tuple((int(number), str(name)) for number, name in reader.rows(_REPS))
    return (
        reps,
        tuple(str(row[0]) for row in reader.rows(_SOURCES)),
        tuple(str(row[0]) for row in reader.rows(_REASONS)),
    )


def read_tags(reader: Reader) -> tuple[str, ...]:
    """The known tags."""
    return tuple(str(row[0]) for row in reader.rows(_TAGS))


def read_products(reader: Reader) -> dict[str, Money | None]:
    """The known products with their prices."""
    return {
        str(name): None if minor is None or currency is None else Money(int(minor), str(currency))
        for name, minor, currency in reader.rows(_PRODUCTS)
    }


def people_numbered(reader: Reader, numbers: Sequence[int]) -> dict[int, DeskPerson]:
    """Some people by their numbers."""
    if not numbers:
        return {}
    listed = ", ".join(str(int(number)) for number in numbers)
    rows = reader.rows(_PEOPLE.format(where=f"p.id IN ({listed})"))
    return {row[0]: DeskPerson(*row) for row in rows}


def people_at(reader: Reader, organisation_id: int) -> list[DeskPerson]:
    """The people of an organisation by name."""
    rows = reader.rows(_PEOPLE.format(where="p.organisation_id = :place"), {"place": organisation_id})
    return [DeskPerson(*row) for row in rows]
