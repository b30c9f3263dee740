"""The columns of the reports on quotas and forecast: names by contract (DESIGN 6), definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind

_TEXT, _COUNT, _RATIO, _MONEY = Kind.TEXT, Kind.COUNT, Kind.RATIO, Kind.MONEY

QUOTAS = (
    Column("owner", _TEXT, "Owner", "Whose quota it is."),
    Column("period", _TEXT, "Period", "The days it is for."),
    Column("unit", _TEXT, "Unit", "Money, or number of deals."),
    Column("quota", _MONEY, "Quota", "What is to be won in the period."),
    Column("won", _MONEY, "Won", "Won in the period, at the rate of each closing day; owner at closing."),
    Column("gap", _MONEY, "Gap", "max(0, quota − won)."),
    Column("surplus", _MONEY, "Surplus", "max(0, won − quota)."),
    Column("attainment", _RATIO, "Attainment", "won / quota, not capped."),
    Column("pipeline", _MONEY, "Pipeline", "Open deals expected to close in the period; overdue ones too."),
    Column("coverage", _RATIO, "Coverage", "pipeline / gap."),
    Column("expected", _MONEY, "Expected", "quota × days gone / all days, today included."),
    Column("pace", _RATIO, "Pace", "won / expected."),
    Column("projection", _MONEY, "Projection", "won / days gone × all days."),
    Column("needed_per_day", _MONEY, "Needed a day", "gap / days left, today not included."),
    Column("status", _TEXT, "Status", "done, on track (pace ≥ 1), at risk (≥ 0.8) or behind."),
)
QUOTA_TOTALS = (
    Column("quota", _MONEY, "Quota", "Σ quotas of the reps, in the base currency."),
    Column("won", _MONEY, "Won", "Σ won by the reps with a quota."),
    Column("gap", _MONEY, "Gap", "max(0, Σ quota − Σ won)."),
    Column("attainment", _RATIO, "Attainment", "Σ won / Σ quota."),
    Column("reps_with_quota", _COUNT, "Reps with a quota", "Those whose attainment is known."),
    Column("reps_at_quota", _COUNT, "Reps at quota", "Of those, with an attainment of at least 1."),
    Column("mismatch", _MONEY, "Mismatch", "Σ members − the quota of the team or company itself."),
)

FORECAST_SUMS = (
    Column("deals", _COUNT, "Deals", "Open deals expected to close in the month."),
    Column("amount", _MONEY, "Amount", "Σ of their amounts at the latest rate."),
    Column("weighted", _MONEY, "Weighted", "Σ amount × probability: the deal's own, else the stage's."),
    Column("closed", _MONEY, "Closed", "Won in the month."),
    Column("commit", _MONEY, "Commit", "Σ open amounts of the category commit, not weighted."),
    Column("best_case", _MONEY, "Best case", "Σ open amounts of the category best case."),
    Column("pipeline", _MONEY, "Pipeline", "Σ open amounts of the category pipeline."),
)
FORECAST = (
    Column("month", _TEXT, "Month", "Of expected close; none: no date; slipped: the date has passed."),
    *FORECAST_SUMS,
)
FORECAST_TOTALS = (
    *FORECAST_SUMS,
    Column("p10", _MONEY, "p10", "Won in the period is at most this with a probability of 10 %."),
    Column("p50", _MONEY, "p50", "The middle: more is as likely as less."),
    Column("p90", _MONEY, "p90", "Won in the period is at most this with a probability of 90 %."),
    Column("probability_of_quota", _RATIO, "Quota reached", "The probability that the quota is reached."),
)
