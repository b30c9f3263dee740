"""The pipelines and stages that imported deals are in; missing ones are made before the first deal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, or_, select, update

from funnel_tui.domain.facts import Ladder
from funnel_tui.domain.status import ChangeOp
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.deals import read_deals
from funnel_tui.exchange.fields import name_reader
from funnel_tui.exchange.outcomes import stage_reader
from funnel_tui.exchange.profiles import Profile
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.values import BadValue, nearest, visible
from funnel_tui.models import Change, ChangeGroup, Pipeline, Stage
from funnel_tui.models.pipelines import MAX_STAGES
from funnel_tui.services.derived import rebuild_pipeline
from funnel_tui.services.importing.known import IMPORTS
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Source
from funnel_tui.services.transaction import Transaction, table_of

_HAVE = "Put it into the stages of the pipeline first, or import into another one with --pipeline."


@dataclass(slots=True)
class Line:
    """A pipeline and its stages.

    :ivar stages: the numbers of the stages in order.
    :ivar by_name: the number of a stage by its name in any case.
    """

    id: int
    name: str
    names: list[str] = field(default_factory=list)
    stages: list[int] = field(default_factory=list)
    by_name: dict[str, int] = field(default_factory=dict)

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
        hint = f"did you mean {visible(near)}?" if near else f"its stages are {', '.join(self.names)}"
        return f"the pipeline {visible(self.name)!r} has no stage {visible(name)!r}; {hint}"


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
        pipeline, stage = table_of(Pipeline), table_of(Stage)
        for row in call.connection.execute(select(pipeline.c.id, pipeline.c.name).order_by(pipeline.c.id)):
            self._take(Line(row.id, row.name))
        retired: set[int] = set()
        positions: dict[int, dict[int, int]] = {number: {} for number in self.lines}
        columns = (stage.c.id, stage.c.pipeline_id, stage.c.name, stage.c.position, stage.c.retired)
        for number, at, name, position, out_of_use in call.connection.execute(
            select(*columns).order_by(stage.c.position)
        ):
            self.lines[at].add(number, name)
            positions[at][number] = position
            if out_of_use:
                retired.add(number)
        for number, stages in positions.items():
            used = sorted(position for stage_id, position in stages.items() if stage_id not in retired)
            self.ladders[number] = Ladder(number, stages, tuple(used))

    def _take(self, line: Line) -> None:
        self.lines[line.id] = line
        self._by_name.setdefault(line.name.casefold(), line)

    def find(self, name: str) -> Line | None:
        """The pipeline of a name in any case, or None."""
        return self._by_name.get(name.casefold())

    def ensure(self, name: str, told: Sequence[str], seen: Iterable[str], profile: Profile | None) -> Line:
        """The pipeline of a name; it is made, with its stages, where it is missing or has none.

        The stages of a new pipeline are those the user told, else the usual ones of the program the file
        comes from if they hold all the names seen, else the names in the order the file first has them.
        The stages of a pipeline that only imports have touched are put into the order the user tells now, as
        a file without ``--stages`` may have come first.

        :param told: the stages of ``--stages``.
        :param seen: the names of stages that the file has.
        :raises UsageError: when the user tells stages that do not fit the pipeline that is there.
        :raises FunnelError: when there are too many stages, or none.
        """
        line = self.find(name)
        if line is not None and line.stages:
            if not fits(line, told):
                if not self._may_arrange(line, told):
                    raise _unfit(line, told)
                self._arrange(line, told)
            return line
        names = list(seen)
        usual = profile.stages_for(names) if profile is not None else ()
        stages: list[tuple[str, int | None]] = [(each, None) for each in told] or list(usual)
        if not stages:
            stages = [(each, None) for each in dict.fromkeys(_first_spelling(names))]
            if len(stages) > 1:
                self._outcome.notes.append(
                    f"The stages of {name!r} are in the order the file first has them: "
                    f"{', '.join(each for each, _ in stages[:12])}. --stages says another order."
                )
        if not stages:
            raise FunnelError(
                f"the pipeline {name!r} is not there and the file names no stage.", "Say --stages A,B,C."
            )
        if len(stages) > MAX_STAGES:
            raise FunnelError(
                f"the file names {len(stages)} stages for the pipeline {name!r}; "
                f"a pipeline has at most {MAX_STAGES}.",
                "Check which column holds the stage: --map stage=COLUMN.",
            )
        return self._make(name, line, stages)

    def _may_arrange(self, line: Line, told: Sequence[str]) -> bool:
        """Whether the stages told hold all there are, and nobody but imports made or changed these."""
        if len(told) > MAX_STAGES or not {name.casefold() for name in told} >= set(line.by_name):
            return False
        change, group = table_of(Change), table_of(ChangeGroup)
        here = or_(
            and_(change.c.entity == "pipeline", change.c.row_id == line.id),
            and_(change.c.entity == "stage", change.c.row_id.in_(line.stages)),
        )
        query = select(group.c.action).join(change, change.c.group_id == group.c.id).where(here).distinct()
        actions = [action for (action,) in self._call.connection.execute(query)]
        return bool(actions) and all(action.startswith(IMPORTS) for action in actions)

    def _arrange(self, line: Line, told: Sequence[str]) -> None:
        """Put the stages of a pipeline into another order, with new ones among them."""
        stage = table_of(Stage)
        known = dict(line.by_name)
        rows = {number: self._call.get(Stage, number) for number in line.stages}
        # Two stages never share a position, not even between two statements: all step aside first.
        aside = update(stage).where(stage.c.pipeline_id == line.id)
        self._call.connection.execute(aside.values(position=stage.c.position + MAX_STAGES))
        line.names, line.stages, line.by_name = [], [], {}
        for position, name in enumerate(told, 1):
            number = known.get(name.casefold())
            if number is None:
                values = {"pipeline_id": line.id, "name": name, "position": position}
                number = self._call.insert(Stage, values)
                self._outcome.add_made("stages", name)
            else:
                name = rows[number]["name"]
                was = rows[number]["position"]
                placed = update(stage).where(stage.c.id == number).values(position=position)
                self._call.connection.execute(placed)
                if position != was:
                    change = {"position": was}, {"position": position}
                    self._call.record(stage, number, ChangeOp.UPDATE, *change)
            line.add(number, name)
        positions = {number: position for position, number in enumerate(line.stages, 1)}
        used = tuple(
            at for number, at in positions.items() if number not in rows or not rows[number]["retired"]
        )
        self.ladders[line.id] = Ladder(line.id, positions, used)
        rebuild_pipeline(self._call.connection, line.id)
        self._outcome.notes.append(f"The stages of {line.name!r} are now {', '.join(line.names)}.")

    def _make(self, name: str, line: Line | None, stages: Sequence[tuple[str, int | None]]) -> Line:
        if line is None:
            pipeline = table_of(Pipeline)
            last = self._call.connection.execute(select(func.max(pipeline.c.position))).scalar() or 0
            line = Line(self._call.insert(Pipeline, {"name": name, "position": last + 1}), name)
            self._outcome.add_made("pipelines", name)
            self._take(line)
        positions = {}
        for position, (stage, probability) in enumerate(stages, 1):
            values = {"pipeline_id": line.id, "name": stage, "position": position}
            number = self._call.insert(Stage, {**values, "probability_bp": probability or 0})
            line.add(number, stage)
            positions[number] = position
            self._outcome.add_made("stages", stage)
        self.ladders[line.id] = Ladder(line.id, positions, tuple(positions.values()))
        return line


def _first_spelling(names: Iterable[str]) -> Iterable[str]:
    """The names without those that differ from an earlier one only by case."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.casefold(), name)
    return seen.values()


def fits(line: Line, told: Sequence[str]) -> bool:
    """Whether the stages told are all there, in the order they have."""
    numbers = [line.find(name) for name in told]
    places = [line.stages.index(number) for number in numbers if number is not None]
    return None not in numbers and places == sorted(places)


def _unfit(line: Line, told: Sequence[str]) -> UsageError:
    """Why the stages told are refused for a pipeline that is there."""
    for name in told:
        if line.find(name) is None:
            return UsageError(f"--stages: {line.unknown(name)}.", _HAVE)
    return UsageError(
        f"--stages: the stages of the pipeline {line.name!r} are in the order {', '.join(line.names)}.",
        "Name them in this order, or leave --stages out.",
    )


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
