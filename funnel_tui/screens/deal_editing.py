"""The form of a deal, new or there already, with its drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.wishes import DealWish, Pick
from funnel_tui.errors import InvalidInput, StaleEdit
from funnel_tui.language import tr
from funnel_tui.screens import deal_desk
from funnel_tui.screens.deal_asking import with_desk
from funnel_tui.screens.deal_drafts import DealKeeping
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import DEAL, Change, Told, writing_of
from funnel_tui.services.deal_desk import DealDesk
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.services.drafts import Draft


@runtime_checkable
class ShowsNew(Protocol):
    """A screen that puts its cursor on a deal that was just made."""

    def made_deal(self, deal_id: int) -> None:
        """Go to it as soon as it is read.

        :param deal_id: its number.
        """

    @property
    def awaits_deal(self) -> bool:
        """Whether it is not read yet."""


def new_deal(app: HostApp, *, organisation: Pick | None = None, person: Pick | None = None) -> None:
    """Fill in the form of a new deal; a draft of one is offered first.

    :param organisation: whose deal it is likely to be, and with whom.
    """
    begin = {"organisation": organisation, "person": person}
    _with_drafts(
        app, None, lambda draft: with_desk(app, None, lambda desk: _open_new(app, desk, draft, begin))
    )


def edit_deal(app: HostApp, deal_id: int) -> None:
    """Change what is written about a deal; a draft of that is taken up."""
    _with_drafts(
        app, deal_id, lambda draft: with_desk(app, deal_id, lambda desk: _Form(app, desk, draft).open())
    )


def _open_new(app: HostApp, desk: DealDesk, draft: Draft | None, begin: Mapping[str, Pick | None]) -> None:
    if not desk.pipelines:
        words = tr("A deal needs a pipeline: {pipelines} makes one, {import_file} imports a file with one.")
        app.notify(with_keys(words), markup=False)
    elif not desk.reps:
        _ask_for_rep(app, begin)
    else:
        _Form(app, desk, draft, begin).open()


def _ask_for_rep(app: HostApp, begin: Mapping[str, Pick | None]) -> None:
    """A deal has an owner: offer to make the user the first rep."""
    from funnel_tui.dialogs.confirm import ConfirmDialog

    name = app.workspace.actor

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.people import create_rep

        create_rep(workspace, name=name)
        return Told(tr("Created rep {name}").format(name=name))

    def answered(yes: bool | None) -> None:
        if yes:
            writing_of(app).write(Change(tr("Saving"), doing, lambda _: new_deal(app, **begin)))

    dialog = ConfirmDialog(
        tr("Make “{name}” a rep?").format(name=name),
        tr("A deal needs an owner, and there is no rep yet. funnel reps add NAME makes others."),
        yes=tr("make a rep"),
    )
    app.push_screen(dialog, answered)


def _with_drafts(app: HostApp, deal_id: int | None, then: Callable[[Draft | None], object]) -> None:
    from funnel_tui.services.drafts import pending

    def doing(workspace: Workspace) -> Told:
        drafts = [one for one in pending(workspace.database.target, DEAL) if one.row_id == deal_id]
        return Told(found=drafts[:1], written=False)

    def found(told: Told) -> None:
        draft = next(iter(told.found), None)
        if draft is None:
            then(None)
        else:
            _offer(app, draft, then)

    writing_of(app).write(Change(tr("Looking for drafts"), doing, found, asks=True))


def _offer(app: HostApp, draft: Draft, then: Callable[[Draft | None], object]) -> None:
    """Ask what is to become of a draft."""
    from funnel_tui.dialogs.chooser import Chooser, Entry

    title = draft.texts.get("title", "").strip()
    go_on = tr("Go on with “{title}”").format(title=title) if title else tr("Go on with it")
    entries = [
        Entry(go_on, "", tr("Open the form with what was typed and not saved"), "on"),
        Entry(tr("Leave it for later"), "", tr("Open the form without it; it is offered again"), "later"),
        Entry(tr("Throw it away"), "", tr("What was typed is gone for good"), "away"),
    ]

    def chosen(answer: str | None) -> None:
        if answer == "away":
            draft.discard()
        if answer is not None:
            then(draft if answer == "on" else None)

    is_new = draft.row_id is None
    heading = tr("There is a draft of a new deal") if is_new else tr("There is a draft of this deal")
    app.push_screen(Chooser(heading, entries), chosen)


class _Form:
    """The form of a deal until it is saved or left; what is typed is kept as a draft all the time.

    :param desk: what there is to choose from, and the deal to edit.
    :param draft: what had been typed before.
    :param begin: what the fields of a new deal begin with, by name.
    """

    def __init__(
        self,
        app: HostApp,
        desk: DealDesk,
        draft: Draft | None,
        begin: Mapping[str, Pick | None] | None = None,
    ) -> None:
        self._app, self._desk, self._begin = app, desk, begin or {}
        self._deal_id = desk.detail.row.id if desk.detail else None
        self._is_saved = False
        words = tr("Kept as a draft; the same key takes it up again.")
        self._keeping = DealKeeping(app, self._deal_id, draft, words)

    def open(self, errors: Mapping[str, str] | None = None) -> None:
        """Show the form."""
        from funnel_tui.dialogs.deal_fields import starting_values
        from funnel_tui.dialogs.deal_form import DealForm

        desk = self._desk
        choices = deal_desk.choices_of(desk, self._app.workspace)
        if desk.detail is None:
            values = starting_values(choices, self._app.scope, desk.me[1] if desk.me else None)
            begin = self._begin
            values = replace(values, organisation=begin.get("organisation"), person=begin.get("person"))
        else:
            values = deal_desk.values_of(desk)
        form = DealForm(
            choices,
            values,
            deal_id=self._deal_id,
            version=desk.detail.row.version if desk.detail else None,
            draft=self._keeping.last,
            errors=errors,
            when_changed=self._keeping.keep,
        )
        self._app.push_screen(form, self._answered)

    def _answered(self, wish: DealWish | None) -> None:
        from funnel_tui.screens.deal_saving import save_deal

        if wish is None:
            self._keeping.leave()
            return
        if self._deal_id is None:
            self._app.keep_keys_until(self._is_shown)
        writing_of(self._app).write(
            Change(
                tr("Saving"),
                lambda workspace: save_deal(workspace, wish),
                self._saved,
                self._stale,
                self._invalid,
                self._keeping.leave,
            )
        )

    def _is_shown(self) -> bool:
        """Whether the next key, which is meant for the new deal, finds it under the cursor."""
        screen = self._app.screen
        if isinstance(screen, Dialog):
            return True  # something is told or asked first
        return self._is_saved and not (isinstance(screen, ShowsNew) and screen.awaits_deal)

    def _saved(self, told: Told) -> None:
        self._keeping.drop()
        self._is_saved = True
        if self._deal_id is None and isinstance(self._app.screen, ShowsNew):
            self._app.screen.made_deal(told.found)

    def _stale(self, error: StaleEdit) -> None:  # noqa: ARG002
        """Read the deal again; the form then shows both versions."""

        def again(desk: DealDesk) -> None:
            self._desk = desk
            self.open()

        with_desk(self._app, self._deal_id, again)

    def _invalid(self, error: InvalidInput) -> None:
        self.open({error.field: f"{error.message} {error.hint}".strip()})
