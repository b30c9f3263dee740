"""What the list of organisations and people reads."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from funnel_tui.domain.deal_list import follow
from funnel_tui.domain.directory import Kind, OrganisationLine, OrganisationSort, PersonLine, PersonSort
from funnel_tui.screens.directory_words import Wish
from funnel_tui.services import directory
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.paged import page_ids, pages_between

AnyLine = OrganisationLine | PersonLine


class Place(NamedTuple):
    """Where the cursor is: on which number, in which row, and how far that is below the first visible one."""

    number: int | None = None
    row: int = 0
    offset: int = 0
    room: int = 30


class ListFound(NamedTuple):
    """A list that was read.

    :param pages: those in view.
    :param zone: the team's.
    """

    wish: Wish
    ids: array[int]
    pages: Mapping[int, Sequence[AnyLine]]
    zone: ZoneInfo


def read_list(workspace: Workspace, *, wish: Wish, place: Place) -> ListFound:
    """Read a list and the rows in view; the cursor's row is followed by its number."""
    if wish.kind == "organisation":
        ids = directory.organisation_ids(
            workspace, sort=OrganisationSort(wish.sort), descending=wish.descending, text=wish.text
        )
    else:
        ids = directory.person_ids(
            workspace, sort=PersonSort(wish.sort), descending=wish.descending, text=wish.text
        )
    top = max(0, follow(ids, place.number, place.row) - place.offset)
    pages = {
        page: read_rows(workspace, wish.kind, page_ids(ids, page))
        for page in pages_between(top, min(len(ids) - 1, top + place.room))
        if len(ids)
    }
    return ListFound(wish, ids, pages, ZoneInfo(workspace.settings().time_zone))


def read_rows(workspace: Workspace, kind: Kind, numbers: Sequence[int]) -> Sequence[AnyLine]:
    """Read the rows of a window."""
    if kind == "organisation":
        return directory.organisation_rows(workspace, numbers)
    return directory.person_rows(workspace, numbers)
