"""What people type where a quota, a percentage or an adjustment is asked for."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.money import Money, exponent
from funnel_tui.domain.shown import clean, decimal_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.services.typed import Typed

_DEALS = re.compile(r"(\d{1,12})(?: ?d(?:eals?)?)?", re.ASCII)
_PERCENT = re.compile(r"(?P<sign>[+\-−]?) ?(?P<whole>\d{1,6})(?:[.,](?P<rest>\d{1,4}))? ?%?", re.ASCII)
_SIGN = re.compile(r"^\s*([+\-−])\s*")
MONEY_HELP = tr("480k, 1.2m, 480 000 EUR; nothing takes it away")
DEALS_HELP = tr("a number of deals, such as 12; nothing takes it away")


class TypedAmount(NamedTuple):
    """An amount.

    :param amount: minor units of ``currency``, or a number of deals; None for nothing.
    """

    amount: int | None
    currency: str | None


def quota_typed(reader: Typed, text: str, unit: QuotaUnit) -> TypedAmount:
    """The quota that a text means.

    :param reader: what typed text means to the user.
    :raises InvalidInput: for anything that is no amount.
    """
    text = text.strip()
    if not text:
        return TypedAmount(None, None)
    if unit is QuotaUnit.DEALS:
        found = _DEALS.fullmatch(text.replace(",", "").replace(" ", ""))
        if found is None:
            message = tr("'{text}' is no number of deals.").format(text=clean(text[:40]))
            raise InvalidInput("amount", message, tr("For example 12."))
        return TypedAmount(int(found[1]), None)
    return _money(reader, text)


def adjustment_typed(reader: Typed, text: str) -> TypedAmount:
    """What is added to a forecast, or with a minus taken off it.

    :raises InvalidInput: for anything that is no amount.
    """
    sign = _SIGN.match(text)
    bare = text if sign is None else text[sign.end() :]
    if not bare.strip():
        return TypedAmount(0, None)
    found = _money(reader, bare)
    minus = sign is not None and sign[1] != "+"
    return found._replace(amount=-(found.amount or 0)) if minus else found


def _money(reader: Typed, text: str) -> TypedAmount:
    money = reader.money(text, "amount")
    return TypedAmount(None, None) if money is None else TypedAmount(money.minor, money.currency)


def percent_typed(text: str) -> Fraction:
    """By how much quotas are raised; negative lowers them.

    :returns: percent, such as 5 for ``5 %``.
    :raises InvalidInput: for anything else.
    """
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        message = tr("'{text}' is no percentage.").format(text=clean(text.strip()[:40]))
        raise InvalidInput("percent", message, tr("For example 5, 2.5 or -10."))
    value = Fraction(f"{found['whole']}.{found['rest'] or 0}")
    return -value if found["sign"] in {"-", "−"} else value


def as_typed(amount: int | None, currency: str | None, unit: QuotaUnit, base: str) -> str:
    """An amount as one would type it, to be changed."""
    if amount is None:
        return ""
    if unit is QuotaUnit.DEALS:
        return str(amount)
    money = Money(amount, currency or base)
    places = 0 if money.major.denominator == 1 else exponent(money.currency)
    text = decimal_text(money.major, places)
    return text if money.currency == base else f"{text} {money.currency}"
