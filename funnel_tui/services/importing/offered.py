"""The pipelines that a file can be imported into, and the name of a new one."""

from __future__ import annotations

from typing import NamedTuple

from funnel_tui.errors import UsageError
from funnel_tui.exchange.values import LIMITS, BadValue, clean_text, sentence
from funnel_tui.language import tr
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.workspace import Workspace


class KnownPipeline(NamedTuple):
    """A pipeline in use and its stages in order, without the retired ones."""

    name: str
    stages: tuple[str, ...]


def known_pipelines(workspace: Workspace) -> tuple[KnownPipeline, ...]:
    """The pipelines in use, in their order."""
    with workspace.read() as reader:
        pipelines = read_pipelines(reader)
    return tuple(
        KnownPipeline(one.name, tuple(stage.name for stage in one.stages if not stage.retired))
        for one in pipelines
        if one.in_use
    )


def pipeline_name(text: str) -> str:
    """The name of a pipeline as it was typed, without blanks at its ends.

    :raises UsageError: for a name that no pipeline can have.
    """
    try:
        name = clean_text(text, LIMITS["name"])
    except BadValue as error:
        raise UsageError(tr("The name {problem}").format(problem=sentence(error.reason))) from error
    if not name:
        raise UsageError(tr("Type a name."))
    return name
