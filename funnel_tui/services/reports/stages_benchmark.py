"""The funnel against that of any earlier period: difference, relative difference, shortfall (METRICS 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from funnel_tui.domain.period import PeriodKind
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shortfall import Shortfall
from funnel_tui.domain.stage_views import Held
from funnel_tui.metrics.benchmark import Benchmark
from funnel_tui.services.reports import report_in, rest_words
from funnel_tui.services.reports.funnel import funnel_report
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class HeldStage:
    """A stage now and then: a number of deals each; with amounts in minor units of the base currency."""

    stage: str
    now: int
    then: int
    now_amount: int
    then_amount: int

    def pair(self, *, by_value: bool) -> Benchmark:
        """By number of deals, or by amount."""
        if by_value:
            return Benchmark(self.now_amount, self.then_amount)
        return Benchmark(self.now, self.then)


@dataclass(frozen=True, slots=True)
class BenchmarkView:
    """A report with the one of the earlier period beside it, stage by stage.

    :param report: None where there is no earlier period: nothing comes before all time.
    :param rest: that the period is not over yet, while the earlier one is whole; empty where it is.
    """

    scope: Scope
    held: Held
    report: Report | None
    stages: tuple[HeldStage, ...] = ()
    rest: str = ""

    @property
    def shortfalls(self) -> list[Shortfall]:
        """What is missing, stage by stage, in deals."""
        found = []
        before: str | None = None
        for one in self.stages:
            missing = one.pair(by_value=False).shortfall
            if missing:
                found.append(Shortfall(one.stage, before, int(missing)))
            before = one.stage
        return found


def benchmark_view(workspace: Workspace, scope: Scope, held: Held) -> BenchmarkView:
    """Read the benchmark.

    :param scope: without a compared period the one before is taken.
    """
    if scope.compare is None and scope.period.kind is not PeriodKind.ALL:
        scope = scope.with_(compare=scope.period.previous())
    scope = scope.with_(by=None)
    if scope.compare is None or scope.compare == scope.period:
        return BenchmarkView(scope, held, None)
    rest = ""
    with workspace.read() as reader:
        if held is Held.OPEN:
            report = report_in(workspace, reader, "active", scope)
        else:
            then = scope.with_(period=scope.compare, compare=None)
            looking = look_up(workspace, reader, scope)
            report = replace(
                funnel_report(looking, with_days=False),
                compared=funnel_report(look_up(workspace, reader, then), with_days=False),
            )
            rest = rest_words(report, looking.zone)
    assert report.compared is not None
    return BenchmarkView(scope, held, report, _stages(report, report.compared, held), rest)


def _stages(now: Report, then: Report, held: Held) -> tuple[HeldStage, ...]:
    amount = "reached_amount" if held is Held.REACHED else "amount"
    earlier: dict[str, Any] = {row["stage"]: row for row in then.rows}
    rows: Sequence[Any] = now.rows
    found = []
    for row in rows:
        other = earlier.get(row["stage"], {})
        found.append(
            HeldStage(
                row["stage"],
                row[held.value] or 0,
                other.get(held.value) or 0,
                _minor(row[amount]),
                _minor(other.get(amount)),
            )
        )
    return tuple(found)


def _minor(value: Any) -> int:
    return 0 if value is None else int(value.minor)
