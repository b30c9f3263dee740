"""``funnel log``: log a call, an email, a meeting … from a shell, or plan one.

The deal is named as in ``funnel deal``. When several can be meant, a terminal is asked; without one they are
refused with their numbers.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from funnel_tui.cli.answers import answer, open_to_write, tell
from funnel_tui.cli.common import db_option, examples
from funnel_tui.cli.names import names_of
from funnel_tui.cli.typed import Typed, week_start
from funnel_tui.domain.shown import clean
from funnel_tui.domain.status import Direction
from funnel_tui.errors import Refused, UsageError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.domain.logged import Logged, NextTask
    from funnel_tui.services.workspace import Workspace

ASKED = 9
"""So many deals are offered to choose from."""


@click.command(
    epilog=examples("""\
  funnel log call fjordline --outcome conversation --duration 15m
  funnel log email 1482 --direction in --note "Asks for a later start"
  funnel log meeting nordlys --planned --at "fri 14:30" --person kari
  funnel log call "#12" --at "yesterday 14:00" --outcome voicemail --next "call tomorrow"
  funnel log call --new-organisation "Havbris AS" --outcome "no answer"
"""),
    help=tr(
        "Log an interaction of a KIND on a DEAL, and print its number.\n\n"
        'KIND is call, email, meeting, proposal, contract, payment, note, or what "funnel '
        'kinds" lists. DEAL is the number of a deal, its id in another program, or its title '
        "(in part, if only one has it)."
    ),
)
@click.argument("kind", shell_complete=names_of("kind"))
@click.argument("deal", required=False)
@click.option(
    "--organisation", "-o", metavar="NAME", help=tr("Instead of a deal: an organisation, or #NUMBER.")
)
@click.option("--new-organisation", metavar="NAME", help=tr("Instead of a deal: make this organisation."))
@click.option("--person", metavar="NAME", help=tr("Who it was with: a name, an email or #NUMBER."))
@click.option("--outcome", metavar="WORD", help=tr("conversation, voicemail, no answer, held, reply …"))
@click.option("--direction", type=click.Choice([word.value for word in Direction]), default="out")
@click.option("--duration", metavar="TIME", help=tr("15m, 1h30, 1:30; a number alone is minutes."))
@click.option("--at", metavar="WHEN", help=tr("When, if not now: yesterday 14:00, 12 nov, fri 9am."))
@click.option("--planned", is_flag=True, help=tr("It is still to come; needs --at."))
@click.option("--note", metavar="TEXT")
@click.option(
    "--owner",
    shell_complete=names_of("rep"),
    metavar="R",
    help=tr("A rep. [default: you, else the owner of the deal]"),
)
@click.option(
    "--next", "next_", metavar="TASK", help=tr('The task that follows: "call fri 14:30", "send offer +2d".')
)
@click.option(
    "--finishes", type=click.IntRange(min=1), metavar="N", help=tr("The open task that is done with it.")
)
@click.option("--format", "format_", type=click.Choice(("table", "json")), default="table")
@click.option("--json", "format_", flag_value="json", help=tr("The same as --format json."))
@db_option
def log(kind: str, deal: str | None, format_: str, db: str | None, **said: Any) -> None:
    """Log an interaction of a KIND on a DEAL, and print its number."""
    ways = [way for way in (deal, said["organisation"], said["new_organisation"]) if way is not None]
    if len(ways) > 1:
        raise UsageError(
            tr("A deal, --organisation and --new-organisation exclude each other."), tr("Give one.")
        )
    if not ways and said["person"] is None:
        raise UsageError(
            tr("With whom? Neither a deal nor an organisation is named."), tr("Add a deal, or -o NAME.")
        )
    if said["planned"] and said["at"] is None:
        raise UsageError(tr("What is planned needs --at."), tr('For example --at "fri 14:30".'))
    with open_to_write(db) as workspace:
        made = _logged(workspace, kind, deal, said)
        if format_ == "json":
            from funnel_tui.cli.output import write_report

            write_report(answer(workspace, "log", _facts(made)), "json")
        else:
            click.echo(made.interaction_id)
        tell(f"{made.summary}.")
        _tell_more(workspace, made, kind, said)


def _logged(workspace: Workspace, kind: str, deal: str | None, said: dict[str, Any]) -> Logged:
    from funnel_tui.domain.builtin_words import stored_outcome
    from funnel_tui.domain.durations import read_duration
    from funnel_tui.services import by_name
    from funnel_tui.services.interactions import log_interaction
    from funnel_tui.services.people import create_organisation
    from funnel_tui.services.together import together

    typed = Typed(workspace)
    deal_id = None if deal is None else _chosen(workspace, deal)
    organisation_id = None
    if said["organisation"] is not None:
        organisation_id = by_name.organisation_by_name(workspace, said["organisation"])
    person_id = None
    if said["person"] is not None:
        person_id = by_name.person_by_name(
            workspace, said["person"], deal_id=deal_id, organisation_id=organisation_id
        )
    fields: dict[str, Any] = {
        **{name: said[name] for name in ("direction", "planned", "note")},
        "kind": kind,
        "outcome": None if said["outcome"] is None else stored_outcome(said["outcome"]),
        "owner_id": by_name.rep_or_owner(workspace, said["owner"], deal_id),
        "at": _instant(workspace, typed, said["at"], deal_id, planned=said["planned"]),
        "duration_seconds": None if said["duration"] is None else read_duration(said["duration"]),
        "next_task": None if said["next_"] is None else _next(typed, said["next_"]),
        "finishes_task_id": said["finishes"],
    }
    if said["new_organisation"] is None:
        whom: dict[str, Any] = {
            "deal_id": deal_id,
            "organisation_id": organisation_id,
            "person_id": person_id,
        }
        return log_interaction(workspace, **whom, **fields)
    known = by_name.organisation_known(workspace, said["new_organisation"])
    if known is not None:
        tell(
            tr("There was an organisation of that name already: #{known}. A second one is made.").format(
                known=known
            )
        )
    with together(workspace, "log_interaction") as inner:
        made = create_organisation(inner, name=said["new_organisation"])
        return log_interaction(inner, organisation_id=made, person_id=person_id, **fields)


def _chosen(workspace: Workspace, text: str) -> int:
    """The deal that is meant; a terminal is asked when it can be several."""
    from funnel_tui.services import by_name

    hits = by_name.deals_meant(workspace, text)
    if len(hits) == 1 or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return hits[0] if len(hits) == 1 else by_name.deal_by_name(workspace, text)
    told = by_name.deals_told(workspace, hits[:ASKED])
    for place, (number, title, rest) in enumerate(told, 1):
        line = tr("{place}  {title} ({about}), number {number}")
        click.echo(clean(line.format(place=place, title=title, about=rest, number=number)), err=True)
    if len(hits) > ASKED:
        click.echo(tr("and {hits:,} more").format(hits=len(hits) - ASKED), err=True)
    reply = click.prompt(
        tr("Which one"), prompt_suffix="? ", default="", show_default=False, err=True
    ).strip()
    if reply.isascii() and reply.isdigit() and 1 <= int(reply) <= len(told):
        return told[int(reply) - 1][0]
    raise Refused(tr("No deal was chosen; nothing was logged."), tr("Give the number of the deal."))


def _instant(
    workspace: Workspace, typed: Typed, text: str | None, deal_id: int | None, *, planned: bool
) -> int | None:
    """When it took or takes place; a day alone means its noon (today: now), planned its morning."""
    if text is None:
        return None
    from funnel_tui.domain.moments import parse_moment
    from funnel_tui.services.interaction_rules import hour_of
    from funnel_tui.services.log_desk import PLANNED_HOUR

    start, fiscal = week_start(), typed.settings.fiscal_start
    moment = parse_moment(
        *(text, typed.now, typed.zone, typed.locale, start),
        fiscal_start=fiscal,
        past=not planned,
        field="time",
    )
    if moment.at is not None:
        return moment.at
    if moment.day == typed.today and not planned:
        return None
    if planned:
        return hour_of(workspace, moment.day, PLANNED_HOUR)
    return hour_of(workspace, moment.day, 12, deal_id)


def _next(typed: Typed, text: str) -> NextTask:
    from funnel_tui.domain.moments import Moment, parse_moment
    from funnel_tui.domain.next_words import read_next

    start, fiscal = week_start(), typed.settings.fiscal_start

    def read(words: str) -> Moment:
        return parse_moment(
            *(words, typed.now, typed.zone, typed.locale, start), fiscal_start=fiscal, field="next"
        )

    return read_next(text, read)


def _facts(made: Logged) -> dict[str, Any]:
    return {
        "interaction_id": made.interaction_id,
        "deal_id": made.deal_id,
        "organisation_id": made.organisation_id,
        "person_id": made.person_id,
        "task_id": made.task_id,
        "moved_to": made.moved_to,
    }


def _tell_more(workspace: Workspace, made: Logged, kind: str, said: dict[str, Any]) -> None:
    """Say what else there is to know: a time that has passed, the next task, tasks it may have finished."""
    from funnel_tui.domain.moments import Moment, spell_moment
    from funnel_tui.domain.tasks import task_text
    from funnel_tui.services.agenda import task_rows
    from funnel_tui.services.interactions import tasks_to_finish

    for notice in made.notices:
        tell(notice)
    if made.moved_to is not None:
        tell(tr("The deal moved on to {moved_to}.").format(moved_to=made.moved_to))
    if made.ready_to_win:
        tell(tr("Everything of the last stage is done: the deal can be won."))
    if made.task_id is not None:
        typed = Typed(workspace)
        task = task_rows(workspace, [made.task_id])[0]
        text = task_text(task.kind, task.title)
        if task.due_day is None:
            tell(tr("Next: {task}, without a day.").format(task=text))
        else:
            due = spell_moment(Moment(task.due_day, task.due_at), typed.now, typed.zone)
            tell(tr("Next: {task}, {due}.").format(task=text, due=due))
    if made.deal_id is not None and not said["planned"]:
        for task in tasks_to_finish(workspace, kind=kind, deal_id=made.deal_id):
            if task.id != made.task_id:
                tell(
                    tr("Task {id} ({text}) is still open. --finishes {id} finishes it as well.").format(
                        id=task.id, text=task.text
                    )
                )
