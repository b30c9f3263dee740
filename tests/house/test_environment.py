"""No test sees the developer's own settings, and the helpers for the command line tell good from bad."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.cli import Ended, json_of, ok, refused, run_funnel

DIRTY = {
    "FUNNEL_DB": "elsewhere.db",
    "FUNNEL_NOW": "2020-01-01T00:00:00Z",
    "NO_COLOR": "1",
    "TZ": "Asia/Tokyo",
    "LC_ALL": "C",
    "PGHOST": "db.example.org",
    "TEXTUAL_ANIMATIONS": "full",
    "XDG_DATA_HOME": "data-of-the-developer",
}


def test_home_and_folders_are_temporary(clean_environment: Path) -> None:
    assert Path.home() == clean_environment
    folders = [
        value for name, value in os.environ.items() if name.startswith("XDG_") and name.endswith("_HOME")
    ]
    assert len(folders) == 4
    assert all(Path(folder).is_relative_to(clean_environment) for folder in folders)
    assert not any(Path(folder).exists() for folder in folders)


def test_textual_has_no_animations() -> None:
    from textual import constants

    assert constants.TEXTUAL_ANIMATIONS == "none"


def test_variables_of_the_developer_do_not_arrive(tmp_path: Path) -> None:
    """Run a test of its own session under a dirty environment."""
    inner = ROOT / "tests" / "house" / "test_environment.py"
    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "0",
            "-p",
            "no:cacheprovider",
            f"{inner}::test_clean_inside",
        ],
        cwd=ROOT,
        env={**os.environ, **DIRTY},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_clean_inside() -> None:
    assert {name: os.environ[name] for name in DIRTY if name in os.environ} == {
        "TEXTUAL_ANIMATIONS": "none",
        "XDG_DATA_HOME": str(Path.home() / ".local" / "share"),
    }


def test_the_real_command_runs() -> None:
    ended = run_funnel("--version")
    assert ok(ended).strip()
    assert ended.stderr == ""


@pytest.mark.parametrize(
    "ended",
    [
        Ended(["funnel"], 1, "", "funnel: no such file"),
        Ended(["funnel"], 0, "{}", "Traceback (most recent call last):"),
        Ended(["funnel"], 0, "not json", ""),
    ],
)
def test_json_of_fails_on(ended: Ended) -> None:
    with pytest.raises(AssertionError, match="exit code"):
        json_of(ended)


@pytest.mark.parametrize(
    "ended",
    [
        Ended(["funnel"], 0, "", "no such file deals.csv"),
        Ended(["funnel"], 1, "half a table", "no such file deals.csv"),
        Ended(["funnel"], 1, "", "Traceback deals.csv"),
        Ended(["funnel"], 1, "", "no such file"),
    ],
)
def test_refused_fails_on(ended: Ended) -> None:
    with pytest.raises(AssertionError, match="exit code"):
        refused(ended, code=1, says=("deals.csv",))


def test_helpers_pass_what_is_right() -> None:
    assert json_of(Ended(["funnel"], 0, json.dumps({"rows": []}), "2 rows")) == {"rows": []}
    assert refused(Ended(["funnel"], 2, "", "no report 'x'"), code=2, says=("'x'",)) == "no report 'x'"
