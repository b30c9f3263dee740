"""Charts in the shell: plotext bars at any width, every number beside its bar."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from rich.cells import cell_len

from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.widgets.drawing import MARKS, charts, render
from tests.cli import samples


def bar_lengths(text: str, mark: str) -> list[int]:
    """The lengths of the bars drawn with a sign, from top to bottom."""
    lines = [line for line in text.splitlines() if "┤" in line]
    return [line.count(mark) for line in lines if mark in line]


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = render(samples.active(), 80, colour=False)
    deals, _, amount = drawn.partition("Amount (EUR)")
    long, short = bar_lengths(deals, MARKS[0])
    assert long / short == pytest.approx(4, rel=0.08)
    half, whole = bar_lengths(amount, MARKS[0])
    assert whole / half == pytest.approx(2, rel=0.08)


@pytest.mark.parametrize("values", [(10, 20, 30), (30, 20, 10), (1, 1, 1), (999_999, 500_000, 1)])
def test_the_largest_bar_is_whole_and_all_are_in_proportion(values: tuple[int, ...]) -> None:
    rows = [{"stage": f"S{index}", "deals": value} for index, value in enumerate(values)]
    report = replace(samples.active(), rows=rows, columns=samples.active().columns[:2])
    lengths = bar_lengths(render(report, 120, colour=False), MARKS[0])
    assert len(lengths) == len(values)
    for value, length in zip(values, lengths, strict=True):
        assert length == pytest.approx(value / max(values) * max(lengths), abs=1.5)


@pytest.mark.parametrize("width", [40, 80, 250])
def test_a_long_chart_at_any_width_has_a_line_for_every_bar(width: int) -> None:
    rows = [{"stage": f"S{index}", "won": 100 - index, "lost": index + 1} for index in range(60)]
    columns = (samples.STAGE, *samples.metrics().columns[:2])
    drawn = render(replace(samples.metrics(), rows=rows, columns=columns), width, colour=False)
    lines = [line for line in drawn.splitlines() if "┤" in line]
    assert [int(line.split("┤")[0].split()[-1]) for line in lines] == [
        number for row in rows for number in (row["won"], row["lost"])
    ]
    assert [MARKS[0] in line for line in lines] == [True, False] * 60
    assert max(cell_len(line) for line in lines) == width


def test_a_chart_that_goes_on_and_on_says_what_it_leaves_out() -> None:
    rows = [{"stage": f"S{index}", "deals": 5} for index in range(1_234)]
    report = replace(samples.active(), rows=rows, columns=samples.active().columns[:2])
    drawn = render(report, 80, colour=False)
    assert drawn.count("┤") == 100
    assert "+ 1,134 more: --format csv" in drawn


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_stages_of_two_pipelines_keep_their_names(width: int) -> None:
    stages = ("Qualification", "Proposal sent", "Negotiation")
    rows: list[dict[str, Any]] = [
        {"pipeline": pipeline, "stage": stage, "deals": 1_234}
        for pipeline in ("New business in the north", "Renewals")
        for stage in stages
    ]
    pipeline = Column("pipeline", Kind.TEXT, "Pipeline")
    columns = (pipeline, *samples.active().columns[:2])
    drawn = render(replace(samples.active(), rows=rows, columns=columns), width, colour=False)
    labels = [line.split("┤")[0] for line in drawn.splitlines() if "┤" in line]
    for label, row in zip(labels, rows, strict=True):
        assert f" · {row['stage']} " in label
        assert label.startswith(row["pipeline"][:6])
    assert max(cell_len(line) for line in drawn.splitlines()) <= width


def test_every_number_stands_beside_its_bar() -> None:
    drawn = render(samples.funnel(), 80, colour=False)
    lead, advanced = (line for line in drawn.splitlines() if "1,234 ┤" in line or "1,028 ┤" in line)
    assert lead.startswith("Lead ")
    assert MARKS[0] in lead
    assert MARKS[1] in advanced
    assert "98,765,432 ┤" in drawn
    assert "█ Reached  ▒ Advanced" in drawn
    assert drawn.splitlines()[0] == "Funnel · closed in Q1 2026 · reached"
    assert drawn.endswith("12 visits are assumed.\n")


@pytest.mark.parametrize("width", [20, 40, 80, 132, 250])
@pytest.mark.parametrize(
    "report", [samples.funnel(), samples.active(), samples.metrics(), samples.compared_funnel()]
)
def test_no_line_is_wider_than_the_terminal(report: Report, width: int) -> None:
    drawn = render(report, width, colour=False)
    axes = [line for line in drawn.splitlines() if "┤" in line or "└" in line]
    assert axes
    assert all(cell_len(line) <= width for line in axes)


@pytest.mark.parametrize("top", [1, 2, 3, 7, 11, 99, 101, 1_234_567, 1_500_000_001])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_axis_names_all_its_steps_and_reaches_the_longest_bar(top: int, width: int) -> None:
    report = replace(
        samples.active(), rows=[{"stage": "S", "deals": top}], columns=samples.active().columns[:2]
    )
    *_, axis, numbers = render(report, width, colour=False).splitlines()
    steps = [int(text.replace(",", "")) for text in numbers.split()]
    assert len(steps) == axis.count("┬")
    assert steps[-1] >= top
    assert len({b - a for a, b in pairwise(steps)}) == 1


def test_axes_stand_under_each_other_with_wide_characters() -> None:
    rows = [{"stage": name, "deals": 5} for name in ("Lead", "日本語", "🚀", "e\u0301te", "x" * 120)]
    report = replace(samples.active(), rows=rows, columns=samples.active().columns[:2])
    lines = [line for line in render(report, 80, colour=False).splitlines() if "┤" in line]
    assert len(lines) == 5
    assert len({cell_len(line.partition("┤")[0]) for line in lines}) == 1


def test_colour_only_where_asked() -> None:
    assert "\x1b" not in render(samples.funnel(), 80, colour=False)
    assert "\x1b[" in render(samples.funnel(), 80, colour=True)


def test_user_text_steers_no_terminal() -> None:
    drawn = render(samples.stuck(), 80, colour=False)
    assert all(char == "\n" or char.isprintable() for char in drawn)


def test_compared_periods_are_drawn_side_by_side() -> None:
    found = charts(samples.compared_funnel())
    last = found[-2]
    assert last.series == ("Q1 2026", "Q1 2025")
    assert [bar.texts for bar in last.bars] == [("1,234", "1,244"), ("3", "13"), ("0", "10")]


def test_a_label_of_one_period_only_has_no_value_in_the_other() -> None:
    report = samples.compared_funnel()
    assert report.compared is not None
    gone = replace(report.compared, rows=report.compared.rows[:1])
    last = charts(replace(report, compared=gone))[-2]
    assert last.bars[1].texts == ("3", "–")
    assert last.bars[1].values == (Fraction(3), None)


def test_nothing_to_draw_is_said() -> None:
    for rows in ((), samples.STAGES[2:]):
        assert "Nothing to draw." in render(samples.funnel(rows=rows), 80, colour=False)


def test_a_report_without_rows_of_its_own_kind_is_drawn_by_its_columns() -> None:
    report = replace(samples.active(), name="another")
    assert [chart.title for chart in charts(report)] == ["Deals", "Amount (EUR)"]
