"""What a file says, row by row, after every value was checked: deals, stage events and exchange rates.

The records are named tuples and not dataclasses: a file has hundreds of thousands of rows, and a frozen
dataclass of this many fields costs several times as much to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from funnel_tui.domain.status import DealStatus

#: The tables a file can be imported into.
Kind = Literal["deals", "history", "interactions", "contacts", "quotas", "rates"]


class DealRecord(NamedTuple):
    """One deal as a file describes it.

    ``status`` is None when neither stage nor status is in the file: it supplements what a history tells.
    ``stage`` is None then, and where the file only says that a deal is open, won or lost. A won or lost deal
    has ``closed``, an open one has not; without a status it is as the file has it. ``expected_close`` and
    ``probability`` are never those of a closed deal, ``loss_reason`` never that of an open or won one.
    ``created`` is None where the file does not tell.
    """

    line: int
    """Physical line of the file on which the row starts."""
    id: str
    """The deal's name in the other program; joins deals and history, and a later import of the same deal."""
    title: str
    organisation: str | None
    person: str | None
    owner: str | None
    team: str | None
    pipeline: str | None
    stage: str | None
    status: DealStatus | None
    amount: int | None
    """Minor units of ``currency``; None without an amount (METRICS M8)."""
    currency: str
    """ISO 4217 code."""
    created: int | None
    """Epoch seconds, UTC."""
    closed: int | None
    """Epoch seconds, UTC."""
    expected_close: int | None
    """Days since 1970-01-01."""
    probability: int | None
    """Basis points, 0 to 10,000."""
    source: str | None
    loss_reason: str | None
    tags: tuple[str, ...]
    product: str | None


class EventRecord(NamedTuple):
    """One event of a deal's history: it entered a stage, or it was won or lost."""

    line: int
    """Physical line of the file on which the row starts."""
    order: int
    """Place among the accepted rows of the file, from 0; decides between events of the same instant."""
    deal: str
    """The deal's id, as in :class:`DealRecord`."""
    stage: str | None
    """The stage entered; None for a terminal event."""
    status: DealStatus
    """``open`` for a stage event, else the outcome."""
    at: int
    """Epoch seconds, UTC."""
    by: str | None
    """Who did it."""
    loss_reason: str | None
    """For a loss whose name was given a reason (``--lost NAME=REASON``)."""


class RateRecord(NamedTuple):
    """One exchange rate: one unit of ``base`` is worth ``rate`` units of ``quote`` on ``day``."""

    line: int
    base: str
    quote: str
    day: int
    """Days since 1970-01-01."""
    rate: Decimal
    """Exactly as written, greater than zero."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How the values of a file are to be read. What the profile knows is filled in by
    :func:`funnel_tui.exchange.profiles.complete_options`.

    :param encoding: the file's encoding; None finds it out.
    :param delimiter: what separates the fields; None finds it out.
    :param header: whether the first row names the columns.
    :param date_format: a ``strptime`` format every date and time of the file must have; None finds it out.
    :param timezone: IANA name of the zone of dates and times written without an offset.
    :param locale: a locale such as ``de_DE`` whose decimal and thousands marks the amounts use.
    :param decimal: the decimal mark of amounts, ``.`` or ``,``; goes before the locale's.
    :param currency: ISO code for deals that name no currency of their own; None refuses such deals.
    :param won: stage or status names that mean won, as spelled by the user.
    :param lost: names that mean lost, each with the reason for the loss, or None.
    :param stages: the stages in order. Empty accepts any name; otherwise other names are refused.
    :param fixes: per field, spellings to replace (``{"product": {"GTXPro": "GTX Pro"}}``).
    :param lookups: per field, names for ids (``{"organisation": {"001A…": "Acme"}}``); an id that is not
        listed stays as it is.
    :param team_of: the team of an owner, for rows that name no team.
    :param fraction_probability: probabilities are written 0 to 1 instead of 0 to 100.
    :param round_amounts: amounts with more decimals than their currency has are rounded half up.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True
    date_format: str | None = None
    timezone: str = "UTC"
    locale: str | None = None
    decimal: str | None = None
    currency: str | None = None
    won: tuple[str, ...] = ()
    lost: Mapping[str, str | None] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    fixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lookups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    team_of: Mapping[str, str] = field(default_factory=dict)
    fraction_probability: bool = False
    round_amounts: bool = False
