"""Learning from closed deals, a little at a time, so that asking for probabilities costs little (METRICS 8).

What was learned is kept in tables of its own. Before probabilities are shown, the deals that were written
since are found through the audit log: what had been learned of them is taken back, and what holds now is
learned. The first time, and after the stages of a pipeline changed, everything is learned anew.

For the backtest a deal is predicted from the deals closed before it. So a closed deal that is only edited
keeps its predictions, and one that comes late, with a day before deals that are already learned, gets none
until everything is learned anew; many of these lead to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import delete, insert
from sqlmodel import SQLModel

from funnel_tui.db import Reader
from funnel_tui.domain.probability import LearnedFrom
from funnel_tui.metrics.backtest import Judged, judge, replay, tenths
from funnel_tui.metrics.probability import Counts
from funnel_tui.models.learning import LearnedDeal, LearnedTeam, LearnedTenth, LearnedUpTo, LearnedValue
from funnel_tui.queries import learning as queries
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.workspace import Workspace

AT_ONCE = 20_000
"""When more deals than this were written since, learning everything anew is quicker."""
BEHIND = 1_000
"""So many change groups that concern no deal may pass before it is noted that they were looked at."""
LATE = 500
"""When more deals than this came late, learning everything anew predicts them too."""
_ROWS = 5_000

Progress = Callable[[int, int], None]


def learn(workspace: Workspace, progress: Progress | None = None) -> None:
    """Bring what was learned up to date. Costs next to nothing when no deal was written since.

    :param progress: is called with how many deals were learned, and how many there are, while everything is
        learned anew. What it raises ends the learning, and nothing is written.
    :raises DatabaseBusy: when another program writes for too long; nothing is lost, the next call goes on.
    """
    with workspace.read() as reader:
        upto, newest = queries.learned_up_to(reader), queries.newest_group(reader)
        if upto is not None and _is_fresh(reader, upto, newest):
            return
    with workspace.change("learn") as call:
        # On PostgreSQL a group with a lower number may still be unwritten, unless everybody waits.
        call.alone()
        reader = call.reader
        upto, newest = queries.learned_up_to(reader), queries.newest_group(reader)
        touched = None if upto is None else _touched(reader, upto, newest)
        if touched is not None and _learn_some(call, touched):
            _note(call, newest)
            return
    _learn_all(workspace, newest, progress)


def is_begun(workspace: Workspace) -> bool:
    """Whether :func:`learn` only has to add what was written since, which is quick."""
    with workspace.read() as reader:
        upto, newest = queries.learned_up_to(reader), queries.newest_group(reader)
        return upto is not None and _touched(reader, upto, newest) is not None


def _is_fresh(reader: Reader, upto: int, newest: int) -> bool:
    if upto == newest:
        return True
    if upto > newest or newest - upto > BEHIND or queries.ground_changed(reader, upto, newest):
        return False
    return not queries.any_touched(reader, upto, newest)


def _touched(reader: Reader, upto: int, newest: int) -> list[int] | None:
    """The deals that were written since; None when everything is to be learned anew."""
    if upto > newest or queries.ground_changed(reader, upto, newest):
        return None
    return queries.deals_touched(reader, upto, newest, AT_ONCE)


def _learn_some(call: Transaction, deals: Sequence[int]) -> bool:
    """Take back what had been learned of some deals, and learn what holds now.

    :returns: False, with nothing written, when everything is to be learned anew instead.
    """
    former = queries.judged_among(call.reader, deals)
    closed, closed_at = queries.closed_among(call.reader, deals)
    if not former and not closed:
        return True
    counts = _counts(call.reader, empty=False)
    ten = tenths(queries.read_tenths(call.reader))
    for judged in former:
        counts.unlearn(judged.deal)
        judge(ten, judged, -1)
    last = queries.last_closed(call.reader, counts.pipelines.values(), set(deals), len(deals))
    known = {judged.deal.deal_id: judged for judged in former}
    anew = [
        _as_predicted(judged, known.get(judged.deal.deal_id), late=closed_at[judged.deal.deal_id] < last)
        for judged in replay(counts, closed)
    ]
    if (
        sum(judged.deal.deal_id not in known and closed_at[judged.deal.deal_id] < last for judged in anew)
        > LATE
    ):
        return False
    for judged in anew:
        judge(ten, judged)
    _forget(call, list(known))
    _insert(call, LearnedDeal, map(_row, anew))
    _write_sums(call, counts)
    _replace(call, LearnedTenth, ({name: getattr(one, name) for name in _TENTH} for one in ten))
    return True


def _as_predicted(judged: Judged, former: Judged | None, *, late: bool) -> Judged:
    """The predictions from the deals closed before, where we have them.

    :param former: what was learned of the deal before.
    :param late: deals that were closed after it are already learned.
    """
    if not late:
        return judged
    same = former is not None and (former.deal.won, former.deal.stage_id) == (
        *(judged.deal.won, judged.deal.stage_id),
    )
    if not same or former is None:
        return replace(judged, model_bp=(), stage_bp=())
    return replace(judged, model_bp=former.model_bp, stage_bp=former.stage_bp)


def _learn_all(workspace: Workspace, upto: int, progress: Progress | None) -> None:
    """Learn everything anew. The deals are read and counted before anybody has to wait."""
    with workspace.read() as reader:
        counts = _counts(reader, empty=True)
        closed = queries.closed_deals(reader)
    ten = tenths()
    judged = []
    if progress is not None:
        progress(0, len(closed))
    for number, one in enumerate(replay(counts, closed), 1):
        judge(ten, one)
        judged.append(one)
        if progress is not None and number % _ROWS == 0:
            progress(number, len(closed))
    with workspace.change("learn") as call:
        call.alone()
        call.connection.execute(delete(table_of(LearnedDeal)))
        _insert(call, LearnedDeal, map(_row, judged))
        _write_sums(call, counts)
        _replace(call, LearnedTenth, ({name: getattr(one, name) for name in _TENTH} for one in ten))
        # What was written while we counted is younger than this, and is looked at the next time.
        _note(call, upto)


_TENTH = ("lowest", "n", "deals", "won", "predicted", "model_error", "stage_error")


def _counts(reader: Reader, *, empty: bool) -> Counts:
    pipelines, minimum = read_pipelines(reader), read_settings(reader).model_minimum
    if empty:
        return Counts({pipeline.id: pipeline for pipeline in pipelines}, minimum)
    return queries.read_counts(reader, pipelines, minimum)


def _write_sums(call: Transaction, counts: Counts) -> None:
    teams = counts.teams.items()
    _replace(call, LearnedTeam, ({"team_id": number, "deals": team.deals} for number, team in teams))
    _replace(
        call,
        LearnedValue,
        (
            {"team_id": number, "field": field.value, "value_id": value, "won": won, "lost": lost}
            for number, team in teams
            for (field, value), (won, lost) in team.values.items()
        ),
    )


def _row(judged: Judged) -> dict[str, object]:
    deal: LearnedFrom = judged.deal
    of = {field.value: number for field, number in deal.values}
    return {
        "deal_id": deal.deal_id,
        "team_id": deal.team_id,
        "pipeline_id": deal.pipeline_id,
        "stage_id": deal.stage_id,
        "won": int(deal.won),
        "source_id": of.get("source"),
        "owner_id": of["owner"],
        "more": queries.pack(deal.values),
        "foreseen": queries.pack_foreseen(judged),
    }


def _forget(call: Transaction, deals: Sequence[int]) -> None:
    table = table_of(LearnedDeal)
    for start in range(0, len(deals), 500):
        call.connection.execute(delete(table).where(table.c.deal_id.in_(deals[start : start + 500])))


def _replace(call: Transaction, model: type[SQLModel], rows: Iterable[dict[str, object]]) -> None:
    call.connection.execute(delete(table_of(model)))
    _insert(call, model, rows)


def _insert(call: Transaction, model: type[SQLModel], rows: Iterable[dict[str, object]]) -> None:
    every = list(rows)
    for start in range(0, len(every), _ROWS):
        call.connection.execute(insert(table_of(model)), every[start : start + _ROWS])


def _note(call: Transaction, group: int) -> None:
    _replace(call, LearnedUpTo, [{"id": 1, "group_id": group}])
