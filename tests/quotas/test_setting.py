"""Setting, spreading, raising and copying quotas; what is refused and what is only told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder, QuotaWish
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import FunnelError, InvalidInput, NotFound, Refused
from funnel_tui.queries.quotas import quotas_between, revisions
from funnel_tui.services.forecast_adjustments import adjust_forecast, read_adjustments
from funnel_tui.services.history import redo, undo
from funnel_tui.services.people import edit_rep
from funnel_tui.services.quotas import (
    copy_quotas,
    raise_quotas,
    set_quota,
    set_quotas,
    spread_quota,
    spread_quotas,
)
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from tests.reports.small import Small, instant

Q3 = Period.quarter(2026, 3)
YEAR = Period.year(2027)


def present(workspace: Workspace) -> dict[str, int | None]:
    """The quotas that hold, by the name of their period."""
    with workspace.read() as reader:
        facts = quotas_between(reader)
    from funnel_tui.domain.quotas import period_between

    return {period_between(fact.start_day, fact.end_day).name: fact.amount for fact in facts}


def groups(workspace: Workspace) -> int:
    """How many change groups there are."""
    with workspace.read() as reader:
        return int(reader.rows("SELECT count(*) FROM change_group")[0][0])


def test_a_revision_is_added_and_never_changed(team: Small) -> None:
    workspace, anna = team.workspace, Holder(rep_id=team.reps["Anna"])
    set_quota(workspace, holder=anna, period=Q3, amount=100_000, note="plan")
    before = groups(workspace)
    done = set_quota(workspace, holder=anna, period=Q3, amount=120_000, note="two accounts more")
    assert (done.written, done.unchanged, groups(workspace)) == (1, 0, before + 1)
    with workspace.read() as reader:
        found = revisions(reader)
    assert [(one.amount, one.currency, one.note, one.by) for one in found] == [
        (100_000, "EUR", "plan", "tester"),
        (120_000, "EUR", "two accounts more", "tester"),
    ]
    same = set_quota(workspace, holder=anna, period=Q3, amount=120_000)
    assert (same.written, same.unchanged, groups(workspace)) == (0, 1, before + 1)
    assert present(workspace) == {"2026-Q3": 120_000}


def test_a_quota_of_zero_is_set_and_said_plainly(team: Small) -> None:
    workspace, anna = team.workspace, Holder(rep_id=team.reps["Anna"])
    assert set_quota(workspace, holder=anna, period=Q3, amount=100_000).notes == []
    done = set_quota(workspace, holder=anna, period=Q3, amount=0)
    assert done.written == 1
    assert done.notes == [
        "A quota of 0 counts as none: it has no percentage, and what is won is in no total. Anna for Q3 2026."
    ]


def test_undo_and_redo_take_a_whole_call(team: Small) -> None:
    workspace = team.workspace
    wishes = [QuotaWish(Holder(rep_id=rep), Q3, 1_000 * rep) for rep in team.reps.values()]
    wishes.append(QuotaWish(Holder(), Q3, 25, QuotaUnit.DEALS))
    assert set_quotas(workspace, wishes).written == 4
    with workspace.read() as reader:
        before = quotas_between(reader)
    set_quota(workspace, holder=Holder(), period=Q3, amount=None, unit="deals")
    with workspace.read() as reader:
        assert len(quotas_between(reader)) == 3
    undo(workspace)
    with workspace.read() as reader:
        assert quotas_between(reader) == before
    undo(workspace)
    assert present(workspace) == {}
    redo(workspace)
    with workspace.read() as reader:
        assert quotas_between(reader) == before


def test_all_of_a_grid_or_none(team: Small) -> None:
    wishes = [QuotaWish(Holder(rep_id=1), Q3, 5), QuotaWish(Holder(rep_id=2), Q3, -5)]
    with pytest.raises(InvalidInput, match="negative"):
        set_quotas(team.workspace, wishes)
    assert present(team.workspace) == {}


def test_spreading_a_year(team: Small) -> None:
    workspace, north = team.workspace, Holder(team_id=1)
    done = spread_quota(workspace, holder=north, period=YEAR, into="quarter", amount=1_000_003)
    assert done.written == 5
    assert present(workspace) == {
        **{"2027": 1_000_003, "2027-Q1": 250_001, "2027-Q2": 250_001, "2027-Q3": 250_001},
        "2027-Q4": 250_000,
    }
    spread_quota(workspace, holder=north, period=Period.quarter(2027, 2), into="month")
    found = present(workspace)
    assert [found[f"2027-0{month}"] for month in (4, 5, 6)] == [83_334, 83_334, 83_333]
    undo(workspace)
    assert len(present(workspace)) == 5
    with pytest.raises(NotFound, match="no quota for 2028"):
        spread_quota(workspace, holder=north, period=Period.year(2028), into="month")


def test_spreading_the_quotas_of_several(team: Small) -> None:
    workspace, north, rep = team.workspace, Holder(team_id=1), Holder(rep_id=1)
    set_quotas(workspace, [QuotaWish(north, YEAR, 401), QuotaWish(rep, YEAR, 100)])
    everybody = [north, Holder(rep_id=2), rep]
    done = spread_quotas(workspace, holders=everybody, period=YEAR, into="quarter")
    assert done.written == 8
    assert done.notes == ["1 of them has no quota for 2027 and stays as it is."]
    with workspace.read() as reader:
        found = {(fact.holder, fact.start_day, fact.end_day): fact.amount for fact in quotas_between(reader)}
    assert sorted(amount for (holder, *_), amount in found.items() if holder == north) == [
        *(100, 100, 100, 101),
        401,
    ]
    assert [amount for (holder, *_), amount in found.items() if holder == rep].count(25) == 4
    undo(workspace)
    with pytest.raises(NotFound, match="None of them has a quota for 2028"):
        spread_quotas(workspace, holders=everybody, period=Period.year(2028), into="month")


def test_a_fiscal_year_has_its_own_quarters(here: Small) -> None:
    set_setting(here.workspace, name="fiscal_start", value=4)
    spread_quota(here.workspace, holder=Holder(), period=Period.year(2027, 4), into="quarter", amount=400)
    with here.workspace.read() as reader:
        starts = sorted(fact.start_day for fact in quotas_between(reader))
    assert starts[0] == starts[1] == (Period.year(2027, 4).start - Period.parse("1970-01-01").start).days


def test_raising_and_copying(team: Small) -> None:
    workspace = team.workspace
    for rep, amount in ((1, 100_001), (2, 50_000)):
        set_quota(workspace, holder=Holder(rep_id=rep), period=Q3, amount=amount)
    raise_quotas(workspace, period=Q3, percent=Fraction(5, 2))
    with workspace.read() as reader:
        assert [fact.amount for fact in quotas_between(reader)] == [102_501, 51_250]
    raise_quotas(workspace, period=Q3, percent=Fraction(-50), holders=[Holder(rep_id=1)])
    set_quota(workspace, holder=Holder(rep_id=2), period=Period.quarter(2026, 4), amount=7)
    done = copy_quotas(workspace, period=Q3)
    assert done.written == 1
    assert any("stays as it is" in note for note in done.notes)
    with workspace.read() as reader:
        found = {(fact.rep_id, fact.start_day > 20_700): fact.amount for fact in quotas_between(reader)}
    assert found == {(1, False): 51_251, (2, False): 51_250, (1, True): 51_251, (2, True): 7}
    with pytest.raises(NotFound, match="no quota for Q1 2030"):
        copy_quotas(workspace, period=Period.quarter(2030, 1))
    with pytest.raises(InvalidInput, match="5,000 %"):
        raise_quotas(workspace, period=Q3, percent=Fraction(5_000))


@pytest.mark.parametrize(
    ("wish", "error", "said"),
    [
        ({"amount": -1}, InvalidInput, "must not be negative"),
        ({"amount": 10**15 + 1}, InvalidInput, "cannot be meant"),
        ({"amount": 10**6 + 1, "unit": "deals"}, InvalidInput, "1,000,000 deals"),
        ({"amount": "12"}, InvalidInput, "whole number"),
        ({"amount": 1.5}, InvalidInput, "whole number"),
        ({"amount": True}, InvalidInput, "whole number"),
        ({"amount": 5, "unit": "bottles"}, InvalidInput, "'bottles'"),
        ({"amount": 5, "currency": "EUX"}, InvalidInput, "EUX"),
        ({"amount": 5, "unit": "deals", "currency": "EUR"}, InvalidInput, "no currency"),
        ({"amount": 5, "holder": Holder(rep_id=99)}, NotFound, "no rep with number 99"),
        ({"amount": 5, "holder": Holder(team_id=99)}, NotFound, "no team with number 99"),
        ({"amount": 5, "holder": Holder(1, 1)}, InvalidInput, "not both"),
        ({"amount": 5, "period": Period.all_time()}, InvalidInput, "needs a period"),
        ({"amount": 5, "period": Period.parse("2026-08-15..2026-10-14")}, Refused, "overlaps"),
        ({"amount": 5, "period": Period.parse("2026-07-10..2026-07-20")}, Refused, "overlaps"),
        ({"amount": None, "period": YEAR}, Refused, "no such quota"),
    ],
)
def test_what_is_refused(here: Small, wish: dict[str, Any], error: type[FunnelError], said: str) -> None:
    set_quota(here.workspace, holder=Holder(rep_id=1), period=Q3, amount=77)
    before = groups(here.workspace)
    with pytest.raises(error, match=said):
        set_quota(here.workspace, **{"holder": Holder(rep_id=1), "period": Q3, **wish})
    assert present(here.workspace) == {"2026-Q3": 77}
    assert groups(here.workspace) == before


def test_months_and_years_hold_one_another(here: Small) -> None:
    for period in (Q3, YEAR, Period.month(2026, 7), Period.year(2026)):
        set_quota(here.workspace, holder=Holder(rep_id=1), period=period, amount=5)
    assert len(present(here.workspace)) == 4


def test_money_and_deals_of_one_period_are_two_quotas(here: Small) -> None:
    anna = Holder(rep_id=1)
    set_quota(here.workspace, holder=anna, period=Q3, amount=5)
    set_quota(here.workspace, holder=anna, period=Q3, amount=0, unit="deals")
    with here.workspace.read() as reader:
        assert {fact.unit: fact.amount for fact in quotas_between(reader)} == {"money": 5, "deals": 0}


def test_a_rep_who_has_left_gets_no_new_quota(here: Small) -> None:
    workspace = here.workspace
    edit_rep(workspace, rep_id=1, version=1, changes={"active": False})
    with pytest.raises(Refused, match="Anna has left"):
        set_quota(workspace, holder=Holder(rep_id=1), period=Q3, amount=5)
    over = Period.quarter(2026, 1)
    assert set_quota(workspace, holder=Holder(rep_id=1), period=over, amount=5).written == 1


def test_what_is_allowed_but_told(here: Small) -> None:
    workspace = here.workspace
    done = set_quota(workspace, holder=Holder(), period=Q3, amount=5, currency="chf")
    assert any("no exchange rate for CHF" in note for note in done.notes)
    here.rate("CHF", "EUR", "2026-01-01", 1.05)
    assert set_quota(workspace, holder=Holder(), period=Q3, amount=6, currency="CHF").notes == []
    straddling = Period.parse("2026-12-01..2027-02-28")
    done = set_quota(workspace, holder=Holder(rep_id=2), period=straddling, amount=5)
    assert done.notes == ["1 Dec 2026 – 28 Feb 2027 lies in two fiscal years: 2026 and 2027."]


def test_as_of_the_past(team: Small) -> None:
    """METRICS M5: revisions up to as-of count, later ones do not."""
    early = Workspace(team.workspace.database, clock=lambda: instant("2026-05-01"), actor="tester")
    anna = Holder(rep_id=1)
    set_quota(early, holder=anna, period=Q3, amount=100)
    set_quota(team.workspace, holder=anna, period=Q3, amount=200)
    found = []
    for day in ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01"):
        report = team.report("quotas", period=Q3, as_of=instant(day), owner="Anna")
        found.append(None if report.rows[0]["quota"] is None else report.rows[0]["quota"].minor)
    assert found == [None, 100, 100, 200]


def test_adjustments_of_a_forecast(team: Small) -> None:
    workspace, anna = team.workspace, Holder(rep_id=1)
    adjust_forecast(workspace, holder=anna, period=Q3, amount_minor=-500, note="holiday")
    adjust_forecast(workspace, holder=anna, period=Q3, amount_minor=300, note="a big one")
    found = read_adjustments(workspace, Q3)
    assert [(one.amount_minor, one.note) for one in found.history] == [(300, "a big one"), (-500, "holiday")]
    assert found.present[anna].amount_minor == 300
    assert any("+3.00 EUR by tester (a big one)" in note for note in team.report("forecast", period=Q3).notes)
    adjust_forecast(workspace, holder=anna, period=Q3, amount_minor=0)
    assert read_adjustments(workspace, Q3).present == {}
    undo(workspace)
    assert read_adjustments(workspace, Q3).present[anna].amount_minor == 300
    for wish, said in (
        ({"amount_minor": 5}, "needs a note"),
        ({"amount_minor": 300, "note": "a big one"}, "adjusted so already"),
        ({"amount_minor": 10**16, "note": "x"}, "cannot be meant"),
        ({"amount_minor": 5, "note": "x", "period": Period.all_time()}, "needs a period"),
        ({"amount_minor": 0, "period": YEAR}, "has no adjustment"),
    ):
        with pytest.raises(FunnelError, match=said):
            adjust_forecast(workspace, **{"holder": anna, "period": Q3, **wish})  # type: ignore[arg-type]
