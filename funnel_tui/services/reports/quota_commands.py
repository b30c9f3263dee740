"""The commands that print in a shell what the Quotas screen shows.

What a scope says of stages (cohort, mode, amounts) means nothing here and is left out: ``funnel quotas`` does
not take it.
"""

from __future__ import annotations

from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy, Mode
from funnel_tui.services.reports.command_line import command_of, report_command


def quotas_command(scope: Scope, *, by_team: bool = False) -> str:
    """What prints the review of quotas of a period.

    :param scope: with the period that is looked at.
    :param by_team: a row per team; else per rep.
    """
    scope = _bare(scope, GroupBy.TEAM if by_team else None)
    # Deals counted for their owner now are an option of the report only.
    return command_of("funnel report quotas" if scope.present_owner else "funnel quotas", scope)


def forecast_command(scope: Scope, *, by_rep: bool = False) -> str:
    """What prints a forecast; without a period of the scope it goes from the present quarter on.

    :param by_rep: the months of each rep.
    """
    return report_command("forecast", _bare(scope, GroupBy.REP if by_rep else None))


def past_forecast_command(scope: Scope, period: Period, as_of: int) -> str:
    """What prints the forecast of a period as it stood at an instant (METRICS 7, M5).

    :param as_of: epoch seconds.
    """
    return forecast_command(scope.with_(period=period, as_of=as_of))


def probability_command(scope: Scope) -> str:
    """What prints the win probabilities of the open deals."""
    return report_command("probability", _bare(scope, None))


def _bare(scope: Scope, by: GroupBy | None) -> Scope:
    return scope.with_(compare=None, cohort=None, mode=Mode.REACHED, by_value=False, by=by)
