"""What can be done to a deal: each opens its dialog, and makes the change that was answered."""

from __future__ import annotations

from functools import partial

from funnel_tui.dialogs.wishes import MoveWish
from funnel_tui.domain.status import DealStatus, Staging
from funnel_tui.language import tr
from funnel_tui.screens import deal_desk
from funnel_tui.screens.asking_forms import field_words
from funnel_tui.screens.deal_asking import Asking, make, with_desk
from funnel_tui.screens.deal_editing import edit_deal
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import DEAL, writing_of
from funnel_tui.services.deal_desk import DealDesk
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.named_keys import with_keys

_OTHERWISE = {
    DealStatus.OPEN: tr("{title} is open."),
    DealStatus.WON: tr("{title} is won; {reopen} takes it up again."),
    DealStatus.LOST: tr("{title} is lost; {reopen} takes it up again."),
}
"""Why something cannot be done to a deal, by what it is."""


def move_deal(app: HostApp, deal_id: int) -> None:
    """Choose the stage to move to."""

    def found(desk: DealDesk) -> None:
        if not _is_open(app, desk):
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
        if not _is_open(app, desk):
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
        if _is_open(app, desk):
            from funnel_tui.dialogs.closing import WinDialog
            from funnel_tui.dialogs.missing import Missing
            from funnel_tui.screens.deal_saving import win

            subject, reader = deal_desk.subject_of(desk), deal_desk.typed_of(desk, app.workspace)
            choices = deal_desk.choices_of(desk, app.workspace, moving=True)
            missing = Missing(choices, deal_desk.values_of(desk), subject.stage_id)
            dialog = WinDialog(subject, reader, demand=desk.deal.demand, missing=missing)
            app.push_screen(dialog, partial(make, app, tr("Winning"), win))

    with_desk(app, deal_id, found)


def lose_deal(app: HostApp, deal_id: int) -> None:
    """Lose a deal, with a reason."""

    def found(desk: DealDesk) -> None:
        if _is_open(app, desk):
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
            app.notify(with_keys(_OTHERWISE[DealStatus.OPEN], title=desk.deal.row.title), markup=False)
            return
        from funnel_tui.dialogs.move import ReopenDialog
        from funnel_tui.screens.deal_saving import reopen

        dialog = ReopenDialog(deal_desk.subject_of(desk), deal_desk.stages_of(desk))
        app.push_screen(dialog, partial(make, app, tr("Reopening"), reopen))

    with_desk(app, deal_id, found)


def _is_open(app: HostApp, desk: DealDesk) -> bool:
    """Whether the deal is open; where it is not the user is told."""
    row = desk.deal.row
    if row.status is not DealStatus.OPEN:
        app.notify(with_keys(_OTHERWISE[row.status], title=row.title), markup=False)
    return row.status is DealStatus.OPEN


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
