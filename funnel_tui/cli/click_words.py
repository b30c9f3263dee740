"""The words that click says by itself: help and refusals of the command line.

click asks the standard library's gettext for them, which :func:`funnel_tui.language.choose` points at our
catalogues. Nothing imports this module: it stands here so that its texts come into the catalogues.
"""

from __future__ import annotations

from funnel_tui.language import tr, trn

HELP = (
    *(tr("Usage:"), tr("Options"), tr("Commands")),
    *(tr("Show this message and exit."), tr("Show the version and exit.")),
    *(tr("default: {default}"), tr("required")),
)
"""What stands in the help of every command."""

REFUSALS = (
    tr("Missing command."),
    tr("Missing argument"),
    tr("Missing option"),
    tr("Missing parameter"),
    tr("Missing {param_type}"),
    tr("Missing parameter: {param_name}"),
    tr("Invalid value: {message}"),
    tr("Invalid value for {param_hint}: {message}"),
    tr("No such option {name!r}."),
    tr("No such command {name!r}."),
    trn("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 2),
    trn("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 2),
    trn("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given.", 2),
    tr("Argument {name!r} takes {nargs} values."),
    tr("Option {name!r} does not take a value."),
    trn("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 2),
    tr("Choose from:\n\t{choices}"),
    trn("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 2),
    tr("{value!r} is not a valid {number_type}."),
    tr("{value} is not in the range {range}."),
    tr("{name} {filename!r} does not exist."),
    tr("{name} {filename!r} is a file."),
    tr("{name} {filename!r} is a directory."),
    tr("{name} {filename!r} is not readable."),
    tr("{name} {filename!r} is not writable."),
    *(tr("file"), tr("directory"), tr("path")),
)
"""What is said of words that are no command, option or value."""
