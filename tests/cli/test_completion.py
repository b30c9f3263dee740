"""The tab key in real shells: commands, options, choices and names out of the database."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.cli import COMMAND, program_environment
from tests.support.terminal import Terminal

SHELLS = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config", "-i"),
}
BEGIN = {
    "bash": "PS1='ready> '; bind 'set enable-bracketed-paste off'; bind 'set show-all-if-ambiguous on'",
    "zsh": "PS1='ready> '; unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D",
    "fish": "function fish_prompt; echo 'ready> '; end",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the command ``funnel`` in it, and the completion script of every shell."""
    command = tmp_path / "funnel"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m funnel_tui "$@"\n', encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    for shell in SHELLS:
        made = subprocess.run([*COMMAND, "completion", shell], capture_output=True, check=True)
        (tmp_path / f"complete.{shell}").write_bytes(made.stdout)
    return tmp_path


@contextmanager
def at_prompt(shell: str, folder: Path, db: Path) -> Iterator[Terminal]:
    """A shell that has read the completion script and waits for a command."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    env = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "FUNNEL_NOW": "2026-11-21T12:00:00Z"}
    with Terminal(SHELLS[shell], size=(120, 40), env=program_environment(env, db)) as terminal:
        terminal.press(*f"{BEGIN[shell]}; source {folder}/complete.{shell}", "enter")
        terminal.press(*"echo be''gun", "enter")
        terminal.wait_for("\nbegun")
        yield terminal
        terminal.press("ctrl+c", *"exit", "enter")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key_completes_a_command_line(shell: str, folder: Path, demo_db: Path) -> None:
    with at_prompt(shell, folder, demo_db) as terminal:
        # A command, an option, a choice of it, and a name with a blank out of the database.
        terminal.press(*"funnel tod", "tab")
        terminal.wait_for("funnel today")
        terminal.press(*"--for", "tab")
        terminal.wait_for("--format")
        terminal.press(*"cs", "tab")
        terminal.wait_for("--format csv")
        terminal.press(*"--rep Ann", "tab")
        terminal.wait_for("--rep Anna\\ Berg" if shell != "fish" else "Anna")
        terminal.press("enter")
        # It was one word, and the command understood it.
        terminal.wait_for("section,rep,due,time")


@pytest.mark.parametrize("shell", SHELLS)
def test_several_names_are_listed(shell: str, folder: Path, demo_db: Path) -> None:
    with at_prompt(shell, folder, demo_db) as terminal:
        terminal.press(*"funnel report funnel --pipeline ", "tab")
        terminal.wait_until(
            lambda: "New" in terminal.text and "Renewals" in terminal.text, "both pipelines were shown"
        )


def test_a_name_in_quotes_is_completed_too(folder: Path, demo_db: Path) -> None:
    with at_prompt("bash", folder, demo_db) as terminal:
        terminal.press(*'funnel today --format csv --rep "Anna B', "tab")
        terminal.wait_for('--rep "Anna Berg"')
        terminal.press("enter")
        terminal.wait_for("section,rep,due,time")


def told(words: str, place: int, db: Path) -> list[str]:
    """What bash is told could come at a place."""
    env = {
        "_FUNNEL_COMPLETE": "bash_complete",
        "COMP_WORDS": words.replace(" ", "\n"),
        "COMP_CWORD": str(place),
    }
    ended = subprocess.run(
        list(COMMAND),
        env=program_environment(env, db),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stderr == ""
    return [line.partition(",")[2] for line in ended.stdout.splitlines() if line]


def test_names_of_every_kind(demo_db: Path) -> None:
    for words, expected in (
        ("funnel report stuck --pipeline ren", "Renewals"),
        ("funnel report funnel --team nor", "Norway"),
        ("funnel deal move 1 --to neg", "Negotiation"),
        ("funnel log cal", "Call"),
        ("funnel stages edit Renewals leg", r"Legal\\ review"),
        ("funnel deal list --owner 'anna", "Anna Berg"),
    ):
        assert told(words, words.count(" "), demo_db) == [expected], words


def test_where_there_is_no_database_nothing_is_made_and_nothing_said(tmp_path: Path) -> None:
    for name, content in (("none.db", None), ("empty.db", b""), ("other.db", b"something else" * 9)):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        assert told("funnel today --rep A", 3, path) == []
        assert path.read_bytes() == content if content is not None else not path.exists()
