"""What the screens know of the app that holds them: the data, the scope, and who else may have changed it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from textual import on
from textual.binding import Binding
from textual.screen import Screen

from funnel_tui.domain.habits import Habits
from funnel_tui.domain.looking_back import Step, instant_text
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.shown import count_text
from funnel_tui.errors import FunnelError, NotFound
from funnel_tui.language import tr, trn
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.keys_that_write import WRITING_OFF
from funnel_tui.screens.messages import DataChanged
from funnel_tui.screens.steady import SteadyApp
from funnel_tui.screens.tutorial import CAME_BACK, WENT_BACK, Heard, Tutorial
from funnel_tui.services.scope_view import ScopeView
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.lines import ScopeWords
from funnel_tui.widgets.named_keys import use_keys, with_keys

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings


class HostApp(SteadyApp, inherit_bindings=False):
    """An app with a scope that its screens share.

    :param workspace: the open database.
    :param user: the user's own settings; None where there are none.
    :param throwaway: whether the data is gone when the program ends; the scope bar says so.
    :param environment: what the terminal tells of itself and of the user.
    """

    def __init__(
        self,
        workspace: Workspace,
        user: UserSettings | None,
        *,
        throwaway: bool,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(workspace)
        self.settings = TeamSettings()
        workspace.habits = Habits.of(environment, user.week_start if user else None)
        self.scope: Scope | None = None
        self.view: ScopeView | None = None
        self.throwaway = throwaway
        self.ahead: dict[str, Future[Any]] = {}
        """What is being read while the program starts, by the name a screen asks for it."""
        self.time_step = Step.WEEK
        self.past_is_empty = ""
        """Why there is nothing to see at the instant that is looked at; empty when there is something."""
        self.tutorial: Tutorial | None = None
        """What a user is shown step by step; None where nobody is shown anything."""
        self._user_keys = dict(user.keymap) if user else {}
        use_keys(self._user_keys)
        self._looks = 0

    def delay_update(self, delay: float = 0.05) -> None:
        """Textual paints nothing for this long when another tab is shown; ours hold their own first frame."""

    @property
    def week_start(self) -> int:
        """The first day of the user's week: 0 for Monday to 6 for Sunday."""
        return self.workspace.habits.first_day

    @property
    def locale(self) -> str | None:
        """The locale that the user writes days in, such as ``nb_NO``."""
        return self.workspace.habits.dates

    # What is looked at

    def data_changed(self) -> None:
        """Something is not what it was: look what there is to look at, then every screen reads again.

        The visible screen reads now, the others when they are seen.
        """
        self._look_again(lambda _: self._tell_screens())

    def reading_failed(self, error: Exception, retry: Callable[[], object]) -> None:
        """Tell why a screen could not read; where it is the scope that does not fit any more, mend that.

        :param retry: is called when the user wants another try.
        """

        def looked(mended: bool) -> None:
            if mended:
                self._tell_screens()
            else:
                self.tell_problem(error, retry)

        if isinstance(error, NotFound):
            self._look_again(looked)
        else:
            looked(mended=False)

    def _look_again(self, then: Callable[[bool], None]) -> None:
        """Read what there is to look at; ``then`` is told whether the scope had to be changed."""
        self._looks += 1
        look = self._looks

        def work() -> None:
            found: ScopeView | None = None
            try:
                found = scoping.read_view(self.workspace, self.scope, self.view)
            except FunnelError:
                pass  # where the database cannot be read, the screens find out themselves, and tell
            except Exception as error:
                self.call_from_thread(self.tell_problem, error)
            self.call_from_thread(looked, found)

        def looked(found: ScopeView | None) -> None:
            if found is not None and look == self._looks:
                self.take_view(found)
            then(found is not None and bool(found.changes))

        self.run_worker(work, group="look", thread=True, exit_on_error=False)

    def _tell_screens(self) -> None:
        for screen in self._all_screens():
            screen.post_message(DataChanged())

    def _all_screens(self) -> Iterator[Screen[Any]]:
        """Every screen of every tab that was opened."""
        for tab in self.MODES:
            with contextlib.suppress(KeyError):
                yield from self.get_screen_stack(tab)

    def set_scope(self, scope: Scope, *, ends_past: bool = False) -> None:
        """Look at something else.

        A view or a scenario that knows no instant is looked at from the one that is looked from: only the
        time machine brings back to now.

        :param ends_past: whether a scope without an instant is meant as of now.
        """
        if scope.as_of is None and not ends_past and self.scope is not None:
            scope = scope.with_(as_of=self.scope.as_of)
        if scope != self.scope:
            if not ends_past and (self.scope is None or scope.as_of != self.scope.as_of):
                self.past_is_empty = ""  # not known of this instant
            self.scope = scope
            self.workspace.writing_off = self.writing_off_words if self.is_past else ""
            self.hear(WENT_BACK if self.is_past else CAME_BACK)
            self.tell_as_of()
            self.data_changed()

    def change_scope(self, change: Callable[[Scope], Scope]) -> None:
        """Look at what becomes of the scope; nothing as long as there is none."""
        if self.scope is not None:
            self.set_scope(change(self.scope))

    # The time machine

    @property
    def is_past(self) -> bool:
        """Whether everything is looked at as of a past instant. Nothing can be changed meanwhile."""
        return self.scope is not None and self.scope.as_of is not None

    @property
    def writing_off_words(self) -> str:
        """Why nothing can be changed while the past is looked at, and the key that leads back."""
        return with_keys(WRITING_OFF)

    @property
    def as_of_words(self) -> str:
        """From when everything is looked at, for the bar of every screen; empty for now."""
        if self.scope is None or self.scope.as_of is None:
            return ""
        # Translators: why there is nothing to see then stands after the comma.
        words = tr("As of {instant}, {why_empty}") if self.past_is_empty else tr("As of {instant}")
        return words.format(instant=self._instant_words, why_empty=self.past_is_empty)

    @property
    def instant_words(self) -> str:
        """The same without why there is nothing to see then."""
        if self.scope is None or self.scope.as_of is None:
            return ""
        return tr("As of {instant}").format(instant=self._instant_words)

    @property
    def _instant_words(self) -> str:
        assert self.scope is not None
        assert self.scope.as_of is not None
        return instant_text(self.scope.as_of, ZoneInfo(self.settings.time_zone))

    def tell_as_of(self) -> None:
        """Every screen says from when it looks."""
        for screen in self._all_screens():
            if isinstance(screen, FunnelScreen) and screen.is_mounted:
                screen.tell_as_of()

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """Do what a key asks for; what would change data says why it does not while the past is looked at."""
        if self.is_past and isinstance(self.screen, FunnelScreen):
            from funnel_tui.screens.time_machine import why_not

            words = why_not(self, args[0])
            if words:
                self.notify(words, severity="warning", markup=False)
                return True
        return await super().run_action(*args, **kwargs)

    # The tutorial

    def teach(self) -> None:
        """Begin the tutorial; it hears of every change that is made here."""
        self.tutorial = Tutorial()
        self.workspace.heard = lambda action: self.post_message(Heard(action))

    def hear(self, what: str) -> None:
        """The user did something that the tutorial may wait for."""
        if self.tutorial is not None and self.tutorial.hear(what):
            self._tell_tutorial()

    @on(Heard)
    def _on_heard(self, message: Heard) -> None:
        self.hear(message.what)

    @property
    def tutorial_lines(self) -> tuple[str, ...]:
        """The present step of the tutorial; nothing when there is none."""
        return self.tutorial.lines(self.key_of) if self.tutorial is not None else ()

    def action_leave_tutorial(self) -> None:
        """Be shown no more; it does not come back."""
        if self.tutorial is not None:
            self.tutorial.leave()
            self._tell_tutorial()

    def _tell_tutorial(self) -> None:
        for screen in self._all_screens():
            if isinstance(screen, FunnelScreen) and screen.is_mounted:
                screen.tell_tutorial()

    def key_of(self, name: str, key: str) -> str:
        """The key of an action as the user has it, for texts that name it.

        :param name: the id of the binding.
        :param key: the key that it has by itself, as Textual calls it.
        """
        keys = self._user_keys.get(name, key)
        return self.get_key_display(Binding(keys.partition(",")[0].strip(), ""))

    @property
    def is_compared(self) -> bool:
        """Whether another period is held against the present one."""
        return self.scope is not None and self.scope.compare is not None

    def take_view(self, view: ScopeView) -> None:
        """Remember what there is to look at, and say what had to be changed about the scope."""
        self.view, self.scope, self.settings = view, view.scope, view.settings
        for words in view.changes:
            self.notify(words, markup=False)

    def scope_words(self, parts: tuple[str, ...] | None = None, *, every: bool = False) -> ScopeWords:
        """The scope for the bar on top.

        :param parts: what a screen looks at; None for pipeline, rep or team, and period.
        :param every: whether it looks at all pipelines, and the deals of all are counted.
        """
        scope, view = self.scope, self.view
        if scope is None or view is None:
            return ScopeWords((tr("demo"),) if self.throwaway else ())
        if parts is None:
            period = scope.period.label
            if scope.compare is not None:
                # Translators: two periods that are compared.
                period = tr("{period} vs {other}").format(period=period, other=scope.compare.label)
            parts = (*scoping.where_words(scope), period)
        if scope.where:
            parts = (*parts, tr("where {condition}").format(condition=scope.where))
        more = (tr("demo data"),) if self.throwaway else ()
        total, matching = view.deals_total, view.deals_matching
        if every:
            total, matching = view.every_total, view.every_matching
        count = deals(total)
        if matching is not None:
            count = trn("{n} of {all} deal", "{n} of {all} deals", total).format(
                n=count_text(matching), all=count_text(total)
            )
        if self.is_past:
            count = ""  # it says how many there are now
        return ScopeWords((*parts, self.settings.base_currency, *more), count)
