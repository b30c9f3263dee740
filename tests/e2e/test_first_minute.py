"""The first minute in a real pseudo-terminal, from a machine with nothing to deals on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import json_of, ok, run_funnel
from tests.support.terminal import Terminal

pytestmark = pytest.mark.e2e

LOCALE = {"LANG": "nb_NO.UTF-8", "TZ": "Europe/Oslo", "LOGNAME": "anna", "FUNNEL_LANGUAGE": "en"}
DEALS = (
    "Deal ID,Deal name,Stage,Status,Amount,Currency,Created,Closed\n"
    "1,Fjord renewal,Lead,open,100,NOK,2026-11-02,\n"
    "2,Berg rollout,Lead,won,200,NOK,2026-01-02,2026-02-01\n"
)
both_sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def files(home: Path) -> list[str]:
    """Every file in a home."""
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


@both_sizes
def test_who_only_looks_in_leaves_no_file(clean_environment: Path, size: tuple[int, int]) -> None:
    with Terminal.funnel(env=LOCALE, size=size) as terminal:
        terminal.wait_for("Welcome to funnel")
        terminal.wait_for("Europe/Oslo")
        assert "NOK" in terminal.text
        terminal.wait_quiet()
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == set()
    assert files(clean_environment) == []


def test_an_empty_file_that_was_there_stays_as_unused_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    path.touch()
    with Terminal.funnel(env=LOCALE, db=path) as terminal:
        terminal.wait_for("Welcome to funnel")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    with Terminal.funnel(env=LOCALE, db=path) as terminal:
        terminal.wait_for("Welcome to funnel")
        terminal.press("q")
        assert terminal.wait_exit() == 0


def test_the_demo_is_a_throw_away_file(clean_environment: Path, tmp_path: Path) -> None:
    with Terminal.funnel(env={**LOCALE, "TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for("Look around")
        assert "throw-away file" in terminal.text
        terminal.wait_quiet()
        terminal.press("1")
        terminal.wait_for("[My tasks]", timeout=60)
        terminal.press("1")
        terminal.wait_for("demo data")
        terminal.wait_quiet()
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == set()
    assert not list(tmp_path.iterdir())
    assert not [name for name in files(clean_environment) if name.endswith(".db")]


def choose_the_file(terminal: Terminal) -> None:
    """In the welcome, the file of deals in the home folder."""
    terminal.wait_for("Welcome to funnel")
    terminal.wait_quiet()
    terminal.press("2")
    terminal.wait_for("which file?")
    terminal.wait_quiet()
    terminal.press("tab")
    terminal.type("~/deals.csv")
    terminal.wait_for("~/deals.csv")
    terminal.press("enter")
    terminal.wait_for("2 rows: 2 new")


@both_sizes
def test_from_nothing_to_imported_deals_and_back(clean_environment: Path, size: tuple[int, int]) -> None:
    (clean_environment / "deals.csv").write_text(DEALS)
    database = clean_environment / ".local" / "share" / "funnel" / "funnel.db"
    with Terminal.funnel(env=LOCALE, size=size) as terminal:
        choose_the_file(terminal)
        assert "Fjord renewal" in terminal.text
        terminal.wait_quiet()
        terminal.press("enter")
        terminal.wait_for("Imported deals")
        terminal.wait_for("[Open]")
        terminal.wait_for("Fjord renewal")
        terminal.wait_quiet()
        terminal.press("u")
        terminal.wait_for("Sure?")
        terminal.press("y")
        terminal.wait_for("No open deal here")
        terminal.press("ctrl+r")
        terminal.wait_for("Fjord renewal")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == set()
    assert database.is_file()
    settings = ok(run_funnel("settings", env=LOCALE))
    assert "Europe/Oslo" in settings
    # The next start knows the data and asks nothing.
    with Terminal.funnel(env=LOCALE, size=size) as terminal:
        terminal.wait_for("[My tasks]")
        terminal.press("q")
        assert terminal.wait_exit() == 0


@pytest.mark.pg
def test_an_empty_server_database_is_welcomed_too(pg_url: str) -> None:
    with Terminal.funnel(env=LOCALE, db=pg_url) as terminal:
        terminal.wait_for("Welcome to funnel")
        terminal.wait_quiet()
        terminal.press("3")
        terminal.wait_for("which stages to start from")
        terminal.wait_quiet()
        terminal.press("j", "enter")
        terminal.wait_for("The first pipeline")
        terminal.wait_quiet()
        terminal.press("enter")
        terminal.wait_for("n makes a new one")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    stages = json_of(run_funnel("stages", "--format", "json", db=pg_url))
    assert stages["rows"][0]["stage"] == "Prospecting"
    reps = json_of(run_funnel("reps", "--format", "json", db=pg_url))
    assert [row["rep"] for row in reps["rows"]] == ["anna"]


@pytest.mark.pg
def test_an_import_into_an_empty_server_database(clean_environment: Path, pg_url: str) -> None:
    path = clean_environment / "deals.csv"
    path.write_text(DEALS)
    with Terminal.funnel(env=LOCALE, db=pg_url) as terminal:
        choose_the_file(terminal)
        terminal.wait_quiet()
        terminal.press("enter")
        terminal.wait_for("Imported deals")
        terminal.wait_for("Fjord renewal")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    deals = json_of(run_funnel("deal", "list", "--format", "json", db=pg_url))
    assert len(deals["rows"]) >= 1
