"""What a wish for many deals chooses from."""

from __future__ import annotations

from dataclasses import dataclass

from funnel_tui.queries.names import names
from funnel_tui.services.deal_desk import DealDesk, read_desk
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BulkChoices:
    """Pipelines, reps and known words, as for one deal, and the tags.

    :param tags: their names, which are user text.
    """

    desk: DealDesk
    tags: tuple[str, ...]


def read_choices(workspace: Workspace) -> BulkChoices:
    """Read what there is to choose from."""
    desk = read_desk(workspace)
    with workspace.read() as reader:
        tags = tuple(name for _, name in names(reader, "tag"))
    return BulkChoices(desk, tags)
