"""The man page: ``python -m tests.support.man`` writes it from the help of all commands."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

import funnel_tui
from funnel_tui.cli.root import funnel

PAGE = Path(funnel_tui.__file__).parent / "man" / "funnel.1"
WIDTH = 78

_HEAD = """\
.TH FUNNEL 1 "" "funnel {version}" "User Commands"
.SH NAME
funnel \\- a sales pipeline manager for the terminal
.SH SYNOPSIS
.B funnel
[\\fI\\,OPTIONS\\/\\fR] [\\fI\\,COMMAND\\/\\fR [\\fI\\,ARGS\\/\\fR]...]
.SH DESCRIPTION
Without a command
.B funnel
opens the app; ? shows its keys. With a command it prints a report, changes data, or reads and writes files.
.SH EXIT STATUS
0 done, 1 refused, 2 a request that makes no sense, 70 a fault of the program, 130 stopped with ctrl+c.
.SH ENVIRONMENT
.TP
.B FUNNEL_DB
the database: a file, or postgresql://user@host/name
.TP
.B FUNNEL_LANGUAGE
the language: en, nb, sv, da or nl
.TP
.B LC_ALL, LC_NUMERIC, LC_TIME, LANG
the marks of numbers, the order of days, the language
.SH COMMANDS
"""


def page() -> str:
    """The whole man page, in roff."""
    parts = [_HEAD.format(version=funnel_tui.__version__)]
    parts += [f".SS {words}\n.nf\n{_escaped(text)}\n.fi\n" for words, text in _helps(funnel, "funnel", None)]
    return "".join(parts)


def _helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    """Each command with its help, groups before what is in them."""
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH)
    yield context.command_path, inspect.cleandoc(command.get_help(context))
    if isinstance(command, click.Group):
        for one in command.list_commands(context):
            found = command.get_command(context, one)
            assert found is not None
            yield from _helps(found, one, context)


def _escaped(text: str) -> str:
    """Text as roff prints it: hyphens that can be copied, and no line that is taken for a request."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join(f"\\&{line}" if line[:1] in {".", "'"} else line for line in lines)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
