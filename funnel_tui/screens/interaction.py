"""One interaction on a screen of its own, with its whole note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.calendar_names import WEEKDAYS, day_text
from funnel_tui.domain.interactions import InteractionFact, is_conversation
from funnel_tui.domain.period import local_day
from funnel_tui.domain.status import Direction
from funnel_tui.errors import NotFound
from funnel_tui.language import tr, trc
from funnel_tui.screens.interaction_actions import InteractionActions
from funnel_tui.services.interaction_list import one_interaction
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.activity_stream import Reading, duration_words, stream_cells
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.pane import Pane, PaneLine, said

ONE = "one"
LABEL_WIDTH = 14


class OneFound(NamedTuple):
    """An interaction that was read; None when it is gone."""

    fact: InteractionFact | None
    reading: Reading


def read_one(workspace: Workspace, *, number: int) -> OneFound:
    """Read an interaction."""
    zone, now = ZoneInfo(workspace.settings().time_zone), workspace.clock()
    reading = Reading(now, local_day(now, zone), zone)
    try:
        return OneFound(one_interaction(workspace, number), reading)
    except NotFound:
        return OneFound(None, reading)


def fact_lines(fact: InteractionFact, reading: Reading, width: int) -> list[PaneLine]:
    """Everything that is known of an interaction."""
    when = datetime.fromtimestamp(fact.at, reading.zone)
    late = fact.planned and fact.at < reading.now
    state = tr("done")
    if fact.planned:
        state = tr("planned, and its time has passed") if late else tr("planned")
    outcome = outcome_word(fact.outcome or "")
    if is_conversation(fact.outcome):
        outcome = tr("{outcome}   somebody answered").format(outcome=outcome)
    told = [
        # Translators: a label of at most 13 cells
        (tr("When"), f"{WEEKDAYS[when.weekday()]} {day_text(when)} {when:%H:%M}", "plain"),
        (tr("State"), state, "bad" if late else "plain"),
        # Translators: a label of at most 13 cells
        (tr("Outcome"), outcome, "plain"),
        # Translators: the label has at most 13 cells
        (tr("Direction"), tr("they to us") if fact.direction is Direction.IN else tr("we to them"), "plain"),
        # Translators: how long a call or a meeting was, at most 13 cells
        (tr("Took"), duration_words(fact.duration_seconds), "plain"),
        (tr("Deal"), fact.deal or "", "plain"),
        # Translators: a label of at most 13 cells
        (tr("Organisation"), fact.organisation or "", "plain"),
        (tr("Person"), fact.person or "", "plain"),
        (tr("Rep"), fact.owner, "plain"),
    ]
    lines: list[PaneLine] = []
    for label, text, look in told:
        if text:
            lines += said(label, text, width, look=look, label_width=LABEL_WIDTH)
    lines.append(())
    return lines + list(said(tr("Note"), fact.note or tr("none"), width, label_width=LABEL_WIDTH))


class InteractionScreen(InteractionActions[None]):
    """An interaction. ``esc`` goes back.

    :param number: its number.
    """

    HAS_PERIOD = False
    NOW_ONLY = tr("An interaction is only known as it is written now. {time_machine} and now bring you back.")
    AUTO_FOCUS = "Pane"
    HINTS = (
        ("back", trc("key", "back")),
        ("interaction_edit", trc("key", "edit")),
        ("interaction_open", tr("its deal")),
        ("interaction_done", trc("key", "done")),
        ("interaction_deal", tr("make deal")),
        ("interaction_link", tr("link")),
        ("interaction_delete", trc("key", "delete")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the stream")),
    ]

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._found: OneFound | None = None

    def compose_middle(self) -> ComposeResult:
        """Heading and page."""
        yield Line(id="title")
        yield Pane(id="interaction")

    async def on_mount(self) -> None:
        """Read it before the first frame."""
        await self.read_first(ONE, partial(read_one, number=self._number))
        self.hold_frame(lambda: None)

    def reload(self) -> None:
        """Read it again."""
        self.read(ONE, partial(read_one, number=self._number))

    @property
    def interaction(self) -> InteractionFact | None:
        """The interaction."""
        return None if self._found is None else self._found.fact

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show it."""
        self._found = found
        fact: InteractionFact | None = found.fact
        title = self.query_one("#title", Line)
        if fact is None:
            title.say(tr("This interaction is gone: deleted or undone meanwhile. esc goes back."))
            self.query_one(Pane).show(lambda _width: ())
            return
        about = fact.deal or fact.organisation or fact.person
        kind = kind_word(fact.kind)
        title.say(tr("{kind} with {about}").format(kind=kind, about=about) if about else kind)

        def build(width: int) -> Sequence[PaneLine]:
            return fact_lines(fact, found.reading, width)

        self.query_one(Pane).show(build, keep=True)
        self.tell_scope()
        self.tell_hints()

    def copied(self) -> str:
        """The values of its row."""
        if self._found is None or self._found.fact is None:
            return ""
        return "\t".join(cell.text for cell in stream_cells(self._found.fact, self._found.reading)[1:])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing here are not offered."""
        fact = self.interaction
        if fact is not None:
            if action == "finish":
                return fact.planned
            if action in {"deal", "open_deal"}:
                return (fact.deal_id is None) == (action == "deal")
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Back to the stream."""
        self.dismiss(None)
