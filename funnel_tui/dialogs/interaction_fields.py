"""When an interaction takes place, as it is typed into a form."""

from __future__ import annotations

from funnel_tui.dialogs.deal_fields import moment_echo
from funnel_tui.dialogs.wishes import Reader
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.period import day_of
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr


def time_echo(text: str, reader: Reader, *, planned: bool) -> str:
    """What is understood of when it takes place.

    :raises InvalidInput: when it makes no sense (yet), or what is done lies ahead.
    """
    moment = read_time(text, reader, planned=planned)
    if moment is None:
        return "" if planned else tr("empty: now")
    return moment_echo(moment, reader)


def read_time(text: str, reader: Reader, *, planned: bool) -> Moment | None:
    """When it took or takes place; None for now.

    :raises InvalidInput: for what is no time, for what is done and lies ahead, for what is planned and has no
        time.
    """
    moment = reader.moment(text, "at", past=not planned)
    if moment is None:
        if planned:
            raise InvalidInput(
                "at", tr("When is it planned for?"), tr("For example tomorrow 14:30 or fri 9am.")
            )
        return None
    if not planned and day_of(moment.day) > reader.today:
        raise InvalidInput(
            "at",
            tr("{time} has not come yet.").format(time=reader.spell(moment)),
            tr("Choose planned, or another time."),
        )
    return moment
