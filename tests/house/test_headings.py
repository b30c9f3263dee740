"""Headings of tables have room in every language: what a column is called is never cut."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from funnel_tui.language import LANGUAGES

# A fresh process: the headings of modules are in the language that was chosen before they were imported.
SCRIPT = """
import importlib, json, pkgutil, sys
from funnel_tui import language
language.choose(sys.argv[1])
import funnel_tui
from rich.cells import cell_len
from funnel_tui.widgets.grid import MOST_HEADING, GridColumn

def columns(value, depth=0):
    if isinstance(value, GridColumn):
        yield value
    elif depth < 5 and isinstance(value, (tuple, list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from columns(one, depth + 1)

seen, wrong = 0, []
for module in pkgutil.walk_packages(funnel_tui.__path__, "funnel_tui."):
    if module.name.split(".")[1] in {"screens", "widgets", "dialogs"}:
        for value in vars(importlib.import_module(module.name)).values():
            for column in columns(value):
                seen += 1
                shown = column.brief or column.title
                if not column.stretch and cell_len(shown) > max(MOST_HEADING, column.least or column.width):
                    wrong.append(f"{module.name}: {column.key} is {shown!r}")
json.dump([seen, sorted(set(wrong))], sys.stdout)
"""


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_heading_is_cut(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, code], capture_output=True, text=True, check=True)
    seen, wrong = json.loads(done.stdout)
    assert seen > 100
    assert wrong == []
