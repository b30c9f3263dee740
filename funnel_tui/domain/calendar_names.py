"""The names of days and months as they are shown; those that are typed are in ``calendar_words``."""

from __future__ import annotations

from funnel_tui.domain.said import said

WEEKDAYS = (
    *(said("Mon"), said("Tue"), said("Wed"), said("Thu"), said("Fri"), said("Sat"), said("Sun")),
)
"""Short names, Monday first, as :meth:`datetime.date.weekday` counts."""

MONTHS = (
    *(said("Jan"), said("Feb"), said("Mar"), said("Apr"), said("May"), said("Jun")),
    *(said("Jul"), said("Aug"), said("Sep"), said("Oct"), said("Nov"), said("Dec")),
)
"""Short names, January first: the name of month 1 stands at place 0."""
