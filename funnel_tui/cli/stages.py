"""``funnel stages``: pipelines and their stages, listed and set up from a shell."""

from __future__ import annotations

from typing import Any

import click

from funnel_tui.cli.answers import answer, format_options, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.names import names_of
from funnel_tui.cli.options import pipelines_option
from funnel_tui.cli.typed import percentage, stuck_days
from funnel_tui.domain.status import ForecastCategory, Staging
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

DEMAND = tr("Deals record what the customer asks for; without it they do not go forward.")


@click.group(
    epilog=examples("""\
  funnel stages
  funnel stages add Sales "Legal review" --position 4 --probability 80
"""),
    invoke_without_command=True,
    help=tr(
        "List pipelines and their stages; the commands below set them up.\n\n"
        "STAGE is a name or a place, 1 for the first."
    ),
)
@pipelines_option(tr("Only this one; may be repeated."))
@format_options
@db_option
@click.pass_context
def stages(context: click.Context, pipelines: tuple[str, ...], format_: str, db: str | None) -> None:
    """List pipelines and their stages; the commands below set them up."""
    if context.invoked_subcommand is not None:
        return
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.set_up import stages_report

    with open_workspace(db, reading=True) as workspace:
        made = stages_report(workspace, pipelines, in_words=format_ == "table")
    write_report(made, format_)


def _stage_options(command: Any) -> Any:
    """The options that say what a stage is like."""
    for option in (
        click.option("--probability", metavar="PERCENT", help=tr("Win probability: 40 or 42.5.")),
        click.option(
            "--stuck-days", metavar="DAYS", help=tr("Stuck after so many days; none for the team's rule.")
        ),
        click.option("--category", type=click.Choice([word.value for word in ForecastCategory])),
        click.option(
            "--require",
            metavar="FIELD,…",
            help=tr(
                "What a deal needs before it moves on: amount, expected_close, organisation, source, "
                'probability; "" for nothing.'
            ),
        ),
    ):
        command = option(command)
    return command


def _values(said: dict[str, Any]) -> dict[str, Any]:
    """The values of the options that were given, as the services take them."""
    values: dict[str, Any] = {}
    if said["probability"] is not None:
        values["probability_bp"] = percentage(said["probability"])
    if said["stuck_days"] is not None:
        values["stuck_days"] = stuck_days(said["stuck_days"])
    if said["category"] is not None:
        values["category"] = said["category"]
    if said["require"] is not None:
        values["required_fields"] = said["require"]
    return values


@stages.command(
    epilog=examples("""\
  funnel stages add Sales "Legal review" --position 4 --probability 80
  funnel stages add Sales Contract --stuck-days 14 --require amount,expected_close
"""),
    help=tr("Add the stage NAME to PIPELINE, at the end or at a position."),
)
@click.argument("pipeline", shell_complete=names_of("pipeline"))
@click.argument("name")
@click.option(
    "--position", type=click.IntRange(min=1), metavar="N", help=tr("Before the stage that is there now.")
)
@_stage_options
@json_option
@db_option
def add(pipeline: str, name: str, position: int | None, as_json: bool, db: str | None, **said: Any) -> None:
    """Add the stage NAME to PIPELINE, at the end or at a position."""
    from funnel_tui.services.by_name import pipeline_by_name
    from funnel_tui.services.pipelines import add_stage

    values = _values(said)
    if "required_fields" in values:
        values["required_fields"] = values["required_fields"].split(",")
    with open_to_write(db) as workspace:
        number, shown = pipeline_by_name(workspace, pipeline)
        made = add_stage(workspace, pipeline_id=number, name=name, position=position, **values)
        _answer(workspace, as_json, stage_id=made)
    tell(tr("Added stage {name} to {shown}.").format(name=name, shown=shown))


