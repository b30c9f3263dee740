"""Short ways to put a table on disk and read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from funnel_tui.exchange.deals import read_deals
from funnel_tui.exchange.events import read_events
from funnel_tui.exchange.mapping import build_mapping
from funnel_tui.exchange.profiles import complete_options, guess_profile
from funnel_tui.exchange.rates import read_rates
from funnel_tui.exchange.records import DealRecord, EventRecord, Kind, RateRecord, ReadOptions
from funnel_tui.exchange.refusals import Refusal, Refusals
from funnel_tui.exchange.table import open_table

READERS = {"deals": read_deals, "history": read_events, "rates": read_rates}


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """Epoch seconds of a UTC date and time."""
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write text to a file, its line ends as they are."""
    path.write_bytes(text.encode(encoding))
    return path


def read(
    kind: Kind,
    path: Path,
    options: ReadOptions | None = None,
    *,
    maps: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    header: bool = True,
    **changes: Any,
) -> tuple[list[Any], Refusals]:
    """All records of a file and what was refused, by the guessed profile, in USD by default."""
    table = open_table(path, header=header)
    profile = guess_profile(table.columns)
    mapping = build_mapping(kind, table.columns, profile, maps, values)
    refusals = Refusals()
    completed = complete_options(profile, replace(options or ReadOptions(), **changes), "USD")
    return list(READERS[kind](table, mapping, completed, refusals)), refusals


def deals(tmp_path: Path, text: str, **how: Any) -> tuple[list[DealRecord], list[Refusal]]:
    """The deals in a text, and everything that was refused of it."""
    records, refusals = read("deals", write(tmp_path / "deals.csv", text), **how)
    return records, refusals.first


def events(tmp_path: Path, text: str, **how: Any) -> tuple[list[EventRecord], list[Refusal]]:
    """The events in a text, and everything that was refused of it."""
    records, refusals = read("history", write(tmp_path / "history.csv", text), **how)
    return records, refusals.first


def rates(tmp_path: Path, text: str, **how: Any) -> tuple[list[RateRecord], list[Refusal]]:
    """The rates in a text, and everything that was refused of it."""
    records, refusals = read("rates", write(tmp_path / "rates.csv", text), **how)
    return records, refusals.first
