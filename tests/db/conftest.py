"""Opening and migrating a database is what is tested here: nothing of it is cut short."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def quick_schema() -> None:
    """The migrations themselves, each time."""
