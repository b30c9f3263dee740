"""A field that searches while one types: choose what is found, or make something new of that name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from funnel_tui.dialogs.wishes import Finding, Pick, Suggestion
from funnel_tui.domain.finding import fold
from funnel_tui.domain.shown import clean
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr, trc
from funnel_tui.widgets.cells import padded
from funnel_tui.widgets.fields import TextField

MOST = 7
"""Suggestions that are shown at most."""


class PickPanel(Widget):
    """The suggestions under a field. It lies over the form, so that nothing moves."""

    DEFAULT_CSS = """
    PickPanel {
        display: none; overlay: screen; constrain: none inside; height: auto; width: 1fr; max-width: 65;
        margin-left: 17; background: $bar-back; color: $bar-text;
    }
    PickPanel.-open { display: block; }
    PickPanel > .panel--cursor { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    PickPanel > .panel--warn { color: $warning; background: $bar-back; }
    PickPanel > .panel--muted { color: $muted; background: $bar-back; text-style: $muted-style; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"panel--cursor", "panel--warn", "panel--muted"}

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[tuple[str, str, str]] = ()
        self.at = 0

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return self.has_class("-open")

    def show(self, lines: Sequence[tuple[str, str, str]], at: int) -> None:
        """Show suggestions.

        :param lines: name, what is known of it, and a warning; user text.
        :param at: the one under the cursor.
        """
        grown = len(lines) != len(self.lines)
        self.lines, self.at = lines, at
        self.add_class("-open")
        self.refresh(layout=grown)

    def hide(self) -> None:
        """Take it away."""
        self.remove_class("-open")

    def move(self, by: int) -> None:
        """Move the cursor; after the last comes the first."""
        self.at = (self.at + by) % max(1, len(self.lines))
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """A line for each."""
        return len(self.lines)

    def render_line(self, y: int) -> Strip:
        """A name, then what is known of it."""
        width = self.size.width
        if y >= len(self.lines):
            return Strip.blank(width, self.rich_style)
        name, about, warning = self.lines[y]
        beside = warning or about
        room = max(0, width - 3 - (min(cell_len(clean(beside)), width // 2) + 2 if beside else 0))
        left = padded(f"  {name}", room + 2)
        right = padded(f"  {beside}" if beside else "", width - room - 2)
        if y == self.at:
            return Strip([Segment(left + right, self.get_component_rich_style("panel--cursor"))], width)
        look = self.get_component_rich_style("panel--warn" if warning else "panel--muted")
        return Strip([Segment(left, self.rich_style), Segment(right, look)], width)


class Noun(NamedTuple):
    """What a field picks, as whole sentences: word order and gender differ between languages.

    :param created: that a new one will be created.
    :param looked_up: that the search has not ended.
    :param unclear: that it is not clear which one is meant.
    """

    created: str
    looked_up: str = ""
    unclear: str = ""


ORGANISATION = Noun(
    tr("New: this organisation will be created."),
    tr("Organisation is still being looked up; try again in a moment."),
    tr("It is not clear which organisation is meant: type and choose one of the list, or “+ new”."),
)
PERSON = Noun(
    tr("New: this person will be created."),
    tr("Person is still being looked up; try again in a moment."),
    tr("It is not clear which person is meant: type and choose one of the list, or “+ new”."),
)
SOURCE = Noun(tr("New: this source will be created."))
PRODUCT = Noun(tr("New: this product will be created."))
NOUNS: Mapping[str, Noun] = {"organisation": ORGANISATION, "person": PERSON, "source": SOURCE}


class Said(NamedTuple):
    """What there is to say about a picked thing, and how it looks."""

    words: str = ""
    look: str = ""


class Picker(TextField):
    """Type to search; arrows choose, ``enter`` takes what they are on and goes to the next field, as ``tab``
    does. Leaving the field takes what the cursor is on.

    The search runs in a thread, one at a time: a slow database delays the suggestions, never a key.

    :param finding: answers what may be meant.
    :param pick: what it begins with; ``text`` is what had been typed where nothing was picked.
    :param noun: what is picked, such as ``organisation``.
    :param free: any text will do and no search is needed to settle it; ``finding`` must be fast then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", tr("next"), show=False, id="pick_next", tooltip=tr("The next suggestion")),
        Binding(
            "up", "move(-1)", tr("previous"), show=False, id="pick_previous", tooltip=tr("The one before")
        ),
        Binding(
            "escape",
            "hide",
            trc("key", "close"),
            show=False,
            id="pick_close",
            tooltip=tr("Close the suggestions"),
        ),
    ]

    @dataclass
    class Settled(Message):
        """Something was picked, made new, or is not settled any more."""

        picker: Picker
        suggestion: Suggestion | None = None

        @property
        def control(self) -> Picker:
            """The field."""
            return self.picker

    @dataclass
    class Found(Message, bubble=False):
        """A search has ended."""

        text: str
        suggestions: tuple[Suggestion, ...]
        problem: str = ""

    def __init__(
        self,
        finding: Finding,
        pick: Pick | None,
        *,
        noun: Noun,
        text: str = "",
        free: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(pick.name if pick else text, id=id, select=True)
        self.pick = pick
        self.panel = PickPanel()
        self._finding, self._noun, self.free = finding, noun, free
        self._found: tuple[Suggestion, ...] = ()
        self._found_for: str | None = None
        self._searching = False
        self._known_value = self.value
        self._about = self._warning = self._problem = ""

    @property
    def typed(self) -> str:
        """What stands in the field, without surrounding blanks."""
        return self.value.strip()

    @property
    def is_settled(self) -> bool:
        """Whether it is clear what is meant; an empty field is."""
        return self.free or not self.typed or self.pick is not None

    def said(self) -> Said:
        """What to say under the field."""
        if not self.typed or self.is_settled_to_known:
            return Said(self._about if self.typed else "")
        if self.pick is not None or self.free:
            if self._warning:
                return Said(tr("New, but much like {names}.").format(names=self._warning), "-warn")
            return Said(self._noun.created)
        if self._problem:
            return Said(tr("Cannot be looked up: {problem}").format(problem=self._problem), "-warn")
        return Said()

    @property
    def is_settled_to_known(self) -> bool:
        """Whether something that exists was picked."""
        return self.pick is not None and self.pick.id is not None

    def unsettled_words(self) -> str:
        """Why the form cannot be accepted with what is typed here."""
        if self._problem:
            return tr("Cannot be looked up: {problem}").format(problem=self._problem)
        if self._searching:
            return self._noun.looked_up
        return self._noun.unclear

    def put(self, pick: Pick | None) -> None:
        """Fill the field from outside."""
        self._settle(pick)

    def settle(self) -> None:
        """Take the suggestion under the cursor, if there are any."""
        if self.panel.is_open:
            self._choose(self.panel.at)

    # Searching

    def on_mount(self) -> None:
        """A name that a draft left open is looked up again."""
        if not self.is_settled:
            self._search()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Begin to search for what is typed, unless it was put there by picking."""
        if event.input is not self or self.value == self._known_value:
            return  # Textual tells of the first value too
        self._known_value = self.value
        if self.pick is not None and self.value == self.pick.name:
            return
        self.pick = None
        self._about = self._warning = self._problem = ""
        if not self.typed:
            self.panel.hide()
            self.post_message(self.Settled(self))
        elif self.free:
            self._take(self.Found(self.typed, tuple(self._finding(self.typed))))
        else:
            self._search()

    def _search(self) -> None:
        if self._searching:
            return  # what is typed by then is searched for when this one ends
        self._searching = True
        text = self.typed
        self.run_worker(lambda: self._look(text), thread=True, exit_on_error=False)

    def _look(self, text: str) -> None:
        """In a thread."""
        try:
            found = self.Found(text, tuple(self._finding(text)))
        except FunnelError as error:
            found = self.Found(text, (), error.message)
        except Exception as error:
            from funnel_tui.journal import record_crash

            record_crash(error)
            found = self.Found(
                text, (), tr("the program made a mistake ({error}).").format(error=type(error).__name__)
            )
        self.post_message(found)

    def on_picker_found(self, event: Found) -> None:
        """Show what was found, or search again when more was typed since."""
        self._searching = False
        self._take(event)

    def _take(self, event: Found) -> None:
        if self.typed != event.text or self.pick is not None:
            if self.typed and self.pick is None:
                self._search()
            return
        self._found, self._found_for, self._problem = event.suggestions[:MOST], event.text, event.problem
        if event.problem:
            self.panel.hide()
            self.post_message(self.Settled(self))
        elif self.has_focus:
            self.panel.show(self._panel_lines(), self._likely())
        else:
            self._settle_alone()

    def _panel_lines(self) -> list[tuple[str, str, str]]:
        lines = [(one.name, one.about, one.alike) for one in self._found]
        exact = self.free and any(fold(one.name) == fold(self.typed) for one in self._found)
        return lines if exact else [*lines, (tr("+ new: {name}").format(name=self.typed), "", "")]

    def _likely(self) -> int:
        """Where the cursor begins: on the first one if its name begins as typed, else on the new one."""
        text = fold(self.typed)
        if self._found and text and fold(self._found[0].name).startswith(text):
            return 0
        return len(self._found)

    # Settling

    def _settle(
        self, pick: Pick | None, *, about: str = "", warning: str = "", chosen: Suggestion | None = None
    ) -> None:
        self.panel.hide()
        self.pick, self._about, self._warning, self._problem = pick, about, warning, ""
        self.value = "" if pick is None else pick.name
        self.cursor_position = len(self.value)
        self.post_message(self.Settled(self, chosen))

    def _choose(self, at: int) -> None:
        if at < len(self._found):
            one = self._found[at]
            self._settle(Pick(one.name, one.id), about=one.about, chosen=one)
        else:
            near = next((one for one in self._found if one.alike), None)
            warning = "" if near is None or self.free else f"{near.name} ({near.alike})"
            self._settle(Pick(self.typed), warning=warning)

    def _settle_alone(self) -> None:
        """The field was left before the answer came: take only what is beyond doubt."""
        if self.free:
            self._choose(self._likely())
            return
        exact = [at for at, one in enumerate(self._found) if fold(one.name) == fold(self.typed)]
        if len(exact) == 1:
            self._choose(exact[0])
        elif not self._found:
            self._choose(0)
        else:
            self.post_message(self.Settled(self))

    # Keys

    def action_move(self, by: int) -> None:
        """Move in the suggestions; without any, to another field."""
        if not self.panel.is_open:
            raise SkipAction
        self.panel.move(by)

    def action_hide(self) -> None:
        """Close the suggestions; without any, the form."""
        if not self.panel.is_open:
            raise SkipAction
        self.panel.hide()

    async def action_submit(self) -> None:
        """Take the suggestion under the cursor and go to the next field; without any, accept the form."""
        if not self.panel.is_open:
            await super().action_submit()
            return
        self._choose(self.panel.at)
        if self.screen.focus_chain[-1] is not self:  # after the last field would come the first
            self.screen.focus_next()

    def on_blur(self, event: events.Blur) -> None:  # noqa: ARG002
        """Take the suggestion under the cursor."""
        if self.panel.is_open:
            self.settle()
        elif not self.is_settled and self._found_for == self.typed and not self._problem:
            self._settle_alone()
