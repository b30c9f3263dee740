"""What a wish would do to the marked deals: counts, what is refused and why. ``y`` does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
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
    Why,
    Wish,
)
from funnel_tui.domain.period import day_of
from funnel_tui.domain.phrases import name_day
from funnel_tui.domain.shown import clean, count_text
from funnel_tui.language import tr, trc, trn
from funnel_tui.widgets.bindings import YES_OR_NO, by_one, by_page
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint, Line

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


VERDICTS = {
    Verdict.CHANGED: tr("changed"),
    Verdict.UNCHANGED: tr("unchanged"),
    Verdict.REFUSED: tr("refused"),
}
# Translators: why a deal is left out of a change to many deals; a number stands before it.
WHYS = {
    Why.GONE: tr("gone"),
    Why.STALE: tr("stale version"),
    Why.CLOSED: tr("closed"),
    Why.OTHER_PIPELINE: tr("other pipeline"),
    Why.PIPELINE_OFF: tr("pipeline not in use"),
    Why.RETIRED: tr("retired stage"),
    # Translators: the staging of its pipeline does not let people choose the stage.
    Why.STAGING: tr("staging"),
    Why.REQUIRED: tr("required fields"),
    # Translators: it would happen in the future, or before the deal's last event.
    Why.TIME: tr("time"),
}


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
        title = one.title or tr("deal {number}").format(number=one.deal_id)
        # The title stands beside it already, and room is scarce.
        why = one.reason.removeprefix(f"{one.title} ") if one.title else one.reason
        return SIGNS[one.verdict], Cell(title), Cell(why or VERDICTS[one.verdict], "muted")


class PreviewRows(VerdictRows):
    """What would become of deals: the signs and names of all, and why where it is not as one would think."""

    def cells(self, row: int) -> Sequence[Cell]:
        """A sign, the deal, and why it is refused or that it goes back."""
        one = self.rows[row]
        if one.verdict is Verdict.REFUSED:
            return super().cells(row)
        back = tr("goes back from {stage}").format(stage=one.back_from) if one.back_from else ""
        return SIGNS[one.verdict], Cell(one.title), Cell(back, "warn")


def verbs(wish: Wish, words: str) -> tuple[str, str]:
    """What happens to the deals, said before and after: ``will move to Proposal``, ``moved to Proposal``.

    :param words: the wish in words, as the preview has it.
    """
    match wish:
        case MoveTo():
            name = _named(words, "Move to {name}", tr("Move to {name}"))
            return tr("will move to {stage}").format(stage=name), tr("moved to {stage}").format(stage=name)
        case Lose(reason):
            return tr("will be lost: {reason}").format(reason=reason), tr("lost: {reason}").format(
                reason=reason
            )
        case Reassign():
            name = _named(words, "Give to {name}", tr("Give to {name}"))
            return tr("will be given to {rep}").format(rep=name), tr("given to {rep}").format(rep=name)
        case AddTag(tag):
            return tr("will get the tag {tag}").format(tag=tag), tr("got the tag {tag}").format(tag=tag)
        case RemoveTag(tag):
            return tr("will lose the tag {tag}").format(tag=tag), tr("lost the tag {tag}").format(tag=tag)
        case SetExpectedClose() | SetProbability() | SetSource():
            value = _value(wish)
            return tr("will get {value}").format(value=value), tr("got {value}").format(value=value)
    return tr("will be won"), tr("won")


def _named(words: str, *patterns: str) -> str:
    """The name that stands in the words for a wish: ``Proposal`` in ``Move to Proposal``."""
    for pattern in patterns:
        start, _, end = pattern.partition("{name}")
        if words.startswith(start) and words.endswith(end):
            words = words.removeprefix(start).removesuffix(end)
    return words


def _value(wish: SetExpectedClose | SetProbability | SetSource) -> str:
    match wish:
        case SetExpectedClose(day):
            return (
                tr("no expected close")
                if day is None
                else tr("the expected close {day}").format(day=name_day(day_of(day)))
            )
        case SetProbability(bp):
            return (
                tr("the probability of their stage")
                if bp is None
                else tr("the probability {percent} %").format(percent=f"{bp / 100:g}")
            )
        case SetSource(name):
            return tr("no source") if name is None else tr("the source {name}").format(name=name)


def counted(found: BulkPreview, verb: str) -> str:
    """The counts in words: ``38 will move to Proposal, 2 unchanged, 3 refused``.

    :param verb: what happens to those that change.
    """
    parts = [f"{count_text(found.changed)} {verb}"]
    if found.unchanged:
        parts.append(tr("{n} unchanged").format(n=count_text(found.unchanged)))
    if found.refused:
        parts.append(tr("{n} refused").format(n=count_text(found.refused)))
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
    BulkPreviewDialog.-named Grid { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *YES_OR_NO,
        *by_one(tr("The next deal"), tr("The deal before")),
        *by_page(),
    ]

    def __init__(self, wish: Wish, count: int) -> None:
        super().__init__()
        self._wish, self._count = wish, count
        self.found: BulkPreview | None = None

    @property
    def heading(self) -> str:
        """What it is about."""
        marked = trn("{n} deal marked", "{n} deals marked", self._count).format(n=count_text(self._count))
        return f"{self.found.words}: {marked}" if self.found else marked

    def compose_middle(self) -> ComposeResult:
        """The counts, the reasons, the deals by name."""
        looking = trn("Looking at {n} deal …", "Looking at {n} deals …", self._count)
        yield Static(looking.format(n=count_text(self._count)), id="sum", markup=False)
        yield Static(id="reasons", markup=False)
        yield Grid(by_cell=False, id="named")

    def on_mount(self) -> None:
        """The keys move in the list, which has no focus of its own."""
        self.query_one(Grid).can_focus = False
        if self.found is not None:
            self._show(self.found)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """Yes only where there is something to do."""
        if self.found is None:
            return [], Hint("esc", trc("key", "back"))
        moving = [Hint("↑↓", tr("deals"))] if self.found.refused + self.found.changed > 1 else []
        if not self.found.changed:
            return moving, Hint("esc", trc("key", "back"))
        return [
            Hint("y", tr("do it to {n}").format(n=count_text(self.found.changed))),
            Hint("n", tr("no")),
            *moving,
        ], Hint("esc", tr("no"))

    def tell(self, found: BulkPreview) -> None:
        """Show what would become of the deals."""
        self.found = found
        if self.is_mounted:
            self._show(found)

    def _show(self, found: BulkPreview) -> None:
        verb = verbs(self._wish, found.words)[0]
        words = counted(found, verb) + (":" if found.refused else ".")
        if not found.changed:
            words = tr("Nothing would change: {counts}.").format(counts=counted(found, verb))
        self.query_one("#heading", Line).say(self.heading)
        self.query_one("#sum", Static).update(Text(clean(words)))
        self.query_one("#reasons", Static).update(self._reasons(found))
        # What is refused comes first: the others are what one wants.
        order = (Verdict.REFUSED, Verdict.CHANGED)
        named = [row for verdict in order for row in found.rows if row.verdict is verdict]
        self.set_class(bool(named), "-named")
        title = tr("Why it is refused") if found.refused else ""
        self.query_one(Grid).show([*COLUMNS[:2], COLUMNS[2]._replace(title=title)], PreviewRows(named))
        self.tell_hints()

    def _reasons(self, found: BulkPreview) -> Text:
        """How many are refused for which reason, and what to do about it."""
        hints = {row.why: row.hint for row in reversed(found.rows) if row.why is not None}
        lines = [
            f"{count:>7,} {WHYS[why]}{f': {clean(hints[why])}' if hints[why] else ''}"
            for why, count in found.reasons.items()
        ]
        back = sum(bool(row.back_from) for row in found.rows)
        if back:
            words = trn(
                "{n} of them goes back to an earlier stage.", "{n} of them go back to an earlier stage.", back
            )
            lines.append(words.format(n=count_text(back)))
        if found.changed:
            lines.append(tr("It is one change: undo takes all of it back."))
        return Text("\n".join(lines))

    def action_move(self, rows: int) -> None:
        """Move in the list of deals."""
        self.query_one(Grid).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move a page in the list of deals."""
        self.query_one(Grid).action_page(pages)

    def action_yes(self) -> None:
        """Do it."""
        if self.found is not None and self.found.changed:
            self.dismiss(True)
