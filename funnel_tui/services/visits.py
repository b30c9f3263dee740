"""A deal with its history inside a transaction: what moving, winning, losing and reopening are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from funnel_tui.domain.facts import VisitFact
from funnel_tui.domain.said import said
from funnel_tui.domain.status import ChangeOp, DealStatus, Staging, VisitExit
from funnel_tui.errors import Refused, StaleEdit
from funnel_tui.models import Deal, DealPast, DealStage, StageVisit
from funnel_tui.models.inputs import InstantInput, checked
from funnel_tui.queries.bulk_edit import deals_with_demand
from funnel_tui.services.routes import Route, StageRow
from funnel_tui.services.stage_tasks import create_loss_task, create_stage_tasks, drop_stage_tasks
from funnel_tui.services.standing import (
    Pricing,
    derived_columns,
    read_pricing_of,
    stage_rows,
    stand,
)
from funnel_tui.services.telling import told
from funnel_tui.services.transaction import Transaction, table_of

CLOCK_SKEW_SECONDS = 300
"""How far the clocks of two machines that write to the same database may lie apart."""

UNRECORDED = frozenset(
    (
        *("entered_at", "furthest", "visited_mask", "straight", "closed_at", "closed_owner_id"),
        *("closed_base", "loss_reason_id", "changed_at"),
    )
)
"""Derived columns of a deal that say nothing in a history; they follow from the visits."""

_visit, _past, _deal_stage = table_of(StageVisit), table_of(DealPast), table_of(DealStage)

# Built once: building a statement costs as much as running it.
_READ_VISITS = (
    select(
        *(_visit.c.id, _visit.c.seq, _visit.c.pipeline_id, _visit.c.stage_id, _visit.c.entered_at),
        *(_visit.c.left_at, _visit.c.exit, _visit.c.owner_id, _visit.c.exit_owner_id),
        _visit.c.loss_reason_id,
    )
    .where(_visit.c.deal_id == bindparam("deal"))
    .order_by(_visit.c.seq)
)
_CLOSE_VISIT = update(_visit).where(_visit.c.id == bindparam("visit"))
_OPEN_VISIT = insert(_visit)
_VALUES_THEN = (
    select(_past.c.owner_id, _past.c.amount_minor, _past.c.currency)
    .where(_past.c.deal_id == bindparam("deal"), _past.c.until_at > bindparam("at"))
    .order_by(_past.c.until_at, _past.c.id)
    .limit(1)
)
_CLEAR_STAGES = _deal_stage.delete().where(_deal_stage.c.deal_id == bindparam("deal"))
_WRITE_STAGES = insert(_deal_stage)


class DealHistory:
    """A deal, locked, with all its visits; events are added and then written at once.

    :param call: the transaction.
    :param deal: the row of the deal.
    :param route: the pipeline of its last visit.
    """

    def __init__(self, call: Transaction, deal: dict[str, Any], route: Route) -> None:
        self.call = call
        self.deal = deal
        self.route = route
        self.visits: list[VisitFact] = []
        self.demanded: bool | None = None
        """Whether it has demand lines; None where nobody has looked yet."""
        self._last_id = 0
        self._last_seq = 0

    @classmethod
    def load(cls, call: Transaction, deal_id: int, version: int | None, wish: str) -> DealHistory:
        """Lock a deal and read its visits.

        :param version: the version that the caller saw, or None not to ask.
        :param wish: what the caller wants to do, for a refusal.
        :raises NotFound: when there is no such deal.
        :raises StaleEdit: when it was changed since.
        """
        deal = call.get(Deal, deal_id)
        if version is not None and version != deal["version"]:
            raise stale(call, deal, {"wish": wish}, {"status": deal["status"], "stage": deal["stage_id"]})
        history = cls(call, deal, Route.read(call, deal["pipeline_id"]))
        for visit_id, seq, *fact in call.connection.execute(_READ_VISITS, {"deal": deal_id}):
            history.take(visit_id, seq, VisitFact(*fact))
        return history

    def take(self, visit_id: int, seq: int, visit: VisitFact) -> None:
        """Take in a visit that was read; they come in their order."""
        self._last_id, self._last_seq = visit_id, seq
        self.visits.append(visit)

    @property
    def title(self) -> str:
        """The title of the deal."""
        return str(self.deal["title"])

    @property
    def status(self) -> DealStatus:
        """Whether it is open, won or lost."""
        return DealStatus(self.deal["status"])

    @property
    def stage(self) -> StageRow:
        """The stage it is in, or was closed from."""
        return self.route.stages[self.visits[-1].stage_id]

    @property
    def lacks_demand(self) -> bool:
        """Whether its pipeline wants to know what the customer asks for, and the deal does not say."""
        if not self.route.record_demand:
            return False
        if self.demanded is None:
            self.demanded = self.deal["id"] in deals_with_demand(self.call.reader, [self.deal["id"]])
        return not self.demanded

    @property
    def last_event_at(self) -> int:
        """The instant of its last event."""
        last = self.visits[-1]
        return last.entered_at if last.left_at is None else last.left_at

    def instant(self, at: int | None) -> int:
        """When an event is to happen.

        :param at: epoch seconds, or None for now.
        :raises Refused: in the future, or before the last event of the deal.
        :raises InvalidInput: when it is no instant between 1900 and 2200.
        """
        last = self.last_event_at
        if at is None:
            if last > self.call.at + CLOCK_SKEW_SECONDS:
                raise Refused(
                    said(
                        "The last event of {deal} is in the future, on {moment}.",
                        deal=self.title,
                        moment=told(self.call, last),
                    ),
                    said("Check the clock of this machine, or undo that event."),
                )
            # The clock of the machine that wrote last may be ahead of ours by a little.
            return max(self.call.at, last)
        at = past_instant(self.call, at)
        if at < last:
            raise Refused(
                said(
                    "{moment} is before the last event of {deal}, on {last}.",
                    moment=told(self.call, at, beside=last),
                    deal=self.title,
                    last=told(self.call, last, beside=at),
                ),
                said("Give a later time, or undo that event first."),
            )
        return at

    def must_be_open(self) -> None:
        """Refuse what only an open deal can do.

        :raises Refused: when the deal is closed.
        """
        if self.status is not DealStatus.OPEN:
            raise Refused(
                self._closed_words(),
                said("Reopen it first."),
            )

    def _closed_words(self) -> str:
        moment = told(self.call, self.last_event_at)
        if self.status is DealStatus.WON:
            return said("{deal} was won on {moment}.", deal=self.title, moment=moment)
        return said("{deal} was lost on {moment}.", deal=self.title, moment=moment)

    def leave(
        self, at: int, way_out: VisitExit, *, reason_id: int | None = None, note: str | None = None
    ) -> None:
        """End the open visit. In an automatic pipeline what is open of the stage's tasks ends with it."""
        before = self.visits[-1]
        owner = self._then(at)[0]
        new = {
            "left_at": at,
            "exit": way_out,
            "exit_owner_id": owner,
            "loss_reason_id": reason_id,
            "loss_note": note,
        }
        self.call.connection.execute(_CLOSE_VISIT, {"visit": self._last_id, **new})
        told = {name: value for name, value in new.items() if value is not None}
        self.call.record(_visit, self._last_id, ChangeOp.UPDATE, dict.fromkeys(told), told)
        self.visits[-1] = before._replace(
            left_at=at, exit=way_out, exit_owner_id=owner, loss_reason_id=reason_id
        )
        if self.route.staging is Staging.AUTOMATIC:
            drop_stage_tasks(self.call, self.deal, at)
            if way_out is VisitExit.LOST:
                create_loss_task(self.call, self.deal, self.route.pipeline_id, at)

    def enter(self, at: int, route: Route, stage: StageRow) -> None:
        """Begin a visit. In an automatic pipeline it creates the tasks of the stage."""
        owner, amount, currency = self._then(at)
        values = {
            "deal_id": self.deal["id"],
            "seq": self._last_seq + 1,
            "pipeline_id": route.pipeline_id,
            "stage_id": stage.id,
            "entered_at": at,
            "left_at": None,
            "exit": None,
            "moved_by": self.call.actor,
            "owner_id": owner,
            "exit_owner_id": None,
            "amount_minor": amount,
            "currency": currency,
            "loss_reason_id": None,
            "loss_note": None,
            "assumed": False,
        }
        key = self.call.connection.execute(_OPEN_VISIT, values).inserted_primary_key
        assert key is not None
        self._last_id, self._last_seq = int(key[0]), self._last_seq + 1
        self.call.record(_visit, self._last_id, ChangeOp.INSERT, None, {"id": self._last_id, **values})
        self.visits.append(VisitFact(route.pipeline_id, stage.id, at, None, None, owner))
        self.route = route
        if route.staging is Staging.AUTOMATIC:
            create_stage_tasks(self.call, self.deal, stage.id, at)

    def write(self) -> int:
        """Write where the deal stands now.

        :returns: its new version.
        """
        stands = stand(self.visits, {self.route.pipeline_id: self.route.ladder})
        # changed_at already holds the last edit, or an event before the one just added.
        columns = derived_columns(
            stands, self.deal, self._pricing(stands.closed_at), edited_at=self.deal["changed_at"]
        )
        deal_id = self.deal["id"]
        version = self.call.update(Deal, self.deal, columns, unrecorded=UNRECORDED)
        self.call.connection.execute(_CLEAR_STAGES, {"deal": deal_id})
        self.call.connection.execute(_WRITE_STAGES, stage_rows(deal_id, stands))
        return version

    def _pricing(self, closed_at: int | None) -> Pricing | None:
        if closed_at is None or self.deal["amount_minor"] is None:
            return None
        return read_pricing_of(self.call.reader, self.deal["currency"])

    def _then(self, at: int) -> tuple[int, int | None, str | None]:
        """Owner, amount and currency as they were at an instant (METRICS M1, M10)."""
        if at < self.deal["changed_at"]:
            found = self.call.connection.execute(_VALUES_THEN, {"deal": self.deal["id"], "at": at}).first()
            if found is not None:
                return found[0], found[1], found[2]
        return self.deal["owner_id"], self.deal["amount_minor"], self.deal["currency"]


def past_instant(call: Transaction, at: int) -> int:
    """Check an instant that was given.

    :raises Refused: when it is in the future.
    :raises InvalidInput: when it is no instant between 1900 and 2200.
    """
    at = checked(InstantInput, {"at": at}).at
    if at > call.at:
        raise Refused(
            said("{moment} is in the future.", moment=told(call, at)), said("Give a time that has passed.")
        )
    return at


def stale(
    call: Transaction, row: Mapping[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> StaleEdit:
    """The refusal of an edit that is based on an older version of a deal, naming who changed it and when."""
    last = call.reader.rows(
        "SELECT g.actor, g.at FROM change c JOIN change_group g ON g.id = c.group_id "
        "WHERE c.entity = 'deal' AND c.row_id = :row ORDER BY c.id DESC LIMIT 1",
        {"row": row["id"]},
    )
    if last:
        words = said(
            "{deal} was changed by {who} on {moment}, after you opened it.",
            deal=row["title"],
            who=last[0][0],
            moment=told(call, last[0][1]),
        )
    else:
        words = said("{deal} was changed, after you opened it.", deal=row["title"])
    return StaleEdit(words, mine=mine, theirs=theirs)
