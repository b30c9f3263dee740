"""The form of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from funnel_tui.dialogs.directory_form import Alike, DirectoryForm
from funnel_tui.dialogs.form import Refusals
from funnel_tui.dialogs.picker import ORGANISATION, Picker
from funnel_tui.dialogs.wishes import Finding, Pick, Reader
from funnel_tui.language import tr
from funnel_tui.widgets.fields import FieldRow, TextField, needed_label


@dataclass(frozen=True, slots=True)
class PersonWish:
    """A person as somebody wants them.

    :param organisation: where they are; one without a number is to be created.
    """

    name: str = ""
    organisation: Pick | None = None
    email: str | None = None
    phone: str | None = None


class PersonForm(DirectoryForm[PersonWish]):
    """Asks for everything about a person. The answer is a :class:`PersonWish`.

    :param wish: what the fields hold at first.
    :param find_organisation: matches and likely duplicates.
    """

    ALIKE_FIELDS: ClassVar[tuple[str, ...]] = ("name", "email", "organisation")

    def __init__(
        self,
        heading: str,
        wish: PersonWish,
        reader: Reader,
        find_organisation: Finding,
        *,
        alike: Alike | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(heading, reader, alike=alike, errors=errors)
        self._wish, self._find = wish, find_organisation

    def compose_middle(self) -> ComposeResult:
        """Name, organisation, e-mail, telephone."""
        wish = self._wish
        picker = Picker(self._find, wish.organisation, noun=ORGANISATION, id="organisation")
        yield FieldRow("name", needed_label(tr("Name")), TextField(wish.name, id="name"))
        yield FieldRow("organisation", tr("Organisation"), picker, extra=[picker.panel])
        yield FieldRow("email", tr("E-mail"), TextField(wish.email or "", id="email"))
        yield FieldRow("phone", tr("Phone"), TextField(wish.phone or "", id="phone"))

    def texts(self) -> dict[str, str]:
        """What the fields hold; the number of the organisation too."""
        picker = self.query_one("#organisation", Picker)
        number = picker.pick.id if picker.pick is not None else None
        return {
            "name": self.query_one("#name", TextField).value,
            "organisation": picker.typed,
            "organisation_id": "" if number is None else str(number),
            "email": self.query_one("#email", TextField).value,
            "phone": self.query_one("#phone", TextField).value,
        }

    def field_changed(self, row: FieldRow) -> None:
        """What stands under the organisation is the picker's to say."""
        if not isinstance(row.field, Picker):
            super().field_changed(row)

    @on(Picker.Settled)
    def _picked(self, event: Picker.Settled) -> None:
        row = self.row("organisation")
        row.say(*event.picker.said())
        super().field_left(row)

    def action_accept(self) -> None:
        """Give the answer, or say what is wrong."""
        texts, refusals, picker = self.texts(), Refusals(), self.query_one("#organisation", Picker)
        name = refusals.read(lambda: self._reader.line(texts["name"], "name", needed=True))
        email = refusals.read(lambda: self._reader.line(texts["email"], "email"))
        phone = refusals.read(lambda: self._reader.line(texts["phone"], "phone"))
        if not picker.is_settled:
            refusals["organisation"] = picker.unsettled_words()
        pick = picker.pick
        if pick is not None and pick.id is None:
            refusals.read(lambda: self._reader.line(pick.name, "organisation"))
        if not self.refuse(refusals):
            self.dismiss(PersonWish(name or "", pick if picker.typed else None, email, phone))
