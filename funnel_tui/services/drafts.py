"""Drafts: what somebody has typed into a form and not saved yet, kept as files in the state folder.

A draft is written a moment after each change, in a thread of its own, into a new file that then takes the
place of the old one. So it survives ``esc``, an error, a lost connection and a kill. It is removed when the
form was saved, or when the user throws it away. The files are readable by their owner only.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from funnel_tui import paths
from funnel_tui.db.target import Target
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr

try:
    import fcntl
except ImportError:  # not a POSIX system: a draft that is being written elsewhere cannot be told apart
    fcntl = None  # type: ignore[assignment]

DELAY_SECONDS = 0.25
"""How long a change may wait for the next one before it is written."""

MOST_BYTES = 4_000_000
"""A larger file is no draft of ours."""

_SUFFIX, _LOCK = ".draft", ".lock"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that was found.

    :param path: its file.
    :param kind: what the form is about, such as ``deal``.
    :param row_id: the row that was being edited; None for a new one.
    :param version: the version of the row it was based on.
    :param texts: what was typed, by field; user text, possibly with control characters.
    :param base: what the fields held when the form was opened.
    :param saved_at: epoch seconds.
    """

    path: Path
    kind: str
    row_id: int | None
    version: int | None
    texts: Mapping[str, str]
    base: Mapping[str, str] = field(default_factory=dict)
    saved_at: int = 0

    def discard(self) -> None:
        """Throw it away.

        :raises FunnelError: when the file cannot be removed.
        """
        _remove(self.path)
        with contextlib.suppress(OSError):
            _lock_file(self.path).unlink(missing_ok=True)


