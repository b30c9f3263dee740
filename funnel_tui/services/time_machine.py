"""The time machine: everything as it stood at a past instant (METRICS M5), and steps from one to the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from funnel_tui.domain.looking_back import Step
from funnel_tui.domain.period import add_months, day_of, start_of
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace

EARLIEST_YEAR = 1971
"""Before it nothing can have happened: instants are counted from 1970."""

EXAMPLES = tr("1 apr, yesterday or 2026-04-01 14:30")


def read_instant(workspace: Workspace, text: str) -> int | None:
    """The past instant that a text means; a day without a time is its beginning.

    :returns: epoch seconds; None for now.
    :raises InvalidInput: for what is no day and for the future (field ``instant``).
    """
    settings, now = workspace.settings(), workspace.clock()
    typed = Typed(settings, lambda: now, habits=workspace.habits)
    moment = typed.moment(text, "instant", past=True)
    if moment is None:
        raise InvalidInput("instant", tr("Type a day."), EXAMPLES)
    zone = ZoneInfo(settings.time_zone)
    at = start_of(day_of(moment.day), zone) if moment.at is None else moment.at
    if at > now:
        raise InvalidInput(
            "instant", tr("{moment} has not come yet.").format(moment=typed.spell(moment)), EXAMPLES
        )
    if datetime.fromtimestamp(at, zone).year < EARLIEST_YEAR:
        raise InvalidInput(
            "instant", tr("Nothing is older than {year}.").format(year=EARLIEST_YEAR), EXAMPLES
        )
    return None if at == now else at


def stepped(at: int, step: Step, steps: int, zone: ZoneInfo) -> int:
    """An instant some days, weeks or months on (negative: back), at the same time of the day.

    The 31st of a month without one is its last day.

    :param at: epoch seconds.
    :param zone: the team's; its days are counted.
    """
    then = datetime.fromtimestamp(at, zone)
    if step is Step.MONTH:
        first = add_months(then.date().replace(day=1), steps)
        last = add_months(first, 1) - timedelta(days=1)
        day = first.replace(day=min(then.day, last.day))
    else:
        day = then.date() + timedelta(days=steps * (7 if step is Step.WEEK else 1))
    return int(datetime.combine(day, then.time(), zone).timestamp())
