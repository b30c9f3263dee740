"""A file before it is imported: how its columns are read, its first rows, what is refused, what would happen.

Everything is read in threads; a change of a choice ends what is under way and begins anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.pick_one import Offer, PickOne
from funnel_tui.domain.shown import clean
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr, trn
from funnel_tui.screens.import_rows import (
    FIRST_COLUMNS,
    MAPPED_COLUMNS,
    REFUSED_COLUMNS,
    FieldRows,
    FirstRows,
    RefusedRows,
    first_columns,
)
from funnel_tui.screens.import_words import (
    DATES,
    FIELD_WORDS,
    KIND_WORDS,
    MARKS,
    PROGRAM_WORDS,
    counted,
    refused_words,
)
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Hint, HintLine, Line, TabLine

if TYPE_CHECKING:
    from funnel_tui.domain.first_start import FirstAnswers
    from funnel_tui.screens.host import HostApp
    from funnel_tui.services.importing import ImportRefused, Outcome
    from funnel_tui.services.importing.preview import Choices, FileLook
    from funnel_tui.services.workspace import Workspace

REST_SECONDS = 0.3
"""So long nothing must be changed before the whole file is tried."""

TELL_SECONDS = 0.2
"""How often it is told how far the reading is."""

ROWS, REFUSED, EFFECT = "rows", "refused", "effect"
HEADER_WORDS = (tr("names the columns"), tr("is data"))


@dataclass
class Found(Message):
    """Something was found out in a thread.

    :param turn: which choices it is about.
    :param what: how the file looks, what an import did or refused, or a mistake.
    """

    turn: int
    what: FileLook | Outcome | Exception


@dataclass
class Progressed(Message):
    """How far the reading is, in percent."""

    turn: int
    percent: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it: the answer of the preview."""

    outcome: Outcome
    open_deals: bool


