"""Texts that name a key name the one that the user has given to the action."""

from __future__ import annotations

import ast
import string
from collections import defaultdict

import pytest
from babel.messages.pofile import read_po
from textual.binding import Binding

from funnel_tui.app import FunnelApp
from funnel_tui.config import UserSettings
from funnel_tui.language import LANGUAGES
from funnel_tui.screens.keys import own_kinds
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import KEYS, key_of, use_keys, with_keys
from tests.house.files import PACKAGE, modules, parsed, shown
from tests.support.driving import SIZES, driving

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
MINE = UserSettings(
    keymap={
        "undo": "f9", "new_deal": "N", "import_file": "f8", "scope": "f7", "status": "f6", "pipelines": "f5",
        "only_stuck": "f4", "reopen": "f3",
    }
)  # fmt: skip


def test_each_key_is_that_of_its_binding() -> None:
    bound = defaultdict(set)
    for kind in (FunnelApp, *own_kinds()):
        for binding in kind.BINDINGS:
            if isinstance(binding, Binding) and binding.id:
                bound[binding.id].add(binding.key.split(",")[0])
    assert not {name: key for name, key in KEYS.items() if key not in bound[name]}


def test_values_may_hold_anything_and_keys_are_called_by_name() -> None:
    use_keys({})
    assert with_keys("{words}; {undo} takes {n:,} back.", words="{new_deal} {", n=1200) == (
        "{new_deal} {; u takes 1,200 back."
    )
    assert [key_of(name) for name in ("only_stuck", "find", "redo", "period_back", "status")] == [
        *("!", "/", "ctrl+r", "comma", "tab"),
    ]
    use_keys({"undo": "f9,z", "redo": "left_curly_bracket"})
    assert with_keys("{undo} {redo}") == "f9 {"
    use_keys({})


def test_every_key_that_a_text_names_is_filled_in() -> None:
    """``format`` alone knows no keys."""
    at_once = {}
    for path in modules(PACKAGE):
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "format"
            ):
                for inner in ast.walk(node.func.value):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        given = {keyword.arg for keyword in node.keywords}
                        names = {name for _, name, _, _ in string.Formatter().parse(inner.value) if name}
                        if (names - given) & KEYS.keys() and None not in given:
                            at_once[f"{shown(path)}:{node.lineno}"] = inner.value
    assert not at_once


async def test_a_value_that_is_called_like_a_key_stays_a_value(empty: Workspace) -> None:
    create_pipeline(empty, name="Bare {undo}")
    async with driving(empty, settings=UserSettings(keymap={"setup_add": "f9"})) as driver:
        await driver.press("S")
        assert "Stages of Bare {undo}: none yet, f9 adds one" in driver.text


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_translations_name_the_same_keys(language: str) -> None:
    with (PACKAGE / "locales" / language / "LC_MESSAGES" / "funnel_tui.po").open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        texts = [message.id] if isinstance(message.id, str) else list(message.id)
        named = {name for name in KEYS if any(f"{{{name}}}" in text for text in texts)}
        for text in [message.string] if isinstance(message.string, str) else message.string:
            assert all(f"{{{name}}}" in text for name in named), message.id


@both_sizes
async def test_empty_lists_name_the_users_keys(empty: Workspace, size: tuple[int, int]) -> None:
    async with driving(empty, size=size, settings=MINE) as driver:
        for screen in ("0", "1", "2", "3", "4", "5"):
            await driver.press(screen)
            text = " ".join(driver.text.split())
            for name in KEYS:
                assert f"{{{name}}}" not in text, text
        await driver.press("0")
        text = " ".join(driver.text.split())
        assert "f5 sets up a pipeline, then N makes the first deal" in text
        assert "f8 imports a file" in text
        await driver.press("1")
        text = " ".join(line[:78] for line in driver.lines)
        text = " ".join(text.split())
        assert "N makes a new one, f6 shows the others, f7 looks elsewhere. f8 imports a file" in text
        await driver.press("f4")
        assert "Press f4 for all open deals." in driver.text
        await driver.press("N")
        assert "A deal needs a pipeline: f5 makes one, f8 imports a file" in driver.last_told


@both_sizes
async def test_notices_name_the_users_keys(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, settings=MINE) as driver:
        await driver.press("1", "c", "3", "enter")
        assert driver.last_told.endswith("f9 takes it back.")
        await driver.press("f6", "w")
        assert driver.last_told.endswith(" is won; f3 takes it up again.")
