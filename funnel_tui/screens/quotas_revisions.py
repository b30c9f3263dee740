"""Shows how a quota or an adjustment came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import AdjustmentFact, Holder
from funnel_tui.domain.shown import NO_VALUE, count_text, money_text
from funnel_tui.language import tr, trn
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace


def show_quota_revisions(app: HostApp, holder: Holder | None, name: str, period: Period) -> None:
    """Every revision of the quotas of a holder in a period, and in the months or quarters it holds.

    :param holder: whose; None for everybody's.
    """

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.reports.quota_list import quota_history

        report = quota_history(workspace, holder=holder, period=period)
        zone = ZoneInfo(workspace.settings().time_zone)
        return Told(found=[_quota_texts(row, zone, period) for row in report.rows], written=False)

    _show(
        app, tr("History of the quota of {name} for {period}").format(name=name, period=period.label), doing
    )


def show_adjustment_revisions(app: HostApp, holder: Holder, name: str, period: Period) -> None:
    """Every revision of the adjustment of a holder in a period."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.forecast_adjustments import read_adjustments

        facts = [one for one in read_adjustments(workspace, period).history if one.holder == holder]
        zone = ZoneInfo(workspace.settings().time_zone)
        return Told(found=_adjustment_texts(facts, name, zone), written=False)

    _show(
        app,
        tr("History of the adjustment of {name} for {period}").format(name=name, period=period.label),
        doing,
    )


def _show(app: HostApp, heading: str, doing: Any) -> None:
    def found(told: Told) -> None:
        from funnel_tui.dialogs.quota_history import RevisionsDialog

        app.push_screen(RevisionsDialog(heading, told.found))

    writing_of(app).write(Change(tr("Reading the history"), doing, then=found, asks=True))


def _quota_texts(row: Mapping[str, Any], zone: ZoneInfo, period: Period) -> Sequence[str]:
    at = datetime.fromisoformat(row["at"]).astimezone(zone)
    whose = tr("company") if row["holder"] == "company" else row["owner"]
    if row["period"] != period.name:
        whose = f"{whose} {row['period']}"
    return (
        f"{at:%Y-%m-%d %H:%M}",
        row["by"],
        whose,
        _worth(row["was"]),
        _worth(row["quota"]),
        row["note"] or "",
    )


def _worth(value: Money | int | None) -> str:
    if value is None:
        return NO_VALUE
    if isinstance(value, int):
        return trn("{n} deal", "{n} deals", value).format(n=count_text(value))
    return money_text(value, decimals=value.major.denominator != 1, currency=True)


def _adjustment_texts(facts: Sequence[AdjustmentFact], name: str, zone: ZoneInfo) -> list[Sequence[str]]:
    """The latest first, each with what was before it."""
    found: list[Sequence[str]] = []
    for at, fact in enumerate(facts):
        before = facts[at + 1] if at + 1 < len(facts) else None
        was = NO_VALUE if before is None else _worth(Money(before.amount_minor, before.currency))
        now = _worth(Money(fact.amount_minor, fact.currency))
        when = f"{datetime.fromtimestamp(fact.at, zone):%Y-%m-%d %H:%M}"
        found.append((when, fact.by, name, was, now, fact.note or ""))
    return found
