"""The demo data, built once; each test works on a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from funnel_tui.demo import build_demo
from funnel_tui.domain.period import parse_instant
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.workspace import Workspace

NOW = parse_instant("2026-11-21T12:00:00Z", ZoneInfo("UTC"))
ACTOR = "anna"

Opening = Callable[[Path], Workspace]

Put = Callable[[str, str], Path]
"""Makes a file of a name, with a text."""


def open_at(path: Path, now: int = NOW) -> Workspace:
    """A workspace whose clock stands still."""
    workspace = open_workspace(Target(path=path), actor=ACTOR)
    workspace.clock = lambda: now
    return workspace


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of 400 demo deals; do not write to it."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    workspace = open_at(path)
    build_demo(workspace, deals=400, seed=7)
    workspace.database.close()
    return path


@pytest.fixture
def demo_path(demo_file: Path, tmp_path: Path) -> Path:
    """A copy of the demo database."""
    path = tmp_path / "funnel.db"
    shutil.copy(demo_file, path)
    return path


@pytest.fixture
def demo(demo_path: Path) -> Iterator[Workspace]:
    """A workspace on a copy of the demo database."""
    workspace = open_at(demo_path)
    yield workspace
    workspace.database.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on a new database."""
    workspace = open_at(tmp_path / "empty.db")
    yield workspace
    workspace.database.close()


@pytest.fixture
def put(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Makes a file in the folder that the program is started in."""
    monkeypatch.chdir(clean_environment)

    def make(name: str, text: str) -> Path:
        path = clean_environment / name
        path.write_text(text, encoding="utf-8")
        return path

    return make
