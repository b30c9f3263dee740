"""Every row that is refused is counted and written down, however early the first one is."""

from __future__ import annotations

import csv

import pytest

from funnel_tui.services.importing import ImportRefused
from funnel_tui.services.importing.deals import CHUNK
from funnel_tui.services.pipelines import create_pipeline
from tests.importing.support import Folder

HEADER = ("id", "title", "stage", "created", "pipeline")


def refused(folder: Folder, kind: str, *rows: tuple[object, ...], header: tuple[str, ...]) -> ImportRefused:
    """What an import refuses; the list of all refusals must agree with it."""
    errors = folder.path / "refused.csv"
    with pytest.raises(ImportRefused) as told:
        folder.load(kind, folder.write("file.csv", [header, *rows]), errors=errors)
    with errors.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) - 1 == told.value.values
    return told.value


def test_unknown_stages_are_counted_to_the_end_of_the_file(folder: Folder) -> None:
    create_pipeline(folder.workspace, name="Sales", stages=["Lead"])
    rows = [(n, "Fjord", "Lead" if n % 2 else "Nowhere", "2026-01-02", "") for n in range(3 * CHUNK)]
    told = refused(folder, "deals", *rows, header=HEADER)
    assert (told.rows, told.values, told.stages) == (1_500, 1_500, 1_500)


def test_unknown_stages_are_counted_behind_a_row_that_cannot_be_read(folder: Folder) -> None:
    create_pipeline(folder.workspace, name="Sales", stages=["Lead"])
    create_pipeline(folder.workspace, name="Renewals", stages=["Notice"])
    rows = [(0, "Fjord", "Lead", "no day", "")]
    rows += [(n, "Fjord", "Notice", "2026-01-02", "Renewals" if n % 2 else "") for n in range(1, 2 * CHUNK)]
    told = refused(folder, "deals", *rows, header=HEADER)
    assert (told.rows, told.stages) == (1_000, 999)


def test_a_known_deal_behind_refused_rows_is_looked_up_in_its_own_pipeline(folder: Folder) -> None:
    create_pipeline(folder.workspace, name="Sales", stages=["Lead"])
    create_pipeline(folder.workspace, name="Renewals", stages=["Notice"])
    path = folder.write("first.csv", [HEADER, ("r1", "Fjord", "Notice", "2026-01-02", "Renewals")])
    folder.load("deals", path)
    rows = [(n, "Fjord", "Nowhere", "2026-01-02") for n in range(CHUNK)]
    rows += [("r1", "Fjord", "Notice", "2026-01-02"), ("new", "Fjord", "Notice", "2026-01-02")]  # type: ignore[list-item]
    told = refused(folder, "deals", *rows, header=HEADER[:4])
    assert told.rows == CHUNK + 1


def test_unknown_stages_of_a_history_are_counted_beside_days_that_cannot_be_read(folder: Folder) -> None:
    create_pipeline(folder.workspace, name="Sales", stages=["Lead"])
    rows = [("d0", "Lead", "no day")]
    rows += [(f"d{n}", "Lead" if n % 2 else "Nowhere", "2026-01-02") for n in range(1, 2 * CHUNK)]
    told = refused(folder, "history", *rows, header=("deal", "stage", "at"))
    assert (told.rows, told.stages) == (CHUNK, CHUNK - 1)
