"""The funnel of every rep, team, source, pipeline or month beside that of all, with who stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.stage_views import Measure
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.metrics.comparison import Measured, Outlier, outlier
from funnel_tui.services.reports.funnel import split_and_whole
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.workspace import Workspace

SAMPLES = {Measure.CONVERSION: "reached", Measure.DAYS: "days_n"}
"""The column that holds the n of each."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups side by side.

    :param scope: as it was split.
    :param stages: the names of the rows in order.
    :param groups: the names of the columns in order.
    :param split: the report with a row per group and stage; ``whole`` that of all together.
    """

    scope: Scope
    stages: tuple[str, ...]
    groups: tuple[str, ...]
    split: Report
    whole: Report
    rows: Mapping[tuple[str, str], Mapping[str, Any]]
    sums: Mapping[str, Mapping[str, Any]]

    def outlier(self, stage: str, measure: Measure) -> Outlier | None:
        """Who stands out at a step."""
        sample = SAMPLES[measure]
        steps = ((group, self.rows.get((group, stage))) for group in self.groups)
        measured = {group: Measured(row[measure], row[sample] or 0) for group, row in steps if row}
        return outlier(measured, self.split.small_n, relative=measure is Measure.DAYS)

    def overall(self, group: str | None) -> tuple[Fraction | None, int]:
        """Won / all of a group's deals, with the n; None where steps do not multiply to it."""
        if group is None:
            return self.whole.totals["overall"], self.whole.totals["deals"]
        own = [self.rows[group, stage] for stage in self.stages if (group, stage) in self.rows]
        if not own or self.scope.by_value or self.scope.mode is not Mode.REACHED or self._each_its_own:
            return None, 0
        deals = own[0]["reached"]
        return (Fraction(own[-1]["advanced"], deals) if deals else None), deals

    @property
    def _each_its_own(self) -> bool:
        """Whether each stage has its own deals: then their steps say nothing about the whole."""
        return self.scope.cohort is Cohort.ENTERED


def comparison(workspace: Workspace, scope: Scope, by: GroupBy) -> Comparison:
    """Read a comparison in one transaction.

    :param scope: about one pipeline; all of them where pipelines are compared.
    :param by: rep, team, source, pipeline or month.
    """
    asked = scope.with_(by=by, compare=None)
    if by is GroupBy.PIPELINE:
        asked = asked.with_(pipelines=())
    with workspace.read() as reader:
        split, whole = split_and_whole(look_up(workspace, reader, asked))
    name = by.value
    rows = {(str(row[name]), str(row["stage"])): row for row in split.rows}
    sums: dict[str, Mapping[str, Any]] = {}
    if by is not GroupBy.PIPELINE:  # stages of several pipelines have no sum
        sums = {str(row["stage"]): row for row in whole.rows}
    groups = dict.fromkeys(group for group, _ in rows)
    stages = dict.fromkeys(stage for _, stage in rows) if rows else dict.fromkeys(sums)
    return Comparison(asked, tuple(stages), tuple(groups), split, whole, rows, sums)
