"""The rules of the house that can be checked by looking at the files."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.house.files import PACKAGE, TESTS, modules, parsed, project_files, shown
from tests.house.markup import traps

MODULE_LINES = 450
FUNCTION_LINES = 60

TOP_LEVEL = {"funnel_tui", "tests", "screenshots", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}

# Folders of one machine; Anna is the user of our examples. Written so that this very line is not found.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:root|work|workspace|Users|home(?!/anna\b)|opt/dev)/[\w.-]+")


def is_migration(path: Path) -> bool:
    """A migration is one long list of steps, written once and never changed; no limit helps it."""
    return "versions" in path.parts


def test_a_module_can_be_read_in_one_sitting() -> None:
    # Not one test per file: a file that appears while workers collect would stop the whole session.
    sizes = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules(PACKAGE) + modules(TESTS)
    }
    too_long = [
        f"{shown(path)} has {lines} lines; split it by subject"
        for path, lines in sizes.items()
        if lines > MODULE_LINES and not is_migration(path)
    ]
    assert not too_long, "\n".join(too_long)


def test_a_function_fits_on_a_screen() -> None:
    too_long = [
        f"{shown(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in modules(PACKAGE)
        if not is_migration(path)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]
    assert not too_long, "\n".join(too_long)


def test_every_public_module_class_and_function_says_what_it_is() -> None:
    silent = []
    for path in modules(PACKAGE):
        tree = parsed(path)
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(f"{shown(path)}: the module")
        silent += [
            f"{shown(path)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
            and "migrations" not in path.parts
        ]
    assert not silent, "\n".join(silent)


def test_the_user_s_text_is_never_markup() -> None:
    found = [
        f"{shown(path)}:{line} {words}" for path in modules(PACKAGE) for line, words in traps(parsed(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("Static(deal.name, markup=True)", True),
        ("Static(f'Deal {name}')", True),
        ("Static(f'Deal {name}', markup=False)", False),
        ("Static('[b]Deals[/b]')", False),
        ("self.app.notify('Moved ' + name)", True),
        ("self.notify('Moved %s' % name)", True),
        ("self.notify('Moved {}'.format(name), markup=False)", False),
        ("Label(', '.join(names))", True),
        ("Button(f'Delete {name}')", True),
        ("Button(Content(f'Delete {name}'))", False),
        ("table.add_row(key, f'{name}', key='deal-1')", True),
        ("table.add_row(Text(name), Text(f'{n}'), key=f'deal-{n}')", False),
        ("Text.from_markup(name)", True),
        ("Text.from_markup('[b]x[/b]')", False),
        ("self.border_title = f'{name}'", True),
        ("self.border_title = Content(f'{name}')", False),
        ("box.tooltip = 'a' if plain else str(name)", True),
    ],
)
def test_markup_traps_are_seen(code: str, caught: bool) -> None:
    assert bool(list(traps(ast.parse(code)))) is caught


def test_nothing_strange_at_the_top_level() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in project_files()}
    strange = {name for name in top if name not in TOP_LEVEL and not name.startswith(".")}
    assert not strange
    assert {"funnel_tui", "tests", "pyproject.toml"} <= top


def test_no_path_of_one_machine_in_any_file() -> None:
    here = [place for place in (str(ROOT), str(Path(sys.prefix))) if place.count("/") > 1]
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE_PATH.search(line) or any(place in line for place in here):
                found.append(f"{shown(path)}:{number} {line.strip()[:120]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("cd /ro" + "ot/x", True),
        ("open('/ho" + "me/somebody/deals.csv')", True),
        ("open('/home/anna/deals.csv')", False),
        ("see /wo" + "rk/main", True),
        ("https://example.org/home/page", False),
        ("~/home/x and tests/wo" + "rk/a", False),
    ],
)
def test_machine_paths_are_seen(line: str, caught: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is caught
