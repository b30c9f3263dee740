"""``funnel export all`` and ``funnel import all`` by the real command line, and what they refuse."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from funnel_tui.cli import PIPE_CLOSED
from tests.exporting.test_whole import opened
from tests.support.cli import COMMAND, ok, program_environment, refused, run_here

NOW = {"FUNNEL_NOW": "2026-11-21T12:00:00Z"}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo that tests only read."""
    from funnel_tui.demo import build_demo

    path = tmp_path_factory.mktemp("team") / "team.db"
    with opened(path) as workspace:
        build_demo(workspace, deals=25)
    return path


def test_there_and_back(db: Path, tmp_path: Path) -> None:
    out, new = tmp_path / "out", tmp_path / "new.db"
    said = run_here("export", "all", "--output", out, db=db, env=NOW)
    assert ok(said) == ""
    assert "with 25 deals" in said.stderr
    said = run_here("import", "all", out, "--dry-run", db=new, env=NOW)
    assert ok(said) == ""
    assert "nothing was written" in said.stderr
    assert not new.exists(), "a dry run leaves no database behind"
    assert "with 25 deals" in run_here("import", "all", out, db=new, env=NOW).stderr
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    for args in (("report", "funnel", "--format", "json"), ("quotas", "--format", "csv"), ("views",)):
        assert ok(run_here(*args, db=new, env=NOW)) == ok(run_here(*args, db=db, env=NOW))
    refused(run_here("import", "all", out, db=new, env=NOW), code=1, says=("holds data already", "--db"))
    ok(run_here("doctor", db=new, env=NOW))


@pytest.mark.parametrize("format_", ["csv", "json"])
@pytest.mark.parametrize("what", ["deals", "history", "rates", "changes"])
def test_a_reader_that_has_enough_is_no_mistake(db: Path, what: str, format_: str) -> None:
    """As with ``funnel export rates | head -1``."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [*COMMAND, "export", what, "--format", format_],
            stdout=writing,
            stderr=subprocess.PIPE,
            env=program_environment(NOW, db),
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (PIPE_CLOSED, b"")


def test_what_it_refuses(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for args, says in (
        (("export", "all"), ("--output FOLDER",)),
        (("export", "all", "-o", out, "--format", "xlsx"), ("folder of CSV files",)),
        (("export", "all", "-o", out, "--owner", "Anna"), ("Leave the other options out",)),
        (("export", "all", "-o", out, "--period", "2026"), ("Leave the other options out",)),
        (("import", "all", out, "--skip-bad"), ("--skip-bad is not for import all",)),
        (("import", "all", out, "--map", "id=x"), ("--map is not for import all",)),
        (("import", "all", out, out), ("one folder",)),
    ):
        refused(run_here(*args, db=db, env=NOW), code=2, says=says)
    new = tmp_path / "new.db"
    refused(run_here("import", "all", out, db=new, env=NOW), code=1, says=(str(out), "funnel export all"))
    assert list(tmp_path.iterdir()) == []


def test_a_refused_import_leaves_no_database_behind(db: Path, tmp_path: Path) -> None:
    out, new = tmp_path / "out", tmp_path / "new.db"
    ok(run_here("export", "all", "-o", out, db=db, env=NOW))
    (out / "stage.csv").write_text("id\n1\n", encoding="utf-8")
    said = refused(run_here("import", "all", out, db=new, env=NOW), code=1, says=("stage.csv has no column",))
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


KILLED = """
    import os, signal, sys
    from funnel_tui.queries import exporting_deals
    real = exporting_deals.deal_rows

    def slowly(*args, **options):
        for count, row in enumerate(real(*args, **options)):
            if count == 12:
                os.kill(os.getpid(), signal.{signal})
            yield row

    exporting_deals.deal_rows = slowly
    from funnel_tui.cli import main
    sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("format_", ["csv", "json", "xlsx"])
@pytest.mark.parametrize(("number", "code"), [("SIGKILL", -9), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_killed_in_the_middle_the_earlier_file_stays(
    db: Path, tmp_path: Path, number: str, code: int, format_: str
) -> None:
    out = tmp_path / f"deals.{format_}"
    out.write_bytes(b"earlier")
    program = textwrap.dedent(KILLED.format(signal=number))
    command = [sys.executable, "-c", program, "export", "deals", "-o", str(out), "--force"]
    ended = subprocess.run(
        command, env=program_environment(NOW, db), capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == code, ended.stderr
    assert out.read_bytes() == b"earlier"
    if number != "SIGKILL":
        assert [path.name for path in tmp_path.iterdir()] == [out.name]
