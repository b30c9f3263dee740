"""One condition of a filter, composed from lists: a field, how it is compared, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.filter import Comparison, Field, Kind, Operator, Value, operators_of, spell
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import FIELDS
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.lines import Hint, Line
from funnel_tui.widgets.text_field import TextField

_WORDS = {
    Operator.EQUALS: tr("is"),
    Operator.DIFFERS: tr("is not"),
    Operator.LESS: tr("less than, or before"),
    Operator.AT_MOST: tr("at most, or up to"),
    Operator.MORE: tr("more than, or after"),
    Operator.AT_LEAST: tr("at least, or from"),
    Operator.CONTAINS: tr("contains"),
    Operator.CONTAINS_NOT: tr("does not contain"),
    Operator.BETWEEN: tr("between"),
    Operator.NOT_BETWEEN: tr("not between"),
    Operator.EMPTY: tr("is empty"),
    Operator.NOT_EMPTY: tr("is not empty"),
}
_FIELDS = {
    Field.DEAL: tr("deal"),
    Field.ORGANISATION: tr("organisation"),
    Field.PERSON: tr("person"),
    Field.OWNER: tr("owner"),
    Field.TEAM: tr("team"),
    Field.PIPELINE: tr("pipeline"),
    Field.STAGE: tr("stage"),
    Field.STATUS: tr("status"),
    Field.AMOUNT: tr("amount"),
    Field.CURRENCY: tr("currency"),
    Field.CREATED: tr("created"),
    Field.CLOSED: tr("closed"),
    Field.EXPECTED_CLOSE: tr("expected close"),
    Field.PROBABILITY: tr("probability"),
    Field.SOURCE: tr("source"),
    Field.TAG: tr("tag"),
    Field.PRODUCT: tr("product"),
    Field.LOSS_REASON: tr("loss reason"),
    Field.CATEGORY: tr("category"),
    Field.DAYS_IN_STAGE: tr("days in stage"),
    Field.IDLE_DAYS: tr("idle days"),
    Field.STUCK: tr("stuck"),
}
"""What the fields are called; in the filter itself they have their English names."""
_NO_VALUE = {Operator.EMPTY, Operator.NOT_EMPTY, Operator.HOLDS}
_TWO_VALUES = {Operator.BETWEEN, Operator.NOT_BETWEEN}
_TYPED = {Operator.CONTAINS, Operator.CONTAINS_NOT}
_HELP = {
    Kind.AMOUNT: tr("such as 100k, 1.2m or USD 5000"),
    Kind.INSTANT: tr("such as 2026-10-01, yesterday or 2026-Q3"),
    # Translators: examples of what can be typed: days in words that the program reads.
    Kind.DAY: tr("such as 2026-10-01, +2w or end of month"),
    Kind.PERCENT: tr("such as 40"),
    Kind.DAYS: tr("whole days, such as 30"),
    Kind.CODE: tr("such as EUR"),
}


class Condition(NamedTuple):
    """What was composed.

    :param text: as it is written in a filter.
    :param word: how it joins what was there: ``and`` or ``or``.
    """

    text: str
    word: str


class ConditionDialog(Dialog[Condition]):
    """Composes one condition. What it reads like is shown below the fields.

    :param values: what the fields with few values can be compared with.
    :param is_first: whether there is no filter yet to add it to.
    """

    DEFAULT_CSS = """
    ConditionDialog Horizontal { height: 1; max-width: 76; }
    ConditionDialog .label { width: 16; color: $muted; text-style: $muted-style; }
    ConditionDialog Choice { width: 1fr; }
    ConditionDialog Choice:focus {
        color: $cursor-text; background: $cursor-back; text-style: $cursor-style;
    }
    ConditionDialog TextField { width: 1fr; }
    ConditionDialog .-hidden { display: none; }
    ConditionDialog #reads { margin-top: 1; }
    ConditionDialog #help { color: $muted; text-style: $muted-style; padding-left: 18; }
    ConditionDialog #help.-wrong { color: $error; text-style: bold; }
    """
    HEADING = tr("A condition of the filter")
    LABEL_CELLS = 16
    AUTO_FOCUS = "#field"
    HINTS = (
        Hint("↑↓", tr("field")),
        Hint("←→", tr("value")),
        Hint(tr("letters"), tr("go to a name")),
        Hint("enter", trc("key", "add")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "accept", trc("key", "add"), priority=True, id="accept", tooltip=tr("Add the condition")
        ),
        *FIELDS,
    ]

    def __init__(self, values: Mapping[Field, Sequence[str]], *, is_first: bool) -> None:
        super().__init__()
        self._values, self._is_first = values, is_first
        # What has no values yet is left out: nobody can choose a tag where there is none.
        empty_lists = {Field.TEAM, Field.SOURCE, Field.TAG, Field.PRODUCT, Field.LOSS_REASON} - set(values)
        self._fields = [name for name in Field if name not in empty_lists]
        self._operators: list[Operator] = []

    def compose_middle(self) -> ComposeResult:
        """Field, comparison, one value from a list or two that are typed."""
        labels = [_FIELDS[name] for name in self._fields]
        yield from self._row("field", tr("Field"), Choice(labels, id="field"))
        yield from self._row("how", tr("Compared"), Choice([_WORDS[Operator.EQUALS]], id="how"))
        yield from self._row("pick", tr("Value"), Choice([""], id="pick"))
        yield from self._row("one", tr("Value"), TextField(id="one"))
        yield from self._row("two", tr("And"), TextField(id="two"))
        yield Line("", id="help")
        yield from self._row(
            "word",
            tr("Added with"),
            Choice(["and", "or"], shown={"and": tr("and"), "or": tr("or")}, id="word"),
        )
        yield Line("", id="reads")

    def indent(self, cells: int) -> None:
        """The help moves with the fields."""
        super().indent(cells)
        self.query_one("#help").styles.padding = (0, 0, 0, cells + 2)

    def _row(self, name: str, label: str, field: Choice | TextField) -> ComposeResult:
        with Horizontal(id=f"row-{name}"):
            yield Line(label, classes="label")
            yield field

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query_one("#row-word").set_class(self._is_first, "-hidden")
        self._field_chosen()

    @property
    def _field(self) -> Field:
        return self._fields[self._choice("field").chosen]

    @property
    def _operator(self) -> Operator:
        return self._operators[self._choice("how").chosen]

    @property
    def _from_list(self) -> Sequence[str]:
        """The values to pick from; none where one types."""
        known = self._values.get(self._field, ())
        return () if self._operator in _TYPED | _NO_VALUE else known

    @on(Choice.Changed, "#field")
    def _field_chosen(self) -> None:
        self._operators = [way for way in operators_of(self._field) if way in _WORDS]
        self._choice("how").offer([_WORDS[way] for way in self._operators])
        self._way_chosen()

    @on(Choice.Changed, "#how")
    def _way_chosen(self) -> None:
        listed = self._from_list
        if listed:
            self._choice("pick").offer(listed)
        typed = not listed and self._operator not in _NO_VALUE
        self.query_one("#row-pick").set_class(not listed, "-hidden")
        self.query_one("#row-one").set_class(not typed, "-hidden")
        self.query_one("#row-two").set_class(self._operator not in _TWO_VALUES, "-hidden")
        self._tell()

    @on(Choice.Changed, "#pick")
    @on(Choice.Changed, "#word")
    @on(Input.Changed)
    def _tell(self) -> None:
        """Say what is asked for and how the condition reads."""
        help_line = self.query_one("#help", Line)
        help_line.remove_class("-wrong")
        help_line.say(
            "" if self._from_list or self._operator in _NO_VALUE else _HELP.get(self._field.kind, "")
        )
        words = spell(self._comparison())
        self.query_one("#reads", Line).say(
            words if self._is_first else f"… {self._choice('word').value} {words}"
        )

    def action_accept(self) -> None:
        """Give the condition, or say what is missing."""
        made = self._comparison()
        if any(not value.text for value in made.values):
            help_line = self.query_one("#help", Line)
            help_line.add_class("-wrong")
            help_line.say(tr("A value is missing."))
            self.query_one("#one" if not made.values[0].text else "#two", TextField).focus()
            return
        self.dismiss(Condition(spell(made), self._choice("word").value))

    def _comparison(self) -> Comparison:
        if self._operator in _NO_VALUE:
            return Comparison(self._field, self._operator)
        if self._from_list:
            return Comparison(self._field, self._operator, (Value(self._choice("pick").value),))
        names = ("one", "two") if self._operator in _TWO_VALUES else ("one",)
        typed = (self.query_one(f"#{name}", TextField).value.strip() for name in names)
        return Comparison(self._field, self._operator, tuple(map(Value, typed)))

    def _choice(self, name: str) -> Choice:
        return self.query_one(f"#{name}", Choice)
