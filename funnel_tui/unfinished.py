"""Files that are being written beside the place they are meant for, and what a kill left of them.

Such a file begins with a dot and tells in its name which process of which machine writes it:
``.funnel.db~ship~4711~k3x9q2.unfinished``. What no living process of this machine writes is of no use to
anybody. The next writer in that folder clears it away, and so does ``funnel doctor``.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

SUFFIX = ".unfinished"

FORMER = ".former"
"""Added to the name of an unfinished folder: the folder it replaces, in the moment between two renamings."""

_STEM = 40
"""So many characters of the final name are in the name of an unfinished file, which may not grow too long."""

# Behind the suffix comes what SQLite puts beside a database.
_NAME = re.compile(
    r"\.(?P<stem>[^~]*(?:~[^~]*)*)~(?P<machine>[^~]*)~(?P<process>\d+)~\w+\.unfinished"
    r"(?P<more>-wal|-shm|-journal|\.former)?"
)


def new_file_beside(final: Path) -> tuple[int, Path]:
    """Make an empty file beside a final one, for its owner alone, and clear away what is left of others.

    :returns: the open handle, and the file.
    :raises OSError: when it cannot be made.
    """
    clear_left(final.parent)
    handle, name = tempfile.mkstemp(prefix=_prefix(final), suffix=SUFFIX, dir=final.parent)
    return handle, Path(name)


def new_folder_beside(final: Path) -> Path:
    """Make an empty folder beside a final one, for its owner alone, and clear away what is left of others.

    :raises OSError: when it cannot be made.
    """
    clear_left(final.parent)
    return Path(tempfile.mkdtemp(prefix=_prefix(final), suffix=SUFFIX, dir=final.parent))


def clear_left(folder: Path) -> int:
    """Remove the unfinished files and folders that no living process writes.

    A folder that was to be replaced when the program was killed gets its name back, if nothing has it now.

    :returns: how many were removed; what cannot be removed stays and is not counted.
    """
    removed = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in list(entries):
            found = _NAME.fullmatch(entry.name)
            if found and found["machine"] == _machine() and not _is_writing(Path(entry.path), found):
                removed += _remove(Path(entry.path), found)
    return removed


def _prefix(final: Path) -> str:
    return f".{final.name[:_STEM]}~{_machine()}~{os.getpid()}~"


def _machine() -> str:
    """The name of this machine; a folder may be shared with others, whose processes are not known here."""
    from platform import node

    return re.sub(r"[^\w.-]", "_", node())[:30]


def _is_writing(path: Path, found: re.Match[str]) -> bool:
    """Whether the process that began a file is still there; another one may have its number by now."""
    process = int(found["process"])
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    with suppress(OSError):
        began = _began(process)
        return began is None or began <= path.lstat().st_mtime + 1
    return True


def _began(process: int) -> float | None:
    """When a process began, in epoch seconds; None where the system does not tell."""
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        start = int(said.rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        boot = re.search(r"^btime (\d+)$", Path("/proc/stat").read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError, IndexError):
        return None
    return None if boot is None else int(boot[1]) + start


def _remove(path: Path, found: re.Match[str]) -> bool:
    stem = found["stem"]
    if found["more"] == FORMER:
        final = path.with_name(stem)
        if len(stem) >= _STEM:
            # The name may have been longer: whose it is cannot be known.
            return False
        if not final.exists():
            with suppress(OSError):
                path.rename(final)
            return False
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False
    return True
