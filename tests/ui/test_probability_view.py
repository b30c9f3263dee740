"""The view Probability of the Quotas screen by keys."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Static

from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import decimal_text
from funnel_tui.screens.deal import DealScreen
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.learning import Progress, learn
from funnel_tui.services.reports.probability_screen import learn_and_read
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.quota_chart import StackChart
from tests.support.driving import SIZES, Driver, driving
from tests.ui.test_quotas_screen import grid, screen_of, to_column, to_view

WIDE = (120, 40)
SCOPE = Scope(period=Period.quarter(2026, 4))


@pytest.mark.parametrize("size", SIZES)
async def test_the_likeliest_first_with_all_sources(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, tab="4") as driver:
        await to_view(driver, "Probability")
        view = learn_and_read(demo, SCOPE)
        chances = view.chances.deals
        assert f"31 Dec 2026 first: {view.chances.expected} of {len(chances)}" in driver.text
        for heading in ("Deal", "Typed", "Stage", "History (n)", "Model", "Pushed by"):
            assert heading in driver.lines[3]
        first = chances[0]
        line = driver.line(first.deal.title[:14])
        assert f"({first.history_n})" in line
        assert f"{decimal_text(first.stage * 100, 0)} %" in line
        assert first.model is not None
        assert f"{decimal_text(first.model * 100, 0)} %" in line
        meaning = " ".join(driver.app.screen.query_one("#meaning").texts)  # type: ignore[attr-defined]
        assert meaning.startswith(f"{first.deal.title}: {first.stage_name} ")
        reasons = view.chances.reasons(first.deal)
        assert f"{reasons[0].field} {reasons[0].value} " in meaning
        tested = view.chances.backtest
        assert "Brier score: model 0." in driver.text
        assert f" · {tested.predictions:,} predictions of {tested.deals:,} past deals" in driver.text
        assert tested.predictions > 2 * tested.deals
        if size == WIDE:
            chart = driver.app.screen.query_one(StackChart).render().plain
            assert "what was predicted" in chart
            tenths = [tenth for tenth in tested.tenths if tenth.n]
            assert chart.count(", predicted ") == len(tenths)
            assert all(f" of {tenth.n:,}, predicted " in chart for tenth in tenths)
        else:
            assert "Predicted→won %: " in driver.text
            assert len(driver.app.screen.query_one("#figures", DealGrid).visible_rows) == 15


async def test_it_explains_how_the_model_was_judged(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        await to_view(driver, "Probability")
        await driver.press("question_mark")
        told = " ".join(driver.text.split())
        assert "Every past deal is predicted for each stage that it reached" in told
        assert "0 is perfect, 0.25 is tossing a coin." in told
        assert "where it should be by today" not in told, "that is said of quotas"


async def test_enter_opens_the_deal_and_esc_comes_back(demo: Workspace) -> None:
    async with driving(demo, size=WIDE, tab="4") as driver:
        await to_view(driver, "Probability")
        chances = learn_and_read(demo, SCOPE).chances.deals
        await driver.press("j", "enter")
        assert isinstance(driver.app.screen, DealScreen)
        assert driver.app.screen.deal_id == chances[1].deal.deal_id
        assert "Win probability" in driver.text
        await driver.press("escape")
        assert screen_of(driver).view_name == "Probability"
        assert grid(driver).row == 1


async def test_a_typed_one_switches_the_model_off(demo: Workspace) -> None:
    deal = learn_and_read(demo, SCOPE).chances.deals[-1].deal
    with demo.read() as reader:
        version = reader.rows("SELECT version FROM deal WHERE id = :id", {"id": deal.deal_id})[0][0]
    day = (Period.parse("2026-12-01").start - Period.parse("1970-01-01").start).days
    changes = {"probability_bp": 9_950, "expected_close": day, "title": "Aardvark"}
    edit_deal(demo, deal_id=deal.deal_id, version=version, changes=changes)
    async with driving(demo, size=WIDE, tab="4") as driver:
        await to_view(driver, "Probability")
        assert driver.text.index("Aardvark") < driver.text.index("Brier")
        rows = [line for line in driver.lines if "Aardvark" in line]
        assert "100 %" in rows[0]
        await to_column(driver, "model")
        assert grid(driver).row == 0
        assert "typed 99.5 % (no model)" in driver.text


async def test_without_a_model_it_says_what_is_missing(demo: Workspace) -> None:
    set_setting(demo, name="model_minimum", value=5_000)
    async with driving(demo, size=WIDE, tab="4") as driver:
        await to_view(driver, "Probability")
        assert "No model under 5,000 closed deals of a team: " in driver.text
        assert "funnel settings model_minimum" in " ".join(driver.text.split())
        assert "Brier" not in driver.text


class Slow:
    """Learning that stops at its first word until it is let go on."""

    def __init__(self) -> None:
        self.told = threading.Event()
        self.go_on = threading.Event()
        self.ended: list[str] = []

    def learn(self, workspace: Workspace, progress: Progress | None = None) -> None:
        """Learn, slowly where somebody is told of it."""

        def slowly(done: int, every: int) -> None:
            assert progress is not None
            progress(done, every)
            self.told.set()
            assert self.go_on.wait(20)
            progress(every, every)

        try:
            learn(workspace, None if progress is None else slowly)
        except Exception as error:
            self.ended.append(type(error).__name__)
            raise
        self.ended.append("learned")


async def wait_for(event: threading.Event, driver: Driver) -> None:
    """Let the program run until something has happened in a thread."""
    for _ in range(400):
        if event.is_set():
            return
        await driver.pilot.pause(0.02)
    raise AssertionError("it never happened")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Slow learning in the place of the real one."""
    found = Slow()
    monkeypatch.setattr("funnel_tui.services.reports.probability_screen.learn", found.learn)
    return found


def nothing(driver: Driver) -> str:
    """What is said in the place of the figures."""
    return str(driver.app.screen.query_one("#nothing", Static).render())


async def test_learning_tells_how_far_it_is_and_blocks_no_key(demo: Workspace, slow: Slow) -> None:
    async with driving(demo, size=WIDE, tab="4") as driver:
        await driver.pilot.press("shift+tab")
        await wait_for(slow.told, driver)
        await driver.pilot.pause(0.1)
        with demo.read() as reader:
            closed = reader.rows("SELECT count(*) FROM deal WHERE closed_at IS NOT NULL")[0][0]
        assert f"Learning from the closed deals: 0 of {closed}." in nothing(driver)
        await driver.pilot.press("question_mark")
        await driver.pilot.pause(0.1)
        assert type(driver.app.screen).__name__ != "QuotasScreen", "a key does what it does"
        await driver.pilot.press("escape")
        slow.go_on.set()
        await driver.settle()
        assert slow.ended[0] == "learned"
        assert "Brier score: " in driver.text


@pytest.mark.parametrize("way", ["tab", "1"])
async def test_leaving_ends_the_learning_and_coming_back_begins_again(
    demo: Workspace, slow: Slow, way: str
) -> None:
    async with driving(demo, size=WIDE, tab="4") as driver:
        await driver.pilot.press("shift+tab")
        await wait_for(slow.told, driver)
        await driver.pilot.press(way)
        await driver.pilot.pause(0.1)
        slow.go_on.set()
        await driver.settle()
        assert slow.ended == ["Left"]
        with demo.read() as reader:
            assert not reader.rows("SELECT 1 FROM learned_up_to")
        await driver.press("shift+tab" if way == "tab" else "4")
        await driver.settle()
        assert slow.ended[:2] == ["Left", "learned"]
        assert "Brier score: " in driver.text
