"""What an import takes for granted of new deals, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnel_tui.domain.said import placed
from funnel_tui.exchange.values import visible
from funnel_tui.language import tr, trn
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Source

CLOSES_FROM: Mapping[str, str] = {"maven": "Engaging"}
"""By profile, the stage that closed deals without a stage were closed from."""


NAMED = 12
"""How many columns are named in a note."""


def _assumed(counts: Mapping[str, int]) -> Mapping[str, str]:
    """What is told of new deals: what is counted, and the sentence on so many."""
    return {
        "unplaced open": trn(
            "1 deal has no stage in the file; it counts as open in the first stage of its pipeline "
            "until a history or another file says more.",
            "{n} deals have no stage in the file; they count as open in the first stage of their "
            "pipeline until a history or another file says more.",
            counts["unplaced open"],
        ),
        "unfinished": trn(
            "1 deal has a closing date, but nothing says whether it was won or lost; it counts as "
            "open until a history or a status says it.",
            "{n} deals have a closing date, but nothing says whether they were won or lost; they "
            "count as open until a history or a status says it.",
            counts["unfinished"],
        ),
        "undated open": trn(
            "1 open deal has no date of creation; it counts as created by this import.",
            "{n} open deals have no date of creation; they count as created by this import.",
            counts["undated open"],
        ),
        "undated closed": trn(
            "1 closed deal has no date of creation; it counts as created when it was closed.",
            "{n} closed deals have no date of creation; they count as created when they were closed.",
            counts["undated closed"],
        ),
        "ahead": trn(
            "1 deal is created or closed in the future; was the day taken for the month?",
            "{n} deals are created or closed in the future; was the day taken for the month?",
            counts["ahead"],
        ),
        "unplaced closed": trn(
            "1 closed deal does not say from which stage; it counts as closed from the first.",
            "{n} closed deals do not say from which stage; they count as closed from the first.",
            counts["unplaced closed"],
        ),
        "no owner": trn(
            "1 deal has no owner; it belongs to “(no owner)”.",
            "{n} deals have no owner; they belong to “(no owner)”.",
            counts["no owner"],
        ),
    }


def tell_assumed(counts: Mapping[str, int], sources: Sequence[Source], outcome: Outcome) -> None:
    """Say what was taken for granted.

    :param counts: how many new deals, by what is taken for granted of them.
    """
    engaged = any(source.profile.name in CLOSES_FROM for source in sources)
    for what, sentence in _assumed(counts).items():
        if what != "unplaced closed" or not engaged:
            outcome.note(counts[what], sentence)
    if counts["unplaced open"]:
        outcome.notes += filter(None, map(_without_stage, sources))


def _without_stage(source: Source) -> str:
    """Where the stages of a file may be that has no column for them."""
    mapping = source.mapping
    read = set(mapping.columns.values())
    others = [visible(name, 30) for place, name in enumerate(mapping.header) if place not in read]
    if mapping.has("stage") or not others:
        return ""
    values = {
        "file": source.table.name,
        "columns": ", ".join(others[:NAMED]) + (", …" if len(others) > NAMED else ""),
    }
    return placed(
        tr(
            "{file} has no column that is known to hold the stage. If it is one of those not read "
            "({columns}), "
            "undo this import and add --map stage=COLUMN."
        ).format(**values),
        tr(
            "{file} has no column that is known to hold the stage. If it is one of those not read "
            "({columns}), choose it for the field “stage”."
        ).format(**values),
    )
