"""What the forms of an organisation and of a person do the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.message import Message
from textual.screen import ScreenResultType

from funnel_tui.dialogs.form import Form
from funnel_tui.dialogs.wishes import Reader
from funnel_tui.errors import FunnelError
from funnel_tui.widgets.fields import FieldRow

Alike = Callable[[Mapping[str, str]], str]
"""Says who a new one of these texts, by field, may be the same as; empty for nobody. Is called in a thread
and may take its time; it must touch no widget."""


class DirectoryForm(Form[ScreenResultType]):
    """A form that warns of likely duplicates of a new one.

    :param heading: the first line; user text.
    :param reader: what typed text means.
    :param alike: finds likely duplicates; None for one that exists already.
    :param errors: messages by field from a service that refused.
    """

    ALIKE_FIELDS: ClassVar[tuple[str, ...]] = ("name",)
    """The fields by which duplicates are found."""

    @dataclass
    class Looked(Message, bubble=False):
        """Somebody has looked for duplicates."""

        text: str
        words: str

    def __init__(
        self,
        heading: str,
        reader: Reader,
        *,
        alike: Alike | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._heading, self._reader = heading, reader
        self._alike, self._errors = alike, dict(errors or {})

    @property
    def heading(self) -> str:
        """The first line."""
        return self._heading

    def on_mount(self) -> None:
        """Show what a service did not accept; begin at the name."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        known = {row.named for row in self.rows()}
        # What belongs to no field of the form is said under its first one.
        errors = {(name if name in known else "name"): words for name, words in self._errors.items()}
        if not self.refuse(errors):
            self.row("name").field.focus()

    def texts(self) -> dict[str, str]:
        """What the fields hold, by name."""
        raise NotImplementedError

    def field_left(self, row: FieldRow) -> None:
        """Look for duplicates once the name is there."""
        alike = self._alike
        texts = self.texts()
        if alike is None or row.named not in self.ALIKE_FIELDS or not texts["name"].strip():
            return

        def look() -> None:
            try:
                words = alike(texts)
            except FunnelError:
                return  # it is only a warning; saving tells of what is wrong with the database
            except Exception as error:
                from funnel_tui.journal import record_crash

                record_crash(error)
                return
            self.post_message(self.Looked(texts["name"], words))

        self.run_worker(look, thread=True, exclusive=True, group="alike", exit_on_error=False)

    @on(Looked)
    def _tell_alike(self, event: Looked) -> None:
        row = self.row("name")
        if self.texts()["name"] == event.text and not row.is_refused:
            row.say(event.words, "-warn" if event.words else "")