class DraftKeeper:
    """Keeps the draft of one open form. Its methods return at once; a thread writes.

    :param target: the database.
    :param kind: what the form is about, such as ``deal``.
    :param row_id: the row that is edited; None for a new one.
    :param draft: a draft that is taken up again; its file is written on.
    :param when_failed: is told, in the thread, when a draft cannot be written; once until it works again.
    """

    def __init__(
        self,
        target: Target,
        kind: str,
        row_id: int | None = None,
        *,
        draft: Draft | None = None,
        when_failed: Callable[[FunnelError], object] | None = None,
        delay: float = DELAY_SECONDS,
    ) -> None:
        name = f"{_database_key(target)}-{kind}-{'new' if row_id is None else row_id}-{secrets.token_hex(4)}"
        self.path = folder() / f"{name}{_SUFFIX}" if draft is None else draft.path
        self._about = {"kind": kind, "row_id": row_id}
        self._when_failed, self._delay = when_failed, delay
        self._changed = threading.Condition()
        self._wanted: dict[str, Any] | None = None
        self._dirty = self._writing = self._closed = self._failing = self._hurry = False
        self._there = draft is not None
        self._thread: threading.Thread | None = None
        self._lock: int | None = None
        _open_keepers.add(self)
        if draft is not None:
            self._lock = _locked(draft.path)

    def keep(
        self, texts: Mapping[str, str], *, version: int | None = None, base: Mapping[str, str] | None = None
    ) -> None:
        """Remember what the form holds now; it is written within :data:`DELAY_SECONDS`."""
        self._want({**self._about, "version": version, "texts": dict(texts), "base": dict(base or {})})

    def discard(self) -> None:
        """Remove the draft: the form was saved, or holds again what it began with."""
        self._want(None)

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until everything is written.

        :param timeout: seconds.
        :returns: whether it is.
        """
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not (self._dirty or self._writing), timeout)

    def rest(self) -> None:
        """The form is closed, but may be opened or saved again: write what is left, and let others find the
        draft."""
        self.flush()
        self._unlock()

    def close(self) -> None:
        """The form is closed for good: write what is left, and let others find the draft."""
        self.flush()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._unlock()
        _open_keepers.discard(self)

    def _want(self, draft: dict[str, Any] | None) -> None:
        with self._changed:
            if self._closed or (draft is None and not self._there and not self._dirty and not self._writing):
                return
            self._wanted, self._dirty = draft, True
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="draft", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._dirty:
                    self._thread = None
                    return
                # Later changes join this writing; they never put it off.
                self._changed.wait_for(lambda: self._hurry or self._closed, self._delay)
                wanted, self._dirty, self._writing = self._wanted, False, True
                self._hurry = False
            problem = self._write(wanted)
            with self._changed:
                self._writing = False
                self._there = wanted is not None
                tell = problem is not None and not self._failing
                self._failing = problem is not None
                self._changed.notify_all()
            if tell and problem is not None and self._when_failed is not None:
                self._when_failed(problem)

    def _write(self, wanted: dict[str, Any] | None) -> FunnelError | None:
        try:
            if wanted is None:
                _remove(self.path)
                self._unlock()
            else:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if self._lock is None:
                    self._lock = _locked(self.path)
                _replace(self.path, json.dumps({**wanted, "saved_at": int(time.time())}).encode("ascii"))
        except FunnelError as problem:
            return problem
        except OSError as error:
            why = error.strerror or type(error).__name__
            return FunnelError(
                tr("The draft cannot be kept in {folder}: {why}.").format(folder=self.path.parent, why=why),
                tr("Save the form soon."),
            )
        return None

    def _unlock(self) -> None:
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.unlink(_lock_file(self.path))
            os.close(self._lock)
            self._lock = None


def folder() -> Path:
    """The folder of all drafts; it is made when the first one is written."""
    return paths.drafts_folder()


def pending(target: Target, kind: str | None = None) -> list[Draft]:
    """The drafts that nobody is writing on, the latest first. A file that is no draft is passed over.

    :param target: the database they belong to.
    :param kind: only of this kind.
    """
    start = f"{_database_key(target)}-" + (f"{kind}-" if kind else "")
    try:
        files = [
            file for file in folder().iterdir() if file.name.startswith(start) and file.suffix == _SUFFIX
        ]
    except OSError:
        return []
    found = [draft for file in files if not _in_use(file) and (draft := _read(file)) is not None]
    return sorted(found, key=lambda draft: (-draft.saved_at, draft.path.name))


def _database_key(target: Target) -> str:
    """Names a database in a file name; neither path nor password can be read from it."""
    if target.path is not None:
        identity = str(target.path.expanduser().resolve())
    else:
        head, at, host = (target.url or "").rpartition("@")
        scheme, _, user = head.rpartition("//")
        identity = f"{scheme}//{user.partition(':')[0]}{at}{host}"
    return hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _read(file: Path) -> Draft | None:
    try:
        if file.stat().st_size > MOST_BYTES:
            return None
        said = json.loads(file.read_bytes())
        texts, base = said["texts"], said["base"]
        if not all(isinstance(text, str) for text in [*texts.values(), *base.values(), said["kind"]]):
            return None
        row_id, version = said["row_id"], said["version"]
        if not all(number is None or isinstance(number, int) for number in (row_id, version)):
            return None
        return Draft(file, said["kind"], row_id, version, texts, base, int(said["saved_at"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another in one step, so that a kill leaves the old one or the new one."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FunnelError(
            tr("The draft {path} cannot be removed: {why}.").format(path=path, why=error.strerror)
        ) from None


def _lock_file(path: Path) -> Path:
    return path.with_suffix(_LOCK)


def _locked(path: Path) -> int | None:
    """Show that somebody writes on a draft. The lock ends with the process, however that ends."""
    if fcntl is None:
        return None
    try:
        handle = os.open(_lock_file(path), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None  # a folder that knows no locks
    return handle


def _in_use(path: Path) -> bool:
    if fcntl is None:
        return False
    try:
        handle = os.open(_lock_file(path), os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a folder that knows no locks; better offered twice than never
    else:
        return False
    finally:
        os.close(handle)


_open_keepers: weakref.WeakSet[DraftKeeper] = weakref.WeakSet()


@atexit.register
def _write_all() -> None:
    """What was typed last must not be lost because the program ended in good order."""
    for keeper in list(_open_keepers):
        keeper.flush()
