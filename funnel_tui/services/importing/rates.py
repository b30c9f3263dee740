"""Importing exchange rates; closed deals in the currencies concerned are priced again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, tuple_, update

from funnel_tui.domain.money import RATE_SCALE
from funnel_tui.domain.status import ChangeOp
from funnel_tui.exchange.rates import read_rates
from funnel_tui.exchange.records import RateRecord
from funnel_tui.language import tr, trn
from funnel_tui.models import ExchangeRate
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Plan
from funnel_tui.services.settings import reprice
from funnel_tui.services.transaction import Transaction, key_number, table_of

_rate = table_of(ExchangeRate)
_SET = (
    update(_rate)
    .where(_rate.c.base == bindparam("b"), _rate.c.quote == bindparam("q"), _rate.c.day == bindparam("d"))
    .values(rate_scaled=bindparam("r"))
)


class RateImport:
    """Carries out one import of rates: one per pair of currencies and day, the file's goes before the stored.

    :param call: the service call everything is written in.
    """

    def __init__(self, call: Transaction, plan: Plan, outcome: Outcome) -> None:
        self._call = call
        self._plan = plan
        self._outcome = outcome
        self._currencies: set[str] = set()

    def run(self) -> None:
        """Read and write everything."""
        for source in self._plan.sources:
            for chunk in chunks(read_rates(source.table, source.mapping, source.options, source.refusals)):
                self._outcome.rows += len(chunk)
                if not self._plan.refusals:
                    self._take(chunk)
                self._plan.report(tr("reading rates"))
        if self._currencies and not self._plan.refusals:
            priced = reprice(self._call, self._currencies)
            self._outcome.note(
                priced, trn("1 closed deal was priced anew.", "{n} closed deals were priced anew.", priced)
            )

    def _take(self, records: Sequence[RateRecord]) -> None:
        keys = [(record.base, record.quote, record.day) for record in records]
        key = tuple_(_rate.c.base, _rate.c.quote, _rate.c.day)
        found = self._call.connection.execute(select(_rate).where(key.in_(keys)))
        stored = {(row.base, row.quote, row.day): row.rate_scaled for row in found}
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for record in records:
            base, quote, day = record.base, record.quote, record.day
            row = {"base": base, "quote": quote, "day": day, "rate_scaled": scaled(record.rate)}
            was = stored.get((base, quote, day))
            if was == row["rate_scaled"]:
                self._outcome.unchanged += 1
                continue
            self._currencies |= {base, quote}
            number = key_number(_rate, row)
            if was is None:
                new.append(row)
                self._call.record(_rate, number, ChangeOp.INSERT, None, row)
            else:
                changed.append(row)
                self._call.record(_rate, number, ChangeOp.UPDATE, {**row, "rate_scaled": was}, row)
        if new:
            self._call.connection.execute(insert(_rate), new)
        if changed:
            names = {"base": "b", "quote": "q", "day": "d", "rate_scaled": "r"}
            rows = [{names[name]: value for name, value in row.items()} for row in changed]
            self._call.connection.execute(_SET, rows)
        self._outcome.new += len(new)
        self._outcome.updated += len(changed)


def scaled(rate: Decimal) -> int:
    """A rate in units of 10^-12, rounded half up."""
    exact = rate * RATE_SCALE
    return int(exact.to_integral_value(rounding="ROUND_HALF_UP"))
