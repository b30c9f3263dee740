"""The team's settings and its exchange rates."""

from __future__ import annotations

from dataclasses import fields

from funnel_tui.db.reader import Reader
from funnel_tui.domain.money import Rates
from funnel_tui.domain.scope import TeamSettings

_KNOWN = {field.name: field.type for field in fields(TeamSettings)}

_RATES = """
SELECT base, quote, day, rate_scaled FROM exchange_rate WHERE base = :base OR quote = :base
"""

# From currency to currency along the key: years of daily rates are never read through.
_LATEST_RATES = """
WITH RECURSIVE
    from_code(code) AS (
        SELECT min(base) FROM exchange_rate
        UNION ALL
        SELECT (SELECT min(base) FROM exchange_rate WHERE base > code) FROM from_code WHERE code IS NOT NULL),
    into_code(code) AS (
        SELECT min(quote) FROM exchange_rate WHERE base = :base
        UNION ALL
        SELECT (SELECT min(quote) FROM exchange_rate WHERE base = :base AND quote > code)
        FROM into_code WHERE code IS NOT NULL),
    pair(base, quote) AS (
        SELECT code, CAST(:base AS TEXT) FROM from_code
        UNION ALL
        SELECT CAST(:base AS TEXT), code FROM into_code)
SELECT p.base, p.quote, r.day, r.rate_scaled
FROM pair p JOIN exchange_rate r ON r.base = p.base AND r.quote = p.quote
WHERE r.day = (SELECT max(e.day) FROM exchange_rate e
               WHERE e.base = p.base AND e.quote = p.quote AND e.day <= :day)
"""


def read_settings(reader: Reader) -> TeamSettings:
    """The stored settings; what was never set has its default."""
    stored = {str(name): str(value) for name, value in reader.rows("SELECT key, value FROM setting")}
    values = {
        name: int(text) if _KNOWN[name] == "int" else text for name, text in stored.items() if name in _KNOWN
    }
    return TeamSettings(**values)  # type: ignore[arg-type]


def read_rates(reader: Reader, base: str) -> Rates:
    """All rates from or into the base currency."""
    return _rates(reader, base, _RATES, {"base": base})


def read_rates_on(reader: Reader, base: str, day: int) -> Rates:
    """The rates that held on a day: the latest of each currency up to it."""
    return _rates(reader, base, _LATEST_RATES, {"base": base, "day": day})


def _rates(reader: Reader, base: str, sql: str, parameters: dict[str, str | int]) -> Rates:
    rows = reader.rows(sql, parameters)
    return Rates.build(base, [(str(one), str(other), int(day), int(rate)) for one, other, day, rate in rows])
