"""Tables of the selling process: pipelines (deal types), their stages and the tasks of a stage."""

from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint

from funnel_tui.domain.status import ForecastCategory, Staging
from funnel_tui.models.base import STRICT, Row, flag, key, one_of, ref, text, whole, within, word, zero_or_one

MAX_STAGES = 60
"""The stages a deal was in are kept as bits of one 64-bit number."""


class Pipeline(Row, table=True):
    """A deal type with its own stages [1C]."""

    __table_args__: ClassVar = (
        one_of("staging", Staging),
        zero_or_one("in_use"),
        zero_or_one("record_demand"),
        STRICT,
    )

    id: int | None = key()
    name: str = text(unique=True)
    position: int = whole(1)
    staging: Staging = word(Staging, Staging.MANUAL)
    in_use: bool = flag(True)
    record_demand: bool = flag(False)
    qualified_position: int | None = whole(None)
    version: int = whole(1)


class Stage(Row, table=True):
    """A step of a pipeline. A retired stage keeps its position (METRICS 2)."""

    __table_args__: ClassVar = (
        UniqueConstraint("pipeline_id", "position"),
        UniqueConstraint("pipeline_id", "name"),
        within("position", 1, 2 * MAX_STAGES),
        within("probability_bp", 0, 10_000),
        one_of("category", ForecastCategory),
        zero_or_one("retired"),
        STRICT,
    )

    id: int | None = key()
    pipeline_id: int = ref("pipeline.id")
    name: str = text()
    position: int = whole()
    probability_bp: int = whole(0)
    stuck_days: int | None = whole(None)
    category: ForecastCategory = word(ForecastCategory, ForecastCategory.PIPELINE)
    required_fields: str = text("")
    retired: bool = flag(False)
    version: int = whole(1)


class StageTaskTemplate(Row, table=True):
    """A task that a stage of an automatic pipeline creates for the owner."""

    __table_args__: ClassVar = (Index(None, "stage_id", "position"), STRICT)

    id: int | None = key()
    stage_id: int = ref("stage.id")
    position: int = whole(1)
    kind: str = text()
    title: str = text()
    due_days: int = whole(0)
