"""Reading how pipelines are set up, for the editor of pipelines."""

from __future__ import annotations

from funnel_tui.domain.loss_task import loss_task_of
from funnel_tui.domain.pipeline_setup import PipelineSetup
from funnel_tui.domain.status import Staging
from funnel_tui.queries.pipeline_setup import read_setup
from funnel_tui.services.workspace import Workspace


def list_setup(workspace: Workspace) -> list[PipelineSetup]:
    """All pipelines with their stages in order, as of one moment.

    :returns: pipelines not in use and retired stages too.
    """
    with workspace.read() as reader:
        lines = read_setup(reader)
    found = []
    for line in lines:
        number, version, name, staging, in_use, record_demand, qualified, deals = line.row
        found.append(
            PipelineSetup(
                *(number, version, name, Staging(staging), bool(in_use), bool(record_demand), qualified),
                deals=deals,
                open_deals=sum(stage.deals for stage in line.stages),
                stages=line.stages,
                loss_task=loss_task_of(line.loss_task),
            )
        )
    return found
