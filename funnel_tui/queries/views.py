"""Saved views."""

from __future__ import annotations

from funnel_tui.db.reader import Reader


def saved_scopes(reader: Reader) -> dict[str, str]:
    """The scope of every saved view, as the JSON text it is kept in, by the name of the view."""
    return {str(name): str(scope) for name, scope in reader.rows("SELECT name, scope FROM saved_view")}
