"""What is looked at, as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.filter_condition import Condition, ConditionDialog
from funnel_tui.domain.filter import Field, FilterError, joined
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.period_words import shown_words
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import clean
from funnel_tui.domain.status import Cohort, Mode
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import FIELDS
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.filter_field import FilterField
from funnel_tui.widgets.lines import Hint, Line
from funnel_tui.widgets.text_field import TextField

COHORTS = {
    Cohort.CLOSED: tr("closed in the period"),
    Cohort.CREATED: tr("created in the period"),
    Cohort.ENTERED: tr("entering each stage in the period"),
}
MODES = {
    Mode.REACHED: tr("reached (a skipped stage counts)"),
    Mode.VISITED: tr("really visited"),
    Mode.STRAIGHT: tr("straight through, none skipped"),
}
NOTHING, PREVIOUS, YEAR_BEFORE, OTHER = (
    tr("nothing"),
    tr("the period before"),
    tr("the same a year before"),
    tr("another period"),
)
AT_OTHER = 3
"""The place of another period among them."""
EVERYBODY = tr("everybody")
NO_PIPELINE = tr("none yet: set one up, or import deals")
# Translators: the words of a filter are English in every language: source, amount, and.
WHERE_HELP = tr("such as source = fair and amount > 100k; ctrl+o composes one")
# Translators: "all" is typed as it stands here; the words in the second line can be typed in your language:
# see _THIS, _LAST and _FIXED in domain/period_words.py.
PERIOD_HELP = tr(
    "2026, 2026-Q1, 2026-03, 2026-01-01..2026-03-31 or all\n2026-W12, this week, last month, last 7 days, ytd"
)


class ScopeDialog(Dialog[Scope]):
    """Edits a scope. The answer is the new one.

    :param scope: the present one, with one pipeline.
    :param pipelines: the names to choose from; ``owners`` and ``teams`` likewise. Without a pipeline all else
        can be chosen.
    :param today: the day that periods in words are counted from.
    :param fiscal_start: the month a year begins in.
    :param check: says why a filter cannot be used, or None; it is called in a thread.
    :param values: what the fields of a filter with few values can be compared with; called in a thread.
    :param note: what is said under the pipeline; empty for nothing.
    """

    DEFAULT_CSS = """
    ScopeDialog Horizontal { height: 1; max-width: 76; }
    ScopeDialog .label { width: 16; color: $muted; text-style: $muted-style; }
    ScopeDialog Choice, ScopeDialog #pipeline { width: 1fr; }
    ScopeDialog Choice:focus { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    ScopeDialog TextField { width: 1fr; }
    ScopeDialog .below {
        height: auto; min-height: 1; max-width: 76; margin-bottom: 1; padding-left: 18;
        color: $muted; text-style: $muted-style;
    }
    ScopeDialog #period-below { min-height: 2; }
    ScopeDialog .below.-wrong { color: $error; text-style: bold; }
    ScopeDialog #other-row { display: none; }
    ScopeDialog #other-row.-shown { display: block; }
    """
    HEADING = tr("What to look at")
    LABEL_CELLS = 16
    AUTO_FOCUS = "#period"
    HINTS = (
        Hint("↑↓", tr("field")),
        Hint("←→", tr("value")),
        Hint(tr("letters"), tr("go to a name")),
        Hint("enter", tr("look")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", tr("look"), priority=True, id="accept", tooltip=tr("Look at this")),
        *FIELDS,
        Binding(
            "ctrl+o",
            "condition",
            trc("key", "add"),
            id="condition",
            tooltip=tr("Compose a condition of the filter"),
        ),
    ]

    def __init__(
        self,
        scope: Scope,
        *,
        pipelines: Sequence[str],
        owners: Sequence[str],
        teams: Sequence[str],
        today: date,
        fiscal_start: int = 1,
        check: Callable[[str], FunnelError | None] = lambda _: None,
        values: Callable[[], Mapping[Field, Sequence[str]]] = dict,
        note: str = "",
    ) -> None:
        super().__init__()
        self._note = note
        self._scope = scope
        self._pipelines = list(pipelines)
        self._today, self._fiscal_start = today, fiscal_start
        self._check, self._values = check, values
        self._who: list[tuple[str, str | None, str | None]] = [
            (EVERYBODY, None, None),
            *((tr("team {name}").format(name=name), None, name) for name in teams),
            *((name, name, None) for name in owners),
        ]

    def compose_middle(self) -> ComposeResult:
        """One line per field; what is wrong stands under it."""
        scope = self._scope
        who = [(owner, team) for _, owner, team in self._who]
        yield from self._row(
            tr("Pipeline"),
            Choice(self._pipelines, self._at_pipeline(), id="pipeline")
            if self._pipelines
            else Line(NO_PIPELINE, id="pipeline"),
        )
        if self._note:
            yield self._below("pipeline", self._note)
        at = who.index((scope.owner, scope.team)) if (scope.owner, scope.team) in who else 0
        yield from self._row(tr("Whose deals"), Choice([name for name, _, _ in self._who], at, id="who"))
        yield from self._row(tr("Period"), self._input("period", _typed(scope.period)))
        yield self._below("period", _below_period(scope.period))
        yield from self._row(tr("Compared with"), Choice(self._compares(), self._at_compare(), id="compare"))
        with Horizontal(id="other-row"):
            yield Line("", classes="label")
            yield self._input("other", _typed(scope.compare) if scope.compare else "")
        yield self._below("other", "")
        yield from self._row(
            tr("Deals"),
            Choice(list(COHORTS.values()), list(COHORTS).index(scope.cohort or Cohort.CLOSED), id="cohort"),
        )
        yield from self._row(
            tr("Stages"), Choice(list(MODES.values()), list(MODES).index(scope.mode), id="mode")
        )
        yield from self._row(
            tr("Ratios by"), Choice([tr("number of deals"), tr("amount")], int(scope.by_value), id="by-value")
        )
        yield from self._row(tr("Only where"), FilterField(scope.where, id="where"))
        yield self._below("where", WHERE_HELP)

    def on_mount(self) -> None:
        """Show the field of another period where it is used."""
        self._show_other()

    def action_accept(self) -> None:
        """Give the scope back, or say what is wrong with it."""
        period = self._read_period("period")
        if period is None:
            return
        compare = self._compare(period)
        if compare is None and self._compares_other:
            return
        _, owner, team = self._who[self._choice("who").chosen]
        where = self.query_one("#where", FilterField).value.strip()
        scope = replace(
            self._scope,
            pipelines=(self._choice("pipeline").value,) if self._pipelines else (),
            owner=owner,
            team=team,
            period=period,
            compare=compare,
            cohort=list(COHORTS)[self._choice("cohort").chosen],
            mode=list(MODES)[self._choice("mode").chosen],
            by_value=bool(self._choice("by-value").chosen),
            where=where,
        )
        if not where or where == self._scope.where:
            self.dismiss(scope)
        else:
            self.run_worker(lambda: self._checked(scope), group="check", thread=True, exclusive=True)

    def _checked(self, scope: Scope) -> None:
        """In a thread: names are looked up."""
        error = self._check(scope.where)
        self.app.call_from_thread(self._judged, scope, error)

    def _judged(self, scope: Scope, error: FunnelError | None) -> None:
        if error is not None:
            self._refuse_filter(error)
        elif self.is_current:
            self.dismiss(scope)

    def _refuse_filter(self, error: FunnelError) -> None:
        """Say under the filter why it cannot be used, and mark where it is wrong."""
        field = self.query_one("#where", FilterField)
        words = f"{error.message} {error.hint}"
        if isinstance(error, FilterError):
            mark = error.marked()[1]
            fits = len(mark) < field.size.width - 4  # else the field has scrolled
            words = f"{mark}\n{words}" if fits else words
            field.mark(error)
        self._say("where", words, wrong=True)

    def action_condition(self) -> None:
        """Compose a condition from lists and add it to the filter."""
        self.run_worker(self._read_values, group="values", thread=True, exclusive=True)

    def _read_values(self) -> None:
        """In a thread."""
        try:
            values = self._values()
        except FunnelError as error:
            self.app.call_from_thread(self._refuse_filter, error)
        else:
            self.app.call_from_thread(self._compose_condition, values)

    def _compose_condition(self, values: Mapping[Field, Sequence[str]]) -> None:
        field = self.query_one("#where", FilterField)

        def composed(condition: Condition | None) -> None:
            if condition is not None:
                field.value = joined(field.value, condition.text, condition.word)
                field.focus()
                field.cursor_position = len(field.value)

        if self.is_current:
            self.app.push_screen(ConditionDialog(values, is_first=not field.value.strip()), composed)

    def _compare(self, period: Period) -> Period | None:
        match self._choice("compare").chosen:
            case 1 if period.kind is not PeriodKind.ALL:
                return period.previous()
            case 2 if period.kind is not PeriodKind.ALL:
                return period.year_before()
            case at if at == AT_OTHER:
                return self._read_period("other")
            case _:
                return None

    def _read_period(self, name: str) -> Period | None:
        """The period typed in a field; where it makes no sense, say so under it and go there."""
        field = self.query_one(f"#{name}", TextField)
        try:
            period = self._parsed(field.value)
        except UsageError as error:
            self._say(name, f"{error.message} {error.hint}", wrong=True)
            field.focus()
            return None
        self._say(name, _below_period(period))
        return period

    def _parsed(self, text: str) -> Period:
        return Period.parse(text, self._fiscal_start, self._today)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """What was wrong is being mended; a period in words is shown by its days."""
        name = event.input.id or ""
        if name == "where":
            self._say(name, WHERE_HELP)
            return
        if name == "period" or self._compares_other:
            self._say(name, self._help(event.value))
        else:
            self._say(name, "")

    @on(Choice.Changed, "#compare")
    def _show_other(self) -> None:
        other = self._compares_other
        self.query_one("#other-row").set_class(other, "-shown")
        self._say("other", self._help(self.query_one("#other", TextField).value) if other else "")

    def _help(self, text: str) -> str:
        """What stands under the field of a period while a text is typed."""
        try:
            return _below_period(self._parsed(text))
        except UsageError:
            return PERIOD_HELP

    def _below(self, name: str, words: str) -> Static:
        return Static(Text(words), id=f"{name}-below", classes="below", markup=False)

    def _say(self, name: str, words: str, *, wrong: bool = False) -> None:
        """Say something under a field; long words take as many lines as they need."""
        below = self.query_one(f"#{name}-below", Static)
        below.set_class(wrong, "-wrong")
        below.update(Text("\n".join(map(clean, words.split("\n")))))

    def _choice(self, name: str) -> Choice:
        return self.query_one(f"#{name}", Choice)

    def _row(self, label: str, field: Choice | TextField | Line) -> ComposeResult:
        with Horizontal():
            yield Line(label, classes="label")
            yield field

    def _input(self, name: str, value: str) -> TextField:
        return TextField(value, id=name, select=True)

    def _at_pipeline(self) -> int:
        name = self._scope.pipelines[0] if self._scope.pipelines else ""
        return self._pipelines.index(name) if name in self._pipelines else 0

    @property
    def _compares_other(self) -> bool:
        return self._choice("compare").chosen == AT_OTHER

    def _compares(self) -> list[str]:
        return [NOTHING, PREVIOUS, YEAR_BEFORE, OTHER]

    def _at_compare(self) -> int:
        scope = self._scope
        if scope.compare is None:
            return 0
        if scope.compare == scope.period.previous():
            return 1
        return 2 if scope.compare == scope.period.year_before() else 3


def _typed(period: Period) -> str:
    """A period as it would be typed."""
    return shown_words(period.words) if period.words else period.name


def _below_period(period: Period) -> str:
    """The days of a period that is not named by them; else what can be typed."""
    if period.words or period.kind is PeriodKind.WEEK:
        return tr("these days: {days}").format(days=period.span)
    return PERIOD_HELP
