"""How many interactions of a kind a rep had on a day: ``activity_day``, counted from ``interaction``.

A day begins and ends where the team's time zone says (METRICS M4). SQLite knows no time zones, so the days
are cut here, and the databases only compare instants. ``done``, ``with_outcome``, ``conversations`` and
``outbound`` count what took place, ``planned`` what did not yet; a row without any is not kept.

Whoever writes interactions calls one of these in the same transaction, after writing:

- :func:`recount_cells` for a few rows: their owner, kind and instant, as they were and as they are.
- :func:`recount_changed` for many: an import, an undo. It reads the days concerned from the audit log.
- :func:`rebuild_days` for all of them: a new time zone, ``funnel doctor --rebuild``.

The last two need the call to be alone (:meth:`~funnel_tui.services.transaction.Transaction.alone`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from funnel_tui.db.reader import Reader, ServerReader
from funnel_tui.domain.interactions import CONVERSATIONS
from funnel_tui.domain.period import DAY_SECONDS, day_number, day_of, local_day, start_of
from funnel_tui.queries.settings import read_settings

Cell = tuple[int, int, int]
"""An instant in epoch seconds, the number of a rep, the number of a kind."""

COLUMNS = ("day", "owner_id", "kind_id", "done", "planned", "with_outcome", "conversations", "outbound")

_CHECKED_DAYS = 183
"""So many days are compared at a time."""

_LOCK = 0x46554E4D
_WORDS = ", ".join(f"'{word}'" for word in sorted(CONVERSATIONS))

_CLEAR_CELL = text("DELETE FROM activity_day WHERE day = :day AND owner_id = :owner AND kind_id = :kind")
_CLEAR_DAYS = text("DELETE FROM activity_day WHERE day >= :first AND day < :after")


def _counts(*, sqlite: bool) -> str:
    """SQL for the five numbers, in the order of :data:`COLUMNS`."""
    # A locale could fold other letters than A to Z; lower() of SQLite never does.
    plain = "" if sqlite else ' COLLATE "C"'
    tests = (
        "i.planned = 0",
        "i.planned <> 0",
        "i.planned = 0 AND i.outcome <> ''",
        f"i.planned = 0 AND lower(i.outcome{plain}) IN ({_WORDS})",
        "i.planned = 0 AND i.direction = 'out'",
    )
    return ", ".join(f"sum(CASE WHEN {test} THEN 1 ELSE 0 END)" for test in tests)


def zone_of(reader: Reader) -> ZoneInfo:
    """The team's time zone."""
    return ZoneInfo(read_settings(reader).time_zone)


def day_at(instant: int, zone: ZoneInfo) -> int:
    """The number of the day that an instant belongs to: that whose start was the last before it.

    It is the day on the calendar, but for the clocks that were once put back over midnight.
    """
    day = local_day(instant, zone)
    if instant < start_of(day, zone):
        return day_number(day) - 1
    if instant >= start_of(day + timedelta(days=1), zone):
        return day_number(day) + 1
    return day_number(day)


def recount_cells(connection: Connection, cells: Iterable[Cell], zone: ZoneInfo) -> None:
    """Count again the days of a few interactions.

    :param cells: instant, rep and kind of every row that was written, as it was before and as it is now.
    :param zone: the team's time zone.
    """
    wanted = sorted({(day_at(at, zone), owner, kind) for at, owner, kind in cells})
    shared = connection.dialect.name != "sqlite"
    if shared:
        # Two calls that count the same day at once would each miss what the other has not committed yet.
        for day, owner, kind in wanted:
            number = (day * 1_000_003 + owner * 1_009 + kind) % 2**31
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK}, {number})")
    count = text(
        f"INSERT INTO activity_day ({', '.join(COLUMNS)}) "  # noqa: S608 - our own words
        f"SELECT CAST(:day AS BIGINT), i.owner_id, i.kind_id, {_counts(sqlite=not shared)} "
        "FROM interaction i "
        "WHERE i.owner_id = :owner AND i.kind_id = :kind AND i.at >= :start AND i.at < :end "
        "GROUP BY i.owner_id, i.kind_id"
    )
    for day, owner, kind in wanted:
        cell = {"day": day, "owner": owner, "kind": kind}
        start, end = (start_of(day_of(number), zone) for number in (day, day + 1))
        connection.execute(_CLEAR_CELL, cell)
        connection.execute(count, {**cell, "start": start, "end": end})


def recount_days(connection: Connection, days: Iterable[int], zone: ZoneInfo) -> None:
    """Count whole days again, for all reps and kinds.

    :param days: their numbers.
    :param zone: the team's time zone.
    """
    for first, after in _spans(days):
        connection.execute(_CLEAR_DAYS, {"first": first, "after": after})
        _count_days(connection, first, after, zone)


def recount_changed(connection: Connection, group_id: int) -> None:
    """Count again every day on which a change group wrote, changed or took away interactions.

    :param group_id: a group whose changes are in effect; its log must be written
        (:meth:`~funnel_tui.services.transaction.Transaction.flush`).
    """
    zone = zone_of(ServerReader(connection))
    found: set[int] = set()
    for bucket in _buckets(connection, group_id):
        # Division rounds towards 1970 on both databases; a day more or less does no harm.
        first = day_at(bucket * DAY_SECONDS - DAY_SECONDS, zone)
        found.update(range(first, day_at((bucket + 1) * DAY_SECONDS, zone) + 1))
    recount_days(connection, found, zone)


