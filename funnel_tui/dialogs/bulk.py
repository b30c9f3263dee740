"""What is wished for the marked deals. The answer of each dialog is a wish of ``domain.bulk_edit``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from funnel_tui.dialogs.chooser import Entry
from funnel_tui.dialogs.deal_fields import HELP, OPTIONAL_NOTE, day_echo, day_value, percent_words
from funnel_tui.dialogs.form import Form, Refusals
from funnel_tui.dialogs.numbered import Numbered, NumberedForm
from funnel_tui.dialogs.wishes import Named, Reader
from funnel_tui.domain.bulk_edit import (
    AddTag,
    Lose,
    MoveTo,
    Reassign,
    RemoveTag,
    SetExpectedClose,
    SetProbability,
    SetSource,
    Wish,
)
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr, trc
from funnel_tui.widgets.fields import FieldRow, NoteField, Options, TextField
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.lines import Hint

ENTRIES = (
    Entry(tr("Move to a stage"), "m", tr("The stage is chosen next"), "move"),
    Entry(tr("Win"), "w", tr("They are won now"), "win"),
    Entry(tr("Lose"), "x", tr("With one reason for all of them"), "lose"),
    Entry(tr("Give to another rep"), "", tr("The owner is chosen next"), "reassign"),
    Entry(tr("Set the expected close"), "", tr("One day for all of them, or none"), "close"),
    Entry(tr("Set the probability"), "", tr("One for all of them, or that of the stage"), "probability"),
    Entry(tr("Set the source"), "", tr("One for all of them, or none"), "source"),
    Entry(tr("Add a tag"), "", tr("A known tag or a new one"), "tag"),
    Entry(tr("Take a tag off"), "", tr("The tag is chosen next"), "untag"),
)
"""What can be done to marked deals."""

REFUSE, BRING = 0, 1


class BulkPick(NumberedForm[Wish]):
    """A wish that is chosen from a list.

    :param count: how many deals are marked.
    :param names: what there is to choose from.
    :param reader: what typed text means.
    """

    DOING: ClassVar[str] = tr("Change")
    MISSING: ClassVar[str] = tr("Type a number or part of a name.")

    def __init__(self, count: int, names: Sequence[Numbered], reader: Reader) -> None:
        super().__init__()
        self._count, self._names, self.reader = count, names, reader

    @property
    def heading(self) -> str:
        """What is done, and to how many."""
        return f"{self.DOING}: {deals(self._count)}"

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` looks first; it changes nothing yet."""
        return [*self.HINTS, Hint("enter", tr("see what it would do"))], Hint("esc", trc("key", "back"))

    def entries(self) -> Sequence[Numbered]:
        """What there is to choose from."""
        return self._names

    def compose_middle(self) -> ComposeResult:
        """The field and the list."""
        yield from self.compose_pick()

    def on_mount(self) -> None:
        """Nothing is chosen before somebody has chosen."""
        self.start_list(None)

    def picked_name(self, refusals: Refusals) -> str:
        """The name that was chosen or typed; what is wrong with it is put into ``refusals``."""
        if self.chosen is not None:
            return self._names[self.chosen].name
        found = refusals.read(lambda: self.reader.line(self.new, "pick"))
        return found or ""

    def wish(self, refusals: Refusals) -> Wish:
        """The wish, once something is chosen; what is wrong is put into ``refusals``."""
        raise NotImplementedError

    def action_accept(self) -> None:
        """Give the wish, or say what is missing."""
        refusals = Refusals()
        if self.chosen is None and not self.is_new:
            self.refuse({"pick": self.MISSING})
            return
        wish = self.wish(refusals)
        if not self.refuse(refusals):
            self.dismiss(wish)


class BulkMove(BulkPick):
    """To which stage. The answer is a :class:`MoveTo`.

    :param stages: the number of the stage, that of its pipeline, and how they are shown.
    :param many: whether there is more than one pipeline.
    """

    DOING = tr("Move")
    LABEL = tr("Stage")
    MISSING = tr("To which stage? Type its number or part of its name.")

    def __init__(
        self, count: int, stages: Sequence[tuple[int, int, Numbered]], reader: Reader, *, many: bool
    ) -> None:
        super().__init__(count, [shown for _, _, shown in stages], reader)
        self._stages, self._many = stages, many

    def compose_middle(self) -> ComposeResult:
        """The stages, and what is to happen to deals of other pipelines."""
        yield from super().compose_middle()
        if self._many:
            options = Options(
                [(REFUSE, tr("refuse them")), (BRING, tr("bring them over"))], REFUSE, id="others"
            )
            yield FieldRow(
                "others", tr("Other pipelines"), options, help=tr("deals that are in another pipeline")
            )

    def wish(self, refusals: Refusals) -> Wish:  # noqa: ARG002
        """The stage, and its pipeline when deals shall change over."""
        assert self.chosen is not None
        stage, pipeline, _ = self._stages[self.chosen]
        bring = self._many and self.query_one("#others", Options).number == BRING
        return MoveTo(stage, pipeline if bring else None)


