"""The tags of a deal. A tag is made when it is first used; names differ by more than case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from funnel_tui.errors import StaleEdit
from funnel_tui.language import tr, trn
from funnel_tui.models import Deal, DealTag, Tag
from funnel_tui.models.inputs import checked
from funnel_tui.models.inputs_deal import TagInput
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.vocabulary import ensure_tag
from funnel_tui.services.workspace import Workspace

_link, _tag = table_of(DealTag), table_of(Tag)


def set_tags(
    workspace: Workspace, *, deal_id: int, tags: Sequence[str], seen: Sequence[str] | None = None
) -> None:
    """Give a deal exactly these tags; one change group.

    :param seen: the tags that the caller saw; None not to ask.
    :raises InvalidInput: for a name that no tag can have.
    :raises NotFound: for an unknown deal.
    :raises StaleEdit: when somebody else changed the tags since.
    """
    wanted = _checked(tags)
    with workspace.change("set_tags") as call:
        deal = call.get(Deal, deal_id)
        present = _present(call, deal_id)
        if seen is not None and {name.casefold() for name in seen} != set(present):
            raise StaleEdit(
                tr("The tags of {deal} were changed after you opened it.").format(deal=deal["title"]),
                mine={"tags": ", ".join(wanted.values())},
                theirs={"tags": ", ".join(name for name, _ in present.values())},
            )
        _write(call, deal, present, wanted)


def change_tags(
    workspace: Workspace, *, deal_id: int, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> None:
    """Put tags on a deal and take others off it; one change group.

    :raises InvalidInput: for a name that no tag can have.
    :raises NotFound: for an unknown deal.
    """
    new, old = _checked(add), _checked(remove)
    with workspace.change("set_tags") as call:
        deal = call.get(Deal, deal_id)
        present = _present(call, deal_id)
        wanted = {folded: name for folded, (name, _) in present.items() if folded not in old}
        _write(call, deal, present, new | wanted)


def _checked(names: Iterable[str]) -> dict[str, str]:
    """Names as they are stored, by the name without case."""
    found: dict[str, str] = {}
    for name in names:
        tag = checked(TagInput, {"tag": name}).tag
        found.setdefault(tag.casefold(), tag)
    return found


def _present(call: Transaction, deal_id: int) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name and row of the tags of a deal, by the name without case; by the alphabet."""
    query = (
        select(_tag.c.name, _link)
        .join(_link, _link.c.tag_id == _tag.c.id)
        .where(_link.c.deal_id == deal_id)
        .order_by(_tag.c.name)
    )
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for row in call.connection.execute(query):
        columns = dict(row._mapping)
        name = str(columns.pop("name"))
        found[name.casefold()] = name, columns
    return found


def _write(
    call: Transaction,
    deal: dict[str, Any],
    present: dict[str, tuple[str, dict[str, Any]]],
    wanted: dict[str, str],
) -> None:
    added = [name for folded, name in wanted.items() if folded not in present]
    gone = [told for folded, told in present.items() if folded not in wanted]
    for _, row in gone:
        call.delete(DealTag, row)
    for name in added:
        call.insert(DealTag, {"deal_id": deal["id"], "tag_id": ensure_tag(call, name)})
    parts = []
    if added:
        parts.append(tr("Tagged {deal}: {tags}").format(deal=deal["title"], tags=", ".join(added)))
    if gone:
        names = ", ".join(name for name, _ in gone)
        if added:
            parts.append(tr("took off {tags}").format(tags=names))
        else:
            words = trn("Took the tag {tags} off {deal}", "Took the tags {tags} off {deal}", len(gone))
            parts.append(words.format(tags=names, deal=deal["title"]))
    if parts:
        call.summary = "; ".join(parts)
