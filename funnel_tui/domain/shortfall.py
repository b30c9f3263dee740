"""What is missing against an earlier period, in words [P]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from funnel_tui.domain.said import said, said_n


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
        if self.before is None:
            return said_n(
                "{n:,} deal fewer than in {then} in {stage}: find at least {n:,} new prospect.",
                "{n:,} deals fewer than in {then} in {stage}: find at least {n:,} new prospects.",
                self.missing,
                n=self.missing,
                then=then,
                stage=self.stage,
            )
        return said_n(
            "{n:,} deal fewer than in {then} in {stage}: bring at least {n:,} more on from {before}.",
            "{n:,} deals fewer than in {then} in {stage}: bring at least {n:,} more on from {before}.",
            self.missing,
            n=self.missing,
            then=then,
            stage=self.stage,
            before=self.before,
        )


def shortfall_words(shortfalls: Sequence[Shortfall], then: str) -> Iterator[str]:
    """One sentence per stage that falls short, or one that says that none does."""
    if not shortfalls:
        yield said("No stage has fewer deals than in {then}.", then=then)
    for one in shortfalls:
        yield one.words(then)
