"""A new deal with all that belongs to it, and reopening many: several services as one change group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from funnel_tui.models import DealTag, Tag
from funnel_tui.models.inputs import checked
from funnel_tui.queries.bulk_edit import tag_number
from funnel_tui.services.bulk_rules import TagInput
from funnel_tui.services.deals import create_deal, reopen_deal
from funnel_tui.services.people import create_organisation
from funnel_tui.services.together import together
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace


def add_deal(
    workspace: Workspace, *, new_organisation: str | None = None, tags: Sequence[str] = (), **fields: Any
) -> int:
    """Create a deal, with a new organisation and tags where asked for; one change group.

    :param new_organisation: the name of an organisation to be made for it.
    :param tags: made when they are new.
    :param fields: as for :func:`~funnel_tui.services.deals.create_deal`, which also raises its errors.
    :returns: the number of the deal.
    """
    wanted = list(dict.fromkeys(checked(TagInput, {"tag": name}).tag for name in tags))
    with together(workspace, "create_deal") as inner:
        if new_organisation is not None:
            fields["organisation_id"] = create_organisation(inner, name=new_organisation)
        deal_id = create_deal(inner, **fields)
        for number in dict.fromkeys(_ensure_tag(inner.call, name) for name in wanted):
            inner.call.insert(DealTag, {"deal_id": deal_id, "tag_id": number})
    return deal_id


def reopen_deals(
    workspace: Workspace, deal_ids: Sequence[int], *, stage_id: int | None = None, at: int | None = None
) -> dict[int, int]:
    """Take up closed deals again, all or none; one change group.

    :param stage_id: the stage they go on in; None for the one each was closed from.
    :param at: when, in epoch seconds; None for now.
    :returns: the new versions by deal.
    :raises Refused: as :func:`~funnel_tui.services.deals.reopen_deal`.
    """
    with together(workspace, "reopen_deals" if len(deal_ids) > 1 else "reopen_deal") as inner:
        new = {
            # In ascending order, so that two callers never wait for each other.
            number: reopen_deal(inner, deal_id=number, stage_id=stage_id, at=at)
            for number in sorted(deal_ids)
        }
        if len(new) > 1:
            inner.call.summary = f"Reopened {len(new):,} deals"
    return new


def _ensure_tag(call: Transaction, name: str) -> int:
    found = tag_number(call.reader, name)
    return call.insert(Tag, {"name": name}) if found is None else found
