"""The names of days and months as they are shown; those that are typed are in ``calendar_words``."""

from __future__ import annotations

from datetime import date

from funnel_tui.domain.said import listed, said

WEEKDAYS = (*(said("Mon"), said("Tue"), said("Wed"), said("Thu"), said("Fri"), said("Sat"), said("Sun")),)
"""Short names, Monday first, as :meth:`datetime.date.weekday` counts."""

MONTHS = (
    *(said("Jan"), said("Feb"), said("Mar"), said("Apr"), said("May"), said("Jun")),
    *(said("Jul"), said("Aug"), said("Sep"), said("Oct"), said("Nov"), said("Dec")),
)
"""Short names, January first: the name of month 1 stands at place 0."""


def month_name(day: date) -> str:
    """The short name of the month of a day or an instant: ``Dec``."""
    return MONTHS[day.month - 1]


def month_text(day: date) -> str:
    """The month of a day with its year: ``Dec 2026``."""
    return listed((month_name(day), str(day.year)), " ")


def day_text(day: date) -> str:
    """A day or the day of an instant with its year: ``1 Dec 2026``."""
    return listed((str(day.day), month_name(day), str(day.year)), " ")
