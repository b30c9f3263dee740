"""What the dialogs about interactions are given and what they answer. They never read or save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from funnel_tui.dialogs.wishes import Finding, Named, Pick, Reader, TaskWish
from funnel_tui.domain.interactions import InteractionFact, KindFact
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.status import Direction


@dataclass(frozen=True, slots=True)
class LogSubject:
    """What an interaction is about: a deal, or an organisation or a person alone.

    :param name: how it is called; user text.
    """

    deal_id: int | None = None
    organisation_id: int | None = None
    person_id: int | None = None
    name: str = ""

    @property
    def key(self) -> str:
        """Tells drafts of different subjects apart."""
        return f"{self.deal_id or 0}-{self.organisation_id or 0}-{self.person_id or 0}"


@dataclass(frozen=True, slots=True)
class LogDesk:
    """What the form of an interaction chooses from.

    :param subject: with the names as they are now.
    :param organisation: of the deal or person; user text, "" for none.
    :param kinds: those in use, in their order; at least one.
    :param reps: who can have done it; ``owner_id`` is who it is unless somebody says otherwise.
    :param find_person: finds people by what is typed.
    :param person: who it is with unless somebody says otherwise.
    :param draft: what had been typed before and not saved, by field; None for nothing.
    :param suggest: whether the next task is suggested: the deal is open and has no other open task.
    :param due: the open tasks of the deal that each kind may be the end of, by the name of the kind.
    :param last_open: the only open task of the deal: without it there is none.
    :param since: when the deal was created, in epoch seconds; 0 without a deal.
    :param settings: the team's; they go back with the answer.
    :param fact: the interaction that is edited, with its day in the team's time zone; None for a new one.
    """

    subject: LogSubject
    organisation: str
    kinds: tuple[KindFact, ...]
    reps: tuple[Named, ...]
    owner_id: int
    reader: Reader
    find_person: Finding
    person: Pick | None = None
    suggest: bool = False
    due: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    last_open: int | None = None
    draft: Mapping[str, str] | None = None
    since: int = 0
    settings: TeamSettings = field(default_factory=TeamSettings)
    fact: InteractionFact | None = None
    fact_day: int | None = None


@dataclass(frozen=True, slots=True)
class LogWish:
    """An interaction to write, or an edited one as it is to be.

    :param outcome: None where nobody said.
    :param at: None for now, or for the time it has already; a day alone is a day whose time nobody said.
    :param person: None for nobody; without a number it is somebody new.
    :param next: the task that follows; None for none.
    :param finishes: the number of the task that is done with it; None for none.
    :param interaction_id: of an edited one, with the version that the changes are based on.
    """

    subject: LogSubject
    kind: str
    outcome: str | None
    planned: bool
    at: Moment | None
    direction: Direction
    duration_seconds: int | None
    person: Pick | None
    owner_id: int
    note: str | None
    next: TaskWish | None = None
    finishes: int | None = None
    since: int = 0
    settings: TeamSettings = field(default_factory=TeamSettings)
    interaction_id: int | None = None
    version: int | None = None
