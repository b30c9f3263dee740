"""Keys that texts name, as the user has them.

A text names a key by the id of its binding, such as ``{undo} takes it back.``. The user may have given it
another key in the settings file, so the key is filled in when the text is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.keys import format_key

from funnel_tui.language import tr

KEYS: Mapping[str, str] = {
    "beside_1": "1",
    "beside_2": "2",
    "beside_3": "3",
    "beside_4": "4",
    "compare": "C",
    "deal_people": "P",
    "detail_add": "a",
    "directory_edit": "e",
    "directory_kind": "tab",
    "directory_new": "n",
    "edit": "e",
    "export": "E",
    "find": "slash",
    "grid_span": "w",
    "help": "question_mark",
    "history_filter": "F",
    "history_redo": "ctrl+r",
    "import_file": "I",
    "interaction_deal": "D",
    "interaction_edit": "e",
    "interaction_link": "L",
    "interaction_open": "o",
    "jump": "J",
    "leave_out": "s",
    "log": "i",
    "log_call": "c",
    "map": "e",
    "new_deal": "n",
    "no_filter": "V",
    "only_stuck": "exclamation_mark",
    "part_add": "a",
    "period_back": "comma",
    "period_on": "full_stop",
    "pipeline": "p",
    "pipelines": "S",
    "plan_remove": "x",
    "plan_save": "s",
    "plan_scenarios": "o",
    "quit": "q",
    "quota_by": "b",
    "quota_edit": "e",
    "quota_history": "H",
    "read_again": "r",
    "redo": "ctrl+r",
    "reopen": "R",
    "scope": "f",
    "setup_add": "n",
    "setup_edit": "e",
    "setup_pane": "tab",
    "setup_retire": "r",
    "stages_bulk": "asterisk",
    "stages_by": "b",
    "status": "tab",
    "switch": "tab",
    "task": "t",
    "time_machine": "T",
    "undo": "u",
    "view": "tab",
    "view_next": "tab",
    "view_save": "a",
    "win": "w",
}
"""The keys that texts name, by the id of the binding, as they are without any setting."""

_SPELT = {"enter": "enter", "escape": "esc", "comma": tr("comma"), "full_stop": "."}
"""How keys are called in a sentence, where that is not what they write or do."""

_own: dict[str, str] = {}


def use_keys(keymap: Mapping[str, str]) -> None:
    """Name the user's own keys from now on; there is one user per process.

    :param keymap: as in the settings: keys by the id of the binding, several of them between commas.
    """
    _own.clear()
    _own.update(keymap)


def key_of(name: str) -> str:
    """The first key of an action as the user has it.

    :param name: the id of the binding, one of :data:`KEYS`.
    """
    key = _own.get(name, KEYS[name]).partition(",")[0].strip()
    return _SPELT.get(key) or format_key(key)


class _Values(dict[str, object]):
    """Values of a text by name; whatever else it names is a key."""

    def __missing__(self, name: str) -> str:
        return key_of(name)


def with_keys(words: str, /, **values: object) -> str:
    """A text with its values and the keys that it names filled in.

    :param words: names a key by the id of its binding in braces.
    :param values: by name, as for :meth:`str.format`; they may be user text.
    """
    return words.format_map(_Values(values))
