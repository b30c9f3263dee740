"""Settings of the team, and the prices that follow from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, fields
from difflib import get_close_matches
from functools import cache
from typing import Any

from funnel_tui.domain.scope import TeamSettings
from funnel_tui.errors import InvalidInput
from funnel_tui.exchange.values import BadValue, parse_currency
from funnel_tui.language import tr
from funnel_tui.models import Setting
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.activity_days import rebuild_days
from funnel_tui.services.derived import BATCH
from funnel_tui.services.standing import read_pricing
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace

PRICING = ("base_currency", "time_zone")
"""Settings that the value of closed deals follows from."""

LIMITS = {
    "fiscal_start": (1, 12),
    "small_n": (1, 1_000),
    "stuck_factor": (1, 100),
    "idle_days": (1, 3_650),
    "contact_benchmark": (1, 1_000),
    "model_minimum": (1, 1_000_000),
}
"""The smallest and the largest value of the settings that are numbers."""

_CLOSED = """
SELECT id, amount_minor, currency, closed_at, closed_base FROM deal
WHERE closed_at IS NOT NULL AND amount_minor IS NOT NULL AND id > :after
ORDER BY id LIMIT :size
"""


def set_setting(workspace: Workspace, *, name: str, value: str | int) -> None:
    """Change a setting of the team. A new base currency or time zone prices every closed deal anew; a new
    time zone begins the days anew that interactions are counted by.

    :param name: a field of :class:`~funnel_tui.domain.scope.TeamSettings`.
    :param value: its value, or the text of it.
    :raises InvalidInput: for a setting that does not exist or a value that it cannot have.
    """
    clean = check_setting(name, value)
    with workspace.change("set_setting") as call:
        call.alone()
        present = asdict(read_settings(call.reader))[name]
        rows = call.reader.rows("SELECT key, value FROM setting WHERE key = :key", {"key": name})
        before = {"key": rows[0][0], "value": rows[0][1]} if rows else None
        call.summary = tr("Set {setting} to {value} (was {before})").format(
            setting=name.replace("_", " "), value=clean, before=present
        )
        call.put(Setting, before, {"key": name, "value": str(clean)})
        if name in PRICING and clean != present:
            reprice(call)
        if name == "time_zone" and clean != present:
            rebuild_days(call.connection)


def check_setting(name: str, value: str | int) -> str | int:
    """Check the value of a setting without writing it.

    :returns: the value as it is stored: a whole number, an IANA time zone or a currency code.
    :raises InvalidInput: with the nearest name suggested.
    """
    check_name(name)
    if name == "time_zone":
        return _time_zone(value)
    if name == "base_currency":
        try:
            return parse_currency(str(value))
        except BadValue as error:
            raise InvalidInput(
                name, tr("The base currency cannot be set: {why}.").format(why=error.reason)
            ) from None
    return _number(name, value)


def check_name(name: str) -> None:
    """Refuse a setting that there is not.

    :raises InvalidInput: with the nearest name suggested.
    """
    known = [field.name for field in fields(TeamSettings)]
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    hint = (
        tr("Did you mean {name}?").format(name=near[0])
        if near
        else tr("There is {names}.").format(names=", ".join(known))
    )
    raise InvalidInput("name", tr("There is no setting {name!r}.").format(name=name), hint)


def reprice(call: Transaction, currencies: Collection[str] | None = None) -> int:
    """Price closed deals anew, after rates, the base currency or the time zone changed (METRICS M7).

    The prices follow from amounts and rates, so they are not recorded in the audit log.

    :param currencies: only deals in these; None for all.
    :returns: how many prices changed.
    """
    connection, reader = call.connection, call.reader
    pricing = read_pricing(reader)
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = f"UPDATE deal SET closed_base = {mark} WHERE id = {mark}"  # noqa: S608
    after = changed = 0
    while rows := reader.rows(_CLOSED, {"after": after, "size": BATCH}):
        after = rows[-1][0]
        new: list[tuple[Any, ...]] = []
        for deal_id, amount, currency, closed_at, stored in rows:
            if currencies is not None and currency not in currencies:
                continue
            price = pricing.closed_base(amount, currency, closed_at)
            if price != stored:
                new.append((price, deal_id))
        if new:
            connection.exec_driver_sql(statement, new)
            changed += len(new)
    return changed


def _number(name: str, value: str | int) -> int:
    low, high = LIMITS[name]
    text = str(value).strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if number is None or isinstance(value, bool) or not low <= number <= high:
        words = name.replace("_", " ")
        raise InvalidInput(
            name,
            tr("The {setting} must be a whole number between {low} and {high:,}, not {value!r}.").format(
                setting=words, low=low, high=high, value=value
            ),
        )
    return number


def _time_zone(value: str | int) -> str:
    wanted = str(value).strip()
    known = _time_zones()
    if wanted in known:
        return wanted
    folded = wanted.casefold().replace(" ", "_")
    by_name = {zone.casefold(): zone for zone in known}
    if folded in by_name:
        return by_name[folded]
    # Most people know their city, not its continent.
    by_city = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in known if "/" in zone}
    near = by_city.get(folded)
    if near is None:
        found = get_close_matches(folded, by_name, n=1) or get_close_matches(folded, by_city, n=1)
        near = {**by_city, **by_name}[found[0]] if found else None
    hint = (
        tr("Did you mean {name}?").format(name=near)
        if near
        else tr("For example Europe/Oslo or America/New_York.")
    )
    raise InvalidInput("time_zone", tr("There is no time zone {name!r}.").format(name=wanted), hint)


@cache
def _time_zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(zone for zone in available_timezones() if not zone.startswith(("posix/", "right/")))
