"""Lists of organisations and people: order, filter, rows, and what they cost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from funnel_tui.db import Reader
from funnel_tui.db.reader import ServerReader, SqliteReader
from funnel_tui.domain.directory import OrganisationSort, PersonSort
from funnel_tui.domain.money import Money
from funnel_tui.domain.status import OrganisationStatus
from funnel_tui.models import ExchangeRate
from funnel_tui.services import directory
from funnel_tui.services.history import undo
from funnel_tui.services.people import edit_organisation
from tests.conftest import ROOT
from tests.directory.conftest import DAY, World

STRANGE = ("Acme [/EU]", "Bjørn & Søn", "🚀 Launch", "שלום בע״מ", "x" * 120, "Åse", "zebra", "Zürich")


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every SELECT that is sent from here on."""
    sent: list[str] = []
    for kind in (SqliteReader, ServerReader):
        original: Callable[..., Any] = kind.rows

        def rows(self: Reader, sql: str, *rest: Any, _original: Any = original) -> Any:
            sent.append(sql)
            return _original(self, sql, *rest)

        monkeypatch.setattr(kind, "rows", rows)
    return sent


def names(world: World, **options: Any) -> list[str]:
    found = directory.organisation_ids(world.workspace, **options)
    return [line.name for line in directory.organisation_rows(world.workspace, found)]


def test_names_are_in_one_order_on_every_database(world: World) -> None:
    for name in STRANGE:
        world.organisation(name)
    assert names(world) == [
        *("Acme [/EU]", "Åse", "Bjørn & Søn", "x" * 120, "zebra", "Zürich", "שלום בע״מ", "🚀 Launch"),
    ]
    assert names(world, descending=True) == names(world)[::-1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bjorn", ["Bjørn & Søn"]),
        ("SØN bjørn", ["Bjørn & Søn"]),
        ("ase", ["Åse"]),
        ("[/eu]", ["Acme [/EU]"]),
        ("🚀", ["🚀 Launch"]),
        ("%", []),
        ("nobody", []),
    ],
)
def test_a_filter_folds_case_and_accents(world: World, text: str, found: list[str]) -> None:
    for name in STRANGE:
        world.organisation(name)
    assert names(world, text=text) == found


def test_a_row_tells_deals_amounts_owners_and_the_last_interaction(world: World) -> None:
    nord = world.organisation("Nord")
    empty = world.organisation("Empty")
    world.deal("a", nord, 100_00, "EUR")
    world.deal("b", nord, 50_00, "USD", owner=world.bo)
    world.deal("c", nord, None, owner=world.bo)
    world.deal("d", nord, 7_00, end="lost")
    world.interaction(world.now - DAY, nord)
    world.interaction(world.now + DAY, nord, planned=True)
    line, nothing = directory.organisation_rows(world.workspace, [nord, empty])
    assert (line.open_deals, line.won_deals) == (3, 0)
    assert line.status is OrganisationStatus.PROSPECT
    assert line.open_amount.amounts == (Money(100_00, "EUR"), Money(50_00, "USD"))
    assert line.open_amount.base is None  # there is no rate for the dollar
    assert line.last_at == world.now - DAY
    assert line.owners == ("Bo", "Anna")
    assert (nothing.open_deals, nothing.last_at, nothing.owners) == (0, None, ())
    assert nothing.open_amount.amounts == ()
    assert nothing.open_amount.base == Money(0, "EUR")

    with world.workspace.change("rate") as call:
        rate = {"base": "USD", "quote": "EUR", "day": 20_000, "rate_scaled": 8 * 10**11}
        call.put(ExchangeRate, None, rate)
    assert directory.organisation_rows(world.workspace, [nord])[0].open_amount.base == Money(140_00, "EUR")


def test_rows_come_in_the_order_asked_for_and_without_those_that_are_gone(world: World) -> None:
    a, b = world.organisation("A"), world.organisation("B")
    assert [line.id for line in directory.organisation_rows(world.workspace, [b, 999, a])] == [b, a]
    assert directory.organisation_rows(world.workspace, []) == []


@pytest.mark.parametrize(
    ("sort", "up", "down"),
    [
        (OrganisationSort.OPEN, ["C", "B", "A"], ["A", "B", "C"]),
        (OrganisationSort.WON, ["A", "C", "B"], ["B", "A", "C"]),
        (OrganisationSort.AMOUNT, ["C", "A", "B"], ["B", "A", "C"]),
        (OrganisationSort.STATUS, ["A", "B", "C"], ["B", "C", "A"]),
        (OrganisationSort.LAST, ["B", "A", "C"], ["A", "B", "C"]),
    ],
)
def test_organisations_by_every_column(
    world: World, sort: OrganisationSort, up: list[str], down: list[str]
) -> None:
    a, b, _ = world.organisation("A"), world.organisation("B"), world.organisation("C", status="customer")
    world.deal("1", a, 10_00)
    world.deal("2", a)
    world.deal("3", b, 99_00)
    world.deal("4", b, 1_000_00, end="won")
    world.interaction(world.now - 1, a)
    world.interaction(world.now - 9, b)
    assert names(world, sort=sort) == up
    assert names(world, sort=sort, descending=True) == down


