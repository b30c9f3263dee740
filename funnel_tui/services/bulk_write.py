"""The write side of a change of many deals: rows read by the hundred, statements run for hundreds of rows.

A single service call runs some nine statements per deal. Here the same code runs, but its statements on deals
and what belongs to them are kept back and run once for many rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from funnel_tui.domain.facts import VisitFact
from funnel_tui.domain.status import ChangeOp
from funnel_tui.models import Deal, DealPast, DealStage, DealTag, StageVisit, Task
from funnel_tui.services.routes import Route
from funnel_tui.services.standing import Pricing, read_pricing_of
from funnel_tui.services.transaction import Transaction, Values, explain_conflict, table_of
from funnel_tui.services.visits import DealHistory

_deal, _visit = table_of(Deal), table_of(StageVisit)

HELD = {table_of(model).name: model for model in (Deal, DealPast, DealStage, DealTag, StageVisit, Task)}
"""Tables whose rows belong to one deal: nothing that is done to another deal depends on them."""

NUMBERS_AT_ONCE = 200
"""Row numbers taken from a sequence of PostgreSQL at a time."""

_NOTHING: frozenset[str] = frozenset()


class HeldConnection:
    """A connection that keeps inserts, updates and deletes of :data:`HELD` tables back.

    Statements run in the order in which they were first asked for, each with all its rows. That is right as
    long as every deal goes through the same steps, and what is read of a deal was not written before.

    :param raw: the connection of the transaction.
    """

    def __init__(self, raw: Connection) -> None:
        self._raw = raw
        self._waiting: dict[Any, tuple[Any, str, list[Values]]] = {}
        self._numbers: dict[str, deque[int]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run a statement, or keep it back."""
        held = parameters is not None and statement.is_dml and statement.table.name in HELD
        if not held:
            return self._raw.execute(statement, parameters)
        table: Table = statement.table
        if not statement.is_insert:
            self.hold((id(statement), tuple(parameters)), statement, table.name, [parameters])
            return None
        key = ("insert", table.name)
        if "id" not in table.c:
            self.hold(key, statement, table.name, parameters)
            return None
        number = self._number(table.name)
        self.hold(key, statement, table.name, [{"id": number, **parameters}])
        return SimpleNamespace(inserted_primary_key=(number,))

    def hold(self, key: Any, statement: Any, table: str, rows: Iterable[Values]) -> None:
        """Keep a statement back.

        :param key: the same for statements that can be run as one.
        """
        self._waiting.setdefault(key, (statement, table, []))[2].extend(rows)

    def run(self) -> None:
        """Run what was kept back."""
        for statement, table, rows in self._waiting.values():
            try:
                self._raw.execute(statement, rows)
            except IntegrityError as error:
                raise explain_conflict(error, HELD[table], {}) from error
        self._waiting.clear()

    def _number(self, table: str) -> int:
        """The number of a new row."""
        free = self._numbers.setdefault(table, deque())
        if not free:
            free.extend(self._free_numbers(table))
        number = free.popleft()
        if not free and self._raw.dialect.name == "sqlite":
            free.append(number + 1)  # Nobody else writes before this transaction ends.
        return number

    def _free_numbers(self, table: str) -> list[int]:
        if self._raw.dialect.name == "postgresql":
            sql = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, %s)"  # noqa: S608
            return [int(row[0]) for row in self._raw.exec_driver_sql(sql, (NUMBERS_AT_ONCE,))]
        # sqlite_sequence knows the highest number ever given, also to a row that was undone.
        given = f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"  # noqa: S608
        top = f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), coalesce(({given}), 0)) + 1"  # noqa: S608
        return [int(self._raw.exec_driver_sql(top).scalar_one())]


