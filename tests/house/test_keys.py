"""A key can be given to another action: a text names it by the id of the action, or not at all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.files import PACKAGE, modules, parsed, shown

FOLDERS = (
    *("cli", "db", "dialogs", "domain", "exchange", "metrics", "queries", "screens", "services", "widgets"),
)
"""Those of the interface fill in the user's keys (``named_keys``); the others do not know them."""

BEFORE = "welcome.py"
"""It shows its keys beside its choices, before there is anything to set."""

MARKS = {"tr", "trn", "trc", "said", "said_n"}

# A letter that does something, as in "; u takes it back", "press n to", "T and now bring you back".
KEY = re.compile(r"(?:^|[;:,.] |\(|[Pp]ress |\band )[B-HJ-Zb-hj-z!] (?:[a-z]+s\b|to\b|and\b|in the\b)")


def named(folder: str) -> Iterator[str]:
    for path in (path for path in modules(PACKAGE / folder) if path.name != BEFORE):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                for each in node.args:
                    if isinstance(each, ast.Constant) and KEY.search(str(each.value)):
                        yield f"{shown(path)}:{node.lineno} names a key: {each.value!r}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_text_names_a_key_as_it_is_without_settings(folder: str) -> None:
    assert not list(named(folder))


@pytest.mark.parametrize(
    "text",
    [
        "It is one change: u takes all of it back.",
        "T and now bring you back.",
        "Press n to add one.",
        "kept (P in the list changes them)",
        "There is none; s saves one.",
    ],
)
def test_the_rule_finds_a_key(text: str) -> None:
    assert KEY.search(text)
