"""Interactions and their deals: linking later, and a deal out of an interaction [1C].

What is logged on a deal cannot be older than the deal: that is a slip of the date. What is linked may be: the
call that a deal came of was before it, and stays attached. Such an interaction counts as a contact on the way
to the qualified stage, but as no follow-up in any stage, because those begin with the deal (METRICS 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from funnel_tui.errors import Refused
from funnel_tui.language import tr, trn
from funnel_tui.models import Deal, DealPerson
from funnel_tui.services.deals import create_deal
from funnel_tui.services.interaction_rules import about, locked, settle_whom, whom_of
from funnel_tui.services.interaction_writing import change_interaction
from funnel_tui.services.together import together
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace


def link_to_deal(workspace: Workspace, *, interaction_ids: Sequence[int], deal_id: int) -> int:
    """Attach interactions to a deal, all or none; they may be older than the deal.

    One that has no organisation gets that of the deal. One that is on another deal changes to this one.

    :returns: how many were not attached to it before.
    :raises NotFound: for an unknown deal or interaction.
    :raises Refused: when an interaction is with another organisation than the deal.
    """
    with workspace.change("link_to_deal") as call:
        numbers = sorted(set(interaction_ids))
        listed = ", ".join(str(int(number)) for number in numbers) or "NULL"
        rows = call.reader.rows(
            f"SELECT DISTINCT deal_id FROM interaction WHERE id IN ({listed})"  # noqa: S608 - numbers
        )
        # All deals before all interactions, in order: so do the other calls.
        for number in sorted({row[0] for row in rows if row[0] is not None} | {deal_id}):
            call.get(Deal, number)
        deal = call.get(Deal, deal_id)
        linked = sum(_link(call, number, deal) for number in numbers)
        words = trn("Linked an interaction to {deal}", "Linked {n:,} interactions to {deal}", linked)
        call.summary = words.format(n=linked, deal=deal["title"])
        return linked


def deal_from_interaction(
    workspace: Workspace,
    *,
    interaction_id: int,
    title: str,
    pipeline_id: int,
    owner_id: int | None = None,
    version: int | None = None,
    **fields: Any,
) -> int:
    """Make a deal out of an interaction [1C], which is attached to it; one change group.

    The organisation is taken over, and the person gets a part in the deal. The deal is created now; the
    interaction keeps its time.

    :param owner_id: None for the rep of the interaction.
    :param version: of the interaction, as the caller saw it; None not to ask.
    :param fields: as for :func:`~funnel_tui.services.deals.create_deal`, which also raises its errors.
    :returns: the number of the deal.
    :raises NotFound: when there is no such interaction.
    :raises Refused: when it belongs to a deal already, or ``organisation_id`` is given and another one.
    :raises StaleEdit: when somebody else changed it since ``version``.
    """
    with together(workspace, "deal_from_interaction") as inner:
        call = inner.call
        row = locked(call, interaction_id, version)
        if row["deal_id"] is not None:
            raise Refused(
                tr("This interaction belongs to the deal {deal} already.").format(deal=whom_of(call, row)),
                tr("Open that deal, or edit the interaction."),
            )
        asked = fields.pop("organisation_id", None)
        if asked is not None or row["organisation_id"] is not None or row["person_id"] is not None:
            whom = settle_whom(call, None, row["organisation_id"] or asked, row["person_id"])
            fields["organisation_id"] = whom.organisation_id
        if asked is not None and asked != fields["organisation_id"]:
            raise Refused(
                tr("The interaction is with another organisation than the deal is to be with."),
                tr("Leave the organisation out, or change that of the interaction first."),
            )
        deal_id = create_deal(
            inner, title=title, pipeline_id=pipeline_id, owner_id=owner_id or row["owner_id"], **fields
        )
        if row["person_id"] is not None:
            call.insert(DealPerson, {"deal_id": deal_id, "person_id": row["person_id"]})
        change_interaction(call, row, {"deal_id": deal_id, "organisation_id": fields.get("organisation_id")})
        call.summary = tr("Created {deal} out of {interaction}").format(
            deal=title.strip(), interaction=about(call, row, tr("an interaction"))
        )
        return deal_id


def _link(call: Transaction, interaction_id: int, deal: dict[str, Any]) -> bool:
    row = locked(call, interaction_id)
    if row["deal_id"] == deal["id"]:
        return False
    organisation = deal["organisation_id"] or row["organisation_id"]
    if row["organisation_id"] not in {None, organisation}:
        named = dict(
            call.reader.rows(
                "SELECT id, name FROM organisation WHERE id IN (:one, :other)",
                {"one": row["organisation_id"], "other": organisation},
            )
        )
        raise Refused(
            tr("Interaction {number} is with {organisation}, but the deal {deal} is with {other}.").format(
                number=interaction_id,
                organisation=named[row["organisation_id"]],
                deal=deal["title"],
                other=named[organisation],
            ),
            tr("Change the organisation of one of them first."),
        )
    change_interaction(call, row, {"deal_id": deal["id"], "organisation_id": organisation})
    return True
