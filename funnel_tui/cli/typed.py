"""What people type as the value of an option: amounts, days, percentages, moments."""

from __future__ import annotations

import os
from datetime import datetime, time
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import day_number, day_of, local_day
from funnel_tui.errors import InvalidInput
from funnel_tui.formats import locale_of
from funnel_tui.language import tr
from funnel_tui.services.workspace import Workspace


def week_start() -> int:
    """The first day of the user's week, 0 for Monday to 6 for Sunday: of the settings, else of the locale.

    :raises ConfigError: when the settings file is wrong.
    """
    from funnel_tui.config import load_settings
    from funnel_tui.domain.habits import Habits

    return Habits.of(os.environ, load_settings().week_start).first_day


class Typed:
    """Reads values as they are typed into a form, with the settings of the team and of the environment.

    :param workspace: for the clock, the time zone and the currency.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.settings = workspace.settings()
        self.zone = ZoneInfo(self.settings.time_zone)
        self.now = workspace.clock()
        self.locale = locale_of(os.environ)
        self.currency = self.settings.base_currency
        """The currency of an amount that names none; that of the amount it replaces, where there is one."""

    @property
    def today(self) -> int:
        """Today's day number in the team's time zone."""
        return day_number(local_day(self.now, self.zone))

    def money(self, text: str) -> tuple[int, str]:
        """Minor units and currency of an amount such as ``480k`` or ``USD 5000``.

        :raises InvalidInput: for anything else.
        """
        from funnel_tui.exchange.phrases import parse_money

        locale = locale_of(os.environ, "LC_NUMERIC")
        read = parse_money(text, self.currency, locale)
        return read.minor, read.currency

    def day(self, text: str, field: str) -> int:
        """The day number of a day such as ``+2w`` or ``12 dec``.

        :raises InvalidInput: for anything else.
        """
        from funnel_tui.domain.phrases import parse_day

        start = week_start()
        fiscal = self.settings.fiscal_start
        today = local_day(self.now, self.zone)
        return day_number(parse_day(text, today, self.locale, start, fiscal_start=fiscal, field=field))

    def past(self, text: str | None, *, begin: bool = False) -> int | None:
        """The instant of something that has happened, such as ``yesterday 14:30``; None for now.

        A day alone means now if it is today, else its last second, so that it comes after everything else of
        that day.

        :param begin: a day alone means its first second instead: for what comes before everything else.
        :raises InvalidInput: for anything else.
        """
        if text is None:
            return None
        from funnel_tui.domain.moments import parse_moment

        start, fiscal = week_start(), self.settings.fiscal_start
        moment = parse_moment(
            *(text, self.now, self.zone, self.locale, start), fiscal_start=fiscal, past=True, field="time"
        )
        if moment.at is not None:
            return moment.at
        if moment.day == self.today and not begin:
            return None
        first = int(datetime.combine(day_of(moment.day), time(), self.zone).timestamp())
        if begin:
            return first
        after = day_of(moment.day + 1)
        end = int(datetime.combine(after, time(), self.zone).timestamp())
        return max(first, end - 1)


def percentage(text: str) -> int:
    """Hundredths of a percent of a probability such as ``40`` or ``42.5 %``.

    :raises InvalidInput: for anything else.
    """
    from funnel_tui.exchange.amounts import NumberMarks, parse_probability
    from funnel_tui.exchange.values import BadValue

    marks = NumberMarks(",", ".") if "," in text and "." not in text else NumberMarks()
    try:
        return parse_probability(text, marks)
    except BadValue as problem:
        reason = problem.reason
    raise InvalidInput("probability", f"{reason}.", tr("For example 40 or 42.5."))


def stuck_days(text: str) -> int | None:
    """A number of days such as ``14``; ``none`` for None.

    :raises InvalidInput: for anything else.
    """
    if text.strip().casefold() == "none":
        return None
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise InvalidInput(
            "stuck days",
            tr("Stuck days {text!r} is no number of days.").format(text=text),
            tr("For example 14, or none."),
        )
    return int(digits)
