"""A small demo database, made once per worker, and the command run in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from funnel_tui.cli import main
from funnel_tui.demo import demo_file

NOW = "2026-11-21T12:00:00Z"


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with 150 deals, up to :data:`NOW`. Tests only read it."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    workspace = demo_file(path, deals=150, clock=lambda: 1_795_262_400)
    workspace.database.close()
    return path


class Said(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def funnel(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Run ``funnel ARGS`` in this process; the clock stands at :data:`NOW`."""
    monkeypatch.setenv("FUNNEL_NOW", NOW)

    def run(*args: str | Path) -> Said:
        code = main([str(arg) for arg in args])
        out, err = capfdbinary.readouterr()
        return Said(code, out.decode("utf-8"), err.decode("utf-8"))

    return run
