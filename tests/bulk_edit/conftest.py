"""Fixtures: a small team in a database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.world import World


@pytest.fixture
def world(db_url: str) -> Iterator[World]:
    """A team with a pipeline, on each database in turn."""
    made = World.make(db_url)
    yield made
    made.workspace.database.close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Two databases with the same team."""
    made = (World.make(str(tmp_path / "one.db")), World.make(str(tmp_path / "many.db")))
    yield made
    for each in made:
        each.workspace.database.close()
