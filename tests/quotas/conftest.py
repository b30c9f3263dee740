"""A small team whose quotas are set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reports.small import Small, small


@pytest.fixture
def team(db_url: str) -> Iterator[Small]:
    """On SQLite and PostgreSQL."""
    found = small(db_url)
    yield found
    found.workspace.database.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Small]:
    """On SQLite only, where the database makes no difference."""
    found = small(str(tmp_path / "funnel.db"))
    yield found
    found.workspace.database.close()
