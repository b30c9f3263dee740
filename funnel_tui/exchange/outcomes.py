"""Telling from stage names, status words and flags whether a deal is open, won or lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from funnel_tui.domain.said import placed, said
from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.records import ReadOptions
from funnel_tui.exchange.values import LIMITS, BadValue, clean_text, nearest, status_word, visible
from funnel_tui.language import tr

#: Unknown stage names for which the nearest known one is looked for.
SUGGESTED = 100


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a stage or status says.

    ``status`` is None where it does not say; ``stage`` is None for a name that means won or lost. Two
    outcomes are equal only if they are the same object: they are keys of a memo, and hashing an enum is slow.
    """

    status: DealStatus | None
    stage: str | None
    reason: str | None


class State(NamedTuple):
    """A deal's status and stage, None where not said, and the reason its stage's name gives for a loss."""

    status: DealStatus | None
    stage: str | None
    reason: str | None


def stage_reader(options: ReadOptions) -> Callable[[str], Outcome]:
    """Reads a stage name, which may also mean won or lost.

    :param options: gives the names that mean won or lost, and the stages that are known.
    :returns: a reader that raises BadValue for a stage that is not among the known ones.
    """
    terminal = _terminal_names(options)
    known = {name.casefold(): name for name in options.stages}
    fixes = options.fixes.get("stage", {})
    unknown: set[str] = set()

    def read(text: str) -> Outcome:
        name = clean_text(text, LIMITS["name"])
        name = fixes.get(name, name)
        folded = name.casefold()
        if folded in terminal:
            return terminal[folded]
        if not known:
            return Outcome(None, name or None, None)
        if name and folded not in known:
            # The search is slow, and a wrongly mapped column has as many names as the file has rows.
            near = nearest(name, options.stages) if len(unknown) < SUGGESTED else ""
            unknown.add(folded)
            hint = (
                tr("did you mean {near}?").format(near=near)
                if near
                else tr("the stages are {stages}").format(stages=", ".join(options.stages))
            )
            raise BadValue(said("no stage is called {name!r}; {hint}", name=visible(name), hint=hint))
        return Outcome(None, known.get(folded), None)

    return read


def status_reader(options: ReadOptions) -> Callable[[str], Outcome]:
    """Reads a status word; an empty one says nothing.

    :returns: a reader that raises BadValue for a word that is neither open, won nor lost.
    """
    terminal = _terminal_names(options)

    def read(text: str) -> Outcome:
        word = text.strip()
        if not word:
            return Outcome(None, None, None)
        if word.casefold() in terminal:
            return terminal[word.casefold()]
        status = status_word(word)
        if status is None:
            raise BadValue(
                placed(
                    said(
                        "{word!r} is neither open, won nor lost; say which words are with --won and --lost",
                        word=visible(word),
                    ),
                    said(
                        "{word!r} is neither open, won nor lost; choose another column for the field "
                        "“status”, or do not read it",
                        word=visible(word),
                    ),
                )
            )
        return Outcome(status, None, None)

    return read


def _terminal_names(options: ReadOptions) -> dict[str, Outcome]:
    """What each name that means won or lost says. A stage the user listed by that name is a stage."""
    words = ("Won", "Closed Won", "Lost", "Closed Lost")
    names = {word.casefold(): Outcome(status_word(word), None, None) for word in words}
    for name in options.stages:
        names.pop(name.casefold(), None)
    names |= {name.casefold(): Outcome(DealStatus.WON, None, None) for name in options.won}
    lost = options.lost.items()
    return names | {name.casefold(): Outcome(DealStatus.LOST, None, reason) for name, reason in lost}


def state_of(
    stage: Outcome, told: Outcome | None = None, is_won: bool | None = None, is_closed: bool | None = None
) -> State:
    """A deal's state from everything its row says.

    :param stage: what its stage says.
    :param told: what its status says, if there is a status.
    :param is_won: the flag that it is won, if there is one.
    :param is_closed: the flag that it is closed, if there is one.
    :returns: a state without a status when nothing is said: the deal's history may say it.
    :raises BadValue: when they contradict each other.
    """
    flagged = DealStatus.WON if is_won else DealStatus.LOST if is_closed else None
    spoken = told.status if told is not None else None
    votes = [status for status in (stage.status, spoken, flagged) if status is not None]
    if any(vote is not votes[0] for vote in votes):
        raise BadValue(
            said(
                "the deal is {one} by its stage or status, and {other} by another column",
                one=votes[0],
                other=votes[-1],
            )
        )
    if votes:
        status: DealStatus | None = votes[0]
    else:
        status = DealStatus.OPEN if stage.stage is not None or is_closed is False else None
    # A stage that only its flags tell to be an end, such as "Signed", is no stage of the pipeline.
    ends_here = flagged is not None and spoken is None
    reason = stage.reason or (told.reason if told is not None else None)
    return State(status, None if ends_here else stage.stage, reason)
