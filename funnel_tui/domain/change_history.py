"""The history of changes as people read it: service calls, and what each did to which field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from funnel_tui.domain.finding import fold
from funnel_tui.domain.status import ChangeOp


class HistoryKind(StrEnum):
    """What a service call was about; the value is how people call it."""

    DEALS = "deals"
    TASKS = "tasks and interactions"
    PEOPLE = "organisations and people"
    SETUP = "pipelines and stages"
    TEAM = "team, quotas and settings"
    IMPORT = "imports"
    TURN = "undo and redo"


# The first part that occurs in the name of an action decides.
_PARTS: Sequence[tuple[str, HistoryKind]] = (
    ("undo", HistoryKind.TURN),
    ("redo", HistoryKind.TURN),
    ("import", HistoryKind.IMPORT),
    ("demo", HistoryKind.IMPORT),
    ("stage", HistoryKind.SETUP),
    ("pipeline", HistoryKind.SETUP),
    ("loss_task", HistoryKind.SETUP),
    ("task", HistoryKind.TASKS),
    ("interaction", HistoryKind.TASKS),
    ("log", HistoryKind.TASKS),
    ("deal", HistoryKind.DEALS),
    ("demand", HistoryKind.DEALS),
    ("organisation", HistoryKind.PEOPLE),
    ("person", HistoryKind.PEOPLE),
    ("contact", HistoryKind.PEOPLE),
)


def kind_of(action: str) -> HistoryKind:
    """What a service call was about, by its name such as ``move_deal``."""
    return next((kind for part, kind in _PARTS if part in action), HistoryKind.TEAM)


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which service calls are shown.

    :param actor: only those of one user.
    :param kind: only those about one thing.
    :param text: every word of it occurs in what was done or in who did it, whatever case and accents.
    """

    actor: str | None = None
    kind: HistoryKind | None = None
    text: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the text as they are compared."""
        return tuple(fold(self.text).split())

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self != HistoryFilter()


@dataclass(frozen=True, slots=True)
class HistoryGroup:
    """One service call.

    :param at: epoch seconds.
    :param summary: what it did, in words; user text is in it.
    :param undoes_id: the call that it took back, for undo and redo.
    :param undone: whether it was taken back and not brought back since.
    """

    id: int
    at: int
    actor: str
    action: str
    summary: str
    undoes_id: int | None
    undone: bool = False

    def fits(self, kind: HistoryKind | None, words: Sequence[str]) -> bool:
        """Whether a filter lets it through; the user is compared where the calls are read."""
        if kind is not None and kind_of(self.action) is not kind:
            return False
        if not words:
            return True
        text = fold(f"{self.summary} {self.actor}")
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of service calls, newest first.

    :param has_more: whether older ones follow.
    :param actors: everybody who ever changed something, by name.
    :param about: the title of the deal it is about; empty for the history of everything.
    """

    groups: tuple[HistoryGroup, ...]
    has_more: bool
    actors: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class FieldTurn:
    """A field with its old and its new value, as text; empty where there was or is none."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowTurn:
    """What one service call did to one row, or to a range of rows of an import.

    :param what: the kind of row, such as ``deal``.
    :param name: what it is called; user text, may be empty.
    :param rows: how many; more than one only for a range.
    """

    op: ChangeOp
    what: str
    name: str
    rows: int
    fields: tuple[FieldTurn, ...]


@dataclass(frozen=True, slots=True)
class GroupTurns:
    """Everything that one service call did, in its order.

    :param more: how many further rows it changed that are not listed.
    """

    group_id: int
    rows: tuple[RowTurn, ...]
    more: int
