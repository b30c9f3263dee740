"""Two people changed the same: shows both, field by field, and asks which to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.dialogs.form import Form
from funnel_tui.dialogs.wishes import ConflictField, MergeWish
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.lines import Hint

LONGEST = 400
"""Characters of a text that are shown of each version."""


def merged_texts(
    base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Put two versions of a form together.

    :param base: what both began with.
    :param theirs: what holds now; it names the fields there are.
    :returns: the fields, with mine where both changed the same; the names of those; and the names of the
        fields that only the others changed.
    """
    merged: dict[str, str] = {}
    clashes: list[str] = []
    others: list[str] = []
    for name, now in theirs.items():
        if name.endswith("_id") and name.removesuffix("_id") in theirs:
            continue  # goes with the name it belongs to
        keys = [key for key in (name, f"{name}_id") if key in theirs]
        was = [base.get(key, theirs[key]) for key in keys]
        is_now = [theirs[key] for key in keys]
        wanted = [mine.get(key, old) for key, old in zip(keys, was, strict=True)]
        if wanted == was and is_now != was:
            others.append(name)
            wanted = is_now
        elif wanted != is_now and is_now != was:
            clashes.append(name)
        merged |= dict(zip(keys, wanted, strict=True))
        assert name in merged, now
    return merged, clashes, others


def differing(
    labels: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> list[ConflictField]:
    """The fields of two versions as texts.

    :param labels: how people call the fields, by name.
    """
    return [
        ConflictField(name, label, mine[name], theirs[name], mine[name], theirs[name])
        for name, label in labels.items()
    ]


class Sides(Static, can_focus=True):
    """One field with both versions.

    :param field: what was changed.
    """

    DEFAULT_CSS = """
    Sides { height: auto; max-width: 100; margin-bottom: 1; }
    Sides > .sides--label { color: $muted; text-style: $muted-style; }
    Sides:focus > .sides--label { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    Sides > .sides--kept { text-style: bold; }
    Sides > .sides--other { color: $muted; text-style: $muted-style; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"sides--label", "sides--kept", "sides--other"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "keep(True)", tr("mine"), show=False, id="mine", tooltip=tr("Keep mine for this field")),
        Binding(
            "t",
            "keep(False)",
            tr("theirs"),
            show=False,
            id="theirs",
            tooltip=tr("Take theirs for this field"),
        ),
        Binding("left,right,space", "turn", tr("other"), show=False, id="turn", tooltip=tr("The other one")),
    ]

    def __init__(self, field: ConflictField) -> None:
        super().__init__(markup=False)
        self.field = field
        self.is_mine = True

    def action_keep(self, mine: bool) -> None:
        """Choose."""
        self.is_mine = mine
        self.refresh()

    def action_turn(self) -> None:
        """Choose the other one."""
        self.action_keep(not self.is_mine)

    def render(self) -> Table:
        """The label, then mine and theirs with a mark at what is kept."""
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=max(map(cell_len, (tr("mine"), tr("theirs")))) + 2)
        table.add_column(ratio=1)
        label = Text(f" {clean(self.field.label)} ", self.get_component_rich_style("sides--label"))
        for words, text, kept in (
            (tr("mine"), self.field.mine, self.is_mine),
            (tr("theirs"), self.field.theirs, not self.is_mine),
        ):
            look = self.get_component_rich_style("sides--kept" if kept else "sides--other")
            shown = clean(text if len(text) <= LONGEST else f"{text[:LONGEST]}…") or tr("(empty)")
            table.add_row(Text(f"{'●' if kept else '○'} {words}", look), Text(shown, look))
        outer = Table.grid(expand=True)
        outer.add_row(label)
        outer.add_row(table)
        return outer


class ConflictDialog(Form[MergeWish]):
    """Settles a conflict. The answer is a :class:`MergeWish`.

    :param heading: what was changed by two people; user text.
    :param fields: where the versions differ.
    """

    AUTO_FOCUS = "Sides"
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("m", tr("mine")),
        Hint("t", tr("theirs")),
        Hint("M T", trc("key", "all")),
        Hint("↑↓", tr("field")),
        Hint("enter", tr("go on with this")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "M", "keep_all(True)", tr("all mine"), id="all_mine", tooltip=tr("Keep mine for every field")
        ),
        Binding(
            "T",
            "keep_all(False)",
            tr("all theirs"),
            id="all_theirs",
            tooltip=tr("Take theirs for every field"),
        ),
    ]

    def __init__(self, heading: str, fields: Sequence[ConflictField]) -> None:
        super().__init__()
        self._heading, self._fields = heading, fields

    @property
    def heading(self) -> str:
        """What it is about."""
        return tr("Changed meanwhile: {what}").format(what=self._heading)

    def compose_middle(self) -> ComposeResult:
        """A block per field."""
        words = tr("Somebody else changed this after you opened it. Which is to hold? Nothing is saved yet.")
        yield Static(words, classes="intro")
        for field in self._fields:
            yield Sides(field)

    def action_keep_all(self, mine: bool) -> None:
        """Choose one side everywhere."""
        for sides in self.query(Sides):
            sides.action_keep(mine)

    def action_accept(self) -> None:
        """Answer what is to hold."""
        sides = list(self.query(Sides))
        values = {
            one.field.field: one.field.mine_value if one.is_mine else one.field.theirs_value for one in sides
        }
        self.dismiss(MergeWish(values, tuple(one.field.field for one in sides if one.is_mine)))
