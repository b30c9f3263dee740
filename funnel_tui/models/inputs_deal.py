"""What people may type about what belongs to a deal: people with their roles, tags, demand lines."""

from typing import Annotated

from pydantic import StrictInt
from sqlmodel import Field

from funnel_tui.domain.status import PersonRole
from funnel_tui.models.inputs import Amount, Currency, Input, Name

MAX_QUANTITY_MILLI = 10**12
"""The largest quantity of a demand line, in thousandths."""


class RoleInput(Input):
    """What a person does in a deal; None when that is not known."""

    role: PersonRole | None = None


class TagInput(Input):
    """The name of a tag."""

    tag: Name


class DemandLineInput(Input):
    """What a customer asks for. A price needs a currency; a currency without a price is dropped.

    The quantity is in thousandths, the price is that of one in minor units.
    """

    product: Name
    quantity_milli: Annotated[StrictInt, Field(gt=0, le=MAX_QUANTITY_MILLI)] = 1000
    price_minor: Amount | None = None
    currency: Currency = None
