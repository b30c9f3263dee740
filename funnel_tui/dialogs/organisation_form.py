"""The form of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult

from funnel_tui.dialogs.directory_form import Alike, DirectoryForm
from funnel_tui.dialogs.form import Refusals
from funnel_tui.dialogs.wishes import Reader
from funnel_tui.domain.status import OrganisationStatus
from funnel_tui.domain.status_words import ORGANISATION_STATUSES
from funnel_tui.language import tr
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.fields import FieldRow, NoteField, TextField, needed_label

STATUSES = tuple(OrganisationStatus)


@dataclass(frozen=True, slots=True)
class OrganisationWish:
    """An organisation as somebody wants it.

    :param status: what is set by hand.
    """

    name: str = ""
    status: OrganisationStatus = OrganisationStatus.PROSPECT
    note: str | None = None


class OrganisationForm(DirectoryForm[OrganisationWish]):
    """Asks for everything about an organisation. The answer is an :class:`OrganisationWish`.

    :param wish: what the fields hold at first.
    """

    def __init__(
        self,
        heading: str,
        wish: OrganisationWish,
        reader: Reader,
        *,
        alike: Alike | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(heading, reader, alike=alike, errors=errors)
        self._wish = wish

    def compose_middle(self) -> ComposeResult:
        """Name, status, note."""
        wish = self._wish
        yield FieldRow("name", needed_label(tr("Name")), TextField(wish.name, id="name"))
        status = Choice(
            [one.value for one in STATUSES],
            STATUSES.index(wish.status),
            shown=ORGANISATION_STATUSES,
            id="status",
        )
        yield FieldRow(
            "status", tr("Status"), status, help=tr("who has a won deal is a customer in any case")
        )
        yield FieldRow("note", tr("Note"), NoteField(wish.note or "", id="note"))

    def texts(self) -> dict[str, str]:
        """What the fields hold."""
        return {
            "name": self.query_one("#name", TextField).value,
            "status": self.query_one("#status", Choice).value,
            "note": self.query_one("#note", NoteField).text,
        }

    def action_accept(self) -> None:
        """Give the answer, or say what is wrong."""
        texts, refusals = self.texts(), Refusals()
        name = refusals.read(lambda: self._reader.line(texts["name"], "name", needed=True))
        note = refusals.read(lambda: self._reader.note(texts["note"]))
        if not self.refuse(refusals):
            self.dismiss(OrganisationWish(name or "", OrganisationStatus(texts["status"]), note))
