"""What a reader must know of the instant that is looked at: nothing had begun yet, or it has not come."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.looking_back import instant_text
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said
from funnel_tui.language import tr
from funnel_tui.queries.look import any_created, first_created


def why_empty(reader: Reader, at: int, zone: ZoneInfo) -> str:
    """Why there is nothing to see at an instant, in words; empty where there were deals.

    :param at: epoch seconds.
    :param zone: the team's.
    """
    if any_created(reader, at):
        return ""
    first = first_created(reader)
    if first is None:
        return tr("there are no deals")
    return tr("before the first deal ({when})").format(when=instant_text(first, zone))


def telling_instant(report: Report, reader: Reader, now: int, zone: ZoneInfo) -> Report:
    """The report, with a note where its as-of lies in the future or before the first deal.

    :param now: epoch seconds.
    """
    when = instant_text(report.as_of, zone)
    if report.as_of > now:
        note = said("{when} has not come yet: this is what is known of it now.", when=when)
    elif any_created(reader, report.as_of) or (first := first_created(reader)) is None:
        return report
    else:
        note = said("{when} is before the first deal ({first}).", when=when, first=instant_text(first, zone))
    return replace(report, notes=(*report.notes, note))