class BatchTransaction(Transaction):
    """A transaction for many deals. :meth:`load` before, and :meth:`write_out` after some hundred of them.

    :param outer: the transaction it is a part of; it records nothing itself.
    """

    def __init__(self, outer: Transaction) -> None:
        super().__init__(outer.session, at=outer.at, actor=outer.actor, action=outer.action)
        self._deals: dict[int, dict[str, Any]] = {}
        self._known: set[tuple[type[SQLModel], int]] = set()
        self._pricing: dict[str | None, Pricing] = {}

    @cached_property
    def connection(self) -> Connection:
        """The connection of the transaction, which keeps writes back."""
        return cast(Connection, HeldConnection(super().connection))

    @property
    def _held(self) -> HeldConnection:
        return cast(HeldConnection, self.connection)

    def load(self, ids: Sequence[int]) -> None:
        """Read and lock the rows of some deals at once; those read before are forgotten."""
        query = select(_deal).where(_deal.c.id.in_(ids)).order_by(_deal.c.id).with_for_update()
        self._deals = {row.id: dict(row._mapping) for row in self.connection.execute(query)}

    def write_out(self) -> None:
        """Run the statements that were kept back."""
        self._held.run()

    def row(self, model: type[SQLModel], row_id: int) -> dict[str, Any] | None:
        """A row as it stands; that of a deal as it was loaded."""
        known = self._deals.get(row_id) if model is Deal else None
        return super().row(model, row_id) if known is None else known

    def require(self, model: type[SQLModel], row_id: int) -> None:
        """Ask once for a row that many deals refer to."""
        if (model, row_id) not in self._known:
            super().require(model, row_id)
            self._known.add((model, row_id))

    def update(
        self,
        model: type[SQLModel],
        before: Values,
        changes: Values,
        *,
        unrecorded: frozenset[str] = _NOTHING,
    ) -> int:
        """As :meth:`Transaction.update`, with the statement kept back."""
        table = table_of(model)
        if table.name not in HELD:
            return super().update(model, before, changes, unrecorded=unrecorded)
        version = int(before.get("version", 0))
        new = {name: value for name, value in changes.items() if before[name] != value and name != "version"}
        if not new:
            return version
        row_id = int(before["id"])
        told = {name: value for name, value in new.items() if name not in unrecorded}
        if version:
            version += 1
            new["version"] = version
        columns = tuple(sorted(new))
        row = {"row_number": row_id, **{name: new[name] for name in columns}}
        self._held.hold((table.name, columns), _update(model), table.name, [row])
        if told:
            self.record(table, row_id, ChangeOp.UPDATE, {name: before[name] for name in told}, told)
        return version

    def pricing(self, currency: str | None) -> Pricing:
        """What prices closed deals in a currency; read once."""
        if currency not in self._pricing:
            self._pricing[currency] = read_pricing_of(self.reader, currency)
        return self._pricing[currency]


@cache
def _update(model: type[SQLModel]) -> Any:
    table = table_of(model)
    return update(table).where(table.c.id == bindparam("row_number"))


class LoadedHistory(DealHistory):
    """A deal with its visits, read together with those of other deals."""

    call: BatchTransaction

    @classmethod
    def load_many(
        cls, call: BatchTransaction, ids: Sequence[int], routes: Mapping[int, Route]
    ) -> dict[int, LoadedHistory]:
        """Lock deals and read their visits, by number.

        :param routes: all pipelines.
        """
        call.load(ids)
        found: dict[int, LoadedHistory] = {}
        for number in ids:
            deal = call.get(Deal, number)
            found[number] = cls(call, deal, routes[deal["pipeline_id"]])
        query = (
            select(
                *(_visit.c.deal_id, _visit.c.id, _visit.c.seq, _visit.c.pipeline_id, _visit.c.stage_id),
                *(_visit.c.entered_at, _visit.c.left_at, _visit.c.exit, _visit.c.owner_id),
                *(_visit.c.exit_owner_id, _visit.c.loss_reason_id),
            )
            .where(_visit.c.deal_id.in_(ids))
            .order_by(_visit.c.deal_id, _visit.c.seq)
        )
        for deal_id, visit_id, seq, *fact in call.connection.execute(query):
            found[deal_id].take(visit_id, seq, VisitFact(*fact))
        return found

    def _pricing(self, closed_at: int | None) -> Pricing | None:
        if closed_at is None or self.deal["amount_minor"] is None:
            return None
        return self.call.pricing(self.deal["currency"])
