"""Undo, redo and the history of changes.

Undo takes back a whole change group and is a group of its own that says what it undoes; redo undoes the
undo. So a group is in effect or not by the last link of its chain: group ← undo ← redo ← undo …

Without a number, undo takes the caller's own last group that is in effect: on a shared database nobody takes
back a colleague's work by accident. ``anybody=True`` takes the last one of all. Redo takes the caller's last
undo, as long as the caller wrote nothing new since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.change_history import HistoryGroup
from funnel_tui.errors import NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.queries.history import deals_touched, groups, undone_of
from funnel_tui.services.derived import Progress
from funnel_tui.services.entity_words import entity_word
from funnel_tui.services.replay import Replay, StillReferred, referring
from funnel_tui.services.telling import told
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace

UNDO, REDO = "undo", "redo"


def undo(
    workspace: Workspace,
    *,
    group_id: int | None = None,
    anybody: bool = False,
    progress: Progress | None = None,
) -> HistoryGroup:
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
) -> HistoryGroup:
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
) -> HistoryGroup:
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


def next_undo(workspace: Workspace) -> HistoryGroup:
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

    group: HistoryGroup
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


def _with_state(reader: Reader, groups: Sequence[HistoryGroup]) -> list[HistoryGroup]:
    """Groups with whether they are taken back, by the last link of the chain of each."""
    undone = undone_of(reader, [group.id for group in groups])
    return [replace(group, undone=group.id in undone) for group in groups]


# Here the last column only says whether there is a further link in the chain.
_GROUP = (
    "g.id, g.at, g.actor, g.action, g.summary, g.undoes_id, "
    "EXISTS (SELECT 1 FROM change_group u WHERE u.undoes_id = g.id)"
)


def _group(row: Sequence[Any]) -> HistoryGroup:
    number, at, actor, action, summary, undoes_id, undone = row
    return HistoryGroup(number, at, actor, action, summary, undoes_id, bool(undone))


def _last(reader: Reader, action: str, actor: str | None) -> HistoryGroup:
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


def _get(reader: Reader, group_id: int) -> HistoryGroup:
    rows = reader.rows(f"SELECT {_GROUP} FROM change_group g WHERE g.id = :id", {"id": group_id})  # noqa: S608
    if not rows:
        raise NotFound(tr("There is no change with number {number}.").format(number=group_id))
    return _group(rows[0])


def _tip(reader: Reader, group_id: int) -> HistoryGroup:
    """The last link of the chain that a group belongs to."""
    group = _get(reader, group_id)
    while group.undone:
        rows = reader.rows(
            f"SELECT {_GROUP} FROM change_group g WHERE g.undoes_id = :id",  # noqa: S608
            {"id": group.id},
        )
        group = _group(rows[0])
    return group


def _root(reader: Reader, group: HistoryGroup) -> HistoryGroup:
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


def _refuse_later(call: Transaction, tip: HistoryGroup, root: HistoryGroup, action: str) -> None:
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
    workspace: Workspace, problem: StillReferred, tip: HistoryGroup, root: HistoryGroup, action: str
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


def _cannot(root: HistoryGroup, action: str) -> str:
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
    workspace: Workspace, *, before_id: int | None = None, limit: int = 100
) -> list[HistoryGroup]:
    """The service calls, newest first.

    :param before_id: the number of the last group of the page before; None for the first page.
    :param limit: how many.
    """
    with workspace.read() as reader:
        found = groups(reader, actor=None, deal_id=None, before_id=before_id, limit=limit)
        return _with_state(reader, found)
