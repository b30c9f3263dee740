"""The stages of a pipeline put right: an import that knows them comes after one that had to guess.

Deals may come before their history, in a file that does not say which stages there are, or in which order.
What was guessed then is remembered in the table of settings, in the same change group, so that undoing the
import forgets it too. It is put right only while nobody but imports has touched the pipeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import and_, or_, select, update

from funnel_tui.domain.facts import Ladder
from funnel_tui.domain.status import ChangeOp
from funnel_tui.models import Change, ChangeGroup, Setting, Stage
from funnel_tui.models.pipelines import MAX_STAGES
from funnel_tui.services.derived import rebuild_pipeline
from funnel_tui.services.importing.known import IMPORTS
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.transaction import Transaction, table_of

FIRST_STAGE = "New"
"""The one stage of a pipeline of which no stage is known."""

Steps = Sequence[tuple[str, int | None]]
"""Stages in order: name, and probability in basis points where one is known."""

_PREFIX = "guessed_stages/"


class Guess(StrEnum):
    """What an import had to guess of a pipeline."""

    NAME = "name"
    """Everything: it has the one stage :data:`FIRST_STAGE`, which stands for the first of the real ones."""
    ORDER = "order"
    """The order: it is that in which a file of deals first has the stages."""


class Guesses:
    """What imports have guessed, by the number of the pipeline."""

    def __init__(self, call: Transaction) -> None:
        self._call = call
        setting = table_of(Setting)
        query = select(setting.c.key, setting.c.value).where(
            setting.c.key.startswith(_PREFIX, autoescape=True)
        )
        self._made = {
            int(key.removeprefix(_PREFIX)): Guess(value) for key, value in call.connection.execute(query)
        }

    def of(self, pipeline_id: int) -> Guess | None:
        """What was guessed of a pipeline; None when its stages are known."""
        return self._made.get(pipeline_id)

    def remember(self, pipeline_id: int, guess: Guess | None) -> None:
        """Write down what was guessed of a pipeline; None when its stages are known now."""
        before = self._made.pop(pipeline_id, None)
        if guess is not None:
            self._made[pipeline_id] = guess
        key = f"{_PREFIX}{pipeline_id}"
        rows = [None if each is None else {"key": key, "value": each.value} for each in (before, guess)]
        self._call.put(Setting, *rows)


def untouched(call: Transaction, pipeline_id: int, stages: Sequence[int]) -> bool:
    """Whether nobody but imports has made or changed a pipeline and its stages."""
    change, group = table_of(Change), table_of(ChangeGroup)
    here = or_(
        and_(change.c.entity == "pipeline", change.c.row_id == pipeline_id),
        and_(change.c.entity == "stage", change.c.row_id.in_(stages)),
    )
    query = select(group.c.action).join(change, change.c.group_id == group.c.id).where(here).distinct()
    actions = [action for (action,) in call.connection.execute(query)]
    return bool(actions) and all(action.startswith(IMPORTS) for action in actions)


def name_first(call: Transaction, stage_id: int, step: tuple[str, int | None]) -> None:
    """Make the guessed stage of a pipeline the first of the real ones; the deals in it stay there."""
    name, probability = step
    changes = {"name": name, "probability_bp": probability or 0}
    call.update(Stage, call.get(Stage, stage_id), changes)


def arrange(
    call: Transaction, outcome: Outcome, pipeline_id: int, steps: Steps
) -> tuple[Ladder, dict[int, str]]:
    """Put the stages of a pipeline into another order, with new ones among them.

    :param steps: all stages that are there, in any case, and those that are not.
    :returns: the ladder, and the names of the stages by number, in order.
    """
    stage = table_of(Stage)
    found = call.connection.execute(select(stage).where(stage.c.pipeline_id == pipeline_id))
    rows = {row["name"].casefold(): row for row in found.mappings()}
    # Two stages never share a position, not even between two statements: all step aside first.
    aside = update(stage).where(stage.c.pipeline_id == pipeline_id)
    call.connection.execute(aside.values(position=stage.c.position + MAX_STAGES))
    names: dict[int, str] = {}
    positions: dict[int, int] = {}
    used: list[int] = []
    for position, (name, probability) in enumerate(steps, 1):
        row = rows.get(name.casefold())
        if row is None:
            values = {"pipeline_id": pipeline_id, "name": name, "position": position}
            number = call.insert(Stage, {**values, "probability_bp": probability or 0})
            outcome.add_stage(name, probability)
        else:
            number, name = row["id"], row["name"]
            call.connection.execute(update(stage).where(stage.c.id == number).values(position=position))
            if position != row["position"]:
                change = {"position": row["position"]}, {"position": position}
                call.record(stage, number, ChangeOp.UPDATE, *change)
        names[number], positions[number] = name, position
        if row is None or not row["retired"]:
            used.append(position)
    rebuild_pipeline(call.connection, pipeline_id)
    return Ladder(pipeline_id, positions, tuple(used)), names


def joined(better: Sequence[str], present: Sequence[str]) -> list[str]:
    """The order of some names, with those that only the present order has behind the one before them."""
    names = list(better)
    folded = [name.casefold() for name in names]
    place = 0
    for name in present:
        if name.casefold() in folded:
            place = folded.index(name.casefold()) + 1
        else:
            names.insert(place, name)
            folded.insert(place, name.casefold())
            place += 1
    return names