@stages.command(
    epilog=examples("""\
  funnel stages edit Sales Proposal --probability 40 --stuck-days 14 --require amount
  funnel stages edit Sales Proposal --name Offer
"""),
    help=tr("Change what STAGE of PIPELINE is like."),
)
@click.argument("pipeline", shell_complete=names_of("pipeline"))
@click.argument("stage", shell_complete=names_of("stage"))
@click.option("--name", metavar="NAME", help=tr("Its new name."))
@_stage_options
@json_option
@db_option
def edit(pipeline: str, stage: str, name: str | None, as_json: bool, db: str | None, **said: Any) -> None:
    """Change what STAGE of PIPELINE is like."""
    from funnel_tui.services.pipelines import edit_stage

    values = _values(said) | ({} if name is None else {"name": name})
    if not values:
        raise UsageError(
            tr("Nothing to change was said."), tr("funnel stages edit --help names the options.")
        )
    with open_to_write(db) as workspace:
        number, shown = _stage(workspace, pipeline, stage)
        edit_stage(workspace, stage_id=number, changes=values)
        _answer(workspace, as_json, stage_id=number)
    tell(tr("Edited stage {shown}.").format(shown=shown))


def _on_a_stage(word: str, done: str, about: str) -> click.Command:
    """A command that does something to one stage: ``retire``, ``restore``, ``delete``.

    :param done: what is said when it is done, with a place for the ``stage``.
    """

    @click.command(word, epilog=examples(f"  funnel stages {word} Sales Proposal\n"), help=about)
    @click.argument("pipeline", shell_complete=names_of("pipeline"))
    @click.argument("stage", shell_complete=names_of("stage"))
    @json_option
    @db_option
    def command(pipeline: str, stage: str, as_json: bool, db: str | None) -> None:
        from funnel_tui.services import pipelines

        with open_to_write(db) as workspace:
            number, shown = _stage(workspace, pipeline, stage)
            getattr(pipelines, f"{word}_stage")(workspace, stage_id=number)
            _answer(workspace, as_json, stage_id=number)
        tell(done.format(stage=shown))

    return command


for _command in (
    _on_a_stage(
        "retire",
        tr("Retired stage {stage}."),
        tr("Take STAGE of PIPELINE out of use; its history and its deals stay."),
    ),
    _on_a_stage(
        "restore", tr("Restored stage {stage}."), tr("Put a retired STAGE of PIPELINE to use again.")
    ),
    _on_a_stage(
        "delete", tr("Deleted stage {stage}."), tr("Delete a STAGE of PIPELINE that no deal was ever in.")
    ),
):
    stages.add_command(_command)


@stages.command(
    epilog=examples("""\
  funnel stages reorder Sales "Lead,Qualified,Proposal,Negotiation,Contract"
"""),
    help=tr(
        "Put the stages of PIPELINE into another order. Retired ones keep their places unless they are named."
    ),
)
@click.argument("pipeline", shell_complete=names_of("pipeline"))
@click.argument("order", metavar="A,B,C")
@json_option
@db_option
def reorder(pipeline: str, order: str, as_json: bool, db: str | None) -> None:
    """Put the stages of PIPELINE into another order. Retired ones keep their places unless they are named."""
    from funnel_tui.services.by_name import pipeline_by_name, stage_order
    from funnel_tui.services.pipelines import reorder_stages

    with open_to_write(db) as workspace:
        number, shown = pipeline_by_name(workspace, pipeline)
        ids = stage_order(workspace, number, _names(order))
        reorder_stages(workspace, pipeline_id=number, stage_ids=ids)
        _answer(workspace, as_json, stage_ids=ids)
    tell(tr("Reordered the stages of {shown}.").format(shown=shown))


