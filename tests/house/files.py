"""The files of the project, as a checkout holds them."""

from __future__ import annotations

import ast
import os
import subprocess
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "funnel_tui"
TESTS = ROOT / "tests"
NOT_OURS = {".git", ".venv", "venv", "build", "dist", "node_modules", "__pycache__"}


@cache
def project_files() -> tuple[Path, ...]:
    """Files that belong to the project: what git tracks, or, where there is no git, what lies about."""
    said = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, encoding="utf-8", check=False
    )
    if said.returncode == 0 and said.stdout:
        return tuple(ROOT / name for name in said.stdout.split("\0") if name and (ROOT / name).exists())
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [
            name for name in inner if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))
        ]
        found += [Path(folder, name) for name in names]
    return tuple(found)


def modules(folder: Path) -> list[Path]:
    """The Python files under a folder, in order."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def shown(path: Path) -> str:
    """A path as people say it: from the repository root."""
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))
