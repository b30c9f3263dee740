"""What the comparisons of a filter mean: names become numbers, amounts and days are read as they are typed.

A name that nothing has is refused where the names are few (reps, stages, sources …); titles, organisations
and people that nobody has are simply not found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import TypeVar
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.filter import (
    Both,
    Comparison,
    Either,
    Expression,
    Field,
    FilterError,
    Kind,
    Not,
    Operator,
    Value,
    words_shown,
)
from funnel_tui.domain.finding import fold
from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.period import DAY_SECONDS, Period, PeriodKind, day_number, day_of, start_of
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.status import DealStatus, ForecastCategory
from funnel_tui.errors import InvalidInput, UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Prices
from funnel_tui.queries import filter_parts as parts
from funnel_tui.queries import filtering as queries
from funnel_tui.queries.filter_parts import Measure, Part, Range
from funnel_tui.queries.names import names
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace

T = TypeVar("T")

_CONTRARY = {
    Operator.DIFFERS: Operator.EQUALS,
    Operator.NOT_IN: Operator.IN,
    Operator.CONTAINS_NOT: Operator.CONTAINS,
    Operator.NOT_BETWEEN: Operator.BETWEEN,
    Operator.NOT_EMPTY: Operator.EMPTY,
}
FEW = {
    Field.OWNER: "rep",
    Field.TEAM: "team",
    Field.PIPELINE: "pipeline",
    Field.SOURCE: "source",
    Field.TAG: "tag",
    Field.PRODUCT: "product",
    Field.LOSS_REASON: "loss_reason",
}
"""What of a deal has one of a few names, by what it is called where names are looked up."""

_ENTITIES = {**FEW, Field.ORGANISATION: "organisation"}
_TEXTS = {Field.DEAL: "deal", Field.PERSON: "person", Field.STAGE: "stage"}
_MANY = {Field.DEAL, Field.PERSON, Field.ORGANISATION}
"""Fields with so many names that one which nobody has is no mistake."""

_COLUMNS = {
    Field.DEAL: "id",
    Field.OWNER: "owner_id",
    Field.TEAM: "owner_id",
    Field.PIPELINE: "pipeline_id",
    Field.STAGE: "stage_id",
    Field.SOURCE: "source_id",
    Field.LOSS_REASON: "loss_reason_id",
}
_LABELS = {
    Field.TAG: ("deal_tag", "tag_id"),
    Field.PRODUCT: ("demand_line", "product_id"),
    Field.PERSON: ("deal_person", "person_id"),
}
_MEASURES = {
    Field.CREATED: Measure.CREATED,
    Field.CLOSED: Measure.CLOSED,
    Field.EXPECTED_CLOSE: Measure.EXPECTED,
    Field.PROBABILITY: Measure.PROBABILITY,
    Field.DAYS_IN_STAGE: Measure.IN_STAGE,
}
_DAYS = re.compile(r"(\d{1,6})(?: ?(?:d|days?))?", re.ASCII | re.IGNORECASE)
_CODE = re.compile(r"[a-z]{3}", re.ASCII | re.IGNORECASE)
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_ANY: tuple[Range, ...] = ((None, None),)


class Meaning:
    """Says what the comparisons of one filter mean.

    :param text: the filter, for errors.
    """

    def __init__(self, workspace: Workspace, reader: Reader, text: str, as_of: int, prices: Prices) -> None:
        self._workspace, self._reader, self._text = workspace, reader, text
        self._as_of, self._prices = as_of, prices
        self._settings: TeamSettings = read_settings(reader)
        self._zone = ZoneInfo(self._settings.time_zone)
        self._typed = Typed(self._settings, lambda: as_of, habits=workspace.habits)
        self._pipelines: Sequence[PipelineFact] = read_pipelines(reader)

    def of(self, expression: Expression) -> Part:
        """The condition that an expression stands for."""
        match expression:
            case Both(inner):
                return parts.All(tuple(map(self.of, inner)))
            case Either(inner):
                return parts.AnyOf(tuple(map(self.of, inner)))
            case Not(inner):
                return parts.Contrary(self.of(inner))
            case Comparison():
                plain = _CONTRARY.get(expression.operator)
                if plain is None:
                    return self._comparison(expression)
                same = Comparison(expression.field, plain, expression.values, expression.column)
                return parts.Contrary(self._comparison(same))

    def _comparison(self, one: Comparison) -> Part:
        match one.field.kind:
            case Kind.NAME:
                return self._named(one)
            case Kind.WORD | Kind.CODE:
                return self._worded(one)
            case Kind.FLAG:
                return self._flag(one)
            case Kind.AMOUNT:
                return self._amount(one)
            case _:
                return self._measured(one)

    # Names

    def _named(self, one: Comparison) -> Part:
        if one.operator is Operator.EMPTY:
            if one.field is Field.TEAM:
                teams = queries.reps_by_team(self._reader).values()
                return parts.Contrary(parts.Numbered("owner_id", frozenset().union(*teams)))
            return parts.Contrary(self._has(one.field, None))
        known = self._known(one.field)
        found: set[int] = set()
        for value in one.values:
            found |= self._matching(one, known, value)
        if one.field is Field.TEAM:
            reps = queries.reps_by_team(self._reader)
            found = {rep for team in found for rep in reps[team]}
        return self._has(one.field, frozenset(found))

    def _known(self, name: Field) -> list[tuple[int, str]]:
        if name in _TEXTS:
            return queries.named_rows(self._reader, _TEXTS[name])
        return names(self._reader, _ENTITIES[name])

    def _matching(self, one: Comparison, known: list[tuple[int, str]], value: Value) -> set[int]:
        wanted = fold(value.text)
        if not wanted:
            raise self._refused(value, tr("no {noun} is named here.").format(noun=_noun(one.field)))
        if one.operator is Operator.CONTAINS:
            return {number for number, name in known if wanted in fold(name)}
        found = {number for number, name in known if fold(name) == wanted}
        if not found and one.field not in _MANY:
            raise self._unknown(one.field, value, [name for _, name in known])
        return found

    def _has(self, name: Field, numbers: frozenset[int] | None) -> Part:
        if name is Field.ORGANISATION:
            return parts.Organisation(numbers)
        if name in _LABELS:
            return parts.Labelled(*_LABELS[name], numbers)
        return parts.Numbered(_COLUMNS[name], numbers)

    # Words

    def _worded(self, one: Comparison) -> Part:
        words = (
            None
            if one.operator is Operator.EMPTY
            else frozenset(self._word(one.field, v) for v in one.values)
        )
        found: Part
        if one.field is Field.CATEGORY:
            stages = tuple(
                (stage.id, stage.category.value) for line in self._pipelines for stage in line.stages
            )
            found = parts.Category(words, stages)
        else:
            found = parts.Worded(one.field.value, words)
        return parts.Contrary(found) if words is None else found

    def _word(self, name: Field, value: Value) -> str:
        if name is Field.CURRENCY:
            if not _CODE.fullmatch(value.text):
                raise self._refused(
                    value, tr("this is no currency."), tr("Currencies have three letters, such as EUR.")
                )
            return value.text.upper()
        known = [word.value for word in (DealStatus if name is Field.STATUS else ForecastCategory)]
        word = fold(value.text).replace(" ", "_").replace("-", "_")
        if word not in known:
            raise self._unknown(name, value, known)
        return word

    def _flag(self, one: Comparison) -> Part:
        from funnel_tui.services.deal_row import stuck_limits

        holds = True
        for value in one.values:
            said = _YES.get(fold(value.text))
            if said is None:
                raise self._refused(
                    value,
                    tr("{field} is yes or no.").format(field=one.field),
                    tr("For example: not {field}").format(field=one.field),
                )
            holds = said
        settings = self._settings
        limits = stuck_limits(self._workspace, self._reader, self._pipelines, settings, self._as_of)
        found = parts.Stuck(tuple(sorted(limits.items())))
        return found if holds else parts.Contrary(found)

    # Numbers

    def _measured(self, one: Comparison) -> Part:
        name = one.field
        if one.operator is Operator.EMPTY:
            return parts.Contrary(self._measure(name, _ANY))
        spans = [self._span(name, value) for value in one.values]
        return self._measure(
            name, tuple(_scaled(name, span, self._zone) for span in self._ranges(one, spans))
        )

    def _measure(self, name: Field, ranges: tuple[Range, ...]) -> Part:
        if name is Field.IDLE_DAYS:
            return parts.Idle(ranges)
        stages: tuple[tuple[int, int], ...] = ()
        if name is Field.PROBABILITY:
            stages = tuple(
                (stage.id, stage.probability_bp) for line in self._pipelines for stage in line.stages
            )
        return parts.Measured(_MEASURES[name], ranges, stages)

    def _span(self, name: Field, value: Value) -> tuple[int, int]:
        """The first and the last number that a value stands for; a month is all its days."""
        match name.kind:
            case Kind.DAYS:
                match_ = _DAYS.fullmatch(value.text)
                if match_ is None:
                    raise self._refused(
                        value,
                        tr("this is no number of days."),
                        tr("For example: {field} >= 30").format(field=name),
                    )
                return int(match_[1]), int(match_[1])
            case Kind.PERCENT:
                found = self._read(value, lambda: self._typed.percent(value.text))
                if found is None:
                    raise self._refused(
                        value,
                        tr("no percentage is given."),
                        tr("For example: {field} >= 40").format(field=name),
                    )
                return found, found
            case _:
                return self._days(name, value)

    def _days(self, name: Field, value: Value) -> tuple[int, int]:
        try:
            period = Period.parse(value.text, self._settings.fiscal_start)
            if period.kind is not PeriodKind.ALL:
                return day_number(period.start), day_number(period.last)
        except UsageError:
            pass
        day = self._read(value, lambda: self._typed.day(value.text, past=name.kind is Kind.INSTANT))
        if day is None:
            raise self._refused(
                value, tr("no day is given."), tr("For example: {field} >= 2026-10-01").format(field=name)
            )
        return day_number(day), day_number(day)

    def _ranges(self, one: Comparison, spans: Sequence[tuple[int, int]]) -> list[Range]:
        """The ranges that a comparison with values, each from a first to a last number, stands for."""
        first, last = spans[0]
        match one.operator:
            case Operator.LESS:
                return [(None, first - 1)]
            case Operator.AT_MOST:
                return [(None, last)]
            case Operator.MORE:
                return [(last + 1, None)]
            case Operator.AT_LEAST:
                return [(first, None)]
            case Operator.BETWEEN:
                end = spans[1][1]
                if end < first:
                    raise self._refused(one.values[1], tr("between goes from the smaller to the larger one."))
                return [(first, end)]
            case _:
                return list(spans)

    # Amounts

    def _amount(self, one: Comparison) -> Part:
        if one.operator is Operator.EMPTY:
            return parts.Contrary(parts.Measured(Measure.AMOUNT, _ANY))
        amounts = [self._money(value) for value in one.values]
        if one.operator is Operator.BETWEEN and amounts[0].currency != amounts[1].currency:
            raise self._refused(
                one.values[1],
                tr("{one} and {other} cannot be mixed.").format(
                    one=amounts[0].currency, other=amounts[1].currency
                ),
            )
        if one.operator is Operator.IN:
            same = (Comparison(one.field, Operator.EQUALS, (value,), one.column) for value in one.values)
            return parts.AnyOf(tuple(map(self._amount, same)))
        direct = self._ranges(one, [(amount.minor, amount.minor) for amount in amounts])
        base = self._ranges(one, spans) if (spans := self._in_base(amounts)) else []
        return parts.Worth(
            amounts[0].currency,
            tuple(direct),
            tuple(base),
            queries.currencies_of_deals(self._reader),
            self._prices,
        )

    def _in_base(self, amounts: Sequence[Money]) -> list[tuple[int, int]]:
        """The amounts in minor units of the base currency; none without a rate."""
        exact = [self._prices.exact(amount.minor, amount.currency) for amount in amounts]
        return [(round_half_up(one), round_half_up(one)) for one in exact if one is not None]

    def _money(self, value: Value) -> Money:
        found = self._read(value, lambda: self._typed.money(value.text))
        if found is None:
            raise self._refused(value, tr("no amount is given."), tr("For example: amount > 100k"))
        return found

    # What is wrong

    def _read(self, value: Value, reading: Callable[[], T]) -> T:
        try:
            return reading()
        except InvalidInput as error:
            message = error.message[:1].lower() + error.message[1:]
            raise self._refused(value, message, error.hint) from None

    def _refused(self, value: Value, message: str, hint: str = "") -> FilterError:
        return FilterError(self._text, value.column, message, hint, width=value.width)

    def _unknown(self, name: Field, value: Value, known: Sequence[str]) -> FilterError:
        by_fold = {fold(word): word for word in known}
        near = get_close_matches(fold(value.text), by_fold, n=1, cutoff=0.5)
        hint = tr("Did you mean {names}?").format(names=words_shown([by_fold[near[0]]])) if near else ""
        if known and (not near or name.kind is Kind.WORD):
            hint = tr("There are {names}.").format(names=words_shown(known))
        shown = "".join(char if char.isprintable() else " " for char in value.text[:60])
        return self._refused(
            value, tr("there is no {noun} {name!r}.").format(noun=_noun(name), name=shown), hint
        )


_NOUNS = {
    Field.DEAL: tr("deal"),
    Field.OWNER: tr("rep"),
    Field.PIPELINE: tr("pipeline"),
    Field.STAGE: tr("stage"),
    Field.STATUS: tr("status"),
    Field.TEAM: tr("team"),
    Field.SOURCE: tr("source"),
    Field.CATEGORY: tr("category"),
    Field.ORGANISATION: tr("organisation"),
    Field.PERSON: tr("person"),
    Field.PRODUCT: tr("product"),
    Field.TAG: tr("tag"),
    Field.LOSS_REASON: tr("loss reason"),
}


def _noun(name: Field) -> str:
    return _NOUNS.get(name) or name.value.replace("_", " ")


def _scaled(name: Field, one: Range, zone: ZoneInfo) -> Range:
    """Days as instants or seconds, both ends included; anything else as it is."""
    low, high = one
    match name.kind:
        case Kind.INSTANT:
            return (
                None if low is None else start_of(day_of(low), zone),
                None if high is None else start_of(day_of(high) + timedelta(days=1), zone) - 1,
            )
        case Kind.DAYS:
            return (
                None if low is None else low * DAY_SECONDS,
                None if high is None else (high + 1) * DAY_SECONDS - 1,
            )
        case _:
            return one
