"""From stories to rows: what a deal and its chores look like in the tables."""

from __future__ import annotations

from funnel_tui.demo.cast import SELLERS, Cast
from funnel_tui.demo.chores import Chores
from funnel_tui.demo.story import Story, cumulated, pick
from funnel_tui.models import DealPerson, DealTag, Interaction, Task
from funnel_tui.services.bulk import BulkWriter

_INTERACTION = (
    *("deal_id", "organisation_id", "person_id", "owner_id", "kind_id", "direction", "outcome", "at"),
    *("planned", "duration_seconds", "note", "version"),
)
_TASK = ("deal_id", "owner_id", "kind", "title", "created_at", "due_day", "done_at", "outcome", "version")


class Desk:
    """Takes stories and hands their rows to the bulk writer."""

    def __init__(self, bulk: BulkWriter, cast: Cast, chores: Chores) -> None:
        self._bulk = bulk
        self._cast = cast
        self._chores = chores
        self._interactions = bulk.stream(Interaction, _INTERACTION)
        self._tasks = bulk.stream(Task, _TASK)
        self._contacts = bulk.stream(DealPerson, ("deal_id", "person_id", "role"))
        self._tags = bulk.stream(DealTag, ("deal_id", "tag_id"))
        self._callers = cumulated([seller.calls for seller in SELLERS])

    def write(self, story: Story, company: int, *, told: bool) -> None:
        """Write a deal.

        :param company: the place of its organisation.
        :param told: whether interactions, tasks, contacts and tags belong to it.
        """
        chores = self._chores
        talks = chores.interactions(story) if told else []
        story.deal["touched_at"] = max((talk[4] for talk in talks if not talk[5]), default=None)
        deal_id = self._bulk.add(story.deal, story.visits, story.past)
        if not told:
            return
        organisation_id = story.deal["organisation_id"]
        person_id = self._cast.first_person + 2 * company
        for talk in talks:
            self._interactions.add(deal_id, organisation_id, person_id, *talk, 1)
        for task in chores.tasks(story):
            self._tasks.add(deal_id, *task, 1)
        for contact in chores.contacts(company):
            self._contacts.add(deal_id, *contact)
        for tag_id in chores.tags():
            self._tags.add(deal_id, tag_id)

    def cold_call(self, company: int, at: int) -> None:
        """Write a call to somebody there is no deal with."""
        cast = self._cast
        rep_id = cast.reps[pick(self._callers, self._chores.draw())]
        call = self._chores.call(rep_id, at, answered=0.22)
        person_id = cast.first_person + 2 * company
        self._interactions.add(None, cast.first_organisation + company, person_id, *call, 1)
