"""What people may type about quotas and about adjustments of a forecast."""

from pydantic import StrictInt, model_validator

from funnel_tui.domain.money import MAX_MINOR
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import InvalidInput
from funnel_tui.models.inputs import Currency, Input, Note, Number

MAX_DEALS = 1_000_000
"""More deals than this are no quota of a rep, a team or a company."""


class QuotaInput(Input):
    """A quota: minor units of a currency, or a number of deals. No amount takes it away.

    The days are checked by the service, which knows the other quotas.
    """

    rep_id: Number | None = None
    team_id: Number | None = None
    unit: QuotaUnit = QuotaUnit.MONEY
    amount: StrictInt | None = None
    currency: Currency = None
    note: Note = None

    @model_validator(mode="after")
    def _fits(self) -> "QuotaInput":
        if self.rep_id is not None and self.team_id is not None:
            raise InvalidInput("owner", "A quota is a rep's or a team's, not both.")
        if self.amount is None:
            return self
        most = MAX_DEALS if self.unit is QuotaUnit.DEALS else MAX_MINOR
        what = "deals" if self.unit is QuotaUnit.DEALS else "minor units"
        if self.amount < 0:
            raise InvalidInput("amount", "A quota must not be negative.", "Take it away with no amount.")
        if self.amount > most:
            raise InvalidInput("amount", f"A quota of more than {most:,} {what} cannot be meant.")
        if self.unit is QuotaUnit.DEALS and self.currency is not None:
            raise InvalidInput("currency", "A quota in deals has no currency.")
        return self


class AdjustmentInput(Input):
    """What is added to a forecast (positive) or taken off it (negative)."""

    rep_id: Number | None = None
    team_id: Number | None = None
    amount_minor: StrictInt
    currency: Currency = None
    note: Note = None

    @model_validator(mode="after")
    def _fits(self) -> "AdjustmentInput":
        if abs(self.amount_minor) > MAX_MINOR:
            raise InvalidInput(
                "amount_minor", f"An adjustment of more than {MAX_MINOR:,} minor units cannot be meant."
            )
        return self
