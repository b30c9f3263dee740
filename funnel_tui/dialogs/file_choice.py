"""Choosing a file: in a tree of folders, or by typing or pasting its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import DirectoryTree, Input

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.lines import Hint, Line
from funnel_tui.widgets.text_field import TextField

ENDINGS = frozenset(
    {
        *(".csv", ".tsv", ".tab", ".txt", ".vcf", ".vcard"),
        *(".eml", ".mbox", ".mbx", ".ics", ".ical", ".icalendar", ".ifb"),
    }
)
"""What files that can be imported are called. One with another name can be typed."""


class FileTree(DirectoryTree):
    """Folders and the files that can be imported, without hidden ones. Names are shown as they are.

    :param folder: where it begins.
    :param typed: is told each character that is typed here.
    """

    ICON_NODE = "+ "
    ICON_NODE_EXPANDED = "- "
    ICON_FILE = "  "
    DEFAULT_CSS = """
    FileTree { background: $background; height: 1fr; }
    FileTree > .tree--cursor { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    FileTree > .tree--highlight-line { background: $background; }
    FileTree > .directory-tree--extension { text-style: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right", "open", trc("key", "open"), show=False, id="tree_open", tooltip=tr("Open the folder")
        ),
        Binding(
            "left",
            "close",
            trc("key", "close"),
            show=False,
            id="tree_close",
            tooltip=tr("Close the folder"),
        ),
        Binding(
            "home", "scroll_home", tr("first row"), show=False, id="tree_first", tooltip=tr("The first one")
        ),
        Binding("end", "scroll_end", tr("last row"), show=False, id="tree_last", tooltip=tr("The last one")),
    ]

    def __init__(self, folder: Path, typed: Callable[[str], object], *, id: str) -> None:
        super().__init__(folder, id=id)
        self._when_typed = typed

    def on_key(self, event: events.Key) -> None:
        """What is typed here is the beginning of a path. A blank and ? keep what they do."""
        char = event.character
        if char is not None and char.isprintable() and char not in " ?/~":
            event.stop()
            event.prevent_default()
            self._when_typed(char)

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Folders, and files by their endings."""
        return [path for path in paths if not path.name.startswith(".") and _is_offered(path)]

    def process_label(self, label: object) -> Text:
        """The name of a file is never markup."""
        text = label.plain if isinstance(label, Text) else str(label)
        return Text(clean(text), no_wrap=True)

    def action_scroll_home(self) -> None:
        """To the first line."""
        self.cursor_line = 0

    def action_scroll_end(self) -> None:
        """To the last line."""
        self.cursor_line = self.last_line

    def action_open(self) -> None:
        """Open the folder under the cursor."""
        node = self.cursor_node
        if node is not None and node.allow_expand:
            node.expand()

    def action_close(self) -> None:
        """Close the folder, or go to the one a file is in."""
        node = self.cursor_node
        if node is not None and node.allow_expand and node.is_expanded and not node.is_root:
            node.collapse()
        else:
            self.action_cursor_parent()


def _is_offered(path: Path) -> bool:
    try:
        return path.is_dir() or path.suffix.casefold() in ENDINGS
    except OSError:
        return False


_HELP = tr("CSV and other tables, vCards, mail, calendars; ~ is your home")


class FileDialog(Dialog[Path]):
    """Choose a file. The answer is its path.

    :param heading: the first line.
    :param folder: where the tree begins.
    :param typed: what the field holds at first.
    """

    DEFAULT_CSS = """
    FileDialog #middle { padding: 0 2; }
    FileDialog Horizontal { height: 1; }
    FileDialog .label { width: 8; color: $muted; text-style: $muted-style; }
    FileDialog TextField { width: 1fr; }
    FileDialog #said { margin-bottom: 1; padding-left: 10; color: $muted; text-style: $muted-style; }
    FileDialog #said.-wrong { color: $error; text-style: bold; }
    """
    AUTO_FOCUS = "FileTree"
    HINTS = (
        Hint("↑↓", trc("key", "move")),
        Hint("enter", tr("choose, open")),
        Hint("←→", tr("close, open")),
        Hint("backspace", tr("folder above")),
        Hint("tab", tr("type a path")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "backspace", "above", tr("folder above"), id="above", tooltip=tr("The folder above this one")
        ),
        Binding("slash", "type('/')", tr("type a path"), id="type", tooltip=tr("Type or paste a path")),
        Binding(
            "tilde", "type('~/')", tr("type from home"), show=False,
            id="type_home", tooltip=tr("A path in your home"),
        ),
        # At once, or what is typed right after it would go to the tree.
        Binding("tab", "app.focus_next", tr("next"), priority=True, show=False,
                id="tab", tooltip=tr("Between the path and the tree")),
    ]  # fmt: skip

    def __init__(self, heading: str, folder: Path, *, typed: str = "") -> None:
        super().__init__()
        self._heading, self._folder, self._typed = heading, folder, typed

    @property
    def heading(self) -> str:
        """The first line."""
        return self._heading

    def compose_middle(self) -> ComposeResult:
        """The field, what is wrong with it, the tree."""
        with Horizontal():
            yield Line(tr("Path"), classes="label")
            yield TextField(self._typed, id="path")
        yield Line(_HELP, id="said")
        yield FileTree(self._folder, self._begin, id="tree")

    def action_above(self) -> None:
        """Begin the tree one folder higher."""
        self._go(self._folder.parent)

    def action_type(self, begun: str) -> None:
        """Into the field, with the beginning of a path."""
        field = self.query_one("#path", TextField)
        if not field.value:
            field.value = begun
            field.cursor_position = len(begun)
        field.focus()

    def _begin(self, char: str) -> None:
        """Into the field at once, with what was typed in the tree instead of what stood there."""
        field = self.query_one("#path", TextField)
        field.value = char
        field.cursor_position = len(char)
        self.set_focus(field)

    def _go(self, folder: Path) -> None:
        self._folder = folder
        self.query_one(FileTree).path = folder

    @on(DirectoryTree.FileSelected)
    def _picked(self, message: DirectoryTree.FileSelected) -> None:
        message.stop()
        self.dismiss(message.path)

    @on(Input.Changed)
    def _mended(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._typed:
            self._typed = event.value
            self._say(_HELP, wrong=False)

    @on(Input.Submitted)
    def _accept(self, event: Input.Submitted) -> None:
        """A file is the answer; a folder is shown in the tree."""
        event.stop()
        typed = event.value.strip()
        # Shells and file managers paste paths in quotes.
        if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"":
            typed = typed[1:-1]
        try:
            path = Path(typed).expanduser()
            is_folder, is_file = path.is_dir(), path.exists()
        except (OSError, RuntimeError, ValueError):
            is_folder, is_file, path = False, False, Path(typed.replace("\0", ""))
        if not typed:
            self._say(tr("Type the path of a file, or choose one below."), wrong=True)
        elif is_folder:
            self._go(path)
            self.query_one(FileTree).focus()
        elif not is_file:
            self._say(tr("There is no file {path}.").format(path=path), wrong=True)
        else:
            self.dismiss(path)

    def _say(self, words: str, *, wrong: bool) -> None:
        said = self.query_one("#said", Line)
        said.set_class(wrong, "-wrong")
        said.say(words)
