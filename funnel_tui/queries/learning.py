"""What the win probability learns from: closed deals, what was learned of them, open deals (METRICS 8)."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.money import Money
from funnel_tui.domain.probability import NO_TEAM, Candidate, Field, LearnedFrom, Tenth, Value
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.backtest import Judged
from funnel_tui.metrics.probability import Counts, TeamCounts
from funnel_tui.queries.batches import batches
from funnel_tui.queries.parts import ladder_steps, owner_filter, parameters, settled

_CLOSED = """
SELECT d.closed_at, d.id, d.pipeline_id, d.stage_id, d.status, d.closed_owner_id, d.source_id
FROM deal d WHERE d.closed_at IS NOT NULL {which} ORDER BY d.closed_at, d.id
"""
_LEARNED = """
SELECT deal_id, team_id, pipeline_id, stage_id, won, source_id, owner_id, more, foreseen
FROM learned_deal WHERE deal_id IN ({numbers})
"""
_TOUCHED = """
SELECT {distinct} FROM change c WHERE c.group_id > :after AND c.group_id <= :upto AND {which}
"""
_COMPACT = json.JSONEncoder(separators=(",", ":"))
_CHILDREN = ("stage_visit", "deal_tag", "demand_line")
"""Tables whose rows say something of a deal that the model looks at."""
_CHANGED_TEAM = "(c.entity = 'rep' AND c.op = 'update' AND c.before LIKE '%\"team_id\"%')"


def newest_group(reader: Reader) -> int:
    """The number of the last change group; 0 without any."""
    return int(reader.rows("SELECT coalesce(max(id), 0) FROM change_group")[0][0])


def learned_up_to(reader: Reader) -> int | None:
    """Up to which change group deals were learned; None when nothing was."""
    rows = reader.rows("SELECT group_id FROM learned_up_to WHERE id = 1")
    return int(rows[0][0]) if rows else None


def ground_changed(reader: Reader, after: int, upto: int) -> bool:
    """Whether something changed that everything learned rests on, so that nothing of it holds: the stages of
    a pipeline (added, removed, put in another order, given another probability) or from how many closed deals
    on there is a model."""
    which = (
        "((c.entity = 'stage' AND (c.op <> 'update' OR c.before LIKE '%\"position\"%'"
        " OR c.before LIKE '%\"probability_bp\"%' OR c.before LIKE '%\"pipeline_id\"%'))"
        " OR (c.entity = 'setting' AND coalesce(c.after, c.before) LIKE '%\"model_minimum\"%')) LIMIT 1"
    )
    return bool(reader.rows(_TOUCHED.format(distinct="1", which=which), {"after": after, "upto": upto}))


def any_touched(reader: Reader, after: int, upto: int) -> bool:
    """Whether any deal was written since, or a rep went to another team."""
    names = ", ".join(f"'{name}'" for name in ("deal", *_CHILDREN))
    which = f"(c.entity IN ({names}) OR {_CHANGED_TEAM}) LIMIT 1"
    return bool(reader.rows(_TOUCHED.format(distinct="1", which=which), {"after": after, "upto": upto}))


def deals_touched(reader: Reader, after: int, upto: int, most: int) -> list[int] | None:
    """The deals that were written since, as the audit log knows them; ascending.

    :returns: None when there are more than ``most``; what became of each is not looked at then.
    """
    at = {"after": after, "upto": upto}
    ranges = _TOUCHED.format(distinct="DISTINCT c.row_id, c.row_last", which="c.entity = 'deal'")
    numbers = f"SELECT count(*), coalesce(sum(r.row_last - r.row_id + 1), 0) FROM ({ranges}) r"
    if int(reader.rows(numbers, at)[0][1]) > most:
        return None
    found = {number for first, last in reader.rows(ranges, at) for number in range(first, last + 1)}
    for table in _CHILDREN:
        there = reader.rows(
            f"SELECT DISTINCT t.deal_id FROM change c JOIN {table} t ON t.id BETWEEN c.row_id AND c.row_last"
            f" WHERE c.group_id > :after AND c.group_id <= :upto AND c.entity = '{table}'",
            at,
        )
        gone = _TOUCHED.format(
            distinct="DISTINCT c.before", which=f"c.entity = '{table}' AND c.op = 'delete'"
        )
        found.update(int(number) for (number,) in there)
        found.update(int(json.loads(before)["deal_id"]) for (before,) in reader.rows(gone, at))
    found.update(_of_moved_reps(reader, at))
    return sorted(found) if len(found) <= most else None


def _of_moved_reps(reader: Reader, at: Mapping[str, int]) -> Iterator[int]:
    """The closed deals of reps who went to another team: they count for that one now."""
    moved = reader.rows(_TOUCHED.format(distinct="DISTINCT c.row_id", which=_CHANGED_TEAM), at)
    for numbers in batches([int(rep) for (rep,) in moved]):
        sql = f"SELECT id FROM deal WHERE closed_at IS NOT NULL AND closed_owner_id IN ({numbers})"
        yield from (int(number) for (number,) in reader.rows(sql))


def last_closed(reader: Reader, pipelines: Iterable[PipelineFact], besides: Container[int], most: int) -> int:
    """When the last deal was closed that is not one of some; 0 without any. Epoch seconds.

    :param most: at most so many deals are left out.
    """
    found = 0
    for pipeline in pipelines:
        for status, furthest in ladder_steps(pipeline):
            rows = reader.rows(
                f"SELECT closed_at, id FROM deal {reader.using('ix_deal_closed')}"
                f" WHERE pipeline_id = :pipeline AND status = '{status}' AND furthest = {furthest}"
                " AND closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT :most",
                {"pipeline": pipeline.id, "most": most + 1},
            )
            found = max(found, next((int(at) for at, number in rows if number not in besides), 0))
    return found


def closed_deals(
    reader: Reader, as_of: int | None = None, past: Iterable[DealFact] = ()
) -> list[LearnedFrom]:
    """All closed deals in the order they were closed.

    Products and tags are those of now: they have no history.

    :param as_of: as they stood then; None for now.
    :param past: the deals that changed after as-of, as they stood then.
    """
    if as_of is None:
        rows = reader.rows(_CLOSED.format(which=""))
    else:
        rows = reader.rows(_CLOSED.format(which="AND d.changed_at <= :as_of"), {"as_of": as_of})
        rows += [_closed_then(deal) for deal in past if deal.closed_at is not None]
        rows.sort()
    return _learned(reader, rows, _labels(reader, ""))


def _closed_then(deal: DealFact) -> tuple[Any, ...]:
    where = (deal.pipeline_id, deal.stage_id, deal.status.value)
    return (deal.closed_at, deal.id, *where, deal.closed_owner_id, deal.source_id)


def closed_among(reader: Reader, ids: Sequence[int]) -> tuple[list[LearnedFrom], dict[int, int]]:
    """Those of some deals that are closed, in the order they were closed.

    :returns: the deals, and when each was closed (epoch seconds).
    """
    rows: list[tuple[Any, ...]] = []
    labels: dict[int, list[Value]] = {}
    for numbers in batches(ids):
        rows += reader.rows(_CLOSED.format(which=f"AND d.id IN ({numbers})"))
        labels |= _labels(reader, f"WHERE deal_id IN ({numbers})")
    return _learned(reader, sorted(rows), labels), {row[1]: int(row[0]) for row in rows}


def _learned(
    reader: Reader, rows: Sequence[tuple[Any, ...]], labels: Mapping[int, list[Value]]
) -> list[LearnedFrom]:
    teams = rep_teams(reader)
    return [
        LearnedFrom(
            *(number, teams.get(owner, NO_TEAM), pipeline, stage, status == DealStatus.WON.value),
            values=_values(owner, source, labels.get(number, ())),
        )
        for _, number, pipeline, stage, status, owner, source in rows
    ]


def _values(owner: int, source: int | None, labels: Sequence[Value]) -> tuple[Value, ...]:
    of_source = () if source is None else ((Field.SOURCE, int(source)),)
    return (*of_source, (Field.OWNER, int(owner)), *labels)


def _labels(reader: Reader, where: str) -> dict[int, list[Value]]:
    """The products and tags of deals, by deal."""
    found: dict[int, list[Value]] = {}
    for name, table, column in (
        (Field.PRODUCT, "demand_line", "product_id"),
        (Field.TAG, "deal_tag", "tag_id"),
    ):
        sql = f"SELECT DISTINCT deal_id, {column} FROM {table} {where} ORDER BY 1, 2"
        for deal, number in reader.rows(sql):
            found.setdefault(deal, []).append((name, int(number)))
    return found


def values_of(reader: Reader, deal_id: int, owner: int, source: int | None) -> tuple[Value, ...]:
    """The values of one deal in all fields but the stage."""
    return _values(owner, source, _labels(reader, f"WHERE deal_id = {int(deal_id)}").get(deal_id, ()))


def team_of(reader: Reader, rep_id: int) -> int:
    """The team of a rep, or :data:`NO_TEAM`."""
    rows = reader.rows("SELECT team_id FROM rep WHERE id = :id", {"id": rep_id})
    return NO_TEAM if not rows or rows[0][0] is None else int(rows[0][0])


def rep_teams(reader: Reader) -> dict[int, int]:
    """The team of each rep who has one, by number."""
    return dict(reader.rows("SELECT id, team_id FROM rep WHERE team_id IS NOT NULL"))


def read_counts(
    reader: Reader, pipelines: Iterable[PipelineFact], minimum: int, only_team: int | None = None
) -> Counts:
    """What was learned.

    :param only_team: of this team; None for all.
    """
    counts = Counts({pipeline.id: pipeline for pipeline in pipelines}, minimum)
    which, at = ("", {}) if only_team is None else (" WHERE team_id = :team", {"team": only_team})
    for team, deals in reader.rows(f"SELECT team_id, deals FROM learned_team{which}", at):
        counts.teams[int(team)] = TeamCounts(int(deals))
    for team, name, value, won, lost in reader.rows(
        f"SELECT team_id, field, value_id, won, lost FROM learned_value{which}", at
    ):
        counts.teams.setdefault(team, TeamCounts()).add((Field(name), value), won=won, lost=lost)
    return counts


def read_tenths(reader: Reader) -> list[Tenth]:
    """How past deals came out, by the tenth of what was predicted."""
    sql = "SELECT lowest, n, deals, won, predicted, model_error, stage_error FROM learned_tenth"
    return [Tenth(*map(int, row)) for row in reader.rows(sql)]


def judged_among(reader: Reader, ids: Sequence[int]) -> list[Judged]:
    """What was learned of some deals."""
    found = []
    for numbers in batches(ids):
        for row in reader.rows(_LEARNED.format(numbers=numbers)):
            deal, team, pipeline, stage, won, source, owner, more, foreseen = row
            values = _values(owner, source, unpack(more))
            learned = LearnedFrom(deal, team, pipeline, stage, bool(won), values)
            found.append(Judged(learned, *unpack_foreseen(foreseen)))
    return found


def pack(values: Iterable[Value]) -> str:
    """Products and tags as JSON; "" without any."""
    kept = [[name.value, number] for name, number in values if name in {Field.PRODUCT, Field.TAG}]
    return _COMPACT.encode(kept) if kept else ""


def unpack(more: str) -> list[Value]:
    """What :func:`pack` wrote."""
    return [(Field(name), int(number)) for name, number in json.loads(more)] if more else []


def pack_foreseen(judged: Judged) -> str:
    """What had been predicted of a deal as JSON, ``[[by the model, …], [by the stage, …]]``; "" without a
    model."""
    return _COMPACT.encode((judged.model_bp, judged.stage_bp)) if judged.model_bp else ""


def unpack_foreseen(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What :func:`pack_foreseen` wrote."""
    model, stage = json.loads(text) if text else ((), ())
    return tuple(map(int, model)), tuple(map(int, stage))


