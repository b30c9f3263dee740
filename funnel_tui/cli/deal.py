"""``funnel deal``: create, edit, list, show, move, win, lose and reopen deals from a shell.

A deal is named by its number, its id in another program, or its title. Nothing is asked back: what can mean
several deals is refused with their numbers. Several deals are changed all or none, as one change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.cli.answers import answer, deals_text, json_option, open_to_write, outcome, say_refused, tell
from funnel_tui.cli.common import db_option, examples, progress
from funnel_tui.cli.deal_edit import edit
from funnel_tui.cli.deal_look import list_deals, show
from funnel_tui.cli.deal_parts import demand_lines, part_options, people_of
from funnel_tui.cli.names import names_of
from funnel_tui.cli.options import source_option, tags_option
from funnel_tui.cli.typed import Typed, percentage
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.errors import Refused, UsageError
from funnel_tui.language import tr, trn

if TYPE_CHECKING:
    from funnel_tui.domain.bulk_edit import BulkResult, Wish
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(
    epilog=examples("""\
  funnel deal list --stuck
  funnel deal add "Fjordline fleet" --amount 480k --close +2w
  funnel deal move 12 --to Proposal
"""),
    no_args_is_help=True,
    help=tr(
        "Create, look at and move deals.\n\n"
        "DEAL is the number of a deal, its id in another program, or its title (in part, if "
        "only one has it)."
    ),
)
@db_option
def deal(db: str | None) -> None:
    """Create, look at and move deals."""


deal.add_command(list_deals)
deal.add_command(show)
deal.add_command(edit)


@deal.command(
    epilog=examples("""\
  funnel deal add "Fjordline fleet" --amount 480k --close +2w --organisation "Fjordline AS"
  funnel deal add "Nordlys pumps" --new-organisation Nordlys --new-person "Kari Lie:decides"
  funnel deal add Renewal --pipeline Renewals --stage Review --demand "2 x Pump at 500" --at "12 nov"
"""),
    help=tr("Create a deal and print its number."),
)
@click.argument("title")
@click.option("--organisation", "-o", metavar="NAME", help=tr("An organisation that is known, or #NUMBER."))
@click.option("--new-organisation", metavar="NAME", help=tr("Make this organisation for it."))
@click.option("--amount", "-a", metavar="AMOUNT", help=tr("480k, 1.2m, USD 5000, 480 000,50."))
@click.option(
    "--pipeline",
    shell_complete=names_of("pipeline"),
    metavar="P",
    help=tr("Needed where several are in use."),
)
@click.option(
    "--stage",
    shell_complete=names_of("stage"),
    metavar="S",
    help=tr("The stage it begins in: a name or a place. [default: the first]"),
)
@click.option("--owner", shell_complete=names_of("rep"), metavar="R", help=tr("A rep. [default: you]"))
@click.option("--close", metavar="DAY", help=tr("The expected close: +2w, fri, 12 dec, 2026-12-12."))
@click.option("--probability", metavar="PERCENT", help=tr("Its own win probability, instead of the stage's."))
@click.option("--category", type=click.Choice([word.value for word in ForecastCategory]))
@source_option(tr("Where it comes from; made when it is new."))
@tags_option("--tag", "tags", tr("May be repeated."))
@part_options
@click.option("--note", metavar="TEXT")
@click.option("--id", "external_id", metavar="ID", help=tr("Its id in another program."))
@click.option("--at", metavar="WHEN", help=tr("When it was created, if not now: yesterday, 12 nov 14:30."))
@json_option
@db_option
def add(title: str, as_json: bool, db: str | None, **said: Any) -> None:
    """Create a deal and print its number."""
    if said["organisation"] is not None and said["new_organisation"] is not None:
        raise UsageError(
            tr("--organisation and --new-organisation exclude each other."), tr("Give one of them.")
        )
    from funnel_tui.services.deal_entry import add_deal

    with open_to_write(db) as workspace:
        number = add_deal(workspace, title=title, **_fields(workspace, said))
        from funnel_tui.services.deal_report import deal_report

        made, report = deal_report(workspace, number)
    if as_json:
        from funnel_tui.cli.output import write_report

        write_report(report, "json")
    else:
        click.echo(number)
    tell(
        tr("Created deal {number}, {title}, in {stage}.").format(
            number=number, title=made.row.title, stage=made.row.stage
        )
    )


def _fields(workspace: Workspace, said: dict[str, Any]) -> dict[str, Any]:
    """The options of ``add`` as the service takes them; what is not said is left out."""
    from funnel_tui.services import by_name

    typed = Typed(workspace)
    amount: dict[str, Any] = {}
    if said["amount"] is not None:
        amount["amount_minor"], amount["currency"] = typed.money(said["amount"])
        typed.currency = amount["currency"]
    pipeline, _ = by_name.pipeline_by_name(workspace, said["pipeline"])
    fields: dict[str, Any] = amount | {
        "pipeline_id": pipeline,
        "owner_id": by_name.rep_by_name(workspace, said["owner"])[0],
        "tags": said["tags"],
        "demand": demand_lines(typed, said["demand"]),
        "at": typed.past(said["at"], begin=True),
    }
    if said["stage"] is not None:
        fields["stage_id"] = by_name.stage_by_name(workspace, said["stage"], pipeline)[0]
    if said["new_organisation"] is not None:
        known = by_name.organisation_known(workspace, said["new_organisation"])
        if known is not None:
            tell(
                tr("There was an organisation of that name already: #{known}. A second one is made.").format(
                    known=known
                )
            )
    if said["organisation"] is not None:
        fields["organisation_id"] = by_name.organisation_by_name(workspace, said["organisation"])
    if said["close"] is not None:
        fields["expected_close"] = typed.day(said["close"], "expected close")
    if said["probability"] is not None:
        fields["probability_bp"] = percentage(said["probability"])
    place = fields.get("organisation_id")
    fields["people"] = people_of(workspace, said["people"], said["new_people"], organisation_id=place)
    plain = ("new_organisation", "category", "source", "note", "external_id")
    return fields | {name: said[name] for name in plain if said[name] is not None}


def event_options(command: Command) -> Command:
    """The options of commands that make something happen to deals."""
    for option in (
        db_option,
        json_option,
        click.option("--skip-refused", is_flag=True, help=tr("Do the rest when some deals are refused.")),
        click.option("--dry-run", is_flag=True, help=tr("Only show what would become of each deal.")),
        click.option(
            "--at", metavar="WHEN", help=tr("When it happened, if not now: yesterday, 12 nov 14:30.")
        ),
        click.argument("deals", metavar="DEAL…", nargs=-1, required=True),
    ):
        command = option(command)
    return command


@deal.command(
    epilog=examples("""\
  funnel deal move 12 15 "nordlys rollout" --to Proposal
  funnel deal move 12 --to 3 --at yesterday
  funnel deal move 12 --to Review --pipeline Renewals --dry-run
