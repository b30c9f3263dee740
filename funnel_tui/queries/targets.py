"""Targets of interactions as they stood at an instant."""

from __future__ import annotations

from collections.abc import Iterable

from funnel_tui.db.reader import Reader
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.status import ActivityStep
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


def done_between(reader: Reader, first: int, after: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Done and planned interactions by rep and kind.

    :param first: the number of the first day; ``after`` is that of the day after the last.
    """
    rows = reader.rows(
        "SELECT owner_id, kind_id, sum(done), sum(planned) FROM activity_day "
        "WHERE day >= :first AND day < :after GROUP BY owner_id, kind_id",
        {"first": first, "after": after},
    )
    return {(owner, kind): (int(done), int(planned)) for owner, kind, done, planned in rows}


def kinds_in_order(reader: Reader) -> list[KindFact]:
    """The kinds of interaction in the order the team gave them."""
    rows = reader.rows("SELECT id, name, step, active, version FROM interaction_kind ORDER BY position, id")
    return [
        KindFact(number, name, ActivityStep(step), bool(active), version)
        for number, name, step, active, version in rows
    ]
