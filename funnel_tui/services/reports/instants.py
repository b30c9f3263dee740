"""What a reader must know of the instant that is looked at: nothing had begun yet, or it has not come."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.looking_back import instant_text
from funnel_tui.domain.report import Report
from funnel_tui.queries.look import any_created, first_created


def why_empty(reader: Reader, at: int, zone: ZoneInfo) -> str:
    """Why there is nothing to see at an instant, in words; empty where there were deals.

    :param at: epoch seconds.
    :param zone: the team's.
    """
    if any_created(reader, at):
        return ""
    first = first_created(reader)
    return "there are no deals" if first is None else f"before the first deal ({instant_text(first, zone)})"


def telling_instant(report: Report, reader: Reader, now: int, zone: ZoneInfo) -> Report:
    """The report, with a note where its as-of lies in the future or before the first deal.

    :param now: epoch seconds.
    """
    when = instant_text(report.as_of, zone)
    if report.as_of > now:
        note = f"{when} has not come yet: this is what is known of it now."
    else:
        why = why_empty(reader, report.as_of, zone)
        note = f"{when} is {why}." if why.startswith("before") else ""
    return replace(report, notes=(*report.notes, note)) if note else report
