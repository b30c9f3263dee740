"""The help of every command ends with examples, and what they show can be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from funnel_tui.cli.root import funnel

HEADING = "Examples:"


def leaves(command: click.Command, path: str, parent: click.Context | None = None) -> Iterator[str]:
    """The words of every command that is no group."""
    context = click.Context(command, info_name=path.rpartition(" ")[2], parent=parent)
    if not isinstance(command, click.Group):
        yield path
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from leaves(found, f"{path} {name}", context)


def groups(command: click.Command, path: str, parent: click.Context | None = None) -> Iterator[str]:
    """The words of every command with commands below it."""
    context = click.Context(command, info_name=path.rpartition(" ")[2], parent=parent)
    if isinstance(command, click.Group):
        yield path
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from groups(found, f"{path} {name}", context)


ALL = sorted(leaves(funnel, "funnel"))
GROUPS = sorted(groups(funnel, "funnel"))


def walked(words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """The command that some words call, its own words, and what follows them."""
    command: click.Command = funnel
    context = click.Context(funnel, info_name="funnel")
    path, rest = ["funnel"], list(words)
    while isinstance(command, click.Group) and rest:
        if rest[0] == "--db":
            rest = rest[2:]
            continue
        found = command.get_command(context, rest[0])
        if found is None:
            break
        command = found
        path.append(rest.pop(0))
    return command, path, rest


def shown(path: str) -> list[str]:
    """The examples in the help of a command."""
    command, _, _ = walked(path.split()[1:])
    context = click.Context(command, info_name=path, terminal_width=78)
    before, heading, after = command.get_help(context).partition(f"{HEADING}\n")
    assert heading, f"{path} --help has no examples"
    assert before
    return [line.strip() for line in after.splitlines() if line.strip()]


def test_there_are_commands() -> None:
    assert len(ALL) > 50
    assert {"funnel today", "funnel deal add", "funnel db upgrade", "funnel quota set"} <= set(ALL)


@pytest.mark.parametrize("path", [*ALL, *GROUPS])
def test_every_command_has_examples_that_can_be_typed(path: str) -> None:
    lines = shown(path)
    assert len(lines) >= (2 if path in GROUPS else 1)
    for line in lines:
        assert len(line) <= 100, line
        # What stands behind blanks is a remark; what follows > is a file. It may run on another machine.
        words = shlex.split(re.sub(r" > [^\s']+$", "", line.partition("   ")[0].strip()))
        assert words[0] in {"funnel", "ssh"}, line
        command, found, rest = walked(words[words.index("funnel") + 1 :])
        called = " ".join(found)
        assert called == path or (path in GROUPS and called in ALL), f"{line!r} is no example of {path}"
        # Unknown options, missing arguments and values that are no choice are refused here.
        command.make_context(path, rest)
