"""Importing exchange rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.services.history import undo
from funnel_tui.services.importing import ImportRefused
from tests.importing.support import Folder, reasons

HEADER = ("base", "quote", "date", "rate")


def test_rates_are_new_changed_or_the_same(folder: Folder) -> None:
    rows = [HEADER, ("USD", "EUR", "2026-01-01", "0.8"), ("NOK", "EUR", "2026-01-01", "0.0859301")]
    outcome = folder.load("rates", folder.write("rates.csv", rows))
    assert (outcome.new, outcome.updated, outcome.unchanged) == (2, 0, 0)
    assert folder.rows("SELECT base, quote, day, rate_scaled FROM exchange_rate ORDER BY base") == [
        ("NOK", "EUR", 20_454, 85_930_100_000),
        ("USD", "EUR", 20_454, 800_000_000_000),
    ]
    rows[1] = ("USD", "EUR", "2026-01-01", "0.9")
    outcome = folder.load("rates", folder.write("rates.csv", rows))
    assert (outcome.new, outcome.updated, outcome.unchanged) == (0, 1, 1)
    assert folder.one("SELECT rate_scaled FROM exchange_rate WHERE base = 'USD'") == 900_000_000_000
    undo(folder.workspace)
    assert folder.one("SELECT rate_scaled FROM exchange_rate WHERE base = 'USD'") == 800_000_000_000
    undo(folder.workspace)
    assert folder.one("SELECT count(*) FROM exchange_rate") == 0


def test_closed_deals_are_priced_anew(folder: Folder) -> None:
    folder.deals(
        ("A", "a", "Anna", "Lead", "won", "10", "EUR", "2026-01-01", "2026-02-01"),
        ("B", "b", "Anna", "Lead", "won", "10", "USD", "2026-01-01", "2026-02-01"),
    )
    prices = "SELECT closed_base FROM deal ORDER BY external_id"
    assert folder.rows(prices) == [(1000,), (None,)]
    outcome = folder.load("rates", folder.write("r.csv", [HEADER, ("USD", "EUR", "2026-01-15", "0.85")]))
    assert folder.rows(prices) == [(1000,), (850,)]
    assert "1 closed deal was priced anew." in outcome.notes
    undo(folder.workspace)
    assert folder.rows(prices) == [(1000,), (None,)]


def test_absurd_rates_are_refused(folder: Folder) -> None:
    rows = [
        HEADER,
        ("USD", "EUR", "2026-01-01", "0"),
        ("USD", "EUR", "2026-01-02", "-1"),
        ("USD", "USX", "2026-01-03", "1"),
        ("USD", "EUR", "2026-02-30", "1"),
        ("USD", "EUR", "2026-01-04", "99999999"),
    ]
    with pytest.raises(ImportRefused) as caught:
        folder.load("rates", folder.write("rates.csv", rows))
    assert [(line, column) for line, column, _ in reasons(caught.value)] == [
        *((2, "rate"), (3, "rate"), (4, "quote"), (5, "date"), (6, "rate"))
    ]
    assert folder.one("SELECT count(*) FROM exchange_rate") == 0


def test_a_file_without_a_header(folder: Folder, shared_data: Path) -> None:
    path = shared_data / "adventureworks_quota" / "CurrencyRate.csv"
    maps = {"base": "3", "quote": "4", "date": "2", "rate": "5"}
    outcome = folder.load("rates", str(path), read={"header": False}, maps=maps)
    assert outcome.new == outcome.rows == len(path.read_text(encoding="utf-8-sig").splitlines())
    assert folder.load("rates", str(path), read={"header": False}, maps=maps).unchanged == outcome.rows
