"""Amounts as people type them into a form: ``480k``, ``1.2m``, ``480 000,50``, ``USD 5000``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from funnel_tui.domain.money import Money, exponent
from funnel_tui.errors import InvalidInput, UsageError
from funnel_tui.exchange.amounts import DEFAULT_MARKS, NumberMarks, marks_for, parse_amount
from funnel_tui.exchange.values import BadValue
from funnel_tui.language import tr

EXAMPLES = tr("For example 480k, 1.2m, 480 000,50 or USD 5000.")

_OTHER = NumberMarks(",", ".")
_THREE = re.compile(r"\D*\d{1,3}(?P<mark>[.,])\d{3}(?![\d.,])(?! ?[kKmM]\b).*", re.ASCII | re.DOTALL)


def parse_money(
    text: str, default_currency: str | None, locale: str | None = None, *, field: str = "amount"
) -> Money:
    """The amount a text means.

    The marks of the locale go first. The other way of writing is tried when that gives no amount, so ``1,2m``
    and ``1.2m`` both work. One mark with three digits after it stands for thousands whatever the locale
    (``1.200``, ``1,200``): nobody types three decimals, except of a currency that has them.

    :param text: what was typed.
    :param default_currency: the currency when the text names none; None refuses such an amount.
    :param locale: such as ``nb_NO``; None is a decimal point and a thousands comma.
    :param field: the field it was typed into, for the error.
    :raises InvalidInput: for anything else, with the reason and examples.
    """
    if not text.strip():
        raise InvalidInput(field, tr("No amount is given."), EXAMPLES)
    usual = (_marks(locale), DEFAULT_MARKS, _OTHER)
    try:
        three = _THREE.fullmatch(text)
        if three:
            read = _first(text, (DEFAULT_MARKS if three["mark"] == "," else _OTHER,), default_currency)
            if exponent(read.currency) < 3:
                return read
        return _first(text, usual, default_currency)
    except BadValue as problem:
        # What follows the semicolon is advice for the command line.
        reason = problem.reason.partition(";")[0]
    if not reason.startswith("'"):
        reason = tr("The amount {problem}").format(problem=reason)
    raise InvalidInput(field, f"{reason}.", EXAMPLES)


def _first(text: str, ways: Iterable[NumberMarks], currency: str | None) -> Money:
    """The amount in the first way of writing that gives one.

    :raises BadValue: when none does: what the first way says is wrong.
    """
    first: BadValue | None = None
    for marks in dict.fromkeys(ways):
        try:
            return Money(*parse_amount(text, marks, fallback=currency))
        except BadValue as problem:
            first = first or problem
    assert first is not None
    raise first


def _marks(locale: str | None) -> NumberMarks:
    try:
        return marks_for(locale)
    except UsageError:
        # A locale of the environment that nobody knows is no reason to refuse an amount.
        return DEFAULT_MARKS