"""),
    help=tr("Move open deals to a stage, forward or back."),
)
@event_options
@click.option(
    "--to",
    "stage",
    shell_complete=names_of("stage"),
    metavar="STAGE",
    required=True,
    help=tr("A stage: its name or its place, 1 and up."),
)
@click.option(
    "--pipeline",
    shell_complete=names_of("pipeline"),
    metavar="P",
    help=tr("The pipeline of the stage, when deals change to it."),
)
def move(deals: tuple[str, ...], stage: str, pipeline: str | None, db: str | None, **said: Any) -> int:
    """Move open deals to a stage, forward or back."""
    from funnel_tui.domain.bulk_edit import MoveTo
    from funnel_tui.services import by_name

    def wish(workspace: Workspace, ids: list[int], at: int | None) -> Wish:
        if pipeline is not None:
            target = by_name.pipeline_by_name(workspace, pipeline)[0]
            return MoveTo(by_name.stage_by_name(workspace, stage, target)[0], target, at)
        target = by_name.pipeline_of_deals(workspace, ids)
        return MoveTo(by_name.stage_by_name(workspace, stage, target)[0], at=at)

    return _do("move", deals, wish, db, **said)


@deal.command(
    epilog=examples("""\
  funnel deal win 12
  funnel deal win 12 15 --at "fri 14:30"
"""),
    help=tr("Win open deals."),
)
@event_options
def win(deals: tuple[str, ...], db: str | None, **said: Any) -> int:
    """Win open deals."""
    from funnel_tui.domain.bulk_edit import Win

    return _do("win", deals, lambda _workspace, _ids, at: Win(at), db, **said)


@deal.command(
    epilog=examples("""\
  funnel deal lose 15 --reason price
  funnel deal lose 15 18 --reason "no budget" --note "ask again in May" --skip-refused
