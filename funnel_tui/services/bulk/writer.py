"""Many deals with complete histories in one transaction, streamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from sqlmodel import SQLModel

from funnel_tui.domain.facts import Ladder, Standing, VisitFact
from funnel_tui.domain.status import ForecastCategory, VisitExit
from funnel_tui.metrics.projection import standing
from funnel_tui.models import Deal, DealPast, DealStage, Interaction, StageVisit
from funnel_tui.services.activity_days import recount_changed
from funnel_tui.services.bulk.rewrite import Rewriter
from funnel_tui.services.bulk.stream import RowStream
from funnel_tui.services.standing import Pricing
from funnel_tui.services.transaction import Transaction

BATCH_DEALS = 2000
"""Deals held in memory before they are written."""

_EXITS: Mapping[str | None, VisitExit | None] = {None: None, **{exit.value: exit for exit in VisitExit}}

_OWN = (
    *("external_id", "title", "organisation_id", "pipeline_id", "owner_id", "amount_minor", "currency"),
    *("expected_close", "probability_bp", "category", "source_id", "note", "created_at", "created_owner_id"),
    *("version", "touched_at"),
)
_DERIVED = (
    *("stage_id", "status", "entered_at", "furthest", "visited_mask", "straight", "closed_at"),
    *("closed_owner_id", "closed_base", "loss_reason_id", "changed_at"),
)
_VISIT = (
    *("deal_id", "seq", "pipeline_id", "stage_id", "entered_at", "left_at", "exit", "moved_by", "owner_id"),
    *("exit_owner_id", "amount_minor", "currency", "loss_reason_id", "loss_note", "assumed"),
)
_PAST = (
    *("deal_id", "until_at", "owner_id", "amount_minor", "currency", "expected_close", "probability_bp"),
    "source_id",
)
_STAGE = (
    *("deal_id", "stage_id", "reached_at", "reached_owner_id", "visits", "seconds", "left_at"),
    "left_owner_id",
)

Values = Mapping[str, Any]


class BulkWriter:
    """Writes deals with their visits and former values, and what follows from them.

    Used as a context manager, or ended with :meth:`finish`. Memory stays flat: rows are written whenever
    2,000 deals were taken. Values are not validated here beyond what the tables check.

    :param transaction: the service call; the audit log gets one range per table. It should be alone
        (:meth:`Transaction.alone`): on PostgreSQL the tables are locked, and a call that is moving a deal
        meanwhile and this one could wait for each other until the server ends one of them.
    :param ladders: the stages of every pipeline that occurs, by pipeline number.
    :param pricing: the rates and time zone that price closed deals.
    """

    def __init__(self, transaction: Transaction, ladders: Mapping[int, Ladder], pricing: Pricing) -> None:
        self.transaction = transaction
        self._ladders = ladders
        self._pricing = pricing
        self._deals = RowStream(transaction, Deal, _OWN + _DERIVED)
        self._visits = RowStream(transaction, StageVisit, _VISIT)
        self._stages = RowStream(transaction, DealStage, _STAGE, numbered=False)
        self._past = RowStream(transaction, DealPast, _PAST)
        self._rewriter = Rewriter(transaction, ladders, pricing, self._visits, self._past)
        # In this order a row is written after the rows it points to.
        self._streams = [self._deals, self._visits, self._stages, self._past]

    def __enter__(self) -> BulkWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()

    def stream(self, model: type[SQLModel], columns: Sequence[str]) -> RowStream:
        """A stream of rows of another table that point to deals, such as interactions.

        It is written after the deals of the same batch. What is counted per day follows from interactions
        at the end; when their deals were last touched is the caller's business.
        """
        stream = RowStream(self.transaction, model, columns)
        self._streams.append(stream)
        return stream

    def add(self, deal: Values, visits: Sequence[Values], past: Sequence[Values] = ()) -> int:
        """Take one new deal.

        :param deal: its own columns; ``title``, ``owner_id`` and ``created_at`` are needed, the owner at
            creation is that of the first visit if not given, the version 1. Derived columns, the pipeline and
            the stage follow from the visits.
        :param visits: in order, at least one; columns of ``stage_visit`` without ``id``, ``deal_id`` and
            ``seq``. Pipeline, stage, ``entered_at`` and ``owner_id`` are needed.
        :param past: former values in order, columns of ``deal_past`` without ``id`` and ``deal_id``.
        :returns: the number of the deal.
        """
        facts = [visit_fact(visit) for visit in visits]
        stands = standing(facts, self._ladders[facts[-1].pipeline_id])
        deal_id = self._deals.number()
        self._deals.pending.append((deal_id, *self._deal_values(deal, stands, facts[0].owner_id, past)))
        for seq, visit in enumerate(visits, 1):
            self._visits.pending.append((self._visits.number(), deal_id, seq, *visit_values(visit)))
        for former in past:
            self._past.add(deal_id, *past_values(former))
        self._stages.pending.extend(stage_tuples(deal_id, stands))
        if len(self._deals.pending) >= BATCH_DEALS:
            self.flush()
        return deal_id

    def rewrite(
        self,
        deal_id: int,
        changes: Values,
        visits: Sequence[Values] | None = None,
        past: Sequence[Values] = (),
    ) -> None:
        """Take new values or a new history for a deal that exists.

        What is the same stays untouched; every row that differs is recorded with what it was. The version
        goes up by one when anything differs.

        :param changes: new values of the deal's own columns.
        :param visits: its whole history from now on, as in :meth:`add`; None leaves it as it is.
        :param past: former values to add.
        :raises NotFound: on the way, when there is no such deal.
        """
        if self._deals.is_new(deal_id) or deal_id in self._rewriter.pending:
            self.flush()
        self._rewriter.take(deal_id, changes, visits, past)
        if len(self._rewriter.pending) >= BATCH_DEALS:
            self.flush()

    def _deal_values(
        self, deal: Values, stands: Standing, first_owner: int, past: Sequence[Values]
    ) -> tuple[Any, ...]:
        get = deal.get
        amount, currency, category = get("amount_minor"), get("currency"), get("category")
        changed_at = stands.last_event_at
        for former in past:
            changed_at = max(changed_at, former["until_at"])
        return (
            get("external_id"),
            deal["title"],
            get("organisation_id"),
            stands.pipeline_id,
            deal["owner_id"],
            amount,
            currency,
            get("expected_close"),
            get("probability_bp"),
            None if category is None else ForecastCategory(category).value,
            get("source_id"),
            get("note"),
            deal["created_at"],
            get("created_owner_id") or first_owner,
            get("version") or 1,
            get("touched_at"),
            stands.stage_id,
            stands.status.value,
            stands.entered_at,
            stands.furthest,
            stands.visited_mask,
            stands.straight,
            stands.closed_at,
            stands.closed_owner_id,
            self._pricing.closed_base(amount, currency, stands.closed_at),
            stands.loss_reason_id,
            changed_at,
        )

    def flush(self) -> None:
        """Write what was taken so far."""
        for stream in self._streams:
            stream.flush()
        if self._rewriter.pending:
            # Rows that a rewrite adds are recorded one by one, after the ranges before them.
            for stream in self._streams:
                stream.record()
            self._rewriter.flush()

    def finish(self) -> None:
        """Write and record everything that is left."""
        self.flush()
        for stream in self._streams:
            stream.finish()
        if any(stream.model is Interaction and stream.begun for stream in self._streams):
            recount_changed(self.transaction.connection, self.transaction.flush())


def visit_fact(visit: Values) -> VisitFact:
    """A visit as the projection reads it."""
    get = visit.get
    return VisitFact(
        visit["pipeline_id"],
        visit["stage_id"],
        visit["entered_at"],
        get("left_at"),
        _EXITS[get("exit")],
        visit["owner_id"],
        get("exit_owner_id"),
        get("loss_reason_id"),
    )


def visit_values(visit: Values) -> tuple[Any, ...]:
    """The columns of a visit after ``seq``, as the database holds them."""
    get = visit.get
    way_out = _EXITS[get("exit")]
    return (
        visit["pipeline_id"],
        visit["stage_id"],
        visit["entered_at"],
        get("left_at"),
        None if way_out is None else way_out.value,
        get("moved_by") or "",
        visit["owner_id"],
        get("exit_owner_id"),
        get("amount_minor"),
        get("currency"),
        get("loss_reason_id"),
        get("loss_note"),
        int(get("assumed") or 0),
    )


def past_values(former: Values) -> tuple[Any, ...]:
    """The columns of a former state after ``deal_id``."""
    get = former.get
    return (
        former["until_at"],
        former["owner_id"],
        get("amount_minor"),
        get("currency"),
        get("expected_close"),
        get("probability_bp"),
        get("source_id"),
    )


def stage_tuples(deal_id: int, stands: Standing) -> list[tuple[Any, ...]]:
    """The ``deal_stage`` rows of a deal."""
    return [
        (
            deal_id,
            item.stage_id,
            item.reached_at,
            item.reached_owner_id,
            item.visits,
            item.seconds,
            item.left_at,
            item.left_owner_id,
        )
        for item in stands.stages
    ]
