"""Shows what a merge of two organisations or two people would do, and asks whose values win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.dialogs.form import Form
from funnel_tui.domain.shown import NO_VALUE, clean
from funnel_tui.language import tr
from funnel_tui.widgets.cells import cut
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.fields import FieldRow
from funnel_tui.widgets.lines import Hint

KEEP, DROP, BOTH = "keep", "drop", "both"
"""Whose value wins: that of the one that stays, of the one that goes, or both joined."""

VALUE_CELLS = 36
"""So much of a value is shown, so that whose it is has room too."""


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field in which the two differ.

    :param keep: the value of the one that stays, in words; ``drop`` that of the other. Both are user text.
    :param choice: whose wins unless somebody says otherwise.
    :param joinable: whether both can be kept.
    """

    field: str
    label: str
    keep: str | None
    drop: str | None
    choice: str
    joinable: bool = False


@dataclass(frozen=True, slots=True)
class MergeAnswer:
    """What somebody answered.

    :param choices: whose value wins, by field.
    :param swap: nothing is to be merged yet; the other one is to stay, and it is asked again.
    """

    choices: Mapping[str, str]
    swap: bool = False


class MergeDialog(Form[MergeAnswer]):
    """Says which of two stays, what moves and what conflicts. The answer is a :class:`MergeAnswer`.

    :param keep: the name of the one that stays; ``drop`` that of the one that goes. User text.
    :param fields: where they differ.
    :param notes: what else happens, one sentence each; may hold user text.
    """

    DEFAULT_CSS = """
    MergeDialog .notes { height: auto; max-width: 100; margin-top: 1; }
    MergeDialog #outcome { height: auto; max-width: 100; margin-bottom: 1; text-style: bold; }
    """
    AUTO_FOCUS = "Choice"
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("enter", tr("merge")),
        Hint("ctrl+x", tr("the other one stays")),
        Hint("←→", tr("whose value")),
        Hint("↑↓", tr("field")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+x", "swap", tr("swap"), id="merge_swap", tooltip=tr("Let the other one stay")),
    ]

    def __init__(self, keep: str, drop: str, fields: Sequence[MergeField], notes: Sequence[str]) -> None:
        super().__init__()
        self._keep, self._drop, self._fields, self._notes = keep, drop, fields, notes

    @property
    def heading(self) -> str:
        """What is merged."""
        return tr("Merge “{drop}” into “{keep}”").format(drop=self._drop, keep=self._keep)

    def compose_middle(self) -> ComposeResult:
        """What stays, a row for each field that differs, and what else happens."""
        outcome = tr("“{keep}” stays and takes over everything; “{drop}” goes. It can be undone.").format(
            keep=self._keep, drop=self._drop
        )
        yield Static(Text(clean(outcome)), id="outcome", markup=False)
        if not self._fields:
            yield Static(tr("They do not differ in anything that is written about them."), markup=False)
        for field in self._fields:
            options = [self._shown(field, side) for side in sides(field)]
            choice = Choice(options, sides(field).index(field.choice), id=f"field-{field.field}")
            yield FieldRow(field.field, field.label, choice)
        if self._notes:
            yield Static(Text("\n".join(map(clean, self._notes))), classes="notes", markup=False)

    def _shown(self, field: MergeField, side: str) -> str:
        """A value in one line, and whose it is."""
        if side == BOTH:
            return tr("both, one below the other")
        text, name = (field.keep, self._keep) if side == KEEP else (field.drop, self._drop)
        value = cut(" ".join(text.split()), VALUE_CELLS) if text else NO_VALUE
        return tr("{value}  of “{name}”").format(value=value, name=name)

    def on_mount(self) -> None:
        """Without a field to choose in the keys still work."""
        if not self._fields:
            self.set_focus(None)

    def _answer(self, *, swap: bool) -> MergeAnswer:
        chosen = {
            field.field: sides(field)[self.query_one(f"#field-{field.field}", Choice).chosen]
            for field in self._fields
        }
        return MergeAnswer(chosen, swap)

    def action_accept(self) -> None:
        """Merge."""
        self.dismiss(self._answer(swap=False))

    def action_swap(self) -> None:
        """Let the other one stay."""
        self.dismiss(self._answer(swap=True))


def sides(field: MergeField) -> tuple[str, ...]:
    """Whose value can win."""
    return (KEEP, DROP, BOTH) if field.joinable else (KEEP, DROP)
