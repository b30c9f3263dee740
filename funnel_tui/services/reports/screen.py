"""Everything the Stages screen shows, read in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import local_day
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.status import Cohort
from funnel_tui.queries import by_name, look, trends
from funnel_tui.queries.names import names
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.reports import report_in
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StagesView:
    """What the Stages screen shows.

    :param scope: as asked, with one pipeline chosen.
    :param pipelines: the names of those in use, to choose from; ``owners`` and ``teams`` likewise.
    :param closed: the funnel of the cohort; ``active`` the active-deals funnel. One of them may have the
        compared period beside it.
    :param losses: passed and lost per stage, of the same cohort.
    :param last_closing: the day the last deal was closed up to as-of: where to look when the period is empty.
        None where there is none, and where only some deals are looked at: it could be of another deal.
    :param has_deals: whether the pipeline holds any.
    """

    scope: Scope
    settings: TeamSettings
    pipelines: tuple[str, ...]
    owners: tuple[str, ...]
    teams: tuple[str, ...]
    closed: Report
    active: Report
    losses: Report
    last_closing: date | None
    has_deals: bool


def stages_view(
    workspace: Workspace, scope: Scope, against: str | Collection[str] | None = None
) -> StagesView | None:
    """Read the Stages screen.

    :param scope: without a pipeline the first one in use is taken; a screen is about one.
    :param against: the reports that are held against the compared period of the scope, ``funnel`` or
        ``active``: a past snapshot of the active deals costs ten times what the rest does.
    :returns: None when there is no pipeline yet.
    """
    held = {against} if isinstance(against, str) else set(against or ())
    with workspace.read() as reader:
        settings = reader.once("settings", lambda: read_settings(reader))
        every = reader.once("pipelines", lambda: read_pipelines(reader))
        used = [pipeline for pipeline in every if pipeline.in_use]
        if not used:
            return None
        wanted = scope.pipelines[0] if scope.pipelines else used[0].name
        shown = scope.with_(pipelines=(wanted,), by=None)
        alone = shown.with_(compare=None)
        closed = report_in(workspace, reader, "funnel", shown if "funnel" in held else alone)
        active = report_in(workspace, reader, "active", shown if "active" in held else alone)
        cohort = shown.cohort if shown.cohort in {Cohort.CLOSED, Cohort.CREATED} else Cohort.CLOSED
        losses = report_in(workspace, reader, "losses", alone.with_(cohort=cohort))
        pipeline = next((one for one in used if one.name.casefold() == wanted.strip().casefold()), used[0])
        last = look.last_closing(reader, pipeline, closed.as_of) if scope.is_of_all_deals else None
        return StagesView(
            scope=shown.with_(pipelines=(pipeline.name,)),
            settings=settings,
            pipelines=tuple(one.name for one in used),
            owners=tuple(name for _, name in names(reader, "rep")),
            teams=tuple(name for _, name in names(reader, "team")),
            closed=closed,
            active=active,
            losses=losses,
            last_closing=None if last is None else local_day(last, ZoneInfo(settings.time_zone)),
            has_deals=trends.has_deals(reader, pipeline.id),
        )


def pipelines_in_use(workspace: Workspace) -> tuple[str, ...]:
    """The names of the pipelines in use, in their order."""
    with workspace.read() as reader:
        return tuple(name for _, name in by_name.pipelines_in_use(reader))
