"""The list of deals, and one deal, as reports for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from funnel_tui.domain.deal_detail import DealDetail, RouteStop, TimelineItem
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealRow
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import DAY_SECONDS, utc_text
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr
from funnel_tui.metrics.figures import days
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deal_row import lens, read_rows
from funnel_tui.services.workspace import Workspace

_WINDOW = 500
"""Deals that are read at a time."""

_FIELDS = (
    Column("deal_id", Kind.COUNT, tr("Number")),
    Column("deal", Kind.TEXT, tr("Deal")),
    Column("organisation", Kind.TEXT, tr("Organisation")),
    Column("pipeline", Kind.TEXT, tr("Pipeline")),
    Column("stage", Kind.TEXT, tr("Stage")),
    Column("status", Kind.TEXT, tr("Status")),
    Column("owner", Kind.TEXT, tr("Owner")),
    Column("amount", Kind.MONEY, tr("Amount")),
    Column("expected_close", Kind.TEXT, tr("Expected close")),
    Column("days_late", Kind.COUNT, tr("Days late")),
    Column("days_in_stage", Kind.DAYS, tr("Days in stage")),
    Column("stuck", Kind.TEXT, tr("Stuck")),
    Column("idle_days", Kind.DAYS, tr("Idle days")),
    Column("probability", Kind.RATIO, tr("Probability")),
    Column("probability_source", Kind.TEXT, tr("Probability by")),
    Column("next_task", Kind.TEXT, tr("Next task")),
    Column("next_task_due", Kind.TEXT, tr("Next task due")),
    Column("created", Kind.TEXT, tr("Created")),
    Column("closed", Kind.TEXT, tr("Closed")),
    Column("tags", Kind.TEXT, tr("Tags")),
    Column("version", Kind.COUNT, tr("Version")),
)
"""The columns for programs."""

_SHOWN = ("deal_id", "deal", "organisation", "stage", "amount", "expected_close", "days_in_stage", "owner")

_WORDS = (
    *(column for column in _FIELDS if column.name in _SHOWN[:6]),
    Column("days_in_stage", Kind.TEXT, tr("In stage")),
    Column("owner", Kind.TEXT, tr("Owner")),
)
"""The columns for people."""

_TOTALS = (Column("deals", Kind.COUNT, tr("Deals")), Column("amount", Kind.MONEY, tr("Amount")))

_DETAIL = (
    *_FIELDS,
    *(
        Column(name, Kind.TEXT, name.replace("_", " ").capitalize())
        for name in (
            *("external_id", "team", "source", "category", "loss_reason", "loss_note", "note", "first_owner"),
            *("route", "contacts", "demand", "timeline"),
        )
    ),
)


def list_report(
    workspace: Workspace,
    scope: Scope,
    wanted: DealFilter,
    order: DealOrder,
    limit: int | None = None,
    *,
    in_words: bool = True,
) -> Report:
    """The deals of a list.

    :param limit: how many at most; None for all. Totals are of those that are shown.
    :param in_words: columns for people; else facts for programs.
    :raises NotFound: for an unknown pipeline, rep, team, stage, tag or source.
    """
    as_of = workspace.clock() if scope.as_of is None else scope.as_of
    scope = scope.with_(as_of=as_of)
    ids = deal_ids(workspace, scope, wanted, order)
    more = []
    if limit is not None and len(ids) > limit:
        more.append(said("The first {shown:,} of {n:,} deals.", shown=limit, n=len(ids)))
    words = _scope_words(scope, wanted, order)
    return _report(workspace, scope, ids[:limit], _title(wanted), words, more, in_words=in_words)


def deals_report(workspace: Workspace, scope: Scope, ids: Sequence[int], title: str) -> Report:
    """Some deals, such as those behind a figure, with the columns of the list for programs.

    :param scope: of what they were found in; its as-of says how they stood.
    :param ids: their numbers, in the order of the rows.
    :param title: what they are, in words.
    """
    as_of = workspace.clock() if scope.as_of is None else scope.as_of
    words = {"pipelines": list(scope.pipelines), "owner": scope.owner, "team": scope.team}
    return _report(workspace, scope.with_(as_of=as_of), ids, title, words, [], in_words=False)


def _report(
    workspace: Workspace,
    scope: Scope,
    ids: Sequence[int],
    title: str,
    words: Mapping[str, Any],
    notes: list[str],
    *,
    in_words: bool,
) -> Report:
    """The rows of some deals.

    :param scope: its as-of is known.
    :param words: the scope for JSON, but for the time zone.
    """
    settings = workspace.settings()
    columns = _WORDS if in_words else _FIELDS
    rows: list[Mapping[str, Any]] = []
    total, unpriced = 0, 0
    for deal in _all_rows(workspace, scope, ids):
        facts = deal_facts(deal)
        if in_words:
            facts["days_in_stage"] = tr("{n:,} d").format(n=deal.in_stage // DAY_SECONDS) + "!" * deal.stuck
        rows.append({column.name: facts[column.name] for column in columns})
        if deal.amount_base is not None:
            total += deal.amount_base.minor
        elif deal.amount is not None:
            unpriced += 1
    if unpriced:
        notes.append(
            said(
                "{n:,} without an exchange rate into {currency}, not in the total.",
                n=unpriced,
                currency=settings.base_currency,
            )
        )
    return Report(
        name="deals",
        as_of=scope.as_of or 0,
        scope=scope,
        scope_words={**words, "time_zone": settings.time_zone},
        title=title,
        columns=columns,
        rows=rows,
        totals={"deals": len(rows), "amount": Money(total, settings.base_currency)},
        total_columns=_TOTALS,
        notes=notes,
    )


def _all_rows(workspace: Workspace, scope: Scope, ids: Sequence[int]) -> Iterator[DealRow]:
    """All rows; what they are looked at through is read once."""
    with workspace.read() as reader:
        through = lens(workspace, reader, scope.as_of)
        for start in range(0, len(ids), _WINDOW):
            yield from read_rows(reader, through, ids[start : start + _WINDOW])


def deal_facts(deal: DealRow) -> dict[str, Any]:
    """A row of a list as the fields of a report."""
    chance, task = deal.probability, deal.next_task
    return {
        "deal_id": deal.id,
        "deal": deal.title,
        "organisation": deal.organisation,
        "pipeline": deal.pipeline,
        "stage": deal.stage,
        "status": deal.status.value,
        "owner": deal.owner,
        "amount": deal.amount,
        "expected_close": None if deal.expected_close is None else deal.expected_close.isoformat(),
        "days_late": deal.days_late,
        "days_in_stage": days(deal.in_stage),
        "stuck": deal.stuck,
        "idle_days": days(deal.idle_seconds),
        "probability": None if chance is None else Fraction(chance.bp, 10_000),
        "probability_source": None if chance is None else chance.source.value,
        "next_task": None if task is None else task.title or task.kind,
        "next_task_due": None if task is None or task.due is None else task.due.isoformat(),
        "created": utc_text(deal.created_at),
        "closed": None if deal.closed_at is None else utc_text(deal.closed_at),
        "tags": list(deal.tags),
        "version": deal.version,
    }


def deal_report(workspace: Workspace, deal_id: int, as_of: int | None = None) -> tuple[DealDetail, Report]:
    """One deal with all that belongs to it, and the same as a report of one row.

    :raises NotFound: when there is no such deal, or was none yet.
    """
    deal = deal_detail(workspace, deal_id, as_of)
    row = {
        **deal_facts(deal.row),
        "external_id": deal.external_id,
        "team": deal.team,
        "source": deal.source,
        "category": None if deal.category is None else deal.category.value,
        "loss_reason": deal.loss_reason,
        "loss_note": deal.loss_note,
        "note": deal.note,
        "first_owner": deal.first_owner,
        "route": [_stop(stop) for stop in deal.route],
        "contacts": [
            {"person": one.name, "role": one.role and one.role.value, "email": one.email, "phone": one.phone}
            for one in deal.contacts
        ],
        "demand": [
            {"product": one.product, "quantity": Fraction(one.quantity_milli, 1000), "price": one.price}
            for one in deal.demand
        ],
        "timeline": [_item(item) for item in deal.timeline.items],
    }
    notes = [] if deal.timeline.after is None else [said("The timeline goes on; these are its newest items.")]
    return deal, Report(
        name="deal",
        as_of=deal.as_of,
        scope=Scope(as_of=as_of),
        scope_words={"deal": deal.row.title, "time_zone": workspace.settings().time_zone},
        title=deal.row.title,
        columns=_DETAIL,
        rows=[row],
        totals={},
        total_columns=(),
        notes=notes,
    )


def _stop(stop: RouteStop) -> Mapping[str, Any]:
    return {
        "stage": stop.stage,
        "state": stop.state.value,
        "visits": stop.visits,
        "days": days(stop.seconds),
        "entered": None if stop.entered_at is None else utc_text(stop.entered_at),
        "left": None if stop.left_at is None else utc_text(stop.left_at),
        "stuck": stop.stuck,
        "assumed": stop.assumed,
    }


def _item(item: TimelineItem) -> Mapping[str, Any]:
    return {
        "at": utc_text(item.at),
        "kind": item.kind.value,
        "who": item.who,
        "text": item.text,
        "note": item.note,
        "changes": [{"field": one.field, "old": one.old, "new": one.new} for one in item.changes],
    }


def _scope_words(scope: Scope, wanted: DealFilter, order: DealOrder) -> dict[str, Any]:
    return {
        "pipelines": list(scope.pipelines),
        "owner": scope.owner,
        "team": scope.team,
        "status": "all" if wanted.status is None else wanted.status.value,
        "stage": wanted.stage,
        "stuck": wanted.stuck,
        "idle": wanted.idle,
        "tag": wanted.tag,
        "source": wanted.source,
        "text": wanted.text,
        "sort": order.sort.value,
        "descending": order.descending,
    }


_DEALS = {
    None: tr("Deals"),
    DealStatus.OPEN: tr("Open deals"),
    DealStatus.WON: tr("Won deals"),
    DealStatus.LOST: tr("Lost deals"),
}


def _title(wanted: DealFilter) -> str:
    words = [_DEALS[wanted.status]]
    words += [word for word, asked in ((tr("stuck"), wanted.stuck), (tr("idle"), wanted.idle)) if asked]
    words += [tr("in {stage}").format(stage=wanted.stage)] if wanted.stage else []
    words += [tr("tagged {tag}").format(tag=wanted.tag)] if wanted.tag else []
    words += [tr("from {source}").format(source=wanted.source)] if wanted.source else []
    return " · ".join(words)
