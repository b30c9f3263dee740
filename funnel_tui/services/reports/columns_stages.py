"""The columns of the reports ``reasons`` and ``volume``: names by contract, definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind

_TEXT, _COUNT, _DAYS, _MONEY = Kind.TEXT, Kind.COUNT, Kind.DAYS, Kind.MONEY

STAGE = Column("stage", _TEXT, "Stage", "Where the deals stood when they were lost.")
REASON_SUMS = (
    Column("deals", _COUNT, "Deals", "Deals lost from the stage for the reason."),
    Column("amount", _MONEY, "Amount", "Sum of their amounts, at the rate of each closing day."),
)
REASONS = (STAGE, Column("reason", _TEXT, "Reason", "Why the deals were lost."), *REASON_SUMS)

WON_SUMS = (
    Column("won", _COUNT, "Won", "Deals won in the month."),
    Column("won_amount", _MONEY, "Won amount", "Sum of their amounts, at the rate of each closing day."),
    Column(
        "contact_days_mean",
        _DAYS,
        "Days from contact",
        "Mean days to winning from the first done interaction with the deal, else from its creation.",
        "won",
    ),
    Column("contact_days_median", _DAYS, "Median from contact", "Median of the same days.", "won"),
)
VOLUME = (Column("month", _TEXT, "Month", "The month the deals were won in."), *WON_SUMS)
