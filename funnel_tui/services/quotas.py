"""Quotas: set, take away, raise, spread and copy them. Each call is one transaction and one change group.

Revisions are never changed: a new one says what the quota is from now on, with who and when (METRICS 6). An
undo takes the revisions of its call away again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from funnel_tui.domain.money import round_half_up
from funnel_tui.domain.period import Period, PeriodKind, days_of
from funnel_tui.domain.quotas import (
    Holder,
    QuotaFact,
    QuotaWish,
    parts_of,
    shares_of,
)
from funnel_tui.domain.said import said_n
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import InvalidInput, NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.queries import quotas as queries
from funnel_tui.services.quota_writing import QuotaOutcome, QuotaWriter
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace

LARGEST_RAISE = Fraction(10)
"""A quota is raised by at most 1,000 % at once: more is a slip of the finger."""


def set_quota(
    workspace: Workspace,
    *,
    holder: Holder,
    period: Period,
    amount: int | None,
    unit: str = "money",
    currency: str | None = None,
    note: str | None = None,
) -> QuotaOutcome:
    """Set, revise or take away one quota.

    :param holder: a rep, a team, or neither for the company.
    :param amount: minor units of ``currency`` or a number of deals; None takes the quota away.
    :param unit: ``money`` or ``deals``.
    :param currency: None for the base currency.
    :raises InvalidInput: for an amount, currency or period that cannot be.
    :raises NotFound: for a rep or team that is not there.
    :raises Refused: when the period overlaps another quota, the rep has left, or nothing is there to take
        away.
    """
    wish = QuotaWish(holder, period, amount, _unit(unit), currency)
    return set_quotas(workspace, [wish], note=note)


def set_quotas(workspace: Workspace, wishes: Sequence[QuotaWish], *, note: str | None = None) -> QuotaOutcome:
    """Set many quotas at once, such as the cells of a grid; all or none. See :func:`set_quota`."""
    with workspace.change("set_quotas") as call:
        call.alone()
        outcome = QuotaWriter(call).write(wishes, note)
        if len(wishes) == 1 and wishes[0].amount is None and not outcome.written:
            raise Refused(tr("There is no such quota to take away."), tr("funnel quota list shows them."))
    return outcome


def raise_quotas(
    workspace: Workspace,
    *,
    period: Period,
    percent: Fraction,
    holders: Sequence[Holder] | None = None,
    note: str | None = None,
) -> QuotaOutcome:
    """Raise the quotas of a period by a percentage (a negative one lowers them), rounded half up.

    :param percent: such as 5 for 5 %.
    :param holders: whose; None for all that have one.
    :raises InvalidInput: for a percentage that cannot be meant.
    :raises NotFound: when none of them has a quota in exactly this period.
    """
    factor = 1 + percent / 100
    if factor < 0 or factor > 1 + LARGEST_RAISE:
        raise InvalidInput(
            "percent",
            tr("Quotas cannot be raised by {percent} %.").format(percent=_number(percent)),
            tr("For example 5, or -10 to lower."),
        )

    def raised(fact: QuotaFact) -> QuotaWish:
        return replace(_as_wish(fact, period), amount=round_half_up((fact.amount or 0) * factor))

    if percent >= 0:
        words = tr("Raised the quotas of {period} by {percent} %")
    else:
        words = tr("Lowered the quotas of {period} by {percent} %")
    words = words.format(period=period.label, percent=_number(abs(percent)))
    with workspace.change("raise_quotas") as call:
        call.alone()
        return _each(call, period, holders, raised, note, words)


def copy_quotas(
    workspace: Workspace,
    *,
    period: Period,
    target: Period | None = None,
    holders: Sequence[Holder] | None = None,
    note: str | None = None,
) -> QuotaOutcome:
    """Copy the quotas of a period to the next one. Who has a quota there already keeps it.

    :param target: another period than the next.
    :raises NotFound: when there is nothing to copy.
    """
    goal = period.shifted(1) if target is None else target
    if goal == period:
        raise InvalidInput(
            "period",
            tr("{period} has no next period.").format(period=period.label),
            tr("Name a month, quarter or year."),
        )
    with workspace.change("copy_quotas") as call:
        call.alone()
        start, end = days_of(goal)
        there = {
            (fact.holder, fact.unit)
            for fact in queries.quotas_between(call.reader, start, end)
            if (fact.start_day, fact.end_day) == (start, end)
        }
        kept = 0

        def copied(fact: QuotaFact) -> QuotaWish | None:
            nonlocal kept
            if (fact.holder, fact.unit) in there:
                kept += 1
                return None
            return _as_wish(fact, goal)

        words = tr("Copied the quotas of {period} to {target}").format(period=period.label, target=goal.label)
        outcome = _each(call, period, holders, copied, note, words)
        if kept:
            outcome.note(
                said_n(
                    "{period}: {n:,} quota was there already and stays as it is.",
                    "{period}: {n:,} were there and stay as they are.",
                    kept,
                    period=goal.label,
                    n=kept,
                )
            )
    return outcome


def spread_quota(
    workspace: Workspace,
    *,
    holder: Holder,
    period: Period,
    into: str,
    amount: int | None = None,
    unit: str = "money",
    currency: str | None = None,
    note: str | None = None,
) -> QuotaOutcome:
    """Spread a quota evenly over the quarters or months of its period; the parts add up to it exactly.

    :param into: ``quarter`` or ``month``.
    :param amount: set the whole quota first; None takes the one that is there.
    :raises NotFound: without an amount where there is no quota to spread.
    :raises InvalidInput: for a period that such parts do not fill.
    """
    parts = _parts(period, into)
    with workspace.change("spread_quota") as call:
        call.alone()
        writer = QuotaWriter(call)
        set_first = None if amount is None else QuotaWish(holder, period, amount, _unit(unit), currency)
        whole = set_first or _present(writer, holder, period, _unit(unit))
        if whole is None:
            raise NotFound(
                tr("{name} has no quota for {period} to spread.").format(
                    name=writer.name(holder), period=period.label
                ),
                tr("Say how much it is."),
            )
        wishes = _shares(whole, parts) if set_first is None else [set_first, *_shares(whole, parts)]
        words = tr("Spread the quota of {name} for {period} over {n} months")
        if into == PeriodKind.QUARTER:
            words = tr("Spread the quota of {name} for {period} over {n} quarters")
        words = words.format(name=writer.name(holder), period=period.label, n=len(parts))
        return writer.write(wishes, note, words)


def spread_quotas(
    workspace: Workspace,
    *,
    holders: Sequence[Holder],
    period: Period,
    into: str,
    unit: str = "money",
    note: str | None = None,
) -> QuotaOutcome:
    """Spread the quotas that several holders have for a period, each evenly over its quarters or months.

    Those without a quota of their own for it are left out, and a note says how many.

    :param into: ``quarter`` or ``month``.
    :raises NotFound: where none of them has a quota to spread.
    :raises InvalidInput: for a period that such parts do not fill.
    """
    parts = _parts(period, into)
    with workspace.change("spread_quota") as call:
        call.alone()
        writer = QuotaWriter(call)
        found = [_present(writer, holder, period, _unit(unit)) for holder in holders]
        wholes = [whole for whole in found if whole is not None]
        if not wholes:
            raise NotFound(
                tr("None of them has a quota for {period} to spread.").format(period=period.label),
                tr("Set one for the whole period first."),
            )
        wishes = [wish for whole in wholes for wish in _shares(whole, parts)]
        words = tr("Spread quotas of {period} over months")
        if into == PeriodKind.QUARTER:
            words = tr("Spread quotas of {period} over quarters")
        outcome = writer.write(wishes, note, words.format(period=period.label))
        without = len(found) - len(wholes)
        if without:
            outcome.note(
                said_n(
                    "{n:,} of them has no quota for {period} and stays as it is.",
                    "{n:,} of them have no quota for {period} and stay as they are.",
                    without,
                    period=period.label,
                    n=without,
                )
            )
    return outcome


def _parts(period: Period, into: str) -> Sequence[Period]:
    """The quarters or months of a period.

    :raises InvalidInput: for another word, or a period that such parts do not fill.
    """
    if into not in {PeriodKind.QUARTER.value, PeriodKind.MONTH.value}:
        raise InvalidInput(
            "into",
            tr("A quota cannot be spread over {into!r}.").format(into=into),
            tr("Say quarter or month."),
        )
    parts = parts_of(period, PeriodKind(into))
    if not parts:
        words = tr("{period} is not made of whole months.")
        if into == PeriodKind.QUARTER:
            words = tr("{period} is not made of whole quarters.")
        raise InvalidInput(
            "period",
            words.format(period=period.label),
            tr("Spread a year, or a quarter over months."),
        )
    return parts


def _present(writer: QuotaWriter, holder: Holder, period: Period, unit: QuotaUnit) -> QuotaWish | None:
    """The quota that a holder has for exactly this period, or None."""
    fact = writer.present.get((*holder, *days_of(period), unit.value))
    return None if fact is None or fact.amount is None else _as_wish(fact, period)


def _shares(whole: QuotaWish, parts: Sequence[Period]) -> list[QuotaWish]:
    """A quota cut into equal parts that add up to it exactly."""
    shares = shares_of(max(0, whole.amount or 0), len(parts))
    return [replace(whole, period=part, amount=share) for part, share in zip(parts, shares, strict=True)]


def _each(
    call: Transaction,
    period: Period,
    holders: Sequence[Holder] | None,
    wish: Callable[[QuotaFact], QuotaWish | None],
    note: str | None,
    words: str,
) -> QuotaOutcome:
    """Write a wish for every quota of exactly this period."""
    writer = QuotaWriter(call)
    start, end = days_of(period)
    facts = [
        fact
        for fact in writer.present.values()
        if (fact.start_day, fact.end_day) == (start, end)
        and fact.amount is not None
        and (holders is None or fact.holder in holders)
    ]
    if not facts:
        raise NotFound(
            tr("There is no quota for {period}.").format(period=period.label),
            tr("funnel quota list shows them."),
        )
    return writer.write([made for fact in facts if (made := wish(fact)) is not None], note, words)


def _as_wish(fact: QuotaFact, period: Period) -> QuotaWish:
    return QuotaWish(fact.holder, period, fact.amount, QuotaUnit(fact.unit), fact.currency)


def _unit(word: str) -> QuotaUnit:
    try:
        return QuotaUnit(word)
    except ValueError:
        raise InvalidInput(
            "unit", tr("A quota cannot be in {unit!r}.").format(unit=word), tr("Say money or deals.")
        ) from None


def _number(value: Fraction) -> str:
    return f"{float(value):,.10g}"