@stages.command(
    "add-pipeline",
    epilog=examples("""\
  funnel stages add-pipeline Sales --stages "Lead,Qualified,Proposal,Contract"
  funnel stages add-pipeline Renewals --stages "Notice,Review,Signature" --staging automatic
"""),
    help=tr("Make the pipeline NAME with its stages."),
)
@click.argument("name")
@click.option("--stages", "order", metavar="A,B,C", required=True, help=tr("Its stages in order."))
@click.option(
    "--staging", type=click.Choice([word.value for word in Staging]), default="manual", show_default=True
)
@click.option("--demand", is_flag=True, help=DEMAND)
@json_option
@db_option
def add_pipeline(name: str, order: str, staging: str, demand: bool, as_json: bool, db: str | None) -> None:
    """Make the pipeline NAME with its stages."""
    from funnel_tui.services.pipelines import create_pipeline

    with open_workspace(db) as workspace:
        made = create_pipeline(
            workspace, name=name, stages=_names(order), staging=staging, record_demand=demand
        )
        _answer(workspace, as_json, pipeline_id=made)
    tell(tr("Created pipeline {name}.").format(name=name))


@stages.command(
    "edit-pipeline",
    epilog=examples("""\
  funnel stages edit-pipeline Sales --name "New business" --qualified-from Qualified
  funnel stages edit-pipeline Sales --staging manual
"""),
    help=tr("Rename PIPELINE, switch it on or off, or change what its stages mean."),
)
@click.argument("pipeline", shell_complete=names_of("pipeline"))
@click.option("--name", metavar="NAME", help=tr("Its new name."))
@click.option("--staging", type=click.Choice([word.value for word in Staging]))
@click.option("--in-use/--not-in-use", default=None, help=tr("Switch it on or off."))
@click.option("--demand/--no-demand", "record_demand", default=None, help=DEMAND)
@click.option(
    "--qualified-from",
    "qualified",
    metavar="STAGE",
    help=tr("Deals count as qualified from there on; or none."),
)
@json_option
@db_option
def edit_pipeline(pipeline: str, qualified: str | None, as_json: bool, db: str | None, **said: Any) -> None:
    """Rename PIPELINE, switch it on or off, or change what its stages mean."""
    from funnel_tui.services import pipelines
    from funnel_tui.services.by_name import pipeline_by_name, stage_by_name, stage_position

    values = {name: value for name, value in said.items() if value is not None}
    if not values and qualified is None:
        raise UsageError(
            tr("Nothing to change was said."), tr("funnel stages edit-pipeline --help names the options.")
        )
    with open_to_write(db) as workspace:
        number, shown = pipeline_by_name(workspace, pipeline)
        if qualified is not None:
            none = qualified.strip().casefold() == "none"
            stage = None if none else stage_by_name(workspace, qualified, number)[0]
            values["qualified_position"] = None if stage is None else stage_position(workspace, stage)
        pipelines.edit_pipeline(workspace, pipeline_id=number, changes=values)
        _answer(workspace, as_json, pipeline_id=number)
    tell(tr("Edited pipeline {shown}.").format(shown=shown))


@stages.command(
    "delete-pipeline",
    epilog=examples("""\
  funnel stages delete-pipeline Trial
"""),
    help=tr("Delete a PIPELINE that no deal was ever in, with its stages."),
)
@click.argument("pipeline", shell_complete=names_of("pipeline"))
@json_option
@db_option
def delete_pipeline(pipeline: str, as_json: bool, db: str | None) -> None:
    """Delete a PIPELINE that no deal was ever in, with its stages."""
    from funnel_tui.services import pipelines
    from funnel_tui.services.by_name import pipeline_by_name

    with open_to_write(db) as workspace:
        number, shown = pipeline_by_name(workspace, pipeline)
        pipelines.delete_pipeline(workspace, pipeline_id=number)
        _answer(workspace, as_json, pipeline_id=number)
    tell(tr("Deleted pipeline {shown}.").format(shown=shown))


def _stage(workspace: Any, pipeline: str, stage: str) -> tuple[int, str]:
    from funnel_tui.services.by_name import pipeline_by_name, stage_by_name

    return stage_by_name(workspace, stage, pipeline_by_name(workspace, pipeline)[0])


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise UsageError(
            tr("{text!r} has an empty name.").format(text=text), tr("Separate the names with single commas.")
        )
    return names


def _answer(workspace: Any, as_json: bool, **facts: Any) -> None:
    if as_json:
        from funnel_tui.cli.output import write_report

        write_report(answer(workspace, "stages", facts), "json")
