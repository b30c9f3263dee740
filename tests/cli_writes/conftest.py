"""A team with five deals, and the real command on its database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.selling import Run, made_world, runner
from tests.services.world import World


@pytest.fixture
def world(db_url: str) -> Iterator[World]:
    """A team with five deals, on each database in turn."""
    made = made_world(db_url)
    yield made
    made.workspace.database.close()


@pytest.fixture
def file_world(tmp_path: Path) -> Iterator[World]:
    """The same in a file, for what does not differ between databases."""
    made = made_world(str(tmp_path / "funnel.db"))
    yield made
    made.workspace.database.close()


@pytest.fixture
def funnel(db_url: str) -> Run:
    """The command on the database of :func:`world`."""
    return runner(db_url)


@pytest.fixture
def file_funnel(tmp_path: Path) -> Run:
    """The command on the database of :func:`file_world`."""
    return runner(tmp_path / "funnel.db")
