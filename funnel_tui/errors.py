"""Errors a user can do something about.

Everything that is the user's to solve is a :class:`FunnelError`: one line that says what, where and why, and
a hint that says what to do. The command line prints it and exits with ``exit_code``; the app shows a dialog.
Any other exception is a bug.
"""

from __future__ import annotations

from funnel_tui.language import tr


class FunnelError(Exception):
    """Something the user can mend.

    :param message: one line: what is wrong, where, and why.
    :param hint: what to do about it; empty when the message says it.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(FunnelError):
    """The request itself makes no sense: a bad option, period or name. Exit code 2."""

    exit_code = 2


class Refused(FunnelError):
    """The request is well formed, but the rules of the pipeline do not allow it."""


class InvalidInput(FunnelError):
    """A value for a field was not accepted.

    :param field: the name of the field, so that a form can show the message under it.
    """

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class NotFound(FunnelError):
    """Nothing with that name or number."""


class StaleEdit(FunnelError):
    """The row was changed by somebody else since it was read.

    :param mine: the values the caller wanted to write, by field.
    :param theirs: the present values of the same fields.
    """

    def __init__(self, message: str, *, mine: dict[str, object], theirs: dict[str, object]) -> None:
        super().__init__(message, tr("Look at both and save again."))
        self.mine = mine
        self.theirs = theirs


class DatabaseProblem(FunnelError):
    """The file or server that holds the data cannot be used."""


class DatabaseBusy(DatabaseProblem):
    """Somebody else held the database for longer than we wait. Nothing was written; trying again is safe."""
