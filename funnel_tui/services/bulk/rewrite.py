"""New histories and values for deals that exist, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from funnel_tui.domain.facts import Ladder, VisitFact
from funnel_tui.domain.status import ChangeOp, VisitExit
from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.models import Deal, DealPast, DealStage, StageVisit
from funnel_tui.services.bulk.stream import RowStream
from funnel_tui.services.standing import Pricing, derived_columns, stage_rows, stand
from funnel_tui.services.transaction import Transaction, insert_many, table_of
from funnel_tui.services.visits import UNRECORDED

Values = Mapping[str, Any]
Row = dict[str, Any]

_VISIT_DEFAULTS: Row = {
    **dict.fromkeys(("left_at", "exit", "exit_owner_id", "amount_minor", "currency")),
    **{"moved_by": "", "loss_reason_id": None, "loss_note": None, "assumed": False},
}
_PAST_DEFAULTS: Row = dict.fromkeys(
    ("amount_minor", "currency", "expected_close", "probability_bp", "source_id")
)
_UNRECORDED = UNRECORDED | {"version"}


@dataclass(slots=True)
class _Wish:
    changes: Values
    visits: Sequence[Values] | None
    past: Sequence[Values]


@dataclass(slots=True)
class _Edits:
    """What a batch does to one table, as (row as it was, changed columns)."""

    changed: list[tuple[Row, Row]] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)

    def compare(self, before: Row, after: Values) -> bool:
        new = {name: value for name, value in after.items() if before[name] != value}
        if new:
            self.changed.append((before, new))
        return bool(new)


class Rewriter:
    """Takes wishes for existing deals and carries them out together.

    Every row is recorded with what it was and what it is. A visit that stays the same is left alone.

    :param visits: numbers new visits.
    :param past: numbers new former values.
    """

    def __init__(
        self,
        transaction: Transaction,
        ladders: Mapping[int, Ladder],
        pricing: Pricing,
        visits: RowStream,
        past: RowStream,
    ) -> None:
        self.pending: dict[int, _Wish] = {}
        self._transaction = transaction
        self._ladders = ladders
        self._pricing = pricing
        self._visit_numbers = visits
        self._past_numbers = past

    def take(
        self, deal_id: int, changes: Values, visits: Sequence[Values] | None, past: Sequence[Values]
    ) -> None:
        """Remember a wish until :meth:`flush`."""
        self.pending[deal_id] = _Wish(changes, visits, past)

    def flush(self) -> None:
        """Carry out what was taken.

        :raises NotFound: when a deal is not there.
        """
        if not self.pending:
            return
        connection = self._transaction.connection
        numbers = list(self.pending)
        deals = _deals(connection, numbers)
        histories = _histories(connection, numbers)
        edited = _last_edits(connection, numbers)
        deal_edits, visit_edits, past_rows = _Edits(), _Edits(), []
        stages: list[Row] = []
        for deal_id, wish in self.pending.items():
            if deal_id not in deals:
                raise NotFound(
                    tr("Deal {number} is not there any more.").format(number=deal_id),
                    tr("Run the import again."),
                )
            before = deals[deal_id]
            old = histories.get(deal_id, [])
            new = (
                old
                if wish.visits is None
                else [_visit(deal_id, at, v) for at, v in enumerate(wish.visits, 1)]
            )
            touched = self._compare_visits(visit_edits, old, new)
            past = [self._former(deal_id, former) for former in wish.past]
            past_rows.extend(past)
            last_edit = max([edited.get(deal_id, 0), *(row["until_at"] for row in past)])
            stands = stand([_fact(visit) for visit in new], self._ladders)
            after = {**before, **wish.changes}
            after |= derived_columns(stands, after, self._pricing, edited_at=last_edit)
            if touched or past or after != before:
                after["version"] = before["version"] + 1
                deal_edits.compare(before, after)
                stages.extend(stage_rows(deal_id, stands))
        self.pending.clear()
        self._write(deal_edits, visit_edits, past_rows, stages)

    def _compare_visits(self, edits: _Edits, old: list[Row], new: list[Row]) -> bool:
        edits.gone.extend(old[len(new) :])
        touched = len(old) != len(new)
        for before, after in zip(old, new, strict=False):
            touched |= edits.compare(before, after)
        edits.new.extend({"id": self._visit_numbers.number(), **row} for row in new[len(old) :])
        return touched

    def _former(self, deal_id: int, former: Values) -> Row:
        return {"id": self._past_numbers.number(), "deal_id": deal_id, **_PAST_DEFAULTS, **former}

    def _write(self, deals: _Edits, visits: _Edits, past: list[Row], stages: list[Row]) -> None:
        """Write and record a batch; a visit goes before another may take its place as the open one."""
        self._visit_numbers.skip()
        self._past_numbers.skip()
        connection, visit, deal = self._transaction.connection, table_of(StageVisit), table_of(Deal)
        if visits.gone:
            numbers = [{"which": row["id"]} for row in visits.gone]
            connection.execute(delete(visit).where(visit.c.id == bindparam("which")), numbers)
        _update(connection, visit, visits.changed)
        _update(connection, deal, deals.changed)
        insert_many(connection, StageVisit, visits.new)
        insert_many(connection, DealPast, past)
        derived = table_of(DealStage)
        if deals.changed:
            stale = [before["id"] for before, _ in deals.changed]
            connection.execute(delete(derived).where(derived.c.deal_id.in_(stale)))
            connection.execute(insert(derived), stages)
        for row in visits.gone:
            self._transaction.record(visit, row["id"], ChangeOp.DELETE, row, None)
        self._record(visit, visits, frozenset())
        self._record(deal, deals, _UNRECORDED)
        for table, rows in ((visit, visits.new), (table_of(DealPast), past)):
            for row in rows:
                self._transaction.record(table, row["id"], ChangeOp.INSERT, None, row)

    def _record(self, table: Table, edits: _Edits, unrecorded: frozenset[str]) -> None:
        for before, new in edits.changed:
            told = {name: value for name, value in new.items() if name not in unrecorded}
            if told:
                was = {name: before[name] for name in told}
                self._transaction.record(table, before["id"], ChangeOp.UPDATE, was, told)


def _deals(connection: Connection, numbers: Sequence[int]) -> dict[int, Row]:
    table = table_of(Deal)
    query = select(table).where(table.c.id.in_(numbers)).with_for_update()
    return {row.id: dict(row._mapping) for row in connection.execute(query)}


def _histories(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Row]]:
    table = table_of(StageVisit)
    query = select(table).where(table.c.deal_id.in_(numbers)).order_by(table.c.deal_id, table.c.seq)
    found: dict[int, list[Row]] = {}
    for row in connection.execute(query):
        found.setdefault(row.deal_id, []).append(dict(row._mapping))
    return found


def _last_edits(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    table = table_of(DealPast)
    query = select(table.c.deal_id, func.max(table.c.until_at)).where(table.c.deal_id.in_(numbers))
    rows = connection.execute(query.group_by(table.c.deal_id))
    return {int(deal_id): int(until_at) for deal_id, until_at in rows}


def _update(connection: Connection, table: Table, changed: Iterable[tuple[Row, Row]]) -> None:
    rows = [{**before, **new, "which": before["id"]} for before, new in changed]
    if rows:
        names = [column.name for column in table.c if column.name != "id"]
        statement = update(table).where(table.c.id == bindparam("which"))
        connection.execute(statement.values({name: bindparam(name) for name in names}), rows)


def _visit(deal_id: int, seq: int, visit: Values) -> Row:
    row = {"deal_id": deal_id, "seq": seq, **_VISIT_DEFAULTS, **visit}
    row["exit"] = None if row["exit"] is None else VisitExit(row["exit"])
    return row


def _fact(visit: Row) -> VisitFact:
    return VisitFact(
        *(visit["pipeline_id"], visit["stage_id"], visit["entered_at"], visit["left_at"], visit["exit"]),
        *(visit["owner_id"], visit["exit_owner_id"], visit["loss_reason_id"]),
    )
