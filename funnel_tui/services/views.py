"""Saved views: a scope with a name.

A scope is kept as a JSON object with the words of the command line: ``pipelines``, ``owner``, ``team``,
``period``, ``compare``, ``as_of`` (an ISO instant), ``cohort``, ``mode``, ``by``, ``value`` and
``present_owner``. What is left out has its default.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, parse_instant, utc_text
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import FunnelError, NotFound, Refused
from funnel_tui.queries.views import saved_scopes
from funnel_tui.services.workspace import Workspace


def read_view(workspace: Workspace, name: str) -> Scope:
    """The scope of a saved view.

    :raises NotFound: when no view has that name; the nearest one is suggested.
    :raises Refused: when its scope cannot be read.
    """
    settings = workspace.settings()
    with workspace.read() as reader:
        views = saved_scopes(reader)
    if name not in views:
        near = get_close_matches(name, views, n=1)
        raise NotFound(
            f"No saved view is called {name!r}.",
            f"Did you mean {near[0]!r}?" if near else f"There are {len(views)} saved views.",
        )
    try:
        return scope_from_json(views[name], settings)
    except (ValueError, TypeError, AttributeError, FunnelError) as error:
        raise Refused(f"The saved view {name!r} cannot be read: {error}.", "Save it anew.") from error


def scope_to_json(scope: Scope) -> str:
    """A scope as the text a view is kept in; :func:`scope_from_json` reads it back."""
    words: dict[str, Any] = {
        "pipelines": list(scope.pipelines),
        "owner": scope.owner,
        "team": scope.team,
        "period": scope.period.name,
        "compare": scope.compare.name if scope.compare else None,
        "as_of": None if scope.as_of is None else utc_text(scope.as_of),
        "cohort": scope.cohort,
        "mode": scope.mode,
        "by": scope.by,
        "value": scope.by_value,
        "present_owner": scope.present_owner,
    }
    return json.dumps({key: value for key, value in words.items() if value}, ensure_ascii=False)


def scope_from_json(text: str, settings: TeamSettings) -> Scope:
    """Read a scope back.

    :param settings: they say where a fiscal year begins and which time zone an instant is in.
    :raises ValueError: for a text that is no JSON object or holds an unknown word.
    :raises UsageError: for a period or instant that makes no sense.
    """
    words = json.loads(text)
    if not isinstance(words, dict):
        raise ValueError("it is no JSON object")
    fiscal, zone = settings.fiscal_start, ZoneInfo(settings.time_zone)
    return Scope(
        pipelines=tuple(str(name) for name in words.get("pipelines", ())),
        owner=words.get("owner"),
        team=words.get("team"),
        period=Period.parse(words["period"], fiscal) if words.get("period") else Period.all_time(),
        compare=Period.parse(words["compare"], fiscal) if words.get("compare") else None,
        as_of=parse_instant(words["as_of"], zone) if words.get("as_of") else None,
        cohort=Cohort(words["cohort"]) if words.get("cohort") else None,
        mode=Mode(words.get("mode", Mode.REACHED)),
        by=GroupBy(words["by"]) if words.get("by") else None,
        by_value=bool(words.get("value", False)),
        present_owner=bool(words.get("present_owner", False)),
    )
