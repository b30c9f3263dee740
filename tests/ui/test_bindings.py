"""What every binding has, wherever it is; and that any key can be given another."""

from __future__ import annotations

import subprocess
import sys

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from funnel_tui.app import FunnelApp
from funnel_tui.config import UserSettings
from funnel_tui.screens.keys import action_names, check_keymap, own_kinds

KINDS = [one for one in (FunnelApp, *own_kinds()) if "BINDINGS" in one.__dict__]
SWALLOWED = {f"ctrl+{letter}" for letter in "abhijm"} | {"ctrl+enter"}
"""Keys that terminals, tmux or screen keep, or send as other keys."""
ALTGR = {
    "left_square_bracket",
    "right_square_bracket",
    "left_curly_bracket",
    "right_curly_bracket",
    "backslash",
    "at",
    "dollar_sign",
    "tilde",
    "vertical_line",
}
"""Keys that need AltGr on Nordic, Dutch or German keyboards."""


def _bindings(kind: type[DOMNode]) -> list[Binding]:
    return [one for one in kind.__dict__["BINDINGS"] if isinstance(one, Binding)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_binding_has_an_id_a_name_and_a_sentence(kind: type[DOMNode]) -> None:
    assert len(_bindings(kind)) == len(kind.__dict__["BINDINGS"])
    for binding in _bindings(kind):
        assert binding.id, binding
        assert binding.description, binding
        assert binding.tooltip, binding


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_action_needs_a_key_that_some_terminals_or_keyboards_lack(kind: type[DOMNode]) -> None:
    ways: dict[str, set[str]] = {}
    for binding in _bindings(kind):
        keys = set(binding.key.split(","))
        assert not keys & SWALLOWED, binding
        assert not any(key.startswith(("alt+", "super+")) for key in keys), binding
        if binding.action != "type('~/')":  # a shortcut: the path can be typed
            ways.setdefault(binding.action, set()).update(keys)
    assert not [action for action, keys in ways.items() if keys <= ALTGR]


def test_every_action_can_be_given_another_key() -> None:
    settings = UserSettings(keymap=dict.fromkeys(sorted(action_names(FunnelApp)), "f12"))
    check_keymap(settings, FunnelApp)


def test_names_are_known_before_their_screens_were_ever_shown() -> None:
    names = ("win", "quota_edit", "plan_save", "tree_open", "mine")
    code = (
        "from funnel_tui.app import FunnelApp\n"
        "from funnel_tui.config import UserSettings\n"
        "from funnel_tui.screens.keys import check_keymap\n"
        f"check_keymap(UserSettings(keymap=dict.fromkeys({names!r}, 'f12')), FunnelApp)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