def candidates(reader: Reader, selection: Selection) -> list[Candidate]:
    """The open deals of a selection, as the model asks for them."""
    teams = rep_teams(reader)
    rows = _open_rows(reader, selection)
    if selection.past:
        rows += _open_then(reader, selection)
    labels: dict[int, list[Value]] = {}
    for numbers in batches([row[0] for row in rows]):
        labels |= _labels(reader, f"WHERE deal_id IN ({numbers})")
    return [
        Candidate(
            *(number, str(title), teams.get(owner, NO_TEAM), selection.pipeline.id, stage, owner),
            *(typed, expected, _values(owner, source, labels.get(number, ()))),
            amount=None if amount is None else Money(int(amount), currency),
        )
        for number, title, stage, owner, typed, expected, source, amount, currency in rows
    ]


def _open_rows(reader: Reader, selection: Selection) -> list[tuple[Any, ...]]:
    sql = (
        "SELECT d.id, d.title, d.stage_id, d.owner_id, d.probability_bp, d.expected_close, d.source_id,"
        " d.amount_minor, d.currency"
        f" FROM deal d {reader.using('ix_deal_open')}"
        " WHERE d.pipeline_id = :pipeline AND d.closed_at IS NULL"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)}"
    )
    return reader.rows(sql, parameters(selection))


def _open_then(reader: Reader, selection: Selection) -> list[tuple[Any, ...]]:
    """Deals that changed since as-of and were open then."""
    then = [
        deal
        for deal in selection.past or ()
        if deal.status is DealStatus.OPEN
        and deal.pipeline_id == selection.pipeline.id
        and selection.admits(deal.owner_id)
    ]
    titles: dict[int, str] = {}
    for numbers in batches([deal.id for deal in then]):
        titles |= dict(reader.rows(f"SELECT id, title FROM deal WHERE id IN ({numbers})"))
    return [
        (
            *(deal.id, titles[deal.id], deal.stage_id, deal.owner_id, deal.probability_bp),
            *(deal.expected_close, deal.source_id, deal.amount, deal.currency),
        )
        for deal in then
    ]
