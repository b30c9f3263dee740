"""May a deal be changed as it is wished for? The same rules for the preview and for doing it.

The rules are those of the single services (:mod:`funnel_tui.services.staging`,
:class:`~funnel_tui.services.visits.DealHistory`), put to many deals whose rows were read at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from funnel_tui.db.reader import Reader
from funnel_tui.domain.bulk_edit import (
    AddTag,
    BulkRow,
    Lose,
    MoveTo,
    Reassign,
    RemoveTag,
    SetExpectedClose,
    SetProbability,
    SetSource,
    Verdict,
    Why,
    Win,
    Wish,
)
from funnel_tui.domain.facts import VisitFact
from funnel_tui.domain.period import day_of
from funnel_tui.domain.said import said
from funnel_tui.domain.status import DealStatus, Staging, VisitExit
from funnel_tui.errors import FunnelError, NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.models.inputs import DealUpdate, LossInput, checked
from funnel_tui.models.inputs_deal import TagInput
from funnel_tui.queries import bulk_edit as queries
from funnel_tui.services.routes import Route, StageRow
from funnel_tui.services.staging import may_begin, may_leave, may_move, may_win
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.visits import DealHistory, past_instant, stale

_EXITS = {DealStatus.WON.value: VisitExit.WON, DealStatus.LOST.value: VisitExit.LOST}


_WORDS: Mapping[type, Callable[[str], str]] = {
    MoveTo: lambda what: said("Move to {what}", what=what),
    Win: lambda _: said("Win"),
    Lose: lambda what: said("Lose: {what}", what=what),
    Reassign: lambda what: said("Give to {what}", what=what),
    SetExpectedClose: lambda what: said("Set the expected close: {what}", what=what),
    SetProbability: lambda what: said("Set the probability: {what}", what=what),
    SetSource: lambda what: said("Set the source: {what}", what=what),
    AddTag: lambda what: said("Add the tag {what}", what=what),
    RemoveTag: lambda what: said("Remove the tag {what}", what=what),
}
"""What a wish is called: programs are told in English."""


@dataclass(frozen=True, slots=True)
class Looker:
    """What rules ask of a transaction, where nothing is written: the instant, and reading.

    :param at: epoch seconds.
    :param tasks: the open tasks of their stages by deal, read beforehand for all deals at once.
    """

    at: int
    reader: Reader
    tasks: Mapping[int, Sequence[Mapping[str, Any]]]

    @property
    def connection(self) -> Looker:
        """Where a rule asks for the open tasks of a deal."""
        return self

    def execute(self, _statement: object, parameters: Mapping[str, int]) -> list[SimpleNamespace]:
        """The open tasks of one deal, as rows."""
        return [SimpleNamespace(_mapping=task) for task in self.tasks.get(parameters["deal"], ())]


class Docket:
    """Everything that is needed to judge deals.

    :param reader: of the transaction that is read or written in.
    :param at: the instant of the call, in epoch seconds.
    :param wish: what shall become of the deals; it is checked here.
    :raises InvalidInput: for a value that no deal can have.
    :raises NotFound: for an unknown stage, pipeline or rep.
    :raises Refused: for an instant in the future.
    """

    def __init__(self, reader: Reader, at: int, wish: Wish) -> None:
        self.reader = reader
        self.at = at
        self.routes = _routes(reader)
        self.wish = _clean(wish)
        self.name = self._look_up()
        self.words = _WORDS[type(self.wish)](self.name)
        self._looker = Looker(at, reader, {})
        self._why = Why.GONE
        self._same: Mapping[str, Any] = self._wanted()
        if isinstance(self.wish, MoveTo | Win | Lose) and self.wish.at is not None:
            past_instant(cast(Transaction, self._looker), self.wish.at)

    def judge(
        self, ids: Sequence[int], versions: Mapping[int, int] | None, *, locked: bool = False
    ) -> Iterator[BulkRow]:
        """Judge deals.

        :param ids: in ascending order.
        :param versions: the versions that the caller saw, by deal; a deal without one is not asked about it.
        :param locked: lock the rows until the end of the transaction.
        """
        versions = versions or {}
        for start in range(0, len(ids), queries.BATCH):
            batch = ids[start : start + queries.BATCH]
            found = {deal["id"]: deal for deal in queries.deals_to_judge(self.reader, batch, locked=locked)}
            self._look_around(found)
            for number in batch:
                deal = found.get(number)
                if deal is None:
                    words = said("There is no deal with number {number}.", number=number)
                    yield BulkRow(
                        number, "", Verdict.REFUSED, Why.GONE, words, said("It may have been undone.")
                    )
                else:
                    yield self._judged(deal, versions.get(number))

    def _look_around(self, deals: Mapping[int, Mapping[str, Any]]) -> None:
        """Read what rules ask about these deals besides their rows."""
        tasks: Mapping[int, Any] = {}
        if isinstance(self.wish, MoveTo):
            waiting = [
                number
                for number, deal in deals.items()
                if self.routes[deal["pipeline_id"]].staging is Staging.AUTOMATIC
            ]
            tasks = queries.open_stage_tasks(self.reader, waiting)
        self._looker = Looker(self.at, self.reader, tasks)
        self._demanded: set[int] = set()
        if isinstance(self.wish, MoveTo | Win):
            asked = [n for n, deal in deals.items() if self.routes[deal["pipeline_id"]].record_demand]
            self._demanded = queries.deals_with_demand(self.reader, asked)
        self.tagged: Mapping[int, int] = {}
        if isinstance(self.wish, AddTag | RemoveTag):
            tag = queries.tag_number(self.reader, self.wish.name)
            self.tagged = {} if tag is None else queries.tagged_deals(self.reader, tag, list(deals))

    def _judged(self, deal: dict[str, Any], version: int | None) -> BulkRow:
        call = cast(Transaction, self._looker)
        try:
            self._why = Why.STALE
            if version is not None and version != deal["version"]:
                now = {"status": deal["status"], "stage": deal["stage_id"]}
                raise stale(call, deal, {"wish": self.words}, now)
            changes = self._changes(deal, call)
        except FunnelError as refusal:
            told = (self._why, refusal.message, refusal.hint)
            return BulkRow(deal["id"], deal["title"], Verdict.REFUSED, *told, deal["version"])
        verdict = Verdict.CHANGED if changes else Verdict.UNCHANGED
        back = self._back_from(deal) if changes else ""
        return BulkRow(deal["id"], deal["title"], verdict, version=deal["version"], back_from=back)

    def _back_from(self, deal: dict[str, Any]) -> str:
        """The stage that a deal is moved back from; "" where it goes on, or to another pipeline."""
        if not isinstance(self.wish, MoveTo) or deal["pipeline_id"] != self._target:
            return ""
        stages = self.routes[self._target].stages
        now = stages[deal["stage_id"]]
        return now.name if stages[self.wish.stage_id].position < now.position else ""

    def _changes(self, deal: dict[str, Any], call: Transaction) -> bool:
        """Whether the wish changes a deal.

        :raises FunnelError: when it must not; ``_why`` says of which kind the refusal is.
        """
        wish = self.wish
        if isinstance(wish, AddTag):
            return deal["id"] not in self.tagged
        if isinstance(wish, RemoveTag):
            return deal["id"] in self.tagged
        if not isinstance(wish, MoveTo | Win | Lose):
            return any(deal[column] != value for column, value in self._same.items())
        if isinstance(wish, Win) and deal["status"] == DealStatus.WON.value:
            return False
        history = self._last_of(deal, call)
        self._why = Why.CLOSED
        history.must_be_open()
        if isinstance(wish, MoveTo) and not self._moves(history, wish):
            return False
        if isinstance(wish, Win):
            self._why = Why.REQUIRED
            may_win(history)
        self._why = Why.TIME
        history.instant(wish.at)
        return True

    def _moves(self, history: DealHistory, wish: MoveTo) -> bool:
        """Whether a deal is elsewhere and may move; in the order in which the single service asks."""
        route = self.routes[self._target]
        self._why = Why.OTHER_PIPELINE
        same = history.route.pipeline_id == route.pipeline_id
        if not same and wish.to_pipeline is None:
            raise Refused(
                said(
                    "{stage} is a stage of {other}, but {deal} is in {pipeline}.",
                    stage=route.stages[wish.stage_id].name,
                    other=route.name,
                    deal=history.title,
                    pipeline=history.route.name,
                ),
                said("Say that it changes its pipeline."),
            )
        self._why = Why.PIPELINE_OFF
        if not same and not route.in_use:
            raise Refused(
                said("{pipeline} is not in use.", pipeline=route.name),
                said("Switch it on again, or choose another pipeline."),
            )
        self._why = Why.RETIRED
        stage = route.stage(wish.stage_id)
        if same and stage.id == history.stage.id:
            return False
        self._why = Why.STAGING
        if not same:
            may_begin(route, stage)
            return True
        may_move(history, stage)
        self._why = Why.REQUIRED
        if stage.position > history.stage.position:
            may_leave(history, history.stage)
        return True

    def _last_of(self, deal: dict[str, Any], call: Transaction) -> DealHistory:
        """The history of a deal as far as its row tells it: the last visit. More no rule looks at."""
        history = DealHistory(call, deal, self.routes[deal["pipeline_id"]])
        way_out = _EXITS.get(deal["status"])
        visit = (deal["pipeline_id"], deal["stage_id"], deal["entered_at"], deal["closed_at"], way_out)
        history.visits = [VisitFact(*visit, deal["owner_id"])]
        history.demanded = deal["id"] in self._demanded
        return history

    def _wanted(self) -> Mapping[str, Any]:
        """The columns that an edit sets; a source that is new has no number yet."""
        match self.wish:
            case Reassign(owner_id):
                return {"owner_id": owner_id}
            case SetExpectedClose(day):
                return {"expected_close": day}
            case SetProbability(bp):
                return {"probability_bp": bp}
            case SetSource(name):
                return {"source_id": None if name is None else queries.source_number(self.reader, name) or 0}
        return {}

    def _look_up(self) -> str:
        """The name of what is wished for: a stage, a rep, a reason, a source, a tag.

        :raises NotFound: for an unknown stage, pipeline or rep.
        """
        match self.wish:
            case MoveTo(stage_id):
                return self.routes[self._target].stages[stage_id].name
            case Reassign(owner_id):
                name = queries.rep_name(self.reader, owner_id)
                if name is None:
                    raise NotFound(
                        tr("There is no rep with number {number}.").format(number=owner_id),
                        tr("It may have been undone."),
                    )
                return name
            case Lose(reason):
                return reason
            case SetExpectedClose(day):
                return said("none") if day is None else day_of(day).isoformat()
            case SetProbability(bp):
                return said("none") if bp is None else f"{bp / 100:g} %"
            case SetSource(name):
                return name or said("none")
            case AddTag(tag) | RemoveTag(tag):
                return tag
        return ""

    @property
    def _target(self) -> int:
        """The pipeline of the stage that deals are to move to.

        :raises NotFound: for a stage that does not exist, or not in the pipeline that was said.
        """
        assert isinstance(self.wish, MoveTo)
        number, asked = self.wish.stage_id, self.wish.to_pipeline
        found = next((route.pipeline_id for route in self.routes.values() if number in route.stages), None)
        if found is None:
            raise NotFound(tr("There is no stage with number {number}.").format(number=number))
        if asked not in {None, found}:
            raise NotFound(
                tr("The pipeline with number {pipeline} has no stage with number {stage}.").format(
                    pipeline=asked, stage=number
                )
            )
        return found


def _clean(wish: Wish) -> Wish:
    """The wish with its values as they are stored.

    :raises InvalidInput: for a value that no deal can have.
    """
    match wish:
        case Lose():
            loss = checked(LossInput, {"reason": wish.reason, "note": wish.note})
            return Lose(loss.reason, loss.note, wish.at)
        case Reassign(owner_id):
            checked(DealUpdate, {"owner_id": owner_id})
        case SetExpectedClose(day):
            checked(DealUpdate, {"expected_close": day})
        case SetProbability(bp):
            checked(DealUpdate, {"probability_bp": bp})
        case SetSource(name):
            return SetSource(checked(DealUpdate, {"source": name}).source)
        case AddTag(name):
            return AddTag(checked(TagInput, {"tag": name}).tag)
        case RemoveTag(name):
            return RemoveTag(checked(TagInput, {"tag": name}).tag)
    return wish


def _routes(reader: Reader) -> dict[int, Route]:
    """All pipelines with their stages, by number."""
    heads: dict[int, tuple[str, Staging, bool, bool]] = {}
    stages: dict[int, dict[int, StageRow]] = {}
    for pipeline, name, staging, in_use, record_demand, *stage in queries.pipeline_rows(reader):
        heads[pipeline] = (str(name), Staging(staging), bool(in_use), bool(record_demand))
        found = stages.setdefault(pipeline, {})
        if stage[0] is not None:
            number, label, position, retired, required = stage
            found[number] = StageRow(number, str(label), position, bool(retired), str(required))
    return {
        number: Route(number, name, staging, in_use, stages[number], record_demand)
        for number, (name, staging, in_use, record_demand) in heads.items()
    }
