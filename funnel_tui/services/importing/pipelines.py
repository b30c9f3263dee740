"""The pipelines and stages that imported deals are in; missing ones are made before the first deal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from funnel_tui.domain.facts import Ladder
from funnel_tui.domain.said import placed, said
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.profiles import Profile
from funnel_tui.exchange.values import nearest, visible
from funnel_tui.language import tr
from funnel_tui.models import Pipeline, Stage, StageVisit
from funnel_tui.models.pipelines import MAX_STAGES
from funnel_tui.services.importing.ladders import (
    FIRST_STAGE,
    Guess,
    Guesses,
    Steps,
    arrange,
    joined,
    name_first,
    untouched,
)
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.transaction import Transaction, table_of

_HAVE = tr("Put it into the stages of the pipeline first, or import into another one with --pipeline.")


@dataclass(slots=True)
class Line:
    """A pipeline and its stages.

    :ivar stages: the numbers of the stages in order.
    :ivar by_name: the number of a stage by its name in any case.
    :ivar retired: the numbers of the stages that no deal may enter.
    """

    id: int
    name: str
    names: list[str] = field(default_factory=list)
    stages: list[int] = field(default_factory=list)
    by_name: dict[str, int] = field(default_factory=dict)
    retired: set[int] = field(default_factory=set)

    @property
    def first(self) -> int:
        """The number of the first stage in use."""
        return next((number for number in self.stages if number not in self.retired), self.stages[0])

    def add(self, stage_id: int, name: str) -> None:
        """Take the next stage."""
        self.names.append(name)
        self.stages.append(stage_id)
        self.by_name[name.casefold()] = stage_id

    def find(self, name: str) -> int | None:
        """The number of a stage, or None."""
        return self.by_name.get(name.casefold())

    def name_of(self, stage_id: int) -> str:
        """The name of a stage."""
        return self.names[self.stages.index(stage_id)]

    def unknown(self, name: str) -> str:
        """Why a stage name is refused."""
        near = nearest(name, self.names)
        pipeline, stage = visible(self.name), visible(name)
        if near:
            return said(
                "the pipeline {pipeline!r} has no stage {stage!r}; did you mean {near}?",
                pipeline=pipeline,
                stage=stage,
                near=visible(near),
            )
        return said(
            "the pipeline {pipeline!r} has no stage {stage!r}; its stages are {names}",
            pipeline=pipeline,
            stage=stage,
            names=", ".join(self.names),
        )


class Pipelines:
    """All pipelines, those of the database and those this import makes.

    :ivar ladders: their stages as the projection needs them; grows as pipelines are made.
    """

    def __init__(self, call: Transaction, outcome: Outcome) -> None:
        self._call = call
        self._outcome = outcome
        self.ladders: dict[int, Ladder] = {}
        self.lines: dict[int, Line] = {}
        self._by_name: dict[str, Line] = {}
        self._guesses = Guesses(call)
        self._own: set[int] = set()
        pipeline, stage = table_of(Pipeline), table_of(Stage)
        for row in call.connection.execute(select(pipeline.c.id, pipeline.c.name).order_by(pipeline.c.id)):
            self._take(Line(row.id, row.name))
        positions: dict[int, dict[int, int]] = {number: {} for number in self.lines}
        columns = (stage.c.id, stage.c.pipeline_id, stage.c.name, stage.c.position, stage.c.retired)
        for number, at, name, position, out_of_use in call.connection.execute(
            select(*columns).order_by(stage.c.position)
        ):
            self.lines[at].add(number, name)
            positions[at][number] = position
            if out_of_use:
                self.lines[at].retired.add(number)
        for number, stages in positions.items():
            gone = self.lines[number].retired
            used = sorted(position for stage_id, position in stages.items() if stage_id not in gone)
            self.ladders[number] = Ladder(number, stages, tuple(used))

    def _take(self, line: Line) -> None:
        self.lines[line.id] = line
        self._by_name.setdefault(line.name.casefold(), line)

    def find(self, name: str) -> Line | None:
        """The pipeline of a name in any case, or None."""
        return self._by_name.get(name.casefold())

    def guessed(self, line: Line) -> bool:
        """Whether the one stage of a pipeline only stands for its real ones, which are not known yet."""
        if self._guesses.of(line.id) is not Guess.NAME:
            return False
        return line.id in self._own or untouched(self._call, line.id, line.stages)

    def ensure(self, name: str, told: Sequence[str], seen: Iterable[str], profile: Profile | None) -> Line:
        """The pipeline of a name; it is made, with its stages, where it is missing or has none.

        The stages of a new pipeline are those the user told, else the usual ones of the program the file
        comes from if they hold all the names seen, else the names in the order the file first has them, else
        the one stage :data:`~funnel_tui.services.importing.ladders.FIRST_STAGE`.

        The stages of a pipeline that only imports have touched are put right: by what the user tells now, as
        a file without ``--stages`` may have come first, and by what the file has where they were guessed.

        :param told: the stages of ``--stages``.
        :param seen: the names of stages that the file has.
        :raises UsageError: when the user tells stages that do not fit the pipeline that is there.
        :raises FunnelError: when there are too many stages.
        """
        line = self.find(name)
        names = list(_first_spelling(seen))
        usual = profile.stages_for(names) if profile is not None else ()
        steps: Steps = [(each, None) for each in told] or list(usual) or [(each, None) for each in names]
        if len(steps) > MAX_STAGES:
            raise FunnelError(
                tr(
                    "The file names {steps} stages for the pipeline {name!r}; a pipeline has at most {most}."
                ).format(steps=len(steps), name=name, most=MAX_STAGES),
                placed(
                    tr("Check which column holds the stage: --map stage=COLUMN."),
                    tr("Check which column is chosen for the field “stage”."),
                ),
            )
        if line is None or not line.stages:
            return self._make(name, line, steps, guessed_order=not told and not usual)
        if self.guessed(line):
            if steps:
                self.settle(line, steps, guessed_order=not told and not usual)
        elif told:
            self._hold_to(line, told)
        elif self._guesses.of(line.id) is Guess.ORDER and self._from_history:
            self._learn(line, names)
        return line

    @property
    def _from_history(self) -> bool:
        """Whether a history is imported: the order of its stages tells more than that of a file of deals."""
        return self._outcome.kind == "history"

    def settle(self, line: Line, steps: Steps, *, guessed_order: bool = False) -> None:
        """Give a pipeline its real stages in place of the guessed one, which becomes the first of them.

        :param guessed_order: the order of the stages is only that of the file.
        """
        name_first(self._call, line.stages[0], steps[0])
        self._arrange(line, steps)
        if guessed_order:
            self._note_order(line)
        if line.id in self._own:
            # This very import had guessed it: nobody needs to hear of that.
            self._outcome.notes.remove(_unknown(line.name))
            self._outcome.rename_made("stages", FIRST_STAGE, steps[0][0])
            self._outcome.without_chance -= bool(steps[0][1])
            return
        self._outcome.notes.append(
            tr(
                "The stages of {name!r} are now {names}; the guessed stage {stage!r} became the "
                "first of them."
            ).format(name=line.name, names=", ".join(line.names), stage=FIRST_STAGE)
        )

    def drop_if_empty(self, number: int) -> None:
        """Take away a pipeline that only imports have touched, once no deal was ever in it."""
        line, visit = self.lines[number], table_of(StageVisit)
        left = select(visit.c.id).where(visit.c.pipeline_id == number).limit(1)
        if self._call.connection.execute(left).first() or not untouched(self._call, number, line.stages):
            return
        for stage_id in line.stages:
            self._call.delete(Stage, self._call.get(Stage, stage_id))
        self._guesses.remember(number, None)
        self._call.delete(Pipeline, self._call.get(Pipeline, number))
        del self.lines[number], self._by_name[line.name.casefold()]
        self._outcome.notes.append(
            tr("The pipeline {name!r} is empty now and was removed.").format(name=line.name)
        )

    def _hold_to(self, line: Line, told: Sequence[str]) -> None:
        """Compare a pipeline with the stages told, and put it into their order where that may be done.

        :raises UsageError: when they do not fit.
        """
        if not fits(line, told):
            if not {name.casefold() for name in told} >= set(line.by_name):
                raise _unfit(line, told)
            if not untouched(self._call, line.id, line.stages):
                raise _unfit(line, told)
            self._arrange(line, [(each, None) for each in told])
            self._outcome.notes.append(
                tr("The stages of {name!r} are now {names}.").format(
                    name=line.name, names=", ".join(line.names)
                )
            )
        elif self._guesses.of(line.id) is not None and len(told) == len(line.stages):
            self._guesses.remember(line.id, None)

    def _learn(self, line: Line, names: Sequence[str]) -> None:
        """Take the order of a history for the stages that a file of deals had in some order."""
        better = joined(names, line.names)
        if len(better) > MAX_STAGES or not untouched(self._call, line.id, line.stages):
            return
        known = [name.casefold() for name in line.names]
        if [name.casefold() for name in better] == known:
            self._guesses.remember(line.id, None)
            return
        self._arrange(line, [(each, None) for each in better])
        self._outcome.notes.append(
            placed(
                tr(
                    "The stages of {name!r} are now in the order the history first has them: {names}. "
                    "--stages says another order."
                ).format(name=line.name, names=", ".join(line.names)),
                tr(
                    "The stages of {name!r} are now in the order the history first has them: {names}. "
                    "The editor of stages changes it."
                ).format(name=line.name, names=", ".join(line.names)),
            )
        )

    def _arrange(self, line: Line, steps: Steps) -> None:
        ladder, names = arrange(self._call, self._outcome, line.id, steps)
        line.names, line.stages, line.by_name = [], [], {}
        for number, name in names.items():
            line.add(number, name)
        self.ladders[line.id] = ladder
        self._guesses.remember(line.id, None)

    def _make(self, name: str, line: Line | None, steps: Steps, *, guessed_order: bool) -> Line:
        if line is None:
            pipeline = table_of(Pipeline)
            last = self._call.connection.execute(select(func.max(pipeline.c.position))).scalar() or 0
            line = Line(self._call.insert(Pipeline, {"name": name, "position": last + 1}), name)
            self._outcome.add_made("pipelines", name)
            self._own.add(line.id)
            self._take(line)
        positions = {}
        for position, (stage, probability) in enumerate(steps or [(FIRST_STAGE, None)], 1):
            values = {"pipeline_id": line.id, "name": stage, "position": position}
            number = self._call.insert(Stage, {**values, "probability_bp": probability or 0})
            line.add(number, stage)
            positions[number] = position
            self._outcome.add_stage(stage, probability)
        self.ladders[line.id] = Ladder(line.id, positions, tuple(positions.values()))
        if not steps:
            self._guesses.remember(line.id, Guess.NAME)
            self._outcome.notes.append(_unknown(name))
        elif guessed_order:
            self._note_order(line)
        return line

    def _note_order(self, line: Line) -> None:
        """Say that the order of the stages is that of the file."""
        if not self._from_history:
            self._guesses.remember(line.id, Guess.ORDER)
        if len(line.names) > 1:
            self._outcome.order_of_file = True
            self._outcome.notes.append(
                placed(
                    tr(
                        "The stages of {name!r} are in the order the file first has them: {names}. --stages "
                        "says another order; later the editor of stages or funnel stages reorder."
                    ).format(name=line.name, names=", ".join(line.names[:12])),
                    tr(
                        "The stages of {name!r} are in the order the file first has them: {names}. "
                        "The editor of stages changes it."
                    ).format(name=line.name, names=", ".join(line.names[:12])),
                )
            )


def _first_spelling(names: Iterable[str]) -> Iterable[str]:
    """The names without those that differ from an earlier one only by case."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.casefold(), name)
    return seen.values()


def _unknown(name: str) -> str:
    """What is said of a pipeline of which no stage is known."""
    return placed(
        tr(
            "Nothing says which stages {name!r} has: it gets one, {stage!r}, until a history, "
            "a file with stages or --stages names them."
        ).format(name=name, stage=FIRST_STAGE),
        tr(
            "Nothing says which stages {name!r} has: it gets one, {stage!r}, until a history or "
            "a file with stages names them."
        ).format(name=name, stage=FIRST_STAGE),
    )


def fits(line: Line, told: Sequence[str]) -> bool:
    """Whether the stages told are all there, in the order they have."""
    numbers = [line.find(name) for name in told]
    places = [line.stages.index(number) for number in numbers if number is not None]
    return None not in numbers and places == sorted(places)


def _unfit(line: Line, told: Sequence[str]) -> UsageError:
    """Why the stages told are refused for a pipeline that is there."""
    for name in told:
        if line.find(name) is None:
            return UsageError(tr("--stages: {problem}.").format(problem=line.unknown(name)), _HAVE)
    return UsageError(
        tr("--stages: the stages of the pipeline {name!r} are in the order {names}.").format(
            name=line.name, names=", ".join(line.names)
        ),
        tr("Name them in this order, or leave --stages out."),
    )
