"""What a wish would do to the marked deals: counts, what is refused and why. ``y`` does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.bulk_edit import (
    AddTag,
    BulkPreview,
    BulkRow,
    Lose,
    MoveTo,
    Reassign,
    RemoveTag,
    SetExpectedClose,
    SetProbability,
    SetSource,
    Verdict,
    Wish,
)
from funnel_tui.domain.period import day_of
from funnel_tui.domain.phrases import name_day
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint, HintLine, Line

SIGNS = {
    Verdict.CHANGED: Cell("+", "good"),
    Verdict.UNCHANGED: Cell("=", "muted"),
    Verdict.REFUSED: Cell("x", "bad"),
}
COLUMNS = (
    GridColumn("sign", "", 1, right=False),
    GridColumn("deal", tr("Deal"), 30, least=20, right=False),
    GridColumn("why", tr("What became of it"), 60, least=36, right=False, stretch=True),
)


class VerdictRows:
    """What becomes of deals, as rows.

    :param rows: one per deal.
    """

    def __init__(self, rows: Sequence[BulkRow]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, row: int) -> Sequence[Cell]:
        """A sign, the deal, and why."""
        one = self.rows[row]
        title = one.title or f"deal {one.deal_id}"
        # The title stands beside it already, and room is scarce.
        why = one.reason.removeprefix(f"{one.title} ") if one.title else one.reason
        return SIGNS[one.verdict], Cell(title), Cell(why or one.verdict, "muted")


def verbs(wish: Wish, words: str) -> tuple[str, str]:
    """What happens to the deals, said before and after: ``will move to Proposal``, ``moved to Proposal``.

    :param words: the wish in words, as the preview has it.
    """
    match wish:
        case MoveTo():
            name = words.removeprefix("Move to ")
            return f"will move to {name}", f"moved to {name}"
        case Lose(reason):
            return f"will be lost: {reason}", f"lost: {reason}"
        case Reassign():
            name = words.removeprefix("Give to ")
            return f"will be given to {name}", f"given to {name}"
        case AddTag(tag):
            return f"will get the tag {tag}", f"got the tag {tag}"
        case RemoveTag(tag):
            return f"will lose the tag {tag}", f"lost the tag {tag}"
        case SetExpectedClose() | SetProbability() | SetSource():
            value = _value(wish)
            return f"will get {value}", f"got {value}"
    return tr("will be won"), "won"


def _value(wish: SetExpectedClose | SetProbability | SetSource) -> str:
    match wish:
        case SetExpectedClose(day):
            return tr("no expected close") if day is None else f"the expected close {name_day(day_of(day))}"
        case SetProbability(bp):
            return tr("the probability of their stage") if bp is None else f"the probability {bp / 100:g} %"
        case SetSource(name):
            return tr("no source") if name is None else f"the source {name}"


def counted(found: BulkPreview, verb: str) -> str:
    """The counts in words: ``38 will move to Proposal, 2 unchanged, 3 refused``.

    :param verb: what happens to those that change.
    """
    parts = [f"{found.changed:,} {verb}"]
    if found.unchanged:
        parts.append(f"{found.unchanged:,} unchanged")
    if found.refused:
        parts.append(f"{found.refused:,} refused")
    return ", ".join(parts)


class BulkPreviewDialog(Dialog[bool]):
    """Shows what would become of the marked deals. The answer is True to do it, None to leave.

    It opens before that is known and says so; :meth:`tell` fills it.

    :param wish: what is wished for.
    :param count: how many deals are marked.
    """

    DEFAULT_CSS = """
    BulkPreviewDialog #sum { text-style: bold; height: auto; max-height: 3; }
    BulkPreviewDialog #reasons { height: auto; max-height: 9; margin-bottom: 1; }
    BulkPreviewDialog Grid { display: none; }
    BulkPreviewDialog.-refused Grid { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", tr("yes"), id="yes", tooltip=tr("Do it")),
        Binding("n", "back", tr("no"), id="no", tooltip=tr("Leave everything as it is")),
        Binding("down,j", "move(1)", tr("down"), id="down", tooltip=tr("The next refused deal")),
        Binding("up,k", "move(-1)", tr("up"), id="up", tooltip=tr("The refused deal before")),
        Binding("pagedown", "page(1)", tr("page down"), id="page_down", tooltip=tr("A page on")),
        Binding("pageup", "page(-1)", tr("page up"), id="page_up", tooltip=tr("A page back")),
    ]

    def __init__(self, wish: Wish, count: int) -> None:
        super().__init__()
        self._wish, self._count = wish, count
        self.found: BulkPreview | None = None

    @property
    def heading(self) -> str:
        """What it is about."""
        words = f"{self.found.words}: " if self.found else ""
        return f"{words}{deals(self._count)} marked"

    def compose_middle(self) -> ComposeResult:
        """The counts, the reasons, the refused deals."""
        yield Static(f"Looking at {deals(self._count)} …", id="sum", markup=False)
        yield Static(id="reasons", markup=False)
        yield Grid(by_cell=False, id="refused")

    def on_mount(self) -> None:
        """The keys move in the list, which has no focus of its own."""
        self.query_one(Grid).can_focus = False
        if self.found is not None:
            self._show(self.found)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """Yes only where there is something to do."""
        if self.found is None:
            return [], Hint("esc", tr("back"))
        moving = [Hint("↑↓", tr("refused deals"))] if self.found.refused > 1 else []
        if not self.found.changed:
            return moving, Hint("esc", tr("back"))
        return [Hint("y", f"do it to {self.found.changed:,}"), Hint("n", tr("no")), *moving], Hint(
            "esc", tr("no")
        )

    def tell(self, found: BulkPreview) -> None:
        """Show what would become of the deals."""
        self.found = found
        if self.is_mounted:
            self._show(found)

    def _show(self, found: BulkPreview) -> None:
        verb = verbs(self._wish, found.words)[0]
        words = counted(found, verb) + (":" if found.refused else ".")
        if not found.changed:
            words = f"Nothing would change: {counted(found, verb)}."
        self.query_one("#heading", Line).say(self.heading)
        self.query_one("#sum", Static).update(Text(clean(words)))
        self.query_one("#reasons", Static).update(self._reasons(found))
        self.set_class(found.refused > 0, "-refused")
        refused = [row for row in found.rows if row.verdict is Verdict.REFUSED]
        self.query_one(Grid).show(
            [*COLUMNS[:2], COLUMNS[2]._replace(title=tr("Why it is refused"))], VerdictRows(refused)
        )
        self.query_one(HintLine).say(*self.hints())

    def _reasons(self, found: BulkPreview) -> Text:
        """How many are refused for which reason, and what to do about it."""
        hints = {row.why: row.hint for row in reversed(found.rows) if row.why is not None}
        lines = [
            f"{count:>7,} {why}{f': {clean(hints[why])}' if hints[why] else ''}"
            for why, count in found.reasons.items()
        ]
        if found.changed:
            lines.append(tr("It is one change: u takes all of it back."))
        return Text("\n".join(lines))

    def action_move(self, rows: int) -> None:
        """Move in the refused deals."""
        self.query_one(Grid).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move a page in the refused deals."""
        self.query_one(Grid).action_page(pages)

    def action_yes(self) -> None:
        """Do it."""
        if self.found is not None and self.found.changed:
            self.dismiss(True)
