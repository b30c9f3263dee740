"""The sources of a win probability in words (METRICS 8)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from funnel_tui.domain.probability import DealChances, Field, Reason
from funnel_tui.domain.shown import clean, count_text, number_text, percent_text
from funnel_tui.language import tr, trn

LEAST_PUSH = Fraction(1, 2000)
"""A reason that pushes a probability by less would be shown as 0.0."""


_FIELDS = {
    Field.STAGE: tr("stage"),
    Field.SOURCE: tr("source"),
    Field.OWNER: tr("owner"),
    Field.PRODUCT: tr("product"),
    Field.TAG: tr("tag"),
}


def chance_facts(chances: DealChances, stage: str) -> list[tuple[str, str]]:
    """What each source says, in the order of METRICS 8: its name and its words.

    :param stage: the name of the deal's stage.
    """
    found = [] if chances.typed is None else [(tr("typed"), percent_text(chances.typed))]
    found.append((tr("stage"), f"{percent_text(chances.stage)}, {clean(stage)}"))
    if chances.history is None:
        found.append((tr("history"), tr("no closed deal was in this stage")))
    else:
        words = trn("{percent} of {n} closed deals", "{percent} of {n} closed deals", chances.history_n)
        said = words.format(percent=percent_text(chances.history), n=count_text(chances.history_n))
        found.append((tr("history"), said))
    found.append((tr("model"), model_words(chances)))
    return found


def model_words(chances: DealChances) -> str:
    """What the model says with what pushes it, or why it says nothing."""
    if chances.model is not None:
        return ": ".join(filter(None, (percent_text(chances.model), push_words(chances.reasons))))
    if chances.typed is not None:
        return tr("off: the typed one holds")
    if chances.learned is None:
        return tr("not asked yet: it learns when Quotas shows Probability")
    if chances.learned < chances.minimum:
        return tr("none: {n} of {needed} closed deals of the team learned").format(
            n=count_text(chances.learned), needed=count_text(chances.minimum)
        )
    return tr("none: no closed deal in its pipeline")


def push_words(reasons: Iterable[Reason]) -> str:
    """All reasons, the strongest first, with what they push in percentage points: ``source Fair +6.2``."""
    return ", ".join(f"{_FIELDS[reason.field]} {_pushed(reason)}" for reason in _felt(reasons))


def push_names(reasons: Iterable[Reason], most: int) -> str:
    """The strongest reasons without their fields, for a column: ``Fair +6.2, Ana −3.0``."""
    return ", ".join(_pushed(reason) for reason in _felt(reasons)[:most])


def _felt(reasons: Iterable[Reason]) -> list[Reason]:
    return [reason for reason in reasons if abs(reason.push) >= LEAST_PUSH]


def _pushed(reason: Reason) -> str:
    points = number_text(reason.push * 100, 1)
    return f"{clean(reason.value)} {'' if points.startswith('-') else '+'}{points}"
