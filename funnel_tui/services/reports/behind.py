"""From a figure to the deals behind it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from funnel_tui.db import Reader
from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, Mode
from funnel_tui.errors import NotFound, UsageError
from funnel_tui.language import tr
from funnel_tui.queries import behind
from funnel_tui.queries.behind import DealLine
from funnel_tui.services.reports import building
from funnel_tui.services.reports.looking import Looking, cohort_of, look_up
from funnel_tui.services.workspace import Workspace

# The columns of the funnel whose deals are counted by the figure on the right.
_FUNNEL = {
    "reached": "reached",
    "conversion": "reached",
    "cumulative": "reached",
    "reached_amount": "reached",
    "advanced": "advanced",
    "advanced_amount": "advanced",
    "lost": "lost",
    "lost_amount": "lost",
    "open": "open",
    "decided": "decided",
}
_LEFT = {"days_mean", "days_median", "days_n"}
_HERE = {"still_there", "oldest_days", "deals", "amount", "weighted", "from_stock", "alive", "alive_amount"}
_LOSSES = {"passed": "advanced", "passed_amount": "advanced"}
_LOST_FROM = {"lost_from", "lost_from_amount", "share"}
# The same of the whole funnel.
_WHOLE = {
    "reached": "reached",
    "conversion": "reached",
    "advanced": "all_won",
    "lost": "all_lost",
    "open": "all_open",
}


@dataclass(frozen=True, slots=True)
class DealsBehind:
    """The deals behind a figure.

    :param title: in words, such as ``Lost at Proposal · deals closed in Q4 2026 · Sales``.
    :param ids: their numbers in the order of the list.
    """

    title: str
    ids: array[int]


def deals_behind(
    workspace: Workspace,
    scope: Scope,
    figure: str,
    stage: str | None,
    report: str,
    *,
    pipeline: str | None = None,
) -> DealsBehind:
    """The deals behind a figure of a report's row.

    :param figure: the column, such as ``lost``.
    :param stage: the stage of the row; None for the row of all stages.
    :param report: ``funnel``, ``active`` or ``losses``.
    :param pipeline: the pipeline of the row; None for the first that has such a stage.
    :raises UsageError: for a figure that no deals are behind.
    :raises NotFound: for a stage that is not among those shown.
    """
    if pipeline is not None:
        scope = scope.with_(pipelines=(pipeline,))
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope)
        if stage is None:
            return _behind_whole(reader, looking, figure, report)
        for selection in looking.selections:
            for fact in selection.pipeline.stages:
                if fact.name == stage:
                    ids = ids_of(reader, looking, selection, fact, figure, report)
                    return DealsBehind(title_of(looking, selection, figure, stage, report), ids)
    raise NotFound(tr("There is no stage {stage!r} in what is shown.").format(stage=stage))


def ids_of(
    reader: Reader, looking: Looking, selection: Selection, stage: StageFact, figure: str, report: str
) -> array[int]:
    """The numbers of the deals behind a figure of a stage; see :func:`deals_behind`."""
    scope = looking.scope
    if report == "funnel" and figure in _FUNNEL:
        cohort = cohort_of(looking, Cohort.CLOSED)
        return behind.cohort_deals(reader, selection, stage, _FUNNEL[figure], cohort, scope.mode)
    if report == "losses":
        cohort = cohort_of(looking, Cohort.CREATED)
        if figure in _LOSSES:
            return behind.cohort_deals(reader, selection, stage, _LOSSES[figure], cohort, Mode.REACHED)
        if figure in _LOST_FROM:
            return behind.lost_from_deals(reader, selection, stage, cohort)
    if figure in _LEFT:
        return behind.left_deals(reader, selection, stage)
    if figure in _HERE:
        return behind.open_deals(reader, selection, stage)
    if figure == "without_amount":
        return behind.open_deals(reader, selection, stage, without_amount=True)
    raise UsageError(tr("No deals stand behind {figure!r}.").format(figure=figure))


def _behind_whole(reader: Reader, looking: Looking, figure: str, report: str) -> DealsBehind:
    """The deals behind a figure of all stages together."""
    ids = array("q")
    for selection in looking.selections:
        if selection.pipeline.stages:
            ids.extend(_ids_of_whole(reader, looking, selection, figure, report))
    return DealsBehind(_title_of_whole(looking, figure, report), ids)


def _ids_of_whole(
    reader: Reader, looking: Looking, selection: Selection, figure: str, report: str
) -> array[int]:
    if report == "active" or figure in _HERE:
        return behind.open_deals(reader, selection, None, without_amount=figure == "without_amount")
    cohort = cohort_of(looking, Cohort.CLOSED if report == "funnel" else Cohort.CREATED)
    if figure in _LOST_FROM:
        return behind.lost_from_deals(reader, selection, None, cohort)
    # The whole funnel is of those that came to its first stage, whatever the mode (METRICS 2).
    first = min(selection.pipeline.stages, key=lambda stage: stage.position)
    wanted = (_WHOLE if report == "funnel" else _LOSSES).get(figure)
    if wanted is None:
        raise UsageError(tr("No deals stand behind {figure!r}.").format(figure=figure))
    return behind.cohort_deals(reader, selection, first, wanted, cohort, Mode.REACHED)


def _title_of_whole(looking: Looking, figure: str, report: str) -> str:
    if report == "active" or figure in _HERE:
        words = tr("Open without an amount on {day}") if figure == "without_amount" else tr("Open on {day}")
        here = words.format(day=building.moment_text(looking))
        return f"{here} · {building.whose(looking, dated=True)}"
    cohort = cohort_of(looking, Cohort.CLOSED if report == "funnel" else Cohort.CREATED)
    phrases = {
        "reached": tr("All deals"),
        "all_won": tr("Won"),
        "all_lost": tr("Lost"),
        "all_open": tr("Open"),
        "advanced": tr("Came further than their first stage"),
    }
    wanted = "all_lost" if figure in _LOST_FROM else (_WHOLE if report == "funnel" else _LOSSES)[figure]
    return f"{phrases[wanted]} · {building.cohort_words(looking, cohort)} · {building.whose(looking)}"


def title_of(looking: Looking, selection: Selection, figure: str, stage: str, report: str) -> str:
    """What the deals have in common, in words."""
    if report == "active" or figure in _HERE:
        if figure == "without_amount":
            words = tr("Open in {stage} without an amount on {day}")
        else:
            words = tr("Open in {stage} on {day}")
        here = words.format(stage=stage, day=building.moment_text(looking))
        return f"{here} · {building.whose(looking, selection.pipeline, dated=True)}"
    whose = building.whose(looking, selection.pipeline)
    if figure in _LEFT:
        return tr("Left {stage} for good{when} · {whose}").format(
            stage=stage, when=building.when(looking), whose=whose
        )
    cohort = cohort_of(looking, Cohort.CLOSED if report == "funnel" else Cohort.CREATED)
    words = building.cohort_words(looking, cohort, with_mode=report == "funnel")
    if figure in _LOST_FROM:
        return tr("Lost from {stage} · {words} · {whose}").format(stage=stage, words=words, whose=whose)
    phrases = {
        "reached": tr("Reached {stage}").format(stage=stage),
        "advanced": tr("Came further than {stage}").format(stage=stage),
        "lost": tr("Lost, came no further than {stage}").format(stage=stage),
        "open": tr("Open, came no further than {stage}").format(stage=stage),
        "decided": tr("Decided at {stage}").format(stage=stage),
    }
    return f"{phrases[(_FUNNEL | _LOSSES)[figure]]} · {words} · {whose}"


def deal_lines(workspace: Workspace, ids: Sequence[int]) -> list[DealLine]:
    """What a list shows of a window of deals."""
    with workspace.read() as reader:
        return behind.deal_lines(reader, ids)
