"""Find places where a name or a note of the user could be read as Textual markup.

Textual parses every plain string it shows, so a name like ``Acme [/EU]`` breaks the app. User text goes
through ``rich.text.Text`` or ``textual.content.Content``, or into a call with ``markup=False``. The usual
slips can be found by reading: text put together on the spot where markup is understood.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

SWITCHABLE = {"Static": 0, "Label": 0, "notify": 0}
"""Calls that take ``markup=False``, with the place of their text."""

ALWAYS_PARSED = {
    "Button": 0,
    "Checkbox": 0,
    "RadioButton": 0,
    "Option": 0,
    "Selection": 0,
    "Tab": 0,
    "TabPane": 0,
    "add_column": 0,
    "update_cell": 2,
    "update_cell_at": 1,
}
"""Calls that always read a plain string as markup, with the place of their text."""

ALL_PARSED = {"add_row", "add_columns", "add_option", "add_options"}
"""Calls all of whose values are read as markup when they are plain strings."""

PARSED_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip"}
"""Attributes whose plain strings are read as markup."""


def traps(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line number and words of every trap in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            words = _in_call(node)
        elif isinstance(node, ast.Assign):
            words = _in_assignment(node)
        else:
            continue
        if words:
            yield node.lineno, words


def _in_call(call: ast.Call) -> str:
    name = _name(call.func)
    markup = next((word.value for word in call.keywords if word.arg == "markup"), None)
    if isinstance(markup, ast.Constant) and markup.value is True:
        return f"{name}(markup=True)"
    if name == "from_markup" and call.args and not isinstance(call.args[0], ast.Constant):
        return "from_markup() of a text that is not written here"
    if name in SWITCHABLE and markup is None:
        return _say(name, _argument(call, SWITCHABLE[name]), "give it markup=False")
    if name in ALWAYS_PARSED:
        return _say(name, _argument(call, ALWAYS_PARSED[name]), "wrap it in Text or Content")
    if name in ALL_PARSED:
        return next(
            filter(None, (_say(name, value, "wrap it in Text or Content") for value in call.args)), ""
        )
    return ""


def _in_assignment(node: ast.Assign) -> str:
    for target in node.targets:
        if isinstance(target, ast.Attribute) and target.attr in PARSED_ATTRIBUTES:
            return _say(target.attr, node.value, "wrap it in Content")
    return ""


def _say(name: str, value: ast.expr | None, cure: str) -> str:
    return f"{name} of text put together on the spot: {cure}" if value is not None and _made(value) else ""


def _argument(call: ast.Call, place: int) -> ast.expr | None:
    return call.args[place] if len(call.args) > place else None


def _made(value: ast.expr) -> bool:
    """Whether an expression surely is a plain string that holds more than what is written in the code."""
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in value.values)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Mod):
        sides = (value.left, value.right)
        return any(_is_text(side) for side in sides) and not all(isinstance(s, ast.Constant) for s in sides)
    if isinstance(value, ast.Call):
        name = _name(value.func)
        return name == "str" or (name in {"format", "join"} and _is_text(getattr(value.func, "value", None)))
    if isinstance(value, ast.IfExp):
        return _made(value.body) or _made(value.orelse)
    return False


def _is_text(value: ast.expr | None) -> bool:
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str)
    )


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
