"""Saved views."""

from __future__ import annotations

from dataclasses import dataclass

from funnel_tui.db.reader import Reader


@dataclass(frozen=True, slots=True)
class SavedScope:
    """A saved view.

    :param rep: whose it is; None for everybody's.
    :param scope: the JSON text that its scope is kept in.
    :param is_default: whether its screen opens with it, for whose view it is.
    """

    id: int
    name: str
    rep: str | None
    screen: str
    scope: str
    rep_id: int | None = None
    is_default: bool = False
    version: int = 1


def saved_views(reader: Reader) -> list[SavedScope]:
    """All saved views by name."""
    rows = reader.rows(
        "SELECT v.id, v.name, r.name, v.screen, v.scope, v.rep_id, v.is_default, v.version"
        " FROM saved_view v LEFT JOIN rep r ON r.id = v.rep_id ORDER BY v.name, v.id"
    )
    return [
        SavedScope(number, name, rep, screen, scope, rep_id, bool(default), version)
        for number, name, rep, screen, scope, rep_id, default, version in rows
    ]