"""),
    help=tr("Lose open deals from the stages they are in."),
)
@event_options
@click.option(
    "--reason",
    shell_complete=names_of("loss_reason"),
    metavar="REASON",
    required=True,
    help=tr("Why; a new loss reason is made."),
)
@click.option("--note", metavar="TEXT", help=tr("What else there is to say."))
def lose(deals: tuple[str, ...], reason: str, note: str | None, db: str | None, **said: Any) -> int:
    """Lose open deals from the stages they are in."""
    from funnel_tui.domain.bulk_edit import Lose

    return _do("lose", deals, lambda _workspace, _ids, at: Lose(reason, note, at), db, **said)


_DOING = {"move": tr("Move"), "win": tr("Win"), "lose": tr("Lose")}
"""What is said while a command works, by its name."""


def _do(
    name: str,
    deals: tuple[str, ...],
    make: Callable[[Workspace, list[int], int | None], Wish],
    db: str | None,
    *,
    at: str | None,
    dry_run: bool,
    skip_refused: bool,
    as_json: bool,
) -> int:
    """Do something to deals.

    :param make: gives the wish for their numbers and the instant.
    :returns: the exit code: 1 when nothing was done because deals are refused.
    """
    from funnel_tui.cli.output import write_report
    from funnel_tui.services import bulk_edit, by_name

    with open_to_write(db) as workspace:
        ids = by_name.deals_by_name(workspace, deals)
        wish = make(workspace, ids, Typed(workspace).past(at))
        if dry_run:
            seen = bulk_edit.preview(workspace, wish, ids)
            write_report(outcome(workspace, name, seen, words=not as_json), "json" if as_json else "table")
            return 1 if seen.refused and not skip_refused else 0
        made = _new_reason(workspace, wish)
        with progress(_DOING[name]) as told:
            done = bulk_edit.apply(workspace, wish, ids, progress=told, skip_refused=skip_refused)
        if as_json:
            write_report(outcome(workspace, name, done, words=False), "json")
    code = _told(done)
    if made and done.applied and done.changed:
        # Translators: {words} is "A new loss reason: Prcie. Did you mean price?"
        tell(tr("{words} funnel undo takes it back.").format(words=made))
    return code


def _new_reason(workspace: Workspace, wish: Wish) -> str:
    """What to say of a loss reason that is not known yet; empty where there is none."""
    from funnel_tui.domain.bulk_edit import Lose
    from funnel_tui.services.vocabulary import new_reason_words

    if not isinstance(wish, Lose):
        return ""
    with workspace.read() as reader:
        return new_reason_words(reader, wish.reason)


def _told(done: BulkResult) -> int:
    """Say what was done, and raise or return what the exit code follows from."""
    if not done.applied and len(done.rows) == 1:
        raise Refused(done.rows[0].reason, done.rows[0].hint)
    say_refused(done)
    if not done.applied:
        words = trn(
            "Nothing was done: {refused:,} deal of {whole:,} refused.",
            "Nothing was done: {refused:,} deals of {whole:,} refused.",
            done.refused,
        ).format(refused=done.refused, whole=len(done.rows))
        if done.changed:
            rest = trn(
                "{n:,} deal could be changed: --skip-refused.",
                "{n:,} deals could be changed: --skip-refused.",
                done.changed,
            )
            words = f"{words} {rest.format(n=done.changed)}"
        tell(words)
        return 1
    titles = [row.title for row in done.rows if row.verdict == "changed"]
    what = titles[0] if len(titles) == 1 else deals_text(done.changed)
    said = [f"{done.words}: {what}." if titles else tr("{words}: nothing to do.").format(words=done.words)]
    if done.unchanged:
        said.append(tr("{n:,} so already.").format(n=done.unchanged))
    if done.refused:
        said.append(tr("{n:,} refused.").format(n=done.refused))
    tell(" ".join(said))
    return 0


@deal.command(
    epilog=examples("""\
  funnel deal reopen 15
  funnel deal reopen 15 --stage Negotiation
"""),
    help=tr("Take up closed deals again."),
)
@click.argument("deals", metavar="DEAL…", nargs=-1, required=True)
@click.option(
    "--stage",
    shell_complete=names_of("stage"),
    metavar="S",
    help=tr("The stage they go on in. [default: the one each was closed from]"),
)
@click.option("--at", metavar="WHEN", help=tr("When it happened, if not now."))
@json_option
@db_option
def reopen(deals: tuple[str, ...], stage: str | None, at: str | None, as_json: bool, db: str | None) -> None:
    """Take up closed deals again."""
    from funnel_tui.services import by_name
    from funnel_tui.services.deal_entry import reopen_deals

    with open_to_write(db) as workspace:
        ids = by_name.deals_by_name(workspace, deals)
        stage_id = None
        if stage is not None:
            pipeline = by_name.pipeline_of_deals(workspace, ids)
            stage_id = by_name.stage_by_name(workspace, stage, pipeline)[0]
        versions = reopen_deals(workspace, ids, stage_id=stage_id, at=Typed(workspace).past(at))
        if as_json:
            from funnel_tui.cli.output import write_report

            write_report(answer(workspace, "reopen", {"deals": list(versions)}), "json")
    tell(trn("Reopened {n:,} deal.", "Reopened {n:,} deals.", len(ids)).format(n=len(ids)))
