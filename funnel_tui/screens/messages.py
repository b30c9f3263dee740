"""Messages that cross screens."""

from __future__ import annotations

from typing import Any

from textual.message import Message


class Loaded(Message):
    """Something has been read.

    :param group: what was asked for, such as ``stages``.
    :param found: what was found.
    """

    def __init__(self, group: str, found: Any) -> None:
        super().__init__()
        self.group, self.found = group, found


class LoadFailed(Message):
    """Something could not be read.

    :param group: what was asked for.
    :param error: why.
    """

    def __init__(self, group: str, error: Exception) -> None:
        super().__init__()
        self.group, self.error = group, error


class DataChanged(Message):
    """The data is not what it was: somebody wrote, in this program or in another."""

    def can_replace(self, message: Message) -> bool:
        """One reload is enough."""
        return isinstance(message, DataChanged)
