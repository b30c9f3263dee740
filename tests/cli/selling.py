"""A small team in a database of its own, and the real command on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.services.world import World
from tests.support.cli import Ended, json_of, run_here

NOW = "2026-01-22T12:00:00Z"
"""A Thursday, three weeks after the world of the tests begins."""

Run = Callable[..., Ended]


def made_world(url: str) -> World:
    """Two reps, a pipeline of four stages, and five deals; then the clock stands at :data:`NOW`."""
    world = World.make(url)
    world.deal("Acme renewal", external_id="X-7", amount_minor=100_000, currency="EUR")
    world.deal("Acme [/EU] rollout")
    world.deal("Bjørn & Søn migration")
    world.deal("Twice")
    world.deal("Twice")
    world.clock.forward(21.5)
    return world


def runner(url: str | Path, **env: str) -> Run:
    """Runs ``funnel`` on a database as the rep Ana."""

    def run(*args: str, **more: Any) -> Ended:
        return run_here(
            *args, db=url, env={"FUNNEL_NOW": NOW, "LOGNAME": "ana", "USER": "ana", **env}, **more
        )

    return run


def rows(ended: Ended) -> list[dict[str, Any]]:
    """The rows of a report in JSON."""
    found: list[dict[str, Any]] = json_of(ended)["rows"]
    return found
