"""Figures of reports explained: the definition of the column, and the formula with the numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.shown import clean, count_text, days_text, money_text, percent_text
from funnel_tui.domain.status import Mode
from funnel_tui.language import tr
from funnel_tui.services.reports.command_line import report_command

Row = Mapping[str, Any]
Formula = Callable[[Row, Report], str]
"""Gives the formula of a figure without its value: ``advanced / reached = 49 / 71``; may be empty."""


def explain(
    report: Report,
    column: Column,
    row: Row,
    *,
    where: str,
    sample: int | None = None,
    formula: str | None = None,
    has_deals: bool = False,
) -> Explanation:
    """Explain a figure of a report.

    :param row: the values of its row, by column name.
    :param where: what the row is about, such as the name of a stage.
    :param sample: its n, where the row does not name it.
    :param formula: with the numbers put in and without the value; None for the one of the column.
    :param has_deals: whether the deals behind it can be listed.
    """
    value = row.get(column.name)
    if sample is None and column.sample:
        sample = row.get(column.sample)
    if formula is None:
        formula = formula_of(report, column.name, row)
    shown = value_text(value, column.kind)
    return Explanation(
        name=f"{column.title} · {clean(where)}",
        value=shown,
        definition=column.help,
        formula=f"{formula} = {shown}" if formula else "",
        sample=sample,
        limit=report.small_n,
        scope=report.title,
        as_of=as_of_text(report),
        notes=tuple(report.notes),
        command=report_command(report.name, report.scope),
        has_deals=has_deals,
    )


def as_of_text(report: Report) -> str:
    """The instant a report is seen from, in the team's time zone; ``now`` is said too."""
    zone = str(report.scope_words["time_zone"])
    return moment_words(report.as_of, zone, is_now=report.scope.as_of is None)


def moment_words(at: int, zone: str, *, is_now: bool) -> str:
    """An instant that figures are seen from.

    :param at: epoch seconds.
    :param zone: the name of the team's time zone.
    """
    text = f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
    return tr("{moment} (now)").format(moment=text) if is_now else text


def value_text(value: Any, kind: Kind) -> str:
    """A value with its unit; amounts with all their digits."""
    if isinstance(value, Money):
        return money_text(value, currency=True)
    match kind:
        case Kind.RATIO:
            return percent_text(value)
        case Kind.DAYS:
            return days_text(value) if value is None else tr("{n} days").format(n=days_text(value))
        case Kind.TEXT:
            return "–" if value is None else clean(str(value))
        case _:
            return count_text(value)


def formula_of(report: Report, figure: str, row: Row) -> str:
    """The formula of a figure with the numbers put in, without its value; empty where there is none."""
    make = _FORMULAS.get(report.name, {}).get(figure)
    return "" if make is None else make(row, report)


def share(words: str, part: Any, whole: Any) -> str:
    """``advanced / reached = 49 / 71``."""
    return f"{words} = {_text(part)} / {_text(whole)}"


def _text(value: Any) -> str:
    if isinstance(value, Money):
        return money_text(value)
    return days_text(value) if isinstance(value, Fraction) else count_text(value)


def _conversion(row: Row, report: Report) -> str:
    """By amount the same of the amounts; of visited stages only those go on that were in the next one."""
    by_value = report.scope.by_value
    reached = row.get("reached_amount" if by_value else "reached")
    if report.scope.mode is Mode.VISITED:
        if row["conversion"] is None:
            return tr("in the next stage too / in this one = – / {reached}").format(reached=_text(reached))
        whole = reached.minor if isinstance(reached, Money) else reached
        part: Any = round(row["conversion"] * whole)
        part = Money(part, reached.currency) if isinstance(reached, Money) else part
        return share(tr("in the next stage too / in this one"), part, reached)
    advanced = row.get("advanced_amount" if by_value else "advanced")
    words = tr("advanced amount / reached amount") if by_value else tr("advanced / reached")
    return share(words, advanced, reached)


