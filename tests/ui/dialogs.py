"""A small app that shows one dialog, and everything the dialogs need to be shown."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from textual.app import App
from textual.screen import Screen

import funnel_tui
from funnel_tui.dialogs.move import MoveDialog
from funnel_tui.dialogs.wishes import (
    DealChoices,
    DealSubject,
    DealValues,
    Pick,
    PipelineOption,
    StageOption,
    Suggestion,
)
from funnel_tui.domain.finding import fold
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import parse_instant
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.services.typed import Typed
from funnel_tui.widgets.themes import THEMES
from tests.support.driving import Driver

NOW = parse_instant("2026-11-21T12:00:00Z", ZoneInfo("UTC"))  # a Saturday
READER = Typed(TeamSettings(base_currency="NOK"), lambda: NOW)

STAGES = (
    StageOption(11, "Lead", 1000),
    StageOption(12, "Qualified", 2500),
    StageOption(13, "Proposal", 5000, required=("amount", "expected_close")),
    StageOption(14, "Negotiation", 7500),
    StageOption(15, "Old last mile", 9000, refused="retired"),
)
PIPELINES = (
    PipelineOption(1, "Enterprise", STAGES),
    PipelineOption(2, "Self-service", (StageOption(21, "Trial", 2000), StageOption(22, "Offer", 6000))),
)
ORGANISATIONS = (
    Suggestion(1, "Fjordline AS", "customer · 4 deals"),
    Suggestion(2, "Fjordheim Energi", "prospect"),
    Suggestion(3, "Acme [/EU]", "prospect"),
    Suggestion(4, "Bjørn & Søn", "customer"),
)
PEOPLE = (
    Suggestion(7, "Kari Lie", "Fjordline AS", organisation=Pick("Fjordline AS", 1)),
    Suggestion(8, "Ola Nordmann", "Bjørn & Søn"),
)


class Directory:
    """Answers like a database that can be slow or broken.

    :param gate: an answer waits until it is set.
    """

    def __init__(
        self, known: Sequence[Suggestion] = ORGANISATIONS, gate: threading.Event | None = None
    ) -> None:
        self.known, self.gate = known, gate
        self.asked: list[str] = []
        self.threads: set[str] = set()
        self.error: Exception | None = None

    def __call__(self, text: str) -> list[Suggestion]:
        """Names that contain the text; those that begin like it are alike."""
        self.asked.append(text)
        self.threads.add(threading.current_thread().name)
        if self.gate is not None:
            assert self.gate.wait(30)
        if self.error is not None:
            raise self.error
        wanted = fold(text)
        return [
            Suggestion(
                one.id,
                one.name,
                one.about,
                "similar name" if self._alike(one, wanted) else "",
                one.organisation,
            )
            for one in self.known
            if wanted in fold(one.name) or self._alike(one, wanted)
        ]

    def _alike(self, one: Suggestion, wanted: str) -> bool:
        name = fold(one.name)
        return len(wanted) > 5 and wanted != name and wanted[:6] == name[:6]


def choices(**changes: Any) -> DealChoices:
    """Everything there is to choose from."""
    return DealChoices(
        **{
            "reader": READER,
            "pipelines": PIPELINES,
            "reps": ((5, "Anna Berg"), (6, "Bo Lund"), (9, "Zoë [b]")),
            "find_organisation": Directory(),
            "find_person": Directory(PEOPLE),
            "sources": ("Referral", "Website", "Trade fair"),
            "tags": ("fleet", "renewal"),
            **changes,
        }
    )


NEW = DealValues(1, 11, 5)
FULL = DealValues(
    pipeline_id=1,
    stage_id=13,
    owner_id=5,
    title="Fjordline fleet renewal",
    organisation=Pick("Fjordline AS", 1),
    person=Pick("Kari Lie", 7),
    amount=Money(48_000_000, "NOK"),
    expected_close=date(2026, 12, 4),
    probability_bp=4200,
    source="Referral",
    tags=("fleet", "renewal"),
    note="Wants it before the summer.\nAsk about the old ships.",
)
SUBJECT = DealSubject(
    31,
    3,
    "Fjordline fleet renewal",
    12,
    "Qualified",
    "Fjordline AS",
    Money(48_000_000, "NOK"),
    NOW - 86_400 * 3,
)
TASK = TaskFact(
    id=77, version=2, kind="call", title="Ask for the budget", owner="Anna Berg", owner_id=5, deal_id=31,
    deal="Fjordline fleet renewal", organisation="Fjordline AS", created_at=NOW - 86_400, due_day=20_777,
    due_at=None, done_at=None, outcome=None,
)  # fmt: skip


REASONS = ("Price", "No decision", "Competitor [/x]")
REPS = ((5, "Anna Berg"), (6, "Bo Lund"))
FRIDAY = 20_784
"""27 November 2026."""


def at(stage: int) -> DealSubject:
    """The deal in a stage, by its place."""
    return replace(SUBJECT, stage_id=STAGES[stage].id, stage=STAGES[stage].name)


def moving(stage: int, values: DealValues = FULL) -> MoveDialog:
    """A dialog that moves the deal from a stage."""
    return MoveDialog(at(stage), choices(), replace(values, stage_id=STAGES[stage].id))


class Host(App[None]):
    """Shows a dialog and keeps its answer."""

    CSS_PATH = Path(funnel_tui.__file__).parent / "screens" / "look.tcss"
    ENABLE_COMMAND_PALETTE = False
    answers: list[Any]

    def __init__(self, dialog: Screen[Any], theme: str = "dark") -> None:
        super().__init__()
        for known in THEMES.values():
            self.register_theme(known)
        self.animation_level = "none"
        self.theme = theme
        self.dialog, self.answers = dialog, []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colour names."""
        return THEMES["dark"].variables

    def on_mount(self) -> None:
        """Show it."""
        self.push_screen(self.dialog, self.answers.append)


@asynccontextmanager
async def showing(
    dialog: Screen[Any], *, size: tuple[int, int] = (80, 24), theme: str = "dark"
) -> AsyncIterator[Driver]:
    """Show a dialog until the block ends; the driver presses keys and reads the screen."""
    app = Host(dialog, theme)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)  # type: ignore[arg-type]
        await driver.settle()
        yield driver


def seen(driver: Driver) -> str:
    """The screen as it is painted, with what lies over it."""
    strips = driver.app.screen._compositor.render_strips(driver.app.size)
    return "\n".join(strip.text.rstrip() for strip in strips)


def answer(driver: Driver) -> Any:
    """What the dialog answered; fails when it is still open."""
    answers = driver.app.answers  # type: ignore[attr-defined]
    assert answers, f"the dialog is still open:\n{driver.text}"
    return answers[0]


def is_open(driver: Driver) -> bool:
    """Whether nothing was answered yet."""
    return not driver.app.answers  # type: ignore[attr-defined]


def words(driver: Driver) -> str:
    """The screen as one text, wherever lines are broken."""
    return " ".join(seen(driver).split())


def focus(driver: Driver) -> str:
    """The name of the field that has the focus."""
    assert driver.app.screen.focused is not None
    return str(driver.app.screen.focused.id)


async def go(driver: Driver, field: str) -> None:
    """Go to a field by tab."""
    for _ in range(20):
        if focus(driver) == field:
            return
        await driver.press("tab")
    raise AssertionError(f"tab does not reach {field}")


async def write(driver: Driver, field: str, text: str) -> None:
    """Go to a field and type into it."""
    await go(driver, field)
    await driver.type(text)
