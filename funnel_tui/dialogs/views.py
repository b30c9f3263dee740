"""Saved views: a list to pick from and to keep in order, and the questions for saving one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.domain.finding import fold
from funnel_tui.domain.view_list import ViewItem
from funnel_tui.language import tr, trc
from funnel_tui.widgets.asking import FilterLine
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint, Line
from funnel_tui.widgets.named_keys import with_keys

_COLUMNS = (
    GridColumn("name", tr("View"), 30, least=16, right=False),
    GridColumn("screen", tr("Screen"), 12, least=8, right=False),
    GridColumn("whose", tr("Of"), 14, least=8, right=False, rank=2),
    GridColumn("default", tr("Opens"), 5, right=False, rank=1),
    GridColumn("words", tr("Shows"), 60, least=12, right=False, rank=3, stretch=True),
)
NO_VIEWS = tr("There is no saved view yet: {view_save} saves what you look at now.")
NO_VIEWS_ON_PLAN = tr("There is no saved view yet. Plan keeps scenarios: {plan_save} saves one there.")


class Act(Enum):
    """What to do with a view."""

    PICK = "pick"
    SAVE = "save"
    RENAME = "rename"
    REMOVE = "remove"
    DEFAULT = "default"


class ViewWish(NamedTuple):
    """What the user wants.

    :param item: with which view; None for saving a new one.
    """

    act: Act
    item: ViewItem | None = None


class ViewRows:
    """Saved views as rows of a table."""

    def __init__(self, items: Sequence[ViewItem]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def cells(self, row: int) -> Sequence[Cell]:
        """Name, screen, whose it is, whether its screen opens with it, and what it looks at."""
        one = self.items[row]
        return (
            Cell(one.name),
            Cell(one.screen, "muted"),
            Cell(one.rep or tr("everybody"), "muted"),
            Cell(tr("yes") if one.is_default else "", "strong"),
            Cell(one.words, "muted"),
        )


class ViewsDialog(Dialog[ViewWish]):
    """The saved views: ``enter`` looks at one, letters keep them in order, ``/`` narrows the list.

    :param items: the views of the team and of the user.
    :param at: the number of the view to begin at.
    :param can_save: whether what is looked at can be saved as a view; a plan cannot.
    """

    DEFAULT_CSS = """
    ViewsDialog #views { height: 1fr; }
    ViewsDialog #none { color: $muted; text-style: $muted-style; }
    """
    HEADING = tr("Saved views")
    AUTO_FOCUS = "#views"
    HINTS = (
        *(
            Hint("enter", tr("look")),
            Hint("a", tr("save this one")),
            Hint("e", tr("rename")),
            Hint("x", trc("key", "delete")),
        ),
        *(Hint("d", tr("default of its screen")), Hint("/", tr("narrow"))),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "a", "save", trc("key", "save"), id="view_save", tooltip=tr("Save what you look at now as a view")
        ),
        Binding(
            "e", "act('rename')", tr("rename"), id="view_rename", tooltip=tr("Give the view another name")
        ),
        Binding(
            "x,delete", "act('remove')", trc("key", "delete"), id="view_remove", tooltip=tr("Remove the view")
        ),
        Binding(
            "d",
            "act('default')",
            trc("key", "default"),
            id="view_default",
            tooltip=tr("Its screen opens with it, or not"),
        ),
        Binding("slash", "narrow", tr("narrow"), id="view_narrow", tooltip=tr("Narrow the list as you type")),
    ]

    def __init__(self, items: Sequence[ViewItem], at: int | None = None, *, can_save: bool = True) -> None:
        super().__init__()
        self._items, self._left, self._at, self._can_save = items, list(items), at, can_save

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """Without the key that saves where nothing can be, and without those for a view where none is."""
        hints, last = super().hints()
        return [hint for hint in hints if (self._can_save if hint.key == "a" else self._items)], last

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A plan is kept as a scenario: there is no key for it here."""
        if action == "save" and not self._can_save:
            return False
        return super().check_action(action, parameters)

    def compose_middle(self) -> ComposeResult:
        """The list, and the field that narrows it."""
        yield Grid(by_cell=False, id="views")
        none = with_keys(NO_VIEWS if self._can_save else NO_VIEWS_ON_PLAN)
        yield Line("" if self._items else none, id="none")
        yield FilterLine(tr("words of the name, the screen or what it shows"), id="narrow")

    def on_mount(self) -> None:
        """Show all views."""
        self._show()
        numbers = [one.id for one in self._left]
        if self._at in numbers:
            self._grid.put_cursor(numbers.index(self._at))

    @property
    def _grid(self) -> Grid:
        return self.query_one("#views", Grid)

    def _show(self) -> None:
        self._grid.show(_COLUMNS, ViewRows(self._left))
        if self._items:
            self.query_one("#none", Line).say("" if self._left else tr("No view has these words."))

    def action_narrow(self) -> None:
        """Type words that the views must have."""
        line = self.query_one("#narrow", FilterLine)
        line.display = True
        line.focus()

    @on(Input.Changed, "#narrow")
    def _narrowed(self, event: Input.Changed) -> None:
        words = fold(event.value).split()
        self._left = [
            one
            for one in self._items
            if all(word in fold(f"{one.name} {one.screen} {one.rep or ''} {one.words}") for word in words)
        ]
        self._show()
        self._grid.put_cursor(0)

    @on(FilterLine.Left)
    def _narrowing_left(self, event: FilterLine.Left) -> None:
        event.stop()
        line = self.query_one("#narrow", FilterLine)
        if not event.keep:
            line.value = ""
        line.display = bool(line.value)
        self._grid.focus()

    def action_save(self) -> None:
        """Save what is looked at."""
        self.dismiss(ViewWish(Act.SAVE))

    def action_act(self, name: str) -> None:
        """Do something with the view under the cursor."""
        if self._left:
            self.dismiss(ViewWish(Act(name), self._left[self._grid.row]))

    @on(Grid.Chosen)
    def _chosen(self, event: Grid.Chosen) -> None:
        event.stop()
        if self._left:
            self.dismiss(ViewWish(Act.PICK, self._left[event.row]))


