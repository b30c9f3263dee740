"""What the customer first asked for: the demand lines of a deal, and where a pipeline requires them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.demand import demand_words
from funnel_tui.domain.money import Money
from funnel_tui.errors import InvalidInput, StaleEdit
from funnel_tui.language import tr
from funnel_tui.models import Deal, DemandLine
from funnel_tui.models.inputs import checked
from funnel_tui.models.inputs_deal import DemandLineInput
from funnel_tui.queries.deal_detail import demand_of
from funnel_tui.services.together import Within
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.vocabulary import ensure_product
from funnel_tui.services.workspace import Workspace

MAX_LINES = 200
"""A deal has at most so many demand lines."""
TOLD = 3
"""So many of them are named in a summary."""

_line = table_of(DemandLine)


def set_demand(
    workspace: Workspace, *, deal_id: int, lines: Sequence[Demand], seen: Sequence[Demand] | None = None
) -> None:
    """Let a deal have exactly these demand lines, in this order; one change group. Its amount stays.

    :param lines: products are made when they are new; their names differ by more than case.
    :param seen: the lines that the caller saw; None not to ask.
    :raises InvalidInput: for a value that is not acceptable, or too many lines.
    :raises NotFound: for an unknown deal.
    :raises StaleEdit: when somebody else changed the lines since.
    """
    wanted = checked_demand(lines)
    with workspace.change("set_demand") as call:
        deal = call.get(Deal, deal_id)
        present = demand_of(call.reader, deal_id)
        if seen is not None and list(seen) != present:
            raise StaleEdit(
                tr("What {deal} asks for was changed after you opened it.").format(deal=deal["title"]),
                mine={"demand": demand_words(wanted)},
                theirs={"demand": demand_words(present)},
            )
        if wanted == present:
            return
        _write(call, deal_id, wanted)
        told = demand_words(wanted, TOLD)
        call.summary = tr("{deal} asks for {products}").format(
            deal=deal["title"], products=told or tr("nothing")
        )


def change_line(
    workspace: Workspace,
    *,
    deal_id: int,
    at: int,
    line: Demand | None,
    seen: Sequence[Demand],
    anyway: bool = False,
) -> None:
    """Add a demand line, change one or remove it; see :func:`set_demand`.

    :param at: which one, from 0; ``len(seen)`` for a new one.
    :param line: None removes it.
    :param seen: the lines that the caller saw.
    :param anyway: also when somebody else changed the lines since. A new line is then added to theirs; else
        the lines become what the caller saw, with the change.
    """
    with workspace.change("set_demand") as call:
        new = [line] if line is not None else []
        present = demand_of(call.reader, deal_id) if anyway else seen
        others = present if at >= len(seen) else seen
        lines = [*others[:at], *new, *others[at + 1 :]] if at < len(seen) else [*others, *new]
        set_demand(Within(workspace, call), deal_id=deal_id, lines=lines, seen=present)


def checked_demand(lines: Sequence[Demand]) -> list[Demand]:
    """Demand lines as they are stored.

    :raises InvalidInput: for the first value that is not acceptable; its field is ``product``, ``quantity``,
        ``price`` or ``demand``.
    """
    if len(lines) > MAX_LINES:
        raise InvalidInput(
            "demand",
            tr("A deal can have {most} demand lines, not {n:,}.").format(most=MAX_LINES, n=len(lines)),
        )
    return [_checked(line) for line in lines]


def _checked(line: Demand) -> Demand:
    price = line.price
    values = {
        "product": line.product,
        "quantity_milli": line.quantity_milli,
        "price_minor": price and price.minor,
        "currency": price and price.currency,
    }
    try:
        given = checked(DemandLineInput, values)
    except InvalidInput as error:
        field = {"quantity_milli": "quantity", "price_minor": "price", "currency": "price"}.get(error.field)
        if field == "quantity":
            raise InvalidInput(field, tr("Quantity must lie between 0.001 and 1,000,000,000.")) from None
        raise InvalidInput(field or error.field, error.message, error.hint) from None
    if given.price_minor is None or given.currency is None:
        return Demand(given.product, given.quantity_milli, None)
    return Demand(given.product, given.quantity_milli, Money(given.price_minor, given.currency))


def _write(call: Transaction, deal_id: int, wanted: Sequence[Demand]) -> None:
    """Line by line: what changed is changed, so that a history shows what became what."""
    query = select(_line).where(_line.c.deal_id == deal_id).order_by(_line.c.id)
    rows = [dict(row._mapping) for row in call.connection.execute(query)]
    for at, line in enumerate(wanted):
        values: Mapping[str, Any] = {
            "product_id": ensure_product(call, line.product),
            "quantity_milli": line.quantity_milli,
            "price_minor": line.price and line.price.minor,
            "currency": line.price and line.price.currency,
        }
        if at < len(rows):
            call.update(DemandLine, rows[at], values)
        else:
            call.insert(DemandLine, {"deal_id": deal_id, **values})
    for row in rows[len(wanted) :]:
        call.delete(DemandLine, row)
