"""The files beside the one that is looked at: which there are, and which of them are read with it.

An export of deals calls organisations by ids, and owners without their teams; another file of the same export
says what they mean. Left out unnoticed, teams are missing and organisations have no names, which is hard to
mend later. So the files that surely belong to it are read with it unless the user leaves them out, and where
there are two of a kind, none is: which of them is right only the user knows. Every one is named in the
preview before anything is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from funnel_tui.errors import FunnelError
from funnel_tui.exchange.companions import (
    CompanionKind,
    TeamMember,
    companion_of,
    read_accounts,
    read_teams,
    sounds_like,
)
from funnel_tui.exchange.records import Kind, ReadOptions
from funnel_tui.exchange.table import open_table
from funnel_tui.services.importing.outcome import AllRefusals
from funnel_tui.services.importing.plan import WITH_COMPANIONS

MOST = 4
"""Files beside it that are offered at most: each has a key."""

ENDINGS = frozenset({".csv", ".tsv", ".txt"})


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that can be read with another one.

    :param what: what it holds.
    :param used: it is read.
    """

    path: Path
    what: CompanionKind
    used: bool


def find_beside(
    path: Path, kind: Kind, program: str, chosen: Mapping[str, bool], *, header: bool = True
) -> tuple[Beside, ...]:
    """The files in the folder of a file that belong to it.

    Only files whose names say that they may be such are opened, and what is offered has the headers that the
    same program gives it.

    :param path: the file.
    :param kind: what it holds.
    :param program: the name of its profile.
    :param chosen: by the name of a file whether the user wants it.
    :param header: the first row of the file names the columns; else no file can be told from another.
    """
    if kind not in WITH_COMPANIONS or not header:
        return ()
    found: list[tuple[CompanionKind, Path]] = []
    for other in _others(path):
        what = _kind_of(other, program)
        if what is not None and (kind == "deals" or what == "accounts"):
            found.append((what, other))
    counts = Counter(what for what, _ in found)
    sure = (Beside(other, what, chosen.get(other.name, counts[what] == 1)) for what, other in sorted(found))
    return tuple(sure)[:MOST]


def _others(path: Path) -> list[Path]:
    """Other files of the folder whose names say what they hold; pipes and the like are never opened."""
    try:
        return [
            other
            for other in path.parent.iterdir()
            if other.suffix.casefold() in ENDINGS
            and sounds_like(other.stem)
            and other.is_file()
            and not other.samefile(path)
        ]
    except OSError:
        return []


def _kind_of(path: Path, program: str) -> CompanionKind | None:
    try:
        return companion_of(program, open_table(path).columns)
    except FunnelError:
        return None


def with_names(read: ReadOptions, beside: Sequence[Beside], refusals: AllRefusals) -> ReadOptions:
    """How values are read, with what the files beside say of organisations and teams.

    :param refusals: gets the rows of these files that cannot be read.
    :raises FunnelError: for a file that cannot be read.
    """
    accounts: dict[str, str] = {}
    members: list[TeamMember] = []
    for each in beside:
        if not each.used or each.what == "products":
            continue
        table = open_table(each.path)
        if each.what == "accounts":
            accounts |= read_accounts(table, refusals.of(table.name))
        else:
            members += read_teams(table, refusals.of(table.name))
    teams = {member.agent: member.manager for member in members if member.manager}
    return replace(read, lookups={"organisation": accounts}, team_of=teams)
