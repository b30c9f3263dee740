"""What programs read depends on no language and no locale: JSON and CSV are the same, byte for byte.

The other language is one of a catalogue made here, in which every text is its English with marks around it:
so it is proved for any translation, whatever the catalogues of the package say.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from funnel_tui.language import DOMAIN
from funnel_tui.services.reports import REPORTS
from tests.support.catalogues import compiled, messages, source, texts_of

MARK = "‹"
NOW = "2026-11-20T09:00:00Z"
FORMATS = ("json", "csv")

SPLIT = (
    *("report funnel --by rep", "report funnel --by team", "report funnel --by month --period 2026"),
    *("report funnel --mode visited --value", "report funnel --cohort entered", "report losses --by reason"),
    *("report activity --by week --period 2026-Q3", "report steps --by month --period 2026"),
    *("report volume --by source", "report change --period 2026-Q3", "report quotas --by team"),
    *("report plan --target 1000000", "report plan --period 2026-01-15..2026-06-20 --for 2027-01"),
)
SEEN = (
    *(
        "report funnel --period 2026-Q4 --compare previous",
        "report metrics --period 2026-Q3 --compare previous",
    ),
    *(
        "report funnel --as-of 2010-01-01",
        "report stuck --as-of 2026-06-01",
        "report active --owner Anna~Berg",
    ),
    *(
        "report funnel --where amount~>~1000",
        "report forecast --period 2026",
        "report quotas --period 2026-Q3",
    ),
)
LISTS = (
    *("quotas", "deal list", "deal list --limit 5", "today --rep Anna~Berg", "targets", "views", "reps"),
    *("stages", "kinds", "quota list", "quota history", "export deals", "export history", "export quotas"),
)
SINGLE = (
    *("deal show 198 --json", "deal show 1 --json", "undo --list --json"),
    *("deal lose 1 5 198 --reason x --dry-run --json", "deal win 1 5 --dry-run --json"),
    "deal move 1 5 198 --to Lead --dry-run --json",
)
COMMANDS = (
    *(f"{words} --format {kind}" for words in (*SPLIT, *SEEN, *LISTS) for kind in FORMATS),
    *(f"report {name} --format {kind}" for name in REPORTS for kind in FORMATS),
    *SINGLE,
)
"""``~`` stands for a space inside a word."""

# A fresh process: texts of modules are in the language that was chosen before they were imported.
SCRIPT = """
import contextlib, io, json, sys
from pathlib import Path
from funnel_tui import language
language.LOCALES = Path(sys.argv[1])
from funnel_tui.cli import main
told = {}
for command in json.load(sys.stdin):
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([word.replace("~", " ") for word in command.split()])
    out.flush(), err.flush()
    told[command] = [code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()]
json.dump(told, sys.stdout)
"""

Told = Mapping[str, tuple[int, str, str]]
"""Exit code, standard output and standard error by command."""


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue in which every text is itself between marks."""
    catalogue = Catalog(locale="nb", domain=DOMAIN, fuzzy=False)
    for message in messages(source()):
        shown = tuple(f"{MARK}{text}›" for text in texts_of(message))
        catalogue.add(message.id, shown if len(shown) > 1 else shown[0], context=message.context)
    folder = tmp_path_factory.mktemp("locales")
    file = folder / "nb" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(compiled(catalogue))
    return folder


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of demo data."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    words = ("-m", "funnel_tui", "demo", "--deals", "300", "--write", str(path))
    subprocess.run([sys.executable, *words], env=_environment("en", path), check=True, capture_output=True)
    return path


def told(language: str, locales: Path, database: Path, commands: tuple[str, ...]) -> Told:
    """What commands say in a language, all in one process."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(locales)],
        input=json.dumps(commands),
        env=_environment(language, database),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    found: dict[str, tuple[int, str, str]] = json.loads(done.stdout)
    return found


def _environment(language: str, database: Path) -> dict[str, str]:
    own = {"FUNNEL_LANGUAGE": language, "FUNNEL_DB": str(database), "FUNNEL_NOW": NOW, "PYTHONUTF8": "1"}
    own["LC_ALL"] = "C.UTF-8" if language == "en" else "de_DE.UTF-8"
    return {**os.environ, **own}


def test_json_and_csv_are_the_same_in_every_language(marked: Path, database: Path) -> None:
    table = "report funnel --format table --value"
    english, other = (told(code, marked, database, (*COMMANDS, table)) for code in ("en", "nb"))
    assert MARK in other[table][1]
    assert re.search(r"\d\.\d{3}\b", other[table][1])  # thousands as a German reads them
    # A command that only shows what would be refused ends with 1, and still answers.
    assert {command: found for command, found in english.items() if not found[1] or found[0] > 1} == {}
    assert {command for command in COMMANDS if english[command][:2] != other[command][:2]} == set()
