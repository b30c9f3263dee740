"""Targets of interactions as they stood at an instant."""

from __future__ import annotations

from collections.abc import Iterable

from funnel_tui.db.reader import Reader
from funnel_tui.domain.targets import TargetFact, Targets, month_of


def read_targets(reader: Reader, days: Iterable[int], as_of: int) -> Targets:
    """The latest targets of some months.

    :param days: the numbers of days; their months are meant.
    :param as_of: targets that were set later do not count; epoch seconds.
    """
    months = sorted({month_of(day) for day in days})
    if not months:
        return Targets()
    listed = ", ".join(str(month) for month in months)
    rows = reader.rows(
        "SELECT rep_id, kind_id, month, target, at, by FROM activity_target "
        f"WHERE month IN ({listed}) AND at <= :as_of ORDER BY at, id",
        {"as_of": as_of},
    )
    facts = (TargetFact(*row) for row in rows)
    return Targets({(fact.rep_id, fact.kind_id, fact.month): fact for fact in facts})
