"""Numbers of rows for SQL, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_BATCH = 500


def batches(ids: Sequence[int]) -> Iterator[str]:
    """Numbers for ``IN (...)``, some at a time."""
    for start in range(0, len(ids), _BATCH):
        yield ", ".join(str(int(number)) for number in ids[start : start + _BATCH])