def _decided(row: Row, report: Report) -> str:
    names = ("advanced_amount", "lost_amount") if report.scope.by_value else ("advanced", "lost")
    advanced, lost = (_text(row.get(name)) for name in names)
    return tr("advanced / (advanced + lost) = {advanced} / ({advanced} + {lost})").format(
        advanced=advanced, lost=lost
    )


def _cumulative(row: Row, report: Report) -> str:
    name = "reached_amount" if report.scope.by_value else "reached"
    first = report.rows[0].get(name) if report.rows else None
    return share(tr("reached here / reached the first stage"), row.get(name), first)


def _reached(row: Row, _report: Report) -> str:
    if not {"advanced", "lost", "open"} <= row.keys():
        return ""
    parts = " + ".join(_text(row[name]) for name in ("advanced", "lost", "open"))
    words = tr("won + lost + open") if "position" not in row else tr("advanced + lost + open")
    return f"{words} = {parts}"


def _mean_days(row: Row, _report: Report) -> str:
    days, count = row.get("days_mean"), row.get("days_n")
    if not count or days is None:
        return tr("Σ days / deals that left = – / {count}").format(count=count_text(count))
    return share(tr("Σ days / deals that left"), Fraction(days) * count, count)


def _overall(row: Row, _report: Report) -> str:
    won = row.get("won", row.get("advanced"))
    return share(tr("won / deals of the cohort"), won, row.get("deals", row.get("reached")))


def _whole_or_step(row: Row, report: Report) -> str:
    if "position" in row:
        return _conversion(row, report)
    return "" if report.scope.by_value else _overall(row, report)


def _weighted(row: Row, _report: Report) -> str:
    amount, weighted = row.get("amount"), row.get("weighted")
    if not isinstance(amount, Money) or not isinstance(weighted, Money) or not amount.minor:
        return tr("Σ amount × probability")
    mean = percent_text(Fraction(weighted.minor, amount.minor))
    return tr("Σ amount × probability = {amount} × {mean} on average").format(
        amount=money_text(amount), mean=mean
    )


def _from_stock(row: Row, _report: Report) -> str:
    amount, stock = row.get("amount"), row.get("from_stock")
    if not isinstance(amount, Money) or not isinstance(stock, Money) or not amount.minor:
        return tr("Σ amount × close ratio from the stage")
    ratio = percent_text(Fraction(stock.minor, amount.minor))
    return tr("Σ amount × close ratio from the stage = {amount} × {ratio}").format(
        amount=money_text(amount), ratio=ratio
    )


def _loss_share(row: Row, _report: Report) -> str:
    return share(tr("lost from here / all lost"), row.get("lost_from"), row.get("all_lost"))


def _sum_of(figure: str) -> Formula:
    """``Σ amounts of 49 deals``: how many are in the sum."""

    def made(row: Row, _report: Report) -> str:
        count = row.get(figure)
        return "" if count is None else tr("Σ amounts of {count} deals").format(count=count_text(count))

    return made


def _contact_days(row: Row, _report: Report) -> str:
    days, count = row.get("contact_days_mean"), row.get("won")
    if not count or days is None:
        return tr("Σ days / deals won = – / {count}").format(count=count_text(count))
    return share(tr("Σ days / deals won"), Fraction(days) * count, count)


_FORMULAS: Mapping[str, Mapping[str, Formula]] = {
    "funnel": {
        "reached": _reached,
        "conversion": _whole_or_step,
        "decided": _decided,
        "cumulative": _cumulative,
        "overall": _overall,
        "days_mean": _mean_days,
        "reached_amount": _sum_of("reached"),
        "advanced_amount": _sum_of("advanced"),
        "lost_amount": _sum_of("lost"),
    },
    "active": {"amount": _sum_of("deals"), "weighted": _weighted, "from_stock": _from_stock},
    "losses": {
        "share": _loss_share,
        "passed_amount": _sum_of("passed"),
        "lost_from_amount": _sum_of("lost_from"),
    },
    "reasons": {"amount": _sum_of("deals")},
    "volume": {"won_amount": _sum_of("won"), "contact_days_mean": _contact_days},
}
