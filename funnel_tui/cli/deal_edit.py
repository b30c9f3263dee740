"""``funnel deal edit``: what is written about a deal, who is in it, its tags, what the customer asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from funnel_tui.cli.answers import json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples
from funnel_tui.cli.deal_parts import demand_lines, part_options, people_of
from funnel_tui.cli.names import names_of
from funnel_tui.cli.options import source_option, tags_option
from funnel_tui.cli.typed import Typed, percentage
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.services.workspace import Workspace

NONE = "none"
"""As the value of an option: nothing from now on."""

_CLASHES = (("organisation", "new_organisation"), ("demand", "no_demand"))


@click.command(
    epilog=examples("""\
  funnel deal edit 12 --amount 520k --close "12 dec"
  funnel deal edit 12 --person "Kari Lie:decides" --tag fleet --untag pilot
  funnel deal edit 12 --probability none --demand "2 x Pump at 500"
"""),
    help=tr("Change one deal; what is not said stays. All of it is one change that can be undone."),
)
@click.argument("deal")
@click.option("--title", metavar="TEXT")
@click.option("--organisation", "-o", metavar="NAME", help=tr("One that is known, #NUMBER, or none."))
@click.option("--new-organisation", metavar="NAME", help=tr("Make this organisation for it."))
@click.option("--amount", "-a", metavar="AMOUNT", help=tr("480k, 1.2m, USD 5000, 480 000,50, or none."))
@click.option("--owner", shell_complete=names_of("rep"), metavar="R", help=tr("A rep."))
@click.option("--close", metavar="DAY", help=tr("The expected close: +2w, fri, 12 dec, 2026-12-12, or none."))
@click.option("--probability", metavar="PERCENT", help=tr("Its own; none for that of the stage."))
@click.option("--category", type=click.Choice([*(word.value for word in ForecastCategory), NONE]))
@source_option(tr("Made when it is new; none for no source."))
@click.option("--note", metavar="TEXT", help=tr("none for no note."))
@tags_option("--tag", "tags", tr("Put a tag on it. May be repeated."))
@tags_option("--untag", "untags", tr("Take a tag off it. May be repeated."))
@part_options
@click.option("--no-person", "leaving", metavar="NAME", multiple=True, help=tr("Take somebody off it."))
@click.option("--no-demand", is_flag=True, help=tr("Take all demand lines off it; --demand replaces them."))
@json_option
@db_option
def edit(deal: str, as_json: bool, db: str | None, **said: Any) -> None:
    """Change one deal; what is not said stays. All of it is one change that can be undone."""
    for one, other in _CLASHES:
        if said[one] and said[other]:
            names = [f"--{name.replace('_', '-')}" for name in (one, other)]
            words = tr("{one} and {other} exclude each other.").format(one=names[0], other=names[1])
            raise UsageError(words, tr("Give one of them."))
    if not any(said.values()):
        raise UsageError(tr("Nothing to change is said."), tr("See funnel deal edit --help."))
    from funnel_tui.cli.output import write_report
    from funnel_tui.services.by_name import deal_by_name
    from funnel_tui.services.deal_entry import change_deal
    from funnel_tui.services.deal_report import deal_report

    with open_to_write(db) as workspace:
        number = deal_by_name(workspace, deal)
        done = change_deal(workspace, deal_id=number, **_wanted(workspace, number, said))
        made, report = deal_report(workspace, number)
    if as_json:
        write_report(report, "json")
    if done.summary:
        tell(f"{done.summary}.")
    else:
        tell(tr("{title} is so already: nothing was changed.").format(title=made.row.title))


def _wanted(workspace: Workspace, deal_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """The options as the service takes them; what is not said is left out."""
    from funnel_tui.services.deal_detail import deal_detail
    from funnel_tui.services.picking import member_by_name

    typed = Typed(workspace)
    if said["amount"] or said["demand"]:
        present = deal_detail(workspace, deal_id, items=0).row.amount
        typed.currency = present.currency if present else typed.currency
    wanted: dict[str, Any] = {
        "changes": _columns(workspace, typed, said),
        "people": people_of(workspace, said["people"], said["new_people"], deal_id=deal_id),
        "leaving": [member_by_name(workspace, deal_id, name) for name in said["leaving"]],
        "add_tags": said["tags"],
        "remove_tags": said["untags"],
    }
    if said["new_organisation"] is not None:
        wanted["new_organisation"] = said["new_organisation"]
    if said["demand"] or said["no_demand"]:
        wanted["demand"] = demand_lines(typed, said["demand"])
    return wanted


def _columns(workspace: Workspace, typed: Typed, said: dict[str, Any]) -> dict[str, Any]:
    """New values of the row of the deal, by column."""
    from funnel_tui.services import by_name

    given = {name: value for name, value in said.items() if isinstance(value, str)}
    gone = {name for name, value in given.items() if value.strip().casefold() == NONE}
    columns: dict[str, Any] = {}
    if "title" in given:
        columns["title"] = given["title"]
    if "owner" in given:
        columns["owner_id"] = by_name.rep_by_name(workspace, given["owner"])[0]
    if "organisation" in given:
        name = given["organisation"]
        found = None if "organisation" in gone else by_name.organisation_by_name(workspace, name)
        columns["organisation_id"] = found
    if "amount" in given:
        amount = (None, None) if "amount" in gone else typed.money(given["amount"])
        columns["amount_minor"], columns["currency"] = amount
    if "close" in given:
        columns["expected_close"] = None if "close" in gone else typed.day(given["close"], "expected close")
    if "probability" in given:
        columns["probability_bp"] = None if "probability" in gone else percentage(given["probability"])
    for name in ("category", "source", "note"):
        if name in given:
            columns[name] = None if name in gone else given[name]
    return columns
