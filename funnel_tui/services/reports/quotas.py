"""Report ``quotas``: what everybody has to reach, has reached, and needs to reach it (METRICS 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import listed, said
from funnel_tui.domain.shown import money_text
from funnel_tui.domain.status import GroupBy, QuotaUnit
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.quota import AtQuota, QuotaStanding, at_quota, mismatch
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row
from funnel_tui.services.reports.columns import GROUPS
from funnel_tui.services.reports.columns_planning import QUOTA_TOTALS, QUOTAS
from funnel_tui.services.reports.looking import Looking
from funnel_tui.services.reports.quota_figures import LEFT, NO_RATE, QuotaFigures, QuotaLine
from funnel_tui.services.reports.quota_period import settle_period
from funnel_tui.services.reports.unpriced import open_note, won_note

_NAMED = 5


def quotas_report(looking: Looking) -> Report:
    """One row per quota of a rep of the scope and one for each rep without; or one per team.

    Without a period it is about the present one (:func:`~.quota_period.present_period`).

    :raises UsageError: when split by something else than rep or team.
    """
    by = looking.scope.by
    if by not in {None, GroupBy.REP, GroupBy.TEAM}:
        raise UsageError(tr("Quotas are of reps and teams."), tr("Use --by rep or --by team."))
    looking, note = settle_period(looking)
    figures = QuotaFigures(looking, looking.scope.period)
    reps = figures.rep_lines()
    lines = figures.team_lines() if by is GroupBy.TEAM else reps
    unit = total_unit(reps)
    columns = [GROUPS[by.value], *QUOTAS] if by is not None else list(QUOTAS)
    return building.make(
        looking,
        "quotas",
        tr("Quotas{when} · {whose}").format(when=building.when(looking), whose=building.whose(looking)),
        columns,
        [_row(looking, line) for line in lines],
        totals_of(looking, figures, reps, unit),
        QUOTA_TOTALS,
        notes_on(looking, figures, reps, note),
    )


def total_unit(lines: Sequence[QuotaLine]) -> QuotaUnit:
    """What is summed: money, unless all quotas are in deals."""
    units = {line.unit for line in lines if line.standing.quota is not None}
    return QuotaUnit.DEALS if units == {QuotaUnit.DEALS} else QuotaUnit.MONEY


def with_quota(lines: Sequence[QuotaLine], unit: QuotaUnit) -> list[QuotaLine]:
    """The lines of a unit whose attainment is known: without a quota, or with one of 0, there is none."""
    return [line for line in lines if line.unit is unit and line.base.is_known]


def total_standing(figures: QuotaFigures, lines: Sequence[QuotaLine], unit: QuotaUnit) -> QuotaStanding:
    """Σ of the lines with a quota, in the base currency or in deals; of all lines when nobody has one.

    What is won without a quota would make up for what others have to reach, so it is told apart.
    """
    known = with_quota(lines, unit)
    summed = [line.base for line in known or (line for line in lines if line.unit is unit)]
    return QuotaStanding(
        sum(base.quota for base in summed if base.quota is not None) if known else None,
        sum(base.won for base in summed if base.won is not None),
        sum(base.pipeline for base in summed if base.pipeline is not None),
        figures.clock,
    )


def reps_at_quota(lines: Sequence[QuotaLine]) -> AtQuota:
    """Share of reps at quota; a rep with a quota in money and one in deals is told by the first."""
    first: dict[int | None, QuotaLine] = {}
    for line in lines:
        first.setdefault(line.holder.rep_id, line)
    return at_quota(line.standing for line in first.values())


def mismatch_of(figures: QuotaFigures, lines: Sequence[QuotaLine], unit: QuotaUnit) -> Number | None:
    """Σ members − the quota of the team or company itself (METRICS 6); no value without one of its own."""
    own = figures.own_line(unit)
    if own is None:
        return None
    return mismatch(own.base.quota, (line.base.quota for line in lines if line.unit is unit))


def totals_of(looking: Looking, figures: QuotaFigures, lines: Sequence[QuotaLine], unit: QuotaUnit) -> Row:
    """The totals of the contract: of the reps of the scope that have a quota."""
    total = total_standing(figures, lines, unit)
    reached = reps_at_quota(lines)
    currency = looking.currency
    return {
        "quota": shown(total.quota, unit, currency),
        "won": shown(total.won, unit, currency),
        "gap": shown(total.gap, unit, currency),
        "attainment": total.attainment,
        "reps_with_quota": reached.known,
        "reps_at_quota": reached.reached,
        "mismatch": shown(mismatch_of(figures, lines, unit), unit, currency),
    }


def shown(value: Number | None, unit: QuotaUnit, currency: str) -> Any:
    """An exact amount as money, rounded half up, or as a number of deals."""
    if value is None or unit is QuotaUnit.DEALS:
        return value
    return Money(value if isinstance(value, int) else round_half_up(value), currency)


def _row(looking: Looking, line: QuotaLine) -> Row:
    standing, unit, currency = line.standing, line.unit, line.currency
    amounts = {
        name: shown(getattr(standing, name), unit, currency)
        for name in ("quota", "won", "gap", "surplus", "pipeline", "expected", "projection", "needed_per_day")
    }
    return {
        "rep": line.name,
        "team": line.name,
        "owner": line.name,
        "period": looking.scope.period.name,
        "unit": unit.value,
        "attainment": standing.attainment,
        "coverage": standing.coverage,
        "pace": standing.pace,
        "status": None if standing.status is None else standing.status.value,
        **amounts,
    }


def notes_on(
    looking: Looking, figures: QuotaFigures, lines: Sequence[QuotaLine], period_note: str | None
) -> list[str]:
    """What a reader must know of the quotas: those missing, odd or added up, and the team's own."""
    extra = [] if period_note is None else [period_note]
    if looking.scope.where.strip():
        extra.append(said("Quotas are whole; won and pipeline are of the deals that the filter holds for."))
    if any(line.standing.quota is not None for line in lines):
        extra += building.quota_note(looking)
    own = figures.own_line(total_unit(lines))
    if own is not None:
        extra.append(_own_note(looking, figures, lines, own))
    extra += _uncounted(looking, lines)
    units = {line.unit for line in lines if line.standing.quota is not None}
    if len(units) > 1:
        extra.append(said("Quotas in deals are not in the total, which is in money."))
    added = [line.name for line in lines if line.parts > 1]
    if added:
        extra.append(said("Added up from the quotas of shorter periods: {names}.", names=_listed(added)))
    gone = [line.name for line in lines if LEFT in line.marks]
    if gone:
        extra.append(said("Has left: {names}.", names=_listed(gone)))
    if figures.without_rate:
        extra += won_note(looking)
    if figures.has_unpriced_open:
        extra += open_note(looking, figures.open_deals)
    return building.notes_of(looking, without_amount=figures.without_amount, extra=extra)


