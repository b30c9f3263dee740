"""Which currencies an import brings, and whether they count in totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.queries.base_currency import any_amount, is_chosen
from funnel_tui.queries.settings import read_rates_on, read_settings
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MoneyLook:
    """What totals are shown in (METRICS M7), and what can be converted into it.

    :param base: the base currency as it is before the import.
    :param free: nobody has chosen it: the only currency of the deals takes its place.
    :param priced: the currencies with a rate into it.
    """

    base: str
    free: bool
    priced: frozenset[str]

    def unpriced(self, currencies: Iterable[str]) -> list[str]:
        """The currencies whose amounts would be in no total, by code."""
        return sorted(set(currencies) - self.priced - {self.base})

    def becomes(self, currencies: Iterable[str]) -> str:
        """The currency that the base currency becomes; empty where it stays."""
        found = set(currencies)
        return found.pop() if self.free and len(found) == 1 and found != {self.base} else ""


def look_at_money(workspace: Workspace, first: FirstAnswers | None) -> MoneyLook:
    """What the database says about currencies.

    :param first: what a new user answered; it counts already.
    """
    with workspace.read() as reader:
        base = read_settings(reader).base_currency if first is None else first.currency
        chosen = is_chosen(reader) if first is None else not first.currency_guessed
        rates = read_rates_on(reader, base, workspace.clock() // DAY_SECONDS)
        return MoneyLook(base, not chosen and not any_amount(reader), frozenset(rates.by_currency))
