"""What a report selects: a scope with its names looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.status import GroupBy


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter of deals with its names looked up, in the words of the database. Only queries look inside.

    :param sql: on a deal ``d``; true or false. It may ask for ``as_of`` besides its own values.
    :param values: its parameters.
    """

    sql: str
    values: Mapping[str, Any] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """A scope with its names looked up.

    :param pipeline: whose deals.
    :param spans: the half-open ranges of instants that make up the period, by group: one, or one per month.
    :param as_of: the instant everything is seen from.
    :param owners: only deals of these reps; None for all.
    :param split: ``rep``, ``source`` or ``month``, or None.
    :param present_owner: the owner at as-of counts, not the one at the event (METRICS M10).
    :param past: the deals that changed after as-of, as they stood then; the database's own columns are not
        true for these. None when there are none.
    :param where: only deals that this holds for at as-of; those in ``past`` are chosen already.
    :param unfiltered: the same without ``where``, for what a filter must not change: the rules that follow
        from the history of all deals. None where there is no filter.
    """

    pipeline: PipelineFact
    spans: tuple[tuple[int, int, int], ...]
    as_of: int
    owners: frozenset[int] | None = None
    split: GroupBy | None = None
    present_owner: bool = False
    past: Sequence[DealFact] | None = None
    where: Condition | None = None
    unfiltered: Selection | None = None

    @property
    def everything(self) -> Selection:
        """The same without a filter."""
        return self.unfiltered or self

    @property
    def whole(self) -> tuple[tuple[int, int, int], ...]:
        """The period as one span, whatever the rows are split by."""
        return ((0, self.spans[0][1], self.spans[-1][2]),)

    def span_of(self, instant: int | None) -> int | None:
        """The group of the span an instant lies in, or None when it lies in none."""
        if instant is None:
            return None
        for group, start, end in self.spans:
            if start <= instant < end:
                return group
        return None

    def admits(self, owner: int | None) -> bool:
        """Whether deals of this rep are selected."""
        return self.owners is None or owner in self.owners
