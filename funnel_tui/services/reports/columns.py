"""The columns of every report: names by contract (DESIGN 6), headings and definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind

_TEXT, _COUNT, _RATIO, _DAYS, _MONEY = Kind.TEXT, Kind.COUNT, Kind.RATIO, Kind.DAYS, Kind.MONEY

PIPELINE = Column("pipeline", _TEXT, "Pipeline", "The pipeline the row is about.")
GROUPS = {
    "rep": Column("rep", _TEXT, "Rep", "Who owned the deal at the event."),
    "team": Column("team", _TEXT, "Team", "The team of the rep who owned the deal at the event."),
    "source": Column("source", _TEXT, "Source", "Where the deal came from."),
    "pipeline": PIPELINE,
    "month": Column("month", _TEXT, "Month", "The month the deal belongs to the cohort by."),
}

METRICS = (
    Column("deals_open", _COUNT, "Open deals", "Deals open now (or on the day of --as-of)."),
    Column("average_open", _MONEY, "Average open", "Sum of the open amounts / open deals with an amount."),
    Column("median_open", _MONEY, "Median open", "The middle amount of the open deals with one."),
    Column("average_won", _MONEY, "Average won", "Sum won / won deals with an amount, won in the period."),
    Column(
        "close_ratio",
        _RATIO,
        "Close ratio",
        "won / (won + lost) of the deals closed in the period.",
        "closed",
    ),
    Column("won", _COUNT, "Won", "Deals won in the period."),
    Column("lost", _COUNT, "Lost", "Deals lost in the period."),
    Column("time_to_win_mean", _DAYS, "Days to win", "Mean days from creation to winning.", "won"),
    Column("time_to_win_median", _DAYS, "Median to win", "Median days from creation to winning.", "won"),
    Column(
        "velocity_per_day",
        _MONEY,
        "Velocity per day",
        "Open deals × average won × close ratio / mean days to win: money per day.",
        "won",
    ),
    Column("open_amount", _MONEY, "Open amount", "Sum of the open amounts at the latest rate."),
    Column("won_amount", _MONEY, "Won amount", "Sum won in the period, at the rate of each closing day."),
    Column("without_amount", _COUNT, "No amount", "Open or won deals without an amount; they are in no sum."),
)

STAGE = Column("stage", _TEXT, "Stage", "A stage of the pipeline.")
POSITION = Column("position", _COUNT, "#", "The place of the stage in the pipeline.")

FUNNEL = (
    STAGE,
    POSITION,
    Column("reached", _COUNT, "Reached", "Deals that came to this stage or further; skipped stages count."),
    Column("advanced", _COUNT, "Advanced", "Of those, deals that came further than this stage."),
    Column("lost", _COUNT, "Lost", "Of those, deals lost that came no further."),
    Column("open", _COUNT, "Open", "Of those, deals still open that came no further."),
    Column("conversion", _RATIO, "Conversion", "advanced / reached, so far: open ones count.", "reached"),
    Column("decided", _RATIO, "Decided", "advanced / (advanced + lost): without the undecided.", "decided_n"),
    Column("cumulative", _RATIO, "Of all", "reached here / reached the first stage.", "reached"),
    Column("reached_amount", _MONEY, "Reached amount", "Sum of the amounts of the deals that reached it."),
    Column("advanced_amount", _MONEY, "Advanced amount", "Sum of the amounts of those that advanced."),
    Column("lost_amount", _MONEY, "Lost amount", "Sum of the amounts of those lost."),
    Column(
        "days_mean", _DAYS, "Mean in stage", "Mean days of deals that left the stage for good in the period.",
        "days_n",
    ),
    Column("days_median", _DAYS, "Median in stage", "Median of the same days.", "days_n"),
    Column("days_n", _COUNT, "Left", "Deals that left the stage for good in the period."),
    Column("still_there", _COUNT, "There now", "Open deals in the stage now (or on the day of --as-of)."),
    Column("oldest_days", _DAYS, "Oldest", "Days that the longest of them has been there."),
)  # fmt: skip
FUNNEL_TOTALS = (
    Column("deals", _COUNT, "Deals", "Deals of the cohort."),
    Column("won", _COUNT, "Won", "Of those, won."),
    Column("lost", _COUNT, "Lost", "Of those, lost."),
    Column("open", _COUNT, "Open", "Of those, still open."),
    Column("overall", _RATIO, "Overall", "won / deals of the cohort.", "deals"),
    Column("lowest_stage", _TEXT, "Lowest", "The stage with the lowest decided share and enough deals."),
)

ACTIVE_SUMS = (
    Column("deals", _COUNT, "Deals", "Open deals in the stage now (or on the day of --as-of)."),
    Column("amount", _MONEY, "Amount", "Sum of their amounts at the latest rate."),
    Column("weighted", _MONEY, "Weighted", "Sum of amount × probability: the deal's own, else the stage's."),
    Column("without_amount", _COUNT, "No amount", "Deals that have no amount; they are in no sum."),
    Column("from_stock", _MONEY, "From stock", "Amount × historical close ratio from the stage."),
)
ACTIVE = (STAGE, POSITION, *ACTIVE_SUMS)

LOSS_SUMS = (
    Column("passed", _COUNT, "Passed", "Deals that came further than this stage."),
    Column("passed_amount", _MONEY, "Passed amount", "Sum of their amounts."),
    Column("lost_from", _COUNT, "Lost from", "Deals that stood in this stage when they were lost."),
    Column("lost_from_amount", _MONEY, "Lost amount", "Sum of their amounts."),
)
LOSSES = (STAGE, *LOSS_SUMS)
REASON_SUMS = (
    Column("deals", _COUNT, "Deals", "Deals lost for this reason in the period."),
    Column("amount", _MONEY, "Amount", "Sum of their amounts."),
)
REASONS = (Column("reason", _TEXT, "Reason", "Why the deals were lost."), *REASON_SUMS)

STUCK = (
    Column("deal", _TEXT, "Deal", "A deal that has been in its stage for too long."),
    Column("stage", _TEXT, "Stage", "Where it is."),
    Column("owner", _TEXT, "Owner", "Whose it is."),
    Column("amount", _MONEY, "Amount", "In the deal's own currency."),
    Column("days_in_stage", _DAYS, "In stage", "Days since it entered the stage."),
    Column("threshold", _DAYS, "Limit", "The stage's own days, else a multiple of the stage's median days."),
    Column("idle_days", _DAYS, "Idle", "Days since the last done interaction."),
    Column("next_task", _TEXT, "Next task", "The first task that is not done."),
)
STUCK_TOTALS = (Column("count", _COUNT, "Stuck", "How many deals are stuck."),)
