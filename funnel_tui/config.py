"""The user's own settings: ``config.toml``. What the whole team shares is kept in the database instead.

Every setting may be left out; :data:`EXAMPLE` says what there is (``funnel config`` prints it).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from funnel_tui import paths
from funnel_tui.errors import FunnelError
from funnel_tui.language import LANGUAGES, tr

THEMES = ("dark", "light", "ansi")
LOG_LEVELS = ("error", "debug")
WEEK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

EXAMPLE = """\
# Settings of funnel for one user on one machine. Every line may be left out; what stands behind the # is what
# counts without it. What the whole team shares is set with: funnel settings

# The database that is used when no --db is given and FUNNEL_DB is not set: a file, or
# postgresql://user@host/name. Without it: the place that funnel paths shows.
# db = "~/sales.db"

# The name that changes are recorded under. Without it: the name of the login.
# user = "Anna Berg"

# The colours: dark, light, or ansi for those of the terminal.
# theme = "dark"

# Whether the program takes the mouse: true or false. With true the terminal cannot mark text.
# mouse = false

# The first day of the week: monday, tuesday, wednesday, thursday, friday, saturday or sunday. Without it:
# that of the locale (LC_ALL, LC_TIME or LANG), such as sunday for en_US.
# week_start = "monday"

# The language of the program: en, nb, sv, da or nl. Without it: that of the locale (LC_ALL, LC_MESSAGES or
# LANG).
# language = "en"

# What the log holds of a fault of the program: error (no names, nothing that was typed) or debug (the texts
# of errors too, which may quote customers).
# log_level = "error"

# Other keys for actions, by the names that ? shows for the keys of a screen and funnel config --keys for all
# of them; several are separated by commas. A key is a character or a name such as f5, enter, pagedown or
# ctrl+p.
# [keymap]
# win = "W"
"""
"""A settings file with every setting in it, each as a comment."""

_NAMED_KEYS = frozenset(
    (
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *("insert", "delete", "backspace", "enter", "escape", "tab", "space"),
        *(f"f{number}" for number in range(1, 25)),
    )
)
_MODIFIERS = ("ctrl", "shift", "alt")


class ConfigError(FunnelError):
    """The settings file cannot be used; the message names the file and the line. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class UserSettings:
    """The settings of one user on one machine.

    :param db: a path or an address, or None for the usual place.
    :param user: who changes are recorded under, or None for the name of the login.
    :param theme: one of :data:`THEMES`.
    :param mouse: whether the program takes the mouse.
    :param week_start: 0 for Monday to 6 for Sunday, as in :meth:`datetime.date.weekday`, or None for that of
        the locale.
    :param language: one of :data:`funnel_tui.language.LANGUAGES`, or empty for that of the locale.
    :param log_level: one of :data:`LOG_LEVELS`.
    :param keymap: other keys by the name of an action; several keys are separated by commas.
    :param source: the file the settings were read from, or None when there is none.
    :param lines: the line of each setting, such as ``theme`` or ``keymap.win``.
    """

    db: str | None = None
    user: str | None = None
    theme: str = "dark"
    mouse: bool = False
    week_start: int | None = None
    language: str = ""
    log_level: str = "error"
    keymap: Mapping[str, str] = field(default_factory=dict)
    source: Path | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def where(self, name: str) -> str:
        """The file and line of a setting, for messages: ``/home/anna/.config/funnel/config.toml, line 3``."""
        line = _line(self.lines, name)
        return tr("{source}, line {line}").format(source=self.source, line=line) if line else str(self.source)


def load_settings(path: Path | None = None) -> UserSettings:
    """Read the settings; a missing file means the defaults.

    :param path: another file than the usual one.
    :raises ConfigError: for a file that cannot be read, is not TOML, or holds a wrong name or value.
    """
    path = path or paths.config_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return UserSettings()
    except UnicodeDecodeError as error:
        raise ConfigError(
            tr("{path} is not UTF-8 text (byte {start}).").format(path=path, start=error.start),
            tr("Save it as UTF-8."),
        ) from error
    except OSError as error:
        raise ConfigError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror)
        ) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {_one_line(str(error))}.", tr("The file is written in TOML.")) from error
    return _Reading(path, text, table).settings()


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


