"""The command line: ``funnel``.

Data goes to standard output, words to standard error. Exit codes: 0 done, 1 refused, 2 a request that makes
no sense, 70 a fault of the program, 130 stopped with ctrl+c, 128 + n ended by signal n.

Of a settings file with a mistake nothing is used. A command that takes a setting from it refuses with exit
code 2: the app, whatever writes (its user), whatever was told no database, and ``today`` (user and week). Any
other goes on as without the file and says so in one line at its end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from funnel_tui.domain.plain import make_output_plain
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr

CRASHED = 70
"""Exit code of a fault of the program (EX_SOFTWARE of sysexits)."""
STOPPED = 130
"""Exit code after ctrl+c."""
PIPE_CLOSED = 141
"""Exit code when the reader of a pipe went away: what the shell reports for a program ended by SIGPIPE."""


def main(args: Sequence[str] | None = None) -> int:
    """Run one command.

    :param args: the words after ``funnel``; those of the process when None.
    :returns: the exit code. A user's mistake is one line on standard error, never a traceback.
    """
    make_output_plain(os.environ)
    is_wrong = not _choose_language()  # Before the modules whose texts it decides.
    from funnel_tui.cli.ending import Terminated, close_output, say, show_place

    _tell_unknown_language()
    try:
        code = _run(args)
        sys.stdout.flush()
        if is_wrong:
            _tell_unused_settings()
    except FunnelError as error:
        show_place(error)
        say(str(error))
        code = error.exit_code
    except BrokenPipeError:
        code = PIPE_CLOSED
    except KeyboardInterrupt:
        code = STOPPED
    except Terminated as signal:
        code = 128 + signal.number
    except Exception as error:
        code = _other_failure(error)
    return close_output(code)


def _choose_language() -> bool:
    """Take the marks of numbers and the language that the environment asks for, or the settings file.

    :returns: False where the settings file is wrong. The command that needs it tells, or the end does.
    """
    from funnel_tui import formats, language, paths

    formats.choose(formats.locale_of(os.environ, "LC_NUMERIC"))
    wanted, is_right = "", True
    if paths.config_file().exists():
        from funnel_tui.config import ConfigError, load_settings

        try:
            wanted = load_settings().language
        except ConfigError:
            is_right = False
    if os.environ.get(language.VARIABLE):
        wanted = ""
    language.choose(wanted or language.language_of())
    return is_right


def _tell_unknown_language() -> None:
    """Say that there is no such language, instead of being silently English."""
    from funnel_tui import language

    named = os.environ.get(language.VARIABLE, "")
    if language.is_known(named) or _is_completing():
        return
    from funnel_tui.cli.ending import say

    words = tr("{variable}={value}: there is no such language, so this is English. There are {known}.")
    known = ", ".join(language.LANGUAGES)
    say(words.format(variable=language.VARIABLE, value=named, known=known))


def _tell_unused_settings() -> None:
    """Say what is wrong with the settings file, after a command that took nothing from it."""
    from funnel_tui.cli.ending import say
    from funnel_tui.config import ConfigError, load_settings

    if _is_completing():
        return
    try:
        load_settings()  # Again: now in the language of the user.
    except ConfigError as error:
        say(tr("{problem} The settings file was not used.").format(problem=error))


def _is_completing() -> bool:
    """Whether the shell asks for what could be typed: it shows what is said in the middle of a line."""
    return "_FUNNEL_COMPLETE" in os.environ


def _run(args: Sequence[str] | None) -> int:
    import click

    from funnel_tui.cli.root import funnel

    if _is_completing():
        from funnel_tui.cli.completion import answer_shell

        answer_shell()
    # Not funnel.main(): it has its own ideas of what a closed pipe and ctrl+c mean.
    words = sys.argv[1:] if args is None else list(args)
    try:
        with funnel.make_context("funnel", words) as context:
            result = funnel.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    return result if isinstance(result, int) else 0


def _other_failure(error: Exception) -> int:
    import click

    from funnel_tui.cli.ending import describe_usage, say
    from funnel_tui.journal import record_crash

    if isinstance(error, click.ClickException):
        say(describe_usage(error))
        return error.exit_code
    if isinstance(error, OSError):
        say(f"{error.strerror or type(error).__name__}{f': {error.filename}' if error.filename else '.'}")
        return 1
    log = record_crash(error)
    where = tr("Details are in {log}.").format(log=log) if log else tr("The log file could not be written.")
    say(
        tr("a fault in the program stopped this command ({name}). {where}").format(
            name=type(error).__name__, where=where
        )
    )
    return CRASHED
