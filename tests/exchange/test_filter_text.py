"""The grammar of filters: what is read, what is printed, what is refused and where."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_tui.domain.filter import (
    DEEPEST,
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
    completed,
    joined,
    operators_of,
    spell,
)
from funnel_tui.exchange.filter_text import parse_filter

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
WORDS = st.sampled_from(["fair", "Bo Ek", "O'Brien", 'say "x"', "a\\b", "and", "100k", "+2w", "æøå", "(x)"])


@st.composite
def comparison(draw: st.DrawFn) -> Comparison:
    """Any comparison that a field has."""
    name = draw(st.sampled_from(list(Field)))
    operator = draw(st.sampled_from(operators_of(name)))
    least, most = 1, 1
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY, Operator.HOLDS}:
        least = most = 0
    elif operator in {Operator.BETWEEN, Operator.NOT_BETWEEN}:
        least = most = 2
    elif operator in {Operator.IN, Operator.NOT_IN}:
        most = 4
    texts = draw(st.lists(TEXTS | WORDS, min_size=least, max_size=most))
    return Comparison(name, operator, tuple(map(Value, texts)))


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Several joined, or the contrary of one."""
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return parts.map(Both) | parts.map(Either) | inner.map(Not)


EXPRESSIONS = st.recursive(comparison(), grown, max_leaves=8)


@settings(max_examples=300)
@given(expression=EXPRESSIONS)
def test_what_is_printed_is_read_as_the_same(expression: Expression) -> None:
    assert parse_filter(spell(expression)) == expression


@settings(max_examples=500)
@given(text=st.text(max_size=60) | st.lists(st.sampled_from([
    *("(", ")", "and", "or", "not", "in", "is", "empty", "between", "contains", "=", "<", ",", '"', "'"),
    *("stuck", "amount", "owner", "x", "5", "\\", "\x00", "\n", "”"),
]), max_size=25).map(" ".join))  # fmt: skip
def test_hostile_input_is_read_or_refused_with_its_place(text: str) -> None:
    error: FilterError | None = None
    found: Expression | None = None
    try:
        found = parse_filter(text)
    except FilterError as caught:
        error = caught
    if error is None:
        assert (found is None) is (not text.strip())
        return
    assert 1 <= error.column <= len(text) + 1
    shown, mark = error.marked()
    assert mark.strip("^ ") == ""
    assert "^" in mark
    assert shown.isprintable()
    assert error.message.startswith(f"column {error.column}: ")
    assert error.message.isprintable()


@pytest.mark.parametrize("text", [
    "(" * 5000, ")" * 5000, "not " * 5000, "(" * 600 + "stuck" + ")" * 600, "stuck and " * 5000,
    "not (" * 200 + "stuck" + ")" * 200, "not " * (DEEPEST + 1) + "stuck",
])  # fmt: skip
def test_what_is_too_deep_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text)


def test_as_deep_as_is_allowed() -> None:
    text = "(" * (DEEPEST - 1) + "stuck" + ")" * (DEEPEST - 1)
    assert parse_filter(text) == Comparison(Field.STUCK, Operator.HOLDS)


@pytest.mark.parametrize(("text", "said", "column"), [
    ("amout > 3", "there is no field 'amout'. Did you mean amount?", 1),
    ("stuck and amout > 3", "there is no field 'amout'", 11),
    ("amount >", "ends where a value is needed", 9),
    ("amount", "needs something to be compared with", 1),
    ("owner < Anna", "owner is a name and does not go with <", 1),
    ("amount contains 3", "does not go with contains", 1),
    ("stuck > 3", "stuck is yes or no", 1),
    ("(stuck", "this bracket is not closed", 1),
    ("stuck)", "nothing was opened", 6),
    ('owner = "Anna', "does not end", 9),
    ("amount > 3 source = fair", "'=' is not understood", 19),
    ("amount = 1,200", "needs quotation marks", 11),
    ("owner in Anna", "an opening bracket", 10),
    ("stuck and", "ends where a field is needed", 10),
    ("owner = 日本 and amout = 4", "there is no field 'amout'", 16),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_column(text: str, said: str, column: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert said in str(caught.value)
    assert caught.value.column == column


def test_the_mark_stands_under_what_is_wrong_also_after_wide_letters() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter("owner = 日本 and amout = 4")
    assert caught.value.marked()[1] == " " * 17 + "^^^^^"


@pytest.mark.parametrize(("text", "meant"), [
    ("STUCK AND Amount>3", "stuck and amount > 3"),
    ("expected-close <> 5", "expected_close != 5"),
    ("organization is Nord AS", 'organisation = "Nord AS"'),
    ("source is not fair", "source != fair"),
    ('source = ""', "source is empty"),
    ("source != ''", "source is not empty"),
    ("a" * 0 + "amount not between 1 and 2 and stuck", "amount not between 1 and 2 and stuck"),
    ("stuck or stuck and stuck", "stuck or (stuck and stuck)"),
    ("not stuck or stuck", "not stuck or stuck"),
    ("owner in (Anna,'Bo Ek')", 'owner in (Anna, "Bo Ek")'),
    ("stage = made in Norway", 'stage = "made in Norway"'),
])  # fmt: skip
def test_ways_of_writing_the_same(text: str, meant: str) -> None:
    assert parse_filter(text) == parse_filter(meant)
    assert spell(parse_filter(text)) == meant  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "full"), [
    ("sta", "stage"), ("stuck and org", "stuck and organisation"), ("(ow", "(owner"),
    ("not id", "not idle_days"),
    ("owner = an", None), ("owner", None), ("xyz", None), ("", None), ("stuck and ", None),
])  # fmt: skip
def test_a_field_that_is_begun_is_completed(text: str, full: str | None) -> None:
    assert completed(text) == full


def test_a_condition_is_added_with_brackets_where_needed() -> None:
    assert joined("", "stuck") == "stuck"
    assert joined("amount > 3", "stuck") == "amount > 3 and stuck"
    assert joined("amount > 3 or stuck", "tag = x") == "(amount > 3 or stuck) and tag = x"


def test_every_kind_of_field_has_operators() -> None:
    assert {name.kind for name in Field} == set(Kind)
    assert all(operators_of(name) for name in Field)


def test_the_parser_library_is_loaded_only_for_a_filter() -> None:
    code = (
        "import sys; import funnel_tui.services.reports.looking, funnel_tui.services.filtering;"
        "assert 'lark' not in sys.modules;"
        "from funnel_tui.exchange.filter_text import parse_filter; parse_filter('stuck');"
        "assert 'lark' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
