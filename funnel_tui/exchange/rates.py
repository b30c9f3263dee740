"""Reading exchange rates: one row per pair of currencies and day."""

from __future__ import annotations

from collections.abc import Iterator

from funnel_tui.domain.said import said
from funnel_tui.exchange.amounts import marks_for, parse_rate
from funnel_tui.exchange.dates import DateReader
from funnel_tui.exchange.fields import Fields, required
from funnel_tui.exchange.mapping import Mapping
from funnel_tui.exchange.records import RateRecord, ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table
from funnel_tui.exchange.values import parse_currency


def read_rates(
    table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals
) -> Iterator[RateRecord]:
    """The exchange rates of a file. Bad rows are refused and passed over.

    A second rate for the same currencies and day is refused, and so is a rate of a currency to itself other
    than one.

    :param table: the file.
    :param mapping: which column is which field.
    :param options: how the values are written.
    :param refusals: gets every value and row that is refused.
    :returns: the accepted rates in the order of the file, read as they are asked for.
    :raises UsageError: for a constant, a locale, a time zone or a format that makes no sense.
    :raises FunnelError: when the file cannot be read on, or its dates can be understood in two ways.
    """
    marks = marks_for(options.locale, options.decimal)
    fields = Fields(table, mapping, options, refusals)
    fields.add("base", required(parse_currency))
    fields.add("quote", required(parse_currency))
    fields.add_date("date", DateReader.day, needed=True)
    fields.add("rate", required(lambda text: parse_rate(text, marks)))
    seen: dict[tuple[str, str, int], int] = {}
    for batch in fields.batches():
        values = batch.values
        columns = (values["base"], values["quote"], values["date"], values["rate"])
        for line, row, base, quote, day, rate in zip(batch.lines, batch.raw, *columns, strict=True):
            first = seen.setdefault((base, quote, day), line)
            if first != line:
                fields.refuse(
                    line,
                    "date",
                    row,
                    said(
                        "line {first} has a rate of {base} in {quote} for this day",
                        first=first,
                        base=base,
                        quote=quote,
                    ),
                )
            elif base == quote and rate != 1:
                fields.refuse(line, "rate", row, said("one {base} is worth one {base}", base=base))
            else:
                yield RateRecord(line, base, quote, day, rate)
