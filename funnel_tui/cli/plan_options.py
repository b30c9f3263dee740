"""The options of ``funnel report plan`` alone: what is to be reached, and what-if."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.domain.planning import (
    PlanWish,
    parse_chain,
    parse_deals,
    parse_number,
    parse_step,
    parse_whole,
)
from funnel_tui.errors import InvalidInput, UsageError
from funnel_tui.language import tr, trn

if TYPE_CHECKING:
    from funnel_tui.domain.money import Money
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--target", metavar="AMOUNT", help=tr("plan: 500k, or 25 deals; without it the quota.")),
    click.option(
        "--for", "planned", metavar="PERIOD", help=tr("plan: the period; the present quarter without.")
    ),
    click.option("--capacity", metavar="N", help=tr("plan: prospects one rep handles in the period.")),
    click.option("--chain", metavar="STEPS", help=tr("plan: own steps: 'Calls=3%, Meetings=67%'.")),
    click.option(
        "--set", "sets", metavar="STEP=PERCENT", multiple=True, help=tr("plan: what if; repeatable.")
    ),
    click.option("--prospects", metavar="N", help=tr("plan: what if there were so many.")),
    click.option("--size", metavar="AMOUNT", help=tr("plan: what if a won deal were worth so much.")),
    click.option("--cycle", metavar="DAYS", help=tr("plan: what if winning took so long.")),
    click.option("--times", metavar="K", help=tr("plan: what if there were K times the prospects.")),
    click.option("--scenario", metavar="NAME", help=tr("plan: begin with a saved scenario.")),
)
_NAMES = {
    **{"target": "target", "planned": "for", "capacity": "capacity", "chain": "chain", "sets": "set"},
    **{name: name for name in ("prospects", "size", "cycle", "times", "scenario")},
}


def plan_options(command: Command) -> Command:
    """Give a command the options that :func:`plan_wish` reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def split_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of a plan out of all options.

    :param name: the report; a scenario becomes the view to begin with.
    :raises UsageError: where one is given for another report, and for a view beside a scenario.
    """
    found = {option: options.pop(option) for option in _NAMES}
    given = [f"--{_NAMES[option]}" for option, value in found.items() if value not in (None, ())]
    if given and name != "plan":
        words = trn("{options} is for the report plan.", "{options} are for the report plan.", len(given))
        raise UsageError(
            words.format(options=", ".join(given)),
            tr("Leave it out for {name}.").format(name=name),
        )
    if found["scenario"] is not None and options.get("view") is not None:
        raise UsageError(tr("--scenario and --view exclude each other."), tr("Give one of them."))
    return found


def plan_wish(workspace: Workspace, found: dict[str, Any], begin: PlanWish) -> PlanWish:
    """What the options wish.

    :param begin: of the scenario; options change it.
    :raises InvalidInput: for a value that makes no sense.
    :raises UsageError: for a period that makes no sense.
    """
    from funnel_tui.cli.typed import Typed
    from funnel_tui.domain.money import Money
    from funnel_tui.domain.period import Period

    typed = Typed(workspace)
    today = typed.settings.day(typed.now)

    def money(text: str, option: str) -> Money:
        minor, currency = typed.money(text)
        if minor < 0 or (option == "size" and not minor):
            raise InvalidInput(
                option, tr("--{option} must be more than 0.").format(option=option), tr("For example 480k.")
            )
        return Money(minor, currency)

    readers: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "target": ("target", lambda text: _target(text, lambda: money(text, "target"))),
        "planned": ("period", lambda text: Period.parse(text, typed.settings.fiscal_start, today)),
        "capacity": ("capacity", lambda text: parse_whole(text, "capacity", 1)),
        "chain": ("chain", parse_chain),
        "prospects": ("prospects", lambda text: parse_whole(text, "prospects")),
        "size": ("size", lambda text: money(text, "size")),
        "cycle": ("cycle", _days),
        "times": ("times", lambda text: parse_number(text, "times")),
    }
    changes = {
        field: reading(found[option])
        for option, (field, reading) in readers.items()
        if found[option] is not None
    }
    return _with_steps(begin.with_(**changes), found["sets"])


def _target(text: str, money: Callable[[], Any]) -> Any:
    deals = parse_deals(text)
    return money() if deals is None else deals


def _days(text: str) -> Any:
    days = parse_number(text, "cycle")
    if not days:
        raise InvalidInput("cycle", tr("--cycle must be more than 0 days."), tr("For example 45."))
    return days


def _with_steps(wish: PlanWish, sets: Sequence[str]) -> PlanWish:
    for text in sets:
        name, share = parse_step(text)
        known = [one for one, _ in wish.conversions if one.casefold() == name.casefold()]
        wish = wish.with_share(known[0] if known else name, share)
    return wish
