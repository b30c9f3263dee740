"""Checks the user's key map against the actions there are."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character

from funnel_tui import dialogs, screens, widgets
from funnel_tui.config import ConfigError
from funnel_tui.language import tr

if TYPE_CHECKING:
    from funnel_tui.config import UserSettings

OURS = "funnel_tui."


class KeyLine(NamedTuple):
    """An action that may have another key.

    :param name: as the settings file calls it.
    :param keys: those it has by itself, between commas.
    :param about: a sentence on what it does; several where it does other things on other screens.
    """

    name: str
    keys: str
    about: str


def key_lines(app: type[DOMNode]) -> list[KeyLine]:
    """Every action that may have another key, by its name.

    :param app: the class of the app.
    """
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for one in (app, *own_kinds()):
        for binding in one.BINDINGS:
            if isinstance(binding, Binding) and binding.id:
                keys, about = found.setdefault(binding.id, ({}, {}))
                keys.update(dict.fromkeys(_as_typed(key.strip()) for key in binding.key.split(",")))
                about[binding.tooltip] = None
    return [
        KeyLine(name, ",".join(keys), _one_line(list(about))) for name, (keys, about) in sorted(found.items())
    ]


def _as_typed(key: str) -> str:
    """A key as its character where that can stand in the settings file, else by its name."""
    character = key_to_character(key) or ""
    return character if character.isprintable() and character not in {"", " ", ",", '"', "\\"} else key


def _one_line(sentences: list[str]) -> str:
    return "; ".join([*sentences[:2], *(["…"] if len(sentences) > 2 else [])])


def check_keymap(settings: UserSettings, app: type[DOMNode]) -> None:
    """See that every name in the key map is that of an action.

    :param app: the class of the app, whose own actions are known without importing more.
    :raises ConfigError: naming the line of the settings file and the nearest name.
    """
    # Importing everything takes a second, and most people only map keys of what is imported already.
    packages = _packages()
    known = action_names(app)
    while not known.issuperset(settings.keymap) and next(packages, False):
        known = action_names(app)
    for name in settings.keymap:
        if name not in known:
            near = get_close_matches(name, sorted(known), n=1)
            hint = (
                tr("Did you mean {name}?").format(name=near[0])
                if near
                else tr("funnel config --keys lists the names; ? shows those of a screen.")
            )
            where = settings.where(f"keymap.{name}")
            raise ConfigError(
                tr("{where}: no action is called {name!r}.").format(where=where, name=name), hint
            )


def _packages() -> Iterator[bool]:
    """Import one part of the interface after the other."""
    for package in (screens, dialogs, widgets):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
            yield True


def own_kinds() -> list[type[DOMNode]]:
    """Every screen, dialog and widget of ours."""
    list(_packages())
    return list(_ours())


def _ours(kind: type[DOMNode] = DOMNode) -> Iterator[type[DOMNode]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith(OURS):
            yield one
        yield from _ours(one)


def action_names(*more: type[DOMNode]) -> set[str]:
    """The ids of all bindings that are known so far.

    :param more: classes to look at besides those of the interface.
    """
    return {
        binding.id
        for one in (*more, *_ours())
        for binding in one.BINDINGS
        if isinstance(binding, Binding) and binding.id
    }
