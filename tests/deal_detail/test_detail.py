"""One deal: facts, route map, contacts, demand, as of now and of a past day."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.domain.deal_detail import RouteState, RouteStop
from funnel_tui.domain.deal_list import DealFilter, Probability, ProbabilitySource
from funnel_tui.domain.money import Money
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus, PersonRole
from funnel_tui.errors import NotFound
from funnel_tui.models import DealPerson, DemandLine, Product
from funnel_tui.services.deal_detail import deal_detail, deal_timeline
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import edit_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.history import undo
from funnel_tui.services.people import create_organisation, create_person
from funnel_tui.services.pipelines import create_pipeline, retire_stage
from tests.deal_list.support import DAY, NOW, one, rows, team
from tests.deal_list.test_refresh import scans, statements
from tests.support import worked
from tests.support.worked_services import fill, open_workspace, stage_numbers

V, SKIPPED, CURRENT = RouteState.VISITED, RouteState.SKIPPED, RouteState.CURRENT
LOST, AHEAD = RouteState.LOST_HERE, RouteState.AHEAD


def shape(route: tuple[RouteStop, ...]) -> list[tuple[RouteState, int, int]]:
    """State, visits and days of each stop."""
    return [(stop.state, stop.visits, stop.seconds // DAY) for stop in route]


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("D1", [(V, 1, 10), (V, 1, 10), (V, 1, 20), (V, 1, 20)]),
        ("D2", [(V, 1, 10), (SKIPPED, 0, 0), (V, 1, 20), (V, 1, 10)]),
        ("D3", [(V, 2, 15), (V, 2, 30), (LOST, 1, 10), (AHEAD, 0, 0)]),
        ("D4", [(LOST, 1, 30), (AHEAD, 0, 0), (AHEAD, 0, 0), (AHEAD, 0, 0)]),
        ("D5", [(V, 1, 14), (CURRENT, 1, 45), (AHEAD, 0, 0), (AHEAD, 0, 0)]),
        ("D7", [(V, 1, 10), (CURRENT, 2, 30), (V, 1, 10), (AHEAD, 0, 0)]),
        ("D8", [(SKIPPED, 0, 0), (SKIPPED, 0, 0), (LOST, 1, 20), (AHEAD, 0, 0)]),
        # Lost, reopened, won without S4; the ten days in between belong to no stage.
        ("D9", [(V, 1, 10), (V, 2, 30), (V, 1, 10), (SKIPPED, 0, 0)]),
        ("D10", [(V, 1, 10), (SKIPPED, 0, 0), (SKIPPED, 0, 0), (CURRENT, 1, 12)]),
    ],
)
def test_the_routes_of_the_worked_example(
    name: str, route: list[tuple[RouteState, int, int]], worked_file: Path
) -> None:
    workspace = open_workspace(str(worked_file))
    number = list(worked.DEALS).index(name) + 1
    found = deal_detail(workspace, number).route
    assert shape(found) == route
    assert [stop.stage for stop in found] == list(worked.STAGES)
    assert [stop.returned for stop in found] == [max(0, visits - 1) for _, visits, _ in route]
    assert not any(stop.assumed for stop in found)
    workspace.database.close()


@pytest.fixture(scope="module")
def worked_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worked") / "funnel.db"
    workspace = open_workspace(str(path))
    fill(workspace)
    workspace.database.close()
    return path


def test_entries_exits_and_the_stuck_stop(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    back = deal_detail(workspace, deals["D7"]).route
    assert (back[1].entered_at, back[1].left_at) == (worked.instant("02-20"), None)
    assert (back[2].entered_at, back[2].left_at) == (worked.instant("03-12"), worked.instant("03-22"))
    assert [stop.stuck for stop in deal_detail(workspace, deals["D5"]).route] == [False, True, False, False]
    assert deal_detail(workspace, deals["D5"]).row.stuck


@pytest.mark.parametrize("day", ["01-15", "02-10", "02-25", "03-05", "03-15", "03-21"])
def test_a_deal_as_it_was_then(db_url: str, day: str) -> None:
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    as_of = worked.instant(day)
    for name, deal in deals.items():
        example = worked.DEALS[name]
        stays = [stay for stay in example.stays if worked.instant(stay[1]) <= as_of]
        if not stays:
            with pytest.raises(NotFound):
                deal_detail(workspace, deal, as_of)
            continue
        detail = deal_detail(workspace, deal, as_of)
        stage, _, left = stays[-1]
        closed = (
            left is not None
            and worked.instant(left) <= as_of
            and (example.ends.get(len(stays) - 1) in {"won", "lost"})
        )
        assert (detail.row.stage, detail.row.status is not DealStatus.OPEN) == (stage, closed), name
        assert sum(stop.visits for stop in detail.route) == len(stays)
        assert detail.row == deal_rows(workspace, Scope(as_of=as_of), [deal])[0]
        assert max(item.at for item in detail.timeline.items) <= as_of
        assert detail.loss_reason == (example.reason if detail.row.status is DealStatus.LOST else None)


def test_facts_contacts_and_demand(db_url: str) -> None:
    workspace = team(db_url, deals=30)
    deal = one(workspace, "SELECT max(id) FROM deal") - 2
    organisation = create_organisation(workspace, name="Acme [/EU]")
    people = [create_person(workspace, name=name) for name in ("Zoë", "Åsa [b]", "Bo", "دوד")]
    with workspace.change("link") as call:
        for person, role in zip(people, (None, "blocks", "decides", "uses"), strict=True):
            call.insert(DealPerson, {"deal_id": deal, "person_id": person, "role": role and PersonRole(role)})
        for name, price in (("Licence [x]", 12_345), ("Support", None)):
            product = call.insert(Product, {"name": f"Our {name}"})
            line = {"deal_id": deal, "product_id": product, "quantity_milli": 2500, "price_minor": price}
            call.insert(DemandLine, {**line, "currency": "EUR" if price else None})
    version = one(workspace, "SELECT version FROM deal WHERE id = :deal", deal=deal)
    changes = {
        "organisation_id": organisation,
        "note": "Call [her]\nbefore noon",
        "probability_bp": 4200,
        "category": "commit",
        "external_id": "X-1",
    }
    edit_deal(workspace, deal_id=deal, version=version, changes=changes)
    found = deal_detail(workspace, deal)
    assert found.row.version == version + 1
    assert (found.external_id, found.note, found.category) == ("X-1", "Call [her]\nbefore noon", "commit")
    assert (found.row.organisation, found.organisation_id) == ("Acme [/EU]", organisation)
    assert found.row.probability == Probability(4200, ProbabilitySource.TYPED)
    assert [(one.name, one.role) for one in found.contacts] == [
        *(("Bo", PersonRole.DECIDES), ("دوד", PersonRole.USES)),
        *(("Åsa [b]", PersonRole.BLOCKS), ("Zoë", None)),
    ]
    assert [(line.product, line.quantity_milli, line.price) for line in found.demand] == [
        ("Our Licence [x]", 2500, Money(12_345, "EUR")),
        ("Our Support", 2500, None),
    ]
    assert found.row.tags == ("Hot [!]",)
    owner = rows(workspace, "SELECT r.name, t.name FROM rep r JOIN team t ON t.id = r.team_id WHERE r.id = 1")
    assert (found.row.owner, found.team) == owner[0]


def test_owner_source_and_team_are_those_of_the_time(db_url: str) -> None:
    workspace = team(db_url, deals=30)
    deal = one(workspace, "SELECT max(id) FROM deal") - 1
    before = deal_detail(workspace, deal)
    other = one(workspace, "SELECT max(id) FROM rep WHERE team_id <> (SELECT team_id FROM rep WHERE id = 1)")
    workspace.clock = lambda: NOW + DAY
    edit_deal(
        workspace,
        deal_id=deal,
        version=before.row.version,
        changes={"owner_id": other, "source": "New [source]", "amount_minor": 77, "currency": "EUR"},
    )
    after = deal_detail(workspace, deal)
    assert (after.owner_id, after.source) == (other, "New [source]")
    assert after.team != before.team
    then = deal_detail(workspace, deal, NOW)
    assert (then.owner_id, then.source, then.team) == (before.owner_id, before.source, before.team)
    assert then.row.amount == before.row.amount != after.row.amount
    assert then.timeline == before.timeline


def test_a_deal_that_is_gone(db_url: str) -> None:
    workspace = team(db_url, deals=5)
    with pytest.raises(NotFound):
        deal_detail(workspace, 999_999)


def test_another_pipeline_begins_a_new_route(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D5"]
    other = create_pipeline(workspace, name="Renewals", stages=["A", "B"])
    stage = stage_numbers(workspace)["B"]
    move_deal(workspace, deal_id=deal, stage_id=stage, to_pipeline=other)
    found = deal_detail(workspace, deal)
    assert shape(found.route) == [(SKIPPED, 0, 0), (CURRENT, 1, 0)]
    assert found.pipeline_id == other
    assert found.timeline.items[0].text == "Sales, S2 → Renewals, B"
    undo(workspace)
    assert shape(deal_detail(workspace, deal).route)[1] == (CURRENT, 1, 45)


def test_a_retired_stage_is_on_the_route_of_deals_that_were_there(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    retire_stage(workspace, stage_id=stage_numbers(workspace)["S2"])
    assert [stop.stage for stop in deal_detail(workspace, deals["D1"]).route] == ["S1", "S2", "S3", "S4"]
    assert [stop.stage for stop in deal_detail(workspace, deals["D2"]).route] == ["S1", "S3", "S4"]


def test_winning_and_reopening_show_on_the_route(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D5"]
    win_deal(workspace, deal_id=deal)
    assert shape(deal_detail(workspace, deal).route)[1:] == [(V, 1, 45), (SKIPPED, 0, 0), (SKIPPED, 0, 0)]
    reopen_deal(workspace, deal_id=deal)
    assert shape(deal_detail(workspace, deal).route)[1:] == [(CURRENT, 2, 45), (AHEAD, 0, 0), (AHEAD, 0, 0)]


def test_few_statements_each_by_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = team(str(tmp_path / "funnel.db"))
    counts = set()
    ids = deal_ids(workspace, Scope(), DealFilter(status=None))
    deal_detail(workspace, ids[0])
    for deal in ids[:40]:
        with statements(monkeypatch) as asked:
            page = deal_detail(workspace, deal, items=3).timeline
            first = len(asked)
            deal_timeline(workspace, deal, after=page.after, items=3)
        counts.add(first)
        assert [plan for sql, values in asked for plan in scans(workspace, sql, values)] == []
    # One more where an edit names organisations.
    assert max(counts) - min(counts) <= 1
    assert max(counts) <= 24
