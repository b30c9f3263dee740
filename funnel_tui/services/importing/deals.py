"""Importing deals: new ones get assumed visits, known ones are compared and updated.

Which visits are assumed is told in :mod:`funnel_tui.services.importing.visits`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row

from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.deals import read_deals
from funnel_tui.exchange.records import DealRecord
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.language import tr
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.importing.again import KnownDeals, Wanted
from funnel_tui.services.importing.assumed import CLOSES_FROM, tell_assumed
from funnel_tui.services.importing.known import any_deals, find_deals
from funnel_tui.services.importing.links import Links
from funnel_tui.services.importing.names import NO_REASON, References
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.pipelines import Line, Pipelines
from funnel_tui.services.importing.plan import DEFAULT_PIPELINE, Plan, Source
from funnel_tui.services.importing.scanning import scan
from funnel_tui.services.importing.visits import Holding, Said, assume
from funnel_tui.services.standing import Pricing
from funnel_tui.services.transaction import Transaction

CHUNK = 1000
"""Deals handled together: what they name is written before them, and known ones are read at once."""

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items in lists of at most so many."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


class DealImport:
    """Carries out one import of deals.

    :param call: the service call everything is written in.
    :param plan: what is to be read.
    :param pricing: prices closed deals.
    :param outcome: gets the counts and notes.
    """

    def __init__(self, call: Transaction, plan: Plan, pricing: Pricing, outcome: Outcome) -> None:
        self._call = call
        self._plan = plan
        self._outcome = outcome
        self._names = References(call, outcome)
        self._pipelines = Pipelines(call, outcome)
        self._writer = BulkWriter(call, self._pipelines.ladders, pricing)
        self._links = Links(call, self._writer, self._names)
        self._known: KnownDeals | None = None
        self._lines: dict[str | None, Line] = {}
        self._seen: dict[str, dict[str, None]] = {}
        self._told = Counter[str]()
        self._unknown: dict[tuple[int, str], str] = {}

    def run(self) -> None:
        """Read and write everything. Once a row is refused the rest is only checked, to count all."""
        self._take_companions()
        self._prepare_pipelines()
        for source in self._plan.sources:
            if any_deals(self._call.connection):
                self._known = KnownDeals(
                    self._call, self._writer, self._links, self._pipelines, source, self._outcome
                )
            for chunk in chunks(self._counted(source)):
                if self._plan.refusals:
                    self._look_for_stages(source, chunk)
                else:
                    self._take(source, chunk)
                self._plan.report(tr("reading deals"))
            self._names.flush()
            self._writer.flush()
            if self._known is not None:
                self._known.finish()
        if not self._plan.refusals:
            self._names.finish()
            self._writer.finish()
            tell_assumed(self._told, self._plan.sources, self._outcome)

    def _counted(self, source: Source) -> Iterator[DealRecord]:
        for record in read_deals(source.table, source.mapping, source.options, source.refusals):
            self._outcome.rows += 1
            if record.amount is not None and record.currency is not None:
                self._outcome.currencies.add(record.currency)
            yield record

    def _take_companions(self) -> None:
        companions = self._plan.companions
        for member in companions.members:
            rep = self._names.reps.number(member.agent)
            if member.manager:
                self._names.put_in_team(rep, member.manager, member.office)
        for name in dict.fromkeys(companions.accounts.values()):
            self._names.organisations.number(name)
        for product, price in companions.products.items():
            self._names.set_price(product, price)

    def _prepare_pipelines(self) -> None:
        """Make the pipelines that the files name, so that positions are known before the first deal.

        The one of deals that name none is made when the first new one of them is met.
        """
        told = self._plan.options.pipeline
        spelled: dict[str, str] = {}
        for source in self._plan.sources:
            for named, names in self._scanned(source, told).items():
                name = told or named or DEFAULT_PIPELINE
                spelled.setdefault(name.casefold(), name)
                self._seen.setdefault(name.casefold(), {}).update(dict.fromkeys(names))
        for folded, name in spelled.items():
            default = told is None and folded == DEFAULT_PIPELINE.casefold()
            if not default or self._pipelines.find(name) is not None:
                self._ensure(name)

    def _scanned(self, source: Source, told: str | None) -> Mapping[str | None, Sequence[str]]:
        """The stages of each pipeline the file names, read only where that is not known without."""
        fixed = told is not None or not source.mapping.has("pipeline")
        line = self._pipelines.find(told or DEFAULT_PIPELINE)
        known = line is not None and line.stages and not self._pipelines.guessed(line)
        if fixed and (source.options.stages or known):
            return {told: ()}
        return scan(source)

    def _ensure(self, name: str) -> Line:
        first = self._plan.sources[0]
        return self._pipelines.ensure(
            name, first.options.stages, self._seen.get(name.casefold(), ()), first.profile
        )

    def _line(self, record: DealRecord, deal: Row[Any] | None) -> Line:
        """The pipeline of a deal: the one named, else the one it is in, else the default."""
        named = self._plan.options.pipeline or record.pipeline
        if named is None and deal is not None:
            return self._pipelines.lines[deal.pipeline_id]
        line = self._lines.get(named)
        if line is None:
            line = self._lines[named] = self._ensure(named or DEFAULT_PIPELINE)
        return line

    def _take(self, source: Source, records: Sequence[DealRecord]) -> None:
        """Handle some deals: first what they name, then the deals themselves."""
        known = self._known.find(records) if self._known is not None else {}
        wanted = [self._wanted(source, record, known.get(record.id)) for record in records]
        self._names.flush()
        if self._known is not None:
            self._known.learn(
                (known[w.record.id], w) for w in wanted if w is not None and w.record.id in known
            )
        for want in wanted:
            if want is None:
                continue
            deal = known.get(want.record.id)
            if deal is None:
                self._add(want)
            else:
                assert self._known is not None
                self._known.take(deal, want)
        if self._known is not None:
            self._known.settle()
        # Persons are met on the way; what points to them is written after them.
        self._names.flush()
        self._writer.flush()

    def _look_for_stages(self, source: Source, records: Sequence[DealRecord]) -> None:
        """Refuse the deals of stages that their pipelines do not have; nothing is written any more."""
        staged = [record for record in records if record.stage is not None]
        free = [] if self._plan.options.pipeline is not None else [r.id for r in staged if r.pipeline is None]
        known = find_deals(self._call.connection, free) if free and self._known is not None else {}
        for record in staged:
            self._stage(source, record, self._line(record, known.get(record.id)))

    def _stage(self, source: Source, record: DealRecord, line: Line) -> int | None:
        """The number of the stage of a record; None where it has none, or where that is refused."""
        if record.stage is None:
            return None
        stage_id = line.find(record.stage)
        if stage_id is None:
            name = line.id, record.stage
            if name not in self._unknown:
                self._unknown[name] = line.unknown(record.stage)
            column = source.mapping.header_of("stage")
            source.refusals.add_stage(
                Refusal(record.line, column, record.stage, self._unknown[name], "stage")
            )
        return stage_id

    def _wanted(self, source: Source, record: DealRecord, deal: Row[Any] | None) -> Wanted | None:
        """What a record means in numbers of rows; None when its stage is not in its pipeline."""
        names = self._names
        line = self._line(record, deal)
        stage_id = self._stage(source, record, line)
        if stage_id is None and record.stage is not None:
            return None
        owner_id = names.owner(record.owner) if record.owner or deal is None else deal.owner_id
        if record.team is not None and record.owner is not None:
            names.put_in_team(owner_id, record.team)
        return Wanted(
            record,
            self._said(source, record, deal, line, stage_id),
            None
            if record.organisation is None
            else names.organisations.number_as(
                record.organisation, None if deal is None else deal.organisation_id
            ),
            owner_id,
            None if record.source is None else names.sources.number(record.source),
            self._plan.options.pipeline is not None or record.pipeline is not None,
        )

    def _said(
        self, source: Source, record: DealRecord, deal: Row[Any] | None, line: Line, stage_id: int | None
    ) -> Said:
        """Where a record places a deal; where it does not say, as the deal stands, a new one as open."""
        status, closed = record.status, record.closed
        if status is None:
            status = DealStatus.OPEN if deal is None else deal.status
            if deal is None or status is DealStatus.OPEN:
                closed = None
            elif closed is None:
                closed = deal.closed_at
        reason_id = None
        if record.loss_reason is not None and status is not DealStatus.WON:
            reason_id = self._names.reasons.number(record.loss_reason)
        closes_from = None if closed is None else line.find(CLOSES_FROM.get(source.profile.name, ""))
        begins_in = line.first if closes_from is None else closes_from
        return Said(line.id, stage_id, begins_in, status, record.created, closed, reason_id)

    def _add(self, want: Wanted) -> None:
        """Write a deal that was not there."""
        record, said = want.record, want.said
        created = record.created
        ended = "open" if said.closed is None else "closed"
        if created is None:
            created = self._call.at if said.closed is None else said.closed
            self._told[f"undated {ended}"] += 1
        self._told[f"unplaced {ended}"] += said.stage_id is None
        self._told["unfinished"] += said.closed is None and record.closed is not None
        self._told["ahead"] += max(created, record.closed or 0) > self._call.at
        self._told["no owner"] += record.owner is None
        if said.status is DealStatus.LOST and said.loss_reason_id is None:
            said = said._replace(loss_reason_id=self._names.reasons.number(NO_REASON))
        holding = Holding(want.owner_id, record.amount, None if record.amount is None else record.currency)
        stays = assume(said, created, lambda _at: holding)
        deal = {
            "external_id": record.id,
            "title": record.title,
            "organisation_id": want.organisation_id,
            "owner_id": want.owner_id,
            "amount_minor": holding.amount_minor,
            "currency": holding.currency,
            "expected_close": record.expected_close,
            "probability_bp": record.probability,
            "source_id": want.source_id,
            "created_at": created,
        }
        deal_id = self._writer.add(deal, [stay._asdict() for stay in stays])
        self._links.add(deal_id, record, want.organisation_id)
        self._outcome.new += 1
        self._outcome.assumed += len(stays)
