"""What to say where there is nothing to show: what narrows the scope is named before anything else."""

from __future__ import annotations

from typing import NamedTuple

from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr
from funnel_tui.widgets.named_keys import with_keys


class Emptiness(NamedTuple):
    """Words instead of a table.

    :param what: what is missing.
    :param hint: what to do about it, with the keys of the user.
    """

    what: str
    hint: str

    @property
    def text(self) -> str:
        """Both, one below the other."""
        return f"{self.what}\n\n{self.hint}"


def why_nothing(scope: Scope, what: str, hint: str) -> Emptiness:
    """Why nothing is shown: the filter, else the rep or team, else what the screen itself says.

    With a filter or a rep it would be false to say that there was nothing at all.

    :param what: what the screen says of everybody's deals without a filter.
    :param hint: what to do, with its keys filled in.
    """
    where, who = scope.where.strip(), scope.owner or scope.team
    if where:
        more = with_keys(tr("{no_filter} takes the filter off."))
        what = tr("Nothing here matches the filter: {where}").format(where=clean(where))
        return Emptiness(what, f"{more} {hint}")
    if who:
        more = with_keys(tr("{scope} looks at everybody or at somebody else."))
        return Emptiness(f"{clean(who)}: {what}", f"{more} {hint}")
    return Emptiness(what, hint)


def nothing_text(scope: Scope, text: str) -> str:
    """The same of a text that has both in two paragraphs.

    :param text: with its keys filled in.
    """
    what, _, hint = text.partition("\n\n")
    return why_nothing(scope, what, hint).text
