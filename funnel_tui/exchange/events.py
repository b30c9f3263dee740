"""Reading stage histories: one row per event."""

from __future__ import annotations

from collections.abc import Iterator

from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.dates import DateReader
from funnel_tui.exchange.fields import Fields, name_reader, required
from funnel_tui.exchange.mapping import Mapping
from funnel_tui.exchange.outcomes import stage_reader
from funnel_tui.exchange.records import EventRecord, ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table
from funnel_tui.exchange.values import LIMITS


def read_events(
    table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals
) -> Iterator[EventRecord]:
    """The events of a file of histories. Bad rows are refused and passed over.

    :param table: the file.
    :param mapping: which column is which field.
    :param options: how the values are written; ``won`` and ``lost`` name the terminal events.
    :param refusals: gets every value that is refused.
    :returns: the accepted events in the order of the file, read as they are asked for.
    :raises UsageError: for a constant, a time zone or a format that makes no sense.
    :raises FunnelError: when the file cannot be read on, or its dates can be understood in two ways.
    """
    fields = Fields(table, mapping, options, refusals)
    fields.add_text("deal", LIMITS["id"], needed=True)
    fields.add("stage", required(stage_reader(options)))
    fields.add_date("at", DateReader.instant, needed=True)
    fields.add("by", name_reader("by" if "by" in options.lookups else "owner", options))
    order = 0
    for batch in fields.batches():
        values = batch.values
        columns = (batch.lines, values["deal"], values["stage"], values["at"], values["by"])
        for line, deal, outcome, at, by in zip(*columns, strict=True):
            status = outcome.status or DealStatus.OPEN
            yield EventRecord(line, order, deal, outcome.stage, status, at, by, outcome.reason)
            order += 1
