"""Everything about an organisation or a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.domain.directory import Kind, OrganisationDetail, OrganisationLine, PersonDetail
from funnel_tui.domain.shown import clean, count_text
from funnel_tui.errors import NotFound
from funnel_tui.language import tr, trc
from funnel_tui.screens.directory_actions import DirectoryActions, Target
from funnel_tui.screens.directory_rows import (
    COLUMNS,
    SECTION_WORDS,
    Detail,
    EntryRows,
    Reading,
    Section,
    fact_lines,
    full_text,
)
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.opening import open_deal
from funnel_tui.services import directory
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import AskLine
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.pane import wrapped

DETAIL = "detail"
NOTE_LINES, NOTE_LINES_SHORT = 4, 2
_GONE: Mapping[Kind, str] = {
    "organisation": tr("This organisation is gone: undone or merged meanwhile."),
    "person": tr("This person is gone: undone or merged meanwhile."),
}
EMPTY = {
    Section.DEALS: tr("No deals yet. {new_deal} makes a new one."),
    Section.PEOPLE: tr("Nobody is known here yet. {detail_add} adds a person."),
    Section.INTERACTIONS: tr(
        "No interactions yet: calls, e-mails and meetings appear here when they are done."
    ),
    Section.CHANGES: tr("Nothing was changed yet."),
}


def open_detail(app: HostApp, kind: Kind, number: int) -> None:
    """Open everything about an organisation or a person."""
    app.push_screen(DirectoryDetailScreen(kind, number))


def read_detail(workspace: Workspace, *, kind: Kind, number: int) -> tuple[Detail | None, str]:
    """Read it with the team's time zone; None when it is gone."""
    zone = workspace.settings().time_zone
    try:
        if kind == "organisation":
            return directory.organisation_detail(workspace, number), zone
        return directory.person_detail(workspace, number), zone
    except NotFound:
        return None, zone


