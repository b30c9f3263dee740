"""The way of a deal through the stages: those passed, skipped and returned to, and the days in each.

::

    ●───────────◌───────────●───────────◉───────────○
    Lead        Qualified   Proposal    Negotiation Contract
    4 d         skipped     9 d ×2      41 d!

Every state has a sign or a word of its own; colour only helps.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from funnel_tui.domain.deal_detail import RouteState, RouteStop
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr
from funnel_tui.widgets.cells import padded
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.pane import PaneLine

SIGNS = {
    RouteState.VISITED: "●",
    RouteState.SKIPPED: "◌",
    RouteState.CURRENT: "◉",
    RouteState.LOST_HERE: "x",
    RouteState.AHEAD: "○",
}
_LOOKS = {
    RouteState.VISITED: "plain",
    RouteState.SKIPPED: "dim",
    RouteState.CURRENT: "strong",
    RouteState.LOST_HERE: "bad",
    RouteState.AHEAD: "dim",
}
LEAST_CELLS = 9
"""Cells that a stage needs for its name in a map from left to right; with less the map goes downwards."""
MOST_CELLS = 18
END = {DealStatus.WON: Cell("+ " + tr("won"), "good"), DealStatus.LOST: Cell("", "bad")}
END_CELLS = cell_len(END[DealStatus.WON].text) + 1


def route_lines(route: Sequence[RouteStop], status: DealStatus, width: int) -> list[PaneLine]:
    """The map in ``width`` cells."""
    if not route:
        return []
    end = END.get(status)
    each = min(MOST_CELLS, (width - (END_CELLS if end else 0)) // len(route))
    if each < LEAST_CELLS:
        return _downwards(route, status, width)
    track: list[Cell] = []
    for at, stop in enumerate(route):
        track.append(Cell(SIGNS[stop.state], _look(stop)))
        last = at == len(route) - 1
        if not last or status is DealStatus.WON:
            passed = status is DealStatus.WON or (not last and _passed(route[at + 1]))
            track.append(Cell(("─" if passed else "╌") * (each - 1), "plain" if passed else "dim"))
    if end is not None:
        track.append(end)
    names = [Cell(f"{padded(stop.stage, each - 1)} ", _look(stop)) for stop in route]
    days = [
        Cell(f"{padded(stay_words(stop, short=each < 14), each - 1)} ", _look(stop, "muted"))
        for stop in route
    ]
    return [track, names, days]


def _downwards(route: Sequence[RouteStop], status: DealStatus, width: int) -> list[PaneLine]:
    """One line for each stage."""
    room = max(8, width - 20)
    lines: list[PaneLine] = [
        (
            Cell(f"{SIGNS[stop.state]} ", _look(stop)),
            Cell(f"{padded(stop.stage, room)}  ", _look(stop)),
            Cell(stay_words(stop), _look(stop, "muted")),
        )
        for stop in route
    ]
    return [*lines, (END[DealStatus.WON],)] if status is DealStatus.WON else lines


def stay_words(stop: RouteStop, *, short: bool = False) -> str:
    """How long a deal was in a stage: ``9 d``, ``9 d ×2`` when it returned, ``41 d!`` when it is stuck.

    :param short: leave out what the sign on the track says too.
    """
    match stop.state:
        case RouteState.SKIPPED:
            return tr("skipped")
        case RouteState.AHEAD:
            return ""
        case _:
            # Translators: days; at most 6 cells with a number of three digits.
            days = tr("{n} d").format(n=stop.seconds // DAY_SECONDS)
            days = f"{'~' if stop.assumed else ''}{days}{'!' if stop.stuck else ''}"
            times = f" ×{stop.visits}" if stop.returned else ""
            words = f"{days}{times}"
            is_lost = stop.state is RouteState.LOST_HERE and not short
            return tr("{days} lost").format(days=words) if is_lost else words


def _passed(stop: RouteStop) -> bool:
    return stop.state is not RouteState.AHEAD


def _look(stop: RouteStop, usual: str = "") -> str:
    if stop.stuck:
        return "warn"
    return _LOOKS[stop.state] if not usual or stop.state is RouteState.LOST_HERE else usual
