"""What can be done to a deal: each opens its dialog, and makes the change that was answered.

Everything goes through the queue of :mod:`funnel_tui.screens.writing`, reading too: a key pressed twice in a
row finds what the first one did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from funnel_tui.dialogs.wishes import DealDraft, DealWish, MoveWish, Pick
from funnel_tui.domain.status import DealStatus, Staging
from funnel_tui.errors import InvalidInput, StaleEdit
from funnel_tui.language import tr
from funnel_tui.screens import deal_desk
from funnel_tui.screens.asking_forms import field_words
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import DEAL, Change, Told, writing_of
from funnel_tui.services.deal_desk import DealDesk, read_desk
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer

if TYPE_CHECKING:
    from funnel_tui.services.drafts import Draft, DraftKeeper

_OTHERWISE = {
    DealStatus.OPEN: tr("{title} is open."),
    DealStatus.WON: tr("{title} is won; R takes it up again."),
    DealStatus.LOST: tr("{title} is lost; R takes it up again."),
}
"""Why something cannot be done to a deal, by what it is."""


@runtime_checkable
class ShowsNew(Protocol):
    """A screen that puts its cursor on a deal that was just made."""

    def made_deal(self, deal_id: int) -> None:
        """Go to it as soon as it is read.

        :param deal_id: its number.
        """


Asking = Callable[[str, list[Answer], Callable[[str], object]], object]
"""Asks a question in one line."""


def with_desk(app: HostApp, deal_id: int | None, then: Callable[[DealDesk], object]) -> None:
    """Read what a dialog needs, after the changes that are still under way."""

    def doing(workspace: Workspace) -> Told:
        return Told(found=read_desk(workspace, deal_id), written=False)

    writing_of(app).write(Change(tr("Reading the deal"), doing, lambda told: then(told.found), asks=True))


def make(app: HostApp, words: str, save: Callable[[Workspace, Any], Told], wish: Any) -> None:
    """Make the change that a dialog answered; None changes nothing.

    Where somebody else changed the deal meanwhile, the user is asked whether it is to be made all the same;
    what was typed is kept.
    """
    if wish is None:
        return
    deal_id = getattr(wish, "deal_id", None)

    def stale(error: StaleEdit) -> None:
        from funnel_tui.dialogs.confirm import ConfirmDialog

        dialog = ConfirmDialog(
            error.message, tr("Do it all the same? What you typed is kept."), yes=tr("do it")
        )
        app.push_screen(dialog, lambda yes: with_desk(app, deal_id, again) if yes else None)

    def again(desk: DealDesk) -> None:
        newer: dict[str, object] = {"version": desk.deal.row.version}
        values = getattr(wish, "values", {})
        if "demand" in values:
            from funnel_tui.screens.deal_saving import DEMAND_SEEN

            newer["values"] = {**values, DEMAND_SEEN: desk.deal.demand}
        make(app, words, save, replace(wish, **newer))

    is_deal = deal_id is not None and not hasattr(wish, "task_id")
    writing_of(app).write(
        Change(words, lambda workspace: save(workspace, wish), stale=stale if is_deal else None)
    )


# The form


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
    if not desk.pipelines or not desk.reps:
        app.notify(
            tr(
                "A deal needs a pipeline and a rep first: S makes the pipeline, funnel reps add NAME "
                "the rep. I imports a file with both."
            ),
            markup=False,
        )
        return
    _Form(app, desk, draft, begin).open()


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
        from funnel_tui.services.drafts import DraftKeeper

        self._app, self._desk, self._begin = app, desk, begin or {}
        self._deal_id = desk.detail.row.id if desk.detail else None
        self._last = DealDraft(draft.texts, draft.version, draft.base) if draft else None
        self._keeper: DraftKeeper = DraftKeeper(
            app.workspace.database.target, DEAL, self._deal_id, draft=draft, when_failed=self._not_kept
        )

    def _not_kept(self, error: Exception) -> None:
        self._app.call_from_thread(self._app.notify, str(error), markup=False)

    def _keep(self, draft: DealDraft | None) -> None:
        self._last = draft
        if draft is None:
            self._keeper.discard()
        else:
            self._keeper.keep(draft.texts, version=draft.version, base=draft.base)

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
            draft=self._last,
            errors=errors,
            when_changed=self._keep,
        )
        self._app.push_screen(form, self._answered)

    def _answered(self, wish: DealWish | None) -> None:
        from funnel_tui.screens.deal_saving import save_deal

        if wish is None:
            self._keeper.close()
            if self._last is not None:
                self._app.notify(tr("Kept as a draft; the same key takes it up again."), markup=False)
            return
        writing_of(self._app).write(
            Change(
                tr("Saving"),
                lambda workspace: save_deal(workspace, wish),
                self._saved,
                self._stale,
                self._invalid,
            )
        )

    def _saved(self, told: Told) -> None:
        self._keeper.discard()
        self._keeper.close()
        # The next key is meant for the new deal.
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


# Along the stages


def move_deal(app: HostApp, deal_id: int) -> None:
    """Choose the stage to move to."""

    def found(desk: DealDesk) -> None:
        if not _must_be(app, desk, DealStatus.OPEN):
            return
        from funnel_tui.dialogs.move import MoveDialog
        from funnel_tui.screens.deal_saving import move

        choices = deal_desk.choices_of(desk, app.workspace, moving=True)
        dialog = MoveDialog(deal_desk.subject_of(desk), choices, deal_desk.values_of(desk))

        def moved(wish: MoveWish | None) -> None:
            other = None
            if wish is not None and all(stage.id != wish.stage_id for stage in desk.pipeline.stages):
                other = next(
                    one.id for one in desk.pipelines if any(stage.id == wish.stage_id for stage in one.stages)
                )
            make(app, tr("Moving"), partial(move, to_pipeline=other), wish)

        app.push_screen(dialog, moved)

    with_desk(app, deal_id, found)


def step_deal(app: HostApp, deal_id: int, seen: int, steps: int, ask: Asking) -> None:
    """Move a deal to the next stage, or to the one before after asking.

    :param seen: the version that the user saw.
    """

    def found(desk: DealDesk) -> None:
        if not _must_be(app, desk, DealStatus.OPEN):
            return
        from funnel_tui.screens.deal_saving import move

        row, target = desk.deal.row, desk.pipeline.beside(desk.deal.row.stage_id, steps)
        wish = MoveWish(row.id, writing_of(app).version(DEAL, row.id, seen), target.id if target else 0)
        go = partial(make, app, tr("Moving"), move, wish)
        if target is None and steps > 0:
            ask(
                tr("{stage} is the last stage.").format(stage=row.stage),
                [Answer("w", tr("win it"), "win")],
                lambda _value: win_deal(app, deal_id),
            )
        elif target is None:
            app.notify(tr("{stage} is the first stage.").format(stage=row.stage), markup=False)
        elif steps < 0 and desk.pipeline.staging is Staging.MANUAL:
            ask(
                tr("Move back from {stage} to {target}?").format(stage=row.stage, target=target.name),
                [Answer("y", tr("yes"), "yes")],
                lambda _value: go(),
            )
        elif steps > 0 and (empty := _empty(desk)):
            ask(
                tr("{stage} asks for {fields} first.").format(stage=row.stage, fields=empty),
                [Answer("m", tr("fill in and move"), "m"), Answer("e", tr("edit"), "e")],
                lambda value: edit_deal(app, deal_id) if value == "e" else move_deal(app, deal_id),
            )
        else:
            go()

    with_desk(app, deal_id, found)


def _empty(desk: DealDesk) -> str:
    """The fields that the stage asks for before the deal goes on, and that are empty."""
    values = deal_desk.values_of(desk)
    has = {
        "amount": values.amount,
        "expected_close": values.expected_close,
        "organisation": values.organisation,
        "source": values.source,
        "probability": values.probability_bp,
        "demand": values.demand or None,
    }
    return ", ".join(field_words(name) for name in desk.stage.required if has.get(name) is None)


def win_deal(app: HostApp, deal_id: int) -> None:
    """Win a deal."""

    def found(desk: DealDesk) -> None:
        if _must_be(app, desk, DealStatus.OPEN):
            from funnel_tui.dialogs.closing import WinDialog
            from funnel_tui.screens.deal_saving import win

            reader = deal_desk.typed_of(desk, app.workspace)
            dialog = WinDialog(
                deal_desk.subject_of(desk),
                reader,
                demand=desk.deal.demand,
                needs_demand="demand" in desk.stage.required,
            )
            app.push_screen(dialog, partial(make, app, tr("Winning"), win))

    with_desk(app, deal_id, found)


def lose_deal(app: HostApp, deal_id: int) -> None:
    """Lose a deal, with a reason."""

    def found(desk: DealDesk) -> None:
        if _must_be(app, desk, DealStatus.OPEN):
            from funnel_tui.dialogs.closing import LoseDialog
            from funnel_tui.screens.deal_saving import lose

            reader = deal_desk.typed_of(desk, app.workspace)
            dialog = LoseDialog(deal_desk.subject_of(desk), desk.reasons, reader)
            app.push_screen(dialog, partial(make, app, tr("Losing"), lose))

    with_desk(app, deal_id, found)


def reopen_deal(app: HostApp, deal_id: int) -> None:
    """Take up a closed deal again."""

    def found(desk: DealDesk) -> None:
        if desk.deal.row.status is DealStatus.OPEN:
            app.notify(_OTHERWISE[DealStatus.OPEN].format(title=desk.deal.row.title), markup=False)
            return
        from funnel_tui.dialogs.move import ReopenDialog
        from funnel_tui.screens.deal_saving import reopen

        dialog = ReopenDialog(deal_desk.subject_of(desk), deal_desk.stages_of(desk))
        app.push_screen(dialog, partial(make, app, tr("Reopening"), reopen))

    with_desk(app, deal_id, found)


def _must_be(app: HostApp, desk: DealDesk, status: DealStatus) -> bool:
    row = desk.deal.row
    if row.status is not status:
        app.notify(_OTHERWISE[row.status].format(title=row.title), markup=False)
    return row.status is status


# Tasks


def add_task(app: HostApp, deal_id: int) -> None:
    """Add a task to a deal."""

    def found(desk: DealDesk) -> None:
        from funnel_tui.dialogs.task import TaskDialog
        from funnel_tui.screens.deal_saving import save_task

        reader = deal_desk.typed_of(desk, app.workspace)
        dialog = TaskDialog(reader, desk.reps, desk.deal.owner_id, deal_id=deal_id, about=desk.deal.row.title)
        app.push_screen(dialog, partial(make, app, tr("Adding the task"), save_task))

    with_desk(app, deal_id, found)
