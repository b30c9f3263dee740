"""Profiles are guessed, columns found, and what the user says goes first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from funnel_tui.errors import UsageError
from funnel_tui.exchange.mapping import build_mapping, parse_assignments, parse_losses
from funnel_tui.exchange.profiles import (
    FIELDS,
    GENERIC,
    HUBSPOT,
    MAVEN,
    PIPEDRIVE,
    PROFILES,
    REQUIRED,
    SALESFORCE,
    Profile,
    complete_options,
    guess_profile,
)
from funnel_tui.exchange.records import ReadOptions

MAVEN_HEADER = (
    *("opportunity_id", "sales_agent", "product", "account", "deal_stage"),
    *("engage_date", "close_date", "close_value"),
)


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        (MAVEN_HEADER, MAVEN),
        (("Deal - Title", "Deal - Value", "Deal - Stage"), PIPEDRIVE),
        (("Activity - Subject", "Activity - Type"), PIPEDRIVE),
        (("Record ID", "Deal Name", "Deal Stage", "Pipeline"), HUBSPOT),
        (("Id", "Name", "StageName", "CloseDate", "Amount"), SALESFORCE),
        (("Opportunity Name", "Stage", "Close Date"), SALESFORCE),
        (("OpportunityId", "StageName", "CreatedDate"), SALESFORCE),
        (("id", "title", "stage"), GENERIC),
        ((), GENERIC),
    ],
)
def test_profiles_are_guessed(header: tuple[str, ...], profile: Profile) -> None:
    assert guess_profile(header) is profile


def test_profiles_know_only_fields_there_are() -> None:
    hidden = {"is_won", "is_closed", "won_at", "lost_at"}
    # Of interactions: more of what a row says about when, what and whom.
    hidden |= {"email", "subject", "state", "due", "due_time", "meeting_outcome", "other_kind"}
    for profile in PROFILES.values():
        for kind, columns in profile.columns.items():
            assert set(columns) - hidden <= set(FIELDS[kind]), (profile.name, kind)
    for kind, names in REQUIRED.items():
        assert set(names) <= set(GENERIC.columns[kind])
        assert set(GENERIC.columns[kind]) - hidden == set(FIELDS[kind]) - hidden


def test_maven_columns() -> None:
    mapping = build_mapping("deals", MAVEN_HEADER, MAVEN)
    found = {name: MAVEN_HEADER[index] for name, index in mapping.columns.items()}
    assert found == {
        "id": "opportunity_id",
        "owner": "sales_agent",
        "product": "product",
        "organisation": "account",
        "stage": "deal_stage",
        "created": "engage_date",
        "closed": "close_date",
        "amount": "close_value",
    }
    assert mapping.header_of("amount") == "close_value"
    assert mapping.has("stage")
    assert not mapping.has("title")


def test_pipedrive_and_hubspot_columns_of_the_published_lists(shared_data: Path) -> None:
    formats = shared_data / "crm_formats"
    pipedrive = json.loads((formats / "pipedrive_export_columns.json").read_text(encoding="utf-8"))
    header = [name for name, _ in pipedrive["columns"]]
    assert guess_profile(header) is PIPEDRIVE
    mapping = build_mapping("deals", header, PIPEDRIVE)
    assert mapping.header_of("closed") == "Deal - Deal closed on"
    assert mapping.header_of("amount") == "Deal - Value"
    assert set(FIELDS["deals"]) - set(mapping.columns) == {"team"}
    hubspot = json.loads((formats / "hubspot_export_columns.json").read_text(encoding="utf-8"))["columns"]
    assert guess_profile(hubspot) is HUBSPOT
    mapping = build_mapping("deals", hubspot, HUBSPOT)
    assert mapping.header_of("owner") == "Deal owner"
    assert mapping.header_of("closed") == mapping.header_of("expected_close") == "Close Date"
    assert set(FIELDS["deals"]) - set(mapping.columns) == {"team", "status", "product"}


def test_generic_headers_in_any_spelling() -> None:
    header = (
        "Deal_ID",
        "DEAL NAME",
        "Company",
        "Sales Rep",
        "Stage*",
        "Deal  Value",
        "Create date",
        "Close Date",
    )
    mapping = build_mapping("deals", header, GENERIC)
    assert mapping.columns == {
        "id": 0,
        "title": 1,
        "organisation": 2,
        "owner": 3,
        "stage": 4,
        "amount": 5,
        "created": 6,
        "closed": 7,
        "expected_close": 7,
    }


def test_a_kind_the_program_does_not_export_is_generic() -> None:
    assert build_mapping("history", ("deal", "stage", "at"), MAVEN).columns == {
        "deal": 0,
        "stage": 1,
        "at": 2,
    }


def test_map_by_header_case_and_number() -> None:
    header = ("Key", "Step", "Name", "7")
    for column in ("Key", "key", "1"):
        mapping = build_mapping("deals", header, GENERIC, {"id": column, "stage": "step"})
        assert (mapping.columns["id"], mapping.columns["stage"]) == (0, 1)
    # A header goes before a number.
    assert build_mapping("deals", header, GENERIC, {"id": "7", "stage": "2"}).columns["id"] == 3


def test_map_replaces_what_the_profile_knows() -> None:
    mapping = build_mapping("deals", MAVEN_HEADER, MAVEN, {"created": "close_date", "organisation": ""})
    assert mapping.header_of("created") == "close_date"
    assert not mapping.has("organisation")


def test_value_replaces_a_column() -> None:
    mapping = build_mapping("deals", MAVEN_HEADER, MAVEN, {}, {"pipeline": "Hardware", "owner": "Anna"})
    assert mapping.constants == {"pipeline": "Hardware", "owner": "Anna"}
    assert "owner" not in mapping.columns


@pytest.mark.parametrize(
    ("maps", "values", "message", "hint"),
    [
        ({"ammount": "close_value"}, {}, "--map: deals have no field 'ammount'", "Did you mean amount?"),
        ({}, {"ownr": "Anna"}, "--value: deals have no field 'ownr'", "Did you mean owner?"),
        ({"zzzz": "x"}, {}, "no field 'zzzz'", "The fields of deals are id, title"),
        ({"is_won": "product"}, {}, "no field 'is_won'", ""),
        (
            {"amount": "close_valu"},
            {},
            "--map amount=close_valu: the file has no such",
            "Did you mean close_value?",
        ),
        (
            {"amount": "9"},
            {},
            "--map amount=9: the file has no such column",
            "The columns are opportunity_id",
        ),
        ({"amount": "0"}, {}, "no such column", ""),
        ({"owner": "product"}, {"owner": "x"}, "both name owner", ""),
    ],
)
def test_mistakes_are_named(maps: dict[str, str], values: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        build_mapping("deals", MAVEN_HEADER, MAVEN, maps, values)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_missing_columns_are_named() -> None:
    with pytest.raises(UsageError, match="No column is known to hold deal, stage and at") as caught:
        build_mapping("history", ("foo", "b\x1bar"), GENERIC)
    assert caught.value.hint == r"Say --map deal=COLUMN; the columns are foo, b\x1bar."


def test_assignments() -> None:
    pairs = parse_assignments(["id=Key", " title = The name ", "owner=a=b", "created="], "--map")
    assert pairs == {"id": "Key", "title": "The name", "owner": "a=b", "created": ""}
    for bad in ("id", "=x", ""):
        with pytest.raises(UsageError, match=r"--map .*is not FIELD="):
            parse_assignments([bad], "--map")
    with pytest.raises(UsageError, match="names id twice"):
        parse_assignments(["id=a", "id=b"], "--map")


def test_losses() -> None:
    assert parse_losses("Lost, Too dear=price ,Gone=") == {"Lost": None, "Too dear": "price", "Gone": None}
    with pytest.raises(UsageError, match="empty name"):
        parse_losses("Lost,,Gone")


def test_options_of_the_user_go_before_the_profile() -> None:
    options = complete_options(MAVEN, ReadOptions(currency="EUR", lost={"Lost": "price"}), "NOK")
    assert (options.currency, options.lost, options.won) == ("EUR", {"Lost": "price"}, ("Won",))
    assert options.fixes["product"] == {"GTXPro": "GTX Pro"}
    assert complete_options(MAVEN, ReadOptions(), "NOK").currency == "USD"
    assert complete_options(GENERIC, ReadOptions(), "NOK").currency == "NOK"
    assert complete_options(HUBSPOT, ReadOptions()).fraction_probability


def test_usual_pipelines_that_have_the_stages_seen() -> None:
    assert MAVEN.stages_for(["Engaging"]) == (("Prospecting", None), ("Engaging", None))
    names = [name for name, _ in SALESFORCE.stages_for(["discovery", "Proposal/Quote"])]
    assert names == ["Qualification", "Discovery", "Proposal/Quote", "Negotiation"]
    assert SALESFORCE.stages_for(["Demo"]) == ()
    assert GENERIC.stages_for([]) == ()
