"""The instant that a text means, steps in time, and that nothing is written while the past is looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.db.reader import Reader, ServerReader, Shelf
from funnel_tui.domain.looking_back import Step, instant_text
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import InvalidInput, Refused
from funnel_tui.queries import past
from funnel_tui.screens.time_machine import seen_from
from funnel_tui.services import deals, people, pipelines, settings
from funnel_tui.services.history import undo
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.instants import why_empty
from funnel_tui.services.time_machine import read_instant, stepped
from tests.services.world import World

OSLO, UTC_ZONE = ZoneInfo("Europe/Oslo"), ZoneInfo("UTC")
INSTANTS = st.integers(31_536_000, 4_000_000_000)


def at(text: str, zone: ZoneInfo = UTC_ZONE) -> int:
    """An instant of a time zone, in epoch seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


@pytest.mark.parametrize(
    ("start", "step", "steps", "end"),
    [
        ("2026-03-31T09:30", Step.MONTH, -1, "2026-02-28T09:30"),
        ("2026-01-31T00:00", Step.MONTH, 1, "2026-02-28T00:00"),
        ("2024-01-31T00:00", Step.MONTH, 1, "2024-02-29T00:00"),
        ("2026-01-15T00:00", Step.MONTH, -13, "2024-12-15T00:00"),
        ("2026-03-28T12:00", Step.DAY, 2, "2026-03-30T12:00"),
        ("2026-03-30T12:00", Step.WEEK, -1, "2026-03-23T12:00"),
    ],
)
def test_a_step_keeps_the_time_of_the_day(start: str, step: Step, steps: int, end: str) -> None:
    assert stepped(at(start, OSLO), step, steps, OSLO) == at(end, OSLO)


@given(instant=INSTANTS, step=st.sampled_from(list(Step)), zone=st.sampled_from([OSLO, UTC_ZONE]))
def test_steps_go_back_and_on(instant: int, step: Step, zone: ZoneInfo) -> None:
    assert stepped(instant, step, -1, zone) < instant < stepped(instant, step, 1, zone)
    if zone is UTC_ZONE and step is not Step.MONTH:
        assert stepped(stepped(instant, step, 1, zone), step, -1, zone) == instant


def test_steps_are_days_weeks_months_and_days_again() -> None:
    assert [Step.DAY.next, Step.WEEK.next, Step.MONTH.next] == [Step.WEEK, Step.MONTH, Step.DAY]


def test_an_instant_reads_with_its_year() -> None:
    assert instant_text(at("2026-04-01T00:00", OSLO), OSLO) == "Wed 1 Apr 2026 00:00"


@given(
    day=st.dates(date(2020, 1, 1), date(2026, 11, 20)),
    kind=st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR]),
    compared=st.booleans(),
)
def test_the_period_of_now_goes_along_and_comes_back(day: date, kind: PeriodKind, compared: bool) -> None:
    now = at("2026-11-21T12:00")
    period = Period.containing(date(2026, 11, 21), kind)
    scope = Scope(period=period, compare=period.previous() if compared else None)
    then = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    past = seen_from(scope, then, now, UTC_ZONE)
    assert past.as_of == then
    assert past.period == Period.containing(day, kind)
    assert past.compare == (past.period.previous() if compared else None)
    assert seen_from(past, None, now, UTC_ZONE) == scope


def test_another_period_stays_unless_it_had_not_begun() -> None:
    now, then = at("2026-11-21T12:00"), at("2026-04-01T00:00")
    for period in (Period.quarter(2025, 4), Period.all_time(), Period.year(2025)):
        assert seen_from(Scope(period=period), then, now, UTC_ZONE).period == period
    late = seen_from(Scope(period=Period.month(2026, 9)), then, now, UTC_ZONE)
    assert late.period == Period.month(2026, 3), "as of its first instant a month is empty: the one before"


def test_words_become_an_instant(world: World) -> None:
    world.clock.now = at("2026-11-21T12:00")
    assert read_instant(world.workspace, "1 apr") == at("2026-04-01T00:00")
    assert read_instant(world.workspace, "2026-04-01 14:30") == at("2026-04-01T14:30")
    assert read_instant(world.workspace, "yesterday") == at("2026-11-20T00:00")
    assert read_instant(world.workspace, "today") == at("2026-11-21T00:00")
    assert read_instant(world.workspace, "now") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow", "has not come yet"),
        ("2031-01-01", "has not come yet"),
        ("soonish", "soonish"),
        ("", "Type"),
    ],
)
def test_what_is_no_past_instant_is_told_in_words(world: World, text: str, why: str) -> None:
    world.clock.now = at("2026-11-21T12:00")
    with pytest.raises(InvalidInput) as refused:
        read_instant(world.workspace, text)
    assert refused.value.field == "instant"
    assert why in str(refused.value)


