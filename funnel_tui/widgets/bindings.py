"""Bindings that mean the same in several tables, dialogs and screens.

Key, name and id of each stand here once, so that a key map reaches all of them by one id. They are spliced
into ``BINDINGS`` at the place where the help lists them.
"""

from __future__ import annotations

from textual.binding import Binding

from funnel_tui.language import tr, trc

OPEN = Binding(
    "enter",
    "choose",
    trc("key", "open"),
    show=False,
    id="choose",
    tooltip=tr("Open what is under the cursor"),
)
FIELDS = (
    Binding("down", "app.focus_next", tr("next field"), id="field_next", tooltip=tr("The next field")),
    Binding(
        "up", "app.focus_previous", tr("field before"), id="field_before", tooltip=tr("The field before")
    ),
)
KEEP_DRAFT = Binding(
    "escape", "back", tr("keep as draft"), id="back", tooltip=tr("Leave; what was typed is kept")
)
YES_OR_NO = (
    Binding("y", "yes", tr("yes"), id="yes", tooltip=tr("Do it")),
    Binding("n", "back", tr("no"), id="no", tooltip=tr("Leave everything as it is")),
)


def by_one(next_one: str, one_before: str, *, letters: bool = True, show: bool = True) -> tuple[Binding, ...]:
    """The cursor one down and one up.

    :param next_one: where it goes down to, as a sentence; ``one_before`` where up.
    :param letters: j and k too, where nothing is typed.
    """
    down, up = ("down,j", "up,k") if letters else ("down", "up")
    return (
        Binding(down, "move(1)", tr("down"), show=show, id="down", tooltip=next_one),
        Binding(up, "move(-1)", tr("up"), show=show, id="up", tooltip=one_before),
    )


def by_page(*, show: bool = True) -> tuple[Binding, ...]:
    """The cursor a page down and a page up."""
    return (
        Binding("pagedown", "page(1)", tr("page down"), show=show, id="page_down", tooltip=tr("A page on")),
        Binding("pageup", "page(-1)", tr("page up"), show=show, id="page_up", tooltip=tr("A page back")),
    )
