"""Whether the base currency was chosen, or is only what nobody has changed."""

from __future__ import annotations

from funnel_tui.db.reader import Reader


def is_chosen(reader: Reader) -> bool:
    """Whether somebody, or an import, has set the base currency."""
    return bool(reader.rows("SELECT 1 FROM setting WHERE key = 'base_currency'"))


def any_amount(reader: Reader) -> bool:
    """Whether any deal has an amount."""
    return bool(reader.rows("SELECT 1 FROM deal WHERE currency IS NOT NULL LIMIT 1"))
