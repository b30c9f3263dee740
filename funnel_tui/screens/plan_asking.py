"""What the Plan screen asks for: figures, a chain, the history, the name of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from funnel_tui.dialogs.plan import Answer, AskText
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.period_words import shown_words
from funnel_tui.domain.planning import (
    PlanWish,
    parse_chain,
    parse_deals,
    parse_number,
    parse_share,
    parse_whole,
    share_text,
)
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.screens.plan_nudge import Row
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.screens.plan import PlanScreen

Reading = Callable[[str], Any]


def ask_figure(screen: PlanScreen, row: Row, present: str) -> None:
    """Type a figure; an empty field is that of history, or the quota."""
    currency = screen.funnel.settings.base_currency
    asked: dict[str, tuple[str, str, Reading]] = {
        "prospects": (tr("Prospects"), tr("A whole number."), partial(parse_whole, field="prospects")),
        "step": (tr("Conversion"), tr("A percentage such as 60 or 12.5; over 100 is 100."), parse_share),
        "size": (
            tr("Average size"),
            tr("An amount such as 480k, in {currency}.").format(currency=currency),
            _money(screen, "size"),
        ),
        "cycle": (tr("Days to win"), tr("A number of days such as 45 or 50.5."), _days),
        "capacity": (tr("Prospects per rep"), tr("In the period."), partial(parse_whole, field="n", least=1)),
        # Translators: "deals" is typed as it stands here, in English
        "target": (tr("Target"), tr("500k, or 25 deals; empty for the quota."), _target(screen)),
    }
    label, words, reading = asked[row.kind]

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            screen.take_figure(row, answer.value)

    heading = row.step or label
    screen.app.push_screen(AskText(heading, label, present, words, reading, optional=True), answered)


def ask_chain(screen: PlanScreen, wish: PlanWish) -> None:
    """Type the whole chain; an empty field is that of history."""
    text = ", ".join(f"{name}={share_text(share)}%" for name, share in wish.chain)

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            screen.take_wish(wish.with_(chain=answer.value or (), conversions=()))

    dialog = AskText(
        *(tr("A chain of your own"), tr("Steps"), text, tr("Calls=3%, Meetings=67%; empty: as in history.")),
        parse_chain,
        optional=True,
    )
    screen.app.push_screen(dialog, answered)


def ask_times(screen: PlanScreen, wish: PlanWish) -> None:
    """Proportional expansion: so many times the prospects."""

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            screen.take_wish(wish.with_(times=1 if answer.value is None else answer.value))

    dialog = AskText(
        *(tr("Proportional expansion"), tr("Times"), share_text(wish.times / 100)),
        *(
            tr("Such as 1.5 or 2; empty for 1."),
            partial(parse_number, field="times"),
        ),
        optional=True,
    )
    screen.app.push_screen(dialog, answered)


def ask_history(screen: PlanScreen, present: Period) -> None:
    """The days the conversions come from."""
    settings = screen.funnel.settings
    today = settings.day(screen.funnel.workspace.clock())

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            screen.take_history(answer.value)

    dialog = AskText(
        tr("Conversions from"),
        tr("Period"),
        shown_words(present.words) if present.words else present.name,
        tr("2026, 2026-Q1, A..B, last 12 months …; empty: four quarters."),
        lambda text: Period.parse(text, settings.fiscal_start, today),
        optional=True,
    )
    screen.app.push_screen(dialog, answered)


def ask_name(screen: PlanScreen, name: str, doing: Callable[[Workspace, str], Told]) -> None:
    """The name of a scenario, and save it under that."""

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            change = Change(tr("Saving the scenario"), lambda workspace: doing(workspace, answer.value))
            writing_of(screen.funnel).write(change)

    dialog = AskText(
        tr("Save this plan as a scenario"),
        tr("Name"),
        name,
        with_keys(tr("One of the same name is replaced; {undo} undoes it.")),
        str,
    )
    screen.app.push_screen(dialog, answered)


def _money(screen: PlanScreen, field: str) -> Reading:
    def reading(text: str) -> Money:
        from funnel_tui.exchange.phrases import parse_money

        habits = screen.funnel.workspace.habits
        value = parse_money(text, screen.funnel.settings.base_currency, habits.numbers, field=field)
        if value.minor < 0 or (field == "size" and not value.minor):
            raise InvalidInput(field, tr("It must be more than 0."), tr("For example 480k."))
        return value

    return reading


def _target(screen: PlanScreen) -> Reading:
    money = _money(screen, "target")

    def reading(text: str) -> Money | int:
        deals = parse_deals(text)
        value: Money | int = money(text) if deals is None else deals
        return value

    return reading


def _days(text: str) -> Any:
    days = parse_number(text, "cycle")
    if not days:
        raise InvalidInput("cycle", tr("It must be more than 0 days."), tr("For example 45."))
    return days
