"""Tables of the house itself: settings, saved views, and the audit log that undo replays."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field

from funnel_tui.domain.status import ChangeOp
from funnel_tui.models.base import STRICT, Row, flag, key, one_of, ref, text, whole, word, zero_or_one


class Setting(Row, table=True):
    """One team-wide setting."""

    key: str = Field(primary_key=True, sa_type=Text)
    value: str = text()


class SavedView(Row, table=True):
    """A named scope, for one rep or for the team."""

    __table_args__: ClassVar = (zero_or_one("is_default"), STRICT)

    id: int | None = key()
    name: str = text(unique=True)
    rep_id: int | None = ref("rep.id", default=None)
    screen: str = text()
    scope: str = text()
    is_default: bool = flag(False)
    version: int = whole(1)


class ChangeGroup(Row, table=True):
    """One service call: who did what, when. Undo and redo are groups of their own."""

    __table_args__: ClassVar = (Index("ix_change_group_undoes", "undoes_id"), STRICT)

    id: int | None = key()
    at: int = whole()
    actor: str = text()
    action: str = text()
    summary: str = text()
    undoes_id: int | None = ref("change_group.id", default=None)


class Change(Row, table=True):
    """What one group did to one row, or to a range of rows that an import inserted.

    ``before`` and ``after`` are JSON objects of the columns concerned.
    """

    __table_args__: ClassVar = (
        one_of("op", ChangeOp),
        CheckConstraint("row_last >= row_id", name="row_range"),
        Index("ix_change_group_id", "group_id", "id"),
        Index("ix_change_row", "entity", "row_id"),
        Index(
            "ix_change_range",
            *("entity", "row_last"),
            sqlite_where=sql("row_last > row_id"),
            postgresql_where=sql("row_last > row_id"),
        ),
        STRICT,
    )

    id: int | None = key()
    group_id: int = ref("change_group.id")
    entity: str = text()
    row_id: int = whole()
    row_last: int = whole()
    op: ChangeOp = word(ChangeOp)
    before: str | None = text(None)
    after: str | None = text(None)
