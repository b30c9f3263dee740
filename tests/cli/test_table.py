"""The table of a report at the widths of real terminals."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from rich.cells import cell_len

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind
from funnel_tui.exchange.aligned import to_table
from funnel_tui.exchange.text_cells import cell_width, cut
from tests.cli import samples


def test_golden() -> None:
    assert to_table(samples.active(), None) == (
        "Active deals · amounts in EUR\n"
        "\n"
        "Stage     Deals    Amount\n"
        "─────────────────────────\n"
        "Lead          4  1,000.50\n"
        "Proposal      1  2,000.00\n"
        "─────────────────────────\n"
        "Total         5  3,000.50\n"
    )


def test_golden_funnel_at_80_columns() -> None:
    assert to_table(samples.funnel(), 80).splitlines() == [
        "Funnel · closed in Q1 2026 · reached · amounts in NOK",
        "",
        "                                                             Reached",
        "Stage          Reached  Advanced  Lost  Open  Conversion      amount   Left",
        "─" * 75,
        "Lead             1,234     1,028   200     6      83.3 %  98,765,432  1,000",
        "日本 proposal        3         2     1     0      66.7 %     200,000      0",
        "Empty                0         0     0     0           –           0      0",
        "+ 3 columns (#, mean days, oldest): --format csv",
        "",
        "Total: Deals 1,234 · Won 2 · Overall 0.2 % · Lowest Lead",
        "",
        "12 visits are assumed.",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for report in (samples.funnel(), samples.compared_funnel(), samples.stuck("日本" * 60)):
        assert all(cell_len(line) <= width for line in to_table(report, width).splitlines())


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_is_left_out_is_named(width: int) -> None:
    text = to_table(samples.funnel(), width)
    left_out = re.search(r"\+ (\d+) columns \((.*)\): --format csv", " ".join(text.split()))
    assert left_out is not None
    names = left_out[2].split(", ")
    assert len(names) == int(left_out[1])
    shown = len(re.split(r" {2,}", next(line for line in text.splitlines() if line.startswith("Lead"))))
    assert shown + len(names) == len(samples.FUNNEL)
    assert set(names) < {column.title.lower() for column in samples.FUNNEL}


def test_nothing_is_left_out_where_there_is_room() -> None:
    text = to_table(samples.funnel(), None)
    assert "--format csv" not in text
    assert all(word in text for column in samples.FUNNEL for word in column.title.split())


def test_no_value_is_a_dash_never_zero_percent() -> None:
    lines = to_table(samples.funnel(), None).splitlines()
    empty = next(line for line in lines if line.startswith("Empty"))
    assert empty.split() == ["Empty", "3", "0", "0", "0", "0", "–", "0", "–", "0", "–"]


def test_columns_stand_under_each_other_with_wide_characters() -> None:
    lines = to_table(samples.funnel(), None).splitlines()
    rows = [line for line in lines if line.startswith(("Lead", "日本", "Empty"))]
    assert len({cell_len(line) for line in rows}) == 1


def test_totals_of_other_figures_are_a_sentence() -> None:
    assert "Total: Deals 1,234 · Won 2 · Overall 0.2 % · Lowest Lead" in to_table(samples.funnel(), None)


def test_one_row_of_figures_reads_downwards() -> None:
    assert to_table(samples.metrics(), 80) == (
        "Metrics · Q1 2026 · amounts in EUR\n"
        "\n"
        "Figure        Value\n"
        "───────────────────\n"
        "Won               3\n"
        "Lost              3\n"
        "Close ratio  50.0 %\n"
        "Days to win    53.3\n"
        "Won amount   39,000\n"
    )


def test_few_deals_are_dimmed_only_where_asked() -> None:
    dimmed = to_table(samples.funnel(), None, dim=True)
    assert "\x1b[2m    66.7 %\x1b[22m" in dimmed
    assert "83.3 %\x1b" not in dimmed
    assert "\x1b" not in to_table(samples.funnel(), None)
    assert dimmed.replace("\x1b[2m", "").replace("\x1b[22m", "") == to_table(samples.funnel(), None)


def test_a_ratio_whose_n_has_no_column_shows_it() -> None:
    row = {**samples.STAGES[0], "n": 4}
    columns = [
        replace(column, sample="n") if column.name == "conversion" else column for column in samples.FUNNEL
    ]
    assert "83.3 % (4)" in to_table(samples.funnel(columns=columns, rows=[row]), None)


def test_amounts_in_several_currencies_carry_theirs() -> None:
    text = to_table(samples.stuck(), None)
    assert "1,500 JPY" in text
    assert "0.05 EUR" in text
    assert "amounts in" not in text


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (-1_234_500, "-12,345"),
        (487_50, "487.50"),
        (48_700, "487"),
        (999_999, "9,999.99"),
        (1_000_050, "10,001"),
    ],
)
def test_amounts_have_decimals_where_they_say_something(minor: int, text: str) -> None:
    row = {**samples.STAGES[0], "reached_amount": Money(minor, "NOK")}
    assert f" {text} " in to_table(samples.funnel(rows=[row]), None)


def test_user_text_steers_no_terminal() -> None:
    text = to_table(samples.stuck(), 80)
    assert all(char == "\n" or char.isprintable() for char in text)
    assert "Evil \ufffd[2J" in text


def test_compared_period_notes_and_differences() -> None:
    text = to_table(samples.compared_funnel(), 100)
    assert "Funnel · closed in Q1 2025 · reached" in text
    assert text.count("12 visits are assumed.") == 1
    assert "Q1 2025: 1 deal has no rate." in text
    assert ["Lead", "Reached", "1,234", "1,244", "-10", "-0.8", "%", "10"] in [
        line.split() for line in text.splitlines()
    ]


def test_differences_of_ratios_are_percentage_points_and_of_amounts_in_their_unit() -> None:
    held = {"difference": Fraction(-1, 3), "relative": Fraction(-1, 4), "shortfall": Fraction(1, 3)}
    ratio = {"figure": "close_ratio", "now": Fraction(1), "then": Fraction(4, 3), **held}
    money = {name: Money(minor, "EUR") for name, minor in (("now", 2_000_000), ("then", 1_999_950))}
    apart = {"difference": Money(50, "EUR"), "relative": None, "shortfall": 0}
    amount = {"figure": "won_amount", **money, **apart}
    lines = to_table(replace(samples.metrics(), benchmark=(ratio, amount)), 80).splitlines()
    assert " ".join(lines[-2].split()) == "Close ratio 100.0 % 133.3 % -33.3 pts -25.0 % 33.3 pts"
    assert lines[-1].split() == ["Won", "amount", "20,000", "20,000", "1", "–", "0"]


def test_single_row_reports_stand_beside_each_other() -> None:
    then = replace(samples.metrics(), scope=samples.SCOPE.with_(period=samples.SCOPE.period.year_before()))
    lines = to_table(replace(samples.metrics(), compared=then), 80).splitlines()
    assert lines[2].split() == ["Q1", "Q1"]
    assert lines[3].split() == ["Figure", "2026", "2025"]
    assert ["Close", "ratio", "50.0", "%", "50.0", "%"] in [line.split() for line in lines]


def test_nothing_to_show() -> None:
    assert "Nothing to show." in to_table(samples.funnel(rows=(), notes=()), 80)


def test_percentages_and_days_are_rounded_half_up() -> None:
    row = {**samples.STAGES[0], "conversion": Fraction(1, 800), "days_mean": Fraction(1, 20)}
    line = next(line for line in to_table(samples.funnel(rows=[row]), None).splitlines() if "Lead " in line)
    assert "  0.1 %  " in line
    assert "  0.1  " in line


@pytest.mark.parametrize("text", ["plain", "Bjørn – Søn…", "日本", "🚀 go", "e\u0301", "‮אבג"])
def test_cells_are_counted_as_textual_counts_them(text: str) -> None:
    assert cell_width(text) == cell_len(text)
    for width in range(1, 8):
        assert cell_len(cut(text, width)) <= width


def test_without_a_width_columns_are_aligned_and_texts_are_whole() -> None:
    long = "a name that goes on and on 日本 " * 8
    names = ["Short", long.strip(), "Other"]
    rows = [{"stage": name, "deals": 4, "owner": f"Anna {name}"} for name in names]
    columns = (*samples.active().columns[:2], Column("owner", Kind.TEXT, "Owner"))
    report = replace(samples.active(), rows=rows, columns=columns, totals={}, total_columns=())
    lines = to_table(report, None).splitlines()
    head, rule, *body = lines[2:7]
    starts = {cell_len(line[: line.index("Anna ")]) for line in body}
    assert starts == {cell_len(head[: head.index("Owner")])}
    assert [name in line for name, line in zip(names, body, strict=True)] == [True] * 3
    assert body[1].endswith(f"Anna {long.strip()}")
    assert all(line == line.rstrip() and "…" not in line for line in lines)
    # The last text is not what makes the rules long.
    assert len(rule) == starts.pop() + 40
