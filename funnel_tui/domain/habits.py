"""How the user writes days and numbers, and when their week begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from funnel_tui.formats import first_week_day, locale_of


@dataclass(frozen=True, slots=True)
class Habits:
    """What typed text is read by.

    :param dates: the locale of days, such as ``nb_NO``; None makes no guess about ``12/11``.
    :param numbers: the locale of numbers; None is a decimal point.
    :param week_start: 0 for Monday to 6 for Sunday, where the user has said so.
    """

    dates: str | None = None
    numbers: str | None = None
    week_start: int | None = None

    @property
    def first_day(self) -> int:
        """The day that the week begins with, 0 for Monday to 6 for Sunday: as said, else that of the locale.

        It is found out when it is asked for: what knows of locales costs start-up time.
        """
        return first_week_day(self.dates) if self.week_start is None else self.week_start

    @classmethod
    def of(cls, environment: Mapping[str, str], week_start: int | None = None) -> Habits:
        """The habits that the variables of an environment tell.

        :param week_start: what the settings of the user say; None where they say nothing.
        :param environment: such as ``os.environ``; numbers have a variable of their own there, LC_NUMERIC.
        """
        return cls(locale_of(environment), locale_of(environment, "LC_NUMERIC"), week_start)
