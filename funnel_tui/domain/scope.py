"""The one value that travels everywhere: what is looked at, over which time, as seen from when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, PeriodKind, local_day
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

PREVIOUS, YEAR_BEFORE = "previous", "year-before"
"""A compared period by where it lies: directly before the period, or the same a year before."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a screen or report is about.

    :param pipelines: names; empty means every pipeline in use.
    :param owner: the name of a rep, or None for all.
    :param team: the name of a team (its sub-teams belong to it), or None for all.
    :param period: the days looked at.
    :param compare: the period set beside it, or None.
    :param as_of: the instant everything is seen from, in epoch seconds; None means now.
    :param cohort: which deals a funnel is about; None means the report's own default.
    :param mode: which stages count as reached.
    :param by: what rows are split by, or None.
    :param by_value: ratios by amount instead of by number of deals (METRICS M11).
    :param present_owner: count a deal for its owner at as-of, not at the event (METRICS M10).
    :param where: only deals that this filter holds for at as-of, as it was typed; see
        :mod:`funnel_tui.domain.filter`. Empty for all.
    """

    pipelines: tuple[str, ...] = ()
    owner: str | None = None
    team: str | None = None
    period: Period = field(default_factory=Period.all_time)
    compare: Period | None = None
    as_of: int | None = None
    cohort: Cohort | None = None
    mode: Mode = Mode.REACHED
    by: GroupBy | None = None
    by_value: bool = False
    present_owner: bool = False
    where: str = ""

    def with_(self, **changes: Any) -> Scope:
        """A copy with some fields changed."""
        return replace(self, **changes)

    @property
    def is_of_all_deals(self) -> bool:
        """Whether every deal of the pipelines counts, whosever it is and whatever it is like."""
        return not (self.owner or self.team or self.where)

    @property
    def compare_typed(self) -> str | None:
        """The compared period as it is kept; :func:`compared_period` reads it back.

        One that lies directly before a period in words, or a year before it, goes along with that.
        """
        if self.compare is None:
            return None
        if self.period.words and not self.compare.words:
            if self.compare == self.period.previous():
                return PREVIOUS
            if self.compare == self.period.year_before():
                return YEAR_BEFORE
        return self.compare.typed

    def settled(self, settings: TeamSettings, now: int) -> Scope:
        """The same with periods in words counted from as-of, or from now where there is none.

        :param now: epoch seconds.
        """
        compared = self.compare_typed
        if not self.period.words and not (self.compare and self.compare.words):
            return self
        today = settings.day(now if self.as_of is None else self.as_of)
        period = Period.parse(self.period.typed, settings.fiscal_start, today)
        return self.with_(
            period=period,
            compare=None
            if compared is None
            else compared_period(compared, period, settings.fiscal_start, today),
        )


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """Settings that the whole team shares; they are kept in the database.

    :param time_zone: IANA name; periods begin and end there (METRICS M4).
    :param fiscal_start: the month a fiscal year begins in, 1 to 12.
    :param base_currency: the currency of totals (METRICS M7).
    :param small_n: under this number of deals a ratio is dimmed (METRICS M6).
    :param stuck_factor: k of METRICS 4: stuck after k times the stage's median days.
    :param idle_days: idle after this many days without a done interaction (METRICS 4).
    :param contact_benchmark: opportunities per 1,000 outbound calls (METRICS 5).
    :param model_minimum: closed deals before a win-probability model is shown (METRICS 8).
    """

    time_zone: str = "UTC"
    fiscal_start: int = 1
    base_currency: str = "EUR"
    small_n: int = 5
    stuck_factor: int = 2
    idle_days: int = 14
    contact_benchmark: int = 32
    model_minimum: int = 30

    def day(self, instant: int) -> date:
        """The calendar day of an instant where the team is.

        :param instant: epoch seconds.
        """
        return local_day(instant, ZoneInfo(self.time_zone))


def compared_period(text: str, period: Period, fiscal_start: int, today: date) -> Period:
    """The period that another one is compared with.

    :param text: ``previous``, ``year-before``, or a period.
    :param period: the one it is set beside.
    :param today: the day that words are counted from.
    :raises UsageError: for a period that makes no sense, and for what comes before all time.
    """
    if text not in {PREVIOUS, YEAR_BEFORE}:
        return Period.parse(text, fiscal_start, today)
    if period.kind is PeriodKind.ALL:
        raise UsageError(
            tr("--compare {text} needs a --period: nothing comes before all time.").format(text=text)
        )
    return period.previous() if text == PREVIOUS else period.year_before()
