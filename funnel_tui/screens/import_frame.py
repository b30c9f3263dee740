"""The frame of the preview of an import: what is chosen about the file, and the column of each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr, trn
from funnel_tui.screens.import_choosing import (
    ASK,
    COLUMN,
    OWN,
    PIPELINE,
    VALUE,
    form,
    question,
    with_column,
    with_value,
)
from funnel_tui.screens.import_reading import Imported
from funnel_tui.screens.import_rows import MAPPED_COLUMNS, FieldRows
from funnel_tui.screens.import_telling import BESIDE_KEYS, beside_lines
from funnel_tui.screens.import_words import DATES, KIND_WORDS, MARKS, PROGRAM_WORDS
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.named_keys import KEYS

if TYPE_CHECKING:
    from funnel_tui.dialogs.fixed_value import FixedValueForm
    from funnel_tui.screens.host import HostApp
    from funnel_tui.services.importing.preview import Choices, FieldLook, FileLook

HEADER_WORDS = (tr("names the columns"), tr("is data"))


def beside_bindings() -> list[BindingType]:
    """A key for each file beside it that can be offered."""
    return [
        Binding(KEYS[name], f"beside({number})", tr("with or without"), show=False, id=name,
                tooltip=tr("Read this file of the same folder too, or leave it out"))
        for number, name in enumerate(BESIDE_KEYS)
    ]  # fmt: skip


class ImportFrame(Dialog[Imported]):
    """The choices about a file and the table of its fields; what it shows below is that of a subclass.

    :param path: the file.
    """

    DEFAULT_CSS = """
    ImportFrame #middle { padding: 0 1; }
    ImportFrame .choices { height: 1; }
    ImportFrame .label { width: 11; color: $muted; text-style: $muted-style; }
    ImportFrame #unread { width: 1fr; }
    ImportFrame Choice { width: 1fr; }
    ImportFrame Choice:focus { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    ImportFrame #status { text-style: bold; }
    ImportFrame #status.-wrong { color: $error; }
    ImportFrame #fields { height: 1fr; }
    ImportFrame #below { height: 1fr; }
    ImportFrame #others { display: none; height: auto; }
    ImportFrame #beside { width: 1fr; height: auto; }
    ImportFrame #notes { display: none; height: auto; max-height: 6; color: $warning; }
    ImportFrame #why { display: none; }
    ImportFrame #reason { height: auto; color: $error; }
    ImportFrame #way { display: none; height: auto; max-height: 3; text-style: bold; }
    ImportFrame #effect { display: none; height: 1fr; padding: 0 1; overflow-y: auto; }
    ImportFrame.-effect #effect { display: block; }
    ImportFrame.-effect #below { display: none; }
    """
    AUTO_FOCUS = "#fields"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,space", "map", tr("change column"), id="map",
                tooltip=tr("Read the field from another column, or give it a fixed value")),
        *beside_bindings(),
        Binding("tab", "app.focus_next", tr("next"), priority=True,
                id="tab", tooltip=tr("The next part of the screen")),
        Binding("shift+tab", "app.focus_previous", tr("before"), priority=True,
                id="tab_back", tooltip=tr("The part before")),
    ]  # fmt: skip

    def __init__(self, path: Path) -> None:
        super().__init__()
        from funnel_tui.services.importing.preview import Choices

        self._path = path
        self._choices: Choices = Choices()
        self._look: FileLook | None = None
        self._importing = False
        self._given: tuple[Choices, FieldLook, str] | None = None

    @property
    def heading(self) -> str:
        """Which file."""
        return tr("Import {file}").format(file=clean(str(self._path)))

    @property
    def _host(self) -> HostApp:
        return cast("HostApp", self.app)

    def compose_middle(self) -> ComposeResult:
        """The choices, how it stands, the fields, and below them rows or what is refused."""
        kinds, programs = list(KIND_WORDS.values()), _programs("")
        with Horizontal(classes="choices"):
            yield from _choice("kind", tr("It holds"), kinds)
            yield from _choice("program", tr("Comes from"), programs)
        with Horizontal(classes="choices"):
            yield from _choice("dates", tr("Dates"), [words for _, words in DATES])
            yield from _choice("marks", tr("Amounts"), [words for _, words in MARKS])
        with Horizontal(classes="choices"):
            yield from _choice("header", tr("First row"), HEADER_WORDS)
            yield Line(id="unread", classes="label")
        with Horizontal(id="others"):
            yield Line(tr("With it"), classes="label")
            yield Line(id="beside")
        yield Line(tr("Reading …"), id="status")
        yield Static(id="notes", markup=False)
        yield Grid(by_cell=False, id="fields")
        yield TabLine(id="views")
        yield Grid(by_cell=False, when_moved=self.below_moved, id="below")
        with VerticalScroll(id="why"):
            yield Static(id="reason", markup=False)
        yield Static(id="way", markup=False)
        yield Static(id="effect", markup=False)

    def choices_changed(self) -> None:
        """The file is to be read in another way."""
        raise NotImplementedError

    def action_import(self) -> None:
        """Import the file."""
        raise NotImplementedError

    def below_moved(self) -> None:
        """The cursor stands on another row of the table below."""
        raise NotImplementedError

    def show_look(self, seen: FileLook) -> None:
        """Show how the file would be read: the choices that were found out, and the fields."""
        self._look = seen
        self._offer(seen)
        self._ask_again(seen)
        lines = beside_lines(seen)
        beside = self.query_one("#beside", Line)
        beside.styles.height = len(lines)
        beside.say(*lines)
        self.query_one("#others").display = bool(lines)
        self.query_one("#fields", Grid).show(
            MAPPED_COLUMNS, FieldRows(seen.fields, new_pipeline=seen.new_pipeline)
        )
        if seen.unread:
            words = trn("Not read: {n} column ({names})", "Not read: {n} columns ({names})", len(seen.unread))
            words = words.format(n=len(seen.unread), names=", ".join(map(clean, seen.unread)))
        else:
            words = tr("Every column is read.") if seen.columns else ""
        self.query_one("#unread", Line).say(words)

    def _ask_again(self, seen: FileLook) -> None:
        """Take back a text for every row that its field cannot have, and ask for another."""
        given, self._given = self._given, None
        if given is None or seen.bad_value is None or not self.is_current:
            return
        before, field, text = given
        if seen.bad_value[0] == field.name:
            self._choices = before
            self._ask(field, form(field, text=text, wrong=seen.bad_value[1]))
            self.call_later(self.choices_changed)

    def _offer(self, seen: FileLook) -> None:
        """Show in the choices what was found out."""
        kind = self.query_one("#kind", Choice)
        kind.chosen = list(KIND_WORDS).index(seen.kind)
        kind.refresh()
        guess = "" if self._choices.program or seen.program == "generic" else seen.program
        program = self.query_one("#program", Choice)
        program.offer(_programs(guess))
        program.chosen = list(PROGRAM_WORDS).index(seen.program)
        program.refresh()

    @on(Choice.Changed)
    def _chosen(self, message: Choice.Changed) -> None:
        message.stop()
        if self._importing:
            return
        choice, choices = message.choice, self._choices
        match choice.id:
            case "kind":
                kind = list(KIND_WORDS)[choice.chosen]
                choices = replace(choices, kind=kind, maps={}, values={}, pipeline=None)
            case "program":
                program = list(PROGRAM_WORDS)[choice.chosen]
                choices = replace(choices, program=program)
            case "dates":
                choices = replace(choices, date_format=DATES[choice.chosen][0])
            case "marks":
                choices = replace(choices, decimal=MARKS[choice.chosen][0])
            case "header":
                choices = replace(choices, header=choice.chosen == 0, maps={}, values={})
        self._choices = choices
        self.choices_changed()

    @on(Grid.Chosen)
    def _enter(self, message: Grid.Chosen) -> None:
        """``enter`` does the same everywhere."""
        message.stop()
        self.action_import()

    def action_beside(self, number: int) -> None:
        """Read a file of the same folder too, or leave it out."""
        seen = self._look
        if not self._importing and seen is not None and number < len(seen.beside):
            file = seen.beside[number]
            beside = {**self._choices.beside, file.path.name: not file.used}
            self._choices = replace(self._choices, beside=beside)
            self.choices_changed()

    def action_map(self) -> None:
        """Pick the column that a field is read from, a text for every row, or the pipeline of all deals."""
        seen, grid = self._look, self.query_one("#fields", Grid)
        if self._importing or seen is None or not seen.fields:
            return
        field = seen.fields[grid.row]
        self.app.push_screen(question(seen, field), partial(self._map, field))

    def _map(self, field: FieldLook, answer: str | None) -> None:
        if answer is None:
            return
        what, _, text = answer.partition(" ")
        if what == ASK:
            self._ask(field, form(field))
        elif what == VALUE:
            self._give(field, text)
        else:
            if what == OWN:
                self._choices = replace(self._choices, pipeline=None)
            else:
                column = text if what == COLUMN else ""
                self._choices = with_column(self._choices, field.name, column)
            self.choices_changed()

    def _ask(self, field: FieldLook, dialog: FixedValueForm) -> None:
        """Ask for the text of every row, or for the name of a pipeline."""

        def told(text: str | None) -> None:
            if text is not None:
                self._give(field, text)

        self.app.push_screen(dialog, told)

    def _give(self, field: FieldLook, text: str) -> None:
        """A text for every row; where it cannot be, it is asked for again."""
        if field.name == PIPELINE:
            from funnel_tui.services.importing.offered import pipeline_name

            try:
                text = pipeline_name(text)
            except FunnelError as error:
                self._ask(field, form(field, text=text, wrong=error.message))
                return
        self._given = self._choices, field, text
        self._choices = with_value(self._choices, field.name, text)
        self.choices_changed()


def _choice(name: str, label: str, options: Sequence[str]) -> ComposeResult:
    yield Line(label, classes="label")
    yield Choice(options, id=name)


def _programs(guessed: str) -> list[str]:
    """The programs; the one that a file looks like is marked."""
    looks = tr("{program}, it seems")
    return [
        looks.format(program=words) if name == guessed else words for name, words in PROGRAM_WORDS.items()
    ]
