"""A folder and an empty database for each test of the import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importing.support import Folder
from tests.support.worked_services import open_workspace


@pytest.fixture
def folder(db_url: str, tmp_path: Path) -> Iterator[Folder]:
    """On SQLite and on PostgreSQL; the clock stands at 2026-04-01."""
    workspace = open_workspace(db_url)
    files = tmp_path / "files"
    files.mkdir()
    yield Folder(files, workspace)
    workspace.database.close()
