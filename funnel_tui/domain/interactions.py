"""Interactions: their kinds, how they end, what counts as a conversation, and one as a list shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from funnel_tui.domain.status import ActivityStep, Direction

KINDS: Mapping[str, ActivityStep] = {
    "Call": ActivityStep.CALLS,
    "Email": ActivityStep.NONE,
    "Meeting": ActivityStep.MEETINGS,
    "Proposal": ActivityStep.PROPOSALS,
    "Contract": ActivityStep.CONTRACTS,
    "Payment": ActivityStep.PAID,
    "Note": ActivityStep.NONE,
}
"""The kinds every database begins with, and the step of the activity funnel each counts for."""

CONVERSATIONS = frozenset({"conversation", "answered", "connected", "held", "reply"})
"""Outcomes that mean that somebody answered (METRICS 5). Everything else is an attempt."""

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "call": ("no answer", "voicemail", "conversation"),
    "email": ("sent", "reply"),
    "meeting": ("held", "no show"),
    "proposal": ("sent", "accepted", "declined"),
    "contract": ("sent", "signed", "declined"),
    "payment": ("received",),
    "note": (),
}
"""How an interaction of a kind usually ends, by the folded name of the kind. Any other word will do."""


@dataclass(frozen=True, slots=True)
class KindFact:
    """A kind of interaction.

    :param active: whether it is offered for new interactions.
    """

    id: int
    name: str
    step: ActivityStep
    active: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class InteractionFact:
    """An interaction as a list shows it.

    :param at: when it took or is to take place, in epoch seconds UTC.
    :param duration_seconds: how long it took, or None where nobody said.
    """

    id: int
    version: int
    at: int
    kind: str
    kind_id: int
    direction: Direction
    outcome: str | None
    planned: bool
    duration_seconds: int | None
    owner: str
    owner_id: int
    deal_id: int | None
    deal: str | None
    organisation_id: int | None
    organisation: str | None
    person_id: int | None
    person: str | None
    note: str | None


def is_conversation(outcome: str | None) -> bool:
    """Whether an outcome means that somebody answered, whatever its case (METRICS 5).

    Only A to Z are folded: that is what both databases agree on, so that they count as Python does.
    """
    return outcome is not None and outcome.isascii() and outcome.lower() in CONVERSATIONS


def outcomes_of(kind: str) -> tuple[str, ...]:
    """How an interaction of a kind usually ends, the most frequent first; empty for a kind we do not know."""
    return OUTCOMES.get(kind.casefold(), ())
