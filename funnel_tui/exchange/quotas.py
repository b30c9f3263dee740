"""Reading quotas: one row per owner (or team, or neither for the company) and period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from funnel_tui.domain.period import Period, PeriodKind, days_of
from funnel_tui.domain.said import placed, said
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import UsageError
from funnel_tui.exchange.amounts import marks_for, parse_amount
from funnel_tui.exchange.dates import DateReader
from funnel_tui.exchange.fields import Fields, name_reader, optional, required
from funnel_tui.exchange.mapping import Mapping
from funnel_tui.exchange.records import ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table
from funnel_tui.exchange.values import BadValue, parse_currency, visible
from funnel_tui.language import tr

MOST_DEALS = 1_000_000
"""A quota of more deals than this cannot be meant."""

_UNITS = {
    **dict.fromkeys(("money", "amount", "revenue", "value"), QuotaUnit.MONEY),
    **dict.fromkeys(("deals", "deal", "count", "number"), QuotaUnit.DEALS),
}


class QuotaRecord(NamedTuple):
    """One quota as a file has it.

    ``end_day`` is the day after the last one; None where the file does not say: then the quota runs to the
    same owner's next start.
    """

    line: int
    """Physical line of the file on which the row starts."""
    owner: str | None
    team: str | None
    start_day: int
    end_day: int | None
    unit: QuotaUnit
    amount: int
    """Minor units of ``currency``, or a number of deals."""
    currency: str | None


def read_quotas(
    table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals, fiscal_start: int = 1
) -> Iterator[QuotaRecord]:
    """The quotas of a file. Bad rows are refused and passed over.

    A row has a period (``2026-Q1``), or a start and perhaps an end, its last day.

    :param table: the file.
    :param mapping: which column is which field.
    :param options: how the values are written.
    :param refusals: gets every value and row that is refused.
    :param fiscal_start: the month a fiscal year begins in.
    :returns: the accepted quotas in the order of the file.
    :raises UsageError: for a file without period and start, and for a constant that makes no sense.
    """
    if not (mapping.has("period") or mapping.has("start")):
        raise UsageError(
            tr("{name}: no column is known to hold the period.").format(name=table.name),
            placed(
                tr(
                    "Say --map period=COLUMN, or --map start=COLUMN for the first day; the columns are "
                    "{columns}."
                ).format(columns=", ".join(map(visible, mapping.header))),
                tr("Choose a column for the field “period”, or for “start”, the first day."),
            ),
        )
    marks = marks_for(options.locale, options.decimal)
    fields = Fields(table, mapping, options, refusals)
    fields.add("owner", name_reader("owner", options))
    fields.add("team", name_reader("team", options))
    fields.add("period", optional(_period_reader(fiscal_start)))
    fields.add_date("start", DateReader.day)
    fields.add_date("end", DateReader.day)
    fields.add("unit", optional(parse_unit), absent=None)
    fields.add("currency", optional(parse_currency))
    fields.add("amount", required(str.strip))

    def money(text: str, currency: str | None) -> tuple[int, str]:
        return parse_amount(
            text, marks, currency=currency, fallback=options.currency, rounded=options.round_amounts
        )

    for batch in fields.batches():
        names = ("owner", "team", "period", "start", "end", "unit", "currency", "amount")
        columns = (batch.values[name] for name in names)
        for line, row, values in zip(batch.lines, batch.raw, zip(*columns, strict=True), strict=True):
            record = _record(fields, line, row, values, money)
            if record is not None:
                yield record


def _record(
    fields: Fields,
    line: int,
    row: list[str],
    values: tuple[object, ...],
    money: Callable[[str, str | None], tuple[int, str]],
) -> QuotaRecord | None:
    """One row as a record; None when it was refused."""
    owner, team, period, start, end, unit, currency, text = values
    until: int | None
    if isinstance(period, Period):
        first, until = days_of(period)
    elif isinstance(start, int):
        first, until = start, end + 1 if isinstance(end, int) else None
    else:
        fields.refuse(line, "start" if "start" in fields.mapping.columns else "period", row, said("is empty"))
        return None
    if until is not None and until <= first:
        fields.refuse(line, "end", row, said("is before the start"))
        return None
    kind = unit if isinstance(unit, QuotaUnit) else QuotaUnit.MONEY
    code = currency if isinstance(currency, str) else None
    try:
        if kind is QuotaUnit.DEALS:
            amount, code = parse_count(str(text)), None
        else:
            amount, code = money(str(text), code)
    except BadValue as error:
        fields.refuse(line, "amount", row, error.reason)
        return None
    return QuotaRecord(
        line,
        owner if isinstance(owner, str) else None,
        team if isinstance(team, str) else None,
        *(first, until, kind, amount, code),
    )


def parse_unit(text: str) -> QuotaUnit:
    """What a quota counts: ``money`` or ``deals``.

    :raises BadValue: for any other word.
    """
    unit = _UNITS.get(text.strip().lower())
    if unit is None:
        raise BadValue(said("{word!r} is neither money nor deals", word=visible(text.strip())))
    return unit


def parse_count(text: str) -> int:
    """A number of deals.

    :raises BadValue: for anything else than a whole number that can be meant.
    """
    digits = text.strip().replace(",", "").replace(" ", "").removesuffix(".0").removesuffix(".00")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise BadValue(said("{text!r} is not a number of deals", text=visible(text)))
    if int(digits) > MOST_DEALS:
        raise BadValue(
            said(
                "{text!r} is too large; at most {most:,} deals",
                text=visible(text),
                most=MOST_DEALS,
            )
        )
    return int(digits)


def _period_reader(fiscal_start: int) -> Callable[[str], Period]:
    def read(text: str) -> Period:
        try:
            period = Period.parse(text, fiscal_start)
        except UsageError as error:
            raise BadValue(
                said("{word!r} is no period such as 2026-Q1 or 2026-03", word=visible(text.strip()))
            ) from error
        if period.kind is PeriodKind.ALL:
            raise BadValue(said("a quota needs a period such as 2026-Q1 or 2026-03"))
        return period

    return read
