"""``funnel quotas`` and ``funnel quota`` as a shell sees them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Said
from tests.support.cli import COMMAND, program_environment

Run = Callable[..., Said]


@pytest.fixture
def db(demo_db: Path, tmp_path: Path) -> Path:
    """A copy of the demo that may be written to."""
    return Path(shutil.copy(demo_db, tmp_path / "demo.db"))


def test_the_review_fits_eighty_columns(funnel: Run, demo_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = funnel("quotas", "--db", demo_db, "--period", "2026-Q3")
    assert said.code == 0
    lines = said.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Quotas Q3 2026 · over · amounts in")
    anna = next(line for line in lines if line.startswith("Anna Berg"))
    assert re.search(r"█{10}  1\d\d\.\d %.*\+ done$", anna)
    # The share has a name of its own beside the amount that was won, and stands under it.
    heads = lines[2].split()
    assert heads == ["Attained", "Quota", "Won", "Gap", "Pipeline", "Status"]
    assert anna.index(" %") + 2 == lines[2].index("Attained") + len("Attained")
    assert any(line.startswith("Company") for line in lines)
    assert any(line.startswith("Reps at quota:") for line in lines)
    assert "Before:" in said.out


def test_the_line_in_a_bar_is_where_the_pace_would_be(funnel: Run, demo_db: Path) -> None:
    said = funnel("quotas", "--db", demo_db, "--period", "2026-Q4")
    bars = re.findall(r"[█░│]{10}", said.out)
    assert len(bars) >= 9
    assert {bar.index("│") for bar in bars} == {5}  # 52 of 92 days.


def test_json_and_csv_are_those_of_the_report(funnel: Run, demo_db: Path) -> None:
    told = json.loads(funnel("quotas", "--db", demo_db, "--format", "json").out)
    report = json.loads(funnel("report", "quotas", "--db", demo_db, "--format", "json").out)
    assert told == report
    assert list(told) == ["report", "as_of", "scope", "rows", "totals", "notes"]
    assert list(told["rows"][0]) == [
        *("owner", "period", "unit", "quota", "won", "gap", "surplus", "attainment", "pipeline", "coverage"),
        *("expected", "pace", "projection", "needed_per_day", "status"),
    ]
    assert list(told["totals"]) == [
        *("quota", "won", "gap", "attainment", "reps_with_quota", "reps_at_quota", "mismatch")
    ]
    assert told["scope"]["period"]["name"] == "2026-Q4"
    rows = list(csv.DictReader(io.StringIO(funnel("quotas", "--db", demo_db, "--format", "csv").out)))
    assert [row["owner"] for row in rows] == [row["owner"] for row in told["rows"]]
    assert rows[0]["quota"] == told["rows"][0]["quota"]["text"]


def test_the_forecast_of_the_contract(funnel: Run, demo_db: Path) -> None:
    told = json.loads(funnel("report", "forecast", "--db", demo_db, "--format", "json").out)
    sums = ["deals", "amount", "weighted", "closed", "commit", "best_case", "pipeline"]
    assert list(told["rows"][0]) == ["month", *sums]
    assert list(told["totals"]) == [*sums, "p10", "p50", "p90", "probability_of_quota"]
    assert [row["month"] for row in told["rows"]][-2:] == ["slipped", "none"]
    assert sum(row["deals"] for row in told["rows"]) == told["totals"]["deals"]
    p10, p50, p90 = (told["totals"][name]["minor"] for name in ("p10", "p50", "p90"))
    assert p10 <= p50 <= p90
    assert 0 <= told["totals"]["probability_of_quota"] <= 1


@pytest.mark.parametrize("format_", ["table", "csv", "chart"])
@pytest.mark.parametrize("name", ["quotas", "forecast"])
def test_every_format(funnel: Run, demo_db: Path, name: str, format_: str) -> None:
    for more in ((), ("--by", "team"), ("--by", "rep", "--period", "2026-Q3"), ("--compare", "2026-Q3")):
        said = funnel("report", name, "--db", demo_db, "--format", format_, "--period", "2026-Q4", *more)
        assert said.code == 0, said.err
        assert said.out.strip()
        assert "Traceback" not in said.err


def test_exit_code_three_when_the_projection_is_under_a_share(funnel: Run, demo_db: Path) -> None:
    words = ("--db", demo_db, "--period", "2026-Q4", "--format", "json")
    rows = json.loads(funnel("quotas", *words).out)["rows"]
    row = next(row for row in rows if row["attainment"] and row["projection"]["minor"])
    period = (*words, "--owner", row["owner"])
    share = row["projection"]["minor"] / row["quota"]["minor"]
    assert funnel("quotas", *period, "--fail-under", f"{share - 0.01:.4f}").code == 0
    under = funnel("quotas", *period, "--fail-under", f"{100 * share + 1:.2f}%")
    assert under.code == 3
    assert "of the quota, under" in under.err
    nobody = funnel("quotas", "--db", demo_db, "--period", "2031", "--fail-under", "0.8")
    assert nobody.code == 0
    assert "nothing is held against" in nobody.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fail-under", "much"), "not a share"),
        (("--fail-under", "-1"), "not a share"),
        (("--fail-under", "1/0"), "not a share"),
        (("--watch", "soon"), "number of seconds"),
        (("--watch", "nan"), "number of seconds"),
        (("--watch", "0"), "number of seconds"),
        (("--watch", "5", "--fail-under", "0.8"), "--watch goes with neither"),
        (("--watch", "5", "--format", "json"), "--watch goes with neither"),
        (("--owner", "Anna Berg", "--team", "Norway"), "exclude each other"),
        (("--period", "2026-Q5"), "Q1 to Q4"),
    ],
)
def test_what_makes_no_sense(funnel: Run, demo_db: Path, words: tuple[str, ...], said: str) -> None:
    ended = funnel("quotas", "--db", demo_db, *words)
    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_watching_goes_on_until_ctrl_c(demo_db: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "quotas", "--watch", "0.3"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=program_environment({"FUNNEL_NOW": NOW}, demo_db),
    )
    try:
        assert process.stdout is not None
        seen, until = 0, time.monotonic() + 60
        while seen < 2 and time.monotonic() < until:
            seen += process.stdout.readline().startswith("Quotas Q4 2026")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert seen == 2
    finally:
        process.kill()
        process.communicate()


def test_setting_listing_and_taking_away(funnel: Run, db: Path) -> None:
    def quota(*words: str) -> Said:
        return funnel("quota", *words, "--db", db)

    assert quota("set", "Anna Berg", "2031-Q1", "1.5m", "--note", "first").code == 0
    assert quota("set", "anna berg", "2031-Q1", "1,600,000").err == "funnel: 1 quota set.\n"
    assert quota("set", "Norway", "2031", "25", "--deals").code == 0
    assert quota("set", "company", "2031-Q1", "12", "--currency", "EUR").code == 0
    listed = json.loads(quota("list", "--period", "2031", "--format", "json").out)["rows"]
    assert [(row["owner"], row["holder"], row["period"], row["unit"]) for row in listed] == [
        ("Norway", "team", "2031", "deals"),
        ("Anna Berg", "rep", "2031-Q1", "money"),
        ("company", "company", "2031-Q1", "money"),
    ]
    assert listed[0]["quota"] == 25
    assert listed[1]["quota"]["text"] == "1600000.00"
    history = json.loads(
        quota("history", "--owner", "Anna Berg", "--period", "2031", "--format", "json").out
    )["rows"]
    assert [(row["quota"]["minor"], row["was"] and row["was"]["minor"], row["note"]) for row in history] == [
        (160_000_000, 150_000_000, None),
        (150_000_000, None, "first"),
    ]
    assert quota("set", "Anna Berg", "2031-Q1", "none").code == 0
    assert quota("set", "Anna Berg", "2031-Q1", "none").code == 1
    assert funnel("undo", "--db", db).code == 0
    assert "Anna Berg" in quota("list", "--period", "2031").out


def test_spreading_raising_copying_and_adjusting(funnel: Run, db: Path) -> None:
    def quota(*words: str) -> Said:
        said = funnel("quota", *words, "--db", db)
        assert said.code == 0, said.err
        return said

    quota("spread", "Anna Berg", "2031", "1000", "--into", "month")
    quota("raise", "2031-01", "10", "--owner", "Anna Berg")
    quota("raise", "2031-02", "-10%")
    quota("copy", "2031-01", "--to", "2032-01")
    rows = json.loads(quota("list", "--owner", "Anna Berg", "--format", "json").out)["rows"]
    found = {row["period"]: row["quota"]["minor"] for row in rows}
    assert sum(found[f"2031-{month:02}"] for month in range(3, 13)) + 8334 * 2 == found["2031"] == 100_000
    assert (found["2031-01"], found["2031-02"], found["2032-01"]) == (9_167, 7_501, 9_167)
    quota("adjust", "Anna Berg", "2026-Q4", "-20k", "--note", "holiday")
    forecast = funnel("report", "forecast", "--db", db, "--period", "2026-Q4").out
    assert "-20000.00 NOK by" in forecast
    made = json.loads(quota("set", "Anna Berg", "2033", "5", "--json").out)
    assert made["rows"][0]["written"] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("set", "Anna Berk", "2031-Q1", "5"), 1, "Did you mean 'Anna Berg'"),
        (("set", "Anna Berg", "2031-Q5", "5"), 2, "Q1 to Q4"),
        (("set", "Anna Berg", "all", "5"), 1, "needs a period"),
        (("set", "Anna Berg", "2031-Q1", "lots"), 1, "is not an amount"),
        (("set", "Anna Berg", "2031-Q1", "--", "-5"), 1, "negative"),
        (("set", "Anna Berg", "2031-Q1", "1e30"), 1, "shortened number"),
        (("set", "Anna Berg", "2031-Q1", "9999999999999999999"), 1, "too large"),
        (("set", "Anna Berg", "2031-Q1", "2.5", "--deals"), 1, "not a number of deals"),
        (("set", "Anna Berg", "2031-Q1", "USD 5", "--currency", "EUR"), 2, "both name a currency"),
        (("set", "Anna Berg", "2031-Q1", "5", "--currency", "EUX"), 1, "No currency is called 'EUX'"),
        (("set", "Anna Berg", "1600-01-01..1600-02-01", "5"), 1, "outside the years 1900 to 2200"),
        (("set", "Anna Berg", "2026-11-15..2027-01-14", "5"), 1, "overlaps"),
        (("raise", "2026-Q4", "some"), 1, "not a percentage"),
        (("raise", "2026-Q4", "99999"), 1, "cannot be raised by"),
        (("raise", "2050-Q4", "5"), 1, "no quota for Q4 2050"),
        (("spread", "Anna Berg", "2026-Q4", "--into", "quarter"), 1, "not made of whole quarters"),
        (("copy", "2050-Q4"), 1, "no quota for Q4 2050"),
        (("adjust", "Anna Berg", "2026-Q4", "5"), 1, "needs a note"),
    ],
)
def test_what_is_refused_is_one_line(
    funnel: Run, demo_db: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    split = words.index("--") if "--" in words else len(words)
    ended = funnel("quota", *words[:split], "--db", demo_db, *words[split:])
    assert ended.code == code, ended.err
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
    assert ended.out == ""
