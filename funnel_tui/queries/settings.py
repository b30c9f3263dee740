"""The team's settings and its exchange rates."""

from __future__ import annotations

from dataclasses import fields

from funnel_tui.db.reader import Reader
from funnel_tui.domain.money import Rates
from funnel_tui.domain.scope import TeamSettings


def read_settings(reader: Reader) -> TeamSettings:
    """The stored settings; what was never set has its default."""
    stored = {str(name): str(value) for name, value in reader.rows("SELECT key, value FROM setting")}
    known = {field.name: field.type for field in fields(TeamSettings)}
    values = {
        name: int(text) if known[name] == "int" else text for name, text in stored.items() if name in known
    }
    return TeamSettings(**values)  # type: ignore[arg-type]


def read_rates(reader: Reader, base: str) -> Rates:
    """All rates from or into the base currency."""
    rows = reader.rows(
        "SELECT base, quote, day, rate_scaled FROM exchange_rate WHERE base = :base OR quote = :base",
        {"base": base},
    )
    return Rates.build(base, [(str(one), str(other), int(day), int(rate)) for one, other, day, rate in rows])
