"""What is missing against an earlier period, in words [P]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Deals that a stage has fewer than in the earlier period.

    :param before: the stage before it; None for the first, which new prospects fill.
    :param missing: at least 1.
    """

    stage: str
    before: str | None
    missing: int

    def words(self, then: str) -> str:
        """What is missing and what to do about it.

        :param then: the earlier period, such as ``Q4 2025``.
        """
        deals = "deal" if self.missing == 1 else "deals"
        if self.before is None:
            prospects = "prospect" if self.missing == 1 else "prospects"
            what = f"find at least {self.missing:,} new {prospects}"
        else:
            what = f"bring at least {self.missing:,} more on from {self.before}"
        return f"{self.missing:,} {deals} fewer than in {then} in {self.stage}: {what}."


def shortfall_words(shortfalls: Sequence[Shortfall], then: str) -> Iterator[str]:
    """One sentence per stage that falls short, or one that says that none does."""
    if not shortfalls:
        yield f"No stage has fewer deals than in {then}."
    for one in shortfalls:
        yield one.words(then)
