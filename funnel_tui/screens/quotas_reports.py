"""What a view of the Quotas screen shows, as a report for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from funnel_tui.domain.report import Column, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.services.workspace import Workspace


def shown_report(
    workspace: Workspace,
    name: str,
    title: str,
    scope: Scope,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    **words: Any,
) -> Report:
    """A report of rows that are on the screen.

    :param words: what is said of the scope beside its period, currency and time zone.
    """
    settings = workspace.settings()
    known = {
        **{"pipelines": list(scope.pipelines), "owner": scope.owner, "team": scope.team},
        **{"period": scope.period.name, "currency": settings.base_currency},
        "time_zone": settings.time_zone,
    }
    at = workspace.clock() if scope.as_of is None else scope.as_of
    return Report(name, at, scope, known | words, title, columns, rows, {}, ())
