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

from funnel_tui.cli.root import COMMANDS
from funnel_tui.config import EXAMPLE, LOG_LEVELS, THEMES, WEEK_DAYS, UserSettings, load_settings
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