class DirectoryDetailScreen(DirectoryActions):
    """An organisation or a person: facts above, below one of deals, people, interactions and changes.

    :param number: of the organisation or person.
    """

    HAS_PERIOD = False
    NOW_ONLY = tr(
        "Organisations and people are only known as they are now. {time_machine} and now bring you back."
    )
    HINTS = (
        ("choose", trc("key", "open")),
        ("detail_section", tr("next table")),
        ("detail_organisation", tr("organisation")),
        ("directory_edit", trc("key", "edit")),
        ("directory_status", tr("status")),
        ("detail_add", tr("add person")),
        ("new_deal", tr("new deal")),
        ("directory_merge", tr("merge")),
        ("back", trc("key", "back")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "section(1)", tr("next table"), id="detail_section", tooltip=tr("Deals, people, and so on")
        ),
        Binding(
            "shift+tab",
            "section(-1)",
            tr("table before"),
            id="detail_section_back",
            tooltip=tr("The same backwards"),
        ),
        Binding(
            "o",
            "organisation",
            tr("organisation"),
            id="detail_organisation",
            tooltip=tr("Where the person is"),
        ),
        Binding(
            "a", "add", tr("add person"), id="detail_add", tooltip=tr("A new person at the organisation")
        ),
        Binding(
            "n",
            "new_deal_here",
            tr("new deal"),
            id="new_deal",
            tooltip=tr("A new deal with who is shown here"),
        ),
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to where you came from")),
    ]

    def __init__(self, kind: Kind, number: int) -> None:
        super().__init__()
        self._kind, self.number = kind, number
        self._detail: Detail | None = None
        self._reading = Reading(ZoneInfo("UTC"), 0)
        self._section = Section.DEALS
        self._rows: dict[Section, int] = {}
        self._entries: dict[Section, Sequence[Any]] = {}
        self._more: dict[Section, Any] = {}
        self._asked: tuple[Section, Any] | None = None

    def compose_middle(self) -> ComposeResult:
        """Name, facts, which table, the table."""
        yield Line(id="title")
        yield Line(id="facts")
        yield Line(id="note")
        yield TabLine(id="sections")
        yield DealGrid(by_cell=False, id="entries")
        yield Static(id="empty", markup=False)

    async def on_mount(self) -> None:
        """Read it before the first frame."""
        await self.read_first(DETAIL, self._asking())
        self.hold_frame(lambda: self.query_one(DealGrid).focus())

    def reload(self) -> None:
        """Read it again; the cursor stays where it is."""
        self.read(DETAIL, self._asking())

    def _asking(self) -> partial[Any]:
        return partial(read_detail, kind=self._kind, number=self.number)

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self._kind

    @property
    def target(self) -> Target | None:
        """What is shown; None before it is read, and when it is gone."""
        if self._detail is None:
            return None
        line = self._detail.line
        status = line.status if isinstance(line, OrganisationLine) else None
        return Target(self._kind, line.id, line.name, status)

    # Showing

    def show_found(self, group: str, found: Any) -> None:
        """Show it, or a further page of a table."""
        if group == DETAIL:
            self._detail, zone = found
            self._reading = Reading(ZoneInfo(zone), self.funnel.workspace.clock())
            self._asked = None
            self._take_entries()
        else:
            section, after, entries, more = found
            if self._more.get(section) != after:
                return  # it was read again meanwhile
            self._entries[section] = [*self._entries[section], *entries]
            self._more[section], self._asked = more, None
        self._show()

    def _take_entries(self) -> None:
        detail = self._detail
        if detail is None:
            self._entries, self._more = {}, {}
            return
        page = detail.interactions
        changes = detail.changes
        self._entries = {
            Section.DEALS: detail.deals,
            Section.INTERACTIONS: page.entries,
            Section.CHANGES: changes,
        }
        if isinstance(detail, OrganisationDetail):
            self._entries[Section.PEOPLE] = detail.people
        last = changes[-1].id if len(changes) >= directory.PAGE else None
        self._more = {Section.INTERACTIONS: page.next, Section.CHANGES: last}

    @property
    def _sections(self) -> list[Section]:
        return [one for one in Section if one is not Section.PEOPLE or self._kind == "organisation"]

    def _show(self) -> None:
        detail = self._detail
        grid = self.query_one(DealGrid)
        self.set_class(detail is None, "-gone")
        if detail is None:
            self.query_one("#title", Line).say(_GONE[self._kind])
            self.query_one("#facts", Line).say(tr("esc goes back; undoing what took it away brings it back."))
            self.query_one("#note", Line).say()
            grid.show(COLUMNS[self._section], EntryRows((), self._section, self._reading, None))
            return
        self._say_facts(detail)
        entries = self._entries[self._section]
        more = self._more.get(self._section)
        self.set_class(not entries, "-empty")
        self.query_one("#empty", Static).update(with_keys(EMPTY[self._section]))
        rows = EntryRows(entries, self._section, self._reading, self._want_more if more else None)
        grid.show(COLUMNS[self._section], rows)
        if entries and self.is_current and not self.query_one(AskLine).display:
            grid.focus()  # it is not focused while there is nothing in it
        self._say_sections()
        self.tell_scope()

    def _say_facts(self, detail: Detail) -> None:
        self.query_one("#title", Line).say(detail.line.name)
        self.query_one("#facts", Line).say(*fact_lines(detail, self._reading.zone))
        note = self.query_one("#note", Line)
        text = detail.note if isinstance(detail, OrganisationDetail) else None
        lines = wrapped(text, max(20, self.size.width - 2)) if text else []
        room = NOTE_LINES_SHORT if self.has_class("-short") else NOTE_LINES
        if len(lines) > room:
            lines = [*lines[: room - 1], f"{lines[room - 1]} …"]
        note.styles.height = len(lines)
        note.say(*lines)

    def _say_sections(self) -> None:
        told = [
            f"{SECTION_WORDS[one]} {count_text(len(self._entries[one]))}{'+' if self._more.get(one) else ''}"
            for one in self._sections
        ]
        here = told[self._sections.index(self._section)]
        self.query_one("#sections", TabLine).say((), "", told, here)

    def size_changed(self) -> None:
        """The note is wrapped again."""
        if self._detail is not None:
            self.call_after_refresh(self._show)

    def _want_more(self) -> None:
        """The end of what was read is in view."""
        section, after = self._section, self._more.get(self._section)
        if after is None or self._asked == (section, after):
            return
        self._asked = section, after
        kind, number = self._kind, self.number

        def reading(workspace: Workspace) -> Any:
            if section is Section.INTERACTIONS:
                page = directory.interactions(workspace, kind, number, after=after)
                return section, after, page.entries, page.next
            changes = directory.changes(workspace, kind, number, before=after)
            return section, after, changes, changes[-1].id if len(changes) >= directory.PAGE else None

        self.call_later(self.read, section.value, reading)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Some keys are for organisations, some for people."""
        if action == "organisation":
            return self._kind == "person"
        if action == "add":
            return self._kind == "organisation"
        return super().check_action(action, parameters)

    def action_section(self, steps: int) -> None:
        """Another table; the cursor of each stays where it was."""
        if self._detail is None:
            return
        grid = self.query_one(DealGrid)
        self._rows[self._section] = grid.row
        sections = self._sections
        self._section = sections[(sections.index(self._section) + steps) % len(sections)]
        grid.show(COLUMNS[self._section], EntryRows((), self._section, self._reading, None))
        self._show()
        grid.put_cursor(self._rows.get(self._section, 0))

    @on(Grid.Chosen)
    def _open(self, message: Grid.Chosen) -> None:
        """The deal, the person, or all of an interaction or a change."""
        message.stop()
        entries = self._entries.get(self._section, ())
        if message.row >= len(entries):
            return
        entry = entries[message.row]
        if self._section is Section.DEALS:
            open_deal(self.funnel, entry.id)
        elif self._section is Section.PEOPLE:
            open_detail(self.funnel, "person", entry.id)
        else:
            from funnel_tui.dialogs.turns import TurnsDialog

            heading, lines = full_text(entry, self._reading.zone)
            self.app.push_screen(TurnsDialog(clean(heading), lines))

    def action_organisation(self) -> None:
        """The organisation of the person."""
        if not isinstance(self._detail, PersonDetail):
            return
        place = self._detail.line.organisation_id
        if place is None:
            self.notify(
                with_keys(tr("This person is at no organisation; {directory_edit} chooses one.")),
                markup=False,
            )
        else:
            open_detail(self.funnel, "organisation", place)

    def action_add(self) -> None:
        """A new person at the organisation."""
        target = self.needed()
        if target is not None:
            from funnel_tui.dialogs.wishes import Pick
            from funnel_tui.screens import directory_changes

            directory_changes.new(self.funnel, "person", organisation=Pick(target.name, target.number))

    def action_new_deal_here(self) -> None:
        """A new deal that begins with the organisation, or with the person and where they are."""
        detail = self._detail
        if detail is None:
            return
        from funnel_tui.dialogs.wishes import Pick
        from funnel_tui.screens.deal_editing import new_deal

        if isinstance(detail, OrganisationDetail):
            new_deal(self.funnel, organisation=Pick(detail.line.name, detail.line.id))
            return
        line = detail.line
        place = None if line.organisation_id is None else Pick(line.organisation or "", line.organisation_id)
        new_deal(self.funnel, organisation=place, person=Pick(line.name, line.id))

    def merged(self, kept: int) -> None:
        """Two were made into one: show the one that stayed."""
        if kept != self.number:
            self.number = kept
            self.reload()

    def action_back(self) -> None:
        """Back to where the user came from."""
        self.dismiss(None)
