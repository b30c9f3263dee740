"""Deals: create, edit, move, win, lose, reopen. Each call is one transaction and one change group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from funnel_tui.domain.facts import VisitFact
from funnel_tui.domain.status import DealStatus, VisitExit
from funnel_tui.errors import InvalidInput, NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.models import Deal, DealPast, DealStage, Organisation, Rep
from funnel_tui.models.inputs import DealCreate, DealUpdate, LossInput, checked, label_of
from funnel_tui.services.routes import Route, StageRow, pipeline_of
from funnel_tui.services.staging import may_begin, may_leave, may_move, may_reopen, may_win
from funnel_tui.services.standing import derived_columns, last_edit, read_pricing_of, stage_rows, stand
from funnel_tui.services.transaction import Transaction, insert_many
from funnel_tui.services.visits import UNRECORDED, DealHistory, past_instant, stale
from funnel_tui.services.vocabulary import ensure_reason, ensure_source
from funnel_tui.services.workspace import Workspace

KEPT = ("owner_id", "amount_minor", "currency", "expected_close", "probability_bp", "source_id")
"""The columns of a deal whose former values are kept, so that every figure can be seen as of a past day."""


def create_deal(
    workspace: Workspace,
    *,
    title: str,
    pipeline_id: int,
    owner_id: int,
    stage_id: int | None = None,
    organisation_id: int | None = None,
    amount_minor: int | None = None,
    currency: str | None = None,
    expected_close: int | None = None,
    probability_bp: int | None = None,
    category: str | None = None,
    source: str | None = None,
    note: str | None = None,
    external_id: str | None = None,
    at: int | None = None,
) -> int:
    """Create a deal. In a later stage than the first it has reached the earlier ones (METRICS 2).

    :param stage_id: the stage it begins in; None for the first one in use.
    :param amount_minor: minor units, such as cents; needs ``currency`` (without an amount that is dropped).
    :param expected_close: days since 1970-01-01.
    :param probability_bp: its own win probability in hundredths of a percent.
    :param source: the name of a source, made when it is new.
    :param at: when it was created, in epoch seconds; None for now.
    :returns: its number.
    :raises InvalidInput: for a value that is not acceptable, or an ``external_id`` that is taken.
    :raises NotFound: for an unknown pipeline, stage, owner or organisation.
    :raises Refused: for a retired stage, a pipeline that is not in use, an instant in the future, or a stage
        that the staging of the pipeline does not let people choose.
    """
    given = checked(
        DealCreate,
        {
            "title": title,
            "owner_id": owner_id,
            "organisation_id": organisation_id,
            "amount_minor": amount_minor,
            "currency": currency,
            "expected_close": expected_close,
            "probability_bp": probability_bp,
            "category": category,
            "source": source,
            "note": note,
            "external_id": external_id,
        },
    ).model_dump()
    _settle_amount(given, given)
    with workspace.change("create_deal") as call:
        created = call.at if at is None else past_instant(call, at)
        route = Route.read(call, pipeline_id)
        if not route.in_use:
            raise _not_in_use(route)
        stage = route.first() if stage_id is None else route.stage(stage_id)
        may_begin(route, stage)
        _settle_references(call, given)
        call.summary = tr("Created {deal} in {stage}").format(deal=given["title"], stage=stage.name)
        return _begin(call, given, route, stage, created)


def _begin(call: Transaction, given: dict[str, Any], route: Route, stage: StageRow, created: int) -> int:
    """Write a new deal with its first visit.

    :param given: the checked values of its columns.
    :param created: epoch seconds.
    """
    stands = stand(
        [VisitFact(route.pipeline_id, stage.id, created, None, None, given["owner_id"])],
        {route.pipeline_id: route.ladder},
    )
    deal = {
        **given,
        **derived_columns(stands, given, None),
        "created_at": created,
        "created_owner_id": given["owner_id"],
    }
    deal_id = call.insert(Deal, deal)
    DealHistory(call, {"id": deal_id, **deal}, route).enter(created, route, stage)
    insert_many(call.connection, DealStage, stage_rows(deal_id, stands))
    return deal_id


def edit_deal(workspace: Workspace, *, deal_id: int, version: int, changes: Mapping[str, Any]) -> int:
    """Change what is written about a deal. The former owner, amount, dates … are kept for figures as of then.

    :param version: the version that the changes are based on.
    :param changes: new values by field of :func:`create_deal` (not pipeline, stage and ``at``); an amount of
        None takes the currency with it.
    :returns: the new version.
    :raises StaleEdit: when somebody else changed the deal since, with both versions.
    :raises InvalidInput: for a value that is not acceptable.
    :raises NotFound: for an unknown deal, owner or organisation.
    """
    given = checked(DealUpdate, changes).model_dump(exclude_unset=True)
    with workspace.change("edit_deal") as call:
        deal = call.get(Deal, deal_id)
        if version != deal["version"]:
            raise stale(call, deal, dict(given), _present(call, deal, given))
        _settle_amount(given, deal)
        _settle_references(call, given)
        new = {name: value for name, value in given.items() if value != deal[name]}
        if not new:
            return version
        if any(name in KEPT for name in new):
            new["changed_at"] = _keep_past(call, deal)
        if deal["closed_at"] is not None and ("amount_minor" in new or "currency" in new):
            now = {**deal, **new}
            pricing = read_pricing_of(call.reader, now["currency"])
            new["closed_base"] = pricing.closed_base(now["amount_minor"], now["currency"], deal["closed_at"])
        what = ", ".join(_words(name) for name in given if name in new)
        call.summary = tr("Edited {deal}: {fields}").format(deal=deal["title"], fields=what)
        return call.update(Deal, deal, new, unrecorded=UNRECORDED)


def move_deal(
    workspace: Workspace,
    *,
    deal_id: int,
    stage_id: int,
    to_pipeline: int | None = None,
    at: int | None = None,
    version: int | None = None,
) -> int:
    """Move an open deal to another stage: forward, back, or past stages in between.

    What the staging of the pipeline allows is in :mod:`funnel_tui.services.staging`.

    :param to_pipeline: must be given when the stage belongs to another pipeline; the deal then starts anew.
    :param at: when it moved, in epoch seconds; None for now.
    :param version: the version that the caller saw, or None not to ask.
    :returns: the new version.
    :raises Refused: to the same stage, to a retired one, to another pipeline unasked, when the deal is
        closed, in the future, before its last event, when the stage asks for fields that are empty, or when
        the staging of the pipeline does not allow it.
    :raises StaleEdit: when somebody else changed the deal since ``version``.
    :raises NotFound: for an unknown deal or stage.
    """
    with workspace.change("move_deal") as call:
        history = DealHistory.load(call, deal_id, version, "move")
        history.must_be_open()
        origin = history.stage
        route = _route_to(history, stage_id, to_pipeline)
        stage = route.stage(stage_id)
        if stage.id == origin.id:
            raise Refused(tr("{deal} is in {stage} already.").format(deal=history.title, stage=stage.name))
        if route is history.route:
            may_move(history, stage)
            if stage.position > origin.position:
                may_leave(history, origin)
        else:
            may_begin(route, stage)
        moment = history.instant(at)
        into = stage.name if route is history.route else f"{route.name}, {stage.name}"
        call.summary = tr("Moved {deal} from {stage} to {into}").format(
            deal=history.title, stage=origin.name, into=into
        )
        history.leave(moment, VisitExit.MOVED)
        history.enter(moment, route, stage)
        return history.write()


def win_deal(workspace: Workspace, *, deal_id: int, at: int | None = None, version: int | None = None) -> int:
    """Win an open deal; it has then passed every stage (METRICS M2).

    :param at: when it was won, in epoch seconds; None for now.
    :param version: the version that the caller saw, or None not to ask.
    :returns: the new version.
    :raises Refused: when it is closed, for an instant in the future or before its last event, or when its
        pipeline wants to know what the customer asks for and the deal does not say.
    :raises StaleEdit: when somebody else changed the deal since ``version``.
    """
    with workspace.change("win_deal") as call:
        history = DealHistory.load(call, deal_id, version, "win")
        history.must_be_open()
        may_win(history)
        call.summary = tr("Won {deal}").format(deal=history.title)
        history.leave(history.instant(at), VisitExit.WON)
        return history.write()


def lose_deal(
    workspace: Workspace,
    *,
    deal_id: int,
    reason: str,
    note: str | None = None,
    at: int | None = None,
    version: int | None = None,
) -> int:
    """Lose an open deal from the stage it is in.

    :param reason: the name of a loss reason; a new one is made.
    :param note: what else there is to say.
    :param at: when it was lost, in epoch seconds; None for now.
    :param version: the version that the caller saw, or None not to ask.
    :returns: the new version.
    :raises InvalidInput: without a reason.
    :raises Refused: when it is closed, or for an instant in the future or before its last event.
    :raises StaleEdit: when somebody else changed the deal since ``version``.
    """
    loss = checked(LossInput, {"reason": reason, "note": note})
    with workspace.change("lose_deal") as call:
        history = DealHistory.load(call, deal_id, version, "lose")
        history.must_be_open()
        moment = history.instant(at)
        reason_id = ensure_reason(call, loss.reason)
        call.summary = tr("Lost {deal} from {stage}: {reason}").format(
            deal=history.title, stage=history.stage.name, reason=loss.reason
        )
        history.leave(moment, VisitExit.LOST, reason_id=reason_id, note=loss.note)
        return history.write()


def reopen_deal(
    workspace: Workspace,
    *,
    deal_id: int,
    stage_id: int | None = None,
    at: int | None = None,
    version: int | None = None,
) -> int:
    """Take up a closed deal again. The time between belongs to no stage (METRICS 4).

    :param stage_id: a stage of its pipeline; None for the one it was closed from.
    :param at: when it was reopened, in epoch seconds; None for now.
    :param version: the version that the caller saw, or None not to ask.
    :returns: the new version.
    :raises Refused: when it is open, for a retired stage or one that the staging of the pipeline does not let
        people choose, or in the future, or before it was closed.
    :raises StaleEdit: when somebody else changed the deal since ``version``.
    """
    with workspace.change("reopen_deal") as call:
        history = DealHistory.load(call, deal_id, version, "reopen")
        if history.status is DealStatus.OPEN:
            raise Refused(tr("{deal} is open.").format(deal=history.title))
        stage = history.route.stage(history.stage.id if stage_id is None else stage_id)
        may_reopen(history, stage)
        call.summary = tr("Reopened {deal} in {stage}").format(deal=history.title, stage=stage.name)
        history.enter(history.instant(at), history.route, stage)
        return history.write()


def _not_in_use(route: Route) -> Refused:
    return Refused(
        tr("{pipeline} is not in use.").format(pipeline=route.name),
        tr("Switch it on again, or choose another pipeline."),
    )


def _route_to(history: DealHistory, stage_id: int, to_pipeline: int | None) -> Route:
    if stage_id in history.route.stages and to_pipeline in {None, history.route.pipeline_id}:
        return history.route
    wanted = pipeline_of(history.call, stage_id)
    route = Route.read(history.call, wanted)
    if to_pipeline is None:
        present = history.route.name
        raise Refused(
            tr("{stage} is a stage of {other}, but {deal} is in {pipeline}.").format(
                stage=route.stages[stage_id].name, other=route.name, deal=history.title, pipeline=present
            ),
            tr("Say that it changes its pipeline."),
        )
    if to_pipeline != wanted:
        raise NotFound(
            tr("The pipeline with number {pipeline} has no stage with number {stage}.").format(
                pipeline=to_pipeline, stage=stage_id
            )
        )
    if not route.in_use:
        raise _not_in_use(route)
    return route


def _keep_past(call: Transaction, deal: Mapping[str, Any]) -> int:
    """Keep the values a deal has now as its past.

    :returns: when they ended, and so what ``changed_at`` becomes.
    """
    until = call.at
    if until < deal["changed_at"]:
        # Another machine's clock is ahead of ours: former values must stay in order.
        until = max(until, last_edit(call.connection, deal["id"]))
    call.insert(DealPast, {"deal_id": deal["id"], "until_at": until, **{name: deal[name] for name in KEPT}})
    return int(max(until, deal["changed_at"]))


def _settle_amount(given: dict[str, Any], present: Mapping[str, Any]) -> None:
    """Make amount and currency come and go together.

    :param given: the values to be written; completed in place.
    :param present: where a value that is not given is looked up.
    """
    if "amount_minor" not in given and "currency" not in given:
        return
    amount = (
        given.get("amount_minor", present["amount_minor"])
        if "amount_minor" in given
        else present["amount_minor"]
    )
    if amount is None:
        given["amount_minor"] = given["currency"] = None
        return
    currency = given["currency"] if "currency" in given else present["currency"]
    if currency is None:
        raise InvalidInput("currency", tr("An amount needs a currency."), tr("For example EUR."))


def _settle_references(call: Transaction, given: dict[str, Any]) -> None:
    """Check the rows that are referred to, and turn the name of a source into its number."""
    if "owner_id" in given:
        call.require(Rep, given["owner_id"])
    if given.get("organisation_id") is not None:
        call.require(Organisation, given["organisation_id"])
    if "source" in given:
        name = given.pop("source")
        given["source_id"] = None if name is None else ensure_source(call, name)


def _present(call: Transaction, deal: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The present values of the fields that somebody wants to write."""
    present = {name: deal[name] for name in given if name != "source"}
    if "source" in given:
        rows = call.reader.rows("SELECT name FROM source WHERE id = :id", {"id": deal["source_id"]})
        present["source"] = rows[0][0] if rows else None
    return present


def _words(name: str) -> str:
    return "source" if name == "source_id" else label_of(name)
