"""What a customer asks for, in words and in sums: ``2 × Pump at 500 EUR; Hose``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.money import MAX_MINOR, Money, round_half_up
from funnel_tui.domain.shown import money_text
from funnel_tui.errors import InvalidInput
from funnel_tui.formats import localised
from funnel_tui.language import tr

EXAMPLES = tr("For example 2 × Pump at 500; Hose.")
HELP = tr("2 x Pump at 500; Hose  (quantity and price may be left out)")

_QUANTITY = re.compile(r"\d{1,13}(?:[.,]\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[, ]\d{3})+(?:\.\d{1,3})?", re.ASCII)
_COUNTED = re.compile(r"\s*(?P<quantity>[\d., ]+?)\s*(?:[×*]|[xX](?=\s))\s*(?P<rest>.*)", re.DOTALL)
_PRICED = re.compile(r"(?:(?P<product>.*\S)\s+)?(?:at|@)\s+(?P<price>[^;]*\d[^;]*)", re.DOTALL)


class DemandWords(NamedTuple):
    """One line as it was typed: each part a text of its own, "" where it was left out."""

    quantity: str
    product: str
    price: str


def read_quantity(text: str, field: str = "quantity") -> int:
    """A quantity in thousandths: ``2``, ``1.5``, ``0,25``, ``1,000``, ``1 000``; nothing is one.

    A comma before three digits divides thousands, as in amounts; a point before decimals.

    :raises InvalidInput: for anything else, for none at all and for more than three decimals.
    """
    typed = text.strip()
    if not typed:
        return 1000
    if _GROUPED.fullmatch(typed):
        typed = typed.replace(",", "").replace(" ", "")
    if _QUANTITY.fullmatch(typed) is None:
        shown = typed if len(typed) <= 30 else f"{typed[:29]}…"
        raise InvalidInput(
            field,
            tr("Quantity {shown!r} is no number above zero.").format(shown=shown),
            tr("For example 2 or 1.5, to three decimals."),
        )
    quantity = Fraction(typed.replace(",", ".")) * 1000
    if not 0 < quantity <= 10**12:
        raise InvalidInput(field, tr("Quantity must lie between 0.001 and 1,000,000,000."))
    return int(quantity)


def quantity_text(milli: int) -> str:
    """A quantity for people: ``2``, ``1.5``, ``1,000``."""
    whole, rest = divmod(milli, 1000)
    return localised(f"{whole:,}" + (f".{rest:03}".rstrip("0") if rest else ""))


def quantity_typed(milli: int) -> str:
    """A quantity as :func:`read_quantity` reads it whatever the locale: ``2``, ``1.5``, ``1000``."""
    whole, rest = divmod(milli, 1000)
    return f"{whole}" + (f".{rest:03}".rstrip("0") if rest else "")


def split_demand(text: str) -> list[DemandWords]:
    """The lines of a text in which ``;`` divides them; empty ones are left out."""
    return [split_line(part) for part in text.split(";") if part.strip()]


def split_line(text: str) -> DemandWords:
    """A line in its parts: a number before ``×``, ``x`` or ``*`` is the quantity, what follows ``at`` the
    price.

    A number without a sign behind it belongs to the product: ``3 phase motor``.
    """
    quantity = price = ""
    counted = _COUNTED.fullmatch(text)
    if counted is not None:
        quantity, text = counted["quantity"], counted["rest"]
    priced = _PRICED.fullmatch(text.strip())
    if priced is not None:
        text, price = priced["product"] or "", priced["price"]
    return DemandWords(quantity.strip(), text.strip(), price.strip())


def demand_text(line: Demand) -> str:
    """A line for people: ``2 × Pump at 500.00 EUR``."""
    quantity = quantity_text(line.quantity_milli)
    if not line.price:
        return f"{quantity} × {line.product}"
    price = money_text(line.price, currency=True)
    return tr("{quantity} × {product} at {price}").format(
        quantity=quantity, product=line.product, price=price
    )


def demand_words(lines: Sequence[Demand], most: int | None = None) -> str:
    """Several lines in one: ``2 × Pump at 500.00 EUR; 1 × Hose``; "" for none.

    :param most: tell only so many of them, and how many more there are.
    """
    shown = list(lines) if most is None else list(lines[:most])
    words = "; ".join(map(demand_text, shown))
    if len(shown) == len(lines):
        return words
    return tr("{some} and {more} more").format(some=words, more=len(lines) - len(shown))


def demand_total(lines: Iterable[Demand]) -> Money | None:
    """What all lines come to, rounded half up once; None without lines, without a price of each, in several
    currencies, or beyond the largest amount of a deal."""
    total, currencies = Fraction(0), set()
    for line in lines:
        if line.price is None:
            return None
        total += Fraction(line.quantity_milli, 1000) * line.price.minor
        currencies.add(line.price.currency)
    if len(currencies) != 1:
        return None
    minor = round_half_up(total)
    return Money(minor, currencies.pop()) if minor <= MAX_MINOR else None
