"""Who may read a file that was written for others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from funnel_tui.exchange.files import new_file


@pytest.fixture
def mask() -> Iterator[None]:
    """The group may read what is made."""
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.mark.usefixtures("mask")
def test_a_new_document_follows_the_umask_and_one_that_is_replaced_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    for rights in (0o640, 0o600, 0o664):
        if path.exists():
            path.chmod(rights)
        with new_file(path, replace=True) as stream:
            unfinished = next(tmp_path.glob(".*"))
            assert stat.S_IMODE(unfinished.stat().st_mode) == 0o600
            stream.write(b"1")
        assert stat.S_IMODE(path.stat().st_mode) == rights
        assert os.umask(0o027) == 0o027
