"""``funnel today``: the process, its formats, its width, and what it refuses."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from funnel_tui.exchange.text_cells import cell_width
from funnel_tui.services.activity_targets import set_target
from funnel_tui.services.deals import move_deal
from funnel_tui.services.people import create_organisation, create_rep, create_team, edit_rep
from funnel_tui.services.pipelines import edit_stage
from funnel_tui.services.tasks import finish_task
from tests.services.world import DAY, START
from tests.support.cli import json_of, ok, refused, run_here
from tests.tasks.office import Office

NOW = "2026-01-22T12:00:00Z"
"""A Thursday."""


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A database in which Ana has something of everything, and Bjørn nothing."""
    path = tmp_path / "day.db"
    office = Office.open(str(path))
    edit_stage(office.workspace, stage_id=office.stages[0], changes={"stuck_days": 21})
    company = create_organisation(office.workspace, name="Fjordline [/EU] AS")
    old = office.deal(
        "=HYPERLINK(1)\u202e " + "x" * 100, amount_minor=48_000_000, currency="NOK", organisation_id=company
    )
    idle = office.deal("Idle")
    finish_task(office.workspace, task_id=office.task(idle))
    office.clock.now = START + 20 * DAY
    move_deal(office.workspace, deal_id=idle, stage_id=office.stages[1])
    fresh = office.deal("Fresh")
    for due, title in (
        *(("yesterday", "late"), ("today 9:00", "missed"), ("today 17:00", "still"), ("sat", "on Saturday")),
        *(("+2w", "later"), (None, "some day")),
    ):
        office.task(fresh if title != "still" else old, due, title=title)
    office.workspace.database.close()
    return path


def test_the_day_in_words_fits_eighty_columns(day: Path) -> None:
    said = ok(run_here("today", "--rep", "Ana", db=day, env={"FUNNEL_NOW": NOW, "COLUMNS": "80"}))
    lines = said.splitlines()
    assert all(cell_width(line) <= 80 for line in lines)
    assert lines[0].startswith("Ana · Thu 22 Jan 2026")
    body = [line for line in lines[4:] if line]
    words = [
        *("overdue    2 days late", "overdue    1 day late 09:00", "overdue    1 day late 17:00"),
        *("this week  Sat 24 Jan", "stuck      21 days", "idle       21 days"),
    ]
    for line, start in zip(body, words, strict=False):
        assert line.startswith(start[:22]), said
    assert "\u202e" not in said
    assert "2 open tasks later or without a day." in said
    assert "Overdue 3 · Due today 0 · This week 1 · Stuck 1 · Idle 1" in said


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_long_task_is_cut_and_moves_no_column(tmp_path: Path, columns: int) -> None:
    office = Office.open(str(tmp_path / "day.db"))
    deal = office.deal("Fjordline", amount_minor=1_200_000, currency="NOK")
    office.task(deal, "today", title="ask " + "about the very long budget " * 6)
    office.task(deal, "today", title="会议室预算 " * 12)
    office.task(deal, "today", title="short")
    office.workspace.database.close()
    env = {"FUNNEL_NOW": "2026-01-01T08:00:00Z", "COLUMNS": str(columns)}
    lines = ok(run_here("today", "--rep", "Ana", db=tmp_path / "day.db", env=env)).splitlines()
    head, rows = lines[2], [line for line in lines if "Fjordline" in line]
    assert len(rows) == 3
    assert sum("… " in line for line in rows) == 2
    for line in rows:
        assert cell_width(line) <= columns
        assert cell_width(line[: line.index("Fjordline")]) == head.index("Deal")
        assert cell_width(line) == cell_width(head)


def test_the_day_as_json_has_facts(day: Path) -> None:
    told = json_of(run_here("today", "--rep", "ana", "--format", "json", db=day, env={"FUNNEL_NOW": NOW}))
    assert told["report"] == "today"
    assert told["totals"] == {"overdue": 3, "today": 0, "this_week": 1, "stuck": 1, "idle": 1}
    sections = [row["section"] for row in told["rows"]]
    assert sections == ["overdue", "overdue", "overdue", "this week", "stuck", "idle"]
    missed = told["rows"][1]
    assert (missed["due"], missed["time"], missed["days_late"]) == ("2026-01-21", "09:00", 1)
    assert (missed["kind"], missed["task"], missed["deal"], missed["stage"]) == (
        *("call", "missed", "Fresh", "Lead"),
    )
    stuck = told["rows"][4]
    assert stuck["amount"] == {"minor": 48_000_000, "currency": "NOK", "text": "480000.00"}
    assert (stuck["days_in_stage"], stuck["idle_days"], stuck["task_id"]) == (21.5, None, None)
    assert stuck["organisation"] == "Fjordline [/EU] AS"
    assert told["rows"][5]["idle_days"] == 21.5


def test_the_day_as_csv_has_no_formula(day: Path) -> None:
    said = ok(run_here("today", "--rep", "Ana", "--format", "csv", db=day, env={"FUNNEL_NOW": NOW}))
    rows = list(csv.DictReader(io.StringIO(said)))
    assert len(rows) == 6
    assert rows[4]["deal"].startswith("'=HYPERLINK(1)\ufffd")
    assert rows[4]["amount_currency"] == "NOK"