def test_a_won_deal_makes_a_customer_and_its_undo_takes_that_back(world: World) -> None:
    nord = world.organisation("Nord")

    def status() -> OrganisationStatus:
        return directory.organisation_rows(world.workspace, [nord])[0].status

    world.deal("a", nord)
    assert status() is OrganisationStatus.PROSPECT
    world.deal("b", nord, end="won")
    assert status() is OrganisationStatus.CUSTOMER
    undo(world.workspace)
    assert status() is OrganisationStatus.PROSPECT
    edit_organisation(world.workspace, organisation_id=nord, version=1, changes={"status": "customer"})
    assert status() is OrganisationStatus.CUSTOMER


def test_people_by_every_column_and_filter(world: World) -> None:
    nord = world.organisation("Nørd AS")
    kari = world.person("Kari Lie", nord, email="kari@nord.no", phone="+47 1")
    bo = world.person("Bo Ek")
    world.deal("a", nord, kari=(kari, "decides"))
    world.deal("b", nord, end="won", bo=(bo, None))
    world.interaction(world.now, nord, bo)

    def ids(**options: Any) -> list[int]:
        return list(directory.person_ids(world.workspace, **options))

    assert ids() == [bo, kari]
    assert ids(descending=True) == [kari, bo]
    # Without an organisation comes last either way.
    assert (
        ids(sort=PersonSort.ORGANISATION) == ids(sort=PersonSort.ORGANISATION, descending=True) == [kari, bo]
    )
    assert ids(sort=PersonSort.OPEN, descending=True) == [kari, bo]
    assert ids(sort=PersonSort.WON, descending=True) == [bo, kari]
    assert ids(sort=PersonSort.LAST) == ids(sort=PersonSort.LAST, descending=True) == [bo, kari]
    assert ids(text="nord kari") == [kari]
    assert ids(text="@NORD.no") == [kari]
    line = directory.person_rows(world.workspace, [kari])[0]
    assert (line.name, line.organisation, line.email, line.phone) == (
        *("Kari Lie", "Nørd AS", "kari@nord.no", "+47 1"),
    )
    assert (line.open_deals, line.won_deals, line.last_at) == (1, 0, None)


@pytest.mark.parametrize("sort", list(OrganisationSort))
def test_a_list_costs_the_same_statements_whatever_its_length(
    world: World, statements: list[str], sort: OrganisationSort
) -> None:
    def cost() -> tuple[int, int]:
        statements.clear()
        found = directory.organisation_ids(world.workspace, sort=sort, descending=True)
        order = len(statements)
        directory.organisation_rows(world.workspace, found)
        return order, len(statements) - order

    world.deal("a", world.organisation("Nord"), 1)
    few = cost()
    for number in range(30):
        world.deal(str(number), world.organisation(f"O{number}"), 1)
    assert cost() == few
    assert few[0] <= 4
    assert few[1] <= 5


@pytest.mark.parametrize("sort", list(PersonSort))
def test_people_cost_the_same_statements_whatever_their_number(
    world: World, statements: list[str], sort: PersonSort
) -> None:
    def cost() -> int:
        statements.clear()
        directory.person_rows(world.workspace, directory.person_ids(world.workspace, sort=sort))
        return len(statements)

    world.person("Kari")
    few = cost()
    for number in range(30):
        world.person(f"P{number}", world.organisation(f"O{number}"))
    assert cost() == few <= 5


def test_a_window_is_read_through_indexes(world: World, statements: list[str]) -> None:
    if not world.workspace.database.is_sqlite:
        pytest.skip("the plan of SQLite is looked at; PostgreSQL decides by statistics")
    numbers = [world.organisation(f"O{number}") for number in range(3)]
    statements.clear()
    directory.organisation_rows(world.workspace, numbers)
    plans = []
    for sql in [text for text in statements if "FROM organisation o" in text or "FROM deal d" in text]:
        with world.workspace.read() as reader:
            plans += [row[3] for row in reader.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [step for step in plans if step.startswith("SCAN") and "CONSTANT" not in step], plans
    for index in ("ix_deal_organisation", "ix_interaction_organisation"):
        assert any(index in step for step in plans), plans


def test_reading_loads_no_storage_library() -> None:
    script = (
        "import json, sys, funnel_tui.services.directory, funnel_tui.services.duplicates\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )
    assert not {"sqlalchemy", "sqlmodel", "rapidfuzz", "textual"} & set(json.loads(said.stdout))
