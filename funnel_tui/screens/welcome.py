"""The first start: the welcome, and each of its three ways until there is something to look at."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from funnel_tui.dialogs.pipeline_form import PipelineForm, PipelineWish
from funnel_tui.dialogs.template_choice import TemplateChoice
from funnel_tui.dialogs.welcome import Way, WelcomeDialog
from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.shown import clean
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr
from funnel_tui.screens.asking_forms import ask
from funnel_tui.screens.import_file import import_file, show_tab
from funnel_tui.screens.tabs import Tab
from funnel_tui.services.first_start import all_time_zones, check_answers, guess_answers
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.domain.stage_templates import StageSet
    from funnel_tui.screens.host import HostApp

PIPELINE = tr("Sales")
"""What the first pipeline is called unless somebody says otherwise."""


def welcome(app: HostApp, *, demo: Callable[[], object], leave: Callable[[], object]) -> None:
    """Show the welcome.

    :param demo: opens the demo data in the place of this program.
    :param leave: ends the program.
    """
    workspace = app.workspace

    def chosen(way: Way, answers: FirstAnswers) -> None:
        if way is Way.DEMO:
            demo()
            return
        if way is Way.IMPORT:
            was = workspace.actor
            workspace.actor = answers.name
            import_file(app, answers, done=partial(_remember, app, was, answers.name))
        else:
            begin_empty(app, answers)

    dialog = WelcomeDialog(
        workspace.database.target.name,
        guess_answers(os.environ, workspace.actor),
        check=check_answers,
        zones=partial(_pick_zone, app),
        chosen=chosen,
        leave=leave,
    )
    app.push_screen(dialog)


def _pick_zone(app: HostApp, typed: str, put: Callable[[str], None]) -> None:
    """Pick one of all time zones."""
    from funnel_tui.dialogs.pick_one import Offer, PickOne

    offers = [Offer(zone, zone, _time_in(zone, app.workspace.clock())) for zone in sorted(all_time_zones())]
    present = next((one.value for one in offers if one.value == guess_answers(os.environ, "").time_zone), "")
    titles = (tr("Time zone"), tr("Now it is"))
    dialog = PickOne(tr("Time zone"), titles, offers, present, typed=typed)
    app.push_screen(dialog, lambda zone: put(zone) if zone else None)


def _time_in(zone: str, now: int) -> str:
    """The time of a zone, and how far it is from UTC."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    moment = datetime.fromtimestamp(now, ZoneInfo(zone))
    return f"{moment:%H:%M}  {moment.tzname()}  {moment.isoformat()[-6:]}"


@dataclass(frozen=True, slots=True)
class FirstPipeline:
    """Saves the first pipeline with the answers of the welcome."""

    answers: FirstAnswers
    stages: StageSet

    def __call__(self, workspace: Workspace, wish: PipelineWish, *, anyway: bool) -> str:  # noqa: ARG002
        """Call the service."""
        from funnel_tui.services.first_start import begin_empty

        workspace.actor = self.answers.name
        begin_empty(
            workspace,
            answers=self.answers,
            name=wish.name,
            staging=wish.staging,
            record_demand=wish.record_demand,
            stages=self.stages.values,
        )
        words = tr("Pipeline {pipeline} is ready: {new_deal} makes the first deal.")
        return with_keys(words, pipeline=clean(wish.name))


def begin_empty(app: HostApp, answers: FirstAnswers) -> None:
    """Ask which stages the pipeline starts from and for its name; then the list of deals is shown."""
    was = app.workspace.actor

    def saved(_: PipelineWish) -> None:
        _remember(app, was, answers.name)
        show_tab(app, Tab.DEALS)

    def chosen(stages: StageSet | None) -> None:
        if stages is None:
            return
        ask(
            app,
            lambda wish, wrong: PipelineForm(tr("The first pipeline"), wish, note=stages.ladder, wrong=wrong),
            PipelineWish(name=PIPELINE),
            FirstPipeline(answers, stages),
            then=saved,
            left=lambda: begin_empty(app, answers),
        )

    app.push_screen(TemplateChoice(), chosen)


def _remember(app: HostApp, was: str, name: str) -> None:
    """Keep the name in the user's own settings where it is not that of the login."""
    if name == was:
        return
    from funnel_tui.services.user_file import remember_user

    try:
        path = remember_user(name)
    except FunnelError as error:
        app.notify(f"{error.message} {error.hint}", severity="warning", markup=False)
        return
    words = tr("{name} is kept as your name in {path}.")
    app.notify(words.format(name=clean(name), path=clean(str(path))), markup=False)
