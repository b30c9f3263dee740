"""Fixtures for the services: a small team in a database of its own, on SQLite and on PostgreSQL."""

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
def file_world(tmp_path: Path) -> Iterator[World]:
    """A team with a pipeline in a SQLite file, for what does not differ between databases."""
    made = World.make(str(tmp_path / "funnel.db"))
    yield made
    made.workspace.database.close()
