"""``funnel deal list`` and ``funnel deal show``."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import click

from funnel_tui.cli.answers import format_options, json_option
from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.names import names_of
from funnel_tui.cli.options import (
    as_of_option,
    owner_option,
    pipelines_option,
    source_option,
    team_option,
    view_option,
    where_option,
)
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr


@click.command(
    "list",
    epilog=examples("""\
  funnel deal list
  funnel deal list fjordline
  funnel deal list --stuck --sort amount --descending --limit 20
  funnel deal list --where 'source = fair and amount > 100k' --format csv
"""),
    help=tr("Print deals; with TEXT those with all its words in title, organisation or owner."),
)
@click.argument("text", required=False, default="")
@pipelines_option()
@owner_option
@team_option
@as_of_option
@where_option
@view_option
@click.option(
    "--status",
    type=click.Choice([*(word.value for word in DealStatus), "all"]),
    default="open",
    show_default=True,
)
@click.option("--stage", shell_complete=names_of("stage"), metavar="S", help=tr("Only deals in this stage."))
@click.option("--stuck", is_flag=True, help=tr("Only deals that are in their stage for too long."))
@click.option("--idle", is_flag=True, help=tr("Only deals without an interaction for too long."))
@click.option("--tag", shell_complete=names_of("tag"), metavar="NAME")
@source_option()
@click.option(
    "--sort",
    type=click.Choice([word.value for word in DealSort]),
    default="expected_close",
    show_default=True,
)
@click.option("--descending", is_flag=True, help=tr("The largest first."))
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=tr("At most so many."))
@format_options
@db_option
def list_deals(
    text: str,
    status: str,
    sort: str,
    descending: bool,
    limit: int | None,
    format_: str,
    db: str | None,
    **said: Any,
) -> None:
    """Print deals; with TEXT those with all its words in title, organisation or owner."""
    from funnel_tui.cli.output import write_report
    from funnel_tui.cli.report import scope_of
    from funnel_tui.errors import UsageError
    from funnel_tui.services.deal_report import list_report

    if said["owner"] is not None and said["team"] is not None:
        raise UsageError(tr("--owner and --team exclude each other."), tr("Give one of them."))
    wanted = DealFilter(
        status=None if status == "all" else DealStatus(status),
        **{name: said.pop(name) for name in ("stage", "stuck", "idle", "tag", "source")},
        text=text,
    )
    order = DealOrder(DealSort(sort), descending)
    with open_workspace(db, reading=True) as workspace:
        scope = scope_of(workspace, said)
        made = list_report(workspace, scope, wanted, order, limit, in_words=format_ == "table")
    write_report(made, format_)


@click.command(
    epilog=examples("""\
  funnel deal show 12
  funnel deal show "fjordline fleet"
  funnel deal show 12 --as-of 2026-10-01 --json
"""),
    help=tr("Print one deal: facts, route, contacts, demand and timeline."),
)
@click.argument("deal")
@as_of_option
@json_option
@db_option
def show(deal: str, as_of: str | None, as_json: bool, db: str | None) -> None:
    """Print one deal: facts, route, contacts, demand and timeline."""
    from funnel_tui.cli.output import write_report
    from funnel_tui.domain.period import parse_instant
    from funnel_tui.services.by_name import deal_by_name
    from funnel_tui.services.deal_report import deal_report
    from funnel_tui.services.deal_tables import deal_tables

    with open_workspace(db, reading=True) as workspace:
        zone = ZoneInfo(workspace.settings().time_zone)
        instant = None if as_of is None else parse_instant(as_of, zone)
        found, report = deal_report(workspace, deal_by_name(workspace, deal), instant)
    if as_json:
        write_report(report, "json")
    else:
        for place, part in enumerate(deal_tables(found, zone)):
            if place:
                click.echo()
            write_report(part, "table")
