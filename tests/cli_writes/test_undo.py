"""``funnel undo`` of much at once: a terminal is asked, without one ``--yes`` is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.selling import NOW, Run
from tests.services.world import World
from tests.support.cli import COMMAND, ok, program_environment, refused
from tests.support.terminal import Terminal


def open_deals(world: World) -> int:
    return int(world.rows("SELECT count(*) FROM deal WHERE status = 'open'")[0][0])


def won(world: World, funnel: Run, count: int) -> None:
    """Win so many new deals in one change."""
    numbers = [world.deal(f"Deal {number}") for number in range(count)]
    world.clock.forward(0.01)
    ok(funnel("deal", "win", *(f"#{number}" for number in numbers)))


def test_up_to_twenty_deals_are_undone_without_a_question(file_world: World, file_funnel: Run) -> None:
    won(file_world, file_funnel, 20)
    assert open_deals(file_world) == 5
    ok(file_funnel("undo"))
    assert open_deals(file_world) == 25


def test_more_deals_need_a_yes_where_nobody_can_be_asked(world: World, funnel: Run) -> None:
    won(world, funnel, 21)
    (change,) = world.rows("SELECT max(id) FROM change_group")[0]
    for words in (("undo",), ("undo", "--json"), ("undo", str(change)), ("undo", "--anybody")):
        refused(funnel(*words), code=1, says=(f"change {change}, 21 deals", f"funnel undo {change} --yes"))
    assert open_deals(world) == 5
    ok(funnel("undo", "--yes"))
    assert open_deals(world) == 26
    # Bringing back loses nothing; it is not asked for. What was brought back is as much as it was at first.
    ok(funnel("redo"))
    refused(funnel("undo"), code=1, says=("21 deals",))
    ok(funnel("undo", str(change), "--yes"))
    # What is undone already is refused for that.
    refused(funnel("undo", str(change)), code=1, says=("undone already",))


def test_an_import_is_asked_for_however_small_it_is(
    file_world: World, file_funnel: Run, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,email\nKari Lie,kari@nord.no\n", encoding="utf-8")
    ok(file_funnel("import", "contacts", str(people)))
    refused(file_funnel("undo"), code=1, says=("Imported contacts from people.csv", "0 deals", "--yes"))
    assert file_world.rows("SELECT name FROM person") == [("Kari Lie",)]
    ok(file_funnel("undo", "--yes"))
    assert file_world.rows("SELECT name FROM person") == []


def test_the_demo_is_asked_for(tmp_path: Path, file_funnel: Run) -> None:
    ok(file_funnel("demo", "--deals", "5", "--write", str(tmp_path / "funnel.db")))
    refused(file_funnel("undo", "--anybody"), code=1, says=("Demo data", "5 deals", "--yes"))


@pytest.mark.parametrize(("reply", "code", "left"), [("y", 0, 26), ("n", 1, 5), ("", 1, 5)])
def test_a_terminal_is_asked(
    file_world: World, file_funnel: Run, tmp_path: Path, reply: str, code: int, left: int
) -> None:
    won(file_world, file_funnel, 21)
    env = program_environment({"FUNNEL_NOW": NOW, "LOGNAME": "ana", "USER": "ana"}, tmp_path / "funnel.db")
    with Terminal((*COMMAND, "undo"), size=(100, 24), env=env) as terminal:
        terminal.wait_for("[y/N]")
        assert "21 deals" in terminal.text
        terminal.press(*reply, "enter")
        assert terminal.wait_exit() == code
    assert open_deals(file_world) == left
