"""Writes what is done in the grid of quotas; each in one transaction, told in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.quotas import Holder, QuotaWish
from funnel_tui.domain.shown import count_text, money_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import DatabaseProblem, FunnelError
from funnel_tui.language import tr, trn
from funnel_tui.screens.quotas_typed import TypedAmount
from funnel_tui.screens.quotas_words import name_of
from funnel_tui.screens.writing import Told
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

Doing = Callable[[Workspace], Told]


def told_or_refused(doing: Doing, workspace: Workspace) -> Told:
    """Do it; what the user can mend comes back as what was found, so that nothing typed is lost.

    A database that somebody else holds is told in the usual way, with another try.
    """
    try:
        return doing(workspace)
    except DatabaseProblem:
        raise
    except FunnelError as error:
        return Told(found=error, written=False)


def setting(
    typed: TypedAmount, holder: Holder, name: str, period: Period, unit: QuotaUnit, note: str | None = None
) -> Doing:
    """Sets, revises or takes away the quota of a cell.

    :param typed: how much; nothing takes it away.
    """

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.quotas import set_quotas

        wish = QuotaWish(holder, period, typed.amount, unit, typed.currency)
        outcome = set_quotas(workspace, [wish], note=note)
        if not outcome.written:
            return Told(tr("It was so already."), written=False)
        shown = _shown(typed.amount, typed.currency, unit)
        return _told(f"{name_of(holder, name)}, {period.label}: {shown}", outcome.notes)

    return partial(told_or_refused, doing)


def filling(amount: int, currency: str, holders: Sequence[Holder], period: Period, unit: QuotaUnit) -> Doing:
    """Sets the same quota for several holders."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.quotas import set_quotas

        code = currency if unit is QuotaUnit.MONEY else None
        wishes = [QuotaWish(holder, period, amount, unit, code) for holder in holders]
        outcome = set_quotas(workspace, wishes)
        words = trn(
            "{n} quota of {period} set to {amount}", "{n} quotas of {period} set to {amount}", outcome.written
        ).format(n=count_text(outcome.written), period=period.label, amount=_shown(amount, code, unit))
        return _told(words, outcome.notes, written=bool(outcome.written))

    return partial(told_or_refused, doing)


def copying(period: Period, after: Period, holders: Sequence[Holder] | None) -> Doing:
    """Copies quotas to the next period; those that are there stay.

    :param after: the next period.
    :param holders: whose; None for everybody's.
    """

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.quotas import copy_quotas

        outcome = copy_quotas(workspace, period=period, target=after, holders=holders)
        words = trn("{n} quota copied to {period}", "{n} quotas copied to {period}", outcome.written).format(
            n=count_text(outcome.written), period=after.label
        )
        return _told(words, outcome.notes, written=bool(outcome.written))

    return partial(told_or_refused, doing)


def raising(period: Period, percent: Fraction, holders: Sequence[Holder] | None) -> Doing:
    """Raises quotas by a percentage; a negative one lowers them."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.quotas import raise_quotas

        outcome = raise_quotas(workspace, period=period, percent=percent, holders=holders)
        words = trn(
            "{n} quota of {period} changed by {percent} %",
            "{n} quotas of {period} changed by {percent} %",
            outcome.written,
        ).format(n=count_text(outcome.written), period=period.label, percent=f"{float(percent):+g}")
        return _told(words, outcome.notes, written=bool(outcome.written))

    return partial(told_or_refused, doing)


def spreading(holder: Holder, name: str, period: Period, into: str, unit: QuotaUnit) -> Doing:
    """Spreads the quota of a cell evenly over quarters or months."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.quotas import spread_quota

        outcome = spread_quota(workspace, holder=holder, period=period, into=into, unit=unit.value)
        count = outcome.written
        if into == PeriodKind.MONTH.value:
            text = trn(
                "{name}, {period}: spread over {n} month", "{name}, {period}: spread over {n} months", count
            )
        else:
            text = trn(
                "{name}, {period}: spread over {n} quarter",
                "{name}, {period}: spread over {n} quarters",
                count,
            )
        words = text.format(name=name_of(holder, name), period=period.label, n=count)
        return _told(words, outcome.notes, written=bool(outcome.written))

    return partial(told_or_refused, doing)


def spreading_each(holders: Sequence[Holder], period: Period, into: str, unit: QuotaUnit) -> Doing:
    """Spreads the quotas of several holders, each evenly over quarters or months."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.quotas import spread_quotas

        outcome = spread_quotas(workspace, holders=holders, period=period, into=into, unit=unit.value)
        words = trn(
            "{period} spread: {n} quota of its parts set",
            "{period} spread: {n} quotas of its parts set",
            outcome.written,
        ).format(period=period.label, n=count_text(outcome.written))
        return _told(words, outcome.notes, written=bool(outcome.written))

    return partial(told_or_refused, doing)


def _told(words: str, notes: Sequence[str], *, written: bool = True) -> Told:
    told = with_keys(tr("{words}; {undo} takes it back."), words=words) if written else f"{words}."
    return Told(" ".join([told, *notes]), written=written)


def _shown(amount: int | None, currency: str | None, unit: QuotaUnit) -> str:
    if amount is None:
        return tr("taken away")
    if unit is QuotaUnit.DEALS or currency is None:
        return trn("{n} deal", "{n} deals", amount).format(n=count_text(amount))
    money = Money(amount, currency)
    return money_text(money, decimals=money.major.denominator != 1, currency=True)
