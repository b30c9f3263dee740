"""The user's settings file: every mistake is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.config import ConfigError, UserSettings, load_settings


def written(tmp_path: Path, text: str) -> Path:
    """A settings file with that text."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == UserSettings()
    assert load_settings(written(tmp_path, "")) == UserSettings(source=tmp_path / "config.toml")


def test_all_settings(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '# mine\ndb = "~/sales.db"\nuser = "Bjørn & Søn"\ntheme = "ansi"\nmouse = true\n'
        'week_start = "Sunday"\n\n[keymap]\nwin = "W"\n"help" = "question_mark, f1"\nmove="ctrl+k"\n',
    )
    settings = load_settings(path)
    assert (settings.db, settings.user, settings.theme) == ("~/sales.db", "Bjørn & Søn", "ansi")
    assert (settings.mouse, settings.week_start) == (True, 6)
    assert settings.keymap == {"win": "W", "help": "question_mark,f1", "move": "ctrl+k"}
    assert settings.where("keymap.help") == f"{path}, line 10"
    assert settings.where("db") == f"{path}, line 2"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('theme = "pink"\n', 1, "Use dark, light, ansi."),
        ("\n\nmouse = 1\n", 3, "true or false"),
        ('# a\nteme = "dark"\n', 2, "Did you mean theme?"),
        ('xyzzy = "dark"\n', 1, "There are db, user, theme"),
        ("user = 5\n", 1, "text in quotes"),
        ('user = ""\n', 1, "text in quotes"),
        ('user = "a\\u001bb"\n', 1, "control character"),
        ('week_start = "someday"\n', 1, "monday"),
        ("week_start = 1\n", 1, "monday"),
        ("keymap = 3\n", 1, "[keymap]"),
        ('mouse = true\n[keymap]\nwin = "W"\nlose = "ctrl+nokey"\n', 4, "'ctrl+nokey' is no key"),
        ('[keymap]\nwin = "hyper+w"\n', 2, "'hyper+w' is no key"),
        ('[keymap]\nwin = "ctrl+ctrl+w"\n', 2, "is no key"),
        ('[keymap]\nwin = "ctrl++"\n', 2, "'ctrl++' is no key"),
        ("[keymap]\nwin = 5\n", 2, "text in quotes"),
        ('[keymap]\nwin = "w,,x"\n', 2, "'' is no key"),
        ('theme = "dark"\nmouse = \n', 2, "TOML"),
        ('theme = "dark"\ntheme = "light"\n', 2, "TOML"),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)
    assert f"line {line}" in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("key", ["+", "å", "?", "question_mark", "shift+f3", "pagedown", "alt+x"])
def test_keys(tmp_path: Path, key: str) -> None:
    assert load_settings(written(tmp_path, f'[keymap]\nwin = "{key}"\n')).keymap == {"win": key}


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="directory"):
        load_settings(tmp_path)
    path = tmp_path / "latin.toml"
    path.write_bytes('user = "Bjørn"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_settings(path)
