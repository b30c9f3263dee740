"""Undo, redo and the history of changes.

Undo takes back a whole change group and is a group of its own that says what it undoes; redo undoes the
undo. So a group is in effect or not by the last link of its chain: group ← undo ← redo ← undo …

Without a number, undo takes the caller's own last group that is in effect: on a shared database nobody takes
back a colleague's work by accident. ``anybody=True`` takes the last one of all. Redo takes the caller's last
undo, as long as the caller wrote nothing new since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.status import ChangeOp
from funnel_tui.errors import NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.queries.history import deals_touched, undone_of
from funnel_tui.services.derived import Progress
from funnel_tui.services.entity_words import entity_word
from funnel_tui.services.replay import Replay, StillReferred, referring
from funnel_tui.services.telling import told
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace

UNDO, REDO = "undo", "redo"


@dataclass(frozen=True, slots=True)
class GroupFact:
    """One service call as the history shows it.

    :param at: epoch seconds.
    :param summary: what it did, in words.
    :param undoes_id: the group that it took back, for undo and redo.
    :param undone: whether it is taken back; what was brought back again is not.
    """

    id: int
    at: int
    actor: str
    action: str
    summary: str
    undoes_id: int | None
    undone: bool


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """What one service call did to one row, or to a range of rows.

    :param id: the number to page on from.
    :param before: the former values of the columns concerned; None for an insert.
    :param after: the new values; None for a delete and for a range.
    """

    id: int
    group: GroupFact
    entity: str
    row_id: int
    row_last: int
    op: ChangeOp
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def undo(
    workspace: Workspace,
    *,
    group_id: int | None = None,
    anybody: bool = False,
    progress: Progress | None = None,
) -> GroupFact:
    """Take back a change group: every figure is as if it had never happened (METRICS M3).

    :param group_id: which one; None for the last of the caller.
    :param anybody: without a number, the last of all instead.
    :param progress: told how many deals were worked out anew.
    :returns: the group that was taken back.
    :raises NotFound: when there is nothing to undo.
    :raises Refused: when it was undone already, when a later change to the same rows is in effect, or when
        something still refers to a row that would go.
    """
    return _turn(workspace, UNDO, group_id, anybody, progress)


def redo(
    workspace: Workspace,
    *,
    group_id: int | None = None,
    anybody: bool = False,
    progress: Progress | None = None,
) -> GroupFact:
    """Bring back a change group that was undone.

    :param group_id: the group that was undone, or its undo; None for the caller's last undo.
    :param anybody: without a number, the last undo of all instead.
    :param progress: told how many deals were worked out anew.
    :returns: the group that was brought back.
    :raises NotFound: when there is nothing to redo.
    :raises Refused: when it is in effect, or when later changes are in the way.
    """
    return _turn(workspace, REDO, group_id, anybody, progress)


def _turn(
    workspace: Workspace, action: str, group_id: int | None, anybody: bool, progress: Progress | None
) -> GroupFact:
    root = tip = None
    try:
        with workspace.change(action) as call:
            call.alone()
            reader = call.reader
            if group_id is None:
                tip = _last(reader, action, None if anybody else call.actor)
            else:
                tip = _tip(reader, group_id)
            root = _root(reader, tip)
            if (tip.action == UNDO) != (action == REDO):
                words = (
                    tr("“{change}” is undone already.") if action == UNDO else tr("“{change}” is not undone.")
                )
                raise Refused(words.format(change=root.summary))
            _refuse_later(call, tip, root, action)
            call.undoes = tip.id
            words = tr("Undid: {change}") if action == UNDO else tr("Redid: {change}")
            call.summary = words.format(change=root.summary)
            Replay(call, tip.id).run(progress)
    except StillReferred as problem:
        assert root is not None
        assert tip is not None
        raise _explained(workspace, problem, tip, root, action) from problem
    return root


def next_undo(workspace: Workspace) -> GroupFact:
    """What :func:`undo` would take back for the caller when no number is given.

    What was undone and brought back is what it was at first, not the redo.

    :raises NotFound: when there is nothing to undo.
    """
    with workspace.read() as reader:
        root = _root(reader, _last(reader, UNDO, workspace.actor))
        return _with_state(reader, [root])[0]


WHOLE = ("demo", "import_")
"""How the actions begin that bring in much at once: the demo, and every import."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What an undo would take back.

    :param deals: how many deals it made, changed or moved.
    :param is_whole: whether it is the demo or an import.
    """

    group: GroupFact
    deals: int
    is_whole: bool


def undo_reach(workspace: Workspace, *, group_id: int | None = None, anybody: bool = False) -> Reach:
    """What :func:`undo` would take back, for asking before it does.

    Whoever goes on passes ``group.id`` to :func:`undo`: by then another change may be the last one.

    :param group_id: which one; None for the last of the caller.
    :param anybody: without a number, the last of all instead.
    :raises NotFound: when there is nothing to undo.
    """
    with workspace.read() as reader:
        if group_id is None:
            tip = _last(reader, UNDO, None if anybody else workspace.actor)
        else:
            tip = _tip(reader, group_id)
        (root,) = _with_state(reader, [_root(reader, tip)])
        return Reach(root, deals_touched(reader, root.id), root.action.startswith(WHOLE))


def _with_state(reader: Reader, groups: Sequence[GroupFact]) -> list[GroupFact]:
    """Groups with whether they are taken back, by the last link of the chain of each."""
    undone = undone_of(reader, [group.id for group in groups])
    return [replace(group, undone=group.id in undone) for group in groups]


# Here the last column only says whether there is a further link in the chain.
_GROUP = (
    "g.id, g.at, g.actor, g.action, g.summary, g.undoes_id, "
    "EXISTS (SELECT 1 FROM change_group u WHERE u.undoes_id = g.id)"
)


def _group(row: Sequence[Any]) -> GroupFact:
    number, at, actor, action, summary, undoes_id, undone = row
    return GroupFact(number, at, actor, action, summary, undoes_id, bool(undone))


def _last(reader: Reader, action: str, actor: str | None) -> GroupFact:
    """The last link of the chain that undo or redo means when nothing is said."""
    mine = "" if actor is None else "AND g.actor = :actor "
    free = "NOT EXISTS (SELECT 1 FROM change_group u WHERE u.undoes_id = g.id)"
    if action == UNDO:
        which = f"g.action <> 'undo' AND {free}"
    else:
        newer = "n.id > g.id AND n.undoes_id IS NULL" + ("" if actor is None else " AND n.actor = :actor")
        which = f"g.action = 'undo' AND {free} AND NOT EXISTS (SELECT 1 FROM change_group n WHERE {newer})"  # noqa: S608
    rows = reader.rows(
        f"SELECT {_GROUP} FROM change_group g WHERE {which} {mine}ORDER BY g.id DESC LIMIT 1",  # noqa: S608
        {"actor": actor},
    )
    if not rows:
        raise NotFound(tr("There is nothing to undo.") if action == UNDO else tr("There is nothing to redo."))
    return _group(rows[0])


def _get(reader: Reader, group_id: int) -> GroupFact:
    rows = reader.rows(f"SELECT {_GROUP} FROM change_group g WHERE g.id = :id", {"id": group_id})  # noqa: S608
    if not rows:
        raise NotFound(tr("There is no change with number {number}.").format(number=group_id))
    return _group(rows[0])


def _tip(reader: Reader, group_id: int) -> GroupFact:
    """The last link of the chain that a group belongs to."""
    group = _get(reader, group_id)
    while group.undone:
        rows = reader.rows(
            f"SELECT {_GROUP} FROM change_group g WHERE g.undoes_id = :id",  # noqa: S608
            {"id": group.id},
        )
        group = _group(rows[0])
    return group


def _root(reader: Reader, group: GroupFact) -> GroupFact:
    """The group that began the chain."""
    while group.undoes_id is not None:
        group = _get(reader, group.undoes_id)
    return group


_LATER = """
SELECT DISTINCT g.id, g.undoes_id
FROM change mine
JOIN change later ON later.entity = mine.entity AND later.group_id > mine.group_id
    AND later.row_id BETWEEN mine.row_id AND mine.row_last
