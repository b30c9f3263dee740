"""Exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from funnel_tui.exchange.records import RateRecord
from tests.exchange.support import rates

DAY = (date(2026, 1, 2) - date(1970, 1, 1)).days


def test_rates(tmp_path: Path) -> None:
    text = "from;to;date;rate\nusd;NOK;2.1.2026;10,1234\nEUR;NOK;2.1.2026;11\n"
    records, refused = rates(tmp_path, text, locale="nb_NO")
    assert refused == []
    assert records == [
        RateRecord(2, "USD", "NOK", DAY, Decimal("10.1234")),
        RateRecord(3, "EUR", "NOK", DAY, Decimal("11")),
    ]


def test_the_day_is_the_one_written(tmp_path: Path) -> None:
    [record], _ = rates(
        tmp_path, "base,quote,date,rate\nUSD,NOK,2026-01-02 00:00:00,10\n", timezone="Asia/Tokyo"
    )
    assert record.day == DAY


def test_bad_rates_are_all_listed(tmp_path: Path) -> None:
    text = (
        "base,quote,date,rate\n"
        "USD,NOK,2026-01-02,10\nUSX,NOK,2026-01-02,10\nUSD,NOK,2026-02-30,10\nUSD,NOK,2026-01-03,0\n"
        "USD,NOK,2026-01-02,11\nUSD,USD,2026-01-02,1.0\nEUR,EUR,2026-01-02,1.1\nUSD,,,\n"
    )
    records, refused = rates(tmp_path, text)
    assert [each.line for each in records] == [2, 7]
    assert [(each.line, each.column) for each in refused] == [
        (3, "base"),
        (4, "date"),
        (5, "rate"),
        (6, "date"),
        (8, "rate"),
        (9, "quote"),
        (9, "date"),
        (9, "rate"),
    ]
    assert refused[3].reason == "line 2 has a rate of USD in NOK for this day"
    assert refused[4].reason == "one EUR is worth one EUR"
