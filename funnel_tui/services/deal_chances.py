"""The win probability of one open deal from each source, from what was learned before (METRICS 8).

Nothing is learned here: opening a deal must stay quick. What was closed since the figures were last looked at
is therefore not in the model's figure yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from weakref import WeakKeyDictionary

from funnel_tui.db import Reader
from funnel_tui.domain.deal_list import DealRow, ProbabilitySource
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.probability import Candidate, DealChances, Field, Push, Reason
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.figures import ratio
from funnel_tui.metrics.funnel import close_ratios
from funnel_tui.metrics.probability import Counts
from funnel_tui.queries import learning
from funnel_tui.queries.snapshot import EVER, closing_history
from funnel_tui.services.deal_row import Lens
from funnel_tui.services.workspace import Workspace

_BP = 10_000
_TABLES = {Field.STAGE: "stage", Field.PRODUCT: "product", Field.TAG: "tag", Field.SOURCE: "source"}

Closing = Mapping[int, tuple[int, int]]

# The close ratios of a workspace by pipeline, with the last change they follow from.
_closing: WeakKeyDictionary[Workspace, tuple[int, dict[int, Closing]]] = WeakKeyDictionary()

# What was learned by team, with the last change and up to where it was learned.
_counts: WeakKeyDictionary[Workspace, tuple[tuple[int, int | None], dict[int, Counts]]] = WeakKeyDictionary()


def deal_chances(
    workspace: Workspace,
    reader: Reader,
    through: Lens,
    row: DealRow,
    *,
    pipeline_id: int,
    stage_id: int,
    owner_id: int,
    source_id: int | None,
) -> DealChances | None:
    """The probability of a deal from each source.

    :param stage_id: the stage it is in.
    :returns: None for a closed deal, and for a past instant: what was learned is of now.
    """
    if row.status is not DealStatus.OPEN or through.moved_on:
        return None
    pipeline = through.pipelines[pipeline_id]
    won, closed = _closing_of(workspace, reader, through, pipeline).get(stage_id, (0, 0))
    stage, _ = through.stages[stage_id]
    shown = row.probability
    typed = shown.bp if shown is not None and shown.source is ProbabilitySource.TYPED else None
    deal = Candidate(
        *(row.id, row.title, learning.team_of(reader, owner_id), pipeline_id, stage_id, owner_id, typed),
        expected_close=None,
        values=learning.values_of(reader, row.id, owner_id, source_id),
    )
    minimum = through.settings.model_minimum
    counts = _counts_of(workspace, reader, through, deal.team_id)
    said = None if typed is not None else counts.of(deal)
    known = counts.teams.get(deal.team_id)
    begun = learning.learned_up_to(reader) is not None
    return DealChances(
        typed=None if typed is None else Fraction(typed, _BP),
        stage=Fraction(stage.probability_bp, _BP),
        history=ratio(won, closed),
        history_n=closed,
        model=None if said is None else Fraction(said.bp, _BP),
        reasons=() if said is None else tuple(_reason(reader, through, push) for push in said.pushes),
        learned=None if not begun else 0 if known is None else known.deals,
        minimum=minimum,
    )


def _closing_of(workspace: Workspace, reader: Reader, through: Lens, pipeline: PipelineFact) -> Closing:
    """The close ratio from each stage; counted once per change to the data."""
    last = int(reader.rows("SELECT coalesce(max(id), 0) FROM change")[0][0])
    known = _closing.get(workspace)
    if known is None or known[0] != last:
        known = _closing[workspace] = last, {}
    found = known[1].get(pipeline.id)
    if found is None:
        selection = Selection(pipeline, EVER, through.as_of)
        found = known[1][pipeline.id] = close_ratios(pipeline, closing_history(reader, selection))
    return found


def _counts_of(workspace: Workspace, reader: Reader, through: Lens, team_id: int) -> Counts:
    """What was learned of a team; read once per learning and change to the data."""
    last = int(reader.rows("SELECT coalesce(max(id), 0) FROM change")[0][0])
    key = last, learning.learned_up_to(reader)
    known = _counts.get(workspace)
    if known is None or known[0] != key:
        known = _counts[workspace] = key, {}
    found = known[1].get(team_id)
    if found is None:
        minimum = through.settings.model_minimum
        found = learning.read_counts(reader, through.pipelines.values(), minimum, only_team=team_id)
        known[1][team_id] = found
    return found


def _reason(reader: Reader, through: Lens, push: Push) -> Reason:
    if push.field is Field.OWNER:
        name = through.reps.get(push.value_id)
    else:
        sql = f"SELECT name FROM {_TABLES[push.field]} WHERE id = :id"  # noqa: S608  (names of ours)
        rows = reader.rows(sql, {"id": push.value_id})
        name = str(rows[0][0]) if rows else None
    return Reason(push.field, name or "?", push.push)
