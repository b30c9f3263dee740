"""Deals of a file that are in the database already.

What the columns of the file say goes before what is there, with these exceptions:

- An empty owner changes nothing.
- Tags, persons and products are added, never taken away; the one product of a deal is replaced.
- Expected close and probability are those of open deals; on a closed deal they stay what they were.
- A file that says neither stage nor status leaves a deal where it is.
- A deal with a real history, or one that somebody has moved by hand, keeps its stage, status and closing.
  The deals whose file says otherwise are counted and named. Its loss reason is still taken from the file.

A change of owner, amount, expected close, probability or source keeps what was (METRICS M5). A deal known
from a history alone is corrected instead, see :class:`~funnel_tui.services.importing.known.FromHistory`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.records import DealRecord
from funnel_tui.language import trn
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.importing.known import (
    PAST_COLUMNS,
    FromHistory,
    find_deals,
    held_by,
    load_former,
    load_stays,
    moved_by_hand,
)
from funnel_tui.services.importing.links import Links
from funnel_tui.services.importing.outcome import Disagreement, Outcome
from funnel_tui.services.importing.pipelines import Pipelines
from funnel_tui.services.importing.plan import Source
from funnel_tui.services.importing.visits import Holding, Said, Stay, revise
from funnel_tui.services.transaction import Transaction


class Wanted(NamedTuple):
    """A deal as the file has it, in numbers of rows."""

    record: DealRecord
    said: Said
    organisation_id: int | None
    owner_id: int
    source_id: int | None
    pipeline_named: bool
    """Whether the user or the row names the pipeline."""


class _Pending(NamedTuple):
    """A known deal and what the file wants of it."""

    deal: Row[Any]
    want: Wanted


class KnownDeals:
    """Compares deals of a file with those that are there and writes the differences.

    :param source: the file; only fields it has a column or constant for are compared.
    """

    def __init__(
        self,
        call: Transaction,
        writer: BulkWriter,
        links: Links,
        pipelines: Pipelines,
        source: Source,
        outcome: Outcome,
    ) -> None:
        self._pipelines = pipelines
        self._call = call
        self._writer = writer
        self._links = links
        self._has = source.mapping.has
        self._outcome = outcome
        self._from_history = FromHistory(call.connection)
        self._left: set[int] = set()
        self._pending: list[_Pending] = []
        self._disagreeing = Disagreement(
            lambda number: trn(
                "1 deal has a history that differs from its stage, status or closing ({shown}); "
                "the history counts.",
                "{n} deals have a history that differs from their stage, status or closing ({shown}); "
                "the history counts.",
                number,
            )
        )

    def find(self, records: Sequence[DealRecord]) -> Mapping[str, Row[Any]]:
        """The deals of some records that are there, by id."""
        deals = find_deals(self._call.connection, [record.id for record in records])
        if deals:
            numbers = [deal.id for deal in deals.values()]
            self._links.look_up(numbers, (record for record in records if record.id in deals))
        return deals

    def learn(self, wanted: Iterable[tuple[Row[Any], Wanted]]) -> None:
        """Give a pipeline that the file names, and of which no stage is known, those of its histories.

        A file of events names no pipeline, so its deals and their stages are in that of all such files.
        """
        for deal, want in wanted:
            line = self._pipelines.lines[want.said.pipeline_id]
            if not want.pipeline_named or deal.pipeline_id == line.id or not self._pipelines.guessed(line):
                continue
            if self._from_history.among([deal.id]):
                names = self._pipelines.lines[deal.pipeline_id].names
                self._pipelines.settle(line, [(name, None) for name in names])

    def take(self, deal: Row[Any], want: Wanted) -> None:
        """Remember a deal until :meth:`settle`."""
        self._pending.append(_Pending(deal, want))

    def settle(self) -> None:
        """Write the differences of the deals taken."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        corrected = self._from_history.among(each.deal.id for each in pending)
        moved = [
            each.deal.id for each in pending if each.deal.id in corrected or _differs(each.deal, each.want)
        ]
        stays = load_stays(self._call.connection, moved) if moved else {}
        former = load_former(self._call.connection, moved) if moved else {}
        by_hand = moved_by_hand(self._call.connection, moved) if moved else set()
        for deal, want in pending:
            changes = self._changes(deal, want, corrected=deal.id in corrected)
            old = stays.get(deal.id)
            new = old
            if old is not None:
                present = Holding(*(changes.get(name, getattr(deal, name)) for name in Holding._fields))
                held = held_by(present, () if deal.id in corrected else former.get(deal.id, ()))
                known = deal.id in by_hand or not all(stay.assumed for stay in old)
                if known:
                    new = self._with_history(deal, want, old, changes)
                else:
                    new = revise(old, self._with_reason(old[-1], want.said), self._call.at, held)
                    if want.said.created is not None:
                        changes["created_at"] = want.said.created
                if deal.id in corrected:
                    new = self._rehomed([stay.held_by(held) for stay in new], want)
                    changes["created_owner_id"] = present.owner_id
                if known and _disagrees(deal, new[-1], want):
                    self._disagreeing.add(deal.external_id or deal.title)
            self._write(deal, want, changes, old, new, corrected=deal.id in corrected)

    def _changes(self, deal: Row[Any], want: Wanted, *, corrected: bool) -> dict[str, Any]:
        """New values of the deal's own columns, as far as the file has them."""
        record, has = want.record, self._has
        wishes: dict[str, Any] = {}
        if corrected or has("title"):
            wishes["title"] = record.title
        if has("organisation"):
            wishes["organisation_id"] = want.organisation_id
        if record.owner is not None:
            wishes["owner_id"] = want.owner_id
        if has("amount"):
            wishes["amount_minor"] = record.amount
            wishes["currency"] = None if record.amount is None else record.currency
        supplement = record.status is None and (corrected or deal.status is DealStatus.OPEN)
        if record.status is DealStatus.OPEN or supplement:
            if has("expected_close"):
                wishes["expected_close"] = record.expected_close
            if has("probability"):
                wishes["probability_bp"] = record.probability
        if has("source"):
            wishes["source_id"] = want.source_id
        return {name: value for name, value in wishes.items() if getattr(deal, name) != value}

    def _with_reason(self, last: Stay, said: Said) -> Said:
        """The loss keeps the reason it has where the file gives none."""
        if said.status is not DealStatus.LOST or said.loss_reason_id is not None:
            return said
        return said._replace(loss_reason_id=last.loss_reason_id or self._links.no_reason())

    def _with_history(
        self, deal: Row[Any], want: Wanted, old: Sequence[Stay], changes: dict[str, Any]
    ) -> list[Stay]:
        """The visits of a deal with a real history: only the reason of its loss is the file's."""
        said, new = want.said, list(old)
        created = min(said.created or deal.created_at, old[0].entered_at)
        if created != deal.created_at:
            changes["created_at"] = created
        if said.loss_reason_id is not None and deal.status is DealStatus.LOST:
            new[-1] = new[-1]._replace(loss_reason_id=said.loss_reason_id)
        return new

    def _rehomed(self, stays: list[Stay], want: Wanted) -> list[Stay]:
        """The history in the pipeline that the deals file names, if that has all its stages.

        A file of events names no pipeline, so until now it was in the one of all such files.
        """
        line = self._pipelines.lines[want.said.pipeline_id]
        if not want.pipeline_named or stays[0].pipeline_id == line.id:
            return stays
        names = self._pipelines.lines[stays[0].pipeline_id]
        moved = [line.find(names.name_of(stay.stage_id)) for stay in stays]
        if None in moved or any(stay.pipeline_id != names.id for stay in stays):
            return stays
        self._left.add(names.id)
        return [
            stay._replace(pipeline_id=line.id, stage_id=stage)
            for stay, stage in zip(stays, moved, strict=True)
            if stage is not None
        ]

    def _write(
        self,
        deal: Row[Any],
        want: Wanted,
        changes: Mapping[str, Any],
        old: Sequence[Stay] | None,
        new: Sequence[Stay] | None,
        *,
        corrected: bool,
    ) -> None:
        organisation_id = changes.get("organisation_id", deal.organisation_id)
        linked = self._links.add(deal.id, want.record, organisation_id)
        real = {name: value for name, value in changes.items() if getattr(deal, name) != value}
        if not real and new == old:
            self._outcome.updated += linked
            self._outcome.unchanged += not linked
            return
        past = []
        if not corrected and any(name in real for name in PAST_COLUMNS):
            was = {name: getattr(deal, name) for name in PAST_COLUMNS}
            past.append({"until_at": self._call.at, **was})
        visits = None if new is None or new == old else [stay._asdict() for stay in new]
        self._writer.rewrite(deal.id, real, visits, past)
        self._outcome.updated += 1
        if visits is not None:
            self._outcome.assumed += sum(stay.assumed for stay in new or ())

    def finish(self) -> None:
        """Take away pipelines that all histories have left, and say which deals disagree with theirs."""
        for number in sorted(self._left):
            self._pipelines.drop_if_empty(number)
        self._disagreeing.tell(self._outcome)


