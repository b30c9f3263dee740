"""Where to write what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.language import tr
from funnel_tui.widgets.lines import Hint

ENDINGS = (".csv", ".json", ".xlsx")


@dataclass(frozen=True, slots=True)
class ExportWish:
    """A file to write.

    :param file: as it was typed.
    :param replace: whether one that is there already is replaced.
    """

    file: str
    replace: bool = False

    @property
    def path(self) -> Path:
        """Where it is; ``~`` is the user's home."""
        try:
            return Path(self.file).expanduser()
        except RuntimeError:  # a home that is not known
            return Path(self.file)


class ExportForm(SetupForm[ExportWish]):
    """Asks for a file. The answer is an :class:`ExportWish`.

    :param what: what is written, in words; it may hold user text.
    :param wish: what the fields hold at first.
    :param wrong: messages by field, from a writer that could not write there.
    """

    HINTS = (Hint("↑↓", tr("field")), Hint("space", tr("tick")), Hint("enter", tr("write")))

    def __init__(self, what: str, wish: ExportWish, wrong: Mapping[str, str] | None = None) -> None:
        super().__init__(tr("Export: {what}").format(what=what), wrong=wrong)
        self._wish = wish

    def compose_middle(self) -> ComposeResult:
        """The file, and whether it may replace another."""
        yield from self.text_row(
            "file", tr("File"), self._wish.file, tr("Its ending says how: .csv, .json or .xlsx")
        )
        yield from self.tick_row(
            "replace", "", tr("replace a file that is there already"), self._wish.replace
        )
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> ExportWish:
        """The file, when its name says in which format."""
        wish = ExportWish(self.text("file"), self.ticked("replace"))
        if not wish.file:
            wrong["file"] = tr("Type the name of a file.")
        elif wish.path.suffix.casefold() not in ENDINGS:
            wrong["file"] = tr("End the name in one of {endings}: it says how to write it.").format(
                endings=", ".join(ENDINGS)
            )
        return wish
