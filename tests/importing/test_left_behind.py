"""What an import leaves behind where there was no database before."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.cli import main

HEADER = "id,title,owner,stage,status,amount,currency,created\n"
GOOD = "A,Fjord,Ann,Lead,open,100,EUR,2026-01-01\n"
BAD = "B,Berg,Ann,Lead,open,1o0,EUR,2026-01-01\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it but the files to import; the database would be in ``new/folder``."""
    monkeypatch.setenv("FUNNEL_DB", str(tmp_path / "new" / "folder" / "funnel.db"))
    (tmp_path / "good.csv").write_text(HEADER + GOOD)
    (tmp_path / "bad.csv").write_text(HEADER + GOOD + BAD)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("bad.csv",), 1),
        (("good.csv", "--dry-run"), 0),
        (("missing.csv",), 1),
        (("good.csv", "--map", "amount=Nowhere"), 2),
    ],
)
def test_nothing_is_left_where_nothing_was_imported(home: Path, words: tuple[str, ...], code: int) -> None:
    file, *more = words
    assert main(["import", "deals", str(home / file), *more]) == code
    assert sorted(path.name for path in home.iterdir()) == ["bad.csv", "good.csv"]


def test_a_database_that_was_there_stays(home: Path) -> None:
    assert main(["import", "deals", str(home / "good.csv")]) == 0
    folder = home / "new" / "folder"
    assert main(["import", "deals", str(home / "bad.csv")]) == 1
    assert main(["deal", "show", "Fjord"]) == 0
    assert "funnel.db" in {path.name for path in folder.iterdir()}