class ImportPreview(Dialog[Imported]):
    """Shows how a file would be read and what an import would do; ``enter`` imports.

    :param path: the file.
    :param first: what a new user answered; it is written with the import.
    """

    DEFAULT_CSS = """
    ImportPreview #middle { padding: 0 1; }
    ImportPreview .choices { height: 1; }
    ImportPreview .label { width: 10; color: $muted; text-style: $muted-style; }
    ImportPreview Choice { width: 1fr; }
    ImportPreview Choice:focus { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    ImportPreview #status { text-style: bold; }
    ImportPreview #status.-wrong { color: $error; }
    ImportPreview #fields { height: 1fr; }
    ImportPreview #below { height: 1fr; }
    ImportPreview #effect { display: none; height: 1fr; padding: 0 1; overflow-y: auto; }
    ImportPreview.-effect #effect { display: block; }
    ImportPreview.-effect #below { display: none; }
    """
    AUTO_FOCUS = "#fields"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "import", tr("import"), priority=True, id="import", tooltip=tr("Import the file")),
        Binding(
            "e,space", "map", tr("change column"), id="map", tooltip=tr("Read the field from another column")
        ),
        Binding(
            "v", "view", tr("rows/refused"), id="view", tooltip=tr("First rows, refused rows, what happens")
        ),
        Binding("tab", "app.focus_next", tr("next"), id="tab", tooltip=tr("The next part of the screen")),
        Binding(
            "shift+tab", "app.focus_previous", tr("before"), id="tab_back", tooltip=tr("The part before")
        ),
    ]

    def __init__(self, path: Path, first: FirstAnswers | None = None) -> None:
        super().__init__()
        from funnel_tui.services.importing.preview import Choices

        self._path, self._first = path, first
        self._choices: Choices = Choices()
        self._turn = 0
        self._over = threading.Event()
        self._look: FileLook | None = None
        self._effect: Outcome | ImportRefused | None = None
        self._problem = ""
        self._checking = self._importing = False
        self._view = ROWS
        self._view_chosen = False

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
            yield from _choice("program", tr("It is from"), programs)
        with Horizontal(classes="choices"):
            yield from _choice("dates", tr("Dates"), [words for _, words in DATES])
            yield from _choice("marks", tr("Amounts"), [words for _, words in MARKS])
        with Horizontal(classes="choices"):
            yield from _choice("header", tr("First row"), HEADER_WORDS)
            yield Line(id="unread", classes="label")
        yield Line(tr("Reading …"), id="status")
        yield Grid(by_cell=False, id="fields")
        yield TabLine(id="views")
        yield Grid(by_cell=False, id="below")
        yield Static(id="effect", markup=False)

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one("#unread").styles.width = "1fr"
        self._begin()

    def on_unmount(self) -> None:
        """Nobody waits for what is under way any more."""
        self._over.set()

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """The keys; while it is imported only one."""
        if self._importing:
            return (), Hint("esc", tr("stop"))
        keys = (
            Hint("enter", tr("import")),
            Hint("e", tr("change column")),
            Hint("v", tr("rows/refused")),
            Hint("tab", tr("next part")),
            Hint("←→", tr("value")),
        )
        return keys, Hint("esc", tr("stop") if self._checking else tr("back"))

    # Reading

    def _begin(self) -> None:
        """Look at the file with the present choices, then try the whole import."""
        self._turn += 1
        self._checking, self._effect, self._problem = True, None, ""
        self._say_status()
        work = partial(self._read, self._turn, self._choices)
        self.run_worker(work, group="look", thread=True, exclusive=True, exit_on_error=False)

    def _read(self, turn: int, choices: Choices) -> None:
        """In a thread."""
        from funnel_tui.services.importing.preview import look, options_of, rehearse

        try:
            settings = self._host.workspace.settings()
            if self._first is not None:
                settings = replace(
                    settings, base_currency=self._first.currency, time_zone=self._first.time_zone
                )
            seen = look(self._path, choices, settings)
            self.post_message(Found(turn, seen))
            if seen.problem or self._over.wait(REST_SECONDS) or turn != self._turn:
                return
            progress = self._progress(turn)
            options = options_of(self._path, seen, choices, first=self._first, progress=progress)
            self.post_message(Found(turn, rehearse(self._host.workspace, options)))
        except Exception as error:
            self.post_message(Found(turn, error))

    def _progress(self, turn: int) -> Any:
        from funnel_tui.services.importing.preview import stopping

        last = 0.0

        def told(doing: str, done: int, whole: int) -> None:  # noqa: ARG001
            nonlocal last
            if whole and time.monotonic() - last > TELL_SECONDS:
                last = time.monotonic()
                self.post_message(Progressed(turn, min(100, 100 * done // whole)))

        return stopping(lambda: turn != self._turn or self._over.is_set(), told)

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        message.stop()
        if message.turn == self._turn and (self._checking or self._importing):
            self._say_status(message.percent)

    @on(Found)
    def _found(self, message: Found) -> None:
        from funnel_tui.services.importing import ImportRefused
        from funnel_tui.services.importing.preview import FileLook, Stopped

        message.stop()
        what = message.what
        if message.turn != self._turn or isinstance(what, Stopped):
            return
        if isinstance(what, FileLook):
            self._take_look(what)
            return
        self._checking = False
        if isinstance(what, ImportRefused):
            self._effect = what
            if not self._view_chosen:
                self._view = REFUSED
        elif isinstance(what, FunnelError):
            self._problem = what.message
        elif isinstance(what, Exception):
            self._problem = tr("The file cannot be read.")
            self._host.tell_problem(what)
        else:
            self._effect = what
            if self._view == REFUSED:
                self._view = ROWS
        self._say_status()
        self._show_below()

    def _take_look(self, seen: FileLook) -> None:
        self._look = seen
        self._problem = seen.problem
        self._checking = not seen.problem
        self._offer(seen)
        self.query_one("#fields", Grid).show(MAPPED_COLUMNS, FieldRows(seen.fields))
        if seen.unread:
            words = trn("Not read: {n} column ({names})", "Not read: {n} columns ({names})", len(seen.unread))
            words = words.format(n=len(seen.unread), names=", ".join(map(clean, seen.unread)))
        else:
            words = tr("Every column is read.") if seen.columns else ""
        self.query_one("#unread", Line).say(words)
        self._say_status()
        self._show_below()

    def _offer(self, seen: FileLook) -> None:
        """Show in the choices what was found out."""
        kind = self.query_one("#kind", Choice)
        kind.chosen = list(KIND_WORDS).index(seen.kind)
        kind.refresh()
        guess = "" if self._choices.program else seen.program
        program = self.query_one("#program", Choice)
        program.offer(_programs(guess))
        program.chosen = list(PROGRAM_WORDS).index(seen.program)
        program.refresh()

    # What is shown

    def _say_status(self, percent: int | None = None) -> None:
        """How it stands, in one line."""
        status = self.query_one("#status", Line)
        wrong = bool(self._problem) or self._is_refused
        status.set_class(wrong and not self._importing, "-wrong")
        status.say(self._status_words("" if percent is None else f" {percent} %"))
        self.query_one(HintLine).say(*self.hints())

    def _status_words(self, far: str) -> str:
        from funnel_tui.services.importing import ImportRefused

        if self._importing:
            return tr("Importing …{far}; until it is done nothing is kept.").format(far=far)
        if self._problem:
            return clean(self._problem)
        if self._look is None:
            return tr("Reading …")
        if self._checking:
            return tr("Trying the whole file …{far}; enter imports at once.").format(far=far)
        if isinstance(self._effect, ImportRefused):
            return refused_words(self._effect)
        if self._effect is None:
            return tr("Not tried to its end; enter imports.")
        if not self._effect.rows:
            return tr("There is nothing in the file below its header.")
        return tr("{counts}. enter imports.").format(counts=counted(self._effect))

    @property
    def _is_refused(self) -> bool:
        return isinstance(self._effect, FunnelError)

    def _show_below(self) -> None:
        """The first rows, the refused ones, or what would happen."""
        from funnel_tui.services.importing import ImportRefused, Outcome

        refused = self._effect if isinstance(self._effect, ImportRefused) else None
        words = {
            ROWS: tr("First rows as they would be read"),
            REFUSED: tr("Refused: {n}").format(n=f"{refused.values:,}" if refused else 0),
            EFFECT: tr("What happens"),
        }
        self.query_one(TabLine).say((), "", list(words.values()), words[self._view])
        self.set_class(self._view == EFFECT, "-effect")
        grid = self.query_one("#below", Grid)
        if self._view == REFUSED:
            grid.show(REFUSED_COLUMNS, RefusedRows(refused))
        elif self._look is not None and self._look.shown:
            grid.show(first_columns(self._look), FirstRows(self._look))
        else:
            grid.show(FIRST_COLUMNS, RefusedRows(None))
        if isinstance(self._effect, Outcome):
            text = "\n".join(self._effect.lines()[:-1])
        elif refused is not None:
            text = tr("Nothing: rows are refused.")
        else:
            text = tr("Not known before the whole file was tried.")
        self.query_one("#effect", Static).update(Text(clean(text).replace("\ufffd", "\n")))

    def action_view(self) -> None:
        """The next of the three."""
        views = (ROWS, REFUSED, EFFECT)
        self._view = views[(views.index(self._view) + 1) % len(views)]
        self._view_chosen = True
        self._show_below()

    # Choosing

    @on(Choice.Changed)
    def _chosen(self, message: Choice.Changed) -> None:
        message.stop()
        choice, choices = message.choice, self._choices
        match choice.id:
            case "kind":
                kind = list(KIND_WORDS)[choice.chosen]
                choices = replace(choices, kind=kind, maps={}, values={})
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
        self._begin()

    @on(Grid.Chosen)
    def _stop_message(self, message: Grid.Chosen) -> None:
        message.stop()

    def action_map(self) -> None:
        """Pick the column that a field is read from, or a text for every row."""
        seen, grid = self._look, self.query_one("#fields", Grid)
        if self._importing or seen is None or not seen.fields:
            return
        field = seen.fields[grid.row]
        offers = [
            Offer("", tr("– not read –")),
            *(Offer(f"column {name}", name, sample) for name, sample in seen.columns),
        ]
        words = FIELD_WORDS.get(field.name, field.name)
        dialog = PickOne(
            tr("Which column is the {field}?").format(field=words),
            (tr("Column"), tr("First text in it")),
            offers,
            f"column {field.column}" if field.column else "",
            free=lambda typed: Offer(f"value {typed}", tr("“{text}” on every row").format(text=typed)),
        )
        self.app.push_screen(dialog, partial(self._map, field.name))

    def _map(self, field: str, answer: str | None) -> None:
        if answer is None:
            return
        what, _, text = answer.partition(" ")
        maps: dict[str, str] = {**self._choices.maps}
        values: Mapping[str, str] = {k: v for k, v in self._choices.values.items() if k != field}
        if what == "value":
            maps.pop(field, None)
            values = {**values, field: text}
        else:
            maps[field] = text
        self._choices = replace(self._choices, maps=maps, values=values)
        self._begin()

    # Importing

    def action_back(self) -> None:
        """Stop what is under way; then back to the choice of a file."""
        if self._importing or (self._checking and self._look is not None):
            self._turn += 1  # whoever is at it notices, and ends
            self._checking = False
            self._say_status()
        else:
            self.dismiss(None)

    def action_import(self) -> None:
        """Import the file, unless it is known that it would be refused."""
        if self._importing:
            return
        seen, effect = self._look, self._effect
        if seen is None or self._problem or self._is_refused:
            if self._is_refused:
                self._view = REFUSED
                self._show_below()
            return
        if effect is not None and not effect.rows:
            return
        from funnel_tui.services.importing.preview import options_of

        self._turn += 1  # ends the trying
        self._checking, self._importing = False, True
        self._say_status(0)
        progress = self._progress(self._turn)
        options = options_of(self._path, seen, self._choices, first=self._first, progress=progress)
        words = tr("Importing {file}").format(file=clean(self._path.name))
        change = Change(words, partial(_imported, options), self._ended)
        writing_of(self._host).write(change)

    def _ended(self, told: Told) -> None:
        """It is done, was stopped, or was refused."""
        self._importing = False
        if isinstance(told.found, Imported):
            self.dismiss(told.found)
            return
        self._checking = False
        if told.found is None:
            self.notify(tr("Stopped: nothing was imported."), markup=False)
            self._say_status()
        else:
            self._found(Found(self._turn, told.found))


def _choice(name: str, label: str, options: Sequence[str]) -> ComposeResult:
    yield Line(label, classes="label")
    yield Choice(options, id=name)


def _programs(guessed: str) -> list[str]:
    """The programs; the one that a file looks like is marked."""
    looks = tr("{program} (it looks so)")
    return [
        looks.format(program=words) if name == guessed else words for name, words in PROGRAM_WORDS.items()
    ]


def _imported(options: Any, workspace: Workspace) -> Told:
    """In a thread: import, and say what came of it."""
    from funnel_tui.services.first_start import any_open_deal
    from funnel_tui.services.importing import ImportRefused, run_import
    from funnel_tui.services.importing.preview import Stopped

    try:
        outcome = run_import(workspace, options)
    except Stopped:
        return Told(written=False)
    except ImportRefused as refused:
        return Told(found=refused, written=False)
    return Told(found=Imported(outcome, any_open_deal(workspace)))
