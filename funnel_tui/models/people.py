"""Tables of people: teams, reps, organisations, persons."""

from typing import ClassVar

from sqlmodel import Field

from funnel_tui.domain.status import OrganisationStatus
from funnel_tui.models.base import INT, STRICT, Row, flag, key, one_of, ref, text, whole, word, zero_or_one


class Team(Row, table=True):
    """A group of reps; teams may lie in a larger team, such as a region."""

    id: int | None = key()
    name: str = text(unique=True)
    parent_id: int | None = ref("team.id", default=None)
    version: int = whole(1)


class Rep(Row, table=True):
    """Somebody who owns deals."""

    __table_args__: ClassVar = (zero_or_one("active"), STRICT)

    id: int | None = key()
    name: str = text(unique=True)
    email: str | None = text(None)
    team_id: int | None = ref("team.id", default=None, index=True)
    active: bool = flag(True)
    version: int = whole(1)


class Organisation(Row, table=True):
    """A company that buys, or may."""

    __table_args__: ClassVar = (one_of("status", OrganisationStatus), STRICT)

    id: int | None = key()
    external_id: str | None = text(None, unique=True)
    name: str = text(index=True)
    status: OrganisationStatus = word(OrganisationStatus, OrganisationStatus.PROSPECT)
    note: str | None = text(None)
    version: int = whole(1)


class Person(Row, table=True):
    """Somebody at an organisation."""

    id: int | None = key()
    external_id: str | None = text(None, unique=True)
    name: str = text(index=True)
    organisation_id: int | None = ref("organisation.id", default=None, index=True)
    email: str | None = text(None, index=True)
    phone: str | None = text(None)
    version: int = whole(1)


class Source(Row, table=True):
    """Where deals come from, such as a fair."""

    id: int | None = key()
    name: str = text(unique=True)


class Tag(Row, table=True):
    """A label on deals."""

    id: int | None = key()
    name: str = text(unique=True)


class LossReason(Row, table=True):
    """Why a deal was lost."""

    __table_args__: ClassVar = (zero_or_one("active"), STRICT)

    id: int | None = key()
    name: str = text(unique=True)
    active: bool = flag(True)


class Product(Row, table=True):
    """Something customers ask for."""

    id: int | None = key()
    name: str = text(unique=True)
    price_minor: int | None = Field(default=None, sa_type=INT)
    currency: str | None = text(None)