def test_before_the_first_deal_is_told_in_words(world: World) -> None:
    with world.workspace.read() as reader:
        assert why_empty(reader, world.clock.now, UTC_ZONE) == "there are no deals"
    world.deal("First")
    created = world.clock.now
    with world.workspace.read() as reader:
        assert why_empty(reader, created, UTC_ZONE) == ""
        assert "before the first deal" in why_empty(reader, created - 1, UTC_ZONE)


@pytest.mark.parametrize("name", ["metrics", "funnel", "active", "losses", "change"])
def test_a_report_says_where_its_instant_shows_nothing(world: World, name: str) -> None:
    world.deal("First")
    now = world.clock.now
    for instant, why in ((now - 1, "is before the first deal ("), (now + 1, "has not come yet")):
        notes = run_report(world.workspace, name, Scope(as_of=instant)).notes
        assert why in notes[-1]
    for seen in (now, None):
        notes = run_report(world.workspace, name, Scope(as_of=seen)).notes
        assert not any("first deal (" in note or "not come" in note for note in notes)


# Nothing is written


WRITES: dict[str, Callable[[World, int], object]] = {
    "create": lambda w, deal: w.deal("New"),
    "edit": lambda w, deal: deals.edit_deal(w.workspace, deal_id=deal, version=1, changes={"title": "x"}),
    "move": lambda w, deal: deals.move_deal(w.workspace, deal_id=deal, stage_id=w.stages[1]),
    "win": lambda w, deal: deals.win_deal(w.workspace, deal_id=deal),
    "lose": lambda w, deal: deals.lose_deal(w.workspace, deal_id=deal, reason="Price"),
    "organisation": lambda w, deal: people.create_organisation(w.workspace, name="Acme"),
    "stage": lambda w, deal: pipelines.add_stage(
        w.workspace, pipeline_id=w.pipeline, name="Legal", position=2
    ),
    "setting": lambda w, deal: settings.set_setting(w.workspace, name="idle_days", value=3),
    "undo": lambda w, deal: undo(w.workspace),
}


@pytest.mark.parametrize("name", WRITES)
def test_no_service_writes_while_writing_is_off(world: World, name: str) -> None:
    deal = world.deal("Open")
    before = everything(world)
    world.workspace.writing_off = "because"
    with pytest.raises(Refused) as refused:
        WRITES[name](world, deal)
    assert refused.value.hint == "because"
    assert everything(world) == before
    world.workspace.writing_off = ""
    WRITES[name](world, deal)
    assert everything(world) != before


def everything(world: World) -> list[tuple[object, ...]]:
    """The changes there are."""
    with world.workspace.read() as reader:
        return reader.rows("SELECT id, entity, op FROM change ORDER BY id")


# What is kept of a past instant


def test_what_is_kept_of_an_instant_is_read_anew_after_a_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_together = counted(monkeypatch)
    deal = world.deal("Open", amount_minor=500, currency="EUR")
    world.clock.forward(2)
    deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    then = world.clock.forward(2)
    world.clock.forward(2)
    deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[2])
    assert stages_then(world, then) == stages_then(world, then) == [0, 1, 0, 0]
    assert len(put_together) == 1, "the second look used what the first had read"
    undo(world.workspace)
    undo(world.workspace)  # the deal never left its first stage
    deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[2])
    assert stages_then(world, then) == [1, 0, 0, 0]
    assert len(put_together) == 2


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One item for each time that deals of a past instant are put together."""
    put_together: list[int] = []
    read = past._past_deals

    def told(reader: Reader, as_of: int, *rest: Any) -> Any:
        put_together.append(as_of)
        return read(reader, as_of, *rest)

    monkeypatch.setattr(past, "_past_deals", told)
    return put_together


def stages_then(world: World, then: int) -> list[int]:
    """How many open deals each stage held."""
    return [row["deals"] for row in run_report(world.workspace, "active", Scope(as_of=then)).rows]


def test_a_transaction_that_writes_uses_nothing_that_was_kept(world: World) -> None:
    kept = world.workspace.database.shelf.find("name", 1, lambda: "kept")
    assert kept == world.workspace.database.shelf.find("name", 1, lambda: "anew") == "kept"
    assert world.workspace.database.shelf.find("name", 2, lambda: "anew") == "anew"
    with world.workspace.change("nothing") as call:
        assert ServerReader(call.connection).kept("name", 2, lambda: "its own") == "its own"


def test_only_the_last_few_things_are_kept() -> None:
    shelf = Shelf(room=2)
    for name in ("first", "second", "third"):
        shelf.find(name, None, lambda: "kept")
    assert shelf.find("third", None, lambda: "anew") == "kept"
    assert shelf.find("second", None, lambda: "anew") == "kept"
    assert shelf.find("first", None, lambda: "anew") == "anew"
    shelf.clear()
    assert shelf.find("third", None, lambda: "anew") == "anew"
