"""Messages that cross screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.message import Message


@dataclass
class Loaded(Message):
    """Something has been read.

    :param group: what was asked for, such as ``stages``.
    :param found: what was found.
    """

    group: str
    found: Any


@dataclass
class LoadFailed(Message):
    """Something could not be read.

    :param group: what was asked for.
    :param error: why.
    """

    group: str
    error: Exception


class DataChanged(Message):
    """The data is not what it was: somebody wrote, in this program or in another."""

    def can_replace(self, message: Message) -> bool:
        """One reload is enough."""
        return isinstance(message, DataChanged)
