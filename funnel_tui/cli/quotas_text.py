"""The review of quotas as text: a table with bars that fits 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from funnel_tui.domain.money import exponent, round_half_up
from funnel_tui.domain.quotas import COMPANY, QuotaStatus
from funnel_tui.domain.shown import NO_VALUE, clean, count_text, percent_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.exchange.text_cells import cell_width, cut, pad, wrap
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.metrics.figures import Number
    from funnel_tui.metrics.quota import Clock, QuotaStanding
    from funnel_tui.services.reports.quota_figures import QuotaLine
    from funnel_tui.services.reports.quota_screen import QuotaRow, QuotaView

BAR = 10
FULL, EMPTY, MARK = "█", "░", "│"
LEAST_NAME, ENOUGH_NAME = 8, 18

SIGNS = {
    QuotaStatus.DONE: tr("+ done"),
    QuotaStatus.ON_TRACK: tr("= on track"),
    QuotaStatus.AT_RISK: tr("! at risk"),
    QuotaStatus.BEHIND: tr("x behind"),
}
"""Status is told by a word and a sign, never by colour alone."""

_HEADS = (tr("Quota"), tr("Won"), tr("Gap"), tr("Pipeline"))
_STEPS = (
    (1, tr("amounts in {currency}")),
    (1_000, tr("amounts in thousands of {currency}")),
    (1_000_000, tr("amounts in millions of {currency}")),
)
_ATTAINED = tr("Attained")
_STATUS_WIDTH, _SHARE_WIDTH = 10, max(7, cell_width(_ATTAINED))


def review_text(view: QuotaView, width: int, *, by_team: bool = False) -> str:
    """The review for people.

    :param width: cells of a line.
    :param by_team: one row per team instead of per rep.
    """
    return "\n".join(_lines(view, max(40, width), view.teams if by_team else view.rows)) + "\n"


def _lines(view: QuotaView, width: int, rows: Sequence[QuotaRow]) -> Iterator[str]:
    sheet = _Sheet(view, width, [row.line for row in rows])
    yield from wrap(_title(view, sheet.amounts_in), width)
    yield ""
    if not rows:
        yield tr("There is nobody to have a quota: funnel reps add NAME.")
    else:
        yield from sheet.table(view)
    yield ""
    for sentence in (*_sentences(view), *view.notes):
        yield from wrap(clean(sentence), width, "  ")


def _title(view: QuotaView, amounts_in: str) -> str:
    clock = view.clock
    if not clock.has_begun:
        gone = tr("not begun")
    elif clock.is_over:
        gone = tr("over")
    else:
        gone = tr("day {elapsed} of {total}").format(elapsed=clock.elapsed, total=clock.total)
    amounts = amounts_in.format(currency=view.currency)
    return tr("Quotas {period} · {gone} · {amounts}").format(
        period=view.period.label, gone=gone, amounts=amounts
    )


class _Sheet:
    """The table: its amounts are shortened until the names have room.

    :ivar amounts_in: in what the amounts are, with a place for the ``currency``.
    """

    def __init__(self, view: QuotaView, width: int, lines: Sequence[QuotaLine]) -> None:
        self._lines = lines
        total = view.everybody if view.own is not None else view.total
        self._totals = [(tr("Total"), view.total)]
        if view.own is not None:
            name = view.own.name
            self._totals.append((tr("Company") if name == COMPANY else name.capitalize(), total))
        names = [line.name for line in lines] + [name for name, _ in self._totals]
        longest = max(cell_width(clean(name)) for name in names)
        for divisor, words in _STEPS:
            self._divisor, self.amounts_in = divisor, words
            self._cells = [self._figures(line.standing, line.unit, line.currency, view) for line in lines]
            self._cells += [
                self._figures(standing, view.unit, view.currency, view) for _, standing in self._totals
            ]
            self._widths = [
                max(cell_width(head), *(len(cells[at]) for cells in self._cells))
                for at, head in enumerate(_HEADS)
            ]
            taken = sum(self._widths) + BAR + _SHARE_WIDTH + _STATUS_WIDTH + 7
            self._name = min(longest, width - taken)
            if self._name >= min(longest, ENOUGH_NAME):
                break
        self._name = max(LEAST_NAME, self._name)

    def _figures(self, standing: QuotaStanding, unit: QuotaUnit, currency: str, view: QuotaView) -> list[str]:
        values = (standing.quota, standing.won, standing.gap, standing.pipeline)
        if unit is QuotaUnit.DEALS:
            return [_deals(value) for value in values]
        end = "" if currency == view.currency else f" {currency}"
        texts = [_amount(value, currency, self._divisor) for value in values]
        return [text if text == NO_VALUE else text + end for text in texts]

    def table(self, view: QuotaView) -> Iterator[str]:
        """Heading, rows and totals."""
        heads = [pad(head, width, right=True) for head, width in zip(_HEADS, self._widths, strict=True)]
        lead = pad("", self._name + BAR + 1, right=False)
        yield " ".join([lead, pad(_ATTAINED, _SHARE_WIDTH, right=True), *heads, tr("Status")])
        whole = [(line.name, line.standing) for line in self._lines]
        whole += self._totals
        for at, ((name, standing), cells) in enumerate(zip(whole, self._cells, strict=True)):
            if at == len(self._lines):
                yield "─" * (self._name + BAR + _SHARE_WIDTH + _STATUS_WIDTH + sum(self._widths) + 7)
            figures = [pad(text, width, right=True) for text, width in zip(cells, self._widths, strict=True)]
            shown = pad(cut(clean(name), self._name), self._name, right=False)
            status = "" if standing.status is None else SIGNS[standing.status]
            share = pad(percent_text(standing.attainment), _SHARE_WIDTH, right=True)
            yield " ".join([shown, bar(standing.attainment, view.clock), share, *figures, status]).rstrip()


def bar(attainment: Fraction | None, clock: Clock, width: int = BAR) -> str:
    """A bar of so many cells with a line where the pace would have it.

    :param attainment: None draws no bar at all.
    """
    if attainment is None:
        return " " * width
    filled = min(width, int(attainment * width))
    cells = [FULL] * filled + [EMPTY] * (width - filled)
    if clock.has_begun and not clock.is_over:
        cells[min(width - 1, clock.elapsed * width // clock.total)] = MARK
    return "".join(cells)


def _amount(value: Number | None, currency: str, divisor: int) -> str:
    if value is None:
        return NO_VALUE
    return count_text(round_half_up(Fraction(value) / 10 ** exponent(currency) / divisor))


def _deals(value: Number | None) -> str:
    return NO_VALUE if value is None else tr("{deals:,} d").format(deals=round_half_up(Fraction(value)))


def _sentences(view: QuotaView) -> Iterator[str]:
    """What the figures of the whole say."""
    standing = view.everybody if view.own is not None else view.total

    def worth(value: Number | None) -> str:
        if value is None:
            return NO_VALUE
        if view.unit is QuotaUnit.DEALS:
            return tr("{deals:,.1f} deals").format(deals=float(value))
        return f"{_amount(value, view.currency, 1)} {view.currency}"

    if standing.quota:
        parts = [tr("expected by now {worth}").format(worth=worth(standing.expected))]
        if standing.pace is not None:
            parts.append(tr("pace {pace}").format(pace=percent_text(standing.pace)))
        if standing.projection is not None:
            parts.append(tr("projection {worth}").format(worth=worth(standing.projection)))
        if standing.needed_per_day:
            parts.append(tr("needed a day {worth}").format(worth=worth(standing.needed_per_day)))
        if standing.coverage is not None:
            parts.append(
                tr("coverage of the gap {coverage}").format(coverage=percent_text(standing.coverage))
            )
        sentence = " · ".join(parts)
        yield sentence[:1].upper() + sentence[1:]
    reached = view.reached
    words = tr("Reps at quota: {reached} of {known} ({share})")
    if reached.unknown:
        words = tr("Reps at quota: {reached} of {known} ({share}); {unknown} without a quota")
    yield words.format(
        reached=reached.reached,
        known=reached.known,
        share=percent_text(reached.share),
        unknown=reached.unknown,
    )
    past = [point for point in view.trend[:-1] if point.attainment is not None]
    if past:
        shares = (f"{point.period.label} {percent_text(point.attainment)}" for point in past[-4:])
        yield tr("Before: {shares}").format(shares=" · ".join(shares))
