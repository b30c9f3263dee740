"""Lists load neither the database toolkit nor the screen: they start as quickly as a report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.selling import NOW, made_world
from tests.conftest import ROOT
from tests.house.test_imports import LOOK_AFTER_RUN, SCREEN, STORAGE
from tests.support.cli import program_environment

READING = (
    *(
        ("deal", "list"),
        ("deal", "list", "--json", "acme"),
        ("deal", "show", "1"),
        ("deal", "show", "renewl", "--json"),
    ),
    *(("stages",), ("reps", "--json")),
)
WRITING = (("deal", "win", "1"), ("undo", "--list"), ("stages", "retire", "sales", "1"))


def loaded(url: Path, args: tuple[str, ...]) -> set[str]:
    said = subprocess.run(
        [sys.executable, "-c", LOOK_AFTER_RUN, json.dumps(args)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        cwd=ROOT,
        env=program_environment({"FUNNEL_NOW": NOW}, url),
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "Traceback" not in said.stderr
    return set(json.loads(said.stdout.splitlines()[-1]))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    world = made_world(str(tmp_path / "funnel.db"))
    world.workspace.database.close()
    return tmp_path / "funnel.db"


@pytest.mark.parametrize("args", READING, ids=" ".join)
def test_reading_loads_neither(db: Path, args: tuple[str, ...]) -> None:
    assert not loaded(db, args) & (SCREEN | STORAGE)


@pytest.mark.parametrize("args", WRITING, ids=" ".join)
def test_writing_loads_no_screen(db: Path, args: tuple[str, ...]) -> None:
    assert not loaded(db, args) & SCREEN