def _uncounted(looking: Looking, lines: Sequence[QuotaLine]) -> list[str]:
    """Whose attainment is not known, for each reason apart, and what they have won: it is in no total."""
    without = [line for line in lines if line.standing.quota is None]
    if without and len(without) == len(lines):
        return [said("Nobody has a quota for this period (funnel quota set OWNER PERIOD AMOUNT).")]
    zero = [line for line in lines if line.standing.quota == 0]
    unpriced = [line for line in lines if NO_RATE in line.marks and line.standing.quota != 0]
    notes = []
    if without:
        names, won = _names(without), _won_apart(looking, lines, without)
        notes.append(
            said("Without a quota: {names}.", names=names)
            if won is None
            else said(
                "Without a quota: {names}; they won {amount}, which is in no total.", names=names, amount=won
            )
        )
    if zero:
        names, won = _names(zero), _won_apart(looking, lines, zero)
        notes.append(
            said("A quota of 0 counts as none: {names}.", names=names)
            if won is None
            else said(
                "A quota of 0 counts as none: {names}; they won {amount}, which is in no total.",
                names=names,
                amount=won,
            )
        )
    if unpriced:
        names, won = _names(unpriced), _won_apart(looking, lines, unpriced)
        notes.append(
            said("No exchange rate: {names}.", names=names)
            if won is None
            else said(
                "No exchange rate for the quota of: {names}; they won {amount}, which is in no total.",
                names=names,
                amount=won,
            )
        )
    return notes


def _won_apart(looking: Looking, lines: Sequence[QuotaLine], apart: Sequence[QuotaLine]) -> str | None:
    """What some have won that is in no total; None when that is nothing.

    Where no attainment is known the total is that of all lines: then nothing is apart from it.
    """
    unit = total_unit(lines)
    won = sum(line.base.won or 0 for line in apart if line.unit is unit)
    return _amount(shown(won, unit, looking.currency)) if won and with_quota(lines, unit) else None


def _names(lines: Sequence[QuotaLine]) -> str:
    return _listed(list(dict.fromkeys(line.name for line in lines)))


def _own_note(looking: Looking, figures: QuotaFigures, lines: Sequence[QuotaLine], own: QuotaLine) -> str:
    """The quota of the team or company beside those of its members."""
    text = _amount(shown(own.standing.quota, own.unit, own.currency))
    difference = mismatch_of(figures, lines, own.unit)
    if difference is None:
        return said("The quota of the {holder} is {amount}.", holder=_of(own), amount=text)
    away = _amount(shown(max(difference, -difference), own.unit, looking.currency))
    if not difference:
        held = said("the same")
    elif difference < 0:
        held = said("{amount} less", amount=away)
    else:
        held = said("{amount} more", amount=away)
    return said(
        "The quota of the {holder} is {amount}; those of its members add up to {held}.",
        holder=_of(own),
        amount=text,
        held=held,
    )


def _of(line: QuotaLine) -> str:
    return said("company") if line.holder.team_id is None else said("team {name}", name=line.name)


def _amount(value: Any) -> str:
    if isinstance(value, Money):
        return money_text(value, decimals=value.major.denominator != 1, currency=True)
    return said("{n:,} deals", n=value)


def _listed(names: Sequence[str]) -> str:
    first = listed(names[:_NAMED], ", ")
    return first if len(names) <= _NAMED else said("{names} and {n} more", names=first, n=len(names) - _NAMED)
