"""Every operator on every kind of field, on both databases, now and at a past instant."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnel_tui.domain.deal_list import DealFilter
from funnel_tui.domain.demand import Demand
from funnel_tui.domain.filter import Comparison, Field, FilterError, Value, operators_of, spell
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import FunnelError
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deal_people import link_person
from funnel_tui.services.deal_tags import set_tags
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.demand import set_demand
from funnel_tui.services.filtering import filter_choices, filter_now, problem_with
from funnel_tui.services.interaction_list import interaction_ids
from funnel_tui.services.people import create_organisation, create_person
from tests.reports.activity_small import add_kinds, log
from tests.reports.small import Small, instant


def day(text: str) -> int:
    """The number of a day."""
    return instant(text) // 86_400


@pytest.fixture
def selling(team: Small) -> tuple[Small, dict[str, int]]:
    """Five deals, called by letters: a is rich, b is bare, c is won, d is lost, e is in dollars."""
    workspace = team.workspace
    nord = create_organisation(workspace, name="Nordlys Søn AS")
    kari = create_person(workspace, name="Kari Åsen")
    add_kinds(team)
    team.rate("USD", "EUR", "2025-01-01", 0.5)
    deals = {
        "a": team.deal("2026-01-10", amount=100_000, source="Fair", organisation_id=nord,
                       expected_close=day("2026-06-10"), probability_bp=4000, category="commit"),
        "b": team.deal("2026-05-20", owner="Ben", amount=None, stage="Talk"),
        "c": team.deal("2026-02-01", amount=5_000, won="2026-03-01", source="Web"),
        "d": team.deal("2026-02-15", owner="Cleo", amount=7_000, lost="2026-04-01"),
        "e": team.deal("2026-03-10", owner="Ben", amount=30_000, currency="USD", source="Fair",
                       moves=(("Offer", "2026-05-30"),)),
    }  # fmt: skip
    set_tags(workspace, deal_id=deals["a"], tags=["pilot", "VIP"])
    set_tags(workspace, deal_id=deals["e"], tags=["pilot"])
    set_demand(workspace, deal_id=deals["c"], lines=[Demand("Support", 1000, None)])
    link_person(workspace, deal_id=deals["e"], person_id=kari)
    log(team, ("2026-05-01T12:00", {"deal_id": deals["a"]}), ("2026-05-31T12:00", {"deal_id": deals["e"]}))
    log(team, ("2026-05-02T12:00", {"deal_id": None}))
    return team, deals


def chosen(team: Small, deals: dict[str, int], where: str, as_of: str | None = None) -> str:
    """The letters of the deals that a filter chooses."""
    scope = Scope(where=where, as_of=None if as_of is None else instant(as_of))
    found = set(deal_ids(team.workspace, scope, DealFilter(status=None)))
    return "".join(letter for letter, number in deals.items() if number in found)


CASES = """
deal = 'Deal of 2026-01-10' → a
deal contains 2026-0 → abcde
title != 'deal of 2026-01-10' → bcde
organisation contains nordlys → a
organisation contains SON → a
organisation is empty → bcde
organisation = 'nordlys son as' → a
organisation is not empty → a
organisation = none → –
person = 'kari asen' → e
person contains kari → e
person is empty → abcd
owner = anna → ac
owner in (Anna, Cleo) → acd
owner not in (Anna, Cleo) → be
owner != anna → bde
owner contains e → bde
owner is empty → –
team = Oslo → ac
team = North → abce
team is empty → d
team != Oslo → bde
pipeline = sales → abcde
stage = Talk → b
stage in (Talk, Offer) → be
status = open → abe
status in (won, lost) → cd
status != open → cd
status is won → c
amount > 60 → ade
amount >= 70 → ade
amount < 70 → c
amount <= 70 → cd
amount = 150 → e
amount = USD 300 → e
amount = EUR 150 → e
amount is empty → b
amount between 50 and 70 → cd
amount not between 50 and 70 → abe
amount in (50, 1k) → ac
amount > USD 200 → ae
amount != 50 → abde
amount < CHF 10 → –
currency = usd → e
currency in (EUR, NOK) → acd
currency is empty → b
created = 2026-01-10 → a
created < 2026-02-15 → ac
created = 2026-02 → cd
created between 2026-02 and 2026-Q1 → cde
created > 2026-Q1 → b
created >= 2026-03-10 → be
closed is empty → abe
closed = 2026-03-01 → c
closed > 2026-03-01 → d
closed <= today → cd
expected_close = 2026-06-10 → a
expected_close between today and +2w → a
expected_close between today and +8d → –
expected_close is empty → bcde
probability = 40 → a
probability >= 40 % → ac
probability is empty → d
source = fair → ae
source in (fair, web) → ace
source is empty → bd
source != fair → bcd
tag = vip → a
tag in (pilot, vip) → ae
tag is empty → bcd
not tag = vip → bcde
tag contains pil and not tag contains v → e
product = support → c
product is empty → abde
loss_reason = price → d
loss_reason is not empty → d
reason != price → abce
category = commit → a
category = pipeline → be
category is empty → cd
days_in_stage = 2 → e
days_in_stage >= 28 d → acd
days_in_stage between 10 and 20 → b
idle_days = 30 → a
idle_days < 1 → e
idle_days is empty → bcd
idle_days in (0, 30) → ae
stuck = yes → a
not stuck → bcde
stuck is no → bcde
source = fair and amount > 100 and not tag = vip → e
status = won or (team is empty and amount > 1) → cd
"""


def cases() -> dict[str, str]:
    """The letters that each filter chooses."""
    pairs = (line.split(" → ") for line in CASES.strip().splitlines())
    return {where: letters.strip("–") for where, letters in pairs}


def test_every_operator_on_every_kind_of_field(selling: tuple[Small, dict[str, int]]) -> None:
    team, deals = selling
    found = {where: chosen(team, deals, where) for where in cases()}
    assert found == cases()
    used = {name for name in Field if any(name.value in where for where in cases())}
    assert used == set(Field)


def test_a_past_instant_is_seen_as_it_was(selling: tuple[Small, dict[str, int]]) -> None:
    team, deals = selling
    with team.workspace.read() as reader:
        versions = dict(reader.rows("SELECT id, version FROM deal"))
    edit_deal(
        *(team.workspace,),
        deal_id=deals["a"],
        version=versions[deals["a"]],
        changes={"owner_id": team.reps["Ben"], "amount_minor": 1, "currency": "EUR", "source": "Web"},
    )
    assert chosen(team, deals, "owner = Ben and amount < 1 and source = web") == "a"
    then = "2026-05-25"
    assert chosen(team, deals, "owner = Ben", then) == "be"
    assert chosen(team, deals, "owner = Anna and amount = 1k and source = fair", then) == "a"
    assert chosen(team, deals, "stage = Lead and status = open", then) == "ae"
    assert chosen(team, deals, "stage = Offer", then) == ""
    assert chosen(team, deals, "status = open", "2026-03-15") == "ade"
    assert chosen(team, deals, "idle_days = 23", then) == "a"
    assert chosen(team, deals, "idle_days is empty", then) == "bcde"
    assert chosen(team, deals, "tag = pilot and days_in_stage >= 60", then) == "ae"
    assert chosen(team, deals, "created = today", "2026-02-15T10:00") == "d"
    assert chosen(team, deals, "expected_close = +16d", then) == "a"


def test_activity_is_that_on_the_deals_of_the_filter(selling: tuple[Small, dict[str, int]]) -> None:
    team, _ = selling
    may = Period.month(2026, 5)
    assert team.report("activity", period=may).totals["done"] == 3
    assert team.report("activity", period=may, where="source = fair").totals["done"] == 2
    report = team.report("activity", period=may, where="tag = vip")
    assert report.totals["done"] == 1
    assert "Only interactions on deals that the filter holds for; targets are whole." in report.notes
    then = instant("2026-05-20")
    assert team.report("activity", period=may, where="stage = Lead", as_of=then).totals["done"] == 1
    assert team.report("activity", period=may, where="stage = Lead").totals["done"] == 1
    assert len(interaction_ids(team.workspace, Scope(period=may))) == 3
    assert len(interaction_ids(team.workspace, Scope(period=may, where="tag = vip"))) == 1
    assert team.report("followups", where="tag = vip").rows
    assert len(team.report("steps", period=may, where="tag = vip").rows) == 1


def test_quotas_and_forecast_count_the_deals_of_the_filter(selling: tuple[Small, dict[str, int]]) -> None:
    team, _ = selling
    quarter = Period.parse("2026-Q1")
    assert team.report("quotas", period=quarter).totals["won"].minor == 5_000
    report = team.report("quotas", period=quarter, where="source = fair")
    assert report.totals["won"].minor == 0
    assert any("Quotas are whole" in note for note in report.notes)
    assert sum(row["deals"] for row in team.report("forecast", where="source = fair").rows) == 2
    assert len(team.report("probability", where="source = fair").rows) == 2


@pytest.mark.parametrize(("where", "column", "said"), [
    ("source = fiar", 10, "there is no source 'fiar'"),
    ("owner in (Anna, Ana)", 17, "there is no rep 'Ana'. Did you mean Anna?"),
    ("amount > much", 10, "'much'"),
    ("amount between 9 and 3", 22, "from the smaller to the larger"),
    ("amount between USD 3 and EUR 9", 26, "cannot be mixed"),
    ("closed > never", 10, "'never' is not a date"),
    ("created = 2026-02-31", 11, "2026-02-31"),
    ("days_in_stage > long", 17, "no number of days"),
    ("probability > 400", 15, "between 0 % and 100 %"),
    ("status = closed", 10, "There are open, won, lost"),
    ("currency = euros", 12, "no currency"),
    ("stuck = maybe", 9, "yes or no"),
    ("deal contains ''", 15, "no deal is named"),
])  # fmt: skip
def test_a_value_that_cannot_be_is_refused_at_its_column(
    here: Small, where: str, column: int, said: str
) -> None:
    here.deal("2026-01-10", source="fair")
    error = problem_with(here.workspace, where)
    assert isinstance(error, FilterError)
    assert error.column == column
    assert said in str(error)


@settings(max_examples=250, suppress_health_check=[*HealthCheck], deadline=None)
@given(
    name=st.sampled_from(list(Field)),
    pick=st.integers(0, 20),
    texts=st.lists(
        st.text(max_size=20)
        | st.integers(-(10**30), 10**30).map(str)
        | st.sampled_from(
            ["9999", "0001", "2026-Q1", "1900..2200", "all", "+999999y", "-1d", "1e9", "USD", "∞"]
        ),
        min_size=2,
        max_size=2,
    ),
)
def test_no_value_raises_anything_but_an_error_of_ours(
    here: Small, name: Field, pick: int, texts: list[str]
) -> None:
    operators = operators_of(name)
    one = Comparison(name, operators[pick % len(operators)], tuple(map(Value, texts)))
    with here.workspace.read() as reader:
        try:
            found = filter_now(here.workspace, reader, spell(one))
        except FunnelError:
            return
        assert found is not None
    deal_ids(here.workspace, Scope(where=spell(one)))


def test_what_can_be_chosen_from(selling: tuple[Small, dict[str, int]]) -> None:
    choices = filter_choices(selling[0].workspace)
    assert choices[Field.OWNER] == ("Anna", "Ben", "Cleo")
    assert choices[Field.STAGE] == ("Lead", "Talk", "Offer")
    assert choices[Field.TAG] == ("pilot", "VIP")
    assert choices[Field.CURRENCY] == ("EUR", "USD")
    assert choices[Field.STATUS] == ("open", "won", "lost")
