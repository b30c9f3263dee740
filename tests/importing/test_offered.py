"""The choices of the preview for pipeline and fixed values do the same as the options of the command."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.errors import UsageError
from funnel_tui.services.importing.offered import known_pipelines, pipeline_name
from funnel_tui.services.importing.preview import Choices, look, options_of, rehearse
from funnel_tui.services.pipelines import create_pipeline, edit_pipeline
from tests.importing.support import Folder

HEADER = ("id", "title", "stage", "created", "pipeline")
ROWS = [(n, "Fjord", "Notice" if n % 2 else "Review", "2026-01-02", "Renewals") for n in range(20)]


@pytest.mark.parametrize(
    "said",
    [
        {"pipeline": "New one"},
        {"pipeline": "sales"},
        {"values": {"stage": "Lead", "pipeline": "Sales"}},
        {"maps": {"pipeline": ""}, "values": {"stage": "Lead"}},
    ],
    ids=["new", "there", "values", "left out"],
)
def test_the_choices_are_the_options_of_the_command(folder: Folder, said: dict[str, Any]) -> None:
    choices = Choices(**said)
    create_pipeline(folder.workspace, name="Sales", stages=["Lead", "Notice", "Review"])
    path = folder.write("deals.csv", [HEADER, *ROWS])
    seen = look(Path(path), choices, folder.workspace.settings())
    tried = rehearse(folder.workspace, options_of(Path(path), seen, choices))
    assert astuple(tried) == astuple(folder.load("deals", path, dry_run=True, **said))
    assert tried.new == len(ROWS)


def test_the_first_rows_and_the_field_show_the_pipeline_that_was_chosen(folder: Folder) -> None:
    path = Path(folder.write("deals.csv", [HEADER, *ROWS]))
    seen = look(path, Choices(pipeline="New one"), folder.workspace.settings())
    assert {row[seen.shown.index("pipeline")] for row in seen.rows} == {"New one"}
    assert [one.constant for one in seen.fields if one.name == "pipeline"] == ["New one"]
    assert seen.unread == ("pipeline",)
    assert seen.new_pipeline


def test_only_pipelines_in_use_are_offered_with_their_stages(folder: Folder) -> None:
    create_pipeline(folder.workspace, name="Sales", stages=["Lead", "Offer"])
    old = create_pipeline(folder.workspace, name="Old", stages=["Lead"])
    edit_pipeline(folder.workspace, pipeline_id=old, changes={"in_use": False})
    assert known_pipelines(folder.workspace) == (("Sales", ("Lead", "Offer")),)


@pytest.mark.parametrize(("text", "problem"), [("  ", "Type a name."), ("x" * 300, "300"), ("a\tb", "tab")])
def test_a_name_that_no_pipeline_can_have(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        pipeline_name(text)
    assert pipeline_name("  Renewals ") == "Renewals"
