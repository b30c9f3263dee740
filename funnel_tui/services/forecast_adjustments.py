"""Adjustments of a forecast: what a rep or a manager adds to it or takes off, with a note and its history.

Revisions are never changed: a new one says what is added from now on (METRICS 6 and 7). An undo takes the
revision of its call away again.
"""

from __future__ import annotations

from dataclasses import dataclass

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period, PeriodKind, days_of
from funnel_tui.domain.quotas import AdjustmentFact, Holder
from funnel_tui.errors import InvalidInput, Refused
from funnel_tui.language import tr
from funnel_tui.models import ForecastAdjustment
from funnel_tui.models.inputs import checked
from funnel_tui.models.inputs_planning import AdjustmentInput
from funnel_tui.queries.quotas import adjustments, latest_adjustments
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.quota_writing import QuotaWriter
from funnel_tui.services.workspace import Workspace


def adjust_forecast(
    workspace: Workspace,
    *,
    holder: Holder,
    period: Period,
    amount_minor: int,
    currency: str | None = None,
    note: str | None = None,
) -> int:
    """Add to the forecast of a rep, a team or the company in a period, or take off it.

    :param amount_minor: positive to add, negative to take off; 0 takes the adjustment back.
    :param currency: None for the base currency.
    :param note: why.
    :returns: the number of the revision.
    :raises InvalidInput: for an amount, currency or period that cannot be, and for an adjustment without a
        note: nobody would know later why.
    :raises NotFound: for a rep or team that is not there.
    :raises Refused: when it is so already.
    """
    values = {
        **{"rep_id": holder.rep_id, "team_id": holder.team_id},
        **{"amount_minor": amount_minor, "currency": currency, "note": note},
    }
    given = checked(AdjustmentInput, values)
    if period.kind is PeriodKind.ALL:
        raise InvalidInput(
            "period", tr("An adjustment needs a period."), tr("For example 2026-Q1 or 2026-03.")
        )
    if given.note is None and given.amount_minor:
        raise InvalidInput("note", tr("An adjustment needs a note."), tr("Say why in a few words."))
    start, end = days_of(period)
    with workspace.change("adjust_forecast") as call:
        call.alone()
        name = QuotaWriter(call).name(holder)
        code = given.currency or read_settings(call.reader).base_currency
        before = latest_adjustments(adjustments(call.reader, start, end)).get((holder, start, end))
        if before is None and not given.amount_minor:
            raise Refused(
                tr("The forecast of {name} for {period} has no adjustment.").format(
                    name=name, period=period.label
                )
            )
        same = before is not None and (before.amount_minor, before.currency, before.note)
        if same == (given.amount_minor, code, given.note):
            raise Refused(
                tr("The forecast of {name} for {period} is adjusted so already.").format(
                    name=name, period=period.label
                )
            )
        money = Money(given.amount_minor, code)
        call.summary = tr("Adjusted the forecast of {name} for {period} by {amount} {currency}").format(
            name=name, period=period.label, amount=money.text, currency=code
        )
        row = {
            **{"rep_id": holder.rep_id, "team_id": holder.team_id, "start_day": start, "end_day": end},
            **{"amount_minor": given.amount_minor, "currency": code, "note": given.note},
            **{"at": call.at, "by": call.actor},
        }
        return call.insert(ForecastAdjustment, row)


@dataclass(frozen=True, slots=True)
class Adjustments:
    """The adjustments of a period.

    :param present: the one that counts, by holder; those taken back are left out.
    :param history: every revision, the latest first.
    """

    present: dict[Holder, AdjustmentFact]
    history: tuple[AdjustmentFact, ...]


def read_adjustments(workspace: Workspace, period: Period) -> Adjustments:
    """What is added to forecasts of exactly this period, and how that came about."""
    start, end = days_of(period)
    with workspace.read() as reader:
        found = [
            fact
            for fact in adjustments(reader, start, end, workspace.clock())
            if (fact.start_day, fact.end_day) == (start, end)
        ]
    present = {
        holder: fact for (holder, _, _), fact in latest_adjustments(found).items() if fact.amount_minor
    }
    return Adjustments(present, tuple(reversed(found)))
