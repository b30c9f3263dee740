"""What is said on the command line and in the program: there nobody can type an option."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.files import PACKAGE, modules, parsed, shown

READING = ("exchange", "services/importing")
OPTION = re.compile(r"--[a-z]|\bfunnel [a-z]+ [a-z]")
CALLS = {"said", "said_n", "tr", "trn"}


def _calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def _texts(tree: ast.AST) -> Iterator[str]:
    for call in _calls(tree, *CALLS):
        yield from (str(arg.value) for arg in call.args if isinstance(arg, ast.Constant))


@pytest.mark.parametrize("folder", READING)
def test_what_refuses_a_value_says_what_to_do_in_both_places(folder: str) -> None:
    wrong = []
    for path in modules(PACKAGE / folder):
        tree = parsed(path)
        both = {id(node) for call in _calls(tree, "placed") for node in ast.walk(call.args[0])}
        wrong += [
            f"{shown(path)}:{call.lineno}"
            for call in _calls(tree, "said", "said_n")
            if id(call) not in both and any(OPTION.search(text) for text in _texts(call))
        ]
    assert not wrong


@pytest.mark.parametrize("folder", READING)
def test_what_is_said_in_the_program_names_no_option_and_no_command(folder: str) -> None:
    found = 0
    for path in modules(PACKAGE / folder):
        for call in _calls(parsed(path), "placed"):
            inside = list(_texts(call.args[1]))
            found += len(inside)
            assert not [text for text in inside if OPTION.search(text)], shown(path)
    assert found
