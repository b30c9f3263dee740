"""The quotas that are set, and how each came to be: for lists, not for figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from funnel_tui.db import Reader
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import DAY_SECONDS, Period, PeriodKind, days_of, utc_text
from funnel_tui.domain.quotas import COMPANY, Holder, QuotaFact, conflict, fiscal_years, period_between
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import listed, said
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr
from funnel_tui.queries import quotas as queries
from funnel_tui.queries.names import names, resolve
from funnel_tui.queries.settings import read_rates_on, read_settings
from funnel_tui.services.workspace import Workspace

_TEXT, _MONEY = Kind.TEXT, Kind.MONEY

_COLUMNS = (
    Column("owner", _TEXT, tr("Owner"), tr("Whose quota it is: a rep, a team or the company.")),
    Column("holder", _TEXT, tr("Of"), tr("rep, team or company.")),
    Column("period", _TEXT, tr("Period"), tr("The days it is for.")),
    Column("unit", _TEXT, tr("Unit"), tr("money or deals.")),
    Column("quota", _MONEY, tr("Quota"), tr("What is to be won; none: it was taken away.")),
    Column("at", _TEXT, tr("Set at"), tr("Since when it counts.")),
    Column("by", _TEXT, tr("By"), tr("Who set it.")),
    Column("note", _TEXT, tr("Note"), tr("Why.")),
)
_WAS = Column("was", _MONEY, tr("Was"), tr("What it was before."))
_MARK = Column("mark", _TEXT, tr("Mark"), tr("What is odd about it."))


def holder_by_name(reader: Reader, name: str) -> Holder:
    """The rep or team with a name, or the company.

    A rep goes before a team of the same name.

    :raises NotFound: for a name that neither has.
    """
    folded = name.strip().casefold()
    if any(shown.casefold() == folded for _, shown in names(reader, "rep")):
        return Holder(rep_id=resolve(reader, "rep", name)[0])
    if any(shown.casefold() == folded for _, shown in names(reader, "team")):
        return Holder(team_id=resolve(reader, "team", name)[0])
    if folded == COMPANY:
        return Holder()
    return Holder(rep_id=resolve(reader, "rep", name)[0])


def quota_list(workspace: Workspace, *, holder: Holder | None = None, period: Period | None = None) -> Report:
    """The quotas that are set.

    :param holder: only whose; None for everybody's.
    :param period: only those that share a day with it.
    """
    with workspace.read() as reader:
        settings = read_settings(reader)
        start, end = _bounds(period)
        every = queries.quotas_between(reader)
        facts = [fact for fact in every if fact.start_day < end and fact.end_day > start]
        facts = [fact for fact in facts if holder is None or fact.holder == holder]
        shown, left = _names(reader)
        marks = _Marks(reader, settings, workspace.clock(), every, left)
        facts.sort(key=lambda fact: (fact.start_day, -fact.end_day, shown[fact.holder].casefold(), fact.unit))
        rows = [_row(fact, shown, settings) | {"mark": marks.of(fact)} for fact in facts]
    note = () if rows else (said("No quota is set: funnel quota set OWNER PERIOD AMOUNT."),)
    return _report(workspace, "quota list", tr("Quotas"), (*_COLUMNS, _MARK), rows, settings, note)


def quota_history(
    workspace: Workspace, *, holder: Holder | None = None, period: Period | None = None
) -> Report:
    """Every revision of quotas, the latest first, with what it was before."""
    with workspace.read() as reader:
        settings = read_settings(reader)
        before: dict[Any, QuotaFact] = {}
        rows = []
        shown, _ = _names(reader)
        for fact in queries.revisions(reader, *_bounds(period)):
            former = before.get(fact.key)
            before[fact.key] = fact
            if holder is None or fact.holder == holder:
                was = None if former is None else _worth(former, settings)
                rows.append(_row(fact, shown, settings) | {"was": was})
    columns = (*_COLUMNS[:5], _WAS, *_COLUMNS[5:])
    return _report(workspace, "quota history", tr("Revisions of quotas"), columns, rows[::-1], settings, ())


def _bounds(period: Period | None) -> tuple[int, int]:
    if period is None or period.kind is PeriodKind.ALL:
        return -queries.EVER, queries.EVER
    return days_of(period)


def _names(reader: Reader) -> tuple[Mapping[Holder, str], set[int]]:
    """The names of all holders, and the reps who have left."""
    reps = queries.reps_listed(reader)
    shown = {Holder(rep_id=number): name for number, name, _, _ in reps}
    shown |= {Holder(team_id=number): name for number, name, _ in queries.teams_listed(reader)}
    return shown | {Holder(): COMPANY}, {number for number, _, _, active in reps if not active}


class _Marks:
    """What is odd about quotas: rows are marked, so that nothing is wrong in silence."""

    def __init__(
        self,
        reader: Reader,
        settings: TeamSettings,
        now: int,
        every: Sequence[QuotaFact],
        left: set[int],
    ) -> None:
        rates = read_rates_on(reader, settings.base_currency, now // DAY_SECONDS)
        self._priced = {settings.base_currency, *rates.by_currency, None}
        self._left = left
        self._fiscal = settings.fiscal_start
        self._spans: dict[tuple[Holder, str], list[tuple[int, int]]] = {}
        for fact in every:
            self._spans.setdefault((fact.holder, fact.unit), []).append((fact.start_day, fact.end_day))

    def of(self, fact: QuotaFact) -> str | None:
        """The marks of a quota in words; None when there are none."""
        period = period_between(fact.start_day, fact.end_day, self._fiscal)
        first, last = fiscal_years(period)
        found = [
            words
            for words, so in (
                (said("0 counts as none"), fact.amount == 0),
                (said("no exchange rate"), fact.currency not in self._priced),
                (said("has left"), fact.rep_id in self._left),
                (said("overlaps another"), conflict(period, self._spans[fact.holder, fact.unit]) is not None),
                (said("in two fiscal years"), first != last),
            )
            if so
        ]
        return listed(found, ", ") if found else None


def _row(fact: QuotaFact, shown: Mapping[Holder, str], settings: TeamSettings) -> dict[str, Any]:
    period = period_between(fact.start_day, fact.end_day, settings.fiscal_start)
    kind = "rep" if fact.rep_id is not None else "team" if fact.team_id is not None else COMPANY
    return {
        "owner": shown[fact.holder],
        "holder": kind,
        "period": period.name,
        "unit": fact.unit,
        "quota": _worth(fact, settings),
        "at": utc_text(fact.at),
        "by": fact.by,
        "note": fact.note,
    }


def _worth(fact: QuotaFact, settings: TeamSettings) -> Money | int | None:
    if fact.amount is None or fact.unit == QuotaUnit.DEALS:
        return fact.amount
    return Money(fact.amount, fact.currency or settings.base_currency)


def _report(
    workspace: Workspace,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    settings: TeamSettings,
    notes: Sequence[str],
) -> Report:
    words = {"currency": settings.base_currency, "time_zone": settings.time_zone}
    return Report(name, workspace.clock(), Scope(), words, title, columns, rows, {}, (), notes)
