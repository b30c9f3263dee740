"""The command that reproduces a view is read back to the same scope."""

from __future__ import annotations

import dataclasses
import random
import shlex
from datetime import date

import click
import pytest

from funnel_tui.cli.report import report, scope_of
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from tests.reports.small import empty

VALUES = {
    "pipelines": [("Sales",), ("--odd", "It's \"new\" $HOME;ls", "Ny åpning")],
    "owner": ["Anna", "-x", "O'Brien & søn"],
    "team": ["North", "a b"],
    "period": [
        Period.year(2026), Period.quarter(2026, 3), Period.month(2026, 11),
        Period.days(date(2026, 1, 2), date(2026, 3, 4)),
    ],
    "compare": [Period.quarter(2025, 4), Period.days(date(2025, 1, 1), date(2025, 1, 1))],
    "as_of": [0, 1_775_001_600],
    "cohort": list(Cohort),
    "mode": list(Mode),
    "by": list(GroupBy),
    "by_value": [True],
    "present_owner": [True],
    "where": ['source = "fair" and amount > 100k'],
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path: object) -> Workspace:
    return empty(f"{tmp_path}/funnel.db")


def read_back(workspace: Workspace, command: str) -> tuple[str, Scope]:
    """What the command line makes of a command."""
    first, second, *arguments = shlex.split(command)
    assert (first, second) == ("funnel", "report")
    with click.Context(report) as context:
        report.parse_args(context, arguments)
        options = dict(context.params)
    name = options.pop("name")
    assert options.pop("format_") == "table"
    del options["db"]
    return name, scope_of(workspace, options)


def test_every_field_of_a_scope_is_tried() -> None:
    assert set(VALUES) == {field.name for field in dataclasses.fields(Scope)}


@pytest.mark.parametrize("field", VALUES)
def test_each_field_comes_back(workspace: Workspace, field: str) -> None:
    for value in VALUES[field]:  # type: ignore[attr-defined]
        scope = Scope(**{field: value})
        assert read_back(workspace, report_command("funnel", scope)) == ("funnel", scope)


@pytest.mark.parametrize("seed", range(40))
def test_any_scope_comes_back(workspace: Workspace, seed: int) -> None:
    rng = random.Random(seed)
    chosen = {name: rng.choice(values) for name, values in VALUES.items() if rng.random() < 0.5}  # type: ignore[arg-type]
    if "owner" in chosen:
        chosen.pop("team", None)  # nobody is looked at alone and with a team
    scope = Scope(**chosen)  # type: ignore[arg-type]
    name = rng.choice(("funnel", "losses", "volume"))
    assert read_back(workspace, report_command(name, scope)) == (name, scope)


def test_fiscal_periods_come_back(workspace: Workspace) -> None:
    set_setting(workspace, name="fiscal_start", value="7")
    scope = Scope(period=Period.quarter(2026, 2, 7), compare=Period.year(2025, 7))
    assert read_back(workspace, report_command("funnel", scope))[1] == scope


def test_nothing_is_said_of_what_is_not_asked_for() -> None:
    assert report_command("active", Scope()) == "funnel report active"
    assert report_command("active", Scope(), format_="json") == "funnel report active --format json"
