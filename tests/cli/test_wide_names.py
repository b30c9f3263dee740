"""Names of wide characters, emoji and combining marks stand in line in every table and chart of the shell.

Two databases differ in names only: where one has wide signs, the other has Latin letters that take as many
cells. What a command prints of one has to be what it prints of the other, letter by letter.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from funnel_tui.demo.words import ODD_NAMES
from funnel_tui.exchange.text_cells import cell_width, wrap
from tests.cli.conftest import Said

Funnel = Callable[..., Said]

WIDE = {
    "Ab\u0301c\u0327d": "Abcd",
    "Bø会议室": "Bxxxxxxx",
    "C🌻 sol": "Cxx sol",
    "D한국어 👍": "Dxxxxxx xx",
    "Eไทยนี้": "Exxxx",
}
"""Names, and Latin ones that take as many cells and come at the same place in the alphabet."""

COMMANDS = (
    ("deal", "list", "--limit", "30"),
    ("deal", "list", "--sort", "organisation", "--limit", "30"),
    ("quotas",),
    ("quotas", "--by", "team"),
    ("report", "funnel", "--by", "rep"),
    ("report", "funnel", "--by", "rep", "--format", "chart"),
    ("report", "losses", "--by", "reason"),
    ("report", "losses", "--by", "reason", "--format", "chart"),
    ("report", "activity", "--by", "rep", "--format", "chart"),
    ("reps",),
    ("stages",),
    ("today", "--rep", "{rep}"),
)


def renamed(source: Path, path: Path, names: list[str]) -> Path:
    """The demo with other names of reps, teams, stages, reasons, organisations and deals."""
    path.write_bytes(source.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, column in (
            *(("rep", "name"), ("team", "name"), ("stage", "name"), ("loss_reason", "name")),
            *(("organisation", "name"), ("deal", "title")),
        ):
            rows = connection.execute(f"SELECT id FROM {table} ORDER BY id").fetchall()
            for place, (number,) in enumerate(rows):
                name = names[place % len(names)] + (
                    f" {place}" if table in {"rep", "team", "stage", "loss_reason"} else ""
                )
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", [name, number])
    return path


@pytest.fixture(scope="module")
def both(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("wide")
    return (
        renamed(demo_db, folder / "wide.db", list(WIDE)),
        renamed(demo_db, folder / "plain.db", list(WIDE.values())),
    )


def printed(funnel: Funnel, db: Path, words: tuple[str, ...], rep: str) -> str:
    said = funnel("--db", db, *(word.format(rep=rep) for word in words))
    assert said.code == 0, said.err
    return said.out


def unmarked(name: str) -> str:
    """A name as charts have it: without the marks that are no letter with their letter."""
    return "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char) != "Mn")


def test_the_names_take_as_many_cells() -> None:
    for wide, plain in WIDE.items():
        assert cell_width(wide) == len(plain), wide
    assert sorted(WIDE) == sorted(WIDE, key=lambda name: WIDE[name])


@pytest.mark.parametrize("columns", [None, 80, 120])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_wide_names_move_nothing(
    funnel: Funnel,
    both: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    columns: int | None,
) -> None:
    if columns is not None:
        monkeypatch.setenv("COLUMNS", str(columns))
    wide, plain = (
        printed(funnel, db, words, f"{name} 0")
        for db, name in zip(both, next(iter(WIDE.items())), strict=True)
    )
    said = wide
    for name, same in WIDE.items():
        said = said.replace(name, same).replace(unmarked(name), same)
    assert said != wide
    if columns == 80 or "chart" in words:
        # Names may be cut there; but no line is longer than the terminal, and all are as long as the others'.
        assert [cell_width(line) for line in wide.splitlines()] == [len(line) for line in plain.splitlines()]
    else:
        assert said == plain


@pytest.mark.parametrize("width", [20, 33, 80])
def test_sentences_are_wrapped_by_cells(width: int) -> None:
    text = " ".join(f"{name} · {number}" for number in range(9) for name in WIDE)
    lines = wrap(text, width, "  ")
    assert " ".join(line.strip() for line in lines) == text
    assert max(cell_width(line) for line in lines) <= width


def test_the_names_of_the_demo_stand_in_line(
    funnel: Funnel, demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (flower,) = [name for name in ODD_NAMES if "🌻" in name]
    monkeypatch.setenv("COLUMNS", "120")
    path = tmp_path / "demo.db"
    path.write_bytes(demo_db.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE organisation SET name = ? WHERE id % 2 = 0", [flower])
    lines = funnel("--db", path, "deal", "list", "--limit", "40").out.splitlines()
    assert sum(flower in line for line in lines) > 2
    rule = next(line for line in lines if set(line) == {"─"})
    begin = lines.index(rule)
    start = lines[begin - 1].index("Organisation")
    rows = lines[begin + 1 : lines.index("", begin)]
    assert len(rows) > 10
    for line in rows:
        cells = "".join(char if cell_width(char) == 1 else f"{char}\0" for char in line)
        assert cells[start - 2 : start] == "  ", line
        assert cells[start] != " ", line
