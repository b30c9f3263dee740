"""Reading deals: every value checked, then what the values of a row say together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from funnel_tui.domain.money import exponent
from funnel_tui.domain.said import placed, said
from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.amounts import NO_CURRENCY, marks_for, parse_amount, parse_probability
from funnel_tui.exchange.dates import DateReader
from funnel_tui.exchange.fields import Bad, Fields, Memo, Rows, name_reader, optional
from funnel_tui.exchange.mapping import Mapping
from funnel_tui.exchange.outcomes import stage_reader, state_of, status_reader
from funnel_tui.exchange.records import DealRecord, ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table
from funnel_tui.exchange.values import LIMITS, BadValue, parse_currency, parse_flag, visible

_NAMES = ("organisation", "person", "owner", "team", "pipeline", "source", "loss_reason", "product")

#: The values of a deal in the order the loop over the rows takes them.
_TAKEN = (
    *("id", "title", "organisation", "person", "owner", "team", "pipeline", "stage", "amount", "created"),
    *("closed", "expected_close", "probability", "source", "loss_reason", "tags", "product"),
)

OPEN_CLOSED = placed(
    said(
        "an open deal has no closing date; name the stages that mean won or lost with --won and "
        "--lost, or say --map expected_close=COLUMN for the day it is expected to close"
    ),
    said(
        "an open deal has no closing date; if the column holds the day it is expected to close, it belongs "
        "to the field “expected close”, not to “closed”"
    ),
)

_STATE_FIELDS = ("status", "is_won", "is_closed")


def read_deals(
    table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals
) -> Iterator[DealRecord]:
    """The deals of a file. Bad rows are refused and passed over, so that one pass lists them all.

    A bare closing date on the day of the creation means the instant of the creation, as it cannot be earlier.
    A column that is both closing and expected closing date is the one for closed, the other for open deals.
    Without a column for the title it is made of organisation and product, or product and id.

    :param table: the file.
    :param mapping: which column is which field.
    :param options: how the values are written.
    :param refusals: gets every value and row that is refused.
    :returns: the accepted deals in the order of the file, read as they are asked for.
    :raises UsageError: for a constant, a locale, a time zone or a format that makes no sense.
    :raises FunnelError: when the file cannot be read on, or its dates can be understood in two ways.
    """
    return _DealReader(table, mapping, options, refusals).records()


class _DealReader:
    """One pass over a file of deals."""

    def __init__(self, table: Table, mapping: Mapping, options: ReadOptions, refusals: Refusals) -> None:
        self.options = options
        self.fields = Fields(table, mapping, options, refusals)
        self.marks = marks_for(options.locale, options.decimal)
        self.seen: dict[str, int] = {}
        close = mapping.columns.get("closed")
        self.either_close = close is not None and close == mapping.columns.get("expected_close")
        self.made_title = not mapping.has("title")
        self._add_texts()
        self._add_dates()
        self.own_state = not any(map(mapping.has, _STATE_FIELDS))
        self._add_state()
        self._add_amount()

    def _add_texts(self) -> None:
        fields, options = self.fields, self.options
        fields.add_text("id", LIMITS["id"], needed=True)
        if not self.made_title:
            fields.add_text("title", LIMITS["title"], needed=True)
        for name in _NAMES:
            fields.add(name, name_reader(name, options))
        fields.add("tags", _tags_reader(options), absent=())
        fraction = options.fraction_probability
        fields.add(
            "probability", optional(lambda text: parse_probability(text, self.marks, fraction=fraction))
        )

    def _add_dates(self) -> None:
        for name in ("created", "closed", "won_at", "lost_at"):
            self.fields.add_date(name, DateReader.instant)
        self.fields.add_date("expected_close", DateReader.day)

    def _add_state(self) -> None:
        read_stage = stage_reader(self.options)
        if self.own_state:
            self.fields.add("stage", lambda text: state_of(read_stage(text)), absent=state_of(read_stage("")))
            return
        self.fields.add("stage", read_stage, absent=read_stage(""))
        self.fields.add("status", status_reader(self.options))
        self.fields.add("is_won", parse_flag)
        self.fields.add("is_closed", parse_flag)
        self.states = Memo(_state)

    def _add_amount(self) -> None:
        self.fields.add("currency", optional(parse_currency))
        if "amount" in self.fields.mapping.columns:
            self.fields.add_raw("amount")
        else:
            self.fields.add("amount", self._checked_amount, absent="")
        self.moneys = Memo(lambda pair: self._money(*pair))

    def _checked_amount(self, text: str) -> str:
        """The text of an amount that all rows have, once it is known to be one."""
        rounded = self.options.round_amounts
        parse_amount(text, self.marks, fallback=self.options.currency or "XXX", rounded=rounded)
        return text

    def _amounts(self, texts: Sequence[str], currencies: Sequence[str | None]) -> list[Any]:
        """Minor units and currency of a column of amounts.

        Most amounts are digits with all decimals, or without any, and seldom come twice: these are read here
        and now. The others go through the memo.
        """
        moneys, mark, fallback = self.moneys, self.marks.decimal, self.options.currency
        if not "".join(texts).isascii():
            return [moneys[pair] for pair in zip(texts, currencies, strict=True)]
        found = []
        for text, currency in zip(texts, currencies, strict=True):
            code = currency or fallback
            whole, _, part = text.partition(mark)
            if len(text) > 12 or code.__class__ is not str:
                found.append(moneys[text, currency])
            elif len(part) == exponent(code) and (whole + part).isdigit() and whole:
                found.append((int(whole + part), code))
            else:
                found.append(moneys[text, currency])
        return found

    def _money(self, text: str, currency: str | None) -> tuple[int | None, str]:
        """Minor units, if there is an amount, and currency."""
        if text and not text.isspace():
            fallback, rounded = self.options.currency, self.options.round_amounts
            return parse_amount(text, self.marks, currency=currency, fallback=fallback, rounded=rounded)
        if currency is None and self.options.currency is None:
            raise BadValue(NO_CURRENCY, "currency")
        return None, currency or self.options.currency or ""

    def records(self) -> Iterator[DealRecord]:
        return chain.from_iterable(map(self._deals, self.fields.batches(self._combine)))

    def _combine(self, batch: Rows) -> tuple[str, ...]:
        """Put in what takes several columns: the state, the amount with its currency, the made title."""
        values = batch.values
        if not self.own_state:
            parts = zip(values["stage"], *(values[name] for name in _STATE_FIELDS), strict=True)
            values["stage"] = list(map(self.states.__getitem__, parts))
        values["amount"] = self._amounts(values["amount"], values["currency"])
        values["id"] = self._without_duplicates(batch.lines, values["id"])
        if self.made_title:
            made = zip(values["organisation"], values["product"], values["id"], strict=True)
            values["title"] = [_title(*each) for each in made]
        return ("id", "stage", "amount")

    def _without_duplicates(self, lines: Sequence[int], ids: list[Any]) -> list[Any]:
        """The ids, with a Bad for each that an earlier row has."""
        fresh = dict(zip(ids, lines, strict=True))
        if len(fresh) == len(ids) and self.seen.keys().isdisjoint(fresh):
            self.seen.update(fresh)
            return ids
        checked: list[Any] = []
        for line, ident in zip(lines, ids, strict=True):
            first = line if isinstance(ident, Bad) else self.seen.setdefault(ident, line)
            checked.append(ident if first == line else Bad(said("line {first} has the same id", first=first)))
        return checked

    def _deals(self, batch: Rows) -> Iterator[DealRecord]:
        """The deals of a batch of readable rows."""
        make = DealRecord._make
        open_, lost = DealStatus.OPEN, DealStatus.LOST
        either, team_of = self.either_close, self.options.team_of.get
        rows = zip(batch.lines, batch.raw, *(batch.values[name] for name in _TAKEN), strict=True)
        # One flat loop without a call per deal: this is the hot path of an import.
        # fmt: off
        for (line, row, ident, title, organisation, person, owner, team, pipeline, state, money, created,
             closed, expected, probability, source, reason, tags, product) in rows:
            # fmt: on
            status, stage, named_reason = state
            if status is open_:
                if closed is not None:
                    if not either:
                        self.fields.refuse(line, "closed", row, OPEN_CLOSED)
                        continue
                    closed = None
                reason = None
            elif status is None:
                if either:
                    closed = None
                elif closed is not None and created is not None and closed < created:
                    closed = self._closing(line, row, status, created, closed)
                    if closed is None:
                        continue
            else:
                if closed is None or (created is not None and closed < created):
                    closed = self._closing(line, row, status, created, closed)
                    if closed is None:
                        continue
                expected = None if either else expected
                probability = None
                reason = (reason or named_reason) if status is lost else None
            if team is None and owner is not None:
                team = team_of(owner)
            minor, currency = money
            who = (line, ident, title, organisation, person, owner, team, pipeline, stage, status)
            what = (minor, currency, created, closed, expected, probability, source, reason, tags, product)
            yield make(who + what)

    def _closing(
        self,
        line: int,
        row: Sequence[str],
        status: DealStatus | None,
        created: int | None,
        closed: int | None,
    ) -> int | None:
        """The closing instant where the closing column alone does not give it; None if the row is refused."""
        field = "closed"
        if closed is None:
            field = "won_at" if status is DealStatus.WON else "lost_at"
            text = self.fields.raw(field, row)
            closed = self.fields.dates.instant(text) if text.strip() else None
        if closed is None:
            self._no_closing(line, row, status, field)
            return None
        if created is None or created <= closed:
            return closed
        dates, text = self.fields.dates, self.fields.raw(field, row)
        same_day = dates.day(text) == dates.day(self.fields.raw("created", row))
        if same_day and dates.is_bare(text):
            return created
        self.fields.refuse(line, field, row, _early(self.fields.raw("created", row)), "created")
        return None

    def _no_closing(self, line: int, row: Sequence[str], status: DealStatus | None, field: str) -> None:
        """Refuse a closed deal without a closing date, in the column that should have it."""
        known = self.fields.mapping.columns
        name = next((each for each in ("closed", field) if each in known), "closed")
        reason = said("is empty; a {status} deal has a closing date", status=status)
        if name not in known:
            reason = placed(
                said(
                    "a {status} deal has a closing date, and no column is read as one; name it with --map "
                    "closed=COLUMN, or give --value closed=DATE",
                    status=status,
                ),
                said(
                    "a {status} deal has a closing date, and no column is read as one; choose it for the "
                    "field “closed”, or give that a fixed value",
                    status=status,
                ),
            )
        self.fields.refuse(line, name, row, reason)


def _early(created: str) -> str:
    shown = visible(created.strip())
    return placed(
        said(
            "the deal was closed before it was created ({created}); if the creation column holds the "
            "day of a data load, leave it out with --map created= or say --value created=DATE",
            created=shown,
        ),
        said(
            "the deal was closed before it was created ({created}); if the creation column holds the "
            "day of a data load, do not read the field “created”, or give it a fixed value",
            created=shown,
        ),
    )


def _state(parts: tuple[Any, Any, Any, Any]) -> Any:
    """The state of a deal. A part that was refused already is not refused again."""
    stage, *others = parts
    if isinstance(stage, Bad):
        return stage
    return None if any(isinstance(part, Bad) for part in others) else state_of(stage, *others)


def _title(organisation: Any, product: Any, ident: Any) -> str:
    """A title for a deal that has none."""
    parts = [part for part in (organisation, product) if isinstance(part, str)]
    if len(parts) < 2:
        parts.append(str(ident))
    return " – ".join(parts)[: LIMITS["title"]]


def _tags_reader(options: ReadOptions) -> Callable[[str], tuple[str, ...]]:
    """Reads tags, separated by commas or semicolons, each once."""
    read = name_reader("tags", options)

    def tags(text: str) -> tuple[str, ...]:
        found = (read(part) for part in text.replace(";", ",").split(","))
        return tuple(dict.fromkeys(tag for tag in found if tag))

    return tags
