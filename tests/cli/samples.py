"""Hand-made reports: no database, every figure known."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope

AS_OF = 1_775_001_600  # 2026-04-01T00:00:00Z
ESCAPES = "Evil \x1b[2J\x9b31m\u202edeal"

STAGE = Column("stage", Kind.TEXT, "Stage")
FUNNEL = (
    STAGE,
    Column("position", Kind.COUNT, "#"),
    Column("reached", Kind.COUNT, "Reached"),
    Column("advanced", Kind.COUNT, "Advanced"),
    Column("lost", Kind.COUNT, "Lost"),
    Column("open", Kind.COUNT, "Open"),
    Column("conversion", Kind.RATIO, "Conversion", sample="reached"),
    Column("reached_amount", Kind.MONEY, "Reached amount"),
    Column("days_mean", Kind.DAYS, "Mean days", sample="days_n"),
    Column("days_n", Kind.COUNT, "Left"),
    Column("oldest_days", Kind.DAYS, "Oldest"),
)
FUNNEL_TOTALS = (
    Column("deals", Kind.COUNT, "Deals"),
    Column("won", Kind.COUNT, "Won"),
    Column("overall", Kind.RATIO, "Overall", sample="deals"),
    Column("lowest_stage", Kind.TEXT, "Lowest"),
)
STAGES: tuple[dict[str, Any], ...] = (
    {
        "stage": "Lead",
        "position": 1,
        "reached": 1234,
        "advanced": 1028,
        "lost": 200,
        "open": 6,
        "conversion": Fraction(1028, 1234),
        "reached_amount": Money(98_765_432_10, "NOK"),
        "days_mean": Fraction(109, 8),
        "days_n": 1000,
        "oldest_days": Fraction(31),
    },
    {
        "stage": "日本 proposal",
        "position": 2,
        "reached": 3,
        "advanced": 2,
        "lost": 1,
        "open": 0,
        "conversion": Fraction(2, 3),
        "reached_amount": Money(200_000_00, "NOK"),
        "days_mean": None,
        "days_n": 0,
        "oldest_days": None,
    },
    {
        "stage": "Empty",
        "position": 3,
        "reached": 0,
        "advanced": 0,
        "lost": 0,
        "open": 0,
        "conversion": None,
        "reached_amount": Money(0, "NOK"),
        "days_mean": None,
        "days_n": 0,
        "oldest_days": None,
    },
)
SCOPE = Scope(pipelines=("Enterprise",), period=Period.quarter(2026, 1))
WORDS = {"pipelines": ["Enterprise"], "owner": None, "value": False}


def funnel(**changes: Any) -> Report:
    """A funnel of three stages: one large, one with few deals, one empty."""
    values: dict[str, Any] = {
        "name": "funnel",
        "as_of": AS_OF,
        "scope": SCOPE,
        "scope_words": WORDS,
        "title": "Funnel · closed in Q1 2026 · reached",
        "columns": FUNNEL,
        "rows": STAGES,
        "totals": {"deals": 1234, "won": 2, "overall": Fraction(2, 1234), "lowest_stage": "Lead"},
        "total_columns": FUNNEL_TOTALS,
        "notes": ("12 visits are assumed.",),
        **changes,
    }
    return Report(**values)


def compared_funnel() -> Report:
    """The funnel beside the one of a year before, with a benchmark."""
    rows = [{**row, "reached": row["reached"] + 10} for row in STAGES]
    then = funnel(
        scope=SCOPE.with_(period=Period.quarter(2025, 1)),
        scope_words={"pipelines": ["Enterprise"], "period": "2025-Q1"},
        title="Funnel · closed in Q1 2025 · reached",
        rows=rows,
        notes=("12 visits are assumed.", "1 deal has no rate."),
    )
    benchmark = [
        {
            "stage": "Lead",
            "figure": "reached",
            "now": 1234,
            "then": 1244,
            "difference": -10,
            "relative": Fraction(-10, 1244),
            "shortfall": 10,
        },
        {
            "stage": "Empty",
            "figure": "reached",
            "now": 0,
            "then": 10,
            "difference": -10,
            "relative": Fraction(-1),
            "shortfall": 10,
        },
    ]
    return funnel(compared=then, benchmark=benchmark)


def active() -> Report:
    """Open deals of two stages, with the sums of the same columns as totals."""
    sums = (Column("deals", Kind.COUNT, "Deals"), Column("amount", Kind.MONEY, "Amount"))
    return Report(
        name="active",
        as_of=AS_OF,
        scope=SCOPE,
        scope_words=WORDS,
        title="Active deals",
        columns=(STAGE, *sums),
        rows=(
            {"stage": "Lead", "deals": 4, "amount": Money(1_000_50, "EUR")},
            {"stage": "Proposal", "deals": 1, "amount": Money(2_000_00, "EUR")},
        ),
        totals={"deals": 5, "amount": Money(3_000_50, "EUR")},
        total_columns=sums,
    )


def metrics() -> Report:
    """One row of figures, without a text column."""
    columns = (
        Column("won", Kind.COUNT, "Won"),
        Column("lost", Kind.COUNT, "Lost"),
        Column("close_ratio", Kind.RATIO, "Close ratio"),
        Column("time_to_win_mean", Kind.DAYS, "Days to win", sample="won"),
        Column("won_amount", Kind.MONEY, "Won amount"),
    )
    row = {
        "won": 3,
        "lost": 3,
        "close_ratio": Fraction(1, 2),
        "time_to_win_mean": Fraction(160, 3),
        "won_amount": Money(39_000_00, "EUR"),
    }
    return Report("metrics", AS_OF, SCOPE, WORDS, "Metrics · Q1 2026", columns, (row,), row, columns)


def stuck(title: str = ESCAPES) -> Report:
    """Stuck deals with a hostile name, amounts in two currencies."""
    columns = (
        Column("deal", Kind.TEXT, "Deal"),
        Column("owner", Kind.TEXT, "Owner"),
        Column("amount", Kind.MONEY, "Amount"),
        Column("days_in_stage", Kind.DAYS, "In stage"),
    )
    rows = (
        {"deal": title, "owner": "=1+1", "amount": Money(1_500, "JPY"), "days_in_stage": Fraction(91, 2)},
        {
            "deal": 'Bjørn & Søn, "AS"',
            "owner": "Kari",
            "amount": Money(5, "EUR"),
            "days_in_stage": Fraction(31),
        },
        {"deal": "No amount", "owner": "@Kari", "amount": None, "days_in_stage": Fraction(1, 3)},
    )
    totals = (Column("count", Kind.COUNT, "Stuck"),)
    return Report("stuck", AS_OF, SCOPE, WORDS, "Stuck deals", columns, rows, {"count": 3}, totals)
