"""The base currency of a database that has none yet."""

from __future__ import annotations

from sqlalchemy import select

from funnel_tui.domain.said import placed
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.values import BadValue, parse_currency
from funnel_tui.language import tr
from funnel_tui.models import Deal, Setting
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Plan, Source
from funnel_tui.services.transaction import Transaction, table_of

_KEY = "base_currency"


def adopt_currency(call: Transaction, plan: Plan, outcome: Outcome) -> None:
    """Make the only currency of the first imported deals the base currency.

    Totals are in the base currency (METRICS M7). While nobody has chosen one and no deal has an amount, the
    currency of the deals is a better one than any default: without rates no total could be shown at all.
    """
    _tell_assumed(plan, outcome)
    setting, deal = table_of(Setting), table_of(Deal)
    connection = call.connection
    chosen = connection.execute(select(setting.c.key, setting.c.value).where(setting.c.key == _KEY)).first()
    first = plan.options.first
    if chosen is not None and (first is None or not first.currency_guessed):
        return
    if connection.execute(select(deal.c.id).where(deal.c.currency.is_not(None)).limit(1)).first() is not None:
        return
    base = read_settings(call.reader).base_currency
    named = {code for source in plan.sources for code in _currencies(source)}
    if len(named) == 1 and (code := named.pop()) != base:
        before = None if chosen is None else dict(chosen._mapping)
        call.put(Setting, before, {"key": _KEY, "value": code})
        outcome.new_base = code
        outcome.notes.append(
            tr("The base currency is now {code}, the currency of these deals.").format(code=code)
        )
    elif len(named) > 1 and base not in named:
        outcome.notes.append(
            placed(
                tr(
                    "The deals are in {sorted} and the base currency is {base}; totals need rates: funnel "
                    "import rates FILE."
                ).format(sorted=", ".join(sorted(named)), base=base),
                tr(
                    "The deals are in {sorted} and the base currency is {base}; totals need rates: import a "
                    "file of exchange rates."
                ).format(sorted=", ".join(sorted(named)), base=base),
            )
        )


def _tell_assumed(plan: Plan, outcome: Outcome) -> None:
    """Say which currency amounts were taken to be in when nobody said so."""
    if plan.options.read.currency:
        return
    for source in plan.sources:
        mapping = source.mapping
        if mapping.has("amount") and not mapping.has("currency") and source.options.currency:
            outcome.notes.append(
                placed(
                    tr(
                        "{name} names no currency: its amounts are taken as {currency}; --currency CODE says "
                        "otherwise."
                    ).format(name=source.table.name, currency=source.options.currency),
                    tr(
                        "{name} names no currency: its amounts are taken as {currency}; a fixed value of the "
                        "field “currency” says otherwise."
                    ).format(name=source.table.name, currency=source.options.currency),
                )
            )


def _currencies(source: Source) -> set[str]:
    """The currencies of the deals of a file, as far as they are named apart from the amounts."""
    if not source.mapping.has("amount"):
        return set()
    fallback = {source.options.currency} if source.options.currency else set()
    if "currency" in source.mapping.constants:
        return _codes({source.mapping.constants["currency"]})
    column = source.mapping.columns.get("currency")
    if column is None:
        return fallback
    amount = source.mapping.columns.get("amount")
    texts = {
        row[column].strip()
        for _, rows in source.table.batches(Refusals())
        for row in rows
        if amount is None or row[amount].strip()
    }
    return _codes(texts - {""}) | (fallback if "" in texts else set())


def _codes(texts: set[str]) -> set[str]:
    """The currencies among some texts."""
    codes = set()
    for text in texts:
        try:
            codes.add(parse_currency(text))
        except BadValue:
            continue
    return codes
