"""Filters of deals as frozen values: what was asked for, before any name in it is looked up.

A filter is made of comparisons of one field of a deal, joined by *and*, *or* and *not*. Every comparison is
true or false, never unknown: a deal without a source is not one whose source is *fair*, so it is one whose
source is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as part
from difflib import get_close_matches
from enum import Enum, StrEnum

from funnel_tui.errors import UsageError
from funnel_tui.language import tr

LONGEST, DEEPEST = 2000, 30
"""Characters of a filter, and how deep its brackets may lie in each other."""


class FilterError(UsageError):
    """A filter that cannot be understood.

    :param text: the whole filter.
    :param column: where it is wrong, from 1.
    :param width: how many characters are wrong.
    """

    def __init__(self, text: str, column: int, message: str, hint: str = "", *, width: int = 1) -> None:
        self.text, self.column, self.width = text, max(1, column), max(1, width)
        super().__init__(tr("column {column}: {problem}").format(column=self.column, problem=message), hint)

    def marked(self) -> tuple[str, str]:
        """The filter and, below it, a line with ``^`` under what is wrong; both safe to print."""
        shown = "".join(char if char.isprintable() else " " for char in self.text)
        before, wrong = shown[: self.column - 1], shown[self.column - 1 : self.column - 1 + self.width]
        return shown, " " * _cells(before) + "^" * max(1, _cells(wrong.rstrip()))


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


class Kind(Enum):
    """What a field holds, and so what it can be compared with."""

    NAME = "name"
    WORD = "word"
    CODE = "code"
    AMOUNT = "amount"
    INSTANT = "instant"
    DAY = "day"
    PERCENT = "percent"
    DAYS = "days"
    FLAG = "flag"


_KIND_WORDS = {
    Kind.NAME: tr("a name"),
    Kind.WORD: tr("one of a few words"),
    Kind.CODE: tr("a currency"),
    Kind.AMOUNT: tr("an amount"),
    Kind.INSTANT: tr("a day"),
    Kind.DAY: tr("a day that may lie ahead"),
    Kind.PERCENT: tr("a percentage"),
    Kind.DAYS: tr("a number of days"),
    Kind.FLAG: tr("yes or no"),
}


class Field(StrEnum):
    """What a deal can be filtered by."""

    DEAL = "deal"
    ORGANISATION = "organisation"
    PERSON = "person"
    OWNER = "owner"
    TEAM = "team"
    PIPELINE = "pipeline"
    STAGE = "stage"
    STATUS = "status"
    AMOUNT = "amount"
    CURRENCY = "currency"
    CREATED = "created"
    CLOSED = "closed"
    EXPECTED_CLOSE = "expected_close"
    PROBABILITY = "probability"
    SOURCE = "source"
    TAG = "tag"
    PRODUCT = "product"
    LOSS_REASON = "loss_reason"
    CATEGORY = "category"
    DAYS_IN_STAGE = "days_in_stage"
    IDLE_DAYS = "idle_days"
    STUCK = "stuck"

    @property
    def kind(self) -> Kind:
        """What it holds."""
        return _KINDS.get(self, Kind.NAME)


_KINDS = {
    Field.STATUS: Kind.WORD,
    Field.CATEGORY: Kind.WORD,
    Field.CURRENCY: Kind.CODE,
    Field.AMOUNT: Kind.AMOUNT,
    Field.CREATED: Kind.INSTANT,
    Field.CLOSED: Kind.INSTANT,
    Field.EXPECTED_CLOSE: Kind.DAY,
    Field.PROBABILITY: Kind.PERCENT,
    Field.DAYS_IN_STAGE: Kind.DAYS,
    Field.IDLE_DAYS: Kind.DAYS,
    Field.STUCK: Kind.FLAG,
}

_ALIASES = {
    **{"title": Field.DEAL, "organization": Field.ORGANISATION, "company": Field.ORGANISATION},
    **{"rep": Field.OWNER, "reason": Field.LOSS_REASON, "tags": Field.TAG, "products": Field.PRODUCT},
    **{"contact": Field.PERSON, "idle": Field.IDLE_DAYS, "expected": Field.EXPECTED_CLOSE},
}


class Operator(StrEnum):
    """How a field is compared."""

    EQUALS = "="
    DIFFERS = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    CONTAINS_NOT = "not contains"
    BETWEEN = "between"
    NOT_BETWEEN = "not between"
    EMPTY = "is empty"
    NOT_EMPTY = "is not empty"
    HOLDS = ""
    """The field alone, which is yes or no."""


_EQUAL = (Operator.EQUALS, Operator.DIFFERS)
_AMONG = (Operator.IN, Operator.NOT_IN)
_ORDERED = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
_BETWEEN = (Operator.BETWEEN, Operator.NOT_BETWEEN)
_CONTAINS = (Operator.CONTAINS, Operator.CONTAINS_NOT)
_EMPTY = (Operator.EMPTY, Operator.NOT_EMPTY)


def operators_of(name: Field) -> tuple[Operator, ...]:
    """How a field can be compared, the most usual first."""
    match name.kind:
        case Kind.NAME:
            return (*_EQUAL, *_AMONG, *_CONTAINS, *_EMPTY)
        case Kind.WORD | Kind.CODE:
            return (*_EQUAL, *_AMONG, *_EMPTY)
        case Kind.FLAG:
            return (Operator.HOLDS, *_EQUAL)
        case _:
            return (*_EQUAL, *_ORDERED, *_BETWEEN, *_AMONG, *_EMPTY)


@dataclass(frozen=True, slots=True)
class Value:
    """What a field is compared with, as it was typed.

    :param column: where it stands, from 1; ``width`` is how many characters it takes there.
    """

    text: str
    column: int = part(default=1, compare=False)
    width: int = part(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field of a deal compared with values.

    :param values: one, two for *between*, any number for *in*, none for *is empty*.
    """

    field: Field
    operator: Operator
    values: tuple[Value, ...] = ()
    column: int = part(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Both:
    """All of several."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of several."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: Expression


Expression = Comparison | Both | Either | Not

KEYWORDS = frozenset(("and", "or", "not", "in", "is", "contains", "between", "empty"))

_BARE = re.compile(r"[^\W_](?:[\w.%&/:+-]*\w)?|[+-]\d\w*")


def spell(expression: Expression, *, inner: bool = False) -> str:
    """A filter as text that means the same when it is read again.

    :param inner: with brackets where it is made of several.
    """
    match expression:
        case Comparison():
            return _comparison(expression)
        case Not(part):
            return f"not {spell(part, inner=True)}"
        case Both(parts) | Either(parts):
            word = " and " if isinstance(expression, Both) else " or "
            text = word.join(spell(part, inner=True) for part in parts)
            return f"({text})" if inner else text


def _comparison(one: Comparison) -> str:
    words = [quoted(value.text) for value in one.values]
    if one.operator in _EMPTY:
        return f"{one.field} {one.operator}"
    if one.operator is Operator.HOLDS:
        return str(one.field)
    if one.operator in _AMONG:
        return f"{one.field} {one.operator} ({', '.join(words)})"
    return f"{one.field} {one.operator} {' and '.join(words)}"


def quoted(text: str) -> str:
    """A value as it is written in a filter: in quotation marks where it needs them."""
    if _BARE.fullmatch(text) and text.casefold() not in KEYWORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def field_named(text: str, name: str, column: int) -> Field:
    """The field of a name.

    :param text: the whole filter; ``column`` is where the name stands in it.
    :raises FilterError: when there is none; the nearest one is suggested.
    """
    plain = name.casefold().replace("-", "_")
    found = _ALIASES.get(plain)
    if found is not None:
        return found
    try:
        return Field(plain)
    except ValueError:
        near = get_close_matches(plain, [*Field, *_ALIASES], n=1, cutoff=0.5)
        shown = "".join(char if char.isprintable() else " " for char in name[:40])
        raise FilterError(
            text,
            column,
            tr("there is no field {shown!r}.").format(shown=shown),
            tr("Did you mean {near}?").format(near=near[0])
            if near
            else tr("There are {names}.").format(names=", ".join(Field)),
            width=len(name),
        ) from None


def check_operator(text: str, one: Comparison) -> Comparison:
    """Refuse a comparison that a field does not have.

    :raises FilterError: saying which ones it has.
    """
    allowed = operators_of(one.field)
    if one.operator in allowed:
        return one
    words = ", ".join(str(way) if way else tr("the name alone") for way in allowed)
    if one.operator:
        sentence = tr("{field} is {kind} and does not go with {operator}.")
    else:
        sentence = tr("{field} is {kind} and needs something to be compared with.")
    raise FilterError(
        text,
        one.column,
        sentence.format(field=one.field, kind=_KIND_WORDS[one.field.kind], operator=one.operator),
        tr("It goes with: {words}.").format(words=words),
        width=len(one.field),
    )


def depth(expression: Expression) -> int:
    """How deep comparisons lie at most; 1 for a single one."""
    match expression:
        case Comparison():
            return 1
        case Not(part):
            return 1 + depth(part)
        case Both(parts) | Either(parts):
            return 1 + max(map(depth, parts))


def joined(text: str, more: str, word: str = "and") -> str:
    """A filter with one more condition; what it had is put in brackets where it must be.

    :param text: a filter that can be read, or an empty one.
    :param word: ``and`` or ``or``.
    """
    if not text.strip():
        return more
    return f"({text.strip()}) {word} {more}" if _is_loose(text) else f"{text.strip()} {word} {more}"


def _is_loose(text: str) -> bool:
    """Whether a filter may be of several parts joined by *or*, or by *and* where one adds *or*."""
    return re.search(r"\bor\b", text, re.IGNORECASE) is not None


def words_shown(values: Sequence[str], most: int = 6) -> str:
    """A few names in a sentence."""
    some = ", ".join(quoted(value) for value in values[:most])
    return f"{some}, …" if len(values) > most else some


_BEGUN = re.compile(r"(?:^|[\s(])([A-Za-z_]+)$")
_EXPECTS_FIELD = re.compile(r"(?:^|\(|(?:^|[\s)(])(?:and|or|not))\s*$", re.IGNORECASE)


def completed(text: str) -> str | None:
    """A filter that is being typed with the field at its end written out; None where there is none begun."""
    begun = _BEGUN.search(text)
    if begun is None or not _EXPECTS_FIELD.search(text[: begun.start(1)]):
        return None
    word = begun[1].casefold()
    name = next((name for name in Field if name.startswith(word) and name != word), None)
    return None if name is None else text + name[len(word) :]
