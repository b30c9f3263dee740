"""Figures of quotas in words: amounts in whole or short, and each formula with its numbers put in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.money import Money, exponent, round_half_up
from funnel_tui.domain.quotas import QuotaStatus
from funnel_tui.domain.shown import NO_VALUE, decimal_text, money_text, percent_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.quota import Clock, QuotaStanding
from funnel_tui.widgets.figures import short_number

STATUS = {
    QuotaStatus.DONE: ("+ done", "good"),
    QuotaStatus.ON_TRACK: ("= on track", "good"),
    QuotaStatus.AT_RISK: ("! at risk", "warn"),
    QuotaStatus.BEHIND: ("x behind", "bad"),
}
"""A sign, a word and a look: status is never told by colour alone."""

FULL, EMPTY, MARK = "█", "░", "│"


class Amounts(NamedTuple):
    """How amounts of a unit and a currency read.

    :param base: the base currency; amounts in another one carry its code.
    """

    unit: QuotaUnit
    currency: str
    base: str

    def short(self, value: Number | None) -> str:
        """In few cells: ``1.42M``, ``480k EUR``, ``12 d``."""
        if value is None:
            return NO_VALUE
        if self.unit is QuotaUnit.DEALS:
            return f"{_whole(value)} d"
        return f"{short_number(Fraction(value) / 10 ** exponent(self.currency))}{self._code}"

    def full(self, value: Number | None) -> str:
        """In whole units: ``1,420,000``, ``480,000 EUR``, ``12 d``."""
        if value is None:
            return NO_VALUE
        if self.unit is QuotaUnit.DEALS:
            return f"{_whole(value)} d"
        money = Money(round_half_up(Fraction(value)), self.currency)
        return f"{money_text(money, decimals=False)}{self._code}"

    def spelt(self, value: Number | None) -> str:
        """In a sentence: with its unit or currency."""
        if value is None:
            return NO_VALUE
        if self.unit is QuotaUnit.DEALS:
            text = _whole(value)
            return f"{text} deal" if text == "1" else f"{text} deals"
        return money_text(Money(round_half_up(Fraction(value)), self.currency), decimals=False)

    @property
    def _code(self) -> str:
        return "" if self.currency == self.base else f" {self.currency}"


def _whole(value: Number) -> str:
    """A number of deals: whole, or with one decimal where it is not."""
    exact = Fraction(value)
    return f"{exact.numerator:,}" if exact.denominator == 1 else decimal_text(exact, 1)


def bar_text(share: Fraction | None, clock: Clock, width: int) -> str:
    """A bar of attainment in so many cells, with a line where it should be by now.

    :param share: None draws no bar at all.
    """
    if share is None:
        return ""
    filled = min(width, int(share * width))
    cells = [FULL] * filled + [EMPTY] * (width - filled)
    if clock.has_begun and not clock.is_over:
        cells[min(width - 1, clock.elapsed * width // clock.total)] = MARK
    return "".join(cells)


def clock_words(clock: Clock) -> str:
    """How far the period has gone."""
    if not clock.has_begun:
        return "not begun"
    return "over" if clock.is_over else f"day {clock.elapsed} of {clock.total}"


def formula(key: str, standing: QuotaStanding, amounts: Amounts, period: str) -> str:
    """What a figure is, with its numbers (METRICS 6)."""
    found = _FORMULAS.get(key)
    return "" if found is None else found(standing, amounts.spelt, period)


_Text = Callable[[Number | None], str]


def _quota(one: QuotaStanding, text: _Text, period: str) -> str:
    if one.quota is None:
        return f"No quota for {period}: e sets one"
    return f"Quota for {period} = {text(one.quota)}; pipeline / quota = {percent_text(one.quota_coverage)}"


def _won(one: QuotaStanding, text: _Text, period: str) -> str:
    return f"Won = Σ deals won in {period}, for who owned them at closing = {text(one.won)}"


def _gap(one: QuotaStanding, text: _Text, _period: str) -> str:
    return f"Gap = max(0, quota − won) = max(0, {text(one.quota)} − {text(one.won)}) = {text(one.gap)}"


def _surplus(one: QuotaStanding, text: _Text, _period: str) -> str:
    whole = f"max(0, {text(one.won)} − {text(one.quota)})"
    return f"Surplus = max(0, won − quota) = {whole} = {text(one.surplus)}"


def _attainment(one: QuotaStanding, text: _Text, _period: str) -> str:
    numbers = f"{text(one.won)} / {text(one.quota)}"
    return f"Attainment = won / quota = {numbers} = {percent_text(one.attainment)}"


def _pipeline(one: QuotaStanding, text: _Text, period: str) -> str:
    return f"Pipeline = Σ open deals expected to close in {period}, overdue ones too = {text(one.pipeline)}"


def _coverage(one: QuotaStanding, text: _Text, _period: str) -> str:
    numbers = f"{text(one.pipeline)} / {text(one.gap)}"
    return f"Coverage = pipeline / gap = {numbers} = {percent_text(one.coverage)}"


def _expected(one: QuotaStanding, text: _Text, _period: str) -> str:
    days = f"{one.clock.elapsed} / {one.clock.total}"
    return f"Expected = quota × days gone / days = {text(one.quota)} × {days} = {text(one.expected)}"


def _pace(one: QuotaStanding, text: _Text, _period: str) -> str:
    numbers = f"{text(one.won)} / {text(one.expected)}"
    return f"Pace = won / expected by now = {numbers} = {percent_text(one.pace)}"


def _projection(one: QuotaStanding, text: _Text, _period: str) -> str:
    numbers = f"{text(one.won)} / {one.clock.elapsed} × {one.clock.total}"
    return f"Projection = won / days gone × days = {numbers} = {text(one.projection)}"


def _needed(one: QuotaStanding, text: _Text, _period: str) -> str:
    numbers = f"{text(one.gap)} / {one.clock.left}"
    return f"Needed a day = gap / days left, today gone = {numbers} = {text(one.needed_per_day)}"


def _status(one: QuotaStanding, _text: _Text, _period: str) -> str:
    rule = "done: attainment ≥ 100 %, on track: pace ≥ 100 %, at risk: ≥ 80 %, else behind"
    return f"Pace {percent_text(one.pace)}, attainment {percent_text(one.attainment)}. Status {rule}"


_FORMULAS: dict[str, Callable[[QuotaStanding, _Text, str], str]] = {
    **{"quota": _quota, "won": _won, "gap": _gap, "surplus": _surplus, "attainment": _attainment},
    **{"pipeline": _pipeline, "coverage": _coverage, "expected": _expected, "pace": _pace},
    **{"projection": _projection, "needed_per_day": _needed, "status": _status, "bar": _attainment},
}
