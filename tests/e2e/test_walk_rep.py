"""A rep's morning in a real terminal: today's tasks, three calls, two moves, a new deal, an undo.

In between the window is resized, the program suspended, the connection lost and the process killed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.walking import (
    SMALL,
    Place,
    Walk,
    begin_a_deal,
    drafts,
    find_nothing_left,
    in_three_places,
    is_drafted,
    rows,
    walking,
)
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e

ENV = {"FUNNEL_NOW": "2026-11-21T12:00:00Z", "LOGNAME": "Kari Lie"}
DAY = "Kari Lie: 1 today · 3 later"
CALLS = "SELECT outcome FROM interaction WHERE id > ? ORDER BY id"


def last_interaction(db: Path) -> int:
    """The number of the interaction that was written last."""
    number: int = rows(db, "SELECT max(id) FROM interaction")[0][0]
    return number


def stages_of(db: Path, title: str) -> list[str]:
    """The stages that a deal was in, in their order."""
    sql = (
        "SELECT s.name FROM stage_visit v JOIN stage s ON s.id = v.stage_id JOIN deal d ON d.id = v.deal_id "
        "WHERE d.title = ? ORDER BY v.id"
    )
    return [name for (name,) in rows(db, sql, title)]


@in_three_places(SMALL, "xterm-256color", "screen-256color", "linux")
def test_a_rep_s_morning(place: Place, demo_path: Path, tmp_path: Path) -> None:
    before = last_interaction(demo_path)
    with Walk(place, demo_path, ENV, tmp_path) as walk:
        read_the_day(walk)
        log_two_calls(walk)
        begin_a_third(walk)
        walk.hang_up()
    assert rows(demo_path, CALLS, before) == [("conversation",), ("no answer",)]
    with walking(place, demo_path, ENV, tmp_path, DAY) as walk:
        take_up_the_third(walk)
        assert rows(demo_path, CALLS, before)[2:] == [("wrong number",)]
        move_two_deals(walk)
        begin_a_deal(walk, "Roof lights")
        walk.kill()
    assert stages_of(demo_path, "Saimaa service contract")[-2:] == ["Negotiation", "Contract"]
    assert stages_of(demo_path, "Tunturi data platform")[-2:] == ["Proposal", "Negotiation"]
    with walking(place, demo_path, ENV, tmp_path, DAY) as walk:
        create_the_deal(walk, demo_path)
        read_the_history(walk)
        walk.quit()
        read_the_list_of_changes(walk)
    assert last_interaction(demo_path) == before + 3
    done = [*["log_interaction"] * 3, *["move_deal"] * 2, "create_deal", "undo", "redo"]
    assert changes_of(demo_path) == [("Kari Lie", action) for action in done]
    find_nothing_left(demo_path, ENV)


def read_the_day(walk: Walk) -> None:
    """The day at the prompt, then the same in the program."""
    status, said = walk.command("funnel today")
    assert status == 0
    assert "Overdue 0" in said
    assert "Due today 1" in said
    assert "Loire migration" in said
    walk.find_clean()
    walk.start(DAY)
    walk.see_beside("proposal: ", "Loire migration")
    walk.see("? help")


def log_two_calls(walk: Walk) -> None:
    """With the deals of the first two tasks; the window changes, and the shell is visited."""
    walk.press("c")
    walk.see("Call · Loire migration", "3  conversation")
    walk.press("3", "enter")
    walk.see("Logged call with Loire migration")
    walk.resize_and_back(DAY)
    walk.press("j")
    walk.see("2/4")
    walk.press("c")
    walk.see("Call · Järvinen support renewal", "1  no answer")
    walk.press("1", "enter")
    walk.see("Logged call with Järvinen support", DAY)
    walk.go_away_and_back(DAY, "2/4")


def begin_a_third(walk: Walk) -> None:
    """The form is open and something is typed when the line drops."""
    walk.press("j")
    walk.see("3/4")
    walk.press("c")
    walk.see("Call · Bałtyk data platform")
    walk.type("wrong number")
    walk.see("new: wrong number")
    walk.wait_until(lambda: is_drafted("wrong number"), "the draft was written")


def take_up_the_third(walk: Walk) -> None:
    """What was typed is offered again, and saved."""
    walk.was_told("There is a draft of a call")
    walk.press("j", "j")
    walk.see("3/4")
    walk.press("c")
    walk.see("Call · Bałtyk data platform", "new: wrong number")
    walk.press("enter")
    walk.see("Logged call with Bałtyk data")
    assert drafts() == []


def move_two_deals(walk: Walk) -> None:
    """One by the number of the stage, one a stage on."""
    walk.press("1")
    walk.see("30 open deals by close", "1/30")
    walk.press("m")
    walk.see("Move Saimaa service contract", "5  Contract")
    walk.press("5")
    walk.see("Moved Saimaa service contract", "30 open deals by close")
    walk.press("j", "j")
    walk.see("3/30")
    walk.press(">")
    walk.see("Moved Tunturi data platform")


def create_the_deal(walk: Walk, db: Path) -> None:
    """It is taken up again, gets its amount and is saved; then it is undone, and comes back."""
    walk.was_told("There is a draft")
    walk.press("n")
    walk.see("Go on with “Roof lights”")
    walk.press("enter")
    walk.see("Title *", "Roof lights")
    walk.press(*["tab"] * 6)
    walk.type("48k")
    walk.see("48k", "48,000")
    walk.press("enter")
    walk.see("Created Roof lights in Lead")
    deal = "SELECT amount_minor, currency, status FROM deal WHERE title = 'Roof lights'"
    assert rows(db, deal) == [(4_800_000, "NOK", "open")]
    assert drafts() == []
    walk.press("u")
    walk.see("Undid: Created Roof lights")
    assert rows(db, deal) == []
    walk.press("ctrl+r")
    walk.see("Created Roof lights in Lead")
    walk.wait_until(lambda: len(rows(db, deal)) == 1, "the deal is back")


def read_the_history(walk: Walk) -> None:
    """Of one deal and of everything: who did what, the latest first."""
    walk.press("1")
    walk.see("31 open deals by close")
    walk.press("0")
    walk.see(DAY)
    walk.press("Z")
    walk.see("History of all changes", "Kari Lie", "Moved Saimaa service contract", "Demo data")


def read_the_list_of_changes(walk: Walk) -> None:
    """The same at the prompt; nothing was written but what was asked for, and all of it by the rep."""
    status, said = walk.command("funnel undo --list")
    assert status == 0
    assert "Changes 7" in said
    walk.find_clean()


def changes_of(db: Path) -> list[tuple[str, str]]:
    """Who did what, in its order."""
    return rows(db, "SELECT actor, action FROM change_group WHERE id > 1 ORDER BY id")
