"""What a dialog about a deal needs to know: the deal, pipelines, reps and known words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from funnel_tui.domain.deal_detail import DealDetail
from funnel_tui.domain.money import Money
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.queries.deal_desk import (
    DeskPipeline,
    DeskStage,
    Named,
    read_pipelines_in_use,
    read_products,
    read_tags,
    read_words,
)
from funnel_tui.services.agenda import rep_of_user
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.workspace import Workspace

__all__ = ["DealDesk", "DeskPipeline", "DeskStage", "read_desk"]


@dataclass(frozen=True, slots=True)
class DealDesk:
    """Everything that a dialog about a deal chooses from.

    :param detail: the deal as it is now; None for a new one.
    :param pipelines: those in use, and the one that the deal is in.
    :param tags: the known tags; ``products`` the known products with their prices.
    :param me: the rep that the user is, or None when that cannot be known.
    """

    detail: DealDetail | None
    pipelines: tuple[DeskPipeline, ...]
    reps: tuple[Named, ...]
    sources: tuple[str, ...]
    reasons: tuple[str, ...]
    settings: TeamSettings
    me: Named | None
    tags: tuple[str, ...]
    products: Mapping[str, Money | None]

    @property
    def deal(self) -> DealDetail:
        """The deal; only where one was asked for."""
        assert self.detail is not None
        return self.detail

    @property
    def pipeline(self) -> DeskPipeline:
        """The pipeline that the deal is in."""
        return next(one for one in self.pipelines if one.id == self.deal.pipeline_id)

    @property
    def stage(self) -> DeskStage:
        """The stage that the deal is in, or was closed from."""
        return self.pipeline.stage(self.deal.row.stage_id)


def read_desk(workspace: Workspace, deal_id: int | None = None) -> DealDesk:
    """Read what there is to choose from.

    :param deal_id: the deal that it is about; None for a new one.
    :raises NotFound: when there is no such deal.
    """
    detail = None if deal_id is None else deal_detail(workspace, deal_id, items=1)
    with workspace.read() as reader:
        pipelines = read_pipelines_in_use(reader, detail.pipeline_id if detail else None)
        words, tags, products = read_words(reader), read_tags(reader), read_products(reader)
    me = rep_of_user(workspace)
    return DealDesk(detail, pipelines, *words, workspace.settings(), me, tags, products)
