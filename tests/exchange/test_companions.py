"""Files beside the deals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from funnel_tui.exchange.companions import (
    CompanionKind,
    TeamMember,
    companion_kind,
    read_accounts,
    read_products,
    read_teams,
)
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import open_table
from tests.exchange.support import write


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("account,sector,revenue", "accounts"),
        ("Id,IsDeleted,Name,BillingStreet", "accounts"),
        ("Company ID,Company Name,Company Domain Name", "accounts"),
        ("product,series,sales_price", "products"),
        ("sales_agent,manager,regional_office", "teams"),
        ("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value", None),
        ("Id,Name,StageName", None),
        ("id,title", None),
    ],
)
def test_kinds(header: str, kind: CompanionKind | None) -> None:
    assert companion_kind(header.split(",")) == kind


def test_accounts_by_name_id_and_domain(tmp_path: Path) -> None:
    texts = {
        "account,sector\nAcme,retail\n": {"Acme": "Acme"},
        "Id,Name,BillingStreet\n001A,Acme,Street 1\n": {"001A": "Acme"},
        "Company ID,Company Name,Company Domain Name\nC1,Acme,acme.com\n": {"acme.com": "Acme"},
    }
    for text, names in texts.items():
        assert read_accounts(open_table(write(tmp_path / "a.csv", text)), Refusals()) == names


def test_bad_companion_rows_are_refused(tmp_path: Path) -> None:
    refusals = Refusals()
    table = open_table(write(tmp_path / "a.csv", "product,series,sales_price\nA,x,5.50\n,x,5\nB,x,dear\n"))
    assert read_products(table, refusals) == {"A": Decimal("5.50")}
    assert [(each.line, each.column) for each in refusals.first] == [(3, "product"), (4, "sales_price")]


def test_teams(tmp_path: Path) -> None:
    table = open_table(
        write(tmp_path / "a.csv", "sales_agent,manager,regional_office\nAnna,Bo,North\nCe,,\n")
    )
    assert read_teams(table, Refusals()) == [TeamMember("Anna", "Bo", "North"), TeamMember("Ce", None, None)]
