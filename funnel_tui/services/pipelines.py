"""Pipelines and their stages: create, edit, order, retire. Each call is one transaction and one change group.

Positions are 1..N without a gap, retired stages included. What deals have reached follows from positions, so
every change of them is followed by a rebuild of the pipeline's deals in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from funnel_tui.errors import InvalidInput, Refused, StaleEdit
from funnel_tui.language import tr, trn
from funnel_tui.models import Pipeline, Setting, Stage, StageTaskTemplate
from funnel_tui.models.inputs import (
    PipelineCreate,
    PipelineUpdate,
    StageCreate,
    StageUpdate,
    checked,
    label_of,
)
from funnel_tui.models.pipelines import MAX_STAGES
from funnel_tui.services.derived import rebuild_pipeline
from funnel_tui.services.entity_words import entity_word
from funnel_tui.services.stage_tasks import loss_key
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.workspace import Workspace

StageInput = str | Mapping[str, Any]
"""The name of a new stage, or its fields: name, probability_bp, stuck_days, category, required_fields."""

_stage = table_of(Stage)


def create_pipeline(
    workspace: Workspace,
    *,
    name: str,
    stages: Sequence[StageInput] = (),
    staging: str = "manual",
    record_demand: bool = False,
) -> int:
    """Create a pipeline (a deal type) with its stages.

    :param stages: in order; at most 60.
    :param staging: ``manual`` (any stage, skipping allowed), ``automatic`` (in order) or ``none``.
    :param record_demand: whether deals record what the customer first asked for.
    :returns: its number.
    :raises InvalidInput: for a name that is taken, two stages of one name, or another bad value.
    :raises Refused: with more stages than there can be.
    """
    given = checked(PipelineCreate, {"name": name, "staging": staging, "record_demand": record_demand})
    ladder = [_stage_input(stage) for stage in stages]
    _limit(len(ladder))
    with workspace.change("create_pipeline") as call:
        call.alone()
        _free_name(call, "SELECT id, name FROM pipeline", {}, given.name, "pipeline")
        top = call.reader.rows("SELECT coalesce(max(position), 0) FROM pipeline")[0][0]
        call.summary = tr("Created pipeline {pipeline}").format(pipeline=given.name)
        pipeline_id = call.insert(Pipeline, {**given.model_dump(), "position": int(top) + 1})
        seen: set[str] = set()
        for position, stage in enumerate(ladder, 1):
            if stage.name.casefold() in seen:
                raise InvalidInput("name", tr("Two stages are called {stage!r}.").format(stage=stage.name))
            seen.add(stage.name.casefold())
            call.insert(Stage, {**stage.model_dump(), "pipeline_id": pipeline_id, "position": position})
    return pipeline_id


def edit_pipeline(
    workspace: Workspace, *, pipeline_id: int, changes: Mapping[str, Any], version: int | None = None
) -> int:
    """Rename a pipeline, switch it on or off, or change its staging.

    :param changes: name, staging, in_use, record_demand, qualified_position (the stage from which a deal
        counts as qualified, METRICS 5; None for no such stage).
    :param version: the version that the changes are based on, or None not to ask.
    :returns: the new version.
    :raises StaleEdit: when somebody else changed it since.
    """
    given = checked(PipelineUpdate, changes).model_dump(exclude_unset=True)
    with workspace.change("edit_pipeline") as call:
        call.alone()
        pipeline = call.get(Pipeline, pipeline_id)
        _same_version(pipeline, version, given)
        if "name" in given:
            _free_name(call, "SELECT id, name FROM pipeline", {}, given["name"], "pipeline", but=pipeline_id)
        wanted = given.get("qualified_position")
        if wanted is not None and wanted > len(_ladder(call, pipeline_id)):
            raise InvalidInput(
                "qualified_position",
                tr("{pipeline} has no stage at position {position}.").format(
                    pipeline=pipeline["name"], position=wanted
                ),
            )
        call.summary = tr("Edited pipeline {pipeline}: {fields}").format(
            pipeline=pipeline["name"], fields=_changed(pipeline, given)
        )
        return call.update(Pipeline, pipeline, given)


def add_stage(
    workspace: Workspace,
    *,
    pipeline_id: int,
    name: str,
    position: int | None = None,
    probability_bp: int = 0,
    stuck_days: int | None = None,
    category: str = "pipeline",
    required_fields: Sequence[str] = (),
) -> int:
    """Add a stage, at the end or before the stage that is at a position now.

    :param position: 1 for the first; None for the end.
    :param probability_bp: win probability in hundredths of a percent.
    :param stuck_days: a deal is stuck after this many days here; None for the team's rule.
    :param category: the forecast category: commit, best_case, pipeline or omitted.
    :param required_fields: what must be filled in before a deal moves on: amount, expected_close,
        organisation, source, probability.
    :returns: its number.
    :raises Refused: when the pipeline has as many stages as it can have.
    """
    given = _stage_input(
        {
            "name": name,
            "probability_bp": probability_bp,
            "stuck_days": stuck_days,
            "category": category,
            "required_fields": ",".join(required_fields),
        }
    )
    with workspace.change("add_stage") as call:
        call.alone()
        pipeline = call.get(Pipeline, pipeline_id)
        ladder = _ladder(call, pipeline_id)
        _limit(len(ladder) + 1)
        _free_stage_name(call, pipeline_id, given.name)
        place = len(ladder) + 1 if position is None else position
        if not 1 <= place <= len(ladder) + 1:
            raise InvalidInput(
                "position", tr("The position must be between 1 and {last}.").format(last=len(ladder) + 1)
            )
        call.summary = tr("Added stage {stage} to {pipeline}").format(
            stage=given.name, pipeline=pipeline["name"]
        )
        order: list[int | None] = [stage["id"] for stage in ladder]
        order.insert(place - 1, None)
        _place(call, pipeline, ladder, order)
        stage_id = call.insert(Stage, {**given.model_dump(), "pipeline_id": pipeline_id, "position": place})
        rebuild_pipeline(call.connection, pipeline_id)
    return stage_id


def edit_stage(
    workspace: Workspace, *, stage_id: int, changes: Mapping[str, Any], version: int | None = None
) -> int:
    """Rename a stage or change its probability, threshold, category or required fields.

    :param changes: name, probability_bp, stuck_days, category, required_fields.
    :param version: the version that the changes are based on, or None not to ask.
    :returns: the new version.
    :raises StaleEdit: when somebody else changed it since.
    """
    given = checked(StageUpdate, changes).model_dump(exclude_unset=True)
    with workspace.change("edit_stage") as call:
        call.alone()
        stage = call.get(Stage, stage_id)
        _same_version(stage, version, given)
        if "name" in given:
            _free_stage_name(call, stage["pipeline_id"], given["name"], but=stage_id)
        call.summary = tr("Edited stage {stage}: {fields}").format(
            stage=stage["name"], fields=_changed(stage, given)
        )
        return call.update(Stage, stage, given)


def reorder_stages(workspace: Workspace, *, pipeline_id: int, stage_ids: Sequence[int]) -> None:
    """Put the stages of a pipeline into another order; what its deals have reached is worked out anew.

    :param stage_ids: all of its stages, retired ones too.
    :raises InvalidInput: when one is missing, foreign or there twice.
    """
    with workspace.change("reorder_stages") as call:
        call.alone()
        pipeline = call.get(Pipeline, pipeline_id)
        ladder = _ladder(call, pipeline_id)
        if sorted(stage_ids) != sorted(stage["id"] for stage in ladder):
            raise InvalidInput(
                "stage_ids",
                tr("The order must name every stage of {pipeline} once.").format(pipeline=pipeline["name"]),
            )
        call.summary = tr("Reordered the stages of {pipeline}").format(pipeline=pipeline["name"])
        _place(call, pipeline, ladder, list(stage_ids))
        rebuild_pipeline(call.connection, pipeline_id)


def retire_stage(workspace: Workspace, *, stage_id: int) -> None:
    """Take a stage out of use. It keeps its position and its history; deals in it stay until they are moved.

    :raises Refused: when it is retired already, or the last stage in use.
    """
    with workspace.change("retire_stage") as call:
        call.alone()
        stage = call.get(Stage, stage_id)
        if stage["retired"]:
            raise Refused(tr("{stage} is retired already.").format(stage=stage["name"]))
        if all(other["retired"] or other["id"] == stage_id for other in _ladder(call, stage["pipeline_id"])):
            raise Refused(
                tr("{stage} is the last stage in use.").format(stage=stage["name"]),
                tr("Add another one first."),
            )
        call.summary = tr("Retired stage {stage}").format(stage=stage["name"])
        call.update(Stage, stage, {"retired": True})
        rebuild_pipeline(call.connection, stage["pipeline_id"])


def restore_stage(workspace: Workspace, *, stage_id: int) -> None:
    """Put a retired stage to use again.

    :raises Refused: when it is in use.
    """
    with workspace.change("restore_stage") as call:
        call.alone()
        stage = call.get(Stage, stage_id)
        if not stage["retired"]:
            raise Refused(tr("{stage} is in use.").format(stage=stage["name"]))
        call.summary = tr("Restored stage {stage}").format(stage=stage["name"])
        call.update(Stage, stage, {"retired": False})
        rebuild_pipeline(call.connection, stage["pipeline_id"])


def delete_stage(workspace: Workspace, *, stage_id: int) -> None:
    """Delete a stage that no deal was ever in; the stages after it move up.

    :raises Refused: when a deal was in it, or it is the only one in use.
    """
    with workspace.change("delete_stage") as call:
        call.alone()
        stage = call.get(Stage, stage_id)
        visited = call.reader.rows(
            "SELECT count(DISTINCT deal_id) FROM stage_visit WHERE stage_id = :stage", {"stage": stage_id}
        )[0][0]
        if visited:
            words = trn(
                "{stage} cannot be deleted: {n:,} deal was in it, and history is kept.",
                "{stage} cannot be deleted: {n:,} deals were in it, and history is kept.",
                visited,
            )
            raise Refused(
                words.format(stage=stage["name"], n=visited),
                tr("Retire the stage instead; move the open deals on first if there are any."),
            )
        pipeline = call.get(Pipeline, stage["pipeline_id"])
        ladder = _ladder(call, pipeline["id"])
        if all(other["retired"] or other["id"] == stage_id for other in ladder):
            raise Refused(
                tr("{stage} is the last stage in use.").format(stage=stage["name"]),
                tr("Add another one first."),
            )
        call.summary = tr("Deleted stage {stage} of {pipeline}").format(
            stage=stage["name"], pipeline=pipeline["name"]
        )
        _drop_stage(call, stage)
        rest = [other for other in ladder if other["id"] != stage_id]
        _place(call, pipeline, rest, [other["id"] for other in rest], gone=stage["position"])
        rebuild_pipeline(call.connection, pipeline["id"])


def delete_pipeline(workspace: Workspace, *, pipeline_id: int) -> None:
    """Delete a pipeline that no deal was ever in, with its stages and the tasks they create.

    :raises Refused: when a deal is or was in it.
    """
    with workspace.change("delete_pipeline") as call:
        call.alone()
        pipeline = call.get(Pipeline, pipeline_id)
        held = call.reader.rows(
            "SELECT count(*) FROM (SELECT id FROM deal WHERE pipeline_id = :pipeline"
            " UNION SELECT deal_id FROM stage_visit WHERE pipeline_id = :pipeline) held",
            {"pipeline": pipeline_id},
        )[0][0]
        if held:
            words = trn(
                "{pipeline} cannot be deleted: {n:,} deal is or was in it, and history is kept.",
                "{pipeline} cannot be deleted: {n:,} deals are or were in it, and history is kept.",
                held,
            )
            raise Refused(
                words.format(pipeline=pipeline["name"], n=held),
                tr("Switch the pipeline off instead; it is then offered nowhere."),
            )
        call.summary = tr("Deleted pipeline {pipeline}").format(pipeline=pipeline["name"])
        for stage in _ladder(call, pipeline_id):
            _drop_stage(call, stage)
        key = {"key": loss_key(pipeline_id)}
        for name, value in call.reader.rows("SELECT key, value FROM setting WHERE key = :key", key):
            call.put(Setting, {"key": name, "value": value}, None)
        call.delete(Pipeline, pipeline)


def _drop_stage(call: Transaction, stage: dict[str, Any]) -> None:
    """Delete a stage with the tasks that it creates."""
    template = table_of(StageTaskTemplate)
    for row in call.connection.execute(select(template.c.id).where(template.c.stage_id == stage["id"])).all():
        call.delete(StageTaskTemplate, call.get(StageTaskTemplate, row[0]))
    call.delete(Stage, stage)


def _stage_input(stage: StageInput) -> StageCreate:
    return checked(StageCreate, {"name": stage} if isinstance(stage, str) else stage)


def _limit(count: int) -> None:
    if count > MAX_STAGES:
        raise Refused(
            tr("A pipeline can have at most {most} stages.").format(most=MAX_STAGES),
            tr("Delete one that was never used."),
        )


def _ladder(call: Transaction, pipeline_id: int) -> list[dict[str, Any]]:
    query = select(_stage).where(_stage.c.pipeline_id == pipeline_id).order_by(_stage.c.position)
    return [dict(row._mapping) for row in call.connection.execute(query)]


def _place(
    call: Transaction,
    pipeline: dict[str, Any],
    ladder: list[dict[str, Any]],
    order: Sequence[int | None],
    gone: int | None = None,
) -> None:
    """Give stages their places; the place of None stays free.

    :param ladder: the stages as they are.
    :param gone: the position of a stage that was just deleted.
    """
    positions = {stage_id: place for place, stage_id in enumerate(order, 1) if stage_id is not None}
    moved = [stage for stage in ladder if positions[stage["id"]] != stage["position"]]
    # Two stages never share a position, not even between two statements: all step aside first.
    ids = [stage["id"] for stage in moved]
    call.connection.execute(
        update(_stage).where(_stage.c.id.in_(ids)).values(position=_stage.c.position + MAX_STAGES)
    )
    for stage in moved:
        call.update(Stage, stage, {"position": positions[stage["id"]]})
    qualified = pipeline["qualified_position"]
    if qualified is None:
        return
    follows = {stage["position"]: positions[stage["id"]] for stage in ladder}
    new = None if qualified == gone else follows.get(qualified, qualified)
    call.update(Pipeline, pipeline, {"qualified_position": new})


def _free_name(
    call: Transaction, sql: str, parameters: Mapping[str, Any], name: str, table: str, but: int | None = None
) -> None:
    """:raises InvalidInput: when another row has the name, whatever the case."""
    for number, known in call.reader.rows(sql, parameters):
        if str(known).casefold() == name.casefold() and number != but:
            taken = tr("There is already a {what} {name!r}.").format(what=entity_word(table), name=known)
            raise InvalidInput("name", taken)


def _free_stage_name(call: Transaction, pipeline_id: int, name: str, but: int | None = None) -> None:
    sql = "SELECT id, name FROM stage WHERE pipeline_id = :pipeline"
    _free_name(call, sql, {"pipeline": pipeline_id}, name, "stage", but)


def _same_version(row: Mapping[str, Any], version: int | None, given: Mapping[str, Any]) -> None:
    if version is not None and version != row["version"]:
        raise StaleEdit(
            tr("{name} was changed after you opened it.").format(name=row["name"]),
            mine=dict(given),
            theirs={name: row[name] for name in given},
        )


def _changed(row: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """The fields that get another value, in words."""
    return ", ".join(label_of(name) for name in given if given[name] != row[name])
