"""What the form of an interaction needs to know: whom it is about, kinds, reps, what is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from funnel_tui.domain.interactions import InteractionFact, KindFact
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.period import day_number, day_of, local_day
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.errors import InvalidInput, NotFound
from funnel_tui.language import tr
from funnel_tui.queries.names import Named
from funnel_tui.services.agenda import deal_tasks
from funnel_tui.services.deal_desk import read_desk
from funnel_tui.services.done_interactions import finished_by
from funnel_tui.services.interaction_list import one_interaction
from funnel_tui.services.kind_list import list_kinds
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace

PLANNED_HOUR = 9
"""What is planned for a day without a time begins then."""


@dataclass(frozen=True, slots=True)
class Whom:
    """What an interaction is about.

    :param name: of the deal, else of the organisation, else of the person.
    :param organisation: of the deal or the person; "" for none.
    :param since: when the deal was created, in epoch seconds; 0 without a deal.
    """

    deal_id: int | None
    organisation_id: int | None
    person_id: int | None
    name: str
    organisation: str = ""
    person: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True)
class LogFacts:
    """Everything that the form of an interaction chooses from.

    :param owner_id: who it is unless somebody says otherwise: the user, else the owner of the deal.
    :param suggest: the deal is open and has no open task.
    :param due: the open tasks of the deal that each kind may be the end of, by the name of the kind.
    :param last_open: the only open task of the deal, while the deal is open.
    :param fact: the interaction that is edited; None for a new one.
    """

    whom: Whom
    kinds: tuple[KindFact, ...]
    reps: tuple[Named, ...]
    owner_id: int
    settings: TeamSettings
    suggest: bool
    fact: InteractionFact | None = None
    due: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    last_open: int | None = None


def read_log_facts(
    workspace: Workspace,
    *,
    deal_id: int | None = None,
    organisation_id: int | None = None,
    person_id: int | None = None,
    interaction_id: int | None = None,
) -> LogFacts:
    """Read what there is to choose from.

    :param interaction_id: the interaction to edit; what it is about is then read too.
    :raises NotFound: when what it is about is gone.
    """
    fact = None if interaction_id is None else one_interaction(workspace, interaction_id)
    if fact is not None:
        deal_id, organisation_id, person_id = fact.deal_id, fact.organisation_id, fact.person_id
    desk = read_desk(workspace, deal_id)
    owner_id = desk.me[0] if desk.me else desk.reps[0][0] if desk.reps else 0
    tasks: list[TaskFact] = []
    if desk.detail is not None:
        row = desk.detail.row
        whom = Whom(deal_id, None, person_id, row.title, row.organisation or "", since=row.created_at)
        owner_id = desk.me[0] if desk.me else desk.detail.owner_id
        if row.closed_at is None:
            tasks = deal_tasks(workspace, row.id, only_open=True)
    else:
        whom = _whom(workspace, organisation_id, person_id)
    kinds = [kind for kind in list_kinds(workspace) if kind.active or (fact and kind.id == fact.kind_id)]
    reps = desk.reps
    if fact is not None:
        owner_id = fact.owner_id
        if all(number != owner_id for number, _ in reps):
            reps = (*reps, (owner_id, fact.owner))
        whom = Whom(whom.deal_id, fact.organisation_id, fact.person_id, whom.name, whom.organisation,
                    fact.person or "", whom.since)  # fmt: skip
    return LogFacts(
        whom,
        tuple(kinds),
        reps,
        owner_id,
        desk.settings,
        suggest=desk.detail is not None and desk.detail.row.closed_at is None and not tasks,
        fact=fact,
        due={} if fact is not None else _due(workspace, desk.settings, kinds, tasks),
        last_open=tasks[0].id if len(tasks) == 1 else None,
    )


def _due(
    workspace: Workspace, settings: TeamSettings, kinds: Iterable[KindFact], tasks: Sequence[TaskFact]
) -> dict[str, tuple[Named, ...]]:
    if not tasks:
        return {}
    today = day_number(local_day(workspace.clock(), ZoneInfo(settings.time_zone)))
    found = {kind.name: finished_by(tasks, kind.name, kind.step, today) for kind in kinds}
    return {name: tuple((task.id, task.text) for task in some) for name, some in found.items() if some}


def _whom(workspace: Workspace, organisation_id: int | None, person_id: int | None) -> Whom:
    with workspace.read() as reader:
        if person_id is not None:
            rows = reader.rows(
                "SELECT p.name, p.organisation_id, o.name FROM person p "
                "LEFT JOIN organisation o ON o.id = p.organisation_id WHERE p.id = :person",
                {"person": person_id},
            )
            if not rows:
                raise NotFound(
                    tr("There is no person with number {number}.").format(number=person_id),
                    tr("It may have been undone."),
                )
            name, place, organisation = rows[0]
            return Whom(None, organisation_id or place, person_id, name, organisation or "", name)
        rows = reader.rows(
            "SELECT name FROM organisation WHERE id = :organisation", {"organisation": organisation_id}
        )
    if not rows:
        raise NotFound(
            tr("There is no organisation with number {number}.").format(number=organisation_id),
            tr("It may have been undone."),
        )
    return Whom(None, organisation_id, None, rows[0][0])


def instant_meant(
    workspace: Workspace, settings: TeamSettings, at: Moment | None, *, planned: bool, since: int
) -> int | None:
    """The instant that was meant by what was typed.

    :param since: when the deal was created; nothing took place before.
    :returns: epoch seconds; None for now.
    :raises InvalidInput: for something done in the future, and for something planned without a time.
    """
    if at is None:
        if planned:
            raise InvalidInput("at", tr("What is planned needs a time."), tr("For example fri 14:30."))
        return None
    if not planned:
        return Typed(settings, workspace.clock).happened(at, 0 if at.at is not None else since, "at")
    if at.at is not None:
        return at.at
    zone = ZoneInfo(settings.time_zone)
    return int(datetime.combine(day_of(at.day), time(PLANNED_HOUR), zone).timestamp())


def changes_of(fact: InteractionFact, wanted: Mapping[str, object]) -> dict[str, object]:
    """What an edit changes.

    :param wanted: the values to have, by field; ``at`` is None where the time was not touched.
    """
    now = {
        "kind": fact.kind,
        "owner_id": fact.owner_id,
        "person_id": fact.person_id,
        "direction": fact.direction,
        "outcome": fact.outcome,
        "at": None,
        "planned": fact.planned,
        "duration_seconds": fact.duration_seconds,
        "note": fact.note,
    }
    return {name: value for name, value in wanted.items() if value != now[name]}
