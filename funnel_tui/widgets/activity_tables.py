"""The tables of activity: done and target, conversations, the contact rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from funnel_tui.domain.activity import (
    ActivityChart,
    ContactRate,
    Counted,
    DealsWanted,
    Dealt,
    InteractionsWanted,
    QualifiedLine,
    Rate,
    RateLine,
)
from funnel_tui.domain.shown import NO_VALUE, count_text, number_text, percent_text, tenth_text
from funnel_tui.language import tr, trc, trn
from funnel_tui.widgets.activity_figures import (
    Figure,
    FigureTable,
    count_figure,
    division,
    number_figure,
    share_figure,
)
from funnel_tui.widgets.grid import GridColumn

LOW = "▼"
"""Stands behind a contact rate below the benchmark."""


def _target(rate: Rate) -> tuple[Figure, Figure]:
    if rate.target is None:
        none = Figure(NO_VALUE, "dim", None, tr("There is no target for this"))
        return none, none
    reached = rate.attained is None or rate.attained >= 1
    target = tenth_text(rate.target)
    words = tr("Done of a target of {target}; what has no target does not count").format(target=target)
    return Figure(target, "plain", None, words), Figure(
        percent_text(rate.attained),
        "good" if reached else "warn",
        None,
        words,
        formula=division(rate.attained, rate.target),
    )


# Rate and conversations

_RATE_COLUMNS = (
    GridColumn("name", "", 18, least=10, right=False, stretch=True),
    GridColumn("done", tr("Done"), 7, least=5),
    GridColumn("target", tr("Target"), 8, least=7, rank=1),
    GridColumn("attained", tr("Of target"), 9, least=7, brief=tr("Of tgt"), rank=2),
    GridColumn("before", tr("Before"), 7, least=6, rank=3),
    GridColumn("planned", tr("Planned"), 8, least=7, rank=4),
)


def rate_table(chart: ActivityChart, before: ActivityChart | None, *, by_rep: bool) -> FigureTable:
    """Done interactions per series of the chart, and together.

    :param before: the same of the compared period.
    """
    then = {} if before is None else {series.id: series.whole.done for series in before.series}
    rows = []
    for series in chart.series:
        mine = {"owner_id": series.id} if by_rep else {"kind_ids": (series.id,)}
        rows.append(
            (
                Figure(series.name),
                *_rate_figures(series.name, series.whole, mine),
                _before(before, then.get(series.id, 0)),
                count_figure(
                    series.whole.planned,
                    InteractionsWanted(Counted.PLANNED, **mine),
                    tr("{name}: planned").format(name=series.name),
                ),
            )
        )
    whole = chart.total.whole
    done_before = None if before is None else before.total.whole.done
    total = (
        Figure(tr("together"), "strong"),
        *_rate_figures(tr("Together"), whole, {}),
        _before(before, done_before or 0),
        count_figure(whole.planned, InteractionsWanted(Counted.PLANNED), tr("Planned by all together")),
    )
    return FigureTable(_RATE_COLUMNS, (*rows, total) if rows else ())


def _rate_figures(name: str, rate: Rate, mine: Mapping[str, Any]) -> tuple[Figure, Figure, Figure]:
    wanted = InteractionsWanted(Counted.DONE, **mine)
    return count_figure(
        rate.done, wanted, tr("{name}: done, with and without an answer").format(name=name)
    ), *_target(rate)


def _before(before: ActivityChart | None, done: int) -> Figure:
    if before is None:
        return Figure(NO_VALUE, "dim", None, tr("No period is compared"))
    return Figure(count_text(done), "muted", None, tr("Done before"))


_SHARE_COLUMNS = (
    GridColumn("owner", tr("Rep"), 16, least=10, right=False, stretch=True),
    GridColumn("kind", tr("Kind"), 10, least=8, right=False),
    GridColumn("done", tr("Done"), 6, least=5),
    GridColumn("conversations", trc("conversations", "Conv."), 6, least=5),
    GridColumn("share", tr("Share"), 7, least=7),
    GridColumn("answered", tr("With outcome"), 12, least=7, brief=tr("w/ out."), rank=2),
    GridColumn("target", tr("Target"), 8, least=6, rank=3),
    GridColumn("attained", tr("Of target"), 9, least=7, brief=tr("Of tgt"), rank=4),
    GridColumn("planned", tr("Planned"), 7, least=7, rank=5),
)


def share_table(lines: Sequence[RateLine]) -> FigureTable:
    """Per rep and kind: done, conversations and their share."""
    return FigureTable(
        _SHARE_COLUMNS,
        tuple(map(_share_row, lines)),
        (tr("Share: conversations of all done; a voicemail is an attempt too."),),
    )


def _share_row(line: RateLine) -> tuple[Figure, ...]:
    rate = line.rate
    mine = {"owner_id": line.owner_id or None, "kind_ids": (line.kind_id,)}
    who = f"{line.owner}, {line.kind}" if line.owner else line.kind
    return (
        Figure(line.owner or tr("all"), "plain" if line.owner else "muted"),
        Figure(line.kind),
        count_figure(rate.done, _of(Counted.DONE, mine), tr("{name}: done").format(name=who)),
        count_figure(
            rate.conversations,
            _of(Counted.CONVERSATIONS, mine),
            tr("{name}: somebody answered").format(name=who),
        ),
        share_figure(
            rate.conversation_share,
            rate.done,
            tr("{name}: conversations of all done").format(name=who),
            _of(Counted.CONVERSATIONS, mine),
        ),
        share_figure(
            rate.answered_share,
            rate.with_outcome,
            tr("{name}: conversations of those with an outcome").format(name=who),
            _of(Counted.WITH_OUTCOME, mine),
        ),
        *_target(rate),
        count_figure(rate.planned, _of(Counted.PLANNED, mine), tr("{name}: planned").format(name=who)),
    )


def _of(counted: Counted, mine: Mapping[str, Any]) -> InteractionsWanted:
    return InteractionsWanted(counted, **mine)


# Contact rate

_CONTACT_COLUMNS = (
    GridColumn("what", "", 34, least=22, right=False, stretch=True),
    GridColumn("n", tr("n"), 8, least=6),
    GridColumn("mean", tr("Mean"), 8, least=6),
    GridColumn("median", tr("Median"), 8, least=6, rank=1),
)


def contact_table(
    contact: ContactRate, qualified: Sequence[QualifiedLine], calls: tuple[int, ...]
) -> FigureTable:
    """Opportunities per 1,000 outbound calls, and interactions until a deal is qualified.

    :param calls: the numbers of the kinds that count as calls.
    """
    rows = (*_contact_rows(contact, calls), *map(_qualified_row, qualified))
    return FigureTable(_CONTACT_COLUMNS, rows, contact.hints)


def _contact_rows(contact: ContactRate, calls: tuple[int, ...]) -> list[tuple[Figure, ...]]:
    empty = Figure("")
    outbound = InteractionsWanted(Counted.OUTBOUND, kind_ids=calls)
    look = "bad" if contact.is_low else "good" if contact.is_low is False else "dim"
    sign = f" {LOW}" if contact.is_low else ""
    rate = f"{number_text(contact.per_1000, 1)}{sign}" if contact.per_1000 is not None else NO_VALUE
    held = tr("Opportunities per 1,000 outbound calls; the benchmark is {benchmark}").format(
        benchmark=contact.benchmark
    )
    return [
        (
            Figure(tr("Outbound calls")),
            count_figure(contact.outbound_calls, outbound, tr("Done calls that we started")),
            empty,
            empty,
        ),
        (
            Figure(tr("Opportunities")),
            count_figure(
                contact.opportunities, DealsWanted(Dealt.OPPORTUNITIES), tr("Deals created in the period")
            ),
            empty,
            empty,
        ),
        (
            Figure(tr("Opportunities per 1,000 calls")),
            Figure(rate, look, None, held, contact.outbound_calls, _per_1000(contact)),
            empty,
            empty,
        ),
        (Figure(tr("Benchmark"), "muted"), Figure(f"{contact.benchmark}", "muted", None, held), empty, empty),
    ]


def _qualified_row(line: QualifiedLine) -> tuple[Figure, ...]:
    words = trn(
        "{kind}: interactions on a deal until it was qualified, n = {n} deals",
        "{kind}: interactions on a deal until it was qualified, n = {n} deals",
        line.deals,
    ).format(kind=line.kind, n=count_text(line.deals))
    deals = DealsWanted(Dealt.QUALIFIED, kind_id=line.kind_id or None)
    return (
        Figure(
            tr("Until qualified: {kind}").format(kind=line.kind),
            "plain" if line.kind_id else "strong",
        ),
        count_figure(line.deals, deals, words),
        number_figure(line.mean, words, deals, line.deals),
        number_figure(line.median, words, deals, line.deals),
    )


def _per_1000(contact: ContactRate) -> str:
    return f"{count_text(1000)} × {count_text(contact.opportunities)} / {count_text(contact.outbound_calls)}"