def rebuild_days(connection: Connection) -> None:
    """Count all days again."""
    zone = zone_of(ServerReader(connection))
    connection.exec_driver_sql("DELETE FROM activity_day")
    bounds = connection.exec_driver_sql("SELECT min(at), max(at) FROM interaction").one()
    if bounds[0] is not None:
        _count_days(connection, day_at(bounds[0], zone), day_at(bounds[1], zone) + 1, zone)


def _buckets(connection: Connection, group_id: int) -> list[int]:
    """The days in UTC that a change group wrote interactions on."""

    def said(column: str) -> str:
        if connection.dialect.name == "sqlite":
            return f"CAST(json_extract(c.{column}, '$.at') AS INTEGER)"
        return f"(c.{column}::json->>'at')::bigint"

    mine = f"c.group_id = {int(group_id)} AND c.entity = 'interaction'"
    rows = connection.exec_driver_sql(
        f"SELECT i.at / {DAY_SECONDS} FROM change c "  # noqa: S608 - numbers of ours
        f"JOIN interaction i ON i.id BETWEEN c.row_id AND c.row_last WHERE {mine} AND c.op <> 'delete' "
        f"UNION SELECT {said('before')} / {DAY_SECONDS} FROM change c WHERE {mine} AND c.op <> 'insert' "
        f"UNION SELECT {said('after')} / {DAY_SECONDS} FROM change c WHERE {mine} AND c.op = 'update'"
    )
    return [int(row[0]) for row in rows if row[0] is not None]


def _spans(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Days that follow each other, as (first, the day after the last)."""
    first = after = None
    for day in sorted(set(days)):
        if first is None or after is None:
            first = day
        elif day != after:
            yield first, after
            first = day
        after = day + 1
    if first is not None and after is not None:
        yield first, after


def _count_days(connection: Connection, first: int, after: int, zone: ZoneInfo) -> None:
    """Write the rows of days that have none."""
    counted = _counted(sqlite=connection.dialect.name == "sqlite")
    statement = text(f"INSERT INTO activity_day ({', '.join(COLUMNS)}) {counted}")
    for day, start, end, length in even_runs(first, after, zone):
        connection.execute(statement, {"first": day, "start": start, "end": end, "length": length})


def _counted(*, sqlite: bool) -> str:
    """SQL for the rows of a run of days."""
    # By rep, so that the index of owner and time alone is read, and every part of it once.
    return (
        f"SELECT :first + (i.at - :start) / :length, i.owner_id, i.kind_id, {_counts(sqlite=sqlite)} "  # noqa: S608
        f"FROM rep r {'CROSS JOIN' if sqlite else 'JOIN'} interaction i {'WHERE' if sqlite else 'ON'} "
        "i.owner_id = r.id AND i.at >= :start AND i.at < :end GROUP BY 1, 2, 3"
    )


def wrong_days(reader: Reader, *, sqlite: bool) -> Iterator[tuple[int, int, int]]:
    """Compare what is kept with what the interactions say, some months at a time.

    :param sqlite: which database is read.
    :returns: day, rep and kind of every row that is wrong, missing or too many.
    """
    bounds = "SELECT min(at), max(at) FROM interaction"
    (low, high), (first, last) = (
        reader.rows(sql)[0] for sql in (bounds, "SELECT min(day), max(day) FROM activity_day")
    )
    zone = zone_of(reader)
    if low is not None:
        days = day_at(low, zone), day_at(high, zone)
        first, last = (min(first, days[0]), max(last, days[1])) if first is not None else days
    if first is None:
        return
    kept = f"SELECT {', '.join(COLUMNS)} FROM activity_day WHERE day >= :first AND day < :after"  # noqa: S608
    for begin in range(first, last + 1, _CHECKED_DAYS):
        after = min(begin + _CHECKED_DAYS, last + 1)
        due: set[tuple[Any, ...]] = set()
        for day, start, end, length in even_runs(begin, after, zone):
            values = {"first": day, "start": start, "end": end, "length": length}
            due.update(map(tuple, reader.rows(_counted(sqlite=sqlite), values)))
        stored = set(map(tuple, reader.rows(kept, {"first": begin, "after": after})))
        yield from sorted({(row[0], row[1], row[2]) for row in due ^ stored})


def even_runs(first: int, after: int, zone: ZoneInfo) -> Sequence[tuple[int, int, int, int]]:
    """Days in runs in which each is of the same length; one on which the clocks change is a run of its own.

    :param first: the number of the first day.
    :param after: the number of the day after the last.
    :returns: the first day of each run, when it begins and when it ends, in epoch seconds, and how many
        seconds each of its days has.
    """
    runs: list[tuple[int, int, int, int]] = []
    even = False
    start = start_of(day_of(first), zone)
    for day in range(first, after):
        end = start_of(day_of(day + 1), zone)
        is_even = end - start == DAY_SECONDS
        if is_even and even:
            runs[-1] = (*runs[-1][:2], end, DAY_SECONDS)
        elif end > start:
            runs.append((day, start, end, end - start))
        even = is_even
        start = end
    return runs
