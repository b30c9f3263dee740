"""The tables of activity around deals: follow-ups, what precedes an advance, the activity funnel, open deals.

What stands out does so by a sign too: ``▲`` the best step or too many, ``▼`` the worst step or too few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from funnel_tui.domain.activity import (
    Counted,
    DealsWanted,
    Dealt,
    FollowUpLine,
    InteractionsWanted,
    Load,
    OpenLoad,
    Outcome,
    PrecedingLine,
    StepLine,
)
from funnel_tui.domain.shown import count_text, number_text, percent_text
from funnel_tui.domain.status import ActivityStep
from funnel_tui.language import tr
from funnel_tui.widgets.activity_figures import (
    Figure,
    FigureTable,
    count_figure,
    division,
    number_figure,
    share_figure,
)
from funnel_tui.widgets.drawing import Bar, Chart
from funnel_tui.widgets.grid import GridColumn

BEST, WORST = "▲", "▼"
STEPS = (
    *(ActivityStep.CALLS, ActivityStep.MEETINGS, ActivityStep.PROPOSALS),
    *(ActivityStep.CONTRACTS, ActivityStep.PAID),
)


# Follow-ups

_FOLLOW_COLUMNS = (
    GridColumn("pipeline", tr("Pipeline"), 14, least=8, right=False, rank=4),
    GridColumn("stage", tr("Stage"), 16, least=10, right=False, stretch=True),
    GridColumn("outcome", tr("Then"), 9, least=8, right=False),
    GridColumn("group", tr("Rep"), 14, least=8, right=False, rank=1),
    GridColumn("visits", tr("Stays"), 6, least=5),
    GridColumn("mean", tr("Mean"), 6, least=5),
    GridColumn("median", tr("Median"), 6, least=5, brief=tr("Med.")),
    GridColumn("p80", "80 %", 5, least=4),
    GridColumn("one", tr("0 or 1"), 7, least=7, rank=2),
    GridColumn("five", tr("5 or more"), 9, least=7, brief="5+", rank=3),
)


def follow_up_table(lines: Sequence[FollowUpLine]) -> FigureTable:
    """Follow-ups in the stays of deals in a stage, by how the stay ended."""
    hidden = set() if any(line.group for line in lines) else {"group"}
    if len({line.pipeline for line in lines}) < 2:
        hidden.add("pipeline")
    columns = tuple(column for column in _FOLLOW_COLUMNS if column.key not in hidden)
    rows = (
        tuple(
            figure
            for figure, column in zip(_follow_up_figures(line), _FOLLOW_COLUMNS, strict=True)
            if column.key not in hidden
        )
        for line in lines
    )
    return FigureTable(columns, tuple(rows), (tr("0 or 1 before a loss: given up early."),))


def _follow_up_figures(line: FollowUpLine) -> list[Figure]:
    """A figure per column."""
    mine = {
        "owner_id": line.group_id or None,
        "stage_id": line.stage_id,
        "outcome": line.outcome,
    }
    deals = DealsWanted(Dealt.FOLLOW_UPS, **mine)  # type: ignore[arg-type]
    words = _ENDED[line.outcome].format(stage=line.stage, n=count_text(line.visits))
    return [
        Figure(line.pipeline, "muted"),
        Figure(line.stage),
        Figure(_OUTCOMES[line.outcome], _OUTCOME_LOOKS[line.outcome]),
        Figure(line.group or tr("all"), "muted"),
        count_figure(line.visits, deals, words),
        number_figure(line.mean, words, deals, line.visits),
        number_figure(line.median, words, deals, line.visits),
        number_figure(
            line.p80, tr("Enough in 80 of 100 stays. {words}").format(words=words), deals, line.visits
        ),
        share_figure(
            line.share_at_most_1,
            line.visits,
            _ONE[line.outcome].format(stage=line.stage),
            DealsWanted(Dealt.FOLLOW_UPS, **mine, most=1),  # type: ignore[arg-type]
        ),
        share_figure(
            line.share_at_least_5,
            line.visits,
            tr("Needed five or more, {stage}").format(stage=line.stage),
            DealsWanted(Dealt.FOLLOW_UPS, **mine, least=5),  # type: ignore[arg-type]
        ),
    ]


_ENDED = {
    Outcome.ADVANCED: tr("Outbound interactions in a stay in {stage} that ended with an advance, n = {n}"),
    Outcome.LOST: tr("Outbound interactions in a stay in {stage} that ended with a loss, n = {n}"),
    Outcome.OPEN: tr("Outbound interactions in a stay in {stage} that ended not yet, n = {n}"),
}
_ONE = {
    Outcome.ADVANCED: tr("0 or 1 were enough, {stage}"),
    Outcome.LOST: tr("Given up after 0 or 1, {stage}"),
    Outcome.OPEN: tr("0 or 1 so far, {stage}"),
}
# Translators: how a stay of a deal in a stage ended, in a column: at most 9 cells.
_OUTCOMES = {Outcome.ADVANCED: tr("advanced"), Outcome.LOST: tr("lost"), Outcome.OPEN: tr("open")}
_OUTCOME_LOOKS = {Outcome.ADVANCED: "good", Outcome.LOST: "bad", Outcome.OPEN: "muted"}


# What precedes an advance

_BEFORE_COLUMNS = (
    GridColumn("kind", tr("Kind"), 16, least=10, right=False, stretch=True),
    GridColumn("advancing", tr("Before an advance"), 17, least=9, brief=tr("Advance")),
    GridColumn("other", tr("Before none"), 12, least=9, brief=tr("None")),
    GridColumn("n", tr("n advance"), 9, least=6, brief=tr("n adv."), rank=1),
    GridColumn("m", tr("n none"), 7, least=6, rank=2),
)
CORRELATION = tr("A correlation, not a cause: what comes before an advance need not have brought it about.")


def preceding_table(lines: Sequence[PrecedingLine]) -> FigureTable:
    """How often a kind came before an advance, and how often before none."""
    rows = []
    for line in lines:
        before = tr("Stays that ended in an advance with at least one {kind}").format(kind=line.kind)
        without = tr("Stays that ended otherwise with at least one {kind}").format(kind=line.kind)
        advancing = DealsWanted(Dealt.ADVANCING, kind_id=line.kind_id)
        other = DealsWanted(Dealt.NOT_ADVANCING, kind_id=line.kind_id)
        rows.append(
            (
                Figure(line.kind),
                share_figure(line.advancing_share, line.advancing, before, advancing),
                share_figure(line.other_share, line.other, without, other),
                count_figure(
                    line.advancing_with,
                    advancing,
                    tr("{words}, of {n}").format(words=before, n=count_text(line.advancing)),
                ),
                count_figure(
                    line.other_with,
                    other,
                    tr("{words}, of {n}").format(words=without, n=count_text(line.other)),
                ),
            )
        )
    return FigureTable(_BEFORE_COLUMNS, tuple(rows), (CORRELATION,))


# The activity funnel

_NAMES = (tr("Calls"), tr("Meetings"), tr("Proposals"), tr("Contracts"), tr("Paid"))
# Translators: the same as headings of at most 6 cells.
_BRIEF = (tr("Calls"), tr("Meet."), tr("Prop."), tr("Contr."), tr("Paid"))


def _step_columns() -> tuple[GridColumn, ...]:
    columns = [GridColumn("owner", tr("Rep"), 16, least=10, right=False, stretch=True)]
    for at, (name, brief) in enumerate(zip(_NAMES, _BRIEF, strict=True)):
        if at:
            columns.append(GridColumn(f"to{at}", "→", 10, least=9, rank=2))
        columns.append(GridColumn(f"step{at}", name, 9, least=6, brief=brief))
    return (*columns, GridColumn("total", tr("Total"), 8, least=7, rank=3))


def step_table(lines: Sequence[StepLine], kinds: Mapping[ActivityStep, tuple[int, ...]]) -> FigureTable:
    """Calls, meetings, proposals, contracts and paid per rep, with the ratio from each to the next.

    :param kinds: the numbers of the kinds that count for a step.
    """
    rows = []
    for line in lines:
        figures = [Figure(line.owner, "plain" if line.owner_id else "strong")]
        for at, (step, name) in enumerate(zip(STEPS, _NAMES, strict=True)):
            if at:
                figures.append(_conversion(line, at - 1))
            wanted = InteractionsWanted(
                Counted.DONE, kind_ids=kinds.get(step, ()), owner_id=line.owner_id or None
            )
            figures.append(
                count_figure(
                    line.counts[at],
                    wanted,
                    tr("{rep}: {step} done").format(rep=line.owner, step=name.lower()),
                )
            )
        figures.append(
            share_figure(line.total, line.counts[0], tr("{rep}: paid to calls").format(rep=line.owner))
        )
        rows.append(tuple(figures))
    notes = (
        tr(
            "{best} the rep's best step, {worst} the worst. Ratios of the period, not of the same deals:"
            " they may be more than 100 %."
        ).format(best=BEST, worst=WORST),
    )
    return FigureTable(_step_columns(), tuple(rows), notes)


_RATIOS = {
    "": tr("{rep}: {to} to {of}, n = {n}"),
    BEST: tr("{rep}: {to} to {of}, n = {n}; the best step"),
    WORST: tr("{rep}: {to} to {of}, n = {n}; the worst step"),
}


def _conversion(line: StepLine, at: int) -> Figure:
    sign = {line.best: BEST, line.worst: WORST}.get(at, "")
    look = {BEST: "good", WORST: "bad"}.get(sign, "muted")
    words = _RATIOS[sign].format(
        rep=line.owner,
        to=_NAMES[at + 1].lower(),
        of=_NAMES[at].lower(),
        n=count_text(line.counts[at]),
    )
    text = percent_text(line.conversions[at])
    of = line.counts[at]
    return Figure(
        f"{sign} {text}" if sign else text, look, None, words, of, division(line.conversions[at], of)
    )


# Translators: the best and the worst step of a rep, behind a bar.
_BEST, _WORST = (tr("{sign} best").format(sign=BEST), tr("{sign} worst").format(sign=WORST))


def step_chart(line: StepLine) -> Chart:
    """The activity funnel of one rep as bars."""
    bars = []
    for at, name in enumerate(_NAMES):
        sign = ""
        if at:
            sign = {line.best: f"  {_BEST}", line.worst: f"  {_WORST}"}.get(at - 1, "")
        bars.append(Bar(name, (Fraction(line.counts[at]),), (f"{count_text(line.counts[at])}{sign}",)))
    return Chart(tr("Activity funnel: {rep}").format(rep=line.owner), (tr("done"),), tuple(bars))


# Open deals


def _head(name: str) -> str:
    """The stage without its pipeline; the words under the table say both."""
    return name.rpartition(": ")[2]


_LOADS = {Load.TOO_MANY: tr("too many"), Load.TOO_FEW: tr("too few")}


def _load_words(rep: str, stage: str, median: str | None) -> str:
    if median is None:
        words = tr("{rep}: open deals in {stage}") if stage else tr("{rep}: open deals")
    elif stage:
        words = tr("{rep}: open deals in {stage}; the team's median is {median}")
    else:
        words = tr("{rep}: open deals; the team's median is {median}")
    return words.format(rep=rep, stage=stage, median=median)


def load_table(load: OpenLoad) -> FigureTable:
    """Open deals per rep and stage; too many and too few against the team's median are marked."""
    columns = [
        GridColumn("owner", tr("Rep"), 18, least=10, right=False, stretch=True),
        GridColumn("whole", tr("Open"), 7, least=6),
    ]
    columns += [
        GridColumn(f"stage{at}", _head(name), max(8, min(14, len(_head(name)))), least=8, rank=at + 1)
        for at, (_, name) in enumerate(load.stages)
    ]
    rows = []
    for line in load.lines:
        figures = [Figure(line.owner)]
        for at, cell in enumerate((line.whole, *line.cells)):
            stage_id, stage = (None, "") if not at else load.stages[at - 1]
            sign = {Load.TOO_MANY: f" {BEST}", Load.TOO_FEW: f" {WORST}"}.get(cell.load, "")
            median = None if cell.median is None else number_text(cell.median, 1)
            words = _load_words(line.owner, stage, median)
            words += f": {_LOADS[cell.load]}" if cell.load is not Load.USUAL else ""
            wanted = DealsWanted(Dealt.OPEN, owner_id=line.owner_id, stage_id=stage_id)
            look = "warn" if sign else "plain" if cell.deals else "dim"
            text = f"{count_text(cell.deals)}{sign}" if sign else f"{count_text(cell.deals)}  "
            figures.append(Figure(text, look, wanted if cell.deals else None, words))
        rows.append(tuple(figures))
    notes = (tr("{many} too many, {few} too few. {rule}").format(many=BEST, few=WORST, rule=load.rule),)
    return FigureTable(tuple(columns), tuple(rows), notes)
