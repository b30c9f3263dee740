"""Changing the marked deals together: ask for the wish, show what it would do, do it in one change group.

Everything goes through the queue of :mod:`funnel_tui.screens.writing`, in a thread: no key waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.screen import Screen

from funnel_tui.dialogs import bulk
from funnel_tui.dialogs.bulk_preview import BulkPreviewDialog, counted, verbs
from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.numbered import Numbered
from funnel_tui.domain.bulk_edit import BulkPreview, BulkResult, Lose, Win, Wish
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trn
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.deal_saving import new_reason
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import DEAL, Change, Told, writing_of
from funnel_tui.services.bulk_choices import BulkChoices, read_choices
from funnel_tui.services.deal_desk import DealDesk
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.named_keys import with_keys

Progress = Callable[[int, int], object]
"""Told how many deals are done, and of how many; (0, 0) when it has ended. It is called in a thread."""


@dataclass(frozen=True, slots=True)
class BulkChange:
    """One change of many deals, from the wish to the result.

    :param ids: the numbers of the marked deals.
    :param progress: is told how far it is.
    :param done: is called with the numbers once they are changed.
    """

    app: HostApp
    ids: Sequence[int]
    progress: Progress
    done: Callable[[Sequence[int]], object]

    def ask(self, kind: str | None = None) -> None:
        """Ask what is wished for.

        :param kind: the value of one of ``dialogs.bulk.ENTRIES``; None to choose one of them.
        """
        if kind is None:
            count = len(self.ids)
            heading = trn("Change {n} deal marked", "Change {n} deals marked", count)
            heading = heading.format(n=count_text(count))
            self.app.push_screen(Chooser(heading, bulk.ENTRIES, by_key=True), self._kind_chosen)
        elif kind == "win":
            self.look(Win())
        else:
            self._with_choices(lambda choices: self.app.push_screen(self._dialog(kind, choices), self.look))

    def _kind_chosen(self, kind: str | None) -> None:
        if kind is not None:
            self.ask(kind)

    def _with_choices(self, then: Callable[[BulkChoices], object]) -> None:
        def doing(workspace: Workspace) -> Told:
            return Told(found=read_choices(workspace), written=False)

        words = tr("Reading what there is to choose from")
        writing_of(self.app).write(Change(words, doing, lambda told: then(told.found), asks=True))

    def _dialog(self, kind: str, choices: BulkChoices) -> Screen[Wish | None]:
        count, desk = len(self.ids), choices.desk
        workspace = self.app.workspace
        reader = Typed(desk.settings, workspace.clock, habits=workspace.habits)
        match kind:
            case "move":
                many = len(desk.pipelines) > 1
                return bulk.BulkMove(count, self._stages(desk), reader, many=many)
            case "lose":
                return bulk.BulkLose(count, _named(desk.reasons), reader)
            case "reassign":
                return bulk.BulkReassign(count, desk.reps, reader)
            case "close":
                return bulk.BulkClose(count, reader)
            case "probability":
                return bulk.BulkProbability(count, reader)
            case "source":
                return bulk.BulkSource(count, _named(desk.sources), reader)
            case "tag":
                return bulk.BulkTag(count, _named(choices.tags), reader)
            case _:
                return bulk.BulkUntag(count, _named(choices.tags), reader)

    def _stages(self, desk: DealDesk) -> list[tuple[int, int, Numbered]]:
        """The stages to move to; those of the pipeline that is looked at come first."""
        wanted = {name.casefold() for name in (self.app.scope.pipelines if self.app.scope else ())}
        order = sorted(desk.pipelines, key=lambda one: one.name.casefold() not in wanted)
        return [
            (stage.id, one.id, Numbered(stage.name, one.name if len(order) > 1 else ""))
            for one in order
            for stage in one.stages
            if not stage.retired
        ]

    def look(self, wish: Wish | None) -> None:
        """Show what a wish would do; None does nothing."""
        if wish is None:
            return
        dialog = BulkPreviewDialog(wish, len(self.ids))

        def answered(yes: bool | None) -> None:
            if yes and dialog.found is not None:
                self._do(wish, dialog.found)

        def doing(workspace: Workspace) -> Told:
            from funnel_tui.services.bulk_edit import preview

            try:
                return Told(found=preview(workspace, wish, self.ids), written=False)
            except Exception as error:
                return Told(found=error, written=False)

        def looked(told: Told) -> None:
            if dialog not in self.app.screen_stack:
                return  # the user has left
            if isinstance(told.found, BulkPreview):
                dialog.tell(told.found)
                return
            if dialog.is_current:
                dialog.dismiss(None)
            self.app.tell_problem(told.found, retry=lambda: self.look(wish))

        self.app.push_screen(dialog, answered)
        count = len(self.ids)
        words = trn("Looking at {n} deal", "Looking at {n} deals", count).format(n=count_text(count))
        writing_of(self.app).write(Change(words, doing, looked))

    def _do(self, wish: Wish, seen: BulkPreview) -> None:
        """Do it to what was not refused, unless somebody changed it since it was looked at."""
        versions = {row.deal_id: row.version for row in seen.rows if row.version is not None}
        verb = verbs(wish, seen.words)[1]

        def doing(workspace: Workspace) -> Told:
            from funnel_tui.services.bulk_edit import apply

            made = new_reason(workspace, wish.reason) if isinstance(wish, Lose) else ""
            try:
                result = apply(workspace, wish, self.ids, versions, self._tell, skip_refused=True)
            finally:
                self.progress(0, 0)
            new = {(DEAL, row.deal_id): row.version for row in result.rows if row.version is not None}
            counts = counted(result, verb)
            written = result.group_id is not None
            words = (
                with_keys(tr("{counts}; {undo} takes it back."), counts=counts) if written else f"{counts}."
            )
            if written and made:
                words = f"{counts}. {made}"
            return Told(words, result, new, written)

        change = Change(f"{seen.words}: {deals(seen.changed)}", doing, lambda told: self._done(told, verb))
        writing_of(self.app).write(change)

    def _tell(self, done: int, total: int) -> None:
        self.progress(done, total)

    def _done(self, told: Told, verb: str) -> None:
        result: BulkResult = told.found
        if told.written:
            self.done(self.ids)
        if result.changed < len(result.rows) and isinstance(self.app.screen, FunnelScreen):
            from funnel_tui.screens.bulk_result import BulkResultScreen

            self.app.push_screen(BulkResultScreen(result, counted(result, verb)))


def _named(names: Sequence[str]) -> list[Numbered]:
    return [Numbered(name) for name in names]
