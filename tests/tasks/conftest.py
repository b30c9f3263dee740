"""Fixtures: the small team of the service tests, with helpers for tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tasks.office import Office


@pytest.fixture
def office(db_url: str) -> Iterator[Office]:
    """A team with a pipeline staged by hand and an automatic one, on each database in turn."""
    made = Office.open(db_url)
    yield made
    made.workspace.database.close()
