"""Whether anybody has ever done anything in a database."""

from __future__ import annotations

from funnel_tui.db.reader import Reader

_USED = "SELECT 1 FROM change_group WHERE action <> :learning LIMIT 1"


def is_used(reader: Reader, learning: str) -> bool:
    """Whether a change was ever made, undone ones included.

    :param learning: the action of changes that only keep what follows from the data.
    """
    return bool(reader.rows(_USED, {"learning": learning}))


def any_open(reader: Reader) -> bool:
    """Whether any deal is open."""
    return bool(reader.rows("SELECT 1 FROM deal WHERE status = 'open' LIMIT 1"))
