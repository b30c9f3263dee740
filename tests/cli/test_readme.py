"""The examples of README.md do what they say, on the demo file they name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.cli import ok, program_environment, run_funnel

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def block(part: str) -> str:
    """The block of shell commands with this in it."""
    [found] = [text for text in BLOCKS if part in text]
    return str(found)


@pytest.mark.parametrize("part", ["funnel deal add", "deal list --where", "sales_pipeline.csv"])
def test_the_commands_work_as_they_stand(part: str, tmp_path: Path) -> None:
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
