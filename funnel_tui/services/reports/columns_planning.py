"""The columns of the reports on quotas and forecast: names by contract (DESIGN 6), definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind
from funnel_tui.language import tr

_TEXT, _COUNT, _RATIO, _MONEY = Kind.TEXT, Kind.COUNT, Kind.RATIO, Kind.MONEY

QUOTAS = (
    Column("owner", _TEXT, tr("Owner"), tr("Whose quota it is.")),
    Column("period", _TEXT, tr("Period"), tr("The days it is for.")),
    Column("unit", _TEXT, tr("Unit"), tr("Money, or number of deals.")),
    Column("quota", _MONEY, tr("Quota"), tr("What is to be won in the period.")),
    Column(
        "won", _MONEY, tr("Won"), tr("Won in the period, at the rate of each closing day; owner at closing.")
    ),
    Column("gap", _MONEY, tr("Gap"), tr("max(0, quota − won).")),
    Column("surplus", _MONEY, tr("Surplus"), tr("max(0, won − quota).")),
    Column("attainment", _RATIO, tr("Attainment"), tr("won / quota, not capped.")),
    Column(
        "pipeline",
        _MONEY,
        tr("Pipeline"),
        tr("Open deals expected to close in the period; overdue ones too."),
    ),
    Column("coverage", _RATIO, tr("Coverage"), tr("pipeline / gap.")),
    Column("expected", _MONEY, tr("Expected"), tr("quota × days gone / all days, today included.")),
    Column("pace", _RATIO, tr("Pace"), tr("won / expected.")),
    Column("projection", _MONEY, tr("Projection"), tr("won / days gone × all days.")),
    Column("needed_per_day", _MONEY, tr("Needed a day"), tr("gap / days left, today not included.")),
    Column("status", _TEXT, tr("Status"), tr("done, on track (pace ≥ 1), at risk (≥ 0.8) or behind.")),
)
QUOTA_TOTALS = (
    Column("quota", _MONEY, tr("Quota"), tr("Σ quotas of the reps, in the base currency.")),
    Column("won", _MONEY, tr("Won"), tr("Σ won by the reps with a quota.")),
    Column("gap", _MONEY, tr("Gap"), tr("max(0, Σ quota − Σ won).")),
    Column("attainment", _RATIO, tr("Attainment"), tr("Σ won / Σ quota.")),
    Column("reps_with_quota", _COUNT, tr("Reps with a quota"), tr("Those whose attainment is known.")),
    Column("reps_at_quota", _COUNT, tr("Reps at quota"), tr("Of those, with an attainment of at least 1.")),
    Column("mismatch", _MONEY, tr("Mismatch"), tr("Σ members − the quota of the team or company itself.")),
)

FORECAST_SUMS = (
    Column("deals", _COUNT, tr("Deals"), tr("Open deals expected to close in the month.")),
    Column("amount", _MONEY, tr("Amount"), tr("Σ of their amounts at the latest rate.")),
    Column(
        "weighted", _MONEY, tr("Weighted"), tr("Σ amount × probability: the deal's own, else the stage's.")
    ),
    Column("closed", _MONEY, tr("Closed"), tr("Won in the month.")),
    Column("commit", _MONEY, tr("Commit"), tr("Σ open amounts of the category commit, not weighted.")),
    Column("best_case", _MONEY, tr("Best case"), tr("Σ open amounts of the category best case.")),
    Column("pipeline", _MONEY, tr("Pipeline"), tr("Σ open amounts of the category pipeline.")),
)
FORECAST = (
    Column(
        "month", _TEXT, tr("Month"), tr("Of expected close; none: no date; slipped: the date has passed.")
    ),
    *FORECAST_SUMS,
)
FORECAST_TOTALS = (
    *FORECAST_SUMS,
    Column("p10", _MONEY, "p10", tr("Won in the period is at most this with a probability of 10 %.")),
    Column("p50", _MONEY, "p50", tr("The middle: more is as likely as less.")),
    Column("p90", _MONEY, "p90", tr("Won in the period is at most this with a probability of 90 %.")),
    Column(
        "probability_of_quota", _RATIO, tr("Quota reached"), tr("The probability that the quota is reached.")
    ),
)
