"""What an import of histories says at its end: what was replaced, passed over and taken for granted."""

from __future__ import annotations

from funnel_tui.language import trn
from funnel_tui.services.importing.events import Tally
from funnel_tui.services.importing.outcome import Disagreement, Outcome


def disagreements() -> Disagreement:
    """Gathers the deals whose history differs from what a file of deals said of them."""
    return Disagreement(
        lambda number: trn(
            "1 deal has a history that differs from what was said or assumed of its stage and outcome "
            "({shown}); the history counts.",
            "{n} deals have a history that differs from what was said or assumed of their stage and "
            "outcome "
            "({shown}); the history counts.",
            number,
        )
    )


def tell(outcome: Outcome, tally: Tally, replaced: int) -> None:
    """Note what was passed over, replaced and taken for granted.

    :param tally: what the events came to.
    :param replaced: how many deals had their assumed visits replaced.
    """
    note = outcome.note
    note(
        replaced,
        trn(
            "The assumed visits of 1 deal were replaced.",
            "The assumed visits of {n} deals were replaced.",
            replaced,
        ),
    )
    note(
        tally.same_outcome,
        trn(
            "1 repeated win or loss of a closed deal was passed over.",
            "{n} repeated wins and losses of closed deals were passed over.",
            tally.same_outcome,
        ),
    )
    note(
        tally.same_stage,
        trn(
            "1 event in the stage a deal was in already was passed over.",
            "{n} events in the stage a deal was in already were passed over.",
            tally.same_stage,
        ),
    )
    note(
        tally.other_outcome,
        trn(
            "Once a deal was won after it was lost, or the reverse, without a stage between; "
            "this counts as a reopening.",
            "{n} times a deal was won after it was lost, or the reverse, without a stage between; "
            "each counts as a reopening.",
            tally.other_outcome,
        ),
    )
    note(
        tally.no_stage,
        trn(
            "1 deal begins with a win or loss; it counts as closed from the first stage.",
            "{n} deals begin with a win or loss; they count as closed from the first stage.",
            tally.no_stage,
        ),
    )
