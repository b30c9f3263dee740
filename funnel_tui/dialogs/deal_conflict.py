"""What two people wrote about a deal, side by side, for a change that was made outside the form."""

from __future__ import annotations

from collections.abc import Mapping

from funnel_tui.dialogs.deal_fields import ALIASES, LABELS, amount_text, percent_words
from funnel_tui.dialogs.wishes import ConflictField, MergeWish, Named
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_of
from funnel_tui.domain.phrases import name_day
from funnel_tui.language import tr

MONEY = ("amount_minor", "currency")


def deal_conflicts(
    mine: Mapping[str, object],
    theirs: Mapping[str, object],
    *,
    reps: tuple[Named, ...] = (),
    organisations: Mapping[int, str] | None = None,
) -> list[ConflictField]:
    """The fields in which two versions of a deal differ.

    :param mine: as in :class:`~funnel_tui.errors.StaleEdit`; ``theirs`` too.
    :param reps: the names of owners.
    :param organisations: names of organisations, by number.
    """
    names = {"owner_id": dict(reps), "organisation_id": organisations or {}}
    fields: list[ConflictField] = []
    if any(mine.get(key, theirs.get(key)) != theirs.get(key) for key in MONEY):
        wanted = {key: mine.get(key, theirs.get(key)) for key in MONEY}
        present = {key: theirs.get(key) for key in MONEY}
        fields.append(ConflictField("amount", tr("Amount"), _money(wanted), _money(present), wanted, present))
    for name, value in mine.items():
        now = theirs.get(name)
        if name in MONEY or value == now:
            continue
        label = LABELS.get(ALIASES.get(name, name), name.replace("_", " ").capitalize())
        known = names.get(name, {})
        fields.append(
            ConflictField(name, label, _words(name, value, known), _words(name, now, known), value, now)
        )
    return fields


def changes_of(wish: MergeWish) -> dict[str, object]:
    """What is to be written: the fields in which mine was kept, as a service takes them."""
    changes: dict[str, object] = {}
    for name in wish.mine:
        value = wish.values[name]
        changes |= value if name == "amount" and isinstance(value, dict) else {name: value}
    return changes


def _money(values: Mapping[str, object]) -> str:
    minor, currency = (values[key] for key in MONEY)
    if isinstance(minor, int) and isinstance(currency, str):
        return amount_text(Money(minor, currency))
    return ""


def _words(name: str, value: object, names: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        if name == "expected_close":
            return name_day(day_of(value))
        if name == "probability_bp":
            return percent_words(value)
        return names.get(value, tr("number {number}").format(number=value))
    return str(value)
