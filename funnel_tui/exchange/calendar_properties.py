"""The properties of an event of a calendar (RFC 5545), as the library reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from icalendar import Component

from funnel_tui.domain.said import said
from funnel_tui.exchange.mail import ADDRESSES
from funnel_tui.exchange.values import visible

TEXT_KEPT = 300
"""Characters of a value that are told where it is refused."""


class BadProperty(ValueError):
    """A property that cannot be read.

    :param text: how it stands in the file.
    """

    def __init__(self, name: str, text: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.text = name, text


def moment_of(event: Component, name: str) -> date:
    """A day, or an instant, that an event must have.

    :raises ValueError: when it is none.
    """
    value = whole_of(event, name, _no_date)
    moment = getattr(value, "dt", None)
    if not isinstance(moment, date):
        raise _bad(event, name, _no_date)
    return moment


def whole_of(event: Component, name: str, reason: Callable[[str], str]) -> Any:
    """The first value of a property.

    :param reason: says of its text why it is none.
    :raises ValueError: when the library could not read it.
    """
    # What it could not read it keeps as something that fails when it is looked at.
    if any(broken == name for broken, _ in event.errors):
        raise _bad(event, name, reason)
    return first_of(event, name)


def _no_date(text: str) -> str:
    return said("{date!r} is no date of the calendar", date=text)


def no_length(text: str) -> str:
    """Why a text is no length of time."""
    return said("{length!r} is no length of time such as PT45M", length=text)


def no_rule(text: str) -> str:
    """Why a text is no rule."""
    return said("{rule!r} is no rule by which a meeting repeats", rule=text)


def _bad(event: Component, name: str, reason: Callable[[str], str]) -> BadProperty:
    """That a property cannot be read, with what stands there."""
    value = first_of(event, name)
    raw = value.to_ical() if hasattr(value, "to_ical") else ""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    text = text.replace("\\,", ",").replace("\\;", ";")
    return BadProperty(name, text[:TEXT_KEPT], reason(visible(text)))


def values_of(event: Component, name: str) -> list[Any]:
    """All values of a property; it may stand on several lines."""
    value = event.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def first_of(event: Component, name: str) -> Any:
    """The first value of a property, or None."""
    return next(iter(values_of(event, name)), None)


def dates_of(event: Component, name: str) -> Iterator[Any]:
    """The dates of a property that lists some.

    :raises ValueError: when one of them is none.
    """
    whole_of(event, name, _no_date)
    for value in values_of(event, name):
        yield from value.dts


def text_of(event: Component, name: str) -> str:
    """A property as text; empty where there is none."""
    value = first_of(event, name)
    if value is None:
        return ""
    return value.to_ical().decode() if hasattr(value, "to_ical") and name == "RRULE" else str(value)


def address_of(value: Any) -> str:
    """An e-mail address, folded; empty for anything else."""
    text = str(value or "").strip().casefold().removeprefix("mailto:")
    return text if "@" in text and " " not in text and text.isprintable() else ""


def attendees_of(event: Component) -> tuple[str, ...]:
    """The addresses of who was invited and did not decline, folded, each once."""
    found: dict[str, None] = {}
    for each in values_of(event, "ATTENDEE")[:ADDRESSES]:
        if str(getattr(each, "params", {}).get("PARTSTAT", "")).upper() != "DECLINED":
            found[address_of(each)] = None
    return tuple(address for address in found if address)
