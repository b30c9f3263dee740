"""Who may be meant by a name that is typed while choosing a person: those known, and likely duplicates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from funnel_tui.domain.finding import FindKind, fold
from funnel_tui.errors import NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.queries.deal_desk import DeskPerson, people_at, people_numbered
from funnel_tui.queries.deal_detail import contacts_of
from funnel_tui.services.duplicates import likely_duplicates
from funnel_tui.services.finding import find
from funnel_tui.services.workspace import Workspace

TOLD = 5
"""So many are named in a refusal."""

FOUND = 40
"""So much is looked through for people among everything that has a name."""


@dataclass(frozen=True, slots=True)
class PersonHit:
    """Somebody who may be meant.

    :param alike: why they may be the same as somebody new of the typed name; empty when they need not be.
    """

    person: DeskPerson
    alike: str


def people_like(
    workspace: Workspace, text: str, *, organisation_id: int | None = None, limit: int = 8
) -> Sequence[PersonHit]:
    """People who may be meant by what was typed.

    :param organisation_id: those who are there come first; who is known to be elsewhere is no duplicate by
        name of somebody new there.
    :param limit: how many at most.
    """
    wanted = fold(text).split()
    if not wanted:
        return []
    alike = {
        found.id: found.why
        for found in likely_duplicates(workspace, text, kind="person", organisation_id=organisation_id)
    }
    numbers = [found.id for found in find(workspace, text, FOUND) if found.kind is FindKind.PERSON]
    with workspace.read() as reader:
        here = [] if organisation_id is None else people_at(reader, organisation_id)
        known = people_numbered(reader, [*numbers, *alike])
    told = {one.id: one for one in here if _has(one.name, wanted)}
    for number in (*numbers, *alike):
        if number in known:
            told.setdefault(number, known[number])
    found = sorted(told.values(), key=lambda one: organisation_id not in {None, one.organisation_id})
    return [PersonHit(one, alike.get(one.id, "")) for one in found[:limit]]


def _has(name: str, wanted: Sequence[str]) -> bool:
    """Whether every word that was typed begins a word of a name."""
    words = fold(name).split()
    return all(any(word.startswith(typed) for word in words) for typed in wanted)


def member_by_name(workspace: Workspace, deal_id: int, text: str) -> int:
    """Somebody who is in a deal, by the number with ``#`` before it or by the name.

    :raises NotFound: when nobody in the deal is called so; those who are in it are told.
    :raises Refused: when several are.
    """
    with workspace.read() as reader:
        members = {one.person_id: one.name for one in contacts_of(reader, deal_id)}
    wanted = fold(text)
    number = int(wanted[1:]) if re.fullmatch(r"#\d{1,18}", wanted, re.ASCII) else 0
    found = [one for one, name in members.items() if one == number or fold(name) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(f"#{one}" for one in found)
        raise Refused(
            tr("{n} people of the deal are called {name!r}.").format(n=len(found), name=text),
            tr("Give a number: {numbers}.").format(numbers=numbers),
        )
    names = ", ".join(repr(name) for name in list(members.values())[:TOLD]) or tr("nobody")
    raise NotFound(
        tr("{name!r} is not in the deal.").format(name=text), tr("In it: {names}.").format(names=names)
    )
