"""Which database: a file of SQLite or the address of a PostgreSQL server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from funnel_tui.errors import UsageError
from funnel_tui.language import tr

SCHEMA_VERSION = 1
"""The number of the newest migration; also the ``user_version`` of an up-to-date SQLite file."""

APPLICATION_ID = 0x46554E4C
"""Marks our SQLite files ("FUNL"), so that another program's file is never touched."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database that is meant, open or not.

    :param path: the SQLite file, or None for a server.
    :param url: the SQLAlchemy address of a PostgreSQL database, or None for a file.
    """

    path: Path | None = None
    url: str | None = None

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
            return cls(url="postgresql+psycopg://" + text[match.end() :])
        raise UsageError(
            tr("{scheme}:// is not a database we know.").format(scheme=scheme),
            tr("Give a path to a file or postgresql://user@host/name."),
        )

    @property
    def name(self) -> str:
        """How to name it to people; a password in an address is not shown."""
        if self.path is not None:
            return str(self.path)
        return re.sub(r"//([^:/@]+):[^@]*@", r"//\1:…@", self.url or "")
