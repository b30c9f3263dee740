"""Which pipelines and stages a file of deals names, read before its first deal is written."""

from __future__ import annotations

from collections.abc import Iterable

from funnel_tui.exchange.deals import read_deals
from funnel_tui.exchange.fields import name_reader
from funnel_tui.exchange.outcomes import stage_reader
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.values import BadValue
from funnel_tui.services.importing.plan import Source


def scan(source: Source) -> dict[str | None, list[str]]:
    """The names of stages in a file, by the pipeline each row names (None where it names none).

    :returns: names in the order of their first row; those that are refused later may be among them.
    """
    mapping, found = source.mapping, dict[str | None, dict[str, None]]()
    if mapping.has("is_won") or mapping.has("is_closed"):
        # Only the whole row tells whether its stage is one of the pipeline or an end.
        for record in read_deals(source.table, mapping, source.options, Refusals()):
            if record.stage is not None:
                found.setdefault(record.pipeline, {}).setdefault(record.stage)
        return {pipeline: list(names) for pipeline, names in found.items()}
    read_stage = stage_reader(source.options)
    read_pipeline = name_reader("pipeline", source.options)
    for pipeline_text, stage_text in _pairs(source):
        try:
            stage, pipeline = read_stage(stage_text).stage, read_pipeline(pipeline_text)
        except BadValue:
            continue
        names = found.setdefault(pipeline, {})
        if stage is not None:
            names.setdefault(stage)
    return {pipeline: list(names) for pipeline, names in found.items()}


def _pairs(source: Source) -> Iterable[tuple[str, str]]:
    """Each pair of texts for pipeline and stage once, in the order of the file."""
    mapping = source.mapping
    pipeline, stage = mapping.columns.get("pipeline"), mapping.columns.get("stage")
    constants = mapping.constants
    if stage is None and pipeline is None:
        return [(constants.get("pipeline", ""), constants.get("stage", ""))]
    pairs: dict[tuple[str, str], None] = {}
    for _, rows in source.table.batches(Refusals()):
        for row in rows:
            pairs[
                row[pipeline] if pipeline is not None else constants.get("pipeline", ""),
                row[stage] if stage is not None else constants.get("stage", ""),
            ] = None
    return pairs
