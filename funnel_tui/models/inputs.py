"""What people may type: input models that validate, for every table they can write to.

The tables themselves do not validate. :func:`checked` makes an input model of plain values and turns what
pydantic finds into one :class:`~funnel_tui.errors.InvalidInput`.
"""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, StrictBool, StrictInt, ValidationError
from sqlmodel import Field, SQLModel

from funnel_tui.domain.money import MAX_MINOR
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.status import ForecastCategory, OrganisationStatus, Staging
from funnel_tui.errors import InvalidInput
from funnel_tui.exchange.values import LIMITS, BadValue, clean_text, parse_currency

FIRST_DAY, LAST_DAY = -25_567, 84_370
"""1900-01-01 and 2200-12-31 as days since 1970-01-01."""

REQUIRABLE = ("amount", "expected_close", "organisation", "source", "probability")
"""The fields of a deal that a stage may ask for before the deal leaves it."""

EMAIL_LIMIT, PHONE_LIMIT = 254, 50


def _line(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return _clean(value, limit, note=False)


def _clean(value: str, limit: int, *, note: bool) -> str:
    try:
        text = clean_text(value, limit, note=note)
    except BadValue as error:
        raise ValueError(error.reason) from None
    # A name of invisible characters only looks like no name at all.
    if not note and all(unicodedata.category(mark) in {"Cf", "Zs", "Zl", "Zp"} for mark in text):
        return ""
    return text


def _filled(value: str) -> str:
    if not value:
        raise ValueError("must not be empty")
    return value


def _of(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda value: _line(value, limit))


def _of_or_none(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda value: None if value is None else _line(value, limit) or None)


def _note(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("must be text")
    return _clean(value, LIMITS["note"], note=True) or None


def _currency(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("a currency must be a code such as EUR")
    try:
        return parse_currency(value)
    except BadValue as error:
        raise ValueError(error.reason) from None


def _fields(value: Any) -> str:
    asked = [name.strip() for name in value.split(",")] if isinstance(value, str) else list(value)
    for name in (name for name in asked if name):
        if name not in REQUIRABLE:
            raise ValueError(f"has {name!r}; a stage can ask for {', '.join(REQUIRABLE)}")
    return ",".join(name for name in REQUIRABLE if name in asked)


Name = Annotated[str, _of(LIMITS["name"]), AfterValidator(_filled)]
Title = Annotated[str, _of(LIMITS["title"]), AfterValidator(_filled)]
ExternalId = Annotated[str | None, _of_or_none(LIMITS["id"])]
Email = Annotated[str | None, _of_or_none(EMAIL_LIMIT)]
Phone = Annotated[str | None, _of_or_none(PHONE_LIMIT)]
Label = Annotated[str | None, _of_or_none(LIMITS["name"])]
Note = Annotated[str | None, BeforeValidator(_note)]
Currency = Annotated[str | None, BeforeValidator(_currency)]
Required = Annotated[str, BeforeValidator(_fields)]
Amount = Annotated[StrictInt, Field(ge=0, le=MAX_MINOR)]
BasisPoints = Annotated[StrictInt, Field(ge=0, le=10_000)]
Day = Annotated[StrictInt, Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[StrictInt, Field(ge=FIRST_DAY * DAY_SECONDS, lt=(LAST_DAY + 1) * DAY_SECONDS)]
Number = Annotated[StrictInt, Field(ge=1)]


class Input(SQLModel):
    """The base of all input models: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]


class PipelineCreate(Input):
    """A new pipeline."""

    name: Name
    staging: Staging = Staging.MANUAL
    record_demand: StrictBool = False


class PipelineUpdate(Input):
    """Changes to a pipeline; what is not given stays."""

    name: Name = ""
    staging: Staging = Staging.MANUAL
    in_use: StrictBool = True
    record_demand: StrictBool = False
    qualified_position: Number | None = None


class StageCreate(Input):
    """A new stage."""

    name: Name
    probability_bp: BasisPoints = 0
    stuck_days: Annotated[StrictInt, Field(ge=1, le=36_500)] | None = None
    category: ForecastCategory = ForecastCategory.PIPELINE
    required_fields: Required = ""


class StageUpdate(StageCreate):
    """Changes to a stage; what is not given stays."""

    name: Name = ""


class OrganisationCreate(Input):
    """A new organisation."""

    name: Name
    external_id: ExternalId = None
    status: OrganisationStatus = OrganisationStatus.PROSPECT
    note: Note = None


class OrganisationUpdate(OrganisationCreate):
    """Changes to an organisation; what is not given stays."""

    name: Name = ""


class PersonCreate(Input):
    """A new person."""

    name: Name
    external_id: ExternalId = None
    organisation_id: Number | None = None
    email: Email = None
    phone: Phone = None


class PersonUpdate(PersonCreate):
    """Changes to a person; what is not given stays."""

    name: Name = ""


class RepCreate(Input):
    """A new rep."""

    name: Name
    email: Email = None
    team_id: Number | None = None


class RepUpdate(RepCreate):
    """Changes to a rep; what is not given stays."""

    name: Name = ""
    active: StrictBool = True


class TeamCreate(Input):
    """A new team."""

    name: Name
    parent_id: Number | None = None


class TeamUpdate(TeamCreate):
    """Changes to a team; what is not given stays."""

    name: Name = ""


class DealCreate(Input):
    """A new deal. An amount needs a currency; a currency without an amount is dropped."""

    title: Title
    owner_id: Number
    organisation_id: Number | None = None
    amount_minor: Amount | None = None
    currency: Currency = None
    expected_close: Day | None = None
    probability_bp: BasisPoints | None = None
    category: ForecastCategory | None = None
    source: Label = None
    note: Note = None
    external_id: ExternalId = None


class DealUpdate(DealCreate):
    """Changes to a deal; what is not given stays."""

    title: Title = ""
    owner_id: Number = 1


class LossInput(Input):
    """Why a deal was lost."""

    reason: Name
    note: Note = None


class InstantInput(Input):
    """When something happened, in epoch seconds UTC."""

    at: Instant


M = TypeVar("M", bound=Input)

_LABELS = {
    "amount_minor": "amount",
    "probability_bp": "probability",
    "owner_id": "owner",
    "organisation_id": "organisation",
    "team_id": "team",
    "parent_id": "parent team",
    "external_id": "id",
    "at": "time",
    "deal_id": "deal",
    "person_id": "person",
    "kind_id": "kind",
    "duration_seconds": "duration",
}
_KINDS = {
    "int_type": "must be a whole number",
    "bool_type": "must be yes or no",
    "missing": "is missing",
    "extra_forbidden": "is not a field",
}


def checked(model: type[M], values: Mapping[str, Any]) -> M:
    """Validate plain values.

    :param model: the input model.
    :param values: what was typed, by field.
    :returns: the model; ``model_dump(exclude_unset=True)`` gives what was really given.
    :raises InvalidInput: for the first field that is not acceptable.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise invalid(error) from None


def invalid(error: ValidationError) -> InvalidInput:
    """One line out of what pydantic found."""
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    reason = _reason(field, first)
    words = reason if field == "currency" else f"{label_of(field)} {reason}"
    end = "" if words.endswith("?") else "."
    return InvalidInput(field, f"{words[:1].upper()}{words[1:]}{end}")


def label_of(field: str) -> str:
    """How people call a field: ``expected close``."""
    return _LABELS.get(field, field.replace("_", " "))


def _reason(field: str, found: Mapping[str, Any]) -> str:
    kind = found["type"]
    context = found.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _KINDS:
        return _KINDS[kind]
    if kind == "enum":
        return f"must be one of {context['expected']}"
    if field in {"at", "expected_close"}:
        return "is outside the years 1900 to 2200"
    if field == "probability_bp":
        return "must be between 0 % and 100 %"
    if field == "amount_minor":
        return "must not be negative" if found["input"] < 0 else f"is larger than {MAX_MINOR:,} minor units"
    return str(found["msg"]).replace("Input should be", "must be").lower()