class BulkLose(BulkPick):
    """Why they are lost. The answer is a :class:`Lose`."""

    DOING = tr("Lose")
    LABEL = tr("Reason")
    HELP = tr("a number, a name, or a new reason")
    NEW = True
    MISSING = tr("Why were they lost? Type a number, a name, or a new reason.")

    def compose_middle(self) -> ComposeResult:
        """The reasons and a note."""
        yield from super().compose_middle()
        yield FieldRow("note", tr("Note"), NoteField(id="note"), help=OPTIONAL_NOTE)

    def wish(self, refusals: Refusals) -> Wish:
        """Reason and note."""
        note = refusals.read(lambda: self.reader.note(self.query_one("#note", NoteField).text))
        return Lose(self.picked_name(refusals), note)


class BulkReassign(BulkPick):
    """To whom they are given. The answer is a :class:`Reassign`.

    :param reps: number and name of each.
    """

    DOING = tr("Give to another rep")
    LABEL = tr("Rep")
    MISSING = tr("To whom? Type a number or part of a name.")

    def __init__(self, count: int, reps: Sequence[Named], reader: Reader) -> None:
        super().__init__(count, [Numbered(name) for _, name in reps], reader)
        self._reps = reps

    def wish(self, refusals: Refusals) -> Wish:  # noqa: ARG002
        """The rep."""
        assert self.chosen is not None
        return Reassign(self._reps[self.chosen][0])


class BulkSource(BulkPick):
    """Where they come from. The answer is a :class:`SetSource`; the last entry is for none."""

    DOING = tr("Set the source")
    LABEL = tr("Source")
    HELP = tr("a number, a name, or a new source")
    NEW = True
    MISSING = tr("Which source? Type a number, a name, or a new source.")

    def entries(self) -> Sequence[Numbered]:
        """The known sources, and none."""
        return [*self._names, Numbered(tr("(none)"), tr("take the source away"), "muted")]

    def wish(self, refusals: Refusals) -> Wish:
        """The source."""
        return SetSource(None if self.chosen == len(self._names) else self.picked_name(refusals))


class BulkTag(BulkPick):
    """A tag to put on them. The answer is an :class:`AddTag`."""

    DOING = tr("Add a tag")
    LABEL = tr("Tag")
    HELP = tr("a number, a name, or a new tag")
    NEW = True
    MISSING = tr("Which tag? Type a number, a name, or a new tag.")

    def wish(self, refusals: Refusals) -> Wish:
        """The tag."""
        return AddTag(self.picked_name(refusals))


class BulkUntag(BulkPick):
    """A tag to take off them. The answer is a :class:`RemoveTag`."""

    DOING = tr("Take a tag off")
    LABEL = tr("Tag")
    MISSING = tr("Which tag? Type a number or part of its name.")

    def wish(self, refusals: Refusals) -> Wish:
        """The tag."""
        return RemoveTag(self.picked_name(refusals))


class BulkValue(Form[Wish]):
    """A day or a percentage for all of them.

    :param count: how many deals are marked.
    :param reader: what typed text means.
    """

    DOING: ClassVar[str]
    NAMED: ClassVar[str]
    LABEL: ClassVar[str]
    HELP: ClassVar[str]
    AUTO_FOCUS = "TextField"

    def __init__(self, count: int, reader: Reader) -> None:
        super().__init__()
        self._count, self.reader = count, reader

    @property
    def heading(self) -> str:
        """What is done, and to how many."""
        return f"{self.DOING}: {deals(self._count)}"

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` looks first; it changes nothing yet."""
        return [Hint("enter", tr("see what it would do"))], Hint("esc", trc("key", "back"))

    def compose_middle(self) -> ComposeResult:
        """The field."""
        yield FieldRow(self.NAMED, self.LABEL, TextField(id=self.NAMED), help=self.HELP)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(TextField).value

    def echo(self) -> str:
        """What was understood; empty when nothing is typed.

        :raises InvalidInput: when it makes no sense.
        """
        raise NotImplementedError

    def wish(self) -> Wish:
        """The wish.

        :raises InvalidInput: when what is typed makes no sense.
        """
        raise NotImplementedError

    def field_changed(self, row: FieldRow) -> None:
        """Echo what is understood."""
        try:
            row.say(self.echo())
        except InvalidInput:
            row.say()

    def action_accept(self) -> None:
        """Give the wish, or say what is wrong."""
        refusals = Refusals()
        wish = refusals.read(self.wish)
        if not self.refuse(refusals) and wish is not None:
            self.dismiss(wish)


class BulkClose(BulkValue):
    """When they are expected to close. The answer is a :class:`SetExpectedClose`."""

    DOING = tr("Set the expected close")
    NAMED = "expected_close"
    LABEL = tr("Expected close")
    HELP = tr("{how}; empty for none").format(how=HELP["expected_close"])

    def echo(self) -> str:
        """The day."""
        return day_echo(self.text, self.reader)

    def wish(self) -> Wish:
        """The day."""
        return SetExpectedClose(day_value(self.reader.day(self.text)))


class BulkProbability(BulkValue):
    """How likely they are won. The answer is a :class:`SetProbability`."""

    DOING = tr("Set the probability")
    NAMED = "probability_bp"
    LABEL = tr("Probability")
    HELP = tr("40, 40 % or 12.5; empty for that of the stage")

    def echo(self) -> str:
        """The percentage."""
        found = self.reader.percent(self.text)
        return "" if found is None else f"= {percent_words(found)}"

    def wish(self) -> Wish:
        """The percentage."""
        return SetProbability(self.reader.percent(self.text))
