"""Deals without an exchange rate are in no sum; the first few are named, in review and forecast."""

from __future__ import annotations

from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.services.quotas import set_quota
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.forecast_screen import ForecastFilter, read_forecast
from funnel_tui.services.reports.quota_screen import read_quotas
from tests.reports.small import Small, instant

Q1, Q2 = Period.quarter(2026, 1), Period.quarter(2026, 2)
SCOPE = Scope(period=Q2)
WON = "{n} won but not priced in EUR, no exchange rate (funnel import rates FILE): {names}."
OPEN = "{n} open but not priced in EUR, no exchange rate (funnel import rates FILE): {names}."


def day(text: str) -> int:
    """A day number."""
    return instant(text) // 86_400


def title(team: Small, deal: int) -> str:
    """What a deal is called."""
    with team.workspace.read() as reader:
        return str(reader.rows("SELECT title FROM deal WHERE id = :id", {"id": deal})[0][0])


def test_the_first_few_are_named_and_the_others_counted(team: Small) -> None:
    days = [(f"2026-04-0{at}", f"2026-04-1{at}") for at in range(1, 6)]
    made = [team.deal(created, amount=9, currency="USD", won=won) for created, won in days]
    team.deal("2026-04-02", amount=9, won="2026-04-10")
    team.deal("2026-04-02", amount=None, currency="USD", won="2026-04-10")
    last, fourth, third = (title(team, deal) for deal in made[:1:-1])
    words = WON.format(n=5, names=f"{last}, {fourth}, {third} and 2 more")
    set_quota(team.workspace, holder=Holder(1), period=Q2, amount=100)
    assert words in read_quotas(team.workspace, SCOPE).notes
    assert words in run_report(team.workspace, "quotas", SCOPE).notes
    assert words in run_report(team.workspace, "forecast", SCOPE).notes
    assert words in read_forecast(team.workspace, SCOPE).unpriced
    before = SCOPE.with_(as_of=instant("2026-04-13") - 1)
    first, second = (title(team, deal) for deal in made[:2])
    then = WON.format(n=2, names=f"{second}, {first}")
    assert then in run_report(team.workspace, "quotas", before).notes


def test_open_ones_are_named_in_the_forecast(team: Small) -> None:
    usd = team.deal("2026-04-02", amount=10, currency="USD", expected_close=day("2026-06-01"))
    team.deal("2026-04-02", amount=None, currency="USD", expected_close=day("2026-06-01"))
    team.deal("2026-04-02", amount=10, expected_close=day("2026-06-01"))
    words = OPEN.format(n=1, names=title(team, usd))
    view = read_forecast(team.workspace, SCOPE)
    assert view.unpriced == (words,)
    report = run_report(team.workspace, "forecast", SCOPE)
    assert words in report.notes
    assert not any("not priced" in note for note in report.notes if note != words)
    assert read_forecast(team.workspace, SCOPE, ForecastFilter(currency="EUR")).unpriced == ()


def test_open_ones_of_the_period_are_named_in_the_review(team: Small) -> None:
    first = team.deal("2026-04-02", amount=10, currency="USD", expected_close=day("2026-06-01"))
    team.deal("2026-04-03", amount=10, currency="USD", expected_close=day("2026-09-01"))
    team.deal("2026-04-04", amount=10, currency="USD")
    words = OPEN.format(n=1, names=title(team, first))
    assert words in read_quotas(team.workspace, SCOPE).notes
    assert words in run_report(team.workspace, "quotas", SCOPE).notes
    assert not any("not priced" in note for note in read_quotas(team.workspace, Scope(period=Q1)).notes)