def _differs(deal: Row[Any], want: Wanted) -> bool:
    """Whether the file places a deal elsewhere than it stands."""
    said = want.said
    return (
        (said.created is not None and said.created != deal.created_at)
        or said.pipeline_id != deal.pipeline_id
        or said.status is not deal.status
        or (said.stage_id is not None and said.stage_id != deal.stage_id)
        or said.closed != deal.closed_at
        or (said.loss_reason_id is not None and said.loss_reason_id != deal.loss_reason_id)
    )


def _disagrees(deal: Row[Any], last: Stay, want: Wanted) -> bool:
    """Whether a history leads somewhere else than the file says, to the day.

    :param last: the last stay of the history.
    """
    said = want.said
    if said.status is not deal.status or said.pipeline_id != last.pipeline_id:
        return True
    if said.closed is None:
        # A closing date without an outcome is one the history does not know.
        return want.record.closed is not None or said.stage_id not in (None, last.stage_id)
    return bool(abs(said.closed - deal.closed_at) >= DAY_SECONDS)


def leads_elsewhere(old: Stay, new: Stay) -> bool:
    """Whether the history leads to another stage or outcome than was assumed."""
    if old.exit is None and new.exit is None:
        return (old.pipeline_id, old.stage_id) != (new.pipeline_id, new.stage_id)
    if old.left_at is None or new.left_at is None or old.exit is not new.exit:
        return True
    return abs(old.left_at - new.left_at) >= DAY_SECONDS
