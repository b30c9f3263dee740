"""``funnel log``, ``funnel kinds`` and ``funnel targets`` by the real command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.domain.durations import duration_text, read_duration
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.next_words import read_next
from funnel_tui.errors import InvalidInput
from funnel_tui.services.people import create_organisation, create_person
from funnel_tui.services.tasks import create_task
from tests.cli.selling import NOW, Run, rows, runner
from tests.services.interacting import counted_days, kept_days
from tests.services.world import DAY, START, World
from tests.support.cli import COMMAND, json_of, ok, program_environment, refused
from tests.support.terminal import Terminal

NOON = 22 * DAY + START - DAY // 2
"""22 January 2026, 12:00 UTC: the present of the commands."""


def test_a_call_from_the_shell(world: World, funnel: Run) -> None:
    ended = funnel(
        *("log", "call", "acme renewal", "--outcome", "conversation", "--duration", "15m"),
        *("--note", "wants [b]two[/b]", "--next", "call fri 14:30 about the budget"),
    )
    number = int(ok(ended))
    assert ended.stderr == (
        "funnel: Logged call with Acme renewal (conversation).\n"
        "funnel: Next: call: about the budget, tomorrow 14:30.\n"
    )
    row = world.row("interaction", number)
    assert (row["deal_id"], row["at"], row["duration_seconds"]) == (1, NOON, 900)
    assert (row["outcome"], row["note"], row["owner_id"]) == (
        "conversation",
        "wants [b]two[/b]",
        world.reps[0],
    )
    (task,) = world.rows("SELECT kind, title, due_at, deal_id FROM task")
    assert task == ("call", "about the budget", NOON + DAY + 9000, 1)
    assert kept_days(world) == counted_days(world)
    ok(funnel("undo"))
    assert world.rows("SELECT count(*) FROM interaction") == [(0,)]
    assert world.rows("SELECT count(*) FROM task") == [(0,)]


def test_json_gives_the_numbers(file_world: World, file_funnel: Run) -> None:
    told = rows(file_funnel("log", "email", "X-7", "--direction", "in", "--format", "json"))
    assert told == [
        {
            **{"interaction_id": 1, "deal_id": 1, "organisation_id": None, "person_id": None},
            **{"task_id": None, "moved_to": None},
        }
    ]
    assert file_world.row("interaction", 1)["direction"] == "in"


def test_a_day_without_a_time_is_its_noon(file_world: World, file_funnel: Run) -> None:
    for said, expected in (
        *(("yesterday", NOON - DAY), ("yesterday 14:00", NOON - DAY + 7200), ("today", NOON)),
        *(("11:00", NOON - 3600), ("2026-01-01", START + DAY // 2)),
    ):
        number = int(ok(file_funnel("log", "call", "#1", "--at", said)))
        assert file_world.row("interaction", number)["at"] == expected, said
    # A deal that was made in the afternoon of that day: just then.
    file_world.clock.now = NOON - DAY + 7200
    deal = file_world.deal("Afternoon")
    number = int(ok(file_funnel("log", "call", f"#{deal}", "--at", "yesterday")))
    assert file_world.row("interaction", number)["at"] == NOON - DAY + 7200


def test_what_is_planned_needs_a_time_and_may_have_passed(file_world: World, file_funnel: Run) -> None:
    refused(file_funnel("log", "call", "#1", "--planned"), code=2, says=("--at",))
    for said in ("mon 9am", "mon"):
        number = int(ok(file_funnel("log", "meeting", "#1", "--planned", "--at", said)))
        row = file_world.row("interaction", number)
        assert (row["planned"], row["at"]) == (1, NOON + 4 * DAY - 3 * 3600)
    ended = file_funnel("log", "meeting", "#1", "--planned", "--at", "2026-01-20 10:00")
    ok(ended)
    assert ended.stderr.splitlines() == [
        "funnel: Planned meeting with Acme renewal.",
        "funnel: The meeting is planned for Tue 20 Jan 10:00, which has passed.",
    ]


def test_without_a_deal(world: World, funnel: Run) -> None:
    fjordline = create_organisation(world.workspace, name="Fjordline AS")
    kari = create_person(
        world.workspace, name="Kari Lie", organisation_id=fjordline, email="kari@example.com"
    )
    create_person(world.workspace, name="Kari Lie")
    number = int(ok(funnel("log", "call", "-o", "fjordline as", "--person", "kari")))
    row = world.row("interaction", number)
    assert (row["deal_id"], row["organisation_id"], row["person_id"]) == (None, fjordline, kari)
    number = int(ok(funnel("log", "note", "--person", "kari@example.com", "--note", "back in May")))
    assert world.row("interaction", number)["organisation_id"] == fjordline
    refused(funnel("log", "call", "--person", "Kari Lie"), code=1, says=("2 people can be meant", f"#{kari}"))
    refused(funnel("log", "call", "--person", "Nobody at all"), code=1, says=("There is nobody called",))
    refused(funnel("log", "call"), code=2, says=("With whom?",))
    refused(funnel("log", "call", "#1", "-o", "Fjordline AS"), code=2, says=("exclude each other",))
    groups = world.groups()
    ended = funnel("log", "call", "--new-organisation", "Havbris [x]", "--outcome", "no answer")
    row = world.row("interaction", int(ok(ended)))
    assert world.row("organisation", row["organisation_id"])["name"] == "Havbris [x]"
    assert world.groups() == groups + 1
    assert ended.stderr == "funnel: Logged call with Havbris [x] (no answer).\n"
    ok(funnel("undo"))
    assert world.rows("SELECT count(*) FROM organisation") == [(1,)]


def test_the_owner_is_the_user_or_said(file_world: World, file_funnel: Run, tmp_path: Path) -> None:
    number = int(ok(file_funnel("log", "call", "#1", "--owner", "bjørn & søn")))
    assert file_world.row("interaction", number)["owner_id"] == file_world.reps[1]
    number = int(ok(file_funnel("log", "call", "#1")))
    assert file_world.row("interaction", number)["owner_id"] == file_world.reps[0]


def test_who_is_no_rep_logs_for_the_owner_of_the_deal(
    file_world: World, file_funnel: Run, tmp_path: Path
) -> None:
    ok(file_funnel("deal", "edit", "#1", "--owner", "bjørn & søn"))
    stranger = runner(tmp_path / "funnel.db", LOGNAME="zoe", USER="zoe")
    number = int(ok(stranger("log", "call", "#1")))
    assert file_world.row("interaction", number)["owner_id"] == file_world.reps[1]
    # Without a deal nobody is named.
    refused(stranger("log", "call", "--new-organisation", "Havbris"), code=2, says=("--owner",))


def test_what_is_refused_says_why_and_leaves_nothing(world: World, funnel: Run) -> None:
    before = {table: found for table, found in world.snapshot().items() if table != "interaction_kind"}
    for words, code, says in (
        (("fax", "#1"), 1, ("no kind of interaction 'fax'", "There is Call, Email, Meeting")),
        (("call", "#99"), 1, ("no deal '#99'",)),
        (("call", "twice"), 1, ("'twice' can be 4 'Twice' (Lead), 5 'Twice' (Lead)", "with # before it")),
        (("call", "#1", "--at", "+2h"), 1, ("in the future", "log it as planned")),
        (("call", "#1", "--at", "2025-12-31"), 1, ("before the deal Acme renewal existed", "link it")),
        (("call", "#1", "--duration=-5"), 1, ("'-5' is less than nothing",)),
        (("call", "#1", "--duration", "long"), 1, ("'long' is not a duration",)),
        (("call", "#1", "--at", "whenever"), 1, ("whenever",)),
        (("call", "#1", "--next", " "), 1, ("The next task is empty",)),
        (("call", "#1", "--direction", "up"), 2, ("--direction",)),
        (("call", "#1", "--finishes", "7"), 1, ("no task with number 7",)),
        (("call", "#1", "--planned", "--at", "fri", "--outcome", "held"), 1, ("has no outcome yet",)),
    ):
        refused(funnel("log", *words), code=code, says=says)
    after = {table: found for table, found in world.snapshot().items() if table != "interaction_kind"}
    assert after == before


def test_an_open_task_is_named_and_can_be_finished(file_world: World, file_funnel: Run) -> None:
    task = create_task(
        file_world.workspace,
        owner_id=file_world.reps[0],
        kind="call",
        title="ask",
        deal_id=1,
        due=Moment(NOON // DAY - 1),
    )
    ended = file_funnel("log", "call", "#1")
    ok(ended)
    assert f"Task {task} (call: ask) is still open. --finishes {task} finishes it as well." in ended.stderr
    assert file_world.row("task", task)["done_at"] is None
    ended = file_funnel("log", "call", "#1", "--finishes", str(task))
    ok(ended)
    assert "still open" not in ended.stderr
    assert file_world.row("task", task)["done_at"] == NOON


def test_a_terminal_is_asked_which_deal(file_world: World, tmp_path: Path) -> None:
    env = program_environment({"FUNNEL_NOW": NOW, "LOGNAME": "ana", "USER": "ana"}, tmp_path / "funnel.db")
    for reply, code in (("2", 0), ("9", 1), ("", 1)):
        with Terminal((*COMMAND, "log", "call", "twice"), env=env) as terminal:
            terminal.wait_for("Which one?")
            assert "1  Twice (Lead), number 4" in terminal.text
            terminal.press(*reply, "enter")
            assert terminal.wait_exit() == code
    assert file_world.rows("SELECT deal_id FROM interaction") == [(5,)]


def test_help_has_examples(file_funnel: Run) -> None:
    said = ok(file_funnel("log", "--help"))
    assert "funnel log call fjordline --outcome conversation --duration 15m" in said
    assert "log" in ok(file_funnel("--help"))


def test_kinds_from_the_shell(world: World, funnel: Run) -> None:
    first = rows(funnel("kinds", "--json"))
    assert [row["kind"] for row in first] == [
        *("Call", "Email", "Meeting", "Proposal", "Contract", "Payment", "Note"),
    ]
    assert first[0] == {"kind": "Call", "step": "calls", "state": "in use", "kind_id": None}
    (added,) = rows(funnel("kinds", "add", "Demo [/]", "--step", "meetings", "--json"))
    assert added["kind_id"] == 8
    ok(funnel("kinds", "edit", "demo [/]", "--name", "Tour", "--step", "none"))
    ok(funnel("kinds", "reorder", "Tour,Call,Email,Meeting,Proposal,Contract,Payment,Note"))
    ok(funnel("kinds", "retire", "note"))
    assert ok(funnel("kinds", "list")).splitlines()[-1].startswith("Payment")
    assert "Tour" in ok(funnel("kinds")).splitlines()[5]
    assert rows(funnel("kinds", "list", "--all", "--json"))[-1]["state"] == "retired"
    ok(funnel("kinds", "restore", "Note"))
    ok(funnel("log", "tour", "#1"))
    refused(funnel("kinds", "delete", "Tour"), code=1, says=("1 interaction of that kind", "Retire it"))
    ok(funnel("kinds", "delete", "Note"))
    refused(funnel("kinds", "edit", "Tour"), code=2, says=("Nothing to change",))
    refused(funnel("kinds", "add", "CALL"), code=1, says=("already a kind 'Call'",))
    refused(funnel("kinds", "add", "X", "--step", "fly"), code=2, says=("--step",))


def test_targets_from_the_shell(world: World, funnel: Run) -> None:
    ended = funnel("targets")
    assert "funnel targets set call 200 sets one for every rep." in ok(ended)
    ok(funnel("log", "call", "#1"))
    assert funnel("targets", "set", "call", "8").stderr == "funnel: Set the target to 8 in 1 month.\n"
    assert rows(funnel("targets", "set", "call", "5", "--rep", "Ana", "--month", "2026-Q1", "--json")) == [
        {"changed": 3}
    ]
    assert "It was so already." in funnel("targets", "set", "call", "5", "--rep", "Ana").stderr
    told = rows(funnel("targets", "list", "--json"))
    assert [(row["rep"], row["done"], row["target"], row["attained"]) for row in told] == [
        ("Ana", 1, 5, 0.2),
        ("Bjørn & Søn", 0, 8, 0.0),
    ]
    assert [
        row["target"] for row in rows(funnel("targets", "--rep", "ana", "--month", "2026-02", "--json"))
    ] == [5]
    day = json_of(funnel("today", "--rep", "Ana", "--format", "json"))
    (line,) = [row for row in day["rows"] if row["section"] == "month"]
    assert (line["kind"], line["done"], line["target"]) == ("Call", 1, 5)
    assert "Jan 2026  1 of 5" in ok(funnel("today", "--rep", "Ana"))
    ok(funnel("targets", "set", "call", "none", "--rep", "Ana"))
    assert rows(funnel("targets", "--rep", "Ana", "--json"))[0]["target"] == 8
    refused(funnel("targets", "set", "call", "-1"), code=2, says=())
    refused(funnel("targets", "set", "call", "many"), code=1, says=("'many' is no whole number",))
    refused(funnel("targets", "set", "fax", "1"), code=1, says=("no kind of interaction 'fax'",))
    refused(funnel("targets", "set", "call", "1", "--month", "all"), code=2, says=("no month",))
    refused(funnel("targets", "--rep", "Nobody"), code=1, says=("no rep 'Nobody'",))


@pytest.mark.parametrize(
    ("text", "kind", "title", "day"),
    [
        ("call fri", "call", "", 1),
        ("call fri 14:30 ask about ships", "call", "ask about ships", 1),
        ("Email: send the offer tomorrow", "email", "send the offer", 1),
        ("mail", "email", "", None),
        ("send the data sheet +2d", "other", "send the data sheet", 2),
        ("call about invoice 12", "call", "about invoice 12", None),
        ("tomorrow", "other", "tomorrow", None),
        ("meeting 30 jan with everybody", "meeting", "with everybody", 8),
    ],
)
def test_the_next_task_in_one_line(text: str, kind: str, title: str, day: int | None) -> None:
    from zoneinfo import ZoneInfo

    from funnel_tui.domain.moments import parse_moment

    found = read_next(text, lambda words: parse_moment(words, NOON, ZoneInfo("UTC")))
    assert (found.kind, found.title) == (kind, title)
    assert (None if found.due is None else found.due.day - NOON // DAY) == day


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [
        *(("15m", 900, "15m"), ("45", 2700, "45m"), ("1h30", 5400, "1h30"), ("1:30", 5400, "1h30")),
        *(("90 s", 90, "90s"), ("2 hours", 7200, "2h"), ("", None, ""), ("0", 0, "0m")),
    ],
)
def test_durations(text: str, seconds: int | None, shown: str) -> None:
    assert read_duration(text) == seconds
    assert duration_text(seconds) == shown


@pytest.mark.parametrize("text", ["-5", "−1h", "long", "1h90m30", "999h", "1:75", "٣m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_duration(text)
