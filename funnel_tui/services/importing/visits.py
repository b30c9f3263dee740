"""The visits of an imported deal, and those that are assumed from a deals file.

**A deals file** says when a deal was created, where it is now and when it was closed, not how it went there.
Its visits are therefore *assumed* and made of nothing but that:

- An open deal has one visit, to its stage, since it was created. The stages before are reached, as for any
  skipped stage (METRICS 2).
- A closed deal has one visit, to the stage the file names, from creation to closing. Where the file names no
  stage it is the first one of the pipeline: the deal was certainly there, and nothing shows that it came any
  further. A won deal has reached every stage all the same; a lost one counts as lost from the first stage,
  which understates how far it came but invents no progress. (A profile may know better: Maven's deals begin
  with their engagement, so they are closed from "Engaging".)
- A deal of which the file says neither stage nor status is open in the first stage. If it is known already
  it stays where it is.
- Without a date of creation, a closed deal is taken to be created when it was closed and an open one when it
  was imported: that is the first moment at which the deal is known to exist. An earlier guess would put it
  into months it may not belong to.
- What a later import of the same deal says differently is a move, a closing or a reopening after what is
  known already. A move or reopening happened at the instant of that import, a closing on the day of the file.

A history gives real visits instead; see :mod:`funnel_tui.services.importing.events`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from funnel_tui.domain.status import DealStatus, VisitExit

EXIT_OF = {DealStatus.WON: VisitExit.WON, DealStatus.LOST: VisitExit.LOST}


class Holding(NamedTuple):
    """Whose a deal was at some instant, and how much it was worth."""

    owner_id: int
    amount_minor: int | None
    currency: str | None


Held = Callable[[int], Holding]
"""Gives the owner and amount of a deal at an instant."""


class Stay(NamedTuple):
    """A row of ``stage_visit`` without its numbers."""

    pipeline_id: int
    stage_id: int
    entered_at: int
    left_at: int | None
    exit: VisitExit | None
    moved_by: str
    owner_id: int
    exit_owner_id: int | None
    amount_minor: int | None
    currency: str | None
    loss_reason_id: int | None
    loss_note: str | None
    assumed: bool

    def left(self, at: int, way_out: VisitExit, held: Held, reason_id: int | None = None) -> Stay:
        """The same stay, ended."""
        return self._replace(
            left_at=at, exit=way_out, exit_owner_id=held(at).owner_id, loss_reason_id=reason_id
        )

    def held_by(self, held: Held) -> Stay:
        """The same stay with the owner and amount the deal had then."""
        owner, amount, currency = held(self.entered_at)
        return self._replace(
            owner_id=owner,
            amount_minor=amount,
            currency=currency,
            exit_owner_id=None if self.left_at is None else held(self.left_at).owner_id,
        )


class Place(NamedTuple):
    """A stage of a pipeline."""

    pipeline_id: int
    stage_id: int


def stay_in(place: Place, at: int, held: Held, *, by: str = "", assumed: bool) -> Stay:
    """A stay that begins."""
    owner, amount, currency = held(at)
    return Stay(*place, at, None, None, by, owner, None, amount, currency, None, None, assumed)


class Said(NamedTuple):
    """What a row of a deals file says about where the deal stands.

    :param stage_id: None where the file does not name it.
    :param begins_in: the stage to take then, if the deal is not in the pipeline yet.
    :param loss_reason_id: for a lost deal. An open one keeps it with its visit, for the history that tells
        of the loss.
    """

    pipeline_id: int
    stage_id: int | None
    begins_in: int
    status: DealStatus
    created: int | None
    closed: int | None
    loss_reason_id: int | None


def assume(said: Said, created: int, held: Held) -> list[Stay]:
    """The one visit of a deal that was not known before.

    :param created: when it came into being, known or taken (see the top of this module).
    """
    stage = said.begins_in if said.stage_id is None else said.stage_id
    stay = stay_in(Place(said.pipeline_id, stage), created, held, assumed=True)
    if said.closed is not None:
        return [stay.left(said.closed, EXIT_OF[said.status], held, said.loss_reason_id)]
    return [stay._replace(loss_reason_id=said.loss_reason_id)]


def revise(stays: Sequence[Stay], said: Said, now: int, held: Held) -> list[Stay]:
    """The assumed visits of a known deal after another import of it.

    :param stays: its visits so far, all of them assumed.
    :param now: the instant of the import.
    """
    new = list(stays) if said.created is None else _created(stays, said.created)
    last = new[-1]
    stage = said.stage_id
    if stage is None:
        stage = last.stage_id if last.pipeline_id == said.pipeline_id else said.begins_in
    place = Place(said.pipeline_id, stage)
    stayed = place == (last.pipeline_id, last.stage_id)
    if said.closed is None:
        if last.left_at is None and stayed:
            reason = last.loss_reason_id if said.loss_reason_id is None else said.loss_reason_id
            return [*new[:-1], last._replace(loss_reason_id=reason)]
        when = max(now, last.entered_at if last.left_at is None else last.left_at)
        if last.left_at is None:
            new[-1] = last.left(when, VisitExit.MOVED, held)
        return [*new, stay_in(place, when, held, assumed=True)]
    new = _before(new, said.closed)
    if last.left_at is None and not stayed:
        new[-1] = new[-1].left(said.closed, VisitExit.MOVED, held)
        new.append(stay_in(place, said.closed, held, assumed=True))
    reason = said.loss_reason_id if said.status is DealStatus.LOST else None
    ended = new[-1]._replace(pipeline_id=place.pipeline_id, stage_id=place.stage_id)
    new[-1] = ended.left(said.closed, EXIT_OF[said.status], held, reason)
    return new


def _created(stays: Sequence[Stay], created: int) -> list[Stay]:
    """The stays with another instant of creation; none begins or ends before it."""
    new = [
        stay._replace(
            entered_at=max(stay.entered_at, created),
            left_at=None if stay.left_at is None else max(stay.left_at, created),
        )
        for stay in stays
    ]
    new[0] = new[0]._replace(entered_at=created)
    return new


def _before(stays: Sequence[Stay], closed: int) -> list[Stay]:
    """The stays when the deal was closed earlier than some of them were taken to begin."""
    return [
        stay._replace(
            entered_at=min(stay.entered_at, closed),
            left_at=None if stay.left_at is None else min(stay.left_at, closed),
        )
        for stay in stays
    ]
