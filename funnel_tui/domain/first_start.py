"""What the program asks for when it is started for the first time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswers:
    """Who uses the program, and how the team counts money and days.

    :param name: the name of the user, who becomes a rep; changes are recorded under it.
    :param currency: the base currency, an ISO 4217 code (METRICS M7).
    :param time_zone: the IANA name of the team's time zone (METRICS M4).
    :param currency_guessed: nobody has typed the currency: that of the first imported deals goes before it.
    """

    name: str
    currency: str
    time_zone: str
    currency_guessed: bool = False
