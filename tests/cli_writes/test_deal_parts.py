"""People, tags and demand by ``funnel deal add`` and ``funnel deal edit``, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from funnel_tui.services.deal_people import link_person
from funnel_tui.services.people import create_organisation, create_person
from funnel_tui.services.pipelines import edit_pipeline
from tests.cli.selling import Run, rows
from tests.services.world import World
from tests.support.cli import ok, refused


def shown(funnel: Run, deal: str) -> dict[str, Any]:
    """A deal as ``funnel deal show --json`` has it."""
    return rows(funnel("deal", "show", deal, "--json"))[0]


def people(funnel: Run, deal: str) -> list[tuple[str, str | None]]:
    """Name and role of the people of a deal."""
    return [(one["person"], one["role"]) for one in shown(funnel, deal)["contacts"]]


def test_a_deal_with_all_that_belongs_to_it(world: World, funnel: Run) -> None:
    create_person(world.workspace, name="Kari Lie")
    before, groups = world.snapshot(), world.groups()
    ok(
        funnel(
            *("deal", "add", "Pumps", "--new-organisation", "Fjord [/] AS", "--person", "kari lie:decides"),
            *("--new-person", "Per: the one:USES", "--tag", "fleet", "--tag", "a, b"),
            *("--demand", "2 x Pump at USD 500", "--demand", "3 phase motor"),
        )
    )
    assert world.groups() == groups + 1
    assert people(funnel, "Pumps") == [("Kari Lie", "decides"), ("Per: the one", "uses")]
    deal = shown(funnel, "Pumps")
    assert deal["tags"] == ["a, b", "fleet"]
    assert [(line["product"], line["quantity"]) for line in deal["demand"]] == [
        ("Pump", 2.0),
        ("3 phase motor", 1.0),
    ]
    assert deal["demand"][0]["price"]["text"] == "500.00"
    assert deal["amount"] is None
    text = ok(funnel("deal", "show", "Pumps"))
    assert "Kari Lie (decides)" in text
    assert "2 × Pump at 500.00 USD" in text
    ok(funnel("undo"))
    assert world.snapshot() == before


def test_an_edit_changes_what_is_said_and_nothing_else(world: World, funnel: Run) -> None:
    place = create_organisation(world.workspace, name="Acme AS")
    deal = world.rows("SELECT id FROM deal WHERE external_id = 'X-7'")[0][0]
    kari, per = (create_person(world.workspace, name=name) for name in ("Kari", "Per"))
    link_person(world.workspace, deal_id=deal, person_id=kari, role="uses")
    link_person(world.workspace, deal_id=deal, person_id=per)
    before, groups = world.snapshot(), world.groups()
    ended = funnel(
        *("deal", "edit", "X-7", "--title", "Acme [/] renewal", "--organisation", "acme as"),
        *("--amount", "USD 2k", "--owner", "Bjørn & Søn", "--close", "2026-03-01", "--probability", "40"),
        *("--category", "commit", "--source", "Fair", "--note", "two\nlines", "--tag", "new"),
        *("--person", "Kari:blocks", "--no-person", "per", "--demand", "1.5 x Hose"),
    )
    ok(ended)
    assert "Kari in Acme [/] renewal: blocks, was uses" in ended.stderr
    assert world.groups() == groups + 1
    row = shown(funnel, "X-7")
    assert (row["deal"], row["organisation"], row["owner"]) == ("Acme [/] renewal", "Acme AS", "Bjørn & Søn")
    assert (row["amount"]["text"], row["amount"]["currency"]) == ("2000.00", "USD")
    assert (row["expected_close"], row["category"], row["source"]) == ("2026-03-01", "commit", "Fair")
    assert (row["note"], row["tags"]) == ("two\nlines", ["new"])
    assert people(funnel, "X-7") == [("Kari", "blocks")]
    assert row["demand"][0]["quantity"] == 1.5
    assert world.deal_row(deal)["organisation_id"] == place
    # A number alone stays in the currency of the deal, for its demand too.
    ok(funnel("deal", "edit", "X-7", "--amount", "3k", "--demand", "2 x Hose at 10"))
    row = shown(funnel, "X-7")
    assert (row["amount"]["text"], row["amount"]["currency"]) == ("3000.00", "USD")
    assert (row["demand"][0]["price"]["text"], row["demand"][0]["price"]["currency"]) == ("10.00", "USD")
    ok(funnel("deal", "edit", "X-7", "--note", "other"))
    assert people(funnel, "X-7") == [("Kari", "blocks")]
    ok(
        funnel(
            *("deal", "edit", "X-7", "--organisation", "none", "--amount", "none", "--close", "none"),
            *("--probability", "none", "--category", "none", "--source", "none", "--note", "none"),
            *("--untag", "NEW", "--no-demand", "--person", "Kari:none"),
        )
    )
    row = shown(funnel, "X-7")
    assert [row[name] for name in ("organisation", "amount", "expected_close", "category", "source")] == [
        None
    ] * 5
    assert (row["note"], row["tags"], row["demand"]) == (None, [], [])
    assert people(funnel, "X-7") == [("Kari", None)]
    for _ in range(4):
        ok(funnel("undo"))
    assert world.snapshot() == before


REFUSED = [
    (("--person", "Kari:boss"), 2, "'boss' is no role"),
    (("--person", "Nobody"), 1, "Nobody"),
    (("--person", "#999"), 1, "no person with number 999"),
    (("--new-person", ""), 1, "ame must not be empty"),
    (("--no-person", "Per"), 1, "In it: 'Kari'"),
    (("--tag", ""), 1, "Tag must not be empty"),
    (("--demand", "0 x Pump"), 1, "Quantity must lie"),
    (("--demand", "1.2345 x Pump"), 1, "no number above zero"),
    (("--demand", "2 x "), 1, "Product must not be empty"),
    (("--demand", " at 5"), 1, "Product must not be empty"),
    (("--demand", "Pump at 1 EUR x"), 1, "amount"),
    (("--demand", "Pump", "--no-demand"), 2, "exclude each other"),
    (("--organisation", "A", "--new-organisation", "B"), 2, "exclude each other"),
    (("--close", "31 feb"), 1, "31 feb"),
    (("--title", " "), 1, "Title must not be empty"),
    ((), 2, "Nothing to change"),
]


@pytest.mark.parametrize(("options", "code", "words"), REFUSED)
def test_what_cannot_be_is_refused_whole(
    file_world: World, file_funnel: Run, options: tuple[str, ...], code: int, words: str
) -> None:
    deal = file_world.rows("SELECT id FROM deal WHERE external_id = 'X-7'")[0][0]
    kari = create_person(file_world.workspace, name="Kari")
    link_person(file_world.workspace, deal_id=deal, person_id=kari, role="uses")
    before = file_world.snapshot()
    beside = ("--note", "not kept") if options else ()
    ended = file_funnel("deal", "edit", "X-7", *beside, *options)
    refused(ended, code=code, says=(words,))
    assert file_world.snapshot() == before


def test_a_pipeline_that_records_demand_asks_in_the_shell_too(file_world: World, file_funnel: Run) -> None:
    changes = {"record_demand": True}
    edit_pipeline(file_world.workspace, pipeline_id=file_world.pipeline, changes=changes)
    for command in (("move", "X-7", "--to", "2"), ("win", "X-7")):
        ended = file_funnel("deal", *command)
        refused(ended, code=1, says=("demand is empty",))
    ok(file_funnel("deal", "edit", "X-7", "--demand", "Pump"))
    ok(file_funnel("deal", "move", "X-7", "--to", "2"))
    ok(file_funnel("deal", "win", "X-7"))
    assert shown(file_funnel, "X-7")["status"] == "won"


def test_an_edit_that_changes_nothing_says_so(file_world: World, file_funnel: Run) -> None:
    groups = file_world.groups()
    ended = file_funnel("deal", "edit", "X-7", "--amount", "EUR 1000", "--untag", "never", "--json")
    assert "nothing was changed" in ended.stderr
    assert rows(ended)[0]["deal"] == "Acme renewal"
    assert file_world.groups() == groups
