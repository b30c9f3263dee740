"""What reps did for a deal and still have to do: interactions, tasks, contacts and tags."""

from __future__ import annotations

import random
from typing import Any

from funnel_tui.demo.cast import Cast
from funnel_tui.demo.story import Story, at_work
from funnel_tui.demo.words import NOTES
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.status import PersonRole

Interaction = tuple[Any, ...]
"""(owner, kind, direction, outcome, at, planned, seconds, note)."""

_TASKS = (
    ("call", "Call about the next step"),
    ("email", "Send the data sheet"),
    ("meeting", "Agree a date with everybody who decides"),
    ("proposal", "Write the proposal"),
    ("other", "Ask for a reference"),
)
_ROLES = (PersonRole.DECIDES.value, PersonRole.INFLUENCES.value, PersonRole.USES.value, None)


class Chores:
    """Makes up interactions and tasks for deals.

    :param now: done things lie before it, planned ones after it; epoch seconds.
    """

    def __init__(self, rng: random.Random, cast: Cast, now: int) -> None:
        self._rng = rng
        self._cast = cast
        self._now = now
        kinds = cast.kinds
        self._call, self._email, self._meeting = kinds["Call"], kinds["Email"], kinds["Meeting"]
        self._papers = {"Proposal": kinds["Proposal"], "Contract": kinds["Contract"]}
        self._papers["Signature"] = kinds["Contract"]
        self._stage_names = {rung.stage_id: rung.step.name for rungs in cast.rungs for rung in rungs}

    def draw(self) -> float:
        """A number between 0 and 1."""
        return self._rng.random()

    def interactions(self, story: Story) -> list[Interaction]:
        """Done and planned interactions of a deal."""
        rng, now = self._rng, self._now
        found: list[Interaction] = []
        for visit in story.visits:
            start = visit["entered_at"]
            end = visit["left_at"]
            if end is None:
                # Some deals are forgotten: that is what idle and stuck lists are for.
                end = now if rng.random() < 0.7 else start + (now - start) // 3
            owner = visit["owner_id"]
            paper = self._papers.get(self._stage_names[visit["stage_id"]])
            if paper is not None and start + 7200 < end:
                found.append((owner, paper, "out", "sent", start + 3600, 0, None, None))
            for _ in range(min(5, 1 + int((end - start) / DAY_SECONDS / 6 + rng.random()))):
                at = at_work(start + int((end - start) * rng.random()), rng)
                if start <= at < end:
                    found.append(self._talk(owner, at))
        last = story.visits[-1]
        if story.won:
            paid = at_work(last["left_at"] + int((3 + 25 * rng.random()) * DAY_SECONDS), rng)
            if paid < now:
                kind = self._cast.kinds["Payment"]
                found.append((last["exit_owner_id"], kind, "in", "received", paid, 0, None, None))
        elif story.open and rng.random() < 0.3:
            at = max(at_work(now + int((1 + 12 * rng.random()) * DAY_SECONDS), rng), now + 3600)
            found.append((story.deal["owner_id"], self._meeting, "out", None, at, 1, 3600, None))
        found.sort(key=_by_time)
        return found

    def _talk(self, owner: int, at: int) -> Interaction:
        rng = self._rng
        draw = rng.random()
        note = NOTES[int(rng.random() * len(NOTES))] if rng.random() < 0.12 else None
        if draw < 0.45:
            return self.call(owner, at, note)
        if draw < 0.8:
            direction, outcome = ("out", "sent") if draw < 0.66 else ("in", "reply")
            return (owner, self._email, direction, outcome, at, 0, None, note)
        seconds = 1800 * (1 + int(3 * rng.random()))
        if draw < 0.82:
            return (owner, self._meeting, "out", "no show", at, 0, None, note)
        return (owner, self._meeting, "out", "held", at, 0, seconds, note)

    def call(self, owner: int, at: int, note: str | None = None, *, answered: float = 0.45) -> Interaction:
        """A call made at an instant.

        :param answered: how often somebody answers.
        """
        rng = self._rng
        draw = rng.random()
        if draw < answered:
            return (owner, self._call, "out", "conversation", at, 0, 60 + int(900 * rng.random()), note)
        outcome = "voicemail" if draw < (1 + answered) / 2 else "no answer"
        return (owner, self._call, "out", outcome, at, 0, 20, None)

    def tasks(self, story: Story) -> list[tuple[Any, ...]]:
        """(owner, kind, title, created at, due day, done at, outcome) of the tasks of a deal."""
        rng, now = self._rng, self._now
        found: list[tuple[Any, ...]] = []
        owner = story.deal["owner_id"]
        visit = story.visits[0]
        if rng.random() < 0.3:
            end = visit["left_at"] or now
            done = at_work(visit["entered_at"] + (end - visit["entered_at"]) // 2, rng)
            if visit["entered_at"] < done < end:
                kind, title = _TASKS[int(rng.random() * len(_TASKS))]
                due, made = done // DAY_SECONDS + 1, visit["entered_at"]
                found.append((visit["owner_id"], kind, title, made, due, done, "done"))
        if story.open and rng.random() < 0.65:
            kind, title = _TASKS[int(rng.random() * len(_TASKS))]
            due = now // DAY_SECONDS - 5 + int(20 * rng.random())
            made = max(story.visits[-1]["entered_at"], now - 8 * DAY_SECONDS)
            found.append((owner, kind, title, made, due, None, None))
        return found

    def contacts(self, organisation: int) -> list[tuple[int, str | None]]:
        """(person, role) of the contacts of a deal with the organisation at this place."""
        rng = self._rng
        first = self._cast.first_person + 2 * organisation
        found: list[tuple[int, str | None]] = [(first, _ROLES[0])]
        if rng.random() < 0.4:
            found.append((first + 1, _ROLES[1 + int(3 * rng.random())]))
        return found

    def tags(self) -> list[int]:
        """The tags of a deal."""
        if self._rng.random() < 0.8:
            return []
        return [self._cast.tags[int(self._rng.random() * len(self._cast.tags))]]


def _by_time(interaction: Interaction) -> int:
    at: int = interaction[4]
    return at
