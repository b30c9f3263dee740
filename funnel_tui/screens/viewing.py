"""Saved views in the app: picked from anywhere, saved, renamed and removed."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from funnel_tui.dialogs.views import Act, RenameViewDialog, SaveViewDialog, SaveWish, ViewsDialog, ViewWish
from funnel_tui.domain.view_list import ViewItem
from funnel_tui.errors import InvalidInput, Refused
from funnel_tui.language import tr
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.tabs import Tab
from funnel_tui.screens.view_defaults import look_at, opening_of
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.agenda import rep_of_user
from funnel_tui.services.view_choice import pick_view, view_items
from funnel_tui.services.views import SCREENS, scope_in_words, scope_to_json
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.domain.scope import Scope


def open_views(app: HostApp, at: int | None = None) -> None:
    """Show the saved views.

    :param at: the number of the view to begin at.
    """

    def doing(workspace: Workspace) -> Told:
        return Told(found=view_items(workspace), written=False)

    def show(told: Told) -> None:
        can_save = Tab[app.current_mode].name.lower() in SCREENS
        app.push_screen(ViewsDialog(told.found, at, can_save=can_save), partial(_wished, app))

    writing_of(app).write(Change(tr("Reading the views"), doing, then=show, asks=True))


def _wished(app: HostApp, wish: ViewWish | None) -> None:
    if wish is None:
        return
    if wish.item is None:
        save_view(app)
        return
    item = wish.item
    match wish.act:
        case Act.PICK:
            _pick(app, item)
        case Act.RENAME:
            _rename(app, item, item.name, {})
        case Act.REMOVE:
            _remove(app, item)
        case Act.DEFAULT:
            _change(app, item, lambda workspace: _set_default(workspace, item))


def _pick(app: HostApp, item: ViewItem) -> None:
    def doing(workspace: Workspace) -> Told:
        return Told(found=pick_view(workspace, item.id), written=False)

    def show(told: Told) -> None:
        tab = Tab[item.screen.upper()].name
        opening_of(app).opened.add(tab)  # the view goes before the screen's own default

        async def go() -> None:
            await app.run_action(f"app.tab({tab!r})")
            look_at(app, told.found)

        app.call_later(go)

    writing_of(app).write(Change(tr("Reading the view"), doing, then=show, asks=True))


# Saving


def save_view(app: HostApp) -> None:
    """Save what is looked at as a view of the present screen."""
    scope = app.scope
    screen = Tab[app.current_mode].name.lower()
    if scope is None:
        return
    if screen not in SCREENS:
        app.notify(
            with_keys(tr("Plan keeps scenarios, not views: {plan_save} saves one there.")), markup=False
        )
        return

    def doing(workspace: Workspace) -> Told:
        return Told(found=rep_of_user(workspace), written=False)

    def ask(told: Told) -> None:
        _ask(app, scope, screen, told.found, SaveWish("", told.found is not None, False), {})

    writing_of(app).write(Change(tr("Reading the reps"), doing, then=ask, asks=True))


def _ask(
    app: HostApp,
    scope: Scope,
    screen: str,
    me: tuple[int, str] | None,
    wish: SaveWish,
    wrong: dict[str, str],
) -> None:
    words = scope_in_words(json.loads(scope_to_json(scope)))
    below = app.screen_stack[0]
    shown = below.view_state() if isinstance(below, FunnelScreen) else {}

    def answered(answer: SaveWish | None) -> None:
        if answer is None:
            return

        def doing(workspace: Workspace) -> Told:
            from funnel_tui.services.view_changes import add_view

            rep_id = me[0] if me is not None and answer.is_private else None
            with _UnderTheName():
                number = add_view(
                    *(workspace,),
                    name=answer.name,
                    scope=scope,
                    screen=screen,
                    rep_id=rep_id,
                    replace=answer.replace,
                    is_default=answer.is_default,
                    shown=shown,
                )
            return Told(tr("Saved view {name}.").format(name=answer.name), found=number)

        again = partial(_ask_again, app, scope, screen, me, answer)
        writing_of(app).write(Change(tr("Saving the view"), doing, invalid=again))

    app.push_screen(SaveViewDialog(screen, words, None if me is None else me[1], wish, wrong), answered)


def _ask_again(
    app: HostApp,
    scope: Scope,
    screen: str,
    me: tuple[int, str] | None,
    answer: SaveWish,
    error: InvalidInput,
) -> None:
    _ask(app, scope, screen, me, answer, {error.field: str(error)})


class _UnderTheName:
    """Says what is wrong with a view under the field of its name, where it belongs."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Refused):
            raise InvalidInput("name", error.message) from None


# Keeping them in order


def _rename(app: HostApp, item: ViewItem, name: str, wrong: dict[str, str]) -> None:
    def answered(answer: str | None) -> None:
        if answer is None:
            open_views(app, item.id)
            return

        def doing(workspace: Workspace) -> Told:
            from funnel_tui.services.view_changes import rename_view

            with _UnderTheName():
                called = rename_view(workspace, item.id, answer)
            return Told(tr("The view is called {name} now.").format(name=called))

        writing_of(app).write(
            Change(
                tr("Renaming the view"),
                doing,
                then=lambda _: open_views(app, item.id),
                invalid=lambda error: _rename(app, item, answer, {"name": str(error)}),
            )
        )

    app.push_screen(RenameViewDialog(name, wrong), answered)


def _remove(app: HostApp, item: ViewItem) -> None:
    def doing(workspace: Workspace) -> str:
        from funnel_tui.services.view_changes import remove_view_numbered

        removed = remove_view_numbered(workspace, item.id)
        return with_keys(tr("Removed view {name}; {undo} brings it back."), name=removed)

    _change(app, item, doing)


def _set_default(workspace: Workspace, item: ViewItem) -> str:
    from funnel_tui.services.view_changes import set_default_view

    name = set_default_view(workspace, item.id, not item.is_default)
    screen = Tab[item.screen.upper()].label
    if item.is_default:
        return tr("{screen} does not open with {view} any more.").format(screen=screen, view=name)
    return tr("{screen} opens with {view} from the next start on.").format(screen=screen, view=name)


def _change(app: HostApp, item: ViewItem, doing: object) -> None:
    """Change a view, and show the list again."""
    assert callable(doing)
    change = Change(
        tr("Changing the view"),
        lambda workspace: Told(doing(workspace)),
        then=lambda _: open_views(app, item.id),
    )
    writing_of(app).write(change)
