"""Importing meetings from calendars, and exporting tasks to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from funnel_tui.errors import FunnelError
from funnel_tui.services.importing import ImportRefused, Outcome
from funnel_tui.services.people import create_organisation, create_person, create_rep
from tests.importing.support import Folder, at, reasons
from tests.importing.test_interactions import DAYS, STORED, counts
from tests.support.cli import ok, refused, run_here

HOUR = 3600
START, DAILY = "DTSTART:20260201T100000Z", "RRULE:FREQ=DAILY;UNTIL=20260203T100000Z"
OSLO = """BEGIN:VTIMEZONE
TZID:Our Oslo
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""


def event(
    start: str = "DTSTART:20260201T100000Z",
    *more: str,
    uid: str = "u1",
    organiser: str = "anna@us.no",
    attendees: tuple[str, ...] = ("kari@nord.no",),
    summary: str = "Demo",
) -> str:
    people = [f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{each}" for each in attendees]
    who = [f"ORGANIZER;CN=Anna:MAILTO:{organiser}"] if organiser else []
    lines = ["BEGIN:VEVENT", f"UID:{uid}", start, f"SUMMARY:{summary}", *who, *people, *more, "END:VEVENT"]
    return "\n".join(lines) + "\n"


class Diary(Folder):
    """A folder with a rep and a person, and a way to import events; now is 2026-04-01."""

    def events(self, *events: str, head: str = "", name: str = "meetings.ics", **options: Any) -> Outcome:
        path = self.path / name
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{''.join(events)}END:VCALENDAR\n"
        path.write_bytes(text.replace("\n", "\r\n").encode())
        return self.load("interactions", str(path), **options)

    def stored(self) -> list[tuple[Any, ...]]:
        """Id, instant, planned, duration."""
        return [(row[0], row[8], row[9], row[10]) for row in self.rows(STORED)]


@pytest.fixture
def diary(folder: Folder) -> Diary:
    made = Diary(folder.path, folder.workspace)
    create_rep(made.workspace, name="Anna", email="anna@us.no")
    nord = create_organisation(made.workspace, name="Nord")
    create_person(made.workspace, name="Kari", email="Kari@nord.no", organisation_id=nord)
    return made


def test_a_past_meeting_was_held_and_a_future_one_is_planned(diary: Diary) -> None:
    outcome = diary.events(
        event("DTSTART:20260201T100000Z", "DTEND:20260201T113000Z", "LOCATION:Oslo", "DESCRIPTION:a\\nb"),
        event("DTSTART:20260501T100000Z", "DURATION:PT45M", uid="u2", organiser="kari@nord.no"),
    )
    assert counts(outcome) == (2, 0, 0)
    assert outcome.lines()[0] == "2 events read; interactions: 2 new, 0 updated, 0 unchanged."
    past, future = diary.rows(STORED)
    assert past[:8] == ("ics:u1", None, "Nord", "Kari", "Anna", "Meeting", "out", None)
    assert past[8:] == (at("02-01") + 10 * HOUR, 0, 5400, "Demo (Oslo)\na\nb")
    assert future[4:10] == ("(no owner)", "Meeting", "in", None, at("05-01") + 10 * HOUR, 1)
    assert future[10] == 2700
    assert diary.rows(DAYS) == [(1, 1, 0, 0, 1)]


def test_times_are_those_of_their_zones(diary: Diary) -> None:
    outcome = diary.events(
        event("DTSTART;TZID=Europe/Oslo:20260115T100000", uid="winter"),
        event("DTSTART;TZID=Our Oslo:20260715T100000", uid="summer"),
        event("DTSTART:20260115T100000", uid="floating"),
        event("DTSTART;VALUE=DATE:20260115", uid="day"),
        event("DTSTART;TZID=Middle/Earth:20260115T100000", uid="strange"),
        head=OSLO,
        timezone="America/New_York",
    )
    assert {ident: moment for ident, moment, _, _ in diary.stored()} == {
        "ics:winter": at("01-15") + 9 * HOUR,
        "ics:summer": at("07-15") + 8 * HOUR,
        "ics:floating": at("01-15") + 15 * HOUR,
        "ics:day": at("01-15") + 5 * HOUR,
        "ics:strange": at("01-15") + 15 * HOUR,
    }
    assert (
        "Nobody knows the time zone Middle/Earth; its times were read as America/New_York." in outcome.lines()
    )


def test_meetings_with_nobody_known_or_who_declined_are_passed_over(diary: Diary) -> None:
    outcome = diary.events(
        event(attendees=("x@elsewhere.org",)),
        event(
            "DTSTART:20260201T100000Z",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:kari@nord.no",
            uid="u2",
            attendees=(),
        ),
    )
    assert counts(outcome) == (0, 0, 0)
    assert "2 were with nobody known and were passed over." in outcome.lines()


def test_again_changes_nothing_and_a_moved_meeting_is_moved(diary: Diary) -> None:
    future = "DTSTART:20260501T100000Z"
    diary.events(event(future))
    assert counts(diary.events(event(future))) == (0, 0, 1)
    assert counts(diary.events(event("DTSTART:20260502T100000Z", summary="Demo 2"))) == (0, 1, 0)
    assert diary.stored() == [("ics:u1", at("05-02") + 10 * HOUR, 1, None)]
    assert diary.rows(DAYS) == [(0, 1, 0, 0, 0)]


def test_a_planned_meeting_whose_time_has_passed_took_place(diary: Diary) -> None:
    diary.events(event("DTSTART:20260501T100000Z"))
    assert counts(diary.events(event("DTSTART:20260501T100000Z"), now=at("06-01"))) == (0, 1, 0)
    assert diary.rows(DAYS) == [(1, 0, 0, 0, 1)]


@pytest.mark.parametrize("how", ["status", "method"])
def test_a_meeting_that_was_called_off_goes_unless_it_took_place(diary: Diary, how: str) -> None:
    held, planned = "DTSTART:20260201T100000Z", "DTSTART:20260501T100000Z"
    diary.events(event(held, uid="held"), event(planned, uid="planned"))
    off = ("STATUS:CANCELLED",) if how == "status" else ()
    outcome = diary.events(
        *(
            event(start, *off, uid=uid)
            for start, uid in ((held, "held"), (planned, "planned"), (planned, "new"))
        ),
        head="METHOD:CANCEL\n" if how == "method" else "",
    )
    assert [row[0] for row in diary.stored()] == ["ics:held"]
    assert "1 planned meeting was called off and taken away." in outcome.lines()
    assert diary.rows(DAYS) == [(1, 0, 0, 0, 1)]


def test_a_weekly_meeting_is_worked_out_in_a_window_in_local_time(diary: Diary) -> None:
    weekly = event(
        "DTSTART;TZID=Europe/Oslo:20260316T100000",
        "DTEND;TZID=Europe/Oslo:20260316T110000",
        "RRULE:FREQ=WEEKLY;UNTIL=20260420T215959Z",
        "EXDATE;TZID=Europe/Oslo:20260323T100000",
    )
    moved = event(
        "DTSTART;TZID=Europe/Oslo:20260407T140000", "RECURRENCE-ID;TZID=Europe/Oslo:20260406T100000", uid="u1"
    )
    outcome = diary.events(moved, weekly)
    assert (outcome.rows, outcome.new) == (1, 5)
    moments = sorted((moment, planned) for _, moment, planned, _ in diary.stored())
    assert moments == [
        (at("03-16") + 9 * HOUR, 0),
        (at("03-30") + 8 * HOUR, 0),
        (at("04-07") + 12 * HOUR, 1),
        (at("04-13") + 8 * HOUR, 1),
        (at("04-20") + 8 * HOUR, 1),
    ]
    assert counts(diary.events(moved, weekly)) == (0, 0, 5)
    shorter = weekly.replace("UNTIL=20260420T215959Z", "UNTIL=20260414T215959Z")
    outcome = diary.events(moved, shorter)
    assert "1 planned meeting was called off and taken away." in outcome.lines()
    assert len(diary.stored()) == 4


def test_a_meeting_without_an_end_stays_in_the_window(diary: Diary) -> None:
    outcome = diary.events(event("DTSTART:20000103T100000Z", "RRULE:FREQ=DAILY"))
    assert outcome.new == 366 + 92
    moments = [moment for _, moment, _, _ in diary.stored()]
    assert min(moments) >= at("04-01") - 366 * 86_400
    assert max(moments) <= at("04-01") + 92 * 86_400


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=SECONDLY", "repeats more than once a day"),
        ("FREQ=DAILY;INTERVAL=0", "without ever going on"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=HOURLY;COUNT=100000000", "repeats more than once a day"),
        ("FREQ=DAILY;BYHOUR=0,1,2,3;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7", "too often"),
    ],
)
def test_rules_that_never_end_are_refused(diary: Diary, rule: str, reason: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        diary.events(event("DTSTART:19700101T000000Z", f"RRULE:{rule}"))
    assert reason in reasons(caught.value)[0][2]


def test_a_hostile_time_zone_is_not_worked_out(diary: Diary) -> None:
    zone = OSLO.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=SECONDLY").replace("Our Oslo", "Bad Zone")
    outcome = diary.events(event("DTSTART;TZID=Bad Zone:20260715T100000"), head=zone)
    assert outcome.new == 1
    assert any("Nobody knows the time zone Bad Zone" in line for line in outcome.lines())


def test_a_rule_that_never_fits_is_refused_and_many_are_not_tried(diary: Diary) -> None:
    rule = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    never = event("DTSTART:20260201T100000Z", rule)
    with pytest.raises(ImportRefused) as caught:
        diary.events(never)
    assert reasons(caught.value)[0][1:] == ("RRULE", "repeats on days that never come")
    many = (event("DTSTART:20260201T100000Z", rule, uid=f"u{n}") for n in range(9))
    with pytest.raises(FunnelError, match="5 events repeat on days that never come"):
        diary.events(*many)
    over = event("DTSTART:20260201T100000Z", "RRULE:FREQ=DAILY;UNTIL=20250101T000000Z")
    assert diary.events(over).new == 1, "only the first day"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (event("X-NOTHING:1"), "has no beginning"),
        (event(uid="u" * 301), "has no UID that can be used"),
        (event("DTSTART:20260201T100000Z", "DTEND:20260201T090000Z"), "ends before it begins"),
        (event("DTSTART:00010101T000000Z"), "is not between the years 1900 and 2200"),
        (event("DTSTART:20260201T100000Z", "DESCRIPTION:" + "x" * 2_000_000), "is larger than 1 MB"),
    ],
)
def test_a_bad_event_is_refused_with_its_line(diary: Diary, bad: str, reason: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        diary.events(event(uid="good"), bad)
    ((line, _, told),) = reasons(caught.value)
    assert line == 11
    assert reason in told
    assert diary.stored() == []
    assert counts(diary.events(event(uid="good"), bad, skip_bad=True)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("lines", "column", "value", "reason"),
    [
        (["DTSTART:tomorrow"], "DTSTART", "tomorrow", "'tomorrow' is no date of the calendar"),
        (["DTSTART:20261340T100000Z"], "DTSTART", "20261340T100000Z", "is no date of the calendar"),
        (["DTSTART;VALUE=DATE:20260230"], "DTSTART", "20260230", "'20260230' is no date of the calendar"),
        (["DTSTART;VALUE=PERIOD:20260101T100000Z/PT1H"], "DTSTART", "20260101T100000Z/PT1H", "is no date"),
        ([START, "DTEND:rubbish"], "DTEND", "rubbish", "'rubbish' is no date of the calendar"),
        ([START, "RECURRENCE-ID:xx"], "RECURRENCE-ID", "xx", "'xx' is no date of the calendar"),
        ([START, "DURATION:an hour"], "DURATION", "an hour", "'an hour' is no length of time"),
        ([START, DAILY, "EXDATE:20260202T100000Z,no"], "EXDATE", "20260202T100000Z,no", "is no date"),
        ([START, "RDATE:no"], "RDATE", "no", "'no' is no date of the calendar"),
        ([START, "RRULE:FREQ=DAILY;UNTIL=no"], "RRULE", "FREQ=DAILY;UNTIL=no", "is no rule by which"),
        ([START, "RRULE:FREQ=DAILY;BYDAY=XX"], "RRULE", "FREQ=DAILY;BYDAY=XX", "is no rule by which"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_its_place(
    diary: Diary, lines: list[str], column: str, value: str, reason: str
) -> None:
    with pytest.raises(ImportRefused) as caught:
        diary.events(event(uid="good"), event(*lines))
    (listed,) = caught.value.listed
    refusal = listed.refusal
    assert (refusal.line, refusal.column, refusal.value) == (11, column, value)
    assert reason in refusal.reason
    assert "property" not in refusal.reason
    assert counts(diary.events(event(uid="good"), event(*lines), skip_bad=True)) == (1, 0, 0)


def test_an_address_that_several_people_have_is_not_guessed_at(diary: Diary) -> None:
    shared = "office@nord.no"
    for _ in range(2):
        create_person(diary.workspace, name="Liv", email=shared)
    weekly = event(START, DAILY, uid="u2", attendees=(shared,))
    with pytest.raises(ImportRefused) as caught:
        diary.events(event(uid="good"), weekly, event(uid="u3", organiser=shared, attendees=()))
    told = reasons(caught.value)
    assert [each[:2] for each in told] == [(11, "ATTENDEE"), (19, "ORGANIZER")]
    assert told[0][2].startswith("2 people have the address 'office@nord.no'")
    outcome = diary.events(event(uid="good"), weekly, skip_bad=True)
    assert counts(outcome) == (1, 0, 0)
    assert counts(diary.events(event(uid="u2", attendees=(shared, "kari@nord.no")))) == (1, 0, 0)
    assert {row[3] for row in diary.rows(STORED)} == {"Kari"}


def test_a_planned_meeting_that_is_there_moves_though_the_address_is_shared_by_now(diary: Diary) -> None:
    diary.events(event("DTSTART:20260501T100000Z"))
    create_person(diary.workspace, name="Kari", email="kari@nord.no")
    assert counts(diary.events(event("DTSTART:20260502T100000Z"))) == (0, 1, 0)


def test_hostile_text_is_stored_without_what_steers_a_terminal(diary: Diary) -> None:
    diary.events(event(summary="a\x1b[31mred\x07 \u202eb", uid="u1"))
    note = str(diary.one("SELECT note FROM interaction"))
    assert note == "a [31mred b"


@pytest.mark.parametrize("content", [b"", b"hello", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n"])
def test_what_is_no_calendar_is_refused(diary: Diary, content: bytes) -> None:
    path = diary.path / "x.ics"
    path.write_bytes(content)
    with pytest.raises(FunnelError, match=r"holds no calendar|has no END:VEVENT"):
        diary.load("interactions", str(path))


def test_the_meeting_stands_with_the_only_open_deal(diary: Diary) -> None:
    diary.deals(("D1", "F", "Bo", "Lead", "open", "1", "EUR", "2026-01-10", ""))
    path = diary.write("contacts.csv", [("name", "email", "deal id"), ("Kari", "kari@nord.no", "D1")])
    diary.load("contacts", path)
    diary.events(event(uid="a"), event(uid="b", organiser=""), event("DTSTART:20260105T100000Z", uid="early"))
    assert [(row[1], row[4]) for row in diary.rows(STORED)] == [
        ("D1", "Anna"), ("D1", "Bo"), (None, "Anna")
    ]  # fmt: skip


def test_tasks_go_out_as_a_calendar(tmp_path: Path) -> None:
    db, out = tmp_path / "f.db", tmp_path / "tasks.ics"
    env = {"FUNNEL_NOW": "2026-04-01T08:00:00Z"}
    ok(run_here("demo", "--deals", "60", "--write", db, env=env))
    ok(run_here("export", "tasks", "--format", "ics", "--output", out, db=db, env=env))
    calendar = Calendar.from_ical(out.read_bytes())
    todos = calendar.todos
    rows = ok(run_here("export", "tasks", db=db, env=env)).splitlines()
    assert len(todos) == len(rows) - 1 > 0
    assert len({str(todo["uid"]) for todo in todos}) == len(todos)
    assert all(todo["status"] == "NEEDS-ACTION" for todo in todos)
    assert any("due" in todo for todo in todos)
    ok(run_here("export", "tasks", "--events", "-o", out, "--force", db=db, env=env))
    events = Calendar.from_ical(out.read_bytes()).events
    assert 0 < len(events) <= len(todos)
    assert all("dtstart" in each and "dtend" in each for each in events)
    refused(
        run_here("export", "tasks", "-o", out, db=db, env=env), code=2, says=("is there already", "--force")
    )
