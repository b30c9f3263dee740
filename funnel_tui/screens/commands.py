"""Every action there is where the user is, for the help screen and the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.chooser import Entry
from funnel_tui.language import tr
from funnel_tui.widgets.themes import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funnel_tui.screens.host import HostApp


def _rank(node: DOMNode) -> int:
    """What this screen can do comes first, then what works everywhere, then how to move."""
    return 0 if isinstance(node, Screen) else 1 if isinstance(node, App) else 2


IN_DIALOGS = frozenset({"help", "mouse", "quit", "how_to_quit"})
"""The keys of the app that do something while a dialog is open; the others wait until it is answered."""


def key_entries(app: HostApp) -> tuple[list[Entry], dict[str, tuple[DOMNode, str]]]:
    """The keys that work on the present screen or dialog, as the user has them.

    :returns: entries in the order of the bindings, and for the value of each who does it and how.
    """
    in_dialog = isinstance(app.screen, Dialog)
    keys: dict[str, list[str]] = {}
    entries: dict[str, Entry] = {}
    actions: dict[str, tuple[DOMNode, str]] = {}
    for active in sorted(app.screen.active_bindings.values(), key=lambda active: _rank(active.node)):
        name = active.binding.id
        if name is None or not active.enabled:
            continue
        if in_dialog and active.node is app and name not in IN_DIALOGS:
            continue
        keys.setdefault(name, []).append(app.get_key_display(active.binding))
        entries.setdefault(name, Entry(active.binding.description or name, "", active.tooltip, name))
        actions.setdefault(name, (active.node, active.binding.action))
    listed = [
        Entry(entry.name, " ".join(keys[name]), entry.about, name, name) for name, entry in entries.items()
    ]
    return listed, actions


def command_entries(app: HostApp) -> tuple[list[Entry], dict[str, tuple[DOMNode, str]]]:
    """Every action of the present screen and of the app, also those whose key means something else here.

    :returns: as :func:`key_entries`.
    """
    listed, actions = key_entries(app)
    for node, binding in _without_key(app):
        if binding.id is not None and binding.id not in actions:
            name, about = binding.description or binding.id, binding.tooltip
            listed.append(Entry(name, "", about, binding.id, binding.id))
            actions[binding.id] = (node, binding.action)
    for theme in THEMES:
        value, name = f"theme {theme}", tr("theme {theme}").format(theme=theme)
        listed.append(
            Entry(name, "", tr("Use the {theme} colours until the program ends").format(theme=theme), value)
        )
        actions[value] = (app, f"app.use_theme('{theme}')")
    return listed, actions


def _without_key(app: HostApp) -> Iterator[tuple[DOMNode, Binding]]:
    """What can be done though its key belongs to somebody nearer, or is a letter in a field."""
    for node in (app.screen, app):
        for _, binding in node._bindings:
            if app._check_action_state(binding.action, node):
                yield node, binding
