"""The stages that a new pipeline starts from."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.stage_templates import STAGE_SETS, StageSet
from funnel_tui.language import tr, trc
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint, Line

EMPTY = StageSet("empty", tr("No stages yet"), ())
"""To begin with nothing."""

_COLUMNS = (
    GridColumn("product", tr("As in"), 26, least=18, right=False),
    GridColumn("count", tr("Stages"), 6),
    GridColumn("names", tr("Their names"), 60, least=20, right=False, rank=1, stretch=True),
)


class SetRows:
    """Stage sets as rows of a table."""

    def __init__(self, sets: Sequence[StageSet]) -> None:
        self.sets = sets

    def __len__(self) -> int:
        return len(self.sets)

    def cells(self, row: int) -> Sequence[Cell]:
        """The product, how many stages, and their names."""
        one = self.sets[row]
        names = ", ".join(stage.name for stage in one.stages)
        return Cell(one.product), Cell(str(len(one.stages) or ""), "muted"), Cell(names, "muted")


def stage_words(one: StageSet) -> str:
    """Every stage of a set with its probability, for the text under the list."""
    if not one.stages:
        return tr("An empty pipeline: add its stages yourself.")
    parts = [
        stage.name if stage.percent is None else f"{stage.name} {stage.percent} %" for stage in one.stages
    ]
    text = " → ".join(parts)
    return (
        text
        if one.has_probabilities
        else "\n".join((text, tr("It gives no probabilities; all begin with 0 %.")))
    )


class TemplateChoice(Dialog[StageSet]):
    """A list of stage sets; the one under the cursor is spelt out below. The answer is a set."""

    DEFAULT_CSS = """
    TemplateChoice #sets { height: auto; max-height: 60%; }
    TemplateChoice #product { margin-top: 1; text-style: bold; }
    TemplateChoice #stages { height: 1fr; }
    """
    HEADING = tr("New pipeline: which stages to start from")
    AUTO_FOCUS = "#sets"
    HINTS = (Hint("↑↓", trc("key", "move")), Hint("enter", tr("start from these")))

    def __init__(self) -> None:
        super().__init__()
        self._sets = (EMPTY, *STAGE_SETS)

    def compose_middle(self) -> ComposeResult:
        """The list and the stages of the set under the cursor."""
        yield Grid(by_cell=False, when_moved=self._spell_out, id="sets")
        yield Line(id="product")
        yield Static(id="stages", markup=False)

    def on_mount(self) -> None:
        """Fill the list; the first set of a product is the likeliest choice."""
        grid = self.query_one("#sets", Grid)
        grid.show(_COLUMNS, SetRows(self._sets))
        grid.put_cursor(1)

    def _spell_out(self) -> None:
        one = self._sets[self.query_one("#sets", Grid).row]
        self.query_one("#product", Line).say(one.product)
        self.query_one("#stages", Static).update(stage_words(one))

    @on(Grid.Chosen)
    def _chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.dismiss(self._sets[message.row])
