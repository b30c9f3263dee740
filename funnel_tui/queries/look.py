"""Small look-ups that reports need beside their cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnel_tui.db.reader import Reader
from funnel_tui.domain.said import said
from funnel_tui.queries.parts import ladder_steps

if TYPE_CHECKING:
    from funnel_tui.domain.cells import DealFact
    from funnel_tui.domain.facts import PipelineFact

NO_TEAM = said("(no team)")
NO_SOURCE = said("(no source)")
NO_REASON = said("(no reason)")


def rep_names(reader: Reader) -> dict[int, str]:
    """All reps by number."""
    return dict(reader.rows("SELECT id, name FROM rep"))


def rep_teams(reader: Reader) -> dict[int, str]:
    """The name of each rep's team, by the number of the rep."""
    rows = reader.rows("SELECT r.id, t.name FROM rep r LEFT JOIN team t ON t.id = r.team_id")
    return {rep: team or NO_TEAM for rep, team in rows}


def source_names(reader: Reader) -> dict[int, str]:
    """All sources by number; 0 stands for none."""
    return {0: NO_SOURCE, **dict(reader.rows("SELECT id, name FROM source"))}


def reason_names(reader: Reader) -> dict[int, str]:
    """All loss reasons by number; 0 stands for none."""
    return {0: NO_REASON, **dict(reader.rows("SELECT id, name FROM loss_reason"))}


def assumed_visits(reader: Reader, pipeline_id: int, as_of: int) -> int:
    """How many visits of a pipeline were assumed by an import, up to as-of."""
    rows = reader.rows(
        f"SELECT count(*) FROM stage_visit {reader.using('ix_stage_visit_assumed')}"
        " WHERE assumed = 1 AND pipeline_id = :pipeline AND entered_at <= :as_of",
        {"pipeline": pipeline_id, "as_of": as_of},
    )
    return int(rows[0][0])


def data_span(
    reader: Reader, pipeline_ids: Sequence[int], as_of: int, past: Sequence[DealFact] | None
) -> tuple[int, int] | None:
    """The instants of the first creation and of the last move or closing up to as-of.

    :param pipeline_ids: only deals that were in these pipelines then.
    :param past: the deals that changed after as-of, as they stood then.
    """
    numbers = ", ".join(str(int(number)) for number in pipeline_ids) or "NULL"
    rows = reader.rows(
        "SELECT min(created_at), max(coalesce(closed_at, entered_at)) FROM deal"
        f" WHERE pipeline_id IN ({numbers}) AND changed_at <= :as_of",
        {"as_of": as_of},
    )
    spans = [(int(first), int(last)) for first, last in rows if first is not None]
    for deal in past or ():
        if deal.pipeline_id in pipeline_ids:
            spans.append((deal.created_at, deal.entered_at if deal.closed_at is None else deal.closed_at))
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def last_closing(reader: Reader, pipeline: PipelineFact, as_of: int) -> int | None:
    """The instant of the last deal won or lost up to as-of: the end of one index range per stage."""
    rows = reader.rows(
        " UNION ALL ".join(
            f"SELECT max(d.closed_at) FROM deal d {reader.using('ix_deal_closed')}"
            f" WHERE d.pipeline_id = :pipeline AND d.status = '{status}' AND d.furthest = {furthest}"
            " AND d.closed_at <= :as_of"
            for status, furthest in ladder_steps(pipeline)
        ),
        {"pipeline": pipeline.id, "as_of": as_of},
    )
    return max((at for (at,) in rows if at is not None), default=None)


def deal_counts(reader: Reader, pipeline_ids: Sequence[int]) -> dict[int, int]:
    """How many deals each pipeline holds, whatever their status."""
    numbers = ", ".join(str(int(number)) for number in pipeline_ids) or "NULL"
    rows = reader.rows(
        f"SELECT pipeline_id, count(*) FROM deal WHERE pipeline_id IN ({numbers}) GROUP BY pipeline_id"
    )
    return dict.fromkeys(pipeline_ids, 0) | {int(number): int(count) for number, count in rows}


# By an index, one look per stage. A deal that came from another pipeline has reached no stage of it any more.
_ANY_REACHED = """
SELECT 1 FROM stage s
WHERE EXISTS (SELECT 1 FROM deal_stage x WHERE x.stage_id = s.id AND x.reached_at <= :upto) LIMIT 1
"""
_ANY_CREATED = "SELECT 1 FROM deal WHERE created_at <= :upto LIMIT 1"


def first_created(reader: Reader) -> int | None:
    """When the first deal was created, in epoch seconds; None without any."""
    found: int | None = reader.rows("SELECT min(created_at) FROM deal")[0][0]
    return found


def any_created(reader: Reader, upto: int) -> bool:
    """Whether any deal was there at an instant in epoch seconds."""
    at = {"upto": upto}
    return bool(reader.rows(_ANY_REACHED, at)) or bool(reader.rows(_ANY_CREATED, at))
