"""A figure explained: what it is, how it came about with the numbers put in, how far it can be trusted.

Whoever shows figures makes such an :class:`Explanation` of the one under the cursor; one dialog shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to know of a figure.

    :param name: what it is called and where it stands, such as ``Conversion · Proposal``.
    :param value: as people read it, with its unit.
    :param definition: what it means, in a sentence.
    :param formula: the definition with the numbers put in, such as ``advanced / reached = 49 / 71 = 69.0 %``;
        empty where nothing is worked out.
    :param sample: the n of the figure; None for one that has none.
    :param limit: under this n a figure is too small to rely on (METRICS M6).
    :param scope: whose deals, which period.
    :param as_of: the instant it is seen from, in words.
    :param notes: what else a reader must know.
    :param command: what prints the same in a shell; empty where nothing does.
    :param has_deals: whether the deals behind it can be listed.
    :param listed: what is listed where it is not deals, for the key that lists them.
    """

    name: str
    value: str
    definition: str
    formula: str = ""
    sample: int | None = None
    limit: int = 0
    scope: str = ""
    as_of: str = ""
    notes: tuple[str, ...] = ()
    command: str = ""
    has_deals: bool = False
    listed: str = ""

    @property
    def sample_text(self) -> str:
        """The n in words, and whether it is too small; empty where there is none."""
        if self.sample is None:
            return ""
        if self.sample < self.limit:
            return tr("{sample} (fewer than {limit}: too few to rely on)").format(
                sample=count_text(self.sample), limit=self.limit
            )
        return count_text(self.sample)

    def parts(self) -> Iterator[tuple[str, str]]:
        """Labels with what stands behind them, in the order in which they are read; empty ones left out."""
        parts = (
            (tr("Value"), self.value),
            (tr("Definition"), self.definition),
            (tr("Formula"), self.formula),
            ("n", self.sample_text),
            (tr("Scope"), self.scope),
            (tr("As of"), self.as_of),
            (tr("Note"), " ".join(self.notes)),
            (tr("Command"), self.command),
        )
        return ((label, text) for label, text in parts if text)
