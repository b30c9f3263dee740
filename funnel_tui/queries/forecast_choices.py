"""What a forecast can be narrowed to."""

from __future__ import annotations

from funnel_tui.db.reader import Reader

_CURRENCIES = "SELECT DISTINCT currency FROM deal WHERE closed_at IS NULL AND currency IS NOT NULL"


def open_currencies(reader: Reader) -> list[str]:
    """The currencies that open deals are in, by the alphabet."""
    return sorted(str(row[0]) for row in reader.rows(_CURRENCIES))
