"""The stream of interactions: all their numbers in order at once, and a window of rows at a time.

The scope says whose interactions they are and of which period. A pipeline leaves out those on deals of other
pipelines and those on no deal, as in the reports (METRICS 5).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.finding import FindKind, fold
from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Direction
from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.queries.interaction_list import (
    Columns,
    Wanted,
    columns_of,
    interaction_facts,
    matching,
    outcomes_logged,
    with_note,
)
from funnel_tui.queries.look import rep_names
from funnel_tui.queries.names import match, resolve, team_reps
from funnel_tui.queries.tasks import active_reps
from funnel_tui.services.finding import with_word
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class InteractionFilter:
    """Which interactions of a scope a list shows.

    :param kind: the name of a kind; None for all.
    :param outcome: as it was logged.
    :param rep: the name of a rep, besides what the scope says.
    :param planned: only planned ones, or only done ones; None for both.
    :param text: every word of it occurs in deal, organisation, person, rep, kind, outcome or note.
    """

    kind: str | None = None
    outcome: str | None = None
    rep: str | None = None
    planned: bool | None = None
    direction: Direction | None = None
    text: str = ""


EVERYTHING = InteractionFilter()


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list can be filtered by."""

    kinds: tuple[str, ...]
    outcomes: tuple[str, ...]
    reps: tuple[str, ...]


def interaction_ids(workspace: Workspace, scope: Scope, wanted: InteractionFilter = EVERYTHING) -> array[int]:
    """The numbers of the interactions of a list, the latest first.

    :param scope: its pipelines, its owner or team, its period and its filter count; the latter chooses the
        deals that the interactions are on, as they stand now.
    :raises NotFound: for a pipeline, rep, team or kind that does not exist.
    """
    with workspace.read() as reader:
        looked = _looked_up(reader, scope, wanted, ZoneInfo(workspace.settings().time_zone))
        if scope.where.strip():
            from funnel_tui.services.filtering import filter_now

            found = filter_now(workspace, reader, scope.where)
            looked = replace(looked, where=found.condition, as_of=found.as_of) if found else looked
        ids = matching(reader, looked)
        words = fold(wanted.text).split()
        if not words:
            return ids
        columns = columns_of(reader, looked)
        noted = [set(with_note(reader, looked, word)) for word in wanted.text.split()]
        kinds = dict(reader.rows("SELECT id, name FROM interaction_kind"))
        reps = rep_names(reader)
    kept = set(columns.ids)
    for word, notes in zip(wanted.text.split(), noted, strict=True):
        kept &= _with_word(workspace, columns, word, kinds, reps) | notes
    return array("q", filter(kept.__contains__, ids))


def count_ahead(workspace: Workspace, scope: Scope, wanted: InteractionFilter = EVERYTHING) -> int:
    """How many interactions at the head of a list are still to come; its text filter does not count."""
    with workspace.read() as reader:
        looked = _looked_up(reader, scope, wanted, ZoneInfo(workspace.settings().time_zone))
        now = workspace.clock() + 1
        start = now if looked.start is None else max(looked.start, now)
        return len(matching(reader, replace(looked, start=start)))


def _looked_up(reader: Reader, scope: Scope, wanted: InteractionFilter, zone: ZoneInfo) -> Wanted:
    start, end = scope.period.bounds(zone)
    if scope.as_of is not None:  # what came later had not happened yet
        end = min(end, scope.as_of + 1)
    owners = _owners(reader, scope)
    if wanted.rep is not None:
        one = frozenset({resolve(reader, "rep", wanted.rep)[0]})
        owners = one if owners is None else owners & one
    kind_id = None
    if wanted.kind is not None:
        kinds = [(int(number), str(name)) for number, name in reader.rows(_KINDS)]
        kind_id = match(kinds, wanted.kind, "kind")[0]
    pipelines = None
    if scope.pipelines:
        pipelines = frozenset(resolve(reader, "pipeline", name)[0] for name in scope.pipelines)
    return Wanted(start, end, owners, pipelines, kind_id, wanted.outcome, wanted.planned, wanted.direction)


_KINDS = "SELECT id, name FROM interaction_kind ORDER BY position, id"


def _owners(reader: Reader, scope: Scope) -> frozenset[int] | None:
    if scope.owner is not None:
        return frozenset({resolve(reader, "rep", scope.owner)[0]})
    if scope.team is not None:
        return frozenset(number for number, _ in team_reps(reader, resolve(reader, "team", scope.team)[0]))
    return None


def _with_word(
    workspace: Workspace, columns: Columns, word: str, kinds: dict[int, str], reps: dict[int, str]
) -> set[int]:
    """The interactions in whose names a word occurs."""
    text = fold(word)
    named = with_word(workspace, word)
    by_column = (
        (columns.deals, named[FindKind.DEAL]),
        (columns.organisations, named[FindKind.ORGANISATION]),
        (columns.people, named[FindKind.PERSON]),
        (columns.owners, {number for number, name in reps.items() if text in fold(name)}),
        (columns.kinds, {number for number, name in kinds.items() if text in fold(kind_word(name))}),
        (
            columns.outcomes,
            {outcome for outcome in set(columns.outcomes) if outcome and text in fold(outcome_word(outcome))},
        ),
    )
    found: set[int] = set()
    for values, fitting in by_column:
        if fitting:
            found.update(
                number for number, value in zip(columns.ids, values, strict=True) if value in fitting
            )
    return found


def interaction_rows(workspace: Workspace, ids: Sequence[int]) -> list[InteractionFact]:
    """What a list shows of a window of interactions, in the order asked for; without those that are gone."""
    if not ids:
        return []
    with workspace.read() as reader:
        return interaction_facts(reader, ids)


def one_interaction(workspace: Workspace, interaction_id: int) -> InteractionFact:
    """An interaction.

    :raises NotFound: when it is gone.
    """
    found = interaction_rows(workspace, [interaction_id])
    if not found:
        raise NotFound(
            tr("There is no interaction with number {number}.").format(number=interaction_id),
            tr("It may have been undone."),
        )
    return found[0]


def reps_in_use(workspace: Workspace) -> list[tuple[int, str]]:
    """Number and name of the reps who are active, by name."""
    with workspace.read() as reader:
        return active_reps(reader)


def filter_choices(workspace: Workspace, kind: str | None = None) -> Choices:
    """What a list can be filtered by.

    :param kind: only the outcomes of this kind.
    """
    with workspace.read() as reader:
        kinds = reader.rows(_KINDS)
        number = next((number for number, name in kinds if name == kind), None)
        outcomes = outcomes_logged(reader, number)
        reps = active_reps(reader)
    return Choices(tuple(name for _, name in kinds), tuple(outcomes), tuple(name for _, name in reps))