class _Reading:
    """One settings file on its way to :class:`UserSettings`."""

    def __init__(self, path: Path, text: str, table: Mapping[str, Any]) -> None:
        self.path = path
        self.table = table
        self.lines = _lines(text)

    def settings(self) -> UserSettings:
        checks: dict[str, Callable[[str, Any], Any]] = {
            "db": self._text,
            "user": self._text,
            "theme": lambda name, value: self._choice(name, value, THEMES),
            "mouse": self._flag,
            "week_start": lambda name, value: WEEK_DAYS.index(self._choice(name, value, WEEK_DAYS)),
            "language": lambda name, value: self._choice(name, value, tuple(LANGUAGES)),
            "log_level": lambda name, value: self._choice(name, value, LOG_LEVELS),
            "keymap": self._keymap,
        }
        values = {}
        for name, value in self.table.items():
            if name not in checks:
                near = get_close_matches(name, checks, n=1)
                hint = (
                    tr("Did you mean {near}?").format(near=near[0])
                    if near
                    else tr("There are {names}.").format(names=", ".join(checks))
                )
                raise self._error(name, tr("no setting is called {name!r}.").format(name=name), hint)
            values[name] = checks[name](name, value)
        return UserSettings(**values, source=self.path, lines=self.lines)

    def _error(self, name: str, message: str, hint: str = "") -> ConfigError:
        line = _line(self.lines, name)
        where = tr("{path}, line {line}").format(path=self.path, line=line) if line else str(self.path)
        return ConfigError(f"{where}: {message}", hint)

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._error(
                name, tr("{name} must be a text in quotes, not {value!r}.").format(name=name, value=value)
            )
        if not value.isprintable():
            raise self._error(name, tr("{name} has a control character in it.").format(name=name))
        return value.strip()

    def _flag(self, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._error(
                name, tr("{name} must be true or false, not {value!r}.").format(name=name, value=value)
            )
        return value

    def _choice(self, name: str, value: Any, allowed: tuple[str, ...]) -> str:
        word = value.lower() if isinstance(value, str) else value
        if word not in allowed:
            raise self._error(
                name,
                tr("{name} {value!r} is not known.").format(name=name, value=value),
                tr("Use {allowed}.").format(allowed=", ".join(allowed)),
            )
        return str(word)

    def _keymap(self, name: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self._error(name, tr("keymap must be a table: [keymap]."))
        for action, keys in value.items():
            label = f"keymap.{action}"
            if not isinstance(keys, str) or not keys.strip():
                raise self._error(
                    label,
                    tr("the key for {action!r} must be a text in quotes, not {keys!r}.").format(
                        action=action, keys=keys
                    ),
                )
            for key in keys.split(","):
                if not _is_key(key.strip()):
                    raise self._error(
                        label,
                        tr("{key!r} is no key.").format(key=key.strip()),
                        tr("Use a character, or a name such as f5, enter, pagedown or ctrl+p."),
                    )
        return {action: ",".join(key.strip() for key in keys.split(",")) for action, keys in value.items()}


def _is_key(text: str) -> bool:
    """Whether a text is the name of a key, in the way Textual names keys."""
    *modifiers, key = text.split("+") if len(text) > 1 else [text]
    if any(modifier not in _MODIFIERS for modifier in modifiers) or len(set(modifiers)) != len(modifiers):
        return False
    return key in _NAMED_KEYS or (len(key) == 1 and key.isprintable()) or bool(_SPELLED.fullmatch(key))


# Textual spells punctuation out by its Unicode name, such as question_mark; a key map may do so too.
_SPELLED = re.compile(
    r"[a-z]+(_[a-z]+)+|comma|colon|semicolon|slash|backslash|minus|plus|asterisk|underscore|period|tilde|at"
)


def _line(lines: Mapping[str, int], name: str) -> int | None:
    """The line of a setting; of a key the line of its table, where the table is written in one line."""
    return lines.get(name, lines.get(name.partition(".")[0]))


def _lines(text: str) -> dict[str, int]:
    """The line each setting stands on; tomllib reports positions of syntax errors only."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            section = header[1].strip("\"'")
            lines.setdefault(section, number)
        elif entry := re.match(r"\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.-]+)\s*=", line):
            name = entry[1].strip("\"'")
            lines.setdefault(f"{section}.{name}" if section else name, number)
    return lines