class SaveWish(NamedTuple):
    """How a view is to be saved.

    :param is_private: for the user alone.
    :param replace: take the place of the view that has the name.
    """

    name: str
    is_private: bool
    is_default: bool
    replace: bool = False


class SaveViewDialog(SetupForm[SaveWish]):
    """Asks for a name, for whom, and whether the screen opens with it.

    :param screen: which the view is for; ``words`` say what it looks at.
    :param me: the name of the rep that the user is; None where that is not known: then it is for everybody.
    :param wish: what the fields begin with.
    :param wrong: messages by field, from somebody who could not accept the last answer.
    """

    def __init__(
        self, screen: str, words: str, me: str | None, wish: SaveWish, wrong: dict[str, str]
    ) -> None:
        super().__init__(tr("Save this view"), wrong=wrong)
        self._screen, self._words, self._me, self._wish = screen, words, me, wish

    def compose_middle(self) -> ComposeResult:
        """What is saved, then name, for whom and default."""
        yield Line(f"{self._screen}: {self._words}", id="saved")
        yield from self.text_row("name", tr("Name"), self._wish.name, tr("such as Big deals this quarter"))
        whom = [tr("everybody")] + ([] if self._me is None else [tr("me ({name})").format(name=self._me)])
        yield from self.choice_row("whom", tr("For"), whom, int(self._wish.is_private))
        yield from self.tick_row(
            "default",
            tr("Opens with it"),
            tr("{screen}, when it is first opened").format(screen=self._screen),
            self._wish.is_default,
        )
        yield from self.tick_row(
            "replace", tr("Same name"), tr("takes the place of a view with it"), self._wish.replace
        )
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> SaveWish:
        """What the fields say."""
        name = self.text("name")
        if not name:
            wrong["name"] = tr("A view needs a name.")
        return SaveWish(name, self.chosen("whom") == 1, self.ticked("default"), self.ticked("replace"))


class RenameViewDialog(SetupForm[str]):
    """Asks for another name.

    :param name: the present one, or what was typed.
    """

    def __init__(self, name: str, wrong: dict[str, str]) -> None:
        super().__init__(tr("Rename the view"), wrong=wrong)
        self._present = name

    def compose_middle(self) -> ComposeResult:
        """The name."""
        yield from self.text_row("name", tr("Name"), self._present)
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> str:
        """The name."""
        name = self.text("name")
        if not name:
            wrong["name"] = tr("A view needs a name.")
        return name
