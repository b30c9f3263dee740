"""The examples of README.md do what they say, on the demo file they name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from funnel_tui.domain.period import Period
from tests.conftest import ROOT
from tests.support.cli import ok, program_environment, run_funnel

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)


def block(part: str) -> str:
    """The block of shell commands with this in it."""
    [found] = [text for text in BLOCKS if part in text]
    return str(found)


@pytest.mark.parametrize(
    "part", ["demo --write demo.db", "funnel deal add", "deal list --where", "sales_pipeline.csv"]
)
def test_the_commands_work_as_they_stand(part: str, tmp_path: Path) -> None:
    if "--write demo.db" not in block(part):
        ok(run_funnel("demo", "--deals", "300", "--write", "demo.db", cwd=tmp_path))
    script = "set -e\n" + block(part).replace("funnel --db sales.db\n", "")  # opens the app
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**program_environment({"PATH": path}, tmp_path / "demo.db")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_every_period_it_names_is_understood() -> None:
    table = TEXT.split("| Period | Means |")[1].split("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    periods = [text for row in rows for text in re.findall("`([^`]+)`", row)]
    assert len(periods) >= 18
    found = {Period.parse(text, 1, date(2026, 11, 20)).name for text in periods}
    assert len(found) == len(periods), "each of them is another one"


def test_every_library_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = [*project["dependencies"], *extras["postgres"], *extras["serve"]]
    table = TEXT.split("| Library | For |")[1]
    for name in (re.split(r"[^\w-]", line)[0] for line in named):
        assert re.search(rf"^\|[^|]*\b{name}\b[^|]*\|", table, re.MULTILINE), name
