"""A manager's Monday in a real terminal: an import, the funnel by manager, the change of a week.

Then the stuck deals of one rep are given to another, all at once. The data is a public practice file with
figures worked out by another program. In between the window is resized, the program suspended, the connection
lost and the process killed.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.walking import (
    LARGE,
    Place,
    Walk,
    begin_a_deal,
    find_nothing_left,
    in_three_places,
    percent,
    rows,
    throw_the_draft_away,
    walking,
)

pytestmark = pytest.mark.e2e

ENV = {"FUNNEL_NOW": "2018-01-01T08:00:00Z", "LOGNAME": "Summer Sewald"}
"""The Monday after the last week of the data."""
DAY = "Everybody: no open tasks"
FILES = ("sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv")
WEEK = (date(2017, 12, 25), date(2017, 12, 31))
GIVER, TAKER = "Anna Snelling", "Cecily Lampkin"
STUCK_DAYS = 90
OPEN_OF = (
    "SELECT count(*) FROM deal d JOIN rep o ON o.id = d.owner_id JOIN stage s ON s.id = d.stage_id "
    "WHERE d.status = 'open' AND s.name = 'Engaging' AND o.name = ?"
)


@pytest.fixture(scope="module")
def maven(shared_data: Path) -> Path:
    """The folder of the files."""
    return shared_data / "maven"


@pytest.fixture(scope="module")
def truth(maven: Path) -> Any:
    """The figures worked out by another program."""
    return json.loads((maven / "truth.json").read_text())


@pytest.fixture(scope="module")
def pipeline(maven: Path) -> list[dict[str, str]]:
    """The deals as they stand in the file."""
    with (maven / FILES[0]).open(newline="") as file:
        return list(csv.DictReader(file))


@in_three_places(LARGE, "linux", "xterm-256color", "screen-256color")
def test_a_manager_s_monday(
    place: Place, maven: Path, truth: Any, pipeline: list[dict[str, str]], tmp_path: Path
) -> None:
    db = tmp_path / "sales.db"
    with Walk(place, db, ENV, tmp_path) as walk:
        import_the_deals(walk, maven, truth)
        walk.start(DAY)
        look_at_the_funnel(walk, truth)
        look_at_the_last_week(walk, pipeline)
        begin_a_deal(walk, "Q1 deal")
        walk.hang_up()
    with walking(place, db, ENV, tmp_path, DAY) as walk:
        walk.was_told("There is a draft", "Q1 deal")
        throw_the_draft_away(walk, DAY)
        mark_the_stuck_ones(walk, truth, pipeline)
        walk.kill()
    assert rows(db, OPEN_OF, GIVER) == [(truth["by_agent"][GIVER]["engaging"],)]
    with walking(place, db, ENV, tmp_path, DAY) as walk:
        number = mark_the_stuck_ones(walk, truth, pipeline)
        give_them_away(walk, db, truth, number)
        walk.quit()
        status, said = walk.command("funnel undo --list")
        assert status == 0
        assert "Summer Sewald" in said
        assert f"Gave {number} deals to {TAKER}" in said
        walk.find_clean()
    assert rows(db, "SELECT action FROM change_group ORDER BY id")[1:] == [("reassign_deals",)]
    find_nothing_left(db, ENV)


def import_the_deals(walk: Walk, maven: Path, truth: Any) -> None:
    """All files at once; the words say how many there were."""
    files = " ".join(shlex.quote(name) for name in FILES)
    status, said = walk.command(f"(cd {shlex.quote(str(maven))} && funnel import deals {files})")
    assert status == 0
    words = " ".join(said.split())
    total = f"{truth['overall']['total']:,}"
    assert f"{total} rows read; deals: {total} new, 0 updated" in words
    assert f"New owners: {truth['quality']['agents_in_team_file']}" in words
    walk.find_clean()


def look_at_the_funnel(walk: Walk, truth: Any) -> None:
    """The stage where most are lost, and the managers side by side, in the last quarter and in the year."""
    walk.press("2")
    walk.see("No deal was closed in Q1 2018.", "Press J to go there")
    walk.press("J")
    quarter = truth["by_quarter"]["2017-Q4"]
    walk.see(
        f"Lowest: Engaging, {percent(quarter['win_rate'])} of {quarter['won'] + quarter['lost']:,} decided"
    )
    walk.see_beside("Lowest: Engaging", "▼ Lowest")
    walk.see_beside("Engaging ", "▼ Engaging", f"{quarter['won']:,}", f"{quarter['lost']:,}")
    walk.resize_and_back("Lowest: Engaging", "Deals that reached each stage")
    look_at_period(walk, "2017")
    overall = truth["overall"]
    walk.see(
        f"Lowest: Engaging, {percent(overall['win_rate'])} of {overall['won'] + overall['lost']:,} decided"
    )
    walk.press("w")
    walk.see("Compare")
    walk.press("b")
    walk.see("Conversions by team", "Cara Losch", "Won of all")
    managers = sorted(truth["by_manager"])
    expected = [overall["win_rate"], *(truth["by_manager"][name]["win_rate"] for name in managers)]
    fitting = expected[: 7 if walk.place.size == LARGE else 5]
    walk.see_beside("Won of all", *map(percent, fitting))
    assert re.findall(r"\d+\.\d %", walk.line_of("Won of all")) == list(map(percent, fitting))


def look_at_the_last_week(walk: Walk, pipeline: list[dict[str, str]]) -> None:
    """What came and went since last Monday; the shell is visited meanwhile."""
    walk.press("5")
    walk.see("[Plan]", "Average won size")
    walk.press("tab")
    walk.see("Pipeline change in 2017")
    look_at_period(walk, f"{WEEK[0]}..{WEEK[1]}")
    walk.see("Pipeline change from 25 Dec to 31 Dec 2017")
    closed = [row for row in pipeline if row["close_date"] and in_week(row["close_date"])]
    won = [int(row["close_value"]) for row in closed if row["deal_stage"] == "Won"]
    created = [row for row in pipeline if row["engage_date"] and in_week(row["engage_date"])]
    left = sum(row["deal_stage"] == "Engaging" for row in pipeline)
    see_figures(walk, "New", len(created))
    see_figures(walk, "Won", len(won), sum(won))
    see_figures(walk, "Lost", len(closed) - len(won), 0)
    see_figures(walk, "Closing", left, 0)
    walk.go_away_and_back("Pipeline change from 25 Dec to 31 Dec 2017", "Closing")


def mark_the_stuck_ones(walk: Walk, truth: Any, pipeline: list[dict[str, str]]) -> int:
    """All stuck deals of one rep, up to the question whether to give them away.

    :returns: how many there are.
    """
    now = date.fromisoformat(ENV["FUNNEL_NOW"][:10])
    stuck = [
        row
        for row in pipeline
        if row["deal_stage"] == "Engaging"
        and (now - date.fromisoformat(row["engage_date"])).days >= STUCK_DAYS
    ]
    number = sum(row["sales_agent"] == GIVER for row in stuck)
    assert 0 < number <= truth["by_agent"][GIVER]["engaging"]
    walk.press("1")
    walk.see(f"{truth['overall']['prospecting'] + truth['overall']['engaging']:,} open deals by close")
    walk.press("!")
    walk.see(f"{len(stuck):,} stuck open deals")
    walk.press("F")
    walk.see("Filter")
    walk.type(GIVER)
    walk.see(f"{number} stuck open deals")
    walk.press("enter")
    walk.gone(f"Filter  {GIVER}")
    walk.press("*")
    walk.see(f"{number} marked")
    walk.press("B")
    walk.see("Give to another rep")
    walk.type("give")
    walk.gone("Set the source")
    walk.press("enter")
    walk.see("its number, its name")
    walk.type(TAKER)
    walk.see(f"Rep                {TAKER}")
    walk.press("enter")
    walk.see(f"{number} will be given to {TAKER}", f"y do it to {number}")
    return number


def give_them_away(walk: Walk, db: Path, truth: Any, number: int) -> None:
    """One change for all of them; the history says so."""
    agents = truth["by_agent"]
    walk.press("y")
    walk.see(f"{number} given to {TAKER}", "0 stuck open deals")
    assert rows(db, OPEN_OF, GIVER) == [(agents[GIVER]["engaging"] - number,)]
    assert rows(db, OPEN_OF, TAKER) == [(agents[TAKER]["engaging"] + number,)]
    walk.press("Z")
    walk.see("History of all changes", f"Gave {number} deals to {TAKER}", "Imported deals")
    walk.press("enter")
    walk.see(f"owner: {GIVER} → {TAKER}", "by Summer Sewald")
    walk.leave("by Summer Sewald", "History of all changes")


def look_at_period(walk: Walk, text: str) -> None:
    """Another period in the scope."""
    walk.press("f")
    walk.see("What to look at", "Compared with")
    walk.type(text)
    walk.see(f"Period            {text}")
    walk.press("enter")
    walk.gone("What to look at")


def in_week(text: str) -> bool:
    """Whether a day is in the week that is looked at."""
    return WEEK[0] <= date.fromisoformat(text) <= WEEK[1]


def see_figures(walk: Walk, name: str, *numbers: int) -> None:
    """Wait for the deals, and the amount, of a row of the pipeline change."""
    row = re.compile(rf"\s{name}\s+" + r"\s+".join(f"{number:,}" for number in numbers) + r"\s")
    walk.wait_until(lambda: row.search(walk.text) is not None, f"{name} was {numbers}")
