"""What the text that people type into a form means, by the team's clock, currency and fiscal year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from copy import copy
from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from funnel_tui.domain.habits import Habits
from funnel_tui.domain.moments import Moment, parse_moment, spell_moment
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_number, day_of, local_day
from funnel_tui.domain.phrases import parse_day
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.shown import clean
from funnel_tui.errors import InvalidInput
from funnel_tui.exchange.phrases import parse_money
from funnel_tui.exchange.values import LIMITS, BadValue, clean_text
from funnel_tui.language import tr

_PERCENT = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))? ?%?", re.ASCII)
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp"}
_LABELS = {
    "email": tr("email"),
    "name": tr("name"),
    "note": tr("note"),
    "organisation": tr("organisation"),
    "person": tr("person"),
    "phone": tr("phone"),
    "pick": tr("outcome"),
    "probability_bp": tr("probability"),
    "product": tr("product"),
    "reason": tr("reason"),
    "source": tr("source"),
    "tags": tr("tags"),
    "title": tr("title"),
}
"""What people call a field; one that is not named here is called as it is."""
PERCENT_EXAMPLES = tr("For example 40, 40 % or 12.5; empty for that of the stage.")


class Typed:
    """Reads what was typed. Everything refused is an :class:`~funnel_tui.errors.InvalidInput`.

    :param settings: the team's; time zone, fiscal year and currency are taken from there.
    :param clock: gives now in epoch seconds.
    :param locale: such as ``nb_NO``; None is a decimal point, and no guess about ``12/11``.
    :param week_start: 0 for Monday to 6 for Sunday.
    :param habits: all of this at once, instead of the two before it; numbers may have a locale of their own.
    """

    def __init__(
        self,
        settings: TeamSettings,
        clock: Callable[[], int],
        *,
        locale: str | None = None,
        week_start: int = 0,
        habits: Habits | None = None,
    ) -> None:
        self._settings, self._clock = settings, clock
        habits = habits or Habits(locale, locale, week_start)
        self._locale, self._numbers, self._week_start = habits.dates, habits.numbers, habits.first_day
        self._zone = ZoneInfo(settings.time_zone)
        self._currency = settings.base_currency

    def over(self, amount: Money | None) -> Typed:
        """The same for a field that holds an amount: a number typed over it keeps its currency."""
        same = copy(self)
        same._currency = self._currency if amount is None else amount.currency
        return same

    @property
    def today(self) -> date:
        """The day in the team's time zone."""
        return local_day(self._clock(), self._zone)

    @property
    def currency(self) -> str:
        """The currency of an amount that names none."""
        return self._currency

    def line(self, text: str, field: str, *, needed: bool = False, limit: str = "name") -> str | None:
        """A text of one line, trimmed; None when it is empty.

        :param limit: which of ``exchange.values.LIMITS`` holds.
        """
        found = self._clean(text, field, LIMITS[limit], note=False)
        if found is None and needed:
            raise InvalidInput(field, tr("{field} must not be empty.").format(field=_label(field)))
        return found

    def note(self, text: str, field: str = "note") -> str | None:
        """A text of several lines; None when it is empty."""
        return self._clean(text, field, LIMITS["note"], note=True)

    def money(self, text: str, field: str = "amount") -> Money | None:
        """An amount; None when the text is empty."""
        if not text.strip():
            return None
        return parse_money(text, self.currency, self._numbers, field=field)

    def day(self, text: str, field: str = "expected_close", *, past: bool = False) -> date | None:
        """A day in words; None when the text is empty.

        :param past: weekdays and days without a year mean the last such day.
        """
        if not text.strip():
            return None
        return parse_day(
            *(text, self.today, self._locale, self._week_start),
            fiscal_start=self._settings.fiscal_start,
            past=past,
            field=field,
        )

    def moment(self, text: str, field: str = "due", *, past: bool = False) -> Moment | None:
        """A day with or without a time; None when the text is empty."""
        if not text.strip():
            return None
        return parse_moment(
            *(text, self._clock(), self._zone, self._locale, self._week_start),
            fiscal_start=self._settings.fiscal_start,
            past=past,
            field=field,
        )

    def percent(self, text: str, field: str = "probability_bp") -> int | None:
        """A percentage in hundredths of a percent; None when the text is empty."""
        text = text.strip()
        if not text:
            return None
        shown = clean(text if len(text) <= 60 else f"{text[:59]}…")
        match = _PERCENT.fullmatch(text)
        if match is None:
            negative = re.fullmatch(r"-\d+([.,]\d+)? ?%?", text, re.ASCII)
            if negative:
                raise _out_of_range(field, shown)
            words = tr("'{text}' is not a percentage.").format(text=shown)
            raise InvalidInput(field, words, PERCENT_EXAMPLES)
        value = Fraction(f"{match[1]}.{match[2] or 0}") * 100
        if value > 10_000:
            raise _out_of_range(field, shown)
        return int(value)

    def spell(self, moment: Moment) -> str:
        """A moment for people: ``Fri 27 Nov 14:30``."""
        return spell_moment(moment, self._clock(), self._zone)

    def happened(self, moment: Moment, not_before: int, field: str = "day") -> int | None:
        """The instant at which something was done.

        A day without a time is its noon, or a moment later when the last event came after noon; today is now.

        :param not_before: the last event in epoch seconds.
        :returns: epoch seconds; None for now.
        :raises InvalidInput: for the future, and for a time before the last event.
        """
        now = self._clock()
        if moment.at is None:
            if day_of(moment.day) == self.today:
                return None
            noon = int(datetime.combine(day_of(moment.day), time(12), self._zone).timestamp())
            same_day = moment.day == day_number(local_day(not_before, self._zone))
            at = max(noon, not_before) if same_day else noon
        else:
            at = moment.at
        if at > now:
            raise InvalidInput(field, tr("{moment} has not come yet.").format(moment=self.spell(moment)))
        if at < not_before:
            last = self.spell(Moment(day_number(local_day(not_before, self._zone)), not_before))
            raise InvalidInput(
                field,
                tr("{moment} is before its last event ({last}).").format(
                    moment=self.spell(moment), last=last
                ),
            )
        return at

    def _clean(self, text: str, field: str, limit: int, *, note: bool) -> str | None:
        try:
            found = clean_text(text, limit, note=note)
        except BadValue as problem:
            raise InvalidInput(field, f"{_label(field)} {problem.reason}.") from None
        # A name of invisible characters only looks like no name at all.
        return None if all(unicodedata.category(mark) in _INVISIBLE for mark in found) else found


def _out_of_range(field: str, text: str) -> InvalidInput:
    words = tr("'{text}' is not between 0 % and 100 %.").format(text=text)
    return InvalidInput(field, words, PERCENT_EXAMPLES)


def _label(field: str) -> str:
    words = _LABELS.get(field, field.replace("_", " "))
    return f"{words[:1].upper()}{words[1:]}"
