"""Opens screens and dialogs that are reached from anywhere. Each is imported when it is wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from funnel_tui.language import tr, trn
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.host import HostApp
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.dom import DOMNode

    from funnel_tui.dialogs.base import Dialog
    from funnel_tui.dialogs.chooser import Entry
    from funnel_tui.domain.finding import Found
    from funnel_tui.domain.scope import Scope
    from funnel_tui.screens.writing import Told
    from funnel_tui.services.drafts import Draft
    from funnel_tui.services.workspace import Workspace


KEYS = tr("Keys")
"""The heading of the list of keys."""


def deals_screen() -> Screen[Any]:
    """The list of deals."""
    from funnel_tui.screens.deals import DealsScreen

    return DealsScreen()


def stages_screen() -> Screen[Any]:
    """The funnel."""
    from funnel_tui.screens.stages import StagesScreen

    return StagesScreen()


def interactions_screen() -> Screen[Any]:
    """The stream of interactions, and the activity."""
    from funnel_tui.screens.interactions import InteractionsScreen

    return InteractionsScreen()


def quotas_screen() -> Screen[Any]:
    """The review of quotas, and the forecast."""
    from funnel_tui.screens.quotas import QuotasScreen

    return QuotasScreen()


def plan_screen() -> Screen[Any]:
    """Plans, and the change of the pipeline."""
    from funnel_tui.screens.plan import PlanScreen

    return PlanScreen()


def open_scope(app: HostApp) -> None:
    """Ask what is to be looked at."""
    scope, view = app.scope, app.view
    if scope is None or view is None:
        return
    from funnel_tui.dialogs.scope import ScopeDialog
    from funnel_tui.services.filtering import filter_choices, problem_with

    def answered(scope: Scope | None) -> None:
        if scope is not None:
            app.set_scope(scope)

    screen = app.screen
    dialog = ScopeDialog(
        scope, pipelines=view.pipelines, owners=view.owners, teams=view.teams,
        today=view.settings.day(app.workspace.clock() if scope.as_of is None else scope.as_of),
        fiscal_start=view.settings.fiscal_start,
        check=partial(problem_with, app.workspace), values=partial(filter_choices, app.workspace),
        note=screen.scope_note() if isinstance(screen, FunnelScreen) else "",
    )  # fmt: skip
    app.push_screen(dialog, answered)


def open_views(app: HostApp) -> None:
    """The saved views."""
    from funnel_tui.screens import viewing

    viewing.open_views(app)


def tab_opened(app: HostApp, tab: str) -> None:
    """A screen is opened: the first time with the view that is its default."""
    from funnel_tui.screens import view_defaults

    view_defaults.tab_opened(app, tab)


def open_commands(app: HostApp) -> None:
    """Show every action there is where the user is, and do the one that is chosen."""
    from funnel_tui.screens.commands import command_entries

    _choose(app, tr("Commands"), "", command_entries(app))


def open_keys(app: HostApp, intro: str = "") -> None:
    """List the keys that work where the user is, also in a dialog, and do what is chosen.

    :param intro: text above them.
    """
    from funnel_tui.screens.commands import key_entries

    _choose(app, KEYS, intro, key_entries(app))


def _choose(
    app: HostApp, heading: str, intro: str, found: tuple[list[Entry], dict[str, tuple[DOMNode, str]]]
) -> None:
    from funnel_tui.dialogs.chooser import Chooser

    entries, actions = found

    async def chosen(name: str | None) -> None:
        if name is not None:
            namespace, action = actions[name]
            await app.run_action(action, namespace)

    app.push_screen(Chooser(heading, entries, intro=intro), chosen)


def open_help(app: HostApp, screen: FunnelScreen[Any]) -> None:
    """Explain the figure under the cursor; without one list the keys, which are a key away from a figure."""
    explanation = screen.explanation()
    if explanation is None:
        open_keys(app, screen.help_text())
        return
    from funnel_tui.dialogs.explain import ExplainDialog, Wanted

    async def answered(wanted: Wanted | None) -> None:
        match wanted:
            case Wanted.KEYS:
                open_keys(app, screen.help_text())
            case Wanted.EXPORT:
                await app.run_action("export", screen)
            case Wanted.COPY:
                from funnel_tui.screens.row_actions import copy_told

                copy_told(screen, explanation.command)
            case Wanted.DEALS if isinstance(screen.focused, Grid):
                screen.focused.action_choose()

    can_export = hasattr(screen, "action_export")
    app.push_screen(ExplainDialog(explanation, can_export=can_export), answered)


def open_dialog_help(app: HostApp, dialog: Dialog[Any]) -> None:
    """List the keys of a dialog; the same key again leaves the list."""
    if dialog.heading == KEYS:
        dialog.dismiss(None)
    else:
        open_keys(app)


def open_welcome(app: HostApp, demo: Callable[[], object]) -> None:
    """Welcome a new user; leaving ends the program.

    :param demo: ends the program for the demo data.
    """
    from funnel_tui.screens.welcome import welcome

    welcome(app, demo=demo, leave=app.exit)


def open_import(app: HostApp) -> None:
    """Choose a file to import."""
    from funnel_tui.screens.import_file import import_file

    import_file(app)


def open_find(app: HostApp) -> None:
    """Find something, and open it."""
    from funnel_tui.screens.find import FindScreen

    app.push_screen(FindScreen(), lambda found: open_found(app, found))


def open_found(app: HostApp, found: Found | None) -> None:
    """Open a deal, or everything about an organisation or a person; None opens nothing."""
    if found is None:
        return
    from funnel_tui.domain.finding import FindKind

    if found.kind is FindKind.DEAL:
        open_deal(app, found.id)
        return
    from funnel_tui.screens.directory_detail import open_detail

    open_detail(app, "organisation" if found.kind is FindKind.ORGANISATION else "person", found.id)


def open_deal(app: HostApp, deal_id: int) -> None:
    """Open a deal on a screen of its own."""
    from funnel_tui.screens.deal import DealScreen

    app.push_screen(DealScreen(deal_id))


def _logs_left(drafts: Sequence[Draft]) -> str:
    """That a call was typed the last time and not saved; empty when none was."""
    if not drafts:
        return ""
    more = len(drafts) - 1
    if more:
        words = trn(
            "There is a draft of a {kind} that was not saved (and {n} more); {log_call} or {log} "
            "with the same deal takes it up again.",
            "There is a draft of a {kind} that was not saved (and {n} more); {log_call} or {log} "
            "with the same deal takes it up again.",
            more,
        )
    else:
        words = tr(
            "There is a draft of a {kind} that was not saved; {log_call} or {log} with the same "
            "deal takes it up again."
        )
    # Translators: stands for the kind in "There is a draft of a {kind} that was not saved"
    kind = drafts[0].texts.get("kind", "").lower() or tr("interaction")
    return with_keys(words, kind=kind, n=more)


def _deal_left(drafts: Sequence[Draft]) -> str:
    """That a deal was typed the last time and not saved, and the key that goes on with it."""
    first, more = drafts[0], len(drafts) - 1
    title = first.texts.get("title", "").strip() or tr("without a title")
    if more and first.row_id is None:
        words = trn(
            "There is a draft that was not saved: {title} (and {n} more); {new_deal} takes it up again.",
            "There is a draft that was not saved: {title} (and {n} more); {new_deal} takes it up again.",
            more,
        )
    elif more:
        words = trn(
            "There is a draft that was not saved: {title} (and {n} more); {edit} on the deal "
            "takes it up again.",
            "There is a draft that was not saved: {title} (and {n} more); {edit} on the deal "
            "takes it up again.",
            more,
        )
    elif first.row_id is None:
        words = tr("There is a draft that was not saved: {title}; {new_deal} takes it up again.")
    else:
        words = tr("There is a draft that was not saved: {title}; {edit} on the deal takes it up again.")
    return with_keys(words, title=title, n=more)


def tell_read_only(app: HostApp) -> None:
    """Say why nothing can be written, where that is known: before somebody types what cannot be kept."""
    why = app.workspace.database.why_read_only
    if why:
        words = tr("{why_read_only} Everything can be looked at.").format(why_read_only=why)
        app.notify(words, severity="warning", markup=False)


def tell_drafts(app: HostApp) -> None:
    """Say that something was typed the last time and not saved, and how to go on with it."""
    from funnel_tui.screens.writing import DEAL, Change, Told, writing_of

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.drafts import pending

        drafts = pending(workspace.database.target, DEAL)
        if not drafts:
            return Told(_logs_left(pending(workspace.database.target, "log")), written=False)
        return Told(_deal_left(drafts), written=False)

    writing_of(app).write(Change(tr("Looking for drafts"), doing))
