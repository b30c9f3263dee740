"""What an import takes for granted of new deals, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnel_tui.exchange.values import visible
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Source

CLOSES_FROM: Mapping[str, str] = {"maven": "Engaging"}
"""By profile, the stage that closed deals without a stage were closed from."""

ASSUMED = (
    (
        "unplaced open",
        "1 deal has no stage in the file; it counts as open in the first stage of its pipeline until a "
        "history or another file says more.",
        "{n} deals have no stage in the file; they count as open in the first stage of their pipeline until "
        "a history or another file says more.",
    ),
    (
        "unfinished",
        "1 deal has a closing date, but nothing says whether it was won or lost; it counts as open until a "
        "history or a status says it.",
        "{n} deals have a closing date, but nothing says whether they were won or lost; they count as open "
        "until a history or a status says it.",
    ),
    (
        "undated open",
        "1 open deal has no date of creation; it counts as created by this import.",
        "{n} open deals have no date of creation; they count as created by this import.",
    ),
    (
        "undated closed",
        "1 closed deal has no date of creation; it counts as created when it was closed.",
        "{n} closed deals have no date of creation; they count as created when they were closed.",
    ),
    (
        "ahead",
        "1 deal is created or closed in the future; was the day taken for the month?",
        "{n} deals are created or closed in the future; was the day taken for the month?",
    ),
    (
        "unplaced closed",
        "1 closed deal does not say from which stage; it counts as closed from the first.",
        "{n} closed deals do not say from which stage; they count as closed from the first.",
    ),
    (
        "no owner",
        "1 deal has no owner; it belongs to “(no owner)”.",
        "{n} deals have no owner; they belong to “(no owner)”.",
    ),
)
"""What is told of new deals: what is counted, the sentence on one, the sentence on several."""

NAMED = 12
"""How many columns are named in a note."""


def tell_assumed(counts: Mapping[str, int], sources: Sequence[Source], outcome: Outcome) -> None:
    """Say what was taken for granted.

    :param counts: how many new deals, by the first word of :data:`ASSUMED`.
    """
    engaged = any(source.profile.name in CLOSES_FROM for source in sources)
    for what, one, many in ASSUMED:
        if what != "unplaced closed" or not engaged:
            outcome.note(counts[what], one, many)
    if counts["unplaced open"]:
        outcome.notes += filter(None, map(_without_stage, sources))


def _without_stage(source: Source) -> str:
    """Where the stages of a file may be that has no column for them."""
    mapping = source.mapping
    read = set(mapping.columns.values())
    others = [visible(name, 30) for place, name in enumerate(mapping.header) if place not in read]
    if mapping.has("stage") or not others:
        return ""
    return (
        f"{source.table.name} has no column that is known to hold the stage. If it is one of those not read "
        f"({', '.join(others[:NAMED])}{', …' if len(others) > NAMED else ''}), undo this import and add "
        "--map stage=COLUMN."
    )
