"""The columns of the reports on activity: names by contract (DESIGN 6), definitions for people."""

from __future__ import annotations

from funnel_tui.domain.report import Column, Kind
from funnel_tui.language import tr
from funnel_tui.services.reports.columns import STAGE

_TEXT, _COUNT, _RATIO = Kind.TEXT, Kind.COUNT, Kind.RATIO

OWNER = Column("owner", _TEXT, tr("Rep"), tr("Whose interactions they are, at the time of each."))
PERIOD = Column(
    "period", _TEXT, tr("Period"), tr("The week (2026-W12, from Monday) or month the figures are of.")
)
ACTIVITY = (
    OWNER,
    Column("kind", _TEXT, tr("Kind"), tr("What was done: call, email, meeting …")),
    Column("done", _COUNT, tr("Done"), tr("Interactions that took place in the period.")),
    Column(
        "planned", _COUNT, tr("Planned"), tr("Interactions planned for the period that have not taken place.")
    ),
    Column(
        "attempts", _COUNT, tr("Attempts"), tr("Done ones; one that reached a voicemail is an attempt too.")
    ),
    Column("conversations", _COUNT, tr("Talks"), tr("Attempts in which somebody answered.")),
    Column("conversation_share", _RATIO, tr("Share"), tr("conversations / attempts."), "attempts"),
    Column(
        "target",
        _COUNT,
        tr("Target"),
        tr("To be done: of each month's target the share of its days in the period."),
    ),
)
ACTIVITY_TOTALS = (
    Column("done", _COUNT, tr("Done"), tr("All interactions that took place in the period.")),
    Column("outbound_calls", _COUNT, tr("Outbound calls"), tr("Of those, calls that we made.")),
    Column("opportunities", _COUNT, tr("Opportunities"), tr("Deals created in the period.")),
    Column(
        "per_1000_calls",
        _COUNT,
        tr("Per 1,000 calls"),
        tr("1,000 × opportunities / outbound calls."),
        "outbound_calls",
    ),
)
FOLLOW_UPS = (
    STAGE,
    Column(
        "outcome",
        _TEXT,
        tr("Outcome"),
        tr("How the stay in the stage ended: advanced, lost; open: it has not."),
    ),
    Column("visits", _COUNT, tr("Visits"), tr("Stays that ended so in the period; open ones at as-of.")),
    Column("mean", _COUNT, tr("Mean"), tr("Mean of the done outbound interactions in a stay."), "visits"),
    Column("median", _COUNT, tr("Median"), tr("Median of the same."), "visits"),
    Column("p80", _COUNT, "p80", tr("So many at most in 80 % of the stays (nearest rank)."), "visits"),
    Column("share_at_most_1", _RATIO, "≤ 1", tr("Share of the stays with at most one."), "visits"),
    Column("share_at_least_5", _RATIO, "≥ 5", tr("Share of the stays with at least five."), "visits"),
)
_SUMMED = (
    Column("calls", _COUNT, tr("Calls"), tr("Done interactions of the kinds that count as calls.")),
    Column("meetings", _COUNT, tr("Meetings"), tr("The same of meetings.")),
    Column("proposals", _COUNT, tr("Proposals"), tr("The same of proposals.")),
    Column("contracts", _COUNT, tr("Contracts"), tr("The same of contracts.")),
    Column("paid", _COUNT, tr("Paid"), tr("The same of payments.")),
    Column(
        "conversions",
        _RATIO,
        tr("Next / previous"),
        tr(
            "Meetings / calls, proposals / meetings, contracts / proposals, paid / contracts: ratios "
            "of the period, may be more than 1."
        ),
    ),
    Column("total", _RATIO, tr("Paid / calls"), tr("The last step / the first."), "calls"),
)
STEPS = (OWNER, *_SUMMED)
STEP_TOTALS = _SUMMED
