"""Pipelines with their stages, and reps, as reports for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr
from funnel_tui.queries.by_name import rep_lines, stage_lines
from funnel_tui.queries.names import names, resolve, team_reps
from funnel_tui.services.workspace import Workspace

_STAGES = (
    Column("pipeline", Kind.TEXT, tr("Pipeline")),
    Column("position", Kind.COUNT, "#"),
    Column("stage", Kind.TEXT, tr("Stage")),
    Column("probability", Kind.RATIO, tr("Probability")),
    Column("stuck_days", Kind.COUNT, tr("Stuck days")),
    Column("category", Kind.TEXT, tr("Category")),
    Column("required_fields", Kind.TEXT, tr("Asks for")),
    Column("open_deals", Kind.COUNT, tr("Open deals")),
    Column("state", Kind.TEXT, tr("State")),
)
_STAGE_FIELDS = (
    *_STAGES[:-1],
    Column("retired", Kind.TEXT, tr("Retired")),
    Column("staging", Kind.TEXT, tr("Staging")),
    Column("pipeline_in_use", Kind.TEXT, tr("In use")),
    Column("stage_id", Kind.COUNT, tr("Stage number")),
    Column("pipeline_id", Kind.COUNT, tr("Pipeline number")),
)
_REPS = (
    Column("rep", Kind.TEXT, tr("Rep")),
    Column("team", Kind.TEXT, tr("Team")),
    Column("email", Kind.TEXT, tr("Email")),
    Column("open_deals", Kind.COUNT, tr("Open deals")),
    Column("state", Kind.TEXT, tr("State")),
)
_REP_FIELDS = (
    *_REPS[:-1],
    Column("active", Kind.TEXT, tr("Active")),
    Column("rep_id", Kind.COUNT, tr("Number")),
)


def stages_report(workspace: Workspace, pipelines: Sequence[str] = (), *, in_words: bool = True) -> Report:
    """Pipelines and their stages, also those that are not in use.

    :param pipelines: names; none for all.
    :param in_words: columns for people; else facts for programs.
    :raises NotFound: for an unknown pipeline.
    """
    with workspace.read() as reader:
        wanted = {resolve(reader, "pipeline", name)[0] for name in pipelines}
        lines = stage_lines(reader)
    rows = [_stage(line) for line in lines if not wanted or line[0] in wanted]
    empty = [row["pipeline"] for row in rows if row["stage"] is None]
    notes = [said("{pipeline} has no stages yet.", pipeline=name) for name in empty]
    columns = _STAGES if in_words else _STAGE_FIELDS
    return _made(
        workspace, "stages", tr("Pipelines and stages"), columns, [row for row in rows if row["stage"]], notes
    )


def _stage(line: Sequence[Any]) -> dict[str, Any]:
    (
        pipeline_id,
        pipeline,
        staging,
        in_use,
        stage_id,
        stage,
        position,
        bp,
        stuck,
        category,
        asks,
        retired,
        deals,
    ) = line
    states = [tr("retired")] if retired else []
    states += [] if in_use else [tr("pipeline not in use")]
    states += [] if staging == "manual" else [tr("{staging} staging").format(staging=staging)]
    return {
        "pipeline": pipeline,
        "position": position,
        "stage": stage,
        "probability": None if bp is None else Fraction(bp, 10_000),
        "stuck_days": stuck,
        "category": category,
        "required_fields": [name for name in (asks or "").split(",") if name],
        "open_deals": deals,
        "state": ", ".join(states),
        "retired": bool(retired),
        "staging": staging,
        "pipeline_in_use": bool(in_use),
        "stage_id": stage_id,
        "pipeline_id": pipeline_id,
    }


def reps_report(
    workspace: Workspace, team: str | None = None, *, everybody: bool = False, in_words: bool = True
) -> Report:
    """The reps.

    :param team: only those of a team and the teams in it.
    :param everybody: those who are no longer active, too.
    :param in_words: columns for people; else facts for programs.
    :raises NotFound: for an unknown team.
    """
    with workspace.read() as reader:
        members = (
            None if team is None else {rep for rep, _ in team_reps(reader, resolve(reader, "team", team)[0])}
        )
        teams = names(reader, "team")
        lines = rep_lines(reader)
    rows = [
        {
            "rep": name,
            "team": its_team,
            "email": email,
            "open_deals": deals,
            "state": "" if active else tr("not active"),
            "active": bool(active),
            "rep_id": number,
        }
        for number, name, its_team, email, active, _, deals in lines
        if (everybody or active) and (members is None or number in members)
    ]
    hidden = sum(1 for line in lines if not line[4]) if not everybody else 0
    notes = [said("{n:,} not active; --all shows them.", n=hidden)] if hidden else []
    empty = {shown for _, shown in teams} - {line[2] for line in lines}
    notes += (
        [said("Teams without reps: {teams}.", teams=", ".join(sorted(empty)))]
        if empty and team is None
        else []
    )
    return _made(workspace, "reps", tr("Reps"), _REPS if in_words else _REP_FIELDS, rows, notes)


def _made(
    workspace: Workspace,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    notes: Sequence[str],
) -> Report:
    chosen = [{column.name: row[column.name] for column in columns} for row in rows]
    totals = [column for column in columns if column.name == "open_deals"]
    deals = sum(row["open_deals"] for row in rows)
    return Report(
        *(name, workspace.clock(), Scope(), {}, title, columns, chosen, {"open_deals": deals}, totals, notes)
    )
