"""Kinds of interaction as they are offered and asked for: reading only, and quick to import."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from funnel_tui.db import Reader
from funnel_tui.domain.builtin_words import kind_word, stored_kind
from funnel_tui.domain.interactions import KINDS, KindFact
from funnel_tui.errors import NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.queries.targets import kinds_in_order
from funnel_tui.services.workspace import Workspace


def list_kinds(workspace: Workspace, *, retired: bool = True) -> list[KindFact]:
    """The kinds in the order the team gave them.

    :param retired: whether those that are out of use are among them.
    :returns: in a database that has none yet those that it will begin with, with 0 for their numbers; every
        service takes their names.
    """
    with workspace.read() as reader:
        return [kind for kind in known_kinds(reader) if retired or kind.active]


def known_kinds(reader: Reader) -> list[KindFact]:
    """The kinds in order; in a database without any those that it will begin with, with 0 for numbers."""
    return kinds_in_order(reader) or [KindFact(0, name, step) for name, step in KINDS.items()]


def pick_kind(known: Sequence[KindFact], wanted: int | str, *, in_use: bool = False) -> KindFact:
    """A kind by its number, or by its name whatever the case.

    :param in_use: a retired one is refused.
    :raises NotFound: when there is none; the message lists those there are.
    :raises Refused: when it is retired.
    """
    names = [kind_word(kind.name) for kind in known if kind.active]
    offered = tr("There is {names}.").format(names=", ".join(names))
    if isinstance(wanted, int):
        found = next((kind for kind in known if kind.id == wanted), None)
        if found is None:
            raise NotFound(
                tr("There is no kind of interaction with number {number}.").format(number=wanted), offered
            )
    else:
        word = wanted.strip()
        folded = word.casefold()
        alike = [kind for kind in known if kind.name.casefold() == folded]
        alike = alike or [kind for kind in known if kind.name == stored_kind(word)]
        found = next((kind for kind in alike if kind.name == word), alike[0] if alike else None)
        if found is None:
            by_name = {name.casefold(): name for name in names}
            near = get_close_matches(folded, by_name, n=1)
            hint = (
                tr("Did you mean {kind}? {offered}").format(kind=by_name[near[0]], offered=offered)
                if near
                else offered
            )
            raise NotFound(tr("There is no kind of interaction {kind!r}.").format(kind=word), hint)
    if in_use and not found.active:
        raise Refused(
            tr("{kind} is retired.").format(kind=found.name),
            tr("Put it to use again, or choose another. {offered}").format(offered=offered),
        )
    return found
