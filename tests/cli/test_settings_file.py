"""``funnel config``: the settings file explained, written and checked; and ``funnel completion``."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from funnel_tui.app import FunnelApp
from funnel_tui.cli.root import COMMANDS
from funnel_tui.config import (
    EXAMPLE,
    LOG_LEVELS,
    THEMES,
    WEEK_DAYS,
    ConfigError,
    UserSettings,
    load_settings,
)
from funnel_tui.language import LANGUAGES
from funnel_tui.screens.keys import check_keymap
from tests.cli.conftest import Said
from tests.support.cli import COMMAND, program_environment

Funnel = Callable[..., Said]
SETTINGS = {field.name for field in dataclasses.fields(UserSettings)} - {"source", "lines"}


def uncommented() -> str:
    """The example with every setting in force."""
    return re.sub(r"^# (\w+ = .*|\[keymap\])$", r"\1", EXAMPLE, flags=re.M)


def test_every_setting_is_explained_with_its_usual_value(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(uncommented(), encoding="utf-8")
    found = load_settings(path)
    assert {name.partition(".")[0] for name in found.lines} == SETTINGS
    usual = UserSettings()
    for name in SETTINGS - {"db", "user", "week_start", "language", "keymap"}:
        assert getattr(found, name) == getattr(usual, name), name
    assert (found.db, found.user, found.keymap) == ("~/sales.db", "Anna Berg", {"win": "W"})
    for word in (*THEMES, *WEEK_DAYS, *LOG_LEVELS):
        assert word in EXAMPLE, word
    assert all(len(line) <= 110 for line in EXAMPLE.splitlines())


@dataclasses.dataclass(frozen=True)
class Setting:
    """What may stand in the settings file, what may not, and the words that say what is allowed."""

    good: tuple[str, ...]
    bad: tuple[str, ...]
    allowed: tuple[str, ...]


TEXT = ('""', '" "', "5", "true", "[]", "{ a = 1 }", "2026-11-22", '"a\\u0007b"')
WORD = ('""', '"pink"', "1", "true", "[]", "{ a = 1 }")
EVERY = {
    "db": Setting(('"~/sales.db"', '"postgresql://anna@host/sales"'), TEXT, ("text in quotes",)),
    "user": Setting(('"Anna Berg"', '"Bjørn & Søn"'), TEXT, ("text in quotes",)),
    "theme": Setting(tuple(f'"{word}"' for word in THEMES), WORD, THEMES),
    "mouse": Setting(("true", "false"), ("1", '"true"', "[]", "{ a = 1 }"), ("true or false",)),
    "week_start": Setting(tuple(f'"{word}"' for word in WEEK_DAYS), (*WORD, '"mon"'), WEEK_DAYS),
    "language": Setting(tuple(f'"{word}"' for word in LANGUAGES), (*WORD, '"no"'), tuple(LANGUAGES)),
    "log_level": Setting(tuple(f'"{word}"' for word in LOG_LEVELS), (*WORD, '"info"'), LOG_LEVELS),
    "keymap": Setting(
        ('{ win = "W" }', '{ win = "f5, ctrl+w" }'),
        ("5", '"W"', "[]", "{ win = 5 }", '{ win = "" }', '{ win = "hyper+w" }', "{ win = { a = 1 } }"),
        ("[keymap]", "text in quotes", "a character, or a name such as f5"),
    ),
}


def test_every_setting_has_its_line_in_the_example() -> None:
    assert set(EVERY) == SETTINGS
    for name in SETTINGS:
        (before, _, line) = EXAMPLE.partition(f"# [{name}]\n" if name == "keymap" else f"# {name} = ")
        assert line, name
        # What it means stands right above it.
        about = before.rstrip("\n").rpartition("\n\n")[2]
        assert about.startswith("# "), name
        for word in EVERY[name].allowed:
            if name not in {"db", "user", "keymap"}:
                assert all(each in about for each in word.split(" or ")), (name, word)


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_takes_what_is_allowed_and_names_it_where_it_is_not(name: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    setting = EVERY[name]
    for value in setting.good:
        path.write_text(f"# mine\n\n{name} = {value}\n", encoding="utf-8")
        assert getattr(load_settings(path), name) is not None
        assert load_settings(path).where(name) == f"{path}, line 3"
    said = []
    for value in setting.bad:
        path.write_text(f"# mine\n\n{name} = {value}\n", encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_settings(path)
        message = str(caught.value)
        assert message.startswith(f"{path}, line 3: "), (value, message)
        assert caught.value.exit_code == 2
        said.append(message)
    if name == "keymap":
        assert all(any(word in message for word in setting.allowed) for message in said), said
        assert all(any(word in message for message in said) for word in setting.allowed), said
    else:
        for value, message in zip(setting.bad, said, strict=True):
            control = "control character" in message and "u0007" in value
            assert control or all(word in message for word in setting.allowed), message


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('db = "mysql://anna@host/sales"', "postgresql://user@host/name"),
        ('keymap = { winn = "W" }', "'winn'"),
        ('keymap.winn = "W"', "'winn'"),
    ],
)
def test_what_only_the_rest_of_the_program_knows_is_checked_too(
    funnel: Funnel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, says: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"# mine\n{line}\n", encoding="utf-8")
    monkeypatch.setenv("FUNNEL_CONFIG", str(path))
    said = funnel("config", "--check")
    assert said.code == 2
    assert f"{path}, line 2: " in said.err
    assert says in said.err
    if line.startswith("db"):
        assert funnel("today").err == said.err


@pytest.mark.parametrize("language", ["", "en"])
@pytest.mark.parametrize("wrong", ['theme = "pink"', "theme = ", 'language = "xx"'])
def test_a_wrong_file_is_refused_where_it_is_needed_and_told_elsewhere(
    funnel: Funnel, demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, language: str
) -> None:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("FUNNEL_CONFIG", str(path))
    monkeypatch.setenv("FUNNEL_LANGUAGE", language)
    named = ("--db", demo_db)
    for needed, words in (
        (True, ("today", *named)),
        (True, ("undo", *named)),
        (True, ("report", "active")),  # of which database?
        (True, ("paths",)),
        (True, ("config", "--check")),
        (False, ("report", "active", *named)),
        (False, ("report", "active", "--format", "json", *named)),
        (False, ("deal", "list", *named)),
        (False, ("--db", demo_db, "paths")),
        (False, ("config",)),
    ):
        path.unlink(missing_ok=True)
        before = funnel(*words)
        path.write_text(f"{wrong}\n", encoding="utf-8")
        said = funnel(*words)
        # The file, its line and what is wrong are told once, in one line.
        assert said.err.count(str(path)) == 1, words
        assert "line 1" in said.err
        assert "xx" not in wrong or "en, nb, sv, da, nl" in said.err
        if needed:
            assert (said.code, said.out) == (2, ""), words
            assert said.err.count("\n") == 1
        else:
            assert (said.code, said.out) == (before.code, before.out), words
            assert said.err == before.err + said.err.splitlines(keepends=True)[-1]
            assert said.err.endswith("The settings file was not used.\n")


@pytest.mark.parametrize("named", ["xx", "English", "x\x1b[31m"])
def test_a_language_there_is_not_is_told_in_one_line(
    funnel: Funnel, demo_db: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    words = ("report", "active", "--format", "json", "--db", demo_db)
    for known in ("", "nb", "nn", "nb_NO.UTF-8", "C", "C.UTF-8", "en"):
        monkeypatch.setenv("FUNNEL_LANGUAGE", known)
        english = funnel(*words)
        assert english.err == ""
    monkeypatch.setenv("FUNNEL_LANGUAGE", named)
    said = funnel(*words)
    assert (said.code, said.out) == (0, english.out)
    assert said.err.count("\n") == 1
    assert "FUNNEL_LANGUAGE=" in said.err
    assert "There are en, nb, sv, da, nl." in said.err
    assert "\x1b" not in said.err


def test_the_example_itself_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert load_settings(path) == UserSettings(source=path)


def test_the_command_prints_writes_and_checks(
    funnel: Funnel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings" / "config.toml"
    monkeypatch.setenv("FUNNEL_CONFIG", str(path))
    assert funnel("config").out == EXAMPLE
    assert not path.exists()
    assert "There is no" in funnel("config", "--check").err
    said = funnel("config", "--write")
    assert (said.code, path.read_text(encoding="utf-8")) == (0, EXAMPLE)
    assert "is good" in funnel("config", "--check").err
    path.write_text('user = "Bo"\nlog_level = "all"\n', encoding="utf-8")
    said = funnel("config", "--check")
    assert said.code == 2
    assert f"{path}, line 2: log_level 'all' is not known. Use error, debug." in said.err
    said = funnel("config", "--write")
    assert said.code == 2
    assert "is there already" in said.err
    assert 'user = "Bo"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_one_that_the_shell_can_read(
    funnel: Funnel, tmp_path: Path, shell: str
) -> None:
    said = funnel("completion", shell)
    assert said.code == 0
    assert "_FUNNEL_COMPLETE" in said.out
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(said.out, encoding="utf-8")
        assert subprocess.run([shell, "-n", str(script)], check=False, capture_output=True).returncode == 0


def test_another_shell_is_refused(funnel: Funnel) -> None:
    said = funnel("completion", "tcsh")
    assert said.code == 2
    assert "bash" in said.err


def completed(words: str, place: int) -> list[str]:
    """What the shell is told could come at a place."""
    env = {"_FUNNEL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(place)}
    ended = subprocess.run(
        list(COMMAND),
        env=program_environment(env, None),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return [line.partition(",")[2] for line in ended.stdout.splitlines()]


def test_commands_options_and_choices_are_completed(tmp_path: Path) -> None:
    assert completed("funnel ", 1) == list(COMMANDS)
    assert completed("funnel quo", 1) == ["quotas", "quota"]
    assert "--force" in completed("funnel backup --f", 2)
    assert completed("funnel completion z", 2) == ["zsh"]
    assert completed("funnel export cha", 2) == ["changes"]
    assert completed("funnel import r", 2) == ["rates"]
    assert os.listdir(tmp_path) == []


def test_the_names_of_all_keys_are_listed_and_accepted(funnel: Funnel, tmp_path: Path) -> None:
    listed = funnel("config", "--keys").out
    lines = listed.splitlines()
    assert lines[0] == "[keymap]"
    assert '# win = "w"  # The deal is won' in lines
    assert any(line.startswith('# period_back = "comma"  # ') for line in lines)
    assert all(re.fullmatch(r'# \w+ = "[^"]+"  # \S.*', line) for line in lines[1:])
    path = tmp_path / "config.toml"
    path.write_text(re.sub(r"^# ", "", listed, flags=re.M), encoding="utf-8")
    settings = load_settings(path)
    assert len(settings.keymap) == len(lines) - 1 > 150
    check_keymap(settings, FunnelApp)
    assert "funnel config --keys" in EXAMPLE