JOIN change_group g ON g.id = later.group_id
WHERE mine.group_id = :group
UNION
SELECT g.id, g.undoes_id
FROM change later JOIN change_group g ON g.id = later.group_id
WHERE later.row_last > later.row_id AND later.group_id > :group AND EXISTS (
    SELECT 1 FROM change mine WHERE mine.group_id = :group AND mine.entity = later.entity
    AND mine.row_id <= later.row_last AND mine.row_last >= later.row_id
)
ORDER BY 1
"""


def _refuse_later(call: Transaction, tip: GroupFact, root: GroupFact, action: str) -> None:
    """:raises Refused: when later changes to the same rows are in effect."""
    standing: set[int] = set()
    for number, undoes in call.reader.rows(_LATER, {"group": tip.id}):
        # A change and its undo, both later, leave no trace.
        if undoes in standing:
            standing.remove(undoes)
        else:
            standing.add(number)
    if not standing:
        return
    last = _get(call.reader, max(standing))
    later = f"“{last.summary}”, {last.actor}, {told(call, last.at)}"
    if len(standing) > 1:
        later = tr("{later}, and {n:,} more").format(later=later, n=len(standing) - 1)
    raise Refused(
        tr("{cannot}: the same was changed later ({later}).").format(
            cannot=_cannot(root, action), later=later
        ),
        tr("Undo that first."),
    )


def _explained(
    workspace: Workspace, problem: StillReferred, tip: GroupFact, root: GroupFact, action: str
) -> Refused:
    """Name what refers to a row that would go."""
    start = _cannot(root, action)
    parent = entity_word(problem.table)
    with workspace.read() as reader:
        for child, column in referring(problem.table):
            rows = reader.rows(
                f"SELECT c.id FROM {child} c WHERE c.{column} IN "  # noqa: S608
                f"(SELECT id FROM {problem.table} WHERE {problem.where}) AND NOT EXISTS "
                "(SELECT 1 FROM change h WHERE h.group_id = :group AND h.op = 'insert' "
                f"AND h.entity = '{child}' AND c.id BETWEEN h.row_id AND h.row_last) ORDER BY c.id LIMIT 2",
                {"group": tip.id},
            )
            if rows:
                if len(rows) > 1:
                    words = tr("{cannot}: {what} {name} and others still needs the {parent}.")
                else:
                    words = tr("{cannot}: {what} {name} still needs the {parent}.")
                name = _called(reader, child, rows[0][0])
                return Refused(
                    words.format(cannot=start, what=entity_word(child), name=name, parent=parent),
                    tr("Change or undo that first."),
                )
    return Refused(
        tr("{cannot}: another {what} has taken its name or place.").format(cannot=start, what=parent)
    )


def _cannot(root: GroupFact, action: str) -> str:
    words = tr("“{change}” cannot be undone") if action == UNDO else tr("“{change}” cannot be redone")
    return words.format(change=root.summary)


def _called(reader: Reader, table: str, row_id: int) -> str:
    column = {"deal": "title", "task": "title"}.get(table)
    if column is None and table in {"rep", "team", "organisation", "person", "stage", "pipeline"}:
        column = "name"
    if column is None:
        return tr("number {n}").format(n=row_id)
    return repr(reader.rows(f"SELECT {column} FROM {table} WHERE id = :id", {"id": row_id})[0][0])  # noqa: S608


def list_groups(
    workspace: Workspace, *, actor: str | None = None, before_id: int | None = None, limit: int = 100
) -> list[GroupFact]:
    """The service calls, newest first.

    :param actor: only those of one user.
    :param before_id: the number of the last group of the page before; None for the first page.
    :param limit: how many.
    """
    conditions = ["1 = 1"]
    if actor is not None:
        conditions.append("g.actor = :actor")
    if before_id is not None:
        conditions.append("g.id < :before")
    with workspace.read() as reader:
        rows = reader.rows(
            f"SELECT {_GROUP} FROM change_group g WHERE {' AND '.join(conditions)} "  # noqa: S608
            "ORDER BY g.id DESC LIMIT :limit",
            {"actor": actor, "before": before_id, "limit": limit},
        )
        return _with_state(reader, [_group(row) for row in rows])


def list_changes(
    workspace: Workspace,
    *,
    entity: str | None = None,
    row_id: int | None = None,
    group_id: int | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[ChangeFact]:
    """What was done to rows, newest first: who, when, what, the values before and after.

    :param entity: only rows of a table, such as ``deal``.
    :param row_id: with ``entity``, only this row; also the import that brought it.
    :param group_id: only what one service call did.
    :param before_id: the number of the last change of the page before; None for the first page.
    :param limit: how many.
    """
    conditions = ["1 = 1"]
    if before_id is not None:
        conditions.append("id < :before")
    if group_id is not None:
        conditions.append("group_id = :group")
    if entity is not None:
        conditions.append("entity = :entity")
    where = " AND ".join(conditions)
    ids = f"SELECT id FROM change WHERE {where}"  # noqa: S608
    if entity is not None and row_id is not None:
        inside = "row_last > row_id AND row_last >= :row AND row_id <= :row"
        ids = f"{ids} AND row_id = :row UNION {ids} AND {inside}"
    sql = (
        f"SELECT c.id, {_GROUP}, c.entity, c.row_id, c.row_last, c.op, c.before, c.after "  # noqa: S608
        "FROM change c JOIN change_group g ON g.id = c.group_id "
        f"WHERE c.id IN ({ids} ORDER BY id DESC LIMIT :limit) ORDER BY c.id DESC"
    )
    parameters = {
        **{"entity": entity, "row": row_id, "group": group_id},
        **{"before": before_id, "limit": limit},
    }
    with workspace.read() as reader:
        rows = reader.rows(sql, parameters)
        groups = _with_state(reader, [_group(row[1:8]) for row in rows])
    return [
        ChangeFact(
            id=row[0],
            group=group,
            entity=row[8],
            row_id=row[9],
            row_last=row[10],
            op=ChangeOp(row[11]),
            before=_values(row[12]),
            after=_values(row[13]),
        )
        for row, group in zip(rows, groups, strict=True)
    ]


def _values(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else dict(json.loads(text))
