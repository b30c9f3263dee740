"""Asks where what is shown is to be written, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm


@dataclass(frozen=True, slots=True)
class ExportWish:
    """A file to write.

    :param path: as it was typed.
    :param format: one of those offered.
    :param force: replace a file that is there.
    """

    path: str
    format: str
    force: bool = False


class ExportForm(SetupForm[ExportWish]):
    """File, format, and whether it may be replaced. The answer is an :class:`ExportWish`.

    :param heading: what is written; may hold user text.
    :param formats: what there is to choose from.
    """

    def __init__(
        self, heading: str, wish: ExportWish, formats: Sequence[str], wrong: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(heading, wrong=wrong)
        self._wish, self._formats = wish, tuple(formats)

    def compose_middle(self) -> ComposeResult:
        """File, format, replace."""
        words = "its ending says the format: " + ", ".join(f".{one}" for one in self._formats)
        yield from self.text_row("path", "File", self._wish.path, words)
        chosen = self._formats.index(self._wish.format)
        yield from self.choice_row("format", "Format, without one", self._formats, chosen)
        yield from self.tick_row("force", "", "replace a file that is there", self._wish.force)
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> ExportWish:
        """What the fields say."""
        path = self.text("path")
        if not path:
            wrong["path"] = "Name a file."
        return ExportWish(path, self._formats[self.chosen("format")], self.ticked("force"))
