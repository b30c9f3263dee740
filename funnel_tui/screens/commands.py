"""Every action there is where the user is, for the help screen and the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

from funnel_tui.dialogs.chooser import Entry
from funnel_tui.language import tr
from funnel_tui.widgets.themes import THEMES

if TYPE_CHECKING:
    from funnel_tui.screens.host import HostApp


def _rank(node: DOMNode) -> int:
    """What this screen can do comes first, then what works everywhere, then how to move."""
    return 0 if isinstance(node, Screen) else 1 if isinstance(node, App) else 2


def command_entries(app: HostApp) -> tuple[list[Entry], dict[str, tuple[DOMNode, str]]]:
    """The actions of the present screen, with the keys as the user has them.

    :returns: entries in the order of the bindings, and for the value of each who does it and how.
    """
    keys: dict[str, list[str]] = {}
    entries: dict[str, Entry] = {}
    actions: dict[str, tuple[DOMNode, str]] = {}
    for active in sorted(app.screen.active_bindings.values(), key=lambda active: _rank(active.node)):
        name = active.binding.id
        if name is None or not active.enabled:
            continue
        keys.setdefault(name, []).append(app.get_key_display(active.binding))
        entries.setdefault(name, Entry(active.binding.description or name, "", active.tooltip, name))
        actions.setdefault(name, (active.node, active.binding.action))
    listed = [Entry(entry.name, " ".join(keys[name]), entry.about, name) for name, entry in entries.items()]
    for theme in THEMES:
        value, name = f"theme {theme}", tr("theme {theme}").format(theme=theme)
        listed.append(
            Entry(name, "", tr("Use the {theme} colours until the program ends").format(theme=theme), value)
        )
        actions[value] = (app, f"app.use_theme('{theme}')")
    return listed, actions
