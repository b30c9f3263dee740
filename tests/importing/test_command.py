"""``funnel import`` as a user runs it: what it says, where, and what it leaves behind when it goes wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from funnel_tui.cli import main
from funnel_tui.db import Database
from funnel_tui.errors import DatabaseProblem
from tests.importing.support import Folder
from tests.support.cli import COMMAND, Ended, ok, program_environment, refused, run_here
from tests.support.worked_services import open_workspace

HEADER = "id,title,stage,status,amount,currency,created,closed"
GOOD = "A,Fjord,Lead,open,100,EUR,2026-01-01,"

MAVEN = """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
W1,Anna,GTXPro,Fjord,Won,2017-01-01,2017-03-01,4514
L1,Bo,MG Special,Berg,Lost,2017-01-05,2017-02-04,0
E1,Bo,MG Special,,Engaging,2017-02-01,,
P1,Bo,GTX Basic,,Prospecting,,,
"""
TEAMS = "sales_agent,manager,regional_office\nAnna,Melvin,West\nBo,Cara,West\nCarl,Dora,East\n"
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\nGTX Basic,GTX,550\n"
ACCOUNTS = "account,sector,revenue\nFjord,retail,1\nBerg,finance,2\nSkog,finance,3\n"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """An empty database: one that an import makes and writes nothing to would be removed again."""
    path = tmp_path / "funnel.db"
    open_workspace(str(path)).database.close()
    return path


Run = Callable[..., Ended]


@pytest.fixture
def run(database: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run ``funnel ARGS`` in this process, which saves a second a time."""
    monkeypatch.setenv("FUNNEL_DB", str(database))

    def call(*args: str | Path) -> Ended:
        words = [str(arg) for arg in args]
        code = main(words)
        return Ended(["funnel", *words], code, *capfd.readouterr())

    return call


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def query(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def test_a_maven_shaped_folder(tmp_path: Path, database: Path) -> None:
    files = []
    for name, text in (("p", MAVEN), ("t", TEAMS), ("g", PRODUCTS), ("a", ACCOUNTS)):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(text)
    env = {"FUNNEL_NOW": "2018-01-01T00:00:00Z"}
    ended = run_here("import", "deals", *files, db=database, env=env)
    assert ok(ended) == ""
    assert "4 rows read; deals: 4 new, 0 updated, 0 unchanged." in ended.stderr
    assert "4 stage visits are assumed" in ended.stderr
    assert "1 open deal has no date of creation" in ended.stderr
    assert "base currency is now USD" in ended.stderr
    assert query(
        database,
        "SELECT d.external_id, s.name, d.status, d.created_at / 86400, d.closed_at / 86400, d.closed_base "
        "FROM deal d JOIN stage s ON s.id = d.stage_id ORDER BY d.id",
    ) == [
        ("W1", "Engaging", "won", 17_167, 17_226, 451_400),
        ("L1", "Engaging", "lost", 17_171, 17_201, 0),
        ("E1", "Engaging", "open", 17_198, None, None),
        ("P1", "Prospecting", "open", 17_532, None, None),
    ]
    teams = (
        "SELECT r.name, t.name, u.name FROM rep r JOIN team t ON t.id = r.team_id "
        "JOIN team u ON u.id = t.parent_id"
    )
    assert query(database, teams + " ORDER BY r.name") == [
        ("Anna", "Melvin", "West"),
        ("Bo", "Cara", "West"),
        ("Carl", "Dora", "East"),
    ]
    products = "SELECT p.name, p.price_minor FROM demand_line l JOIN product p ON p.id = l.product_id"
    assert query(database, products)[0] == ("GTX Pro", 482_100)
    assert query(database, "SELECT count(*) FROM organisation") == [(3,)]


def test_a_history_with_every_option(tmp_path: Path, database: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(
        "7;Erstkontakt;01.02.2026 10:00\n7;Müller;02.02.2026 10:00\n7;Weg;03.02.2026 10:00\n".encode("cp1252")
    )
    ended = run_here(
        *("import", "history", path, "--no-header", "--delimiter", ";", "--encoding", "cp1252"),
        *("--map", "deal=1", "--map", "stage=2", "--map", "at=3", "--value", "by=Anna"),
        *("--date-format", "%d.%m.%Y %H:%M", "--timezone", "Europe/Berlin", "--pipeline", "Neu"),
        *("--stages", "Erstkontakt, Müller", "--won", "Da", "--lost", "Weg=zu teuer"),
        db=database,
    )
    assert ok(ended) == ""
    assert query(
        database,
        "SELECT p.name, s.name, d.closed_at, l.name, r.name FROM deal d "
        "JOIN pipeline p ON p.id = d.pipeline_id JOIN stage s ON s.id = d.stage_id "
        "JOIN loss_reason l ON l.id = d.loss_reason_id JOIN rep r ON r.id = d.owner_id",
    ) == [("Neu", "Müller", 1_770_109_200, "zu teuer", "Anna")]


def test_amounts_of_another_country(tmp_path: Path, database: Path, run: Run) -> None:
    path = write(tmp_path, "id\tstage\tamount", "A\tLead\t1.234,50")
    ok(run("import", "deals", path, "--locale", "de_DE", "--currency", "CHF"))
    assert query(database, "SELECT amount_minor, currency FROM deal") == [(123_450, "CHF")]


def test_rates_and_profile(tmp_path: Path, database: Path, run: Run) -> None:
    path = write(tmp_path, "from,to,date,rate", "USD,EUR,2026-01-01,0.85")
    ended = run("import", "rates", path, "--profile", "generic")
    assert "rates: 1 new" in (ok(ended) + ended.stderr)


def test_a_dry_run(tmp_path: Path, database: Path, run: Run) -> None:
    ended = run("import", "deals", write(tmp_path, HEADER, GOOD), "--dry-run")
    assert ok(ended) == ""
    assert "This was a dry run: nothing was written." in ended.stderr
    assert query(database, "SELECT count(*) FROM deal") == [(0,)]


BAD_ROWS: dict[str, tuple[str, str, str]] = {
    "ragged": ("B,Berg,Lead", "", "3 fields"),
    "amount with letters": ("B,Berg,Lead,open,1o0,EUR,2026-01-01,", "amount", "'1o0' is not an amount"),
    "negative amount": ("B,Berg,Lead,open,-5,EUR,2026-01-01,", "amount", "negative"),
    "unknown currency": ("B,Berg,Lead,open,5,EUX,2026-01-01,", "currency", "no currency is called 'EUX'"),
    "impossible date": ("B,Berg,Lead,open,5,EUR,2026-02-30,", "created", "no date of the calendar"),
    "closed before creation": (
        "B,Berg,Lead,won,5,EUR,2026-02-03,2026-02-01",
        "closed",
        "before it was created",
    ),
    "duplicate id": ("A,Berg,Lead,open,5,EUR,2026-02-03,", "id", "line 2 has the same id"),
    "unknown stage": ("B,Berg,Leed,open,5,EUR,2026-02-03,", "stage", "did you mean Lead?"),
    "terminal escape": ("B,\x1b[2JBerg,Lead,open,5,EUR,2026-02-03,", "title", "control character"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_told_with_line_column_and_reason(
    tmp_path: Path, database: Path, run: Run, name: str
) -> None:
    row, column, reason = BAD_ROWS[name]
    path, errors = write(tmp_path, HEADER, GOOD, row), tmp_path / "errors.csv"
    ended = run("import", "deals", path, "--stages", "Lead,Offer", "--errors", errors)
    said = refused(ended, code=1, says=("line 3", column, reason, "Nothing was imported: 1 row refused."))
    assert "\x1b" not in said
    assert len(said.splitlines()) == 2
    assert reason.split("'")[0] in errors.read_text()
    assert query(database, "SELECT count(*) FROM deal") == [(0,)]
    assert query(database, "SELECT count(*) FROM stage") == [(0,)]


def test_the_first_twenty_of_many(tmp_path: Path, run: Run) -> None:
    errors = tmp_path / "errors.csv"
    path = write(tmp_path, HEADER, *(f"D{n},x,Lead,open,=1+{n},EUR,2026-01-01," for n in range(50)))
    ended = run("import", "deals", path)
    said = refused(
        ended, code=1, says=("… and 30 more.", "50 rows refused", "--errors FILE.csv")
    ).splitlines()
    assert len(said) == 22
    run("import", "deals", path, "--errors", errors)
    lines = errors.read_text().splitlines()
    assert len(lines) == 51
    assert lines[1].startswith("2,amount,'=1+0,")


def _directory(path: Path) -> None:
    path.mkdir()


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "There is no file"),
    "directory": (_directory, "is a directory"),
    "empty": (lambda path: path.write_text(""), "is empty"),
    "binary": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00" * 20), "file.csv"),
    "duplicate headers": (lambda path: path.write_text("id,stage,id\nA,x,B\n"), "both called 'id'"),
    "no known columns": (lambda path: path.write_text("x,y\n1,2\n"), "--map id=COLUMN"),
    "ambiguous dates": (
        lambda path: path.write_text("id,stage,created\nA,x,01/02/2026\nB,x,03/04/2026\n"),
        "--date-format %d/%m/%Y",
    ),
    "open quotation": (lambda path: path.write_text('id,stage\nA,"x\nB,y\n'), "never closed"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_one_line(tmp_path: Path, run: Run, name: str) -> None:
    make, says = BAD_FILES[name]
    path = tmp_path / "file.csv"
    make(path)
    ended = run("import", "deals", path)
    assert ended.returncode in (1, 2)
    said = refused(ended, code=ended.returncode, says=(says,))
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--map", "stgae=stage"), "Did you mean stage?"),
        (("--map", "stage=stag"), "Did you mean stage?"),
        (("--map", "stage"), "--map stage is not FIELD="),
        (("--value", "currency=XXZ"), "no currency"),
        (("--profile", "mavn"), "Did you mean maven?"),
        (("--currency", "euro"), "--currency"),
        (("--timezone", "Europe/Olso"), "Did you mean Europe/Oslo?"),
        (("--date-format", "%d"), "does not name a day, a month and a year"),
        (("--locale", "xx_XX"), "locale"),
        (("--encoding", "utf-99"), "utf-99"),
        (("--delimiter", "ab"), "one character"),
        (("--stages", "A,,B"), "empty name"),
        (("--stages", "A,a"), "names 'a' twice"),
        (("--stages", "Lead,Won", "--won", "Won"), "also means won or lost"),
        (("--won", "X", "--lost", "x"), "is in --won and in --lost"),
        (("--errors", "deals.csv"), "is one of the files to import"),
        (("--value", "currency=EUX"), "currency is called 'EUX'; did you mean EUR?"),
        (("--lost", "Lost,,"), "Separate the names with single commas."),
    ],
)
def test_options_that_make_no_sense(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], says: str
) -> None:
    write(tmp_path, HEADER, GOOD)
    monkeypatch.chdir(tmp_path)
    ended = run("import", "deals", "deals.csv", *options)
    refused(ended, code=2, says=(says,))


def test_kinds_that_are_not_there(tmp_path: Path, run: Run) -> None:
    path = write(tmp_path, HEADER, GOOD)
    refused(run("import", "dales", path), code=2, says=("Did you mean deals?",))
    refused(run("import", "deals"), code=2, says=("FILE",))


def test_errors_never_overwrite_what_holds_something_else(tmp_path: Path, database: Path, run: Run) -> None:
    deals = write(tmp_path, HEADER, GOOD)
    ok(run("import", "deals", deals))
    notes, link = tmp_path / "notes.txt", tmp_path / "link.csv"
    notes.write_text("mine")
    link.symlink_to(deals)
    before = deals.read_bytes(), database.read_bytes()
    for path, says in (
        (deals, "is one of the files to import, or the database"),
        (link, "is one of the files to import, or the database"),
        (database, "is one of the files to import, or the database"),
        (notes, "is there already and holds something else. Name a new file."),
    ):
        refused(run("import", "deals", deals, "--errors", path), code=2, says=(says,))
    assert (deals.read_bytes(), database.read_bytes(), notes.read_text()) == (*before, "mine")
    ok(run("import", "deals", deals, "--errors", tmp_path / "errors.csv"))
    ok(run("import", "deals", deals, "--errors", tmp_path / "errors.csv"))


FOREIGN = {
    "contacts": (
        "id,first name,last name,email\n1,Kari,Lie,k@x.no\n",
        "a file of contacts: it has email and first",
    ),
    "calls": (
        "id,type,date,subject\n1,Call,2026-01-01,Hello\n",
        "a file of interactions: it has type and date",
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_other_things_than_deals_do_not_become_deals(tmp_path: Path, run: Run, name: str) -> None:
    text, says = FOREIGN[name]
    path = tmp_path / "x.csv"
    path.write_text(text)
    ended = run("import", "deals", path)
    refused(ended, code=2, says=(f"x.csv looks like {says}", "--map stage=COLUMN"))
    ok(run("import", "deals", path, "--value", "status=open"))


def test_the_file_without_the_column_is_named(tmp_path: Path, run: Run) -> None:
    other = tmp_path / "dictionary.csv"
    other.write_text("Table,Field\ndeals,id\n")
    ended = run("import", "deals", write(tmp_path, HEADER, GOOD), other)
    refused(
        ended, code=2, says=("dictionary.csv: no column is known to hold id.", "tells one deal from another")
    )


def test_a_header_without_rows_is_told(tmp_path: Path, run: Run) -> None:
    ended = run("import", "deals", write(tmp_path, HEADER))
    assert "0 rows read" in (ok(ended) + ended.stderr)
    assert "nothing in the file below its header" in ended.stderr


def test_errors_on_a_full_disk_keep_nothing(tmp_path: Path, database: Path, run: Run) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    path = write(tmp_path, HEADER, GOOD)
    ended = run("import", "deals", path, "--errors", "/dev/full")
    refused(ended, code=1, says=("--errors /dev/full cannot be written", "Nothing was imported."))
    assert query(database, "SELECT count(*) FROM deal") == [(0,)]


def many(tmp_path: Path, count: int) -> Path:
    rows = (f"D{n},Deal {n},Lead,open,{n},EUR,2026-01-01," for n in range(count))
    return write(tmp_path, HEADER, *rows)


def test_a_full_disk_while_writing_keeps_nothing(tmp_path: Path) -> None:
    workspace = open_workspace(str(tmp_path / "small.db"))
    folder = Folder(tmp_path, workspace)
    before = folder.counts()
    with workspace.change("fill the disk") as call:
        pages = call.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        call.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")
    with pytest.raises(DatabaseProblem, match=r"disk .* is full"):
        folder.load("deals", str(many(tmp_path, 5000)))
    assert folder.counts() == before
    workspace.database.close()


def test_killed_in_the_middle_it_leaves_nothing_and_runs_again(tmp_path: Path, database: Path) -> None:
    ok(run_here("import", "deals", write(tmp_path, HEADER, GOOD), db=database))
    path = many(tmp_path, 60_000)
    process = subprocess.Popen(
        [*COMMAND, "import", "deals", str(path)],
        env=program_environment(None, database),
        stderr=subprocess.PIPE,
    )
    _wait_until_locked(database, process)
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert query(database, "SELECT count(*) FROM deal") == [(1,)]
    assert query(database, "SELECT count(*) FROM stage_visit") == [(1,)]
    assert query(database, "PRAGMA integrity_check") == [("ok",)]
    ended = run_here("import", "deals", path, db=database)
    assert "60,000 new" in (ok(ended) + ended.stderr)


def _wait_until_locked(database: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the import holds the write lock, that is, is in its transaction."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        for _ in range(2000):
            assert process.poll() is None, "the import ended before it could be killed"
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return
            time.sleep(0.005)
    raise AssertionError("the import never began to write")


@pytest.mark.pg
def test_into_postgresql(tmp_path: Path, pg_url: str) -> None:
    ended = run_here("import", "deals", write(tmp_path, HEADER, GOOD), "--db", pg_url)
    assert "1 new" in (ok(ended) + ended.stderr)
    ended = run_here("import", "deals", write(tmp_path, HEADER, GOOD), "--db", pg_url)
    assert "1 unchanged" in (ok(ended) + ended.stderr)


def test_ctrl_c_is_one_line_and_leaves_nothing(tmp_path: Path, database: Path) -> None:
    ok(run_here("import", "deals", write(tmp_path, HEADER, GOOD), db=database))
    process = subprocess.Popen(
        [*COMMAND, "import", "deals", str(many(tmp_path, 60_000))],
        env=program_environment(None, database),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _wait_until_locked(database, process)
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (130, b"")
    assert said == b"Stopped with ctrl+c: nothing was imported.\n"
    assert query(database, "SELECT count(*) FROM deal") == [(1,)]
    assert query(database, "SELECT count(*) FROM change_group") == [(1,)]


def test_ctrl_c_after_everything_was_written_says_so(
    tmp_path: Path, database: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Database) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Database, "close", interrupted)
    ended = run("import", "deals", write(tmp_path, HEADER, GOOD))
    assert (ended.returncode, ended.stderr) == (130, "Stopped with ctrl+c: after the import was written.\n")
    assert query(database, "SELECT count(*) FROM deal") == [(1,)]
