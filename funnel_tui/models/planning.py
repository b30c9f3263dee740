"""Tables of plans: quotas, forecast adjustments and exchange rates. Revisions are append-only."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from funnel_tui.domain.status import QuotaUnit
from funnel_tui.models.base import INT, KEYED, STRICT, Row, key, one_of, ref, text, whole, word


class QuotaRevision(Row, table=True):
    """A quota as it was set at one moment; the latest revision up to as-of counts.

    With a rep it is the rep's, with a team the team's, with neither the company's. Days are half-open.
    """

    __table_args__: ClassVar = (
        one_of("unit", QuotaUnit),
        CheckConstraint("end_day > start_day", name="end_after_start"),
        CheckConstraint("rep_id IS NULL OR team_id IS NULL", name="one_holder"),
        Index(None, "start_day", "end_day", "rep_id"),
        STRICT,
    )

    id: int | None = key()
    rep_id: int | None = ref("rep.id", default=None)
    team_id: int | None = ref("team.id", default=None)
    start_day: int = whole()
    end_day: int = whole()
    unit: QuotaUnit = word(QuotaUnit, QuotaUnit.MONEY)
    amount: int | None = whole(None)
    currency: str | None = text(None)
    note: str | None = text(None)
    at: int = whole()
    by: str = text("")


class ForecastAdjustment(Row, table=True):
    """What a rep or manager adds to a forecast, with a note."""

    __table_args__: ClassVar = (
        CheckConstraint("end_day > start_day", name="end_after_start"),
        Index(None, "start_day", "end_day", "rep_id"),
        STRICT,
    )

    id: int | None = key()
    rep_id: int | None = ref("rep.id", default=None)
    team_id: int | None = ref("team.id", default=None)
    start_day: int = whole()
    end_day: int = whole()
    amount_minor: int = whole()
    currency: str = text()
    note: str | None = text(None)
    at: int = whole()
    by: str = text("")


class ExchangeRate(Row, table=True):
    """What one unit of ``base`` was worth in ``quote`` on a day, in units of 10^-12."""

    __table_args__: ClassVar = (
        CheckConstraint("rate_scaled > 0", name="rate"),
        KEYED,
    )

    base: str = Field(primary_key=True, sa_type=Text)
    quote: str = Field(primary_key=True, sa_type=Text)
    day: int = Field(primary_key=True, sa_type=INT)
    rate_scaled: int = whole()
