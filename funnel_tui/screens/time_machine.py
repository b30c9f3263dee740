"""``T``: look at everything as it stood at a past instant, step from one to the next, and come back.

The instant is a part of the scope (``Scope.as_of``), which every screen reads by. While it is set nothing can
be changed: keys that write say why instead, and the workspace refuses whatever would get past them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from funnel_tui.domain.looking_back import Step
from funnel_tui.domain.period import Period, PeriodKind, local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.keys_that_write import WRITES
from funnel_tui.services.reports.instants import why_empty
from funnel_tui.services.time_machine import EXAMPLES, read_instant, stepped
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.screens.host import HostApp


LEAVING = {"back", "to_list"}
"""The keys that a screen which cannot be shown still has, besides those that work everywhere."""


class Then(NamedTuple):
    """An instant that was looked up.

    :param at: epoch seconds; None for now.
    :param empty: why there is nothing to see; empty when there is something.
    """

    at: int | None
    empty: str = ""


def seen_from(scope: Scope, at: int | None, now: int, zone: ZoneInfo) -> Scope:
    """The scope as of another instant.

    A period that held the instant before goes with it, and so does one that begins after the new one: there
    would be nothing in it.

    :param at: epoch seconds; None for now, which is ``now``.
    """
    moved = scope.with_(as_of=at)
    period = scope.period
    if period.kind in {PeriodKind.ALL, PeriodKind.RANGE}:
        return moved
    # The last second that is seen: as of the first instant of a quarter the one before it is whole.
    before, after = (local_day((now if one is None else one) - 1, zone) for one in (scope.as_of, at))
    if not (period.start <= before <= period.last or period.start > after):
        return moved
    return scoping.with_period(moved, Period.containing(after, period.kind, period.fiscal_start))


def ask(app: HostApp, text: str = "", wrong: dict[str, str] | None = None) -> None:
    """Ask for the instant; one that makes no sense is asked for again, with the reason under it."""
    from funnel_tui.dialogs.as_of import AsOfForm

    def answered(answer: str | None) -> None:
        if answer is not None:
            go(app, answer)

    empty = "now" if app.is_past else None
    app.push_screen(AsOfForm(text, EXAMPLES, empty, wrong), answered)


def go(app: HostApp, text: str) -> None:
    """Look from the instant that a text means."""

    def doing(workspace: Workspace) -> Then | InvalidInput:
        try:
            return _looked_up(workspace, read_instant(workspace, text))
        except InvalidInput as error:
            return error

    def found(then: Then | InvalidInput) -> None:
        if isinstance(then, InvalidInput):
            ask(app, text, {then.field: then.message})
        else:
            _look_from(app, then)

    app.write(tr("Going there"), doing, found)


def step(app: HostApp, steps: int) -> None:
    """Go a day, week or month on; now is where it ends."""
    scope = app.scope
    if scope is None or scope.as_of is None:
        return
    zone = ZoneInfo(app.settings.time_zone)
    at: int | None = stepped(scope.as_of, app.time_step, steps, zone)
    if at is not None and at >= app.workspace.clock():
        at = None
    _look_from(app, Then(at, app.past_is_empty))
    app.write(tr("Going there"), lambda workspace: _looked_up(workspace, at), lambda then: _told(app, then))


def next_step(app: HostApp) -> None:
    """Days, weeks, months."""
    app.time_step = app.time_step.next
    words = {
        Step.DAY: tr("One key goes a day now."),
        Step.WEEK: tr("One key goes a week now."),
        Step.MONTH: tr("One key goes a month now."),
    }
    app.notify(words[app.time_step], markup=False)


def _looked_up(workspace: Workspace, at: int | None) -> Then:
    if at is None:
        return Then(None)
    with workspace.read() as reader:
        return Then(at, why_empty(reader, at, ZoneInfo(workspace.settings().time_zone)))


def _look_from(app: HostApp, then: Then) -> None:
    scope: Scope | None = app.scope
    if scope is None:
        return
    was_past = scope.as_of is not None
    app.past_is_empty = then.empty
    zone = ZoneInfo(app.settings.time_zone)
    app.set_scope(seen_from(scope, then.at, app.workspace.clock(), zone), ends_past=True)
    if was_past and then.at is None:
        app.notify(tr("Now again; everything can be changed."), markup=False)


def _told(app: HostApp, then: Then) -> None:
    """Say why there is nothing to see, when it is still looked at."""
    if app.scope is not None and app.scope.as_of == then.at and app.past_is_empty != then.empty:
        app.past_is_empty = then.empty
        app.tell_as_of()


def why_not(app: HostApp, action: Any) -> str:
    """Why an action is not done while the past is looked at, in words; empty when it is done."""
    screen = app.screen
    if not isinstance(screen, FunnelScreen):
        return ""
    found = [one for one in screen.active_bindings.values() if one.binding.action == action]
    if any(one.binding.id in WRITES for one in found):
        return app.writing_off_words
    if screen.is_hidden and any(one.node is not app and one.binding.id not in LEAVING for one in found):
        return screen.now_only_words
    return ""
