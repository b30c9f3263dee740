"""The columns of every report: names by contract (DESIGN 6), headings and definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind
from funnel_tui.language import tr

_TEXT, _COUNT, _RATIO, _DAYS, _MONEY = Kind.TEXT, Kind.COUNT, Kind.RATIO, Kind.DAYS, Kind.MONEY

PIPELINE = Column("pipeline", _TEXT, tr("Pipeline"), tr("The pipeline the row is about."))
GROUPS = {
    "rep": Column("rep", _TEXT, tr("Rep"), tr("Who owned the deal at the event.")),
    "team": Column("team", _TEXT, tr("Team"), tr("The team of the rep who owned the deal at the event.")),
    "source": Column("source", _TEXT, tr("Source"), tr("Where the deal came from.")),
    "pipeline": PIPELINE,
    "month": Column("month", _TEXT, tr("Month"), tr("The month the deal belongs to the cohort by.")),
}

METRICS = (
    Column("deals_open", _COUNT, tr("Open deals"), tr("Deals open now, or as of the instant looked at.")),
    Column(
        "average_open", _MONEY, tr("Average open"), tr("Sum of the open amounts / open deals with an amount.")
    ),
    Column("median_open", _MONEY, tr("Median open"), tr("The middle amount of the open deals with one.")),
    Column(
        "average_won", _MONEY, tr("Average won"), tr("Sum won / won deals with an amount, won in the period.")
    ),
    Column(
        "close_ratio",
        _RATIO,
        tr("Close ratio"),
        tr("won / (won + lost) of the deals closed in the period."),
        "closed",
    ),
    Column("won", _COUNT, tr("Won"), tr("Deals won in the period.")),
    Column("lost", _COUNT, tr("Lost"), tr("Deals lost in the period.")),
    Column("time_to_win_mean", _DAYS, tr("Days to win"), tr("Mean days from creation to winning."), "won"),
    Column(
        "time_to_win_median", _DAYS, tr("Median to win"), tr("Median days from creation to winning."), "won"
    ),
    Column(
        "velocity_per_day",
        _MONEY,
        tr("Velocity per day"),
        tr("Open deals × average won × close ratio / mean days to win: money per day."),
        "won",
    ),
    Column("open_amount", _MONEY, tr("Open amount"), tr("Sum of the open amounts at the latest rate.")),
    Column(
        "won_amount", _MONEY, tr("Won amount"), tr("Sum won in the period, at the rate of each closing day.")
    ),
    Column(
        "without_amount",
        _COUNT,
        tr("No amount"),
        tr("Open or won deals without an amount; they are in no sum."),
    ),
)

STAGE = Column("stage", _TEXT, tr("Stage"), tr("A stage of the pipeline."))
POSITION = Column("position", _COUNT, "#", tr("The place of the stage in the pipeline."))

FUNNEL = (
    STAGE,
    POSITION,
    Column(
        "reached",
        _COUNT,
        tr("Reached"),
        tr("Deals that came to this stage or further; skipped stages count."),
    ),
    Column("advanced", _COUNT, tr("Advanced"), tr("Of those, deals that came further than this stage.")),
    Column("lost", _COUNT, tr("Lost"), tr("Of those, deals lost that came no further.")),
    Column("open", _COUNT, tr("Open"), tr("Of those, deals still open that came no further.")),
    Column(
        "conversion", _RATIO, tr("Conversion"), tr("advanced / reached, so far: open ones count."), "reached"
    ),
    Column(
        "decided",
        _RATIO,
        tr("Decided"),
        tr("advanced / (advanced + lost): without the undecided."),
        "decided_n",
    ),
    Column("cumulative", _RATIO, tr("Of all"), tr("reached here / reached the first stage."), "reached"),
    Column(
        "reached_amount", _MONEY, tr("Reached amount"), tr("Sum of the amounts of the deals that reached it.")
    ),
    Column(
        "advanced_amount", _MONEY, tr("Advanced amount"), tr("Sum of the amounts of those that advanced.")
    ),
    Column("lost_amount", _MONEY, tr("Lost amount"), tr("Sum of the amounts of those lost.")),
    Column(
        "days_mean",
        _DAYS,
        tr("Mean in stage"),
        tr("Mean days of deals that left the stage for good in the period."),
        "days_n",
    ),
    Column("days_median", _DAYS, tr("Median in stage"), tr("Median of the same days."), "days_n"),
    Column("days_n", _COUNT, tr("Left"), tr("Deals that left the stage for good in the period.")),
    Column(
        *("still_there", _COUNT, tr("There now")),
        tr("Open deals in the stage now, or as of the instant looked at."),
    ),
    Column("oldest_days", _DAYS, tr("Oldest"), tr("Days that the longest of them has been there.")),
)
FUNNEL_TOTALS = (
    Column("deals", _COUNT, tr("Deals"), tr("Deals of the cohort.")),
    Column("won", _COUNT, tr("Won"), tr("Of those, won.")),
    Column("lost", _COUNT, tr("Lost"), tr("Of those, lost.")),
    Column("open", _COUNT, tr("Open"), tr("Of those, still open.")),
    Column("overall", _RATIO, tr("Overall"), tr("won / deals of the cohort."), "deals"),
    Column(
        "lowest_stage", _TEXT, tr("Lowest"), tr("The stage with the lowest decided share and enough deals.")
    ),
)

ACTIVE_SUMS = (
    Column("deals", _COUNT, tr("Deals"), tr("Open deals in the stage now, or as of the instant looked at.")),
    Column("amount", _MONEY, tr("Amount"), tr("Sum of their amounts at the latest rate.")),
    Column(
        "weighted",
        _MONEY,
        tr("Weighted"),
        tr("Sum of amount × probability: the deal's own, else the stage's."),
    ),
    Column("without_amount", _COUNT, tr("No amount"), tr("Deals that have no amount; they are in no sum.")),
    Column("from_stock", _MONEY, tr("From stock"), tr("Amount × historical close ratio from the stage.")),
)
ACTIVE = (STAGE, POSITION, *ACTIVE_SUMS)

LOSS_SUMS = (
    Column("passed", _COUNT, tr("Passed"), tr("Deals that came further than this stage.")),
    Column("passed_amount", _MONEY, tr("Passed amount"), tr("Sum of their amounts.")),
    Column("lost_from", _COUNT, tr("Lost from"), tr("Deals that stood in this stage when they were lost.")),
    Column("lost_from_amount", _MONEY, tr("Lost amount"), tr("Sum of their amounts.")),
)
LOSSES = (STAGE, *LOSS_SUMS)
REASON_SUMS = (
    Column("deals", _COUNT, tr("Deals"), tr("Deals lost for this reason in the period.")),
    Column("amount", _MONEY, tr("Amount"), tr("Sum of their amounts.")),
)
REASONS = (Column("reason", _TEXT, tr("Reason"), tr("Why the deals were lost.")), *REASON_SUMS)

STUCK = (
    Column("deal", _TEXT, tr("Deal"), tr("A deal that has been in its stage for too long.")),
    Column("stage", _TEXT, tr("Stage"), tr("Where it is.")),
    Column("owner", _TEXT, tr("Owner"), tr("Whose it is.")),
    Column("amount", _MONEY, tr("Amount"), tr("In the deal's own currency.")),
    Column("days_in_stage", _DAYS, tr("In stage"), tr("Days since it entered the stage.")),
    Column(
        "threshold",
        _DAYS,
        tr("Limit"),
        tr("The stage's own days, else a multiple of the stage's median days."),
    ),
    Column("idle_days", _DAYS, tr("Idle"), tr("Days since the last done interaction.")),
    Column("next_task", _TEXT, tr("Next task"), tr("The first task that is not done.")),
)
STUCK_TOTALS = (Column("count", _COUNT, tr("Stuck"), tr("How many deals are stuck.")),)
