"""The command that prints in a shell what a screen shows."""

from __future__ import annotations

import shlex

from funnel_tui.domain.period import PeriodKind, utc_text
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Mode


def report_command(name: str, scope: Scope, *, format_: str = "") -> str:
    """``funnel report NAME`` with the options that make the scope again.

    Names are quoted as a POSIX shell needs it. The database is not named: it is the one of FUNNEL_DB, of the
    settings, or the default.

    :param name: the report.
    :param format_: ``csv``, ``json`` or ``chart``; empty for a table.
    """
    return command_of(f"funnel report {name}", scope, format_=format_)


def command_of(program: str, scope: Scope, *, format_: str = "") -> str:
    """The same of any command that takes the options of a scope.

    :param program: the command itself, such as ``funnel quotas``.
    """
    words = [program]
    for option, value in _options(scope):
        if not value:
            words.append(option)
        elif value.startswith("-"):
            words.append(f"{option}={shlex.quote(value)}")  # else it would be taken for an option
        else:
            words += [option, shlex.quote(value)]
    if format_:
        words += ["--format", format_]
    return " ".join(words)


def _options(scope: Scope) -> list[tuple[str, str]]:
    """Options with their values; a flag has an empty one."""
    found = [("--pipeline", pipeline) for pipeline in scope.pipelines]
    found += [("--owner", scope.owner)] if scope.owner is not None else []
    found += [("--team", scope.team)] if scope.team is not None else []
    if scope.period.kind is not PeriodKind.ALL or scope.compare is not None:
        found.append(("--period", scope.period.name))
    if scope.compare is not None:
        found.append(("--compare", scope.compare.name))
    found += [("--cohort", scope.cohort.value)] if scope.cohort is not None else []
    found += [("--mode", scope.mode.value)] if scope.mode is not Mode.REACHED else []
    found += [("--by", scope.by.value)] if scope.by is not None else []
    found += [("--where", scope.where)] if scope.where else []
    found += [("--value", "")] if scope.by_value else []
    found += [("--present-owner", "")] if scope.present_owner else []
    found += [("--as-of", utc_text(scope.as_of))] if scope.as_of is not None else []
    return found
