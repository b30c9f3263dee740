"""A file before it is imported: how its columns are read, its first rows, what is refused, what would happen.

Everything is read in threads; a change of a choice ends what is under way and begins anew.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from funnel_tui.domain.said import inside_of
from funnel_tui.domain.shown import clean, count_text
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr, trc, trn
from funnel_tui.screens.import_frame import ImportFrame
from funnel_tui.screens.import_reading import CanRead, Found, Imported, Progressed, Work, carry_out, read_file
from funnel_tui.screens.import_rows import (
    FIRST_COLUMNS,
    REFUSED_COLUMNS,
    FirstRows,
    RefusedRows,
    first_columns,
)
from funnel_tui.screens.import_telling import BESIDE_KEYS, mending, notes_of, way_out
from funnel_tui.screens.import_words import counted, refused_words
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Hint, Line, TabLine
from funnel_tui.widgets.named_keys import key_of, with_keys

if TYPE_CHECKING:
    from funnel_tui.domain.first_start import FirstAnswers
    from funnel_tui.services.importing import ImportRefused, Outcome
    from funnel_tui.services.importing.preview import FileLook

ROWS, REFUSED, EFFECT = "rows", "refused", "effect"


class ImportPreview(ImportFrame):
    """Shows how a file would be read and what an import would do; ``enter`` imports.

    :param path: the file.
    :param first: what a new user answered; it is written with the import.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "import", tr("import"), id="import", tooltip=tr("Import the file")),
        Binding(
            "v", "view", tr("rows/refused"), id="view", tooltip=tr("First rows, refused rows, what happens")
        ),
        Binding(
            "r", "read_again", tr("read again"), id="read_again", tooltip=tr("Read the file again from disk")
        ),
        Binding(
            "s",
            "leave_out",
            tr("leave out"),
            id="leave_out",
            tooltip=tr("Leave refused rows out, or wait for them again; interactions only"),
        ),
    ]

    def __init__(self, path: Path, first: FirstAnswers | None = None) -> None:
        super().__init__(path)
        self._first = first
        self._turn = 0
        self._over = threading.Event()
        self._at_work = Work(0, self._over, self.post_message)
        self._readable: int | None = None
        self._effect: Outcome | ImportRefused | None = None
        self._problem = ""
        self._checking = False
        self._view = ROWS
        self._view_chosen = False
        self._so_far = False
        self._refused: RefusedRows | None = None
        self._put = 0

    def on_mount(self) -> None:
        """Begin to read."""
        self.choices_changed()

    def on_unmount(self) -> None:
        """Nobody waits for what is under way any more."""
        self._over.set()

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """The keys; while it is imported only one."""
        if self._importing:
            return (), Hint("esc", tr("stop"))
        keys = (
            Hint("enter", tr("import")),
            Hint("e", trc("key", "change")),
            *([Hint("s", tr("leave out"))] if self._can_leave_out else []),
            Hint("v", tr("rows/refused")),
            Hint("r", tr("read again")),
            *self._beside_hints(),
            Hint("tab", tr("next")),
            Hint("←→", tr("value")),
        )
        return keys, Hint("esc", tr("stop") if self._checking else tr("back"))

    @property
    def _can_leave_out(self) -> bool:
        """Whether there are refused rows that can be left out, or are."""
        return self._choices.skip_bad or (self._is_skippable and self._is_refused)

    @property
    def _is_skippable(self) -> bool:
        from funnel_tui.services.importing.preview import SKIPPABLE

        return self._look is not None and self._look.kind == SKIPPABLE

    def _beside_hints(self) -> Sequence[Hint]:
        """The keys of the files beside it."""
        files = len(self._look.beside) if self._look is not None else 0
        keys = [key_of(name) for name in BESIDE_KEYS[:files]]
        return [Hint("-".join(dict.fromkeys((keys[0], keys[-1]))), trc("key", "file"))] if keys else []

    # Reading

    def choices_changed(self) -> None:
        """Look at the file with the present choices, then try the whole import."""
        self._stop()
        self._checking, self._effect, self._problem, self._readable = True, None, "", None
        self._so_far = False
        if not self._view_chosen:
            self._view = ROWS
        self._say_status()
        reading = partial(
            read_file, self._at_work, self._host.workspace, self._path, self._choices, self._first
        )
        self.run_worker(reading, group="look", thread=True, exclusive=True, exit_on_error=False)

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
        if isinstance(what, CanRead):
            self._readable = what.rows
            if what.refused is not None and not (self._choices.skip_bad and self._is_skippable):
                self._so_far = True
                self._take_refused(what.refused)
                self._show_below()
            self._say_status()
            return
        self._checking = self._so_far = False
        if isinstance(what, ImportRefused):
            self._take_refused(what)
        elif isinstance(what, Exception):
            self._take_problem(what)
        else:
            self._effect = what
            if self._view == REFUSED:
                self._view = ROWS
        self._say_status()
        self._show_below()

    def _take_refused(self, refused: ImportRefused) -> None:
        """Show them, with the cursor on the field that can help most, unless the user has moved it."""
        self._effect = refused
        if not self._view_chosen:
            self._view = REFUSED
        if self.query_one("#fields", Grid).row in {0, self._put}:
            self._put_on(mending(refused, refused.worst))

    def _put_on(self, field: str) -> None:
        """The cursor on a field, if there is such a one."""
        names = [one.name for one in self._look.fields] if self._look is not None else []
        if field in names:
            self._put = names.index(field)
            self.query_one("#fields", Grid).put_cursor(self._put)

    def _take_problem(self, error: Exception) -> None:
        """The file cannot be read at all, or not in this way."""
        self._view = EFFECT
        if isinstance(error, FunnelError):
            self._problem = " ".join(filter(None, (inside_of(error.message), inside_of(error.hint))))
            return
        self._problem = tr("The file cannot be read.")
        self._host.tell_problem(error)

    def _take_look(self, seen: FileLook) -> None:
        self._problem = seen.problem
        self._checking = not seen.problem
        if seen.problem:
            self._view = EFFECT
        self.show_look(seen)
        self._say_status()
        self._show_below()

    # What is shown

    def _say_status(self, percent: int | None = None) -> None:
        """How it stands, in one line."""
        status = self.query_one("#status", Line)
        wrong = bool(self._problem) or self._is_refused
        status.set_class(wrong and not self._importing, "-wrong")
        status.say(self._status_words("" if percent is None else f" {percent} %"))
        self.tell_hints()

    def _status_words(self, far: str) -> str:
        from funnel_tui.services.importing import ImportRefused

        if self._importing:
            return tr("Importing …{far}; until it is done nothing is kept.").format(far=far)
        if self._problem:
            return clean(self._problem)
        if self._look is None:
            return tr("Reading …")
        if self._checking:
            if self._readable is None:
                return tr("Reading the whole file …{far}; enter imports at once.").format(far=far)
            if isinstance(self._effect, ImportRefused):
                rows = self._effect.rows
                words = trn(
                    "At least {n} row is refused; looking for more …{far}",
                    "At least {n} rows are refused; looking for more …{far}",
                    rows,
                )
                return words.format(n=count_text(rows), far=far)
            can = trn("{n} row can be read", "{n} rows can be read", self._readable)
            words = tr("{rows}. Trying the import …{far}; enter imports at once.")
            return words.format(rows=can.format(n=count_text(self._readable)), far=far)
        if isinstance(self._effect, ImportRefused):
            return refused_words(self._effect, so_far=self._so_far, skippable=self._is_skippable)
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
        if isinstance(self._effect, Outcome):
            refused = self._effect.refused
        words = {
            ROWS: tr("First rows as they would be read"),
            REFUSED: (tr("Refused: at least {n}") if self._so_far else tr("Refused: {n}")).format(
                n=count_text(refused.rows if refused else 0)
            ),
            EFFECT: tr("What happens"),
        }
        self.query_one(TabLine).say((), "", list(words.values()), words[self._view])
        self.set_class(self._view == EFFECT, "-effect")
        grid = self.query_one("#below", Grid)
        self._refused = RefusedRows(refused, main=self._path.name, so_far=self._so_far)
        if self._view == REFUSED:
            grid.show(REFUSED_COLUMNS, self._refused)
        elif self._look is not None and self._look.shown:
            grid.show(first_columns(self._look), FirstRows(self._look))
        else:
            grid.show(FIRST_COLUMNS, RefusedRows(None))
        self.below_moved()
        self._show_notes(self._effect if isinstance(self._effect, Outcome) else None)
        if isinstance(self._effect, Outcome):
            text = "\n".join(clean(inside_of(line)) for line in self._effect.lines()[:-1])
        elif self._problem:
            text = tr("{problem}\n\nChange a column ({map}) or what stands above; esc chooses another file.")
            text = with_keys(text, problem=clean(self._problem))
        elif refused is not None:
            text = tr("Nothing: rows are refused.")
        else:
            text = tr("Not known before the whole file was tried.")
        self.query_one("#effect", Static).update(Text(text))

    def action_view(self) -> None:
        """The next of the three."""
        views = (ROWS, REFUSED, EFFECT)
        self._view = views[(views.index(self._view) + 1) % len(views)]
        self._view_chosen = True
        self._show_below()

    def _show_notes(self, outcome: Outcome | None) -> None:
        """What to know before it is imported; where rows are refused, these come first."""
        notes = self.query_one("#notes", Static)
        words = "" if self._look is None or self._is_refused else notes_of(self._look, outcome)
        notes.display = bool(words)
        notes.update(Text(words))

    def on_resize(self) -> None:
        """Reasons take another number of lines."""
        self._show_reason()

    def below_moved(self) -> None:
        """The cursor of the fields follows that of the refused rows, as long as keys move that one."""
        below, refused = self.query_one("#below", Grid), self._effect
        if self._view == REFUSED and below.has_focus and isinstance(refused, FunnelError):
            self._put_on(self._mended())
        self._show_reason()

    def _mended(self) -> str:
        """The field that helps the refused row under the cursor, or else most of the rows."""
        from funnel_tui.services.importing import ImportRefused

        refused, below = self._effect, self.query_one("#below", Grid)
        if not isinstance(refused, ImportRefused):
            return ""
        own = self._refused.field(below.row) if self._refused is not None and below.has_focus else ""
        return mending(refused, own or refused.worst)

    def _show_reason(self) -> None:
        """Say the whole reason of the refused row under the cursor: the table may have no room for it.

        There is room for the longest of the reasons, so that nothing moves as the cursor does; where that
        would be too much of the screen, the text can be scrolled.
        """
        from funnel_tui.services.importing import ImportRefused

        rows = self._refused if self._view == REFUSED else None
        why, most = self.query_one("#why", VerticalScroll), max(4, self.size.height // 4)
        reasons = [rows.reason(row) for row in range(len(rows))] if rows is not None else []
        lines = max((len(Content(text).wrap(max(1, self.size.width - 3))) for text in reasons), default=0)
        why.display = any(reasons)
        why.styles.height = min(lines, most)
        why.can_focus = lines > most
        row = self.query_one("#below", Grid).row
        self.query_one("#reason", Static).update(Text(reasons[row] if row < len(reasons) else ""))
        way = self.query_one("#way", Static)
        refused = self._effect if rows is not None and isinstance(self._effect, ImportRefused) else None
        words = way_out(refused, self._mended()) if refused is not None else ""
        way.display = bool(words)
        way.update(Text(words))

    def action_read_again(self) -> None:
        """Read the file anew, as somebody may have mended it; what was chosen about it stays."""
        if not self._importing:
            self.choices_changed()

    def action_leave_out(self) -> None:
        """Leave refused rows out and import the others, or no longer."""
        if self._importing or not self._can_leave_out:
            return
        self._choices = replace(self._choices, skip_bad=not self._choices.skip_bad)
        self.choices_changed()

    # Importing

    def action_back(self) -> None:
        """Stop what is under way; then back to the choice of a file."""
        if self._importing or (self._checking and self._look is not None):
            self._stop()
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
            if self._is_refused or self._problem:
                words = with_keys(
                    tr(
                        "Not imported. Mend the file and press {read_again}, or {map} reads a field "
                        "elsewhere."
                    )
                )
                self.notify(words, markup=False)
            return
        if effect is not None and not effect.rows:
            return
        from funnel_tui.services.importing.preview import options_of

        self._stop()
        self._checking, self._importing = False, True
        self._say_status(0)
        progress = self._at_work.progress()
        options = options_of(self._path, seen, self._choices, first=self._first, progress=progress)
        words = tr("Importing {file}").format(file=clean(self._path.name))
        change = Change(words, partial(carry_out, options), self._ended)
        writing_of(self._host).write(change)

    def _stop(self) -> None:
        """Nobody wants what is under way; what it still tells is not heard. Other work can begin."""
        self._at_work.unwanted = True
        self._turn += 1
        self._at_work = Work(self._turn, self._over, self.post_message)

    def _ended(self, told: Told) -> None:
        """It is done, was stopped, or was refused."""
        self._importing = False
        if isinstance(told.found, Imported):
            self.dismiss(told.found)
            return
        from funnel_tui.services.importing import ImportRefused

        if isinstance(told.found, ImportRefused):
            self._found(Found(self._turn, told.found))
            return
        self._say_status()
        if told.found is None:
            self.notify(tr("Stopped: nothing was imported."), markup=False)
        else:
            self._host.tell_problem(told.found)
