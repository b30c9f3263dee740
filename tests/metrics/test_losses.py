"""From where deals were lost, and how far they had come."""

from __future__ import annotations

import pytest

from funnel_tui.domain.cells import FunnelCell, LostCell
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.losses import moved_back
from tests.support.worked import PIPELINE

FIRST, SECOND, THIRD, _ = PIPELINE.stages


def came(furthest: int, deals: int, status: DealStatus = DealStatus.LOST) -> FunnelCell:
    return FunnelCell(0, 0, furthest, status, 0, 0, None, deals, deals, deals, 0)


def gone(stage_id: int, deals: int) -> LostCell:
    return LostCell(0, stage_id, 0, deals, deals, deals, 0)


@pytest.mark.parametrize(
    ("cells", "lost", "expected"),
    [
        ([], [], False),
        ([came(3, 2), came(5, 4, DealStatus.WON)], [gone(THIRD.id, 2)], False),
        ([came(3, 2)], [gone(THIRD.id, 1), gone(FIRST.id, 1)], True),
        ([came(3, 1), came(2, 1)], [gone(SECOND.id, 1), gone(FIRST.id, 1)], True),
        ([came(3, 1), came(3, 1)], [gone(THIRD.id, 2)], False),
        ([came(2, 3, DealStatus.OPEN)], [], False),
    ],
)
def test_a_deal_that_moved_back_was_lost_from_an_earlier_stage(
    cells: list[FunnelCell], lost: list[LostCell], expected: bool
) -> None:
    assert moved_back(PIPELINE, cells, lost) is expected
