"""Which database: a file of SQLite or the address of a PostgreSQL server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from funnel_tui.errors import UsageError
from funnel_tui.language import tr

SCHEMA_VERSION = 1
"""The number of the newest migration; also the ``user_version`` of an up-to-date SQLite file."""

APPLICATION_ID = 0x46554E4C
"""Marks our SQLite files ("FUNL"), so that another program's file is never touched."""

_DRIVER = "postgresql+psycopg://"
"""How SQLAlchemy is told of PostgreSQL and of the driver we use."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database that is meant, open or not.

    :param path: the SQLite file, or None for a server.
    :param url: the SQLAlchemy address of a PostgreSQL database, or None for a file.
    :param scheme: how an address begins for the user, who did not choose the driver.
    """

    path: Path | None = None
    url: str | None = None
    scheme: str = field(default="postgresql", compare=False)

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read ``--db``: a path, ``sqlite:///path`` or ``postgresql://user@host/name``.

        :raises UsageError: for an address of another kind of database.
        """
        if text.startswith("sqlite:///"):
            return cls(path=Path(text.removeprefix("sqlite:///")).expanduser())
        match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", text)
        if match is None:
            if not text.strip():
                raise UsageError(
                    tr("The database path is empty."), tr("Give a file or a postgresql:// address.")
                )
            return cls(path=Path(text).expanduser())
        scheme = match[1].lower()
        if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
            return cls(url=_DRIVER + text[match.end() :], scheme=match[1])
        raise UsageError(
            tr("{scheme}:// is not a database we know.").format(scheme=scheme),
            tr("Give a path to a file or postgresql://user@host/name."),
        )

    @property
    def name(self) -> str:
        """How to name it to people: an address as it was given, but for a password in it."""
        if self.path is not None:
            return str(self.path)
        address = f"{self.scheme}://{(self.url or '').removeprefix(_DRIVER)}"
        # A password may hold an @ of its own, and may be said as a parameter too.
        address = re.sub(r"//([^:/@?]*):.*@", r"//\1:…@", address)
        return re.sub(r"([?&]password=)[^&]*", r"\1…", address)
