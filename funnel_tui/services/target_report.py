"""Targets and what was done of them, per rep and kind: for ``funnel targets`` and ``funnel today``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from funnel_tui.db import Reader
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.period import Period, day_number
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr
from funnel_tui.queries.names import Named, resolve
from funnel_tui.queries.targets import done_between, kinds_in_order, read_targets
from funnel_tui.queries.tasks import active_reps
from funnel_tui.services.workspace import Workspace

_COLUMNS = (
    Column("month", Kind.TEXT, tr("Month")),
    Column("rep", Kind.TEXT, tr("Rep")),
    Column("kind", Kind.TEXT, tr("Kind")),
    Column("done", Kind.COUNT, tr("Done")),
    Column("target", Kind.COUNT, tr("Target")),
    Column(
        "attained", Kind.RATIO, tr("Done / target"), tr("Done interactions / target (METRICS 5)."), "target"
    ),
    Column("planned", Kind.COUNT, tr("Planned")),
)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """What a rep is to do of a kind in a month, and did.

    :param target: None where nobody said.
    """

    rep: str
    rep_id: int
    kind: KindFact
    month: date
    done: int
    planned: int
    target: int | None

    @property
    def attained(self) -> Fraction | None:
        """Done / target; None without a target, and for one of none."""
        return Fraction(self.done, self.target) if self.target else None


def target_lines(
    reader: Reader, months: Sequence[date], reps: Sequence[Named], as_of: int
) -> list[TargetLine]:
    """What reps are to do and did: every rep, month and kind with a target or with interactions.

    :param months: their first days.
    :param reps: numbers and names.
    :param as_of: targets that were set later do not count; epoch seconds.
    """
    kinds = kinds_in_order(reader)
    spans = [Period.month(month.year, month.month) for month in months]
    targets = read_targets(reader, [day_number(span.start) for span in spans], as_of)
    found: list[TargetLine] = []
    for span in spans:
        first = day_number(span.start)
        counts = done_between(reader, first, day_number(span.end))
        for rep_id, rep in reps:
            for kind in kinds:
                done, planned = counts.get((rep_id, kind.id), (0, 0))
                target = targets.of(rep_id, kind.id, first)
                if done or planned or target is not None:
                    found.append(TargetLine(rep, rep_id, kind, span.start, done, planned, target))
    return found


def targets_report(workspace: Workspace, months: Sequence[date], rep: str | None = None) -> Report:
    """The targets of some months with what was done, per rep and kind.

    :param months: their first days.
    :param rep: only of this rep; None for all who are active.
    :raises NotFound: for a name that no rep has.
    """
    now = workspace.clock()
    with workspace.read() as reader:
        reps = active_reps(reader) if rep is None else [resolve(reader, "rep", rep)]
        lines = target_lines(reader, months, reps, now)
    rows: list[Mapping[str, Any]] = [
        {
            "month": f"{line.month:%Y-%m}",
            "rep": line.rep,
            "kind": kind_word(line.kind.name),
            "done": line.done,
            "target": line.target,
            "attained": line.attained,
            "planned": line.planned,
        }
        for line in lines
    ]
    names = [f"{month:%Y-%m}" for month in months]
    title = names[0] if len(names) == 1 else tr("{first} to {last}").format(first=names[0], last=names[-1])
    notes = [] if any(line.target is not None for line in lines) else [_NO_TARGET]
    scope = Scope(owner=rep)
    return Report(
        *(
            "targets",
            now,
            scope,
            {"months": names, "rep": rep},
            tr("Targets · {months}").format(months=title),
        ),
        *(_COLUMNS, rows, {}, (), notes),
    )


_NO_TARGET = said("There are no targets: funnel targets set call 200 sets one for every rep.")
