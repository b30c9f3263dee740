"""The columns of the reports on activity: names by contract (DESIGN 6), definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind
from funnel_tui.services.reports.columns import STAGE

_TEXT, _COUNT, _RATIO = Kind.TEXT, Kind.COUNT, Kind.RATIO

OWNER = Column("owner", _TEXT, "Rep", "Whose interactions they are, at the time of each.")
PERIOD = Column("period", _TEXT, "Period", "The week (2026-W12, from Monday) or month the figures are of.")
ACTIVITY = (
    OWNER,
    Column("kind", _TEXT, "Kind", "What was done: call, email, meeting …"),
    Column("done", _COUNT, "Done", "Interactions that took place in the period."),
    Column("planned", _COUNT, "Planned", "Interactions planned for the period that have not taken place."),
    Column("attempts", _COUNT, "Attempts", "Done ones; one that reached a voicemail is an attempt too."),
    Column("conversations", _COUNT, "Talks", "Attempts in which somebody answered."),
    Column("conversation_share", _RATIO, "Share", "conversations / attempts.", "attempts"),
    Column(
        "target", _COUNT, "Target", "To be done: of each month's target the share of its days in the period."
    ),
)
ACTIVITY_TOTALS = (
    Column("done", _COUNT, "Done", "All interactions that took place in the period."),
    Column("outbound_calls", _COUNT, "Outbound calls", "Of those, calls that we made."),
    Column("opportunities", _COUNT, "Opportunities", "Deals created in the period."),
    Column(
        "per_1000_calls",
        _COUNT,
        "Per 1,000 calls",
        "1,000 × opportunities / outbound calls.",
        "outbound_calls",
    ),
)
FOLLOW_UPS = (
    STAGE,
    Column("outcome", _TEXT, "Outcome", "How the stay in the stage ended: advanced, lost; open: it has not."),
    Column("visits", _COUNT, "Visits", "Stays that ended so in the period; open ones at as-of."),
    Column("mean", _COUNT, "Mean", "Mean of the done outbound interactions in a stay.", "visits"),
    Column("median", _COUNT, "Median", "Median of the same.", "visits"),
    Column("p80", _COUNT, "p80", "So many at most in 80 % of the stays (nearest rank).", "visits"),
    Column("share_at_most_1", _RATIO, "≤ 1", "Share of the stays with at most one.", "visits"),
    Column("share_at_least_5", _RATIO, "≥ 5", "Share of the stays with at least five.", "visits"),
)
_SUMMED = (
    Column("calls", _COUNT, "Calls", "Done interactions of the kinds that count as calls."),
    Column("meetings", _COUNT, "Meetings", "The same of meetings."),
    Column("proposals", _COUNT, "Proposals", "The same of proposals."),
    Column("contracts", _COUNT, "Contracts", "The same of contracts."),
    Column("paid", _COUNT, "Paid", "The same of payments."),
    Column(
        "conversions",
        _RATIO,
        "Next / previous",
        "Meetings / calls, proposals / meetings, contracts / proposals, paid / contracts: ratios of the"
        " period, may be more than 1.",
    ),
    Column("total", _RATIO, "Paid / calls", "The last step / the first.", "calls"),
)
STEPS = (OWNER, *_SUMMED)
STEP_TOTALS = _SUMMED
