"""What the Quotas screen shows of win probabilities (METRICS 8)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from funnel_tui.domain.period import Period, day_number, day_of, local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import DatabaseProblem
from funnel_tui.services.learning import Progress, is_begun, learn
from funnel_tui.services.reports import building
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.reports.probability_figures import Chances, read_chances
from funnel_tui.services.reports.quota_period import settle_period
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ProbabilityView:
    """The open deals with their probabilities, and how well the model did.

    :param scope: as asked, with the period that is looked at.
    :param today: the day of as-of in the team's time zone.
    :param last_day: the last day of the period, as a day number.
    :param small_n: below so many closed deals a ratio is dimmed.
    """

    scope: Scope
    period: Period
    today: date
    last_day: int
    small_n: int
    currency: str
    chances: Chances
    notes: tuple[str, ...]


def read_at_once(workspace: Workspace, scope: Scope) -> ProbabilityView | None:
    """Read the view where that is quick: what was closed since the last time is learned before.

    :returns: None where everything has to be learned first, or worked out for a past instant:
        :func:`learn_and_read` does it.
    """
    if scope.as_of is not None or not is_begun(workspace):
        return None
    return learn_and_read(workspace, scope)


def learn_and_read(workspace: Workspace, scope: Scope, progress: Progress | None = None) -> ProbabilityView:
    """Learn what is not learned yet, and read the view.

    :param progress: see :func:`funnel_tui.services.learning.learn`.
    :raises NotFound: when there is no pipeline yet, or a name that does not exist.
    """
    if scope.as_of is None:
        # Where nothing can be written, everything is worked out in memory.
        with suppress(DatabaseProblem):
            learn(workspace, progress)
    with workspace.read() as reader:
        looking, note = settle_period(look_up(workspace, reader, scope.with_(by=None, compare=None)))
        period = looking.scope.period
        last_day = day_number(period.last)
        chances = read_chances(looking, last_day, explain=False)
        return ProbabilityView(
            scope=looking.scope,
            period=period,
            today=day_of(day_number(local_day(looking.as_of, looking.zone))),
            last_day=last_day,
            small_n=looking.settings.small_n,
            currency=looking.currency,
            chances=chances,
            notes=tuple(building.notes_of(looking, extra=[] if note is None else [note])),
        )
