"""Driving the Plan screen."""

from __future__ import annotations

from functools import partial

import pytest

from funnel_tui.screens.plan import PlanScreen
from funnel_tui.services.reports.plan_figures import Plan
from tests.support.driving import SIZES, Driver, driving

on_plan = partial(driving, tab="5")
both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def screen_of(driver: Driver) -> PlanScreen:
    """The screen."""
    screen = driver.app.screen
    assert isinstance(screen, PlanScreen)
    return screen


def plan_of(driver: Driver) -> Plan:
    """The plan that is shown."""
    plan = screen_of(driver).plan
    assert plan is not None
    return plan


async def fill_in(driver: Driver, text: str) -> None:
    """Type over what stands in the field, and accept."""
    await driver.pilot.press("end", "ctrl+u")
    await driver.type(text)
    await driver.press("enter")
