"""Targets: how many interactions of a kind a rep is to do in a month.

They are only ever added to: what a rep was to do as seen from a past day stays what it was (METRICS M5).
A target without a rep is the default of every rep who has none of their own, so that one call sets a whole
team; a team's target is the sum over its reps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from funnel_tui.domain.period import Period, day_of
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.targets import Targets, month_of
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.models import ActivityTarget, Rep
from funnel_tui.models.inputs import checked
from funnel_tui.models.inputs_interactions import TargetInput
from funnel_tui.queries.targets import read_targets
from funnel_tui.services.interaction_kinds import settle_kinds
from funnel_tui.services.kind_list import pick_kind
from funnel_tui.services.workspace import Workspace

MAX_MONTHS = 120
"""Months that one call can set."""


def set_target(
    workspace: Workspace,
    *,
    kind: int | str,
    months: Iterable[int],
    target: int | None,
    rep_id: int | None = None,
) -> int:
    """Say how many interactions of a kind are to be done in some months.

    :param kind: the number or the name of a kind.
    :param months: the number of any day of each month.
    :param target: None takes the target back: the default counts again, or none. 0 is a target of none.
    :param rep_id: whose; None for the default of all reps.
    :returns: how many months have another target now.
    :raises InvalidInput: for a negative target, or for more than 120 months.
    :raises NotFound: for an unknown kind or rep.
    """
    given = [checked(TargetInput, {"month": month, "target": target}) for month in months]
    wanted = sorted({month_of(item.month) for item in given})
    if not 1 <= len(wanted) <= MAX_MONTHS:
        raise InvalidInput(
            "month",
            tr("A target is set for 1 to {most} months, not {n}.").format(most=MAX_MONTHS, n=len(wanted)),
        )
    with workspace.change("set_target") as call:
        known = pick_kind(settle_kinds(call), kind)
        rep = None
        if rep_id is not None:
            call.require(Rep, rep_id)
            rep = call.reader.rows("SELECT name FROM rep WHERE id = :id", {"id": rep_id})[0][0]
        present = read_targets(call.reader, wanted, _END).facts
        written = []
        for month in wanted:
            before = present.get((rep_id, known.id, month))
            if target == (None if before is None else before.target):
                continue
            # Another machine's clock may be ahead of ours: the last one said must be the last one read.
            at = call.at if before is None else max(call.at, before.at)
            row = {"rep_id": rep_id, "kind_id": known.id, "month": month, "target": target}
            call.insert(ActivityTarget, {**row, "at": at, "by": call.actor})
            written.append(day_of(month))
        if rep is None:
            words = tr("Set the target for {kind} in {months} to {target}")
        else:
            words = tr("Set the target for {kind} of {rep} in {months} to {target}")
        what = tr("no target") if target is None else count_text(target)
        call.summary = words.format(kind=known.name, rep=rep, months=_spelled(written), target=what)
        return len(written)


def targets(workspace: Workspace, *, days: Iterable[int], as_of: int | None = None) -> Targets:
    """The targets of some months.

    :param days: the numbers of days; their months are meant.
    :param as_of: as seen from then, in epoch seconds; None for now.
    """
    with workspace.read() as reader:
        return read_targets(reader, days, _END if as_of is None else as_of)


_END = 2**62


def _spelled(months: list[date]) -> str:
    """Months for people: ``Nov 2026``, ``Jan 2026 to Dec 2026``."""
    if not months:
        return tr("no month")
    first, last = (Period.month(month.year, month.month).label for month in (months[0], months[-1]))
    return first if first == last else tr("{first} to {last}").format(first=first, last=last)
