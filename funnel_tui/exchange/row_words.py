"""How the closed words of rows are called in a table for people; JSON and CSV keep the English ones."""

from __future__ import annotations

from collections.abc import Mapping

from funnel_tui.domain.quotas import QuotaStatus
from funnel_tui.domain.status import ActivityStep, DealStatus, ForecastCategory, QuotaUnit, Staging
from funnel_tui.language import tr, trc

ROW_WORDS: Mapping[str, Mapping[str, str]] = {
    "status": {
        DealStatus.OPEN: tr("open"),
        DealStatus.WON: tr("won"),
        DealStatus.LOST: tr("lost"),
        QuotaStatus.DONE: trc("quota", "done"),
        QuotaStatus.ON_TRACK: trc("quota", "on track"),
        QuotaStatus.AT_RISK: trc("quota", "at risk"),
        QuotaStatus.BEHIND: trc("quota", "behind"),
    },
    "outcome": {"advanced": tr("advanced"), "lost": tr("lost"), "open": tr("open")},
    "category": {
        ForecastCategory.COMMIT: tr("commit"),
        ForecastCategory.BEST_CASE: tr("best case"),
        ForecastCategory.PIPELINE: tr("pipeline"),
        ForecastCategory.OMITTED: tr("omitted"),
    },
    "unit": {QuotaUnit.MONEY: trc("unit", "money"), QuotaUnit.DEALS: tr("deals")},
    "holder": {"company": tr("company"), "team": tr("team"), "rep": tr("rep")},
    "step": {
        ActivityStep.CALLS: tr("calls"),
        ActivityStep.MEETINGS: tr("meetings"),
        ActivityStep.PROPOSALS: tr("proposals"),
        ActivityStep.CONTRACTS: tr("contracts"),
        ActivityStep.PAID: tr("paid"),
        ActivityStep.NONE: tr("none"),
    },
    "month": {"slipped": tr("slipped"), "none": tr("none")},
    "staging": {Staging.MANUAL: tr("by hand"), Staging.AUTOMATIC: tr("automatic"), Staging.NONE: tr("none")},
    "probability_source": {"stage": tr("stage"), "typed": tr("typed")},
}
"""By the name of a column, each of its words."""


def row_word(column: str, value: str) -> str:
    """What a value of a column is called; anything that is no closed word as it is."""
    words = ROW_WORDS.get(column)
    return value if words is None else words.get(value, value)
