"""Every screen and every view of it, and the keys that lead there in the demo."""

from __future__ import annotations

from tests.support.driving import Driver

PAST = ("T", "1", "space", *"oct", "enter")
"""The keys that lead to the past."""

PLACES: dict[str, tuple[str, ...]] = {
    "today": ("0",),
    "today: deals": ("0", "tab"),
    "deals: open": ("1",),
    "deals: won": ("1", "tab"),
    "deals: lost": ("1", "tab", "tab"),
    "deals: all": ("1", "tab", "tab", "tab"),
    "deals: marked": ("1", "space", "j", "space"),
    "deals: board": ("1", "b"),
    "deal: open": ("1", "enter"),
    "deal: won": ("1", "tab", "enter"),
    "deal: lost": ("1", "tab", "tab", "enter"),
    "stages: closed": ("2",),
    "stages: active": ("2", "tab"),
    "stages: losses": ("2", "o"),
    "stages: reasons": ("2", "x"),
    "stages: who": ("2", "w"),
    "stages: trends": ("2", "t"),
    "stages: days": ("2", "s"),
    "stages: benchmark": ("2", "B"),
    "stages: behind": ("2", "enter"),
    "interactions: stream": ("3",),
    "interactions: panel 1": ("3", "tab"),
    "interactions: panel 2": ("3", "tab", "tab"),
    "interactions: panel 3": ("3", "tab", "tab", "tab"),
    "interactions: panel 4": ("3", "tab", "tab", "tab", "tab"),
    "interactions: panel 5": ("3", "tab", "tab", "tab", "tab", "tab"),
    "interactions: behind": ("3", "tab", "enter"),
    "interactions: one": ("3", "enter"),
    "interactions: kinds": ("3", "K"),
    "interactions: targets": ("3", "t"),
    "quotas: review": ("4",),
    "quotas: forecast": ("4", "tab"),
    "quotas: trend": ("4", "tab", "tab"),
    "quotas: adjustments": ("4", "tab", "tab", "tab"),
    "quotas: accuracy": ("4", "tab", "tab", "tab", "tab"),
    "quotas: probability": ("4", "tab", "tab", "tab", "tab", "tab"),
    "quotas: behind": ("4", "enter"),
    "quotas: grid": ("4", "e"),
    "plan": ("5",),
    "plan: change": ("5", "tab"),
    "plan: advice": ("5", "tab", "tab"),
    "plan: scenarios": ("5", "o"),
    "pipelines: stages": ("S",),
    "pipelines: pipelines": ("S", "tab"),
    "history": ("Z",),
    "organisations": ("O",),
    "people": ("O", "tab"),
    "organisation": ("O", "enter"),
    "person": ("O", "tab", "enter"),
    "duplicates": ("O", "equals_sign"),
    "find": ("slash", *"fjord"),
}
"""The keys by the name of the place."""


async def go(driver: Driver, place: str) -> None:
    """Press the keys that lead to a place."""
    for key in PLACES[place]:
        if len(key) == 1 or len(key) > 2:
            await driver.press(key)
