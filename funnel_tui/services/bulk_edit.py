"""Changing many deals at once: a preview, then one transaction and one change group.

What is allowed is decided in :mod:`funnel_tui.services.bulk_rules`, for the preview and for doing it alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from funnel_tui.domain.bulk_edit import (
    AddTag,
    BulkPreview,
    BulkResult,
    BulkRow,
    Lose,
    MoveTo,
    Reassign,
    RemoveTag,
    SetExpectedClose,
    SetProbability,
    SetSource,
    Verdict,
    Win,
    Wish,
)
from funnel_tui.domain.status import VisitExit
from funnel_tui.language import tr, trn
from funnel_tui.models import Deal, DealTag, Tag
from funnel_tui.queries.bulk_edit import BATCH, tag_number, tagged_deals
from funnel_tui.services.bulk_rules import Docket
from funnel_tui.services.bulk_write import BatchTransaction, LoadedHistory
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.together import Within
from funnel_tui.services.vocabulary import ensure_reason
from funnel_tui.services.workspace import Workspace

Progress = Callable[[int, int], None]
"""Told how many deals are done, and of how many."""

Versions = Mapping[int, int]

_ACTIONS: Mapping[type, str] = {
    MoveTo: "move_deals",
    Win: "win_deals",
    Lose: "lose_deals",
    Reassign: "reassign_deals",
    AddTag: "tag_deals",
    RemoveTag: "tag_deals",
    SetExpectedClose: "edit_deals",
    SetProbability: "edit_deals",
    SetSource: "edit_deals",
}


def preview(
    workspace: Workspace, wish: Wish, deal_ids: Sequence[int], versions: Versions | None = None
) -> BulkPreview:
    """What a wish would do to each of some deals. Nothing is written and nothing is locked.

    :param deal_ids: their numbers; one that is named twice counts once.
    :param versions: the versions that the caller saw, by deal; None not to ask.
    :raises InvalidInput: for a value that no deal can have.
    :raises NotFound: for an unknown stage, pipeline or rep.
    :raises Refused: for an instant in the future.
    """
    ids = list(dict.fromkeys(deal_ids))
    with workspace.read() as reader:
        docket = Docket(reader, workspace.clock(), wish)
        judged = {row.deal_id: row for row in docket.judge(sorted(ids), versions)}
    return BulkPreview(docket.words, [judged[number] for number in ids])


def apply(
    workspace: Workspace,
    wish: Wish,
    deal_ids: Sequence[int],
    versions: Versions | None = None,
    progress: Progress | None = None,
    *,
    skip_refused: bool = False,
) -> BulkResult:
    """Do to many deals what the single services do to one, in one transaction and one change group.

    :param deal_ids: their numbers; one that is named twice counts once.
    :param versions: the versions that the caller saw, by deal; None not to ask.
    :param progress: told how many of the deals that change are done.
    :param skip_refused: do the rest when some are refused; without it nothing is done then.
    :returns: what became of each deal; refusals are rows of it, not errors.
    :raises InvalidInput: for a value that no deal can have.
    :raises NotFound: for an unknown stage, pipeline or rep.
    :raises Refused: for an instant in the future.
    """
    ids = list(dict.fromkeys(deal_ids))
    with workspace.change(_ACTIONS[type(wish)]) as outer:
        call = BatchTransaction(outer)
        server = call.connection.dialect.name == "postgresql"
        docket = Docket(call.reader, call.at, wish)
        judged = {row.deal_id: row for row in docket.judge(sorted(ids), versions, locked=server)}
        rows = [judged[number] for number in ids]
        wanted = [row for row in rows if row.verdict is Verdict.CHANGED]
        if len(wanted) < len(rows) and not skip_refused and BulkPreview("", rows).refused:
            return BulkResult(docket.words, rows)
        if wanted:
            call.summary = _summary(docket, wanted)
            new = _Writer(workspace, call, docket).write(sorted(row.deal_id for row in wanted), progress)
            rows = [replace(row, version=new.get(row.deal_id, row.version)) for row in rows]
            call.finish()
        return BulkResult(docket.words, rows, applied=True, group_id=call.group_id)


class _Writer:
    """Does what was judged to be allowed."""

    def __init__(self, workspace: Workspace, call: BatchTransaction, docket: Docket) -> None:
        self.call = call
        self.docket = docket
        self.wish = docket.wish
        self._within = Within(workspace, call)
        self._number = 0
        if isinstance(self.wish, Lose):
            self._number = ensure_reason(call, self.wish.reason)
        elif isinstance(self.wish, AddTag | RemoveTag):
            self._number = self._tag(self.wish.name)

    def write(self, ids: Sequence[int], progress: Progress | None) -> dict[int, int]:
        """Change deals.

        :returns: their new versions.
        """
        new: dict[int, int] = {}
        summary = self.call.summary
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            if isinstance(self.wish, MoveTo | Win | Lose):
                for history in LoadedHistory.load_many(self.call, batch, self.docket.routes).values():
                    new[history.deal["id"]] = self._event(history)
            elif isinstance(self.wish, AddTag | RemoveTag):
                self._tags(batch)
            else:
                self.call.load(batch)
                for number in batch:
                    new[number] = self._edit(number)
            self.call.summary = summary
            self.call.write_out()
            if progress is not None:
                progress(start + len(batch), len(ids))
        return new

    def _event(self, history: LoadedHistory) -> int:
        """Move, win or lose one deal, as the services of these names do."""
        wish = self.wish
        assert isinstance(wish, MoveTo | Win | Lose)
        moment = history.instant(wish.at)
        if isinstance(wish, MoveTo):
            routes = self.docket.routes.values()
            route = next(route for route in routes if wish.stage_id in route.stages)
            history.leave(moment, VisitExit.MOVED)
            history.enter(moment, route, route.stages[wish.stage_id])
        elif isinstance(wish, Win):
            history.leave(moment, VisitExit.WON)
        else:
            history.leave(moment, VisitExit.LOST, reason_id=self._number, note=wish.note)
        return history.write()

    def _edit(self, deal_id: int) -> int:
        changes: dict[str, object]
        match self.wish:
            case Reassign(owner_id):
                changes = {"owner_id": owner_id}
            case SetExpectedClose(day):
                changes = {"expected_close": day}
            case SetProbability(bp):
                changes = {"probability_bp": bp}
            case SetSource(name):
                changes = {"source": name}
            case _:  # pragma: no cover - the other wishes are no edits
                raise AssertionError(self.wish)
        version = self.call.get(Deal, deal_id)["version"]
        return edit_deal(self._within, deal_id=deal_id, version=version, changes=changes)

    def _tag(self, name: str) -> int:
        """The number of the tag; one that is put on deals is made when it is new."""
        found = tag_number(self.call.reader, name)
        if found is None and isinstance(self.wish, AddTag):
            return self.call.insert(Tag, {"name": name})
        return found or 0

    def _tags(self, batch: Sequence[int]) -> None:
        if isinstance(self.wish, AddTag):
            for number in batch:
                self.call.insert(DealTag, {"deal_id": number, "tag_id": self._number})
            return
        for deal, row in tagged_deals(self.call.reader, self._number, batch).items():
            self.call.delete(DealTag, {"id": row, "deal_id": deal, "tag_id": self._number})


_DONE: Mapping[type, str] = {
    MoveTo: tr("Moved {deals} to {what}"),
    Win: tr("Won {deals}"),
    Lose: tr("Lost {deals}: {what}"),
    Reassign: tr("Gave {deals} to {what}"),
    SetExpectedClose: tr("Edited {deals}: expected close"),
    SetProbability: tr("Edited {deals}: probability"),
    SetSource: tr("Edited {deals}: source"),
    AddTag: tr("Tagged {deals}: {what}"),
    RemoveTag: tr("Took the tag {what} off {deals}"),
}


def _summary(docket: Docket, wanted: Sequence[BulkRow]) -> str:
    """What was done, in words."""
    deals = wanted[0].title
    if len(wanted) > 1:
        deals = trn("{n:,} deal", "{n:,} deals", len(wanted)).format(n=len(wanted))
    return _DONE[type(docket.wish)].format(deals=deals, what=docket.name)
