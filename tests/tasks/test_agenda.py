"""My tasks, the queue of deals that need me, and whose day it is."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.period import day_number
from funnel_tui.domain.tasks import Bucket, bucket_of, due_words, last_of_week, next_step
from funnel_tui.errors import NotFound
from funnel_tui.services.agenda import (
    Need,
    my_tasks,
    next_up,
    queue_rows,
    rep_of_user,
    task_rows,
    whose_day,
)
from funnel_tui.services.deals import win_deal
from funnel_tui.services.people import create_rep, edit_rep
from funnel_tui.services.pipelines import edit_stage
from funnel_tui.services.settings import set_setting
from funnel_tui.services.tasks import delete_task, finish_task
from tests.services.world import DAY, START
from tests.tasks.office import Office, at

WEDNESDAY = at("2026-11-18T12:00")


def test_my_tasks_stand_in_the_order_they_are_due(office: Office) -> None:
    office.clock.now = WEDNESDAY
    words = ["+2w", "yesterday", "sun", "today 17:00", None, "today", "today 9:00", "mon", "-1m", "thu 8:00"]
    made = {word: office.task(title=str(word), due=word) for word in words}
    office.task(owner_id=office.reps[1], due="today")
    delete_task(office.workspace, task_id=office.task(due="today"))
    finish_task(office.workspace, task_id=office.task(due="today"))
    tasks = my_tasks(office.workspace, office.reps[0])
    ordered = [
        *("-1m", "yesterday", "today 9:00", "today 17:00", "today", "thu 8:00", "sun", "mon", "+2w", None)
    ]
    assert [fact.title for fact in task_rows(office.workspace, tasks.ids)] == [str(word) for word in ordered]
    assert dict(tasks.counts) == {
        Bucket.OVERDUE: 3,
        Bucket.TODAY: 2,
        Bucket.WEEK: 2,
        Bucket.LATER: 2,
        Bucket.UNDATED: 1,
    }
    assert list(tasks.part(Bucket.OVERDUE)) == [made[word] for word in ordered[:3]]
    assert list(tasks.part(Bucket.UNDATED)) == [made[None]]
    assert [number for bucket in Bucket for number in tasks.part(bucket)] == list(tasks.ids)
    assert len(my_tasks(office.workspace, None).ids) == 11
    # On a calendar whose week begins on Sunday, that Sunday is next week.
    assert my_tasks(office.workspace, office.reps[0], week_start=6).counts[Bucket.WEEK] == 1


@pytest.mark.parametrize(
    ("zone", "now", "bucket"),
    [
        ("UTC", "2026-11-18T23:59:59", Bucket.TODAY),
        ("UTC", "2026-11-19T00:00:00", Bucket.OVERDUE),
        ("Europe/Oslo", "2026-11-18T22:59:59", Bucket.TODAY),
        ("Europe/Oslo", "2026-11-18T23:00:00", Bucket.OVERDUE),
        ("America/New_York", "2026-11-19T04:59:59", Bucket.TODAY),
        ("America/New_York", "2026-11-19T05:00:00", Bucket.OVERDUE),
        ("Pacific/Auckland", "2026-11-17T10:59:59", Bucket.WEEK),
        ("Pacific/Auckland", "2026-11-17T11:00:00", Bucket.TODAY),
    ],
)
def test_a_day_ends_at_midnight_of_the_team_s_zone(
    office: Office, zone: str, now: str, bucket: Bucket
) -> None:
    set_setting(office.workspace, name="time_zone", value=zone)
    office.task(due="2026-11-18")
    office.clock.now = at(now)
    counts = my_tasks(office.workspace, office.reps[0]).counts
    assert {name for name, count in counts.items() if count} == {bucket}


def test_a_time_that_comes_twice_is_past_after_the_first(office: Office) -> None:
    set_setting(office.workspace, name="time_zone", value="Europe/Oslo")
    office.clock.now = at("2026-10-24T12:00")
    office.task(due="2026-10-25 02:30")
    first, second = at("2026-10-25T00:30"), at("2026-10-25T01:30")
    for now, bucket in ((first, Bucket.TODAY), (first + 1, Bucket.OVERDUE), (second, Bucket.OVERDUE)):
        office.clock.now = now
        assert my_tasks(office.workspace, office.reps[0]).counts[bucket] == 1


def test_the_queue_names_each_deal_once_with_all_reasons(office: Office) -> None:
    for stage in office.stages:
        edit_stage(office.workspace, stage_id=stage, changes={"stuck_days": 30})
    late, later, stuck, longer, idle, fine, theirs = (
        office.deal(name) for name in ("late", "later", "stuck", "longer", "idle", "fine", "theirs")
    )
    finish_task(office.workspace, task_id=office.task(idle))
    won = office.deal("won")
    office.task(won, "tomorrow")
    win_deal(office.workspace, deal_id=won)
    office.clock.now = START + 10 * DAY
    office.task(late, "tomorrow")
    office.task(later, "+20d")
    office.task(later, "+3d", title="Ask [/EU]")
    office.task(theirs, "tomorrow", owner_id=office.reps[1])
    office.clock.now = START + 20 * DAY
    queue = next_up(office.workspace, whose_day(office.workspace, "Ana"))
    assert [row.deal.title for row in queue_rows(office.workspace, queue)] == ["late", "later", "idle"]
    assert queue.needs == (Need.OVERDUE, Need.OVERDUE, Need.IDLE)
    office.clock.now = START + 40 * DAY
    queue = next_up(office.workspace, whose_day(office.workspace, "Ana"))
    rows = queue_rows(office.workspace, queue)
    assert [row.deal.title for row in rows[:2]] == ["late", "later"]
    assert {row.deal.id for row in rows} == {late, later, stuck, longer, idle, fine, theirs}
    assert rows[1].why == "call: Ask [/EU], 27 days late · 40 days in Lead"
    idle_row = next(row for row in rows if row.deal.id == idle)
    assert (idle_row.need, idle_row.why) == (Need.STUCK, "40 days in Lead · idle for 40 days")
    assert [row.deal.id for row in queue_rows(office.workspace, queue, 1, 1)] == [later]
    everybody = next_up(office.workspace, None)
    assert set(everybody.ids) == set(queue.ids)
    mine = next_up(office.workspace, whose_day(office.workspace, "Bjørn & Søn"))
    assert list(mine.ids) == [theirs]


def test_an_empty_database_has_an_empty_day(office: Office) -> None:
    assert my_tasks(office.workspace, None).ids == next_up(office.workspace, None).ids
    assert task_rows(office.workspace, [99]) == []


def test_whose_day_it_is(office: Office) -> None:
    ana = (office.reps[0], "Ana")
    # The user of the fixture is called ana.
    assert rep_of_user(office.workspace) == ana
    assert whose_day(office.workspace, "bjørn & søn") == (office.reps[1], "Bjørn & Søn")
    assert rep_of_user(office.as_user("ANA")) == ana
    with pytest.raises(NotFound, match="Did you mean 'Ana'"):
        whose_day(office.workspace, "Anna")
    stranger = office.as_user("root")
    assert rep_of_user(stranger) is None
    edit_rep(office.workspace, rep_id=office.reps[1], version=1, changes={"active": False})
    assert rep_of_user(stranger) == ana
    create_rep(office.workspace, name="Root")
    mine = rep_of_user(stranger)
    assert mine is not None
    assert mine[1] == "Root"


DAYS = st.integers(18_000, 22_000)


@given(today=DAYS, due=DAYS, time=st.none() | st.integers(0, 86_399), week_start=st.integers(0, 6))
def test_every_task_falls_into_one_bucket(today: int, due: int, time: int | None, week_start: int) -> None:
    day = date.fromordinal(date(1970, 1, 1).toordinal() + today)
    now = today * DAY + 43_200
    last = day_number(last_of_week(day, week_start))
    assert 0 <= last - today <= 6
    bucket = bucket_of(due, None if time is None else due * DAY + time, now, today, last)
    if due < today:
        assert bucket is Bucket.OVERDUE
    elif due == today:
        assert bucket is (Bucket.OVERDUE if time is not None and time < 43_200 else Bucket.TODAY)
    else:
        assert bucket is (Bucket.WEEK if due <= last else Bucket.LATER)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-17", "1 day late"),
        ("2023-11-18", "1,096 days late"),
        ("2026-11-18", "today"),
        ("2026-11-19", "tomorrow"),
        ("2026-11-20", "Fri 20 Nov"),
        ("2027-01-04", "Mon 4 Jan 2027"),
    ],
)
def test_a_due_day_in_words(due: str, words: str) -> None:
    assert due_words(day_number(date.fromisoformat(due)), date(2026, 11, 18)) == words
    assert due_words(None, date(2026, 11, 18)) == ""


@given(today=DAYS, kind=st.text(max_size=8), outcome=st.none() | st.text(max_size=8))
def test_no_suggestion_for_a_weekend(today: int, kind: str, outcome: str | None) -> None:
    day = date.fromordinal(date(1970, 1, 1).toordinal() + today)
    for word in (kind, "call", "email", "meeting"):
        draft = next_step(word, "x", outcome, day, deal_id=1, owner_id=1)
        assert today < draft.due_day <= today + 9
        assert date.fromordinal(date(1970, 1, 1).toordinal() + draft.due_day).weekday() < 5


def test_reading_the_day_loads_no_database_library() -> None:
    script = (
        "import sys; from funnel_tui.services import agenda, today;"
        "print(sorted({'sqlalchemy', 'sqlmodel', 'textual', 'babel', 'pydantic'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert said.stdout.strip() == "[]"
