"""What a database begins with, in the language of the user: kinds of interactions and how they end.

They are stored, written to files and given to commands in English. People read and type their own words for
them; whatever a team has named itself is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from funnel_tui.domain.finding import fold
from funnel_tui.domain.interactions import KINDS, OUTCOMES
from funnel_tui.domain.said import Said, english_of
from funnel_tui.language import trc

# Translators: kinds of interactions: one word each, with different first letters, at most 10 cells.
_KINDS: Mapping[str, str] = {
    "Call": trc("kind", "Call"),
    "Email": trc("kind", "Email"),
    "Meeting": trc("kind", "Meeting"),
    "Proposal": trc("kind", "Proposal"),
    "Contract": trc("kind", "Contract"),
    "Payment": trc("kind", "Payment"),
    "Note": trc("kind", "Note"),
}
assert _KINDS.keys() == KINDS.keys()

# Translators: how interactions end, at most 14 cells; those of one kind had better begin differently.
_OUTCOMES: Mapping[str, str] = {
    "no answer": trc("outcome", "no answer"),
    "voicemail": trc("outcome", "voicemail"),
    "conversation": trc("outcome", "conversation"),
    "sent": trc("outcome", "sent"),
    "reply": trc("outcome", "reply"),
    "held": trc("outcome", "held"),
    "no show": trc("outcome", "no show"),
    "accepted": trc("outcome", "accepted"),
    "declined": trc("outcome", "declined"),
    "signed": trc("outcome", "signed"),
    "received": trc("outcome", "received"),
    "answered": trc("outcome", "answered"),
    "done": trc("outcome", "done"),
}
"""Those of interactions, and of tasks."""
assert _OUTCOMES.keys() >= {outcome for usual in OUTCOMES.values() for outcome in usual}

_TYPED_KINDS = {fold(shown): stored for stored, shown in _KINDS.items()}
_TYPED_OUTCOMES = {fold(shown): stored for stored, shown in _OUTCOMES.items()}


def kind_word(name: str) -> str:
    """What a kind of interaction is called, from its stored name; programs still get that one."""
    return _word(_KINDS, name)


def outcome_word(outcome: str) -> str:
    """What an outcome is called, from what is stored; programs still get that."""
    return _word(_OUTCOMES, outcome)


def stored_kind(typed: str) -> str:
    """The stored name of a kind that somebody typed, in either language; any other text as it is."""
    return _TYPED_KINDS.get(fold(typed), english_of(typed))


def stored_outcome(typed: str) -> str:
    """What is stored for an outcome that somebody typed, in either language; any other text as it is."""
    return _TYPED_OUTCOMES.get(fold(typed), english_of(typed))


def _word(words: Mapping[str, str], stored: str) -> str:
    shown = words.get(stored, stored)
    return stored if shown == stored else Said(shown, stored)
