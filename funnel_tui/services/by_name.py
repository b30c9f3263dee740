"""From what somebody typed in a shell to the deal, stage, rep … that is meant. Nothing is asked back.

What can be meant in two ways is refused, with the candidates and their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from funnel_tui.domain.finding import FindKind, fold
from funnel_tui.errors import NotFound, Refused, UsageError
from funnel_tui.language import tr
from funnel_tui.queries import by_name as queries
from funnel_tui.queries.names import Named, match, resolve
from funnel_tui.services.agenda import rep_of_user
from funnel_tui.services.finding import find
from funnel_tui.services.workspace import Workspace

CANDIDATES = 5
"""So many are named in a refusal."""

_MANY = 200
"""So many finds are looked through; organisations and people are among them."""

_TYPO = 0.65
"""Finds below this score need a correction of what was typed."""

_NUMBER = re.compile(r"#?(\d{1,18})", re.ASCII)


def deal_by_name(workspace: Workspace, text: str) -> int:
    """The deal that a text means: its number (``12`` or ``#12``), its id in another program, or its title.

    A title need not be complete, and may have typing errors when nothing else fits.

    :raises NotFound: when no deal is meant.
    :raises Refused: when several can be meant.
    """
    hits = deals_meant(workspace, text)
    if len(hits) == 1:
        return hits[0]
    raise _ambiguous(workspace, _plain(text), hits)


def deals_meant(workspace: Workspace, text: str) -> Sequence[int]:
    """All deals that a text can mean, open ones first, for a caller who can ask; see :func:`deal_by_name`.

    :raises NotFound: when no deal is meant.
    """
    wanted = _plain(text)
    if not wanted:
        raise NotFound(tr("No deal is named."), tr("Give its number, its id or its title."))
    number = _NUMBER.fullmatch(wanted)
    with workspace.read() as reader:
        known = queries.deal_with_number(reader, int(number[1])) if number else None
        if known is not None and wanted.startswith("#"):
            return [known]
        found = {known} if known is not None else set()
        found.update(queries.deals_with_id(reader, wanted, _MANY))
        exact = sorted(found) or queries.deals_with_title(reader, wanted, _MANY)
    hits: Sequence[int] = exact or _found(workspace, wanted)
    if not hits:
        hint = tr("It may have been undone.") if number else tr("funnel deal list shows them all.")
        raise NotFound(tr("There is no deal {text!r}.").format(text=wanted), hint)
    if len(hits) == 1:
        return hits
    with workspace.read() as reader:
        still = queries.open_among(reader, hits)
    return sorted(hits, key=lambda number: number not in still)


def deals_told(workspace: Workspace, ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """Number, title, and what tells them apart, of some deals in their order."""
    with workspace.read() as reader:
        told = queries.deals_told(reader, ids)
    return [(number, *told[number]) for number in ids if number in told]


def _plain(text: str) -> str:
    """What was typed as a database can be asked for it: no NUL, no halves of characters (a shell that is not
    in UTF-8 gives such)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()


def deals_by_name(workspace: Workspace, texts: Iterable[str]) -> list[int]:
    """The deals that several texts mean, each once.

    :raises NotFound: when one means no deal.
    :raises Refused: when one can mean several.
    """
    return list(dict.fromkeys(deal_by_name(workspace, text) for text in texts))


def organisation_known(workspace: Workspace, name: str) -> int | None:
    """An organisation that has this very name already, whatever its case; None when there is none."""
    with workspace.read() as reader:
        known = queries.organisations_named(reader, _plain(name), 1)
    return known[0] if known else None


def _found(workspace: Workspace, text: str) -> list[int]:
    """The deals with a title like this; those with the very title alone, if there are any."""
    hits = [(hit.score, hit.id) for hit in find(workspace, text, _MANY) if hit.kind is FindKind.DEAL]
    for least in (1.0, _TYPO):
        if any(score >= least for score, _ in hits):
            return [number for score, number in hits if score >= least]
    return [number for _, number in hits]


def _ambiguous(workspace: Workspace, text: str, hits: Sequence[int]) -> Refused:
    told = deals_told(workspace, hits[:CANDIDATES])
    shown = [f"{number} {title!r} ({rest})" for number, title, rest in told]
    names = ", ".join(shown)
    if len(hits) > CANDIDATES:
        names = tr("{names} and {n} more").format(names=names, n=len(hits) - CANDIDATES)
    return Refused(
        tr("{text!r} can be {names}.").format(text=text, names=names),
        tr("Give the number of one, with # before it if need be."),
    )


def pipeline_by_name(workspace: Workspace, name: str | None) -> Named:
    """Number and name of a pipeline; without a name the only one in use.

    :raises NotFound: for an unknown name.
    :raises UsageError: without a name where there are several, or none.
    """
    with workspace.read() as reader:
        if name is not None:
            return resolve(reader, "pipeline", name)
        known = queries.pipelines_in_use(reader)
    if len(known) == 1:
        return known[0]
    if not known:
        raise UsageError(tr("There is no pipeline yet."), tr("funnel stages add-pipeline NAME makes one."))
    names = ", ".join(repr(shown) for _, shown in known[:CANDIDATES])
    raise UsageError(
        tr("Which pipeline? There are several."), tr("Say --pipeline: {names}.").format(names=names)
    )


def stage_by_name(workspace: Workspace, name: str, pipeline_id: int) -> Named:
    """Number and name of a stage of a pipeline; a digit is its place among the stages.

    :raises NotFound: for an unknown name or place.
    """
    with workspace.read() as reader:
        known = queries.stages_of(reader, pipeline_id)
    named = [(number, shown) for number, shown, _ in known]
    place = int(name) if re.fullmatch(r"[0-9]{1,2}", name.strip()) else 0
    if place and not any(shown == name.strip() for _, shown in named):
        if place > len(named):
            raise NotFound(tr("There is no stage {place}; there are {n}.").format(place=place, n=len(named)))
        return named[place - 1]
    return match(named, name, "stage")


def stage_position(workspace: Workspace, stage_id: int) -> int:
    """The position of a stage in its pipeline, from 1."""
    with workspace.read() as reader:
        return int(reader.rows("SELECT position FROM stage WHERE id = :stage", {"stage": stage_id})[0][0])


def pipeline_of_deals(workspace: Workspace, deal_ids: Sequence[int]) -> int:
    """The pipeline that some deals are all in.

    :raises UsageError: when they are in several.
    """
    with workspace.read() as reader:
        found = queries.pipelines_of(reader, deal_ids)
    if len(found) == 1:
        return found[0][0]
    names = ", ".join(shown for _, shown in found)
    raise UsageError(
        tr("The deals are in several pipelines: {names}.").format(names=names),
        tr("Move those of one at a time, or say --pipeline."),
    )


def stage_order(workspace: Workspace, pipeline_id: int, names: Sequence[str]) -> list[int]:
    """All stages of a pipeline with those in use in the order of some names; retired ones keep their places.

    :raises NotFound: for an unknown name.
    :raises UsageError: when a stage in use is left out or named twice.
    """
    with workspace.read() as reader:
        known = queries.stages_of(reader, pipeline_id)
    by_name = [(number, shown) for number, shown, _ in known]
    wanted = [match(by_name, name, "stage")[0] for name in names]
    if len(set(wanted)) < len(wanted):
        raise UsageError(tr("A stage is named twice."), tr("Name each stage once."))
    missing = [shown for number, shown, retired in known if not retired and number not in wanted]
    if missing:
        raise UsageError(
            tr("The order leaves out {names}.").format(names=", ".join(missing)),
            tr("Name every stage that is in use."),
        )
    rest = iter(wanted)
    return [number if number not in wanted else next(rest) for number, _, _ in known]


def rep_by_name(workspace: Workspace, name: str | None) -> Named:
    """Number and name of a rep; without a name the rep that the user is.

    :raises NotFound: for an unknown name.
    :raises UsageError: when it cannot be known who the user is.
    """
    if name is not None:
        with workspace.read() as reader:
            return resolve(reader, "rep", name)
    found = rep_of_user(workspace)
    if found is None:
        raise UsageError(
            tr("Whose is it? No rep is called {user!r}.").format(user=workspace.actor),
            tr('Say --owner NAME, or write user = "NAME" into the settings file; funnel reps lists them.'),
        )
    return found


def rep_or_owner(workspace: Workspace, name: str | None, deal_id: int | None) -> int:
    """The number of a rep; without a name the rep that the user is, else the owner of the deal.

    :param deal_id: what it is about, or None.
    :raises NotFound: for an unknown name.
    :raises UsageError: when it cannot be known who the user is and there is no deal.
    """
    if name is None and deal_id is not None and rep_of_user(workspace) is None:
        with workspace.read() as reader:
            rows = reader.rows("SELECT owner_id FROM deal WHERE id = :id", {"id": deal_id})
        if rows:
            return int(rows[0][0])
    return rep_by_name(workspace, name)[0]


def rep_version(workspace: Workspace, rep_id: int) -> int:
    """The version of a rep, to base an edit on."""
    with workspace.read() as reader:
        return next(int(row[5]) for row in queries.rep_lines(reader) if row[0] == rep_id)


def team_by_name(workspace: Workspace, name: str) -> int:
    """The number of a team.

    :raises NotFound: for an unknown name.
    """
    with workspace.read() as reader:
        return resolve(reader, "team", name)[0]


def organisation_by_name(workspace: Workspace, text: str) -> int:
    """The organisation that a text means: its number with ``#`` before it, or its name.

    :raises NotFound: when there is none; names like it are told.
    :raises Refused: when several have the name.
    """
    wanted = _plain(text)
    with workspace.read() as reader:
        found = queries.organisations_named(reader, wanted, _MANY)
        if wanted.startswith("#") and wanted[1:].isdecimal() and not found:
            return int(wanted[1:])
    near = [hit for hit in find(workspace, wanted, _MANY) if hit.kind is FindKind.ORGANISATION]
    found = found or [hit.id for hit in near if fold(hit.title) == fold(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(f"#{number}" for number in found[:CANDIDATES])
        raise Refused(
            tr("{n} organisations are called {name!r}.").format(n=len(found), name=wanted),
            tr("Give one by number: {numbers}.").format(numbers=numbers),
        )
    hint = tr("--new-organisation makes it.")
    if near:
        like = tr("Did you mean {name!r}?").format(name=near[0].title)
        hint = f"{like} {hint}"
    raise NotFound(tr("There is no organisation {name!r}.").format(name=wanted), hint)


def person_by_name(
    workspace: Workspace, text: str, *, deal_id: int | None, organisation_id: int | None
) -> int:
    """The person that a text means: a number with ``#`` before it, an email, or a name.

    Those who have a part in the deal or work at its organisation come first; of them a part of the name will
    do.

    :param deal_id: the deal it is about, or None.
    :param organisation_id: the organisation it is about, or None.
    :raises NotFound: when there is none; names like it are told.
    :raises Refused: when several can be meant.
    """
    wanted = _plain(text)
    number = _NUMBER.fullmatch(wanted)
    if number is not None and wanted.startswith("#"):
        return int(number[1])
    with workspace.read() as reader:
        near = queries.people_around(reader, deal_id, organisation_id)
        named = queries.people_named(reader, wanted, _MANY)
    words = fold(wanted).split()
    around = {person for person, _, _ in near}
    found = [person for person in named if person in around]
    found = found or [person for person, name, _ in near if all(word in fold(name) for word in words)]
    found = (found if words else []) or named
    like = [] if found else [hit for hit in find(workspace, wanted, _MANY) if hit.kind is FindKind.PERSON]
    found = found or [hit.id for hit in like if hit.score >= _TYPO]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(f"#{person}" for person in found[:CANDIDATES])
        raise Refused(
            tr("{n} people can be meant by {name!r}.").format(n=len(found), name=wanted),
            tr("Give one by number: {numbers}.").format(numbers=numbers),
        )
    hint = (
        tr("Did you mean {name!r}?").format(name=like[0].title)
        if like
        else tr("Add the person first, or leave that out.")
    )
    raise NotFound(tr("There is nobody called {name!r}.").format(name=wanted), hint)
