"""At 120×40 the foot of a screen names more keys than at 80×24; each of these too does something there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.driving import SIZES
from tests.ui.footers import build_small, no_key_is_dead
from tests.ui.places import PLACES


@pytest.fixture(scope="module")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of few deals; do not write to it."""
    return build_small(tmp_path_factory.mktemp("small") / "demo.db")


@pytest.mark.parametrize("place", PLACES)
async def test_every_key_that_is_hinted_does_something(small_demo: Path, tmp_path: Path, place: str) -> None:
    await no_key_is_dead(small_demo, tmp_path, place, SIZES[1], beyond=SIZES[0][0])
