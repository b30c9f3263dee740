"""What people may type, and what is said about the rest."""

from __future__ import annotations

from typing import Any

import pytest

from funnel_tui.domain.money import MAX_MINOR
from funnel_tui.errors import InvalidInput
from funnel_tui.models.inputs import (
    DealCreate,
    DealUpdate,
    OrganisationCreate,
    PersonCreate,
    StageCreate,
    checked,
)

DEAL = {"title": "Acme", "owner_id": 1}


def refused(field: str, value: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        checked(DealCreate, {**DEAL, field: value})
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Acme [/EU] ", "Acme [/EU]"),
        ("e\u0301toile", "étoile"),
        ("🚀 شركة", "🚀 شركة"),
        ("x" * 200, "x" * 200),
    ],
)
def test_titles_are_stripped_and_composed(typed: str, stored: str) -> None:
    assert checked(DealCreate, {**DEAL, "title": typed}).title == stored


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "Title must not be empty."),
        (" \u3000 ", "Title must not be empty."),
        ("\u200b\u2060", "Title must not be empty."),
        ("a\x1b[31m", "U+001B"),
        ("a\x00b", "U+0000"),
        ("a\x9bb", "U+009B"),
        ("a\nb", "line break"),
        ("a\ud800", "U+D800"),
        ("x" * 201, "201 characters"),
        (7, "must be text"),
        (None, "must be text"),
    ],
)
def test_a_bad_title_is_refused(title: Any, said: str) -> None:
    error = refused("title", title)
    assert error.field == "title"
    assert said in error.message


def test_notes_keep_line_breaks() -> None:
    assert checked(DealCreate, {**DEAL, "note": " one\r\ntwo\tthree "}).note == "one\ntwo\tthree"
    assert checked(DealCreate, {**DEAL, "note": "  "}).note is None
    assert "U+0007" in refused("note", "bell\x07").message


@pytest.mark.parametrize("amount", [0, 1, MAX_MINOR])
def test_amounts_within_limits(amount: int) -> None:
    assert checked(DealCreate, {**DEAL, "amount_minor": amount, "currency": "nok"}).currency == "NOK"


@pytest.mark.parametrize("amount", [-1, MAX_MINOR + 1, 1.5, 1.0, "100", True, float("nan"), float("inf")])
def test_other_amounts_are_refused(amount: Any) -> None:
    assert refused("amount_minor", amount).field == "amount_minor"


@pytest.mark.parametrize("currency", ["EURO", "EUX", "", "€", 5])
def test_unknown_currencies_are_refused(currency: Any) -> None:
    assert refused("currency", currency).field == "currency"


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("probability_bp", 0, 10_000), ("expected_close", -25_567, 84_370)],
)
def test_ranges_include_their_ends(field: str, low: int, high: int) -> None:
    for value in (low, high):
        assert getattr(checked(DealCreate, {**DEAL, field: value}), field) == value
    for value in (low - 1, high + 1):
        assert refused(field, value).field == field


def test_an_unknown_field_is_refused() -> None:
    assert refused("stage_id", 3).field == "stage_id"


def test_an_update_holds_only_what_was_given() -> None:
    given = checked(DealUpdate, {"amount_minor": None, "note": "x"})
    assert given.model_dump(exclude_unset=True) == {"amount_minor": None, "note": "x"}
    with pytest.raises(InvalidInput):
        checked(DealUpdate, {"title": " "})


def test_a_stage_asks_only_for_fields_that_deals_have() -> None:
    stage = checked(StageCreate, {"name": "Lead", "required_fields": "source, amount"})
    assert stage.required_fields == "amount,source"
    with pytest.raises(InvalidInput, match="colour"):
        checked(StageCreate, {"name": "Lead", "required_fields": "colour"})
    with pytest.raises(InvalidInput):
        checked(StageCreate, {"name": "Lead", "stuck_days": 0})


def test_choices_name_what_is_possible() -> None:
    with pytest.raises(InvalidInput, match="'prospect' or 'customer'"):
        checked(OrganisationCreate, {"name": "Acme", "status": "friend"})


def test_an_empty_email_is_none() -> None:
    assert checked(PersonCreate, {"name": "Kari", "email": "  "}).email is None
