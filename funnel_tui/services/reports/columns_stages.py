"""The columns of the reports ``reasons`` and ``volume``: names by contract, definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind
from funnel_tui.language import tr

_TEXT, _COUNT, _DAYS, _MONEY = Kind.TEXT, Kind.COUNT, Kind.DAYS, Kind.MONEY

STAGE = Column("stage", _TEXT, tr("Stage"), tr("Where the deals stood when they were lost."))
REASON_SUMS = (
    Column("deals", _COUNT, tr("Deals"), tr("Deals lost from the stage for the reason.")),
    Column("amount", _MONEY, tr("Amount"), tr("Sum of their amounts, at the rate of each closing day.")),
)
REASONS = (STAGE, Column("reason", _TEXT, tr("Reason"), tr("Why the deals were lost.")), *REASON_SUMS)

WON_SUMS = (
    Column("won", _COUNT, tr("Won"), tr("Deals won in the month.")),
    Column(
        "won_amount", _MONEY, tr("Won amount"), tr("Sum of their amounts, at the rate of each closing day.")
    ),
    Column(
        "contact_days_mean",
        _DAYS,
        tr("Days from contact"),
        tr("Mean days to winning from the first done interaction with the deal, else from its creation."),
        "won",
    ),
    Column("contact_days_median", _DAYS, tr("Median from contact"), tr("Median of the same days."), "won"),
)
VOLUME = (Column("month", _TEXT, tr("Month"), tr("The month the deals were won in.")), *WON_SUMS)
