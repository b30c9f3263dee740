"""Filters of deals looked up, for one reading of the data.

Days such as ``today`` or ``+2w`` are counted from the day of as-of, so that a saved filter moves along with
time and a past instant is looked at as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from funnel_tui.db import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.filter import Field
from funnel_tui.domain.finding import fold
from funnel_tui.domain.period import day_number
from funnel_tui.domain.selection import Condition
from funnel_tui.domain.status import DealStatus, ForecastCategory
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.filter_text import parse_filter
from funnel_tui.metrics.figures import Prices
from funnel_tui.queries import filtering as queries
from funnel_tui.queries.filter_parts import Part
from funnel_tui.queries.names import names
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_rates_on, read_settings
from funnel_tui.services.filter_meaning import FEW, Meaning
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True)
class Filter:
    """A filter that was looked up, as of an instant.

    :param condition: for the database.
    :param part: the same for deals in memory.
    """

    as_of: int
    condition: Condition
    part: Part

    def kept(self, reader: Reader, past: Sequence[DealFact] | None) -> list[DealFact] | None:
        """Those of the deals that changed since as-of that it holds for; None where none has changed."""
        return None if past is None else queries.kept(reader, self.part, past, self.as_of)


def read_filter(workspace: Workspace, reader: Reader, text: str, as_of: int, prices: Prices) -> Filter | None:
    """Look a filter up; None for an empty one.

    :param as_of: the instant it is seen from; ``prices`` are those of its day.
    :raises FilterError: for what is no filter, or names what is not there.
    """
    expression = parse_filter(text)
    if expression is None:
        return None
    part = Meaning(workspace, reader, text, as_of, prices).of(expression)
    return Filter(as_of, queries.worded(reader, part), part)


def filter_now(workspace: Workspace, reader: Reader, text: str) -> Filter | None:
    """Look a filter up as of now; None for an empty one.

    :raises FilterError: with the column of what is wrong.
    """
    if not text.strip():
        return None
    settings, as_of = read_settings(reader), workspace.clock()
    day = day_number(Typed(settings, lambda: as_of).today)
    rates = read_rates_on(reader, settings.base_currency, day)
    return read_filter(workspace, reader, text, as_of, Prices(rates, day))


def deals_now(workspace: Workspace, reader: Reader, text: str) -> frozenset[int] | None:
    """The numbers of the deals that a filter holds for now; None for an empty one.

    :raises FilterError: with the column of what is wrong.
    """
    found = filter_now(workspace, reader, text)
    return None if found is None else queries.matching_ids(reader, found.condition, None, found.as_of)


def filter_choices(workspace: Workspace) -> dict[Field, tuple[str, ...]]:
    """What the fields with few values can be compared with, by field."""
    with workspace.read() as reader:
        found = {
            name: tuple(sorted((one for _, one in names(reader, entity)), key=fold))
            for name, entity in FEW.items()
        }
        stages = (stage.name for line in read_pipelines(reader) for stage in line.stages)
        found[Field.STAGE] = tuple(dict.fromkeys(stages))
        found[Field.CURRENCY] = queries.currencies_of_deals(reader)
    found[Field.STATUS] = tuple(DealStatus)
    found[Field.CATEGORY] = tuple(ForecastCategory)
    found[Field.STUCK] = ("yes", "no")
    return {name: values for name, values in found.items() if values}


def problem_with(workspace: Workspace, text: str) -> FunnelError | None:
    """Why a filter cannot be used now; None where it can."""
    try:
        with workspace.read() as reader:
            filter_now(workspace, reader, text)
    except FunnelError as error:
        return error
    return None
