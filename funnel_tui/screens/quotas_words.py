"""Figures of quotas in words: amounts in whole or short, and each formula with its numbers put in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.calendar_names import month_name
from funnel_tui.domain.money import Money, exponent, round_half_up
from funnel_tui.domain.quotas import Holder, QuotaStatus
from funnel_tui.domain.shown import NO_VALUE, money_text, percent_text, tenth_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr, trn
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.quota import Clock, QuotaStanding
from funnel_tui.widgets.figures import short_number
from funnel_tui.widgets.named_keys import with_keys

STATUS = {
    # Translators: the four standings of a quota: a sign, a blank, one or two words; at most 10 cells.
    QuotaStatus.DONE: (tr("+ done"), "good"),
    QuotaStatus.ON_TRACK: (tr("= on track"), "good"),
    QuotaStatus.AT_RISK: (tr("! at risk"), "warn"),
    QuotaStatus.BEHIND: (tr("x behind"), "bad"),
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
            return _few_deals(value)
        return f"{short_number(Fraction(value) / 10 ** exponent(self.currency))}{self._code}"

    def full(self, value: Number | None) -> str:
        """In whole units: ``1,420,000``, ``480,000 EUR``, ``12 d``."""
        if value is None:
            return NO_VALUE
        if self.unit is QuotaUnit.DEALS:
            return _few_deals(value)
        money = Money(round_half_up(Fraction(value)), self.currency)
        return f"{money_text(money, decimals=False)}{self._code}"

    def spelt(self, value: Number | None) -> str:
        """In a sentence: with its unit or currency."""
        if value is None:
            return NO_VALUE
        if self.unit is QuotaUnit.DEALS:
            text = tenth_text(Fraction(value))
            return trn("{n} deal", "{n} deals", 1 if text == "1" else 2).format(n=text)
        return money_text(Money(round_half_up(Fraction(value)), self.currency), decimals=False)

    @property
    def _code(self) -> str:
        return "" if self.currency == self.base else f" {self.currency}"


def name_of(holder: Holder, name: str) -> str:
    """Whose a quota or an adjustment is, as it is shown: the company's has no name of its own."""
    return tr("company") if holder == Holder() else name


def month_words(day: date) -> str:
    """The month of a day in few cells: ``Apr 26``."""
    return f"{month_name(day)} {day:%y}"


def _few_deals(value: Number) -> str:
    # Translators: a number of deals in a narrow column; one letter and the blank are best.
    return tr("{deals} d").format(deals=tenth_text(Fraction(value)))


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
        return tr("not begun")
    if clock.is_over:
        return tr("over")
    return tr("day {day} of {days}").format(day=clock.elapsed, days=clock.total)


def formula(key: str, standing: QuotaStanding, amounts: Amounts, period: str) -> str:
    """What a figure is, with its numbers (METRICS 6)."""
    found = _FORMULAS.get(key)
    return "" if found is None else found(standing, amounts.spelt, period)


_Text = Callable[[Number | None], str]
_Formula = Callable[[QuotaStanding, _Text, str], str]


def _of_amounts(words: str, *names: str) -> _Formula:
    """A formula of amounts, each under its own name, and of the period."""

    def made(one: QuotaStanding, text: _Text, period: str) -> str:
        return words.format(period=period, **{name: text(getattr(one, name)) for name in names})

    return made


def _of_ratio(words: str, part: str, whole: str, share: str) -> _Formula:
    """A formula of one amount divided by another."""

    def made(one: QuotaStanding, text: _Text, _period: str) -> str:
        numbers = f"{text(getattr(one, part))} / {text(getattr(one, whole))}"
        return words.format(numbers=numbers, share=percent_text(getattr(one, share)))

    return made


_won = _of_amounts(tr("Won = Σ deals won in {period}, for who owned them at closing = {won}"), "won")
_gap = _of_amounts(
    tr("Gap = max(0, quota − won) = max(0, {quota} − {won}) = {gap}"), *("quota", "won", "gap")
)
_surplus = _of_amounts(
    tr("Surplus = max(0, won − quota) = max(0, {won} − {quota}) = {surplus}"), *("won", "quota", "surplus")
)
_pipeline = _of_amounts(
    tr("Pipeline = Σ open deals expected to close in {period}, overdue ones too = {pipeline}"), "pipeline"
)
_attainment = _of_ratio(tr("Attainment = won / quota = {numbers} = {share}"), *("won", "quota", "attainment"))
_coverage = _of_ratio(tr("Coverage = pipeline / gap = {numbers} = {share}"), *("pipeline", "gap", "coverage"))
_pace = _of_ratio(tr("Pace = won / expected by now = {numbers} = {share}"), *("won", "expected", "pace"))


def _quota(one: QuotaStanding, text: _Text, period: str) -> str:
    if one.quota is None:
        return with_keys(tr("No quota for {period}: {quota_edit} sets one"), period=period)
    return tr("Quota for {period} = {quota}; pipeline / quota = {share}").format(
        period=period, quota=text(one.quota), share=percent_text(one.quota_coverage)
    )


def _expected(one: QuotaStanding, text: _Text, _period: str) -> str:
    days = f"{one.clock.elapsed} / {one.clock.total}"
    return tr("Expected = quota × days gone / days = {quota} × {days} = {expected}").format(
        quota=text(one.quota), days=days, expected=text(one.expected)
    )


def _projection(one: QuotaStanding, text: _Text, _period: str) -> str:
    numbers = f"{text(one.won)} / {one.clock.elapsed} × {one.clock.total}"
    return tr("Projection = won / days gone × days = {numbers} = {projection}").format(
        numbers=numbers, projection=text(one.projection)
    )


def _needed(one: QuotaStanding, text: _Text, _period: str) -> str:
    numbers = f"{text(one.gap)} / {one.clock.left}"
    return tr("Needed a day = gap / days left, today gone = {numbers} = {needed}").format(
        numbers=numbers, needed=text(one.needed_per_day)
    )


def _status(one: QuotaStanding, _text: _Text, _period: str) -> str:
    return tr(
        "Pace {pace}, attainment {attainment}. Status done: attainment ≥ 100 %, on track: pace ≥ 100 %, "
        "at risk: ≥ 80 %, else behind"
    ).format(pace=percent_text(one.pace), attainment=percent_text(one.attainment))


_FORMULAS: dict[str, _Formula] = {
    **{"quota": _quota, "won": _won, "gap": _gap, "surplus": _surplus, "attainment": _attainment},
    **{"pipeline": _pipeline, "coverage": _coverage, "expected": _expected, "pace": _pace},
    **{"projection": _projection, "needed_per_day": _needed, "status": _status, "bar": _attainment},
}
