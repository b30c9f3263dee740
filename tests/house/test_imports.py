"""Who may import whom, and what is not imported at all before it is needed (start-up speed)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.house.files import PACKAGE, modules

SCREEN = {"textual", "textual_plotext", "plotext"}
STORAGE = {"sqlalchemy", "sqlmodel", "alembic", "psycopg"}

LOOK = """
import json, sys
for name in json.loads(sys.argv[1]):
    __import__(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

LOOK_AFTER_RUN = """
import atexit, json, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted({n.partition(".")[0] for n in sys.modules}))))
sys.argv = ["funnel", *json.loads(sys.argv[1])]
from funnel_tui.cli import main
main()
"""


def loaded(script: str, names: list[str]) -> set[str]:
    """The top-level packages a fresh interpreter has loaded at the end of ``script``."""
    said = subprocess.run(
        [sys.executable, "-c", script, json.dumps(names)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return set(json.loads(said.stdout.splitlines()[-1]))


def module_names(part: str) -> list[str]:
    """The dotted names of a package's modules."""
    names = []
    for path in modules(PACKAGE / part):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


@pytest.mark.parametrize("part", ["domain", "metrics", "queries", "exchange"])
def test_reading_and_reckoning_load_neither_screen_nor_storage(part: str) -> None:
    assert not loaded(LOOK, module_names(part)) & (SCREEN | STORAGE)


@pytest.mark.parametrize("name", ["funnel_tui", "funnel_tui.errors", "funnel_tui.db", "funnel_tui.services"])
def test_opening_a_database_to_read_loads_neither_screen_nor_storage(name: str) -> None:
    assert not loaded(LOOK, [name]) & (SCREEN | STORAGE)


def test_the_command_line_loads_neither_screen_nor_storage() -> None:
    assert not loaded(LOOK, ["funnel_tui.cli"]) & (SCREEN | STORAGE)


@pytest.mark.parametrize("part", ["services", "db", "models", "cli"])
def test_no_screen_below_the_screens(part: str) -> None:
    assert not loaded(LOOK, module_names(part)) & SCREEN


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["report", "--help"]], ids=" ".join)
def test_help_and_version_load_neither_screen_nor_storage(args: list[str]) -> None:
    assert not loaded(LOOK_AFTER_RUN, args) & (SCREEN | STORAGE)


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of a checkout."""
    script = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={"PYTHONPATH": str(root), "PATH": "", "COLUMNS": "200"},
        check=False,
    )


def test_import_contracts_are_kept() -> None:
    said = lint_imports(ROOT)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("domain/scope.py", "import funnel_tui.services", "Imports point one way"),
        ("queries/__init__.py", "import funnel_tui.services", "Imports point one way"),
        ("services/__init__.py", "import funnel_tui.widgets", "Imports point one way"),
        ("metrics/__init__.py", "import sqlalchemy", "neither storage nor screen"),
        ("exchange/__init__.py", "import funnel_tui.config", "Figures, words of the field and file formats"),
        ("domain/__init__.py", "import funnel_tui.paths", "Figures, words of the field and file formats"),
        ("services/__init__.py", "import textual", "Storage and use-cases know no screen"),
        ("dialogs/__init__.py", "import funnel_tui.services", "Dialogs and widgets neither read nor save"),
        ("screens/__init__.py", "import funnel_tui.models", "Services, queries and the demo name tables"),
        ("cli/__init__.py", "import funnel_tui.queries", "Only services use queries"),
        ("screens/__init__.py", "import funnel_tui.db", "Screens never see the database"),
        ("screens/__init__.py", "import sqlmodel", "SQL libraries stay in storage and services"),
    ],
)
def test_a_wrong_import_breaks_its_contract(tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "funnel_tui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for name in ("config.py", "paths.py"):
        (tmp_path / "funnel_tui" / name).touch()
    with (tmp_path / "funnel_tui" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    said = lint_imports(tmp_path)
    assert said.returncode == 1, said.stdout + said.stderr
    broken = [words for words in said.stdout.splitlines() if words.endswith("BROKEN")]
    assert any(contract in words for words in broken), said.stdout
