"""What all tables share: exact column types, naming, and STRICT tables on SQLite.

There is no ``from __future__ import annotations`` in this package: SQLModel reads annotations at run time.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

INT = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit whole numbers on both databases; STRICT tables refuse text and fractions in them."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING

STRICT: dict[str, Any] = {"sqlite_strict": True, "sqlite_autoincrement": True}
"""The last item of ``__table_args__``. The number of a deleted row is never given to another one: the audit
log tells rows apart by their numbers."""

KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""The same for tables whose key is not a number of their own."""


class Flag(TypeDecorator[bool]):
    """A boolean kept as 0 or 1, because STRICT tables know no BOOLEAN."""

    impl = INT
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """To 0 or 1."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ARG002
        """To a bool."""
        return None if value is None else bool(value)


class Word(TypeDecorator[StrEnum]):
    """A closed choice kept as its text.

    :param choice: the enum whose values may stand in the column.
    """

    impl = Text
    cache_ok = True

    def __init__(self, choice: type[StrEnum]) -> None:
        super().__init__()
        self.choice = choice

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To plain text; a word that is no member is refused."""
        return None if value is None else self.choice(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """To a member of the enum."""
        return None if value is None else self.choice(value)


class Row(SQLModel):
    """The base of every table: its name is the class name in snake case."""

    __table_args__: ClassVar[Any] = (STRICT,)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def key() -> Any:
    """The primary key of a table whose rows are numbered."""
    return Field(default=None, primary_key=True, sa_type=INT)


def ref(target: str, *, default: Any = ..., index: bool = False, **options: Any) -> Any:
    """A reference to a row of another table, such as ``deal.id``."""
    return Field(default=default, foreign_key=target, index=index, sa_type=INT, **options)


def whole(default: Any = ..., **options: Any) -> Any:
    """A whole number: a count, an instant in epoch seconds, a day number, minor units of money."""
    return Field(default=default, sa_type=INT, **options)


def text(default: Any = ..., **options: Any) -> Any:
    """Text of any length; limits are the business of the input models."""
    return Field(default=default, sa_type=Text, **options)


def flag(default: bool) -> Any:
    """Yes or no."""
    return Field(default=default, sa_type=Flag)


def word(choice: type[StrEnum], default: Any = ...) -> Any:
    """One of the words of an enum."""
    return Field(default=default, sa_type=Word(choice))


def one_of(column: str, choice: Iterable[StrEnum]) -> CheckConstraint:
    """A check that a column holds a word of the enum (or nothing)."""
    words = ", ".join(f"'{member.value}'" for member in choice)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def zero_or_one(column: str) -> CheckConstraint:
    """A check that a flag is 0 or 1."""
    return CheckConstraint(f"{column} IN (0, 1)", name=column)


def within(column: str, low: int, high: int) -> CheckConstraint:
    """A check that a number lies in a closed range (or is absent)."""
    return CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=column)
