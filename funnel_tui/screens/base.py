"""What every screen does the same way: read in a thread, tell problems, fit the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.screen import ScreenResultType
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from funnel_tui.domain.looking_back import Step
from funnel_tui.language import tr, trc
from funnel_tui.screens import delays, scoping
from funnel_tui.screens.keys_that_write import WRITES
from funnel_tui.screens.messages import DataChanged, Loaded, LoadFailed
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.frames import FrameScreen
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Hint, HintLine, Line, ScopeBar, ScopeWords
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.domain.explaining import Explanation
    from funnel_tui.domain.scope import Scope
    from funnel_tui.screens.host import HostApp

FIRST_FRAME_SECONDS = 0.3
# Translators: how far a key goes into the past.
_STEP_WORDS = {Step.DAY: tr("a day"), Step.WEEK: tr("a week"), Step.MONTH: tr("a month")}
LEAST_COLUMNS, LEAST_ROWS = 60, 16
"""Below this size a screen says so in one line instead of showing half of itself."""


TALL_ROWS = 30
"""From this height on there is room for blank lines and notes."""


class FunnelScreen(FrameScreen[ScreenResultType]):
    """A screen with the scope bar on top and the key hints at its foot.

    A subclass yields its middle in :meth:`compose_middle`, starts its reading in :meth:`reload`, and takes
    what was read in :meth:`show_found`.
    """

    AUTO_FOCUS: ClassVar[str | None] = "Grid"
    HINTS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Ids of bindings worth a hint (several with blanks between) and what they do, the most useful first."""
    HINTS_OF_NOTHING: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What is worth a hint before them where the cursor is on nothing."""
    ON_ROW: ClassVar[frozenset[str]] = frozenset()
    """Ids of bindings that act on what the cursor is on; where it is on nothing they are no hints."""
    TELLS_NO_DEALS: ClassVar[bool] = False
    """Whether it would show a table of nothing while there is no deal at all, and a line says why."""
    HAS_PERIOD: ClassVar[bool] = True
    """Whether the period of the scope means something here; else the bar on top leaves it out."""
    NOW_ONLY: ClassVar[str] = ""
    """Why the screen cannot be shown as of a past instant; empty when it can."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: set[str] = set()  # the groups that are being read
        self._patience: Timer | None = None

    def compose(self) -> ComposeResult:
        """The frame around :meth:`compose_middle`."""
        yield ScopeBar(id="scope")
        yield Line(id="as-of")
        yield from self.compose_middle()
        yield Line(id="tutorial")
        yield HintLine(id="hints")

    def compose_middle(self) -> ComposeResult:
        """The widgets between the scope bar and the hints."""
        yield from ()

    def reload(self) -> None:
        """Read what the screen shows, with :meth:`read`."""

    def show_found(self, group: str, found: Any) -> None:
        """Show what was read.

        :param group: as given to :meth:`read`.
        """

    @property
    def funnel(self) -> HostApp:
        """The app, with its workspace and scope."""
        return cast("HostApp", self.app)

    # Reading

    def read(self, group: str, reading: Callable[[Workspace], Any]) -> None:
        """Read in a thread; a later call for the same group makes an earlier one void.

        :param reading: is called with the workspace, outside the UI thread; it must touch no widget.
        """
        self._stale = False
        if not self._awaited:
            self._patience = self.set_timer(delays.READING_SECONDS, self._tell_reading)
        self._awaited.add(group)
        self.run_worker(
            lambda: self._post_outcome(group, reading),
            group=group,
            thread=True,
            exclusive=True,
            exit_on_error=False,
        )

    def _tell_reading(self) -> None:
        """What is shown is not yet what was asked for: say so while that lasts."""
        self.query_one(ScopeBar).tell_reading(bool(self._awaited))

    async def read_first(self, group: str, reading: Callable[[Workspace], Any]) -> None:
        """Read while the first frame is held back, but not for long.

        An empty frame first would cost time and bytes that a line over ssh does not have. What was read
        ahead while the program started is used.
        """
        ahead = self.funnel.ahead.pop(group, None)
        waiting = asyncio.wrap_future(ahead) if ahead else asyncio.to_thread(reading, self.funnel.workspace)
        task = asyncio.create_task(self._await_outcome(group, waiting))
        done, _ = await asyncio.wait({task}, timeout=FIRST_FRAME_SECONDS)
        if done:
            self._take(task.result())
        else:
            task.add_done_callback(lambda task: self.post_message(task.result()))

    async def _await_outcome(self, group: str, waiting: Awaitable[Any]) -> Loaded | LoadFailed:
        try:
            return Loaded(group, await waiting)
        except Exception as error:
            return LoadFailed(group, error)

    def _post_outcome(self, group: str, reading: Callable[[Workspace], Any]) -> None:
        """The one place where a reading thread may fail."""
        worker = get_current_worker()
        outcome: Loaded | LoadFailed
        try:
            outcome = Loaded(group, reading(self.funnel.workspace))
        except Exception as error:
            outcome = LoadFailed(group, error)
        if not worker.is_cancelled:
            self.post_message(outcome)

    @on(Loaded)
    @on(LoadFailed)
    def _take(self, message: Loaded | LoadFailed) -> None:
        message.stop()
        self._awaited.discard(message.group)
        if not self._awaited and self._patience is not None:
            self._patience.stop()
            self._tell_reading()
        if isinstance(message, LoadFailed):
            self.funnel.reading_failed(message.error, self.reload)
            return
        try:
            self.show_found(message.group, message.found)
        except Exception as error:
            self.funnel.tell_problem(error)
        else:
            if self.is_active:
                self.tell_hints()  # what can be done depends on what there is

    # Changes made elsewhere

    _stale = False
    _told_hints = False

    @on(DataChanged)
    def _on_data_changed(self) -> None:
        if self.is_active and not self.is_hidden:
            self.reload()
        else:
            self._stale = True

    @on(events.ScreenResume)
    def _on_resume(self) -> None:
        if self._stale and self.is_active and not self.is_hidden:
            self.reload()

    @on(events.DescendantFocus)
    def _on_focus_moved(self) -> None:
        if self._told_hints:
            self.tell_hints()  # a field has other keys than the list that it narrows

    # Fitting

    @on(events.Resize)
    def _on_size(self, event: events.Resize) -> None:
        columns, rows = event.size
        small = columns < LEAST_COLUMNS or rows < LEAST_ROWS
        self.set_class(small, "-too-small")
        self.set_class(rows < TALL_ROWS, "-short")
        if small:
            words = tr("Too small: {columns} × {rows}; funnel needs {least_columns} × {least_rows}.").format(
                columns=columns, rows=rows, least_columns=LEAST_COLUMNS, least_rows=LEAST_ROWS
            )
            if not self.query("#too-small"):
                self.mount(Static(id="too-small", markup=False))
            self.query_one("#too-small", Static).update(words)
        if self.has_class("-past"):
            self._tell_past()
        self.size_changed()

    def size_changed(self) -> None:
        """The terminal has another size; for what the style sheets cannot do."""

    @on(events.Mount)
    def _fill_frame(self) -> None:
        self.tell_as_of()
        self.tell_tutorial()

    def tell_tutorial(self) -> None:
        """Say which step of the tutorial comes next; a line goes away when there is none."""
        lines = self.funnel.tutorial_lines
        self.set_class(bool(lines), "-tutorial")
        if lines:
            self.query_one("#tutorial", Line).say(*(f" {line}" for line in lines))

    @property
    def is_hidden(self) -> bool:
        """Whether the screen says that it cannot be shown as of the past."""
        return self.has_class("-now-only")

    @property
    def now_only_words(self) -> str:
        """Why it cannot be shown as of the past, and the key that leads back to now."""
        return with_keys(self.NOW_ONLY)

    def tell_as_of(self) -> None:
        """Say from when the screen looks, and whether it can; the hints go with it."""
        words = self.funnel.as_of_words
        hidden = bool(words and self.NOW_ONLY)
        self.set_class(bool(words), "-past")
        if words:
            self._tell_past()
        if hidden != self.is_hidden:
            if not self.query("#now-only"):
                self.mount(Static(self.now_only_words, id="now-only", markup=False), before="#tutorial")
            self.set_class(hidden, "-now-only")
            if not hidden:
                self.call_after_refresh(self._shown_again)
        self.tell_scope()
        self.tell_hints()

    def _tell_past(self) -> None:
        """That writing is off and the keys go first; why nothing is seen has its own line if it must."""
        line, off = self.query_one("#as-of", Line), tr("{as_of} – writing is off")
        told = f" {off.format(as_of=self.funnel.as_of_words)}   {self._time_keys()}"
        why = self.funnel.past_is_empty
        is_long = bool(why) and cell_len(told) > self.app.size.width
        if is_long:
            told = f" {off.format(as_of=self.funnel.instant_words)}   {self._time_keys()}"
        line.styles.height = 1 + is_long
        line.say(told, *([f" {why[:1].upper()}{why[1:]}"] if is_long else []))

    def _time_keys(self) -> str:
        """The keys of the time machine as the user has them."""
        keys = {
            one.binding.id: self.app.get_key_display(one.binding) for one in self.active_bindings.values()
        }
        told = (
            (("time_back", "time_on"), _STEP_WORDS[self.funnel.time_step]),
            # Translators: a key; how far one goes into the past with another key: a day, a week, a month.
            (("time_span",), tr("step")),
            # Translators: a key; to a day that is typed, or back to now.
            (("time_machine",), tr("day/now")),
        )
        return "  ".join(
            f"{' '.join(keys[name] for name in names)} {words}"
            for names, words in told
            if all(name in keys for name in names)
        )

    def _shown_again(self) -> None:
        """What was hidden lost its size and the focus."""
        self.size_changed()
        if self.focused is None and self.AUTO_FOCUS:
            first = self.query(self.AUTO_FOCUS).first(Widget) if self.query(self.AUTO_FOCUS) else None
            self.set_focus(first)

    @property
    def looked_at(self) -> Scope | None:
        """What is looked at; None for what the program opens with."""
        return self.funnel.scope

    def tell_scope(self) -> None:
        """Show what is looked at."""
        self.query_one(ScopeBar).say(self.bar_words())
        self._tell_filter()

    def bar_words(self) -> ScopeWords:
        """What the bar on top says."""
        parts, scope = self.scope_parts(), self.funnel.scope
        if parts is None and scope is not None and not self.HAS_PERIOD:
            parts = scoping.where_words(scope)
        return self.funnel.scope_words(parts, every=self.of_all_pipelines())

    def _tell_filter(self) -> None:
        """Say so where the filter matches nothing, or there is no deal: a table is empty for many reasons."""
        scope, view = self.funnel.scope, self.funnel.view
        known = self.query("#no-match")
        words = ""
        if scope is not None and view is not None and self.app.screen_stack[0] is self:
            if scope.where and view.deals_matching == 0:
                words = tr(
                    "No deal matches the filter; {scope} changes it, {no_filter} takes it off: {where}"
                )
                words = with_keys(words, where=scope.where)
            elif self.TELLS_NO_DEALS and view.pipelines and not view.deals_total and not self.funnel.is_past:
                words = with_keys(
                    tr(
                        "There are no deals yet: {new_deal} makes the first one, {import_file} imports a "
                        "file."
                    )
                )
        if not words:
            known.remove()
        elif known:
            known.first(Line).say(words)
        else:
            self.mount(Line(words, id="no-match"), before="#tutorial")

    def scope_parts(self) -> tuple[str, ...] | None:
        """What the screen looks at, for the bar on top; None for pipeline, rep or team, and period."""
        return None

    def of_all_pipelines(self) -> bool:
        """Whether the screen looks at all pipelines, so that the bar on top counts the deals of all."""
        return False

    def scope_note(self) -> str:
        """What the form of the scope must say of its pipeline, where the screen looks at others."""
        return ""

    def explanation(self) -> Explanation | None:
        """The figure under the cursor explained, for ``?``; where there is none ``?`` lists the keys."""
        return None

    def view_state(self) -> dict[str, str]:
        """How the screen is set, in words of its own: its panel, grouping, order. A saved view keeps it."""
        return {}

    def take_view_state(self, state: Mapping[str, str]) -> None:
        """Set the screen as it was when a view was saved.

        :param state: as :meth:`view_state` gave it, maybe of an earlier version of the program.
        :raises ValueError: for a word that is not known any more, and so does KeyError.
        """

    def help_text(self) -> str:
        """What a reader should know of the screen, for the list of its keys."""
        return ""

    @property
    def has_row(self) -> bool:
        """Whether the cursor is on something that the keys of ``ON_ROW`` can act on."""
        return True

    def is_hinted(self, names: str) -> bool:
        """Whether a key would do something to what is shown just now; one that only says why not is no hint.

        :param names: as in ``HINTS``.
        """
        view = self.funnel.view
        if names == "new_deal" and view is not None and not view.pipelines:
            return False  # a deal is made in a pipeline
        return self.has_row or self.ON_ROW.isdisjoint(names.split())

    def _worth_a_hint(self) -> Iterator[tuple[str, str]]:
        """The hints of the present state, the most useful first; no key twice."""
        if self.is_hidden:
            return
        first = () if self.has_row else self.HINTS_OF_NOTHING
        known = {names for names, _ in first}
        yield from first
        yield from (hint for hint in self.HINTS if hint[0] not in known)

    def tell_hints(self) -> None:
        """Show the hints of this screen as the user has the keys."""
        bound: dict[str | None, Binding] = {}
        for active in self.active_bindings.values():
            if self._does_something(active):
                bound.setdefault(active.binding.id, active.binding)
        hints = [
            Hint(" ".join(self.app.get_key_display(bound[name]) for name in names.split()), words)
            for names, words in self._worth_a_hint()
            if all(name in bound for name in names.split()) and self.is_hinted(names)
        ]
        own = getattr(self.focused, "foot_hints", None)
        if own is not None:
            hints = own()  # a field has its own keys, and letters are text in it
        self._told_hints = True
        help_key = bound.get("help", Binding("question_mark", "help", trc("key", "help")))
        self.query_one(HintLine).say(hints, Hint(self.app.get_key_display(help_key), trc("key", "help")))

    def _does_something(self, active: ActiveBinding) -> bool:
        """Whether a key is worth a hint as things stand."""
        if not active.enabled or (self.funnel.is_past and active.binding.id in WRITES):
            return False
        return not isinstance(active.node, Grid) or active.node.can(active.binding.action)
