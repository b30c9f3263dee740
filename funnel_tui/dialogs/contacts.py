"""The people of a deal and what they do in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult

from funnel_tui.dialogs.deal_fields import read_pick
from funnel_tui.dialogs.form import Form, Refusals
from funnel_tui.dialogs.part_fields import ROLES, role_of, role_text
from funnel_tui.dialogs.parts import PartsDialog
from funnel_tui.dialogs.picker import PERSON, Picker
from funnel_tui.dialogs.wishes import Finding, Pick, Reader
from funnel_tui.domain.deal_detail import Contact
from funnel_tui.language import tr
from funnel_tui.widgets.fields import FieldRow, Options, needed_label
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.words import role_words


@dataclass(frozen=True, slots=True)
class ContactWish:
    """Somebody with what they are to do in a deal.

    :param person: None before anybody was picked.
    :param role: None when it is not known.
    """

    person: Pick | None = None
    role: str | None = None


class ContactsDialog(PartsDialog):
    """The people of a deal.

    :param contacts: those who decide first.
    """

    EMPTY = tr("Nobody is known in this deal yet. {part_add} adds somebody.")

    def __init__(self, title: str, contacts: Sequence[Contact], *, at: int = 0) -> None:
        super().__init__(title, at=at)
        self._contacts = contacts

    @property
    def heading(self) -> str:
        """The deal."""
        return tr("People of {deal}").format(deal=self._title)

    def columns(self) -> Sequence[GridColumn]:
        """Name, role, how to reach them."""
        return (
            GridColumn("name", tr("Name"), 30, least=16, right=False),
            GridColumn("role", tr("Role"), 10, right=False),
            GridColumn("reach", tr("E-mail, phone"), 30, least=8, right=False, rank=1, stretch=True),
        )

    def rows(self) -> Sequence[Sequence[Cell]]:
        """One line for each."""
        return [
            (
                Cell(one.name),
                Cell(role_words(one.role) if one.role else "–", "plain" if one.role else "muted"),
                Cell(", ".join(filter(None, (one.email, one.phone))), "muted"),
            )
            for one in self._contacts
        ]


class ContactForm(Form[ContactWish]):
    """Adds somebody to a deal, or changes a role. The answer is a :class:`ContactWish`.

    :param title: the title of the deal; user text.
    :param wish: what the fields hold at first.
    :param reader: what typed text means.
    :param find: matches and likely duplicates; None where only the role is asked.
    :param known: the numbers of those who are in the deal already.
    :param errors: messages by field, from a service that refused.
    """

    def __init__(
        self,
        title: str,
        wish: ContactWish,
        reader: Reader,
        find: Finding | None,
        *,
        known: Collection[int] = (),
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._wish, self._reader, self._find = title, wish, reader, find
        self._known, self._errors = known, dict(errors or {})

    @property
    def heading(self) -> str:
        """What is done, to what."""
        return (tr("Add somebody to {deal}") if self._find else tr("Role in {deal}")).format(deal=self._title)

    def compose_middle(self) -> ComposeResult:
        """Who, and what they do."""
        pick = self._wish.person
        if self._find is None:
            yield FieldRow("person", tr("Person"), Line(pick.name if pick else "", classes="fixed"))
        else:
            picker = Picker(self._find, pick, noun=PERSON, id="person")
            yield FieldRow("person", needed_label(tr("Person")), picker, extra=[picker.panel])
        role = Options(ROLES, int(role_text(self._wish.role)), id="role")
        # Translators: the first letters of your words for decides, influences, uses, blocks.
        yield FieldRow("role", tr("Role"), role, help=tr("d, i, u or b"))

    def on_mount(self) -> None:
        """Show what a service did not accept."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if not self.refuse(self._errors):
            self.query_one("#role" if self._find is None else "#person").focus()

    @on(Picker.Settled)
    def _picked(self, event: Picker.Settled) -> None:
        self.row("person").say(*event.picker.said())

    def field_changed(self, row: FieldRow) -> None:
        """What stands under the person is the picker's to say."""
        if not isinstance(row.field, Picker):
            super().field_changed(row)

    def action_accept(self) -> None:
        """Give the answer, or say what is wrong."""
        refusals, pick = Refusals(), self._wish.person
        for field in self.query("#person").results(Picker):
            field.settle()
            picked = field.pick
            pick = refusals.read(lambda: read_pick(picked, "person", self._reader))  # noqa: B023
            if not field.typed:
                refusals["person"] = tr("Who is it? Type a name and choose one of the list, or “+ new”.")
            elif not field.is_settled:
                refusals["person"] = field.unsettled_words()
            elif pick is not None and pick.id in self._known:
                refusals["person"] = tr(
                    "{person} is in this deal already; esc, then enter changes the role."
                ).format(person=pick.name)
        if not self.refuse(refusals):
            self.dismiss(ContactWish(pick, role_of(self.query_one("#role", Options).number)))
