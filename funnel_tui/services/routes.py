"""A pipeline with its stages inside a transaction: where a deal may be put."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from funnel_tui.domain.facts import Ladder
from funnel_tui.domain.said import said
from funnel_tui.domain.status import Staging
from funnel_tui.errors import NotFound, Refused
from funnel_tui.models import Pipeline, Stage
from funnel_tui.services.transaction import Transaction, table_of

_pipeline, _stage = table_of(Pipeline), table_of(Stage)

# Built once: building a statement costs as much as running it.
_READ_STAGES = (
    select(_stage.c.id, _stage.c.name, _stage.c.position, _stage.c.retired, _stage.c.required_fields)
    .where(_stage.c.pipeline_id == bindparam("pipeline"))
    .order_by(_stage.c.position)
)
_READ_PIPELINE = select(
    _pipeline.c.name, _pipeline.c.staging, _pipeline.c.in_use, _pipeline.c.record_demand
).where(_pipeline.c.id == bindparam("pipeline"))
_STAGE_PIPELINE = select(_stage.c.pipeline_id).where(_stage.c.id == bindparam("stage"))


@dataclass(frozen=True, slots=True)
class StageRow:
    """What moving needs to know of a stage."""

    id: int
    name: str
    position: int
    retired: bool
    required_fields: str


@dataclass(frozen=True, slots=True)
class Route:
    """A pipeline with its stages, as they stand in the transaction.

    :param record_demand: whether its deals must say what the customer asks for.
    """

    pipeline_id: int
    name: str
    staging: Staging
    in_use: bool
    stages: Mapping[int, StageRow]
    record_demand: bool = False

    @classmethod
    def read(cls, call: Transaction, pipeline_id: int) -> Route:
        """Read a pipeline.

        :raises NotFound: when there is none with that number.
        """
        connection = call.connection
        head = connection.execute(_READ_PIPELINE, {"pipeline": pipeline_id}).first()
        if head is None:
            raise NotFound(said("There is no pipeline with number {number}.", number=pipeline_id))
        rows = connection.execute(_READ_STAGES, {"pipeline": pipeline_id})
        stages = {row[0]: StageRow(*row) for row in rows}
        return cls(pipeline_id, head[0], head[1], head[2], stages, bool(head[3]))

    @property
    def ladder(self) -> Ladder:
        """The positions of the stages."""
        return Ladder(
            self.pipeline_id,
            {stage.id: stage.position for stage in self.stages.values()},
            tuple(stage.position for stage in self.stages.values() if not stage.retired),
        )

    def stage(self, stage_id: int) -> StageRow:
        """A stage of the pipeline that deals can be put into.

        :raises NotFound: when it is no stage of this pipeline.
        :raises Refused: when it is retired.
        """
        stage = self.stages.get(stage_id)
        if stage is None:
            raise NotFound(
                said("{pipeline} has no stage with number {number}.", pipeline=self.name, number=stage_id)
            )
        if stage.retired:
            raise Refused(
                said("{stage} is retired.", stage=stage.name),
                said("Choose a stage that is in use, or restore this one."),
            )
        return stage

    def first(self) -> StageRow:
        """The first stage in use.

        :raises Refused: when there is none.
        """
        for stage in self.stages.values():
            if not stage.retired:
                return stage
        raise Refused(said("{pipeline} has no stage yet.", pipeline=self.name), said("Add a stage first."))


def pipeline_of(call: Transaction, stage_id: int) -> int:
    """The pipeline that a stage belongs to.

    :raises NotFound: when there is no such stage.
    """
    found = call.connection.execute(_STAGE_PIPELINE, {"stage": stage_id}).scalar()
    if found is None:
        raise NotFound(said("There is no stage with number {number}.", number=stage_id))
    return int(found)