def test_a_day_with_nothing_to_do(day: Path) -> None:
    ended = run_here("today", "--rep", "Bjørn & Søn", db=day, env={"FUNNEL_NOW": NOW})
    assert "Nothing to show." in ok(ended)


def test_the_user_is_known_by_the_settings_file_and_the_week_by_it_too(day: Path, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "funnel"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('user = "Ana"\nweek_start = "saturday"\n', encoding="utf-8")
    env = {"FUNNEL_NOW": NOW, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    told = json_of(run_here("today", "--format", "json", db=day, env=env))
    assert told["scope"]["rep"] == "Ana"
    assert told["totals"]["this_week"] == 0


@pytest.mark.parametrize(
    ("locale", "said", "count"),
    [
        ({"LC_TIME": "nb_NO.UTF-8"}, "", 1),
        ({"LC_TIME": "ar_EG.UTF-8"}, "", 0),
        ({"LC_TIME": "ar_EG.UTF-8"}, 'week_start = "monday"', 1),
        ({"LC_TIME": "nb_NO.UTF-8"}, 'week_start = "saturday"', 0),
        ({"LANG": "xx_YY"}, "", 1),
        ({}, "", 1),
    ],
)
def test_the_week_begins_as_the_locale_has_it(
    day: Path, tmp_path: Path, locale: dict[str, str], said: str, count: int
) -> None:
    (tmp_path / "config.toml").write_text(f'user = "Ana"\n{said}\n', encoding="utf-8")
    env = {"FUNNEL_NOW": NOW, "FUNNEL_CONFIG": str(tmp_path / "config.toml"), "LANG": "", **locale}
    assert f"This week {count} " in ok(run_here("today", db=day, env=env))
    # Programs get the same in every locale.
    told = json_of(run_here("today", "--format", "json", db=day, env=env))
    assert told["totals"]["this_week"] == (count if said else 1)


def test_for_somebody_who_is_no_rep_it_is_everybody_s_day(day: Path) -> None:
    env = {"FUNNEL_NOW": NOW, "LOGNAME": "nobody", "USER": "nobody", "COLUMNS": "100"}
    ended = run_here("today", db=day, env=env)
    lines = ok(ended).splitlines()
    assert ended.stderr == (
        "funnel: No rep is called nobody: this is everybody's day. --rep NAME shows the day of one.\n"
    )
    assert lines[0].startswith("Everybody · Thu 22 Jan 2026")
    assert lines[2].split() == ["Due", "When", "Rep", "To", "do", "Deal", "Amount"]
    assert sum("Ana" in line for line in lines) == 6
    told = json_of(run_here("today", "--format", "json", db=day, env=env))
    assert (told["scope"]["rep"], told["scope"]["team"]) == (None, None)
    assert {row["rep"] for row in told["rows"]} == {"Ana"}
    own = run_here("today", "--rep", "Ana", db=day, env=env)
    assert "Rep" not in ok(own).splitlines()[2]
    assert own.stderr == ""


def test_the_day_of_a_rep_who_owns_nothing_is_that_of_the_team(tmp_path: Path) -> None:
    office = Office.open(str(tmp_path / "team.db"))
    team = create_team(office.workspace, name="North")
    for number in office.reps:
        edit_rep(office.workspace, rep_id=number, version=1, changes={"team_id": team})
    outside = create_rep(office.workspace, name="Cy")
    office.task(office.deal("Of Ana"), "today", title="ask")
    office.task(office.deal("Of Cy", owner_id=outside), "today", owner_id=outside, title="ask")
    january = 20_454
    set_target(office.workspace, kind="call", months=[january], target=30)
    office.workspace.database.close()
    env = {"FUNNEL_NOW": "2026-01-01T08:00:00Z", "LOGNAME": "bjørn & søn", "USER": "bjørn & søn"}
    ended = run_here("today", "--format", "json", db=tmp_path / "team.db", env=env)
    told = json_of(ended)
    assert "Bjørn & Søn owns nothing: this is the team's day." in ended.stderr
    assert (told["scope"]["rep"], told["scope"]["team"]) == (None, "North")
    assert [row["deal"] for row in told["rows"]] == ["Of Ana", None]
    assert (told["rows"][1]["done"], told["rows"][1]["target"]) == (0, 60), "of both reps of the team"


def test_what_is_refused(day: Path, tmp_path: Path) -> None:
    refused(run_here("today", "--rep", "Anna", db=day), code=1, says=("There is no rep 'Anna'", "'Ana'"))
    refused(run_here("today", db=tmp_path / "none.db"), code=1, says=("There is no database",))
    refused(run_here("today", "--format", "chart", db=day), code=2, says=("chart",))


def test_help_names_it(day: Path) -> None:
    assert "today" in ok(run_here("--help"))
    assert "--rep" in ok(run_here("today", "--help"))
