"""The database: opening, reading, writing, upgrading. SQLite by default, PostgreSQL for teams.

Reading needs only the standard library on SQLite, so that a report or the first frame never waits for
SQLAlchemy to load (``reader``). Writing goes through SQLModel and SQLAlchemy (``engine``), which
:class:`Database` loads on first use.
"""

from funnel_tui.db.database import Database
from funnel_tui.db.reader import Reader
from funnel_tui.db.target import Target

__all__ = ["Database", "Reader", "Target"]
