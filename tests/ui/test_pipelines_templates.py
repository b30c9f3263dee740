"""Stage sets to start from: the facts, and a pipeline made of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from funnel_tui.dialogs.pipeline_form import PipelineForm
from funnel_tui.dialogs.template_choice import TemplateChoice, stage_words
from funnel_tui.domain.stage_templates import STAGE_SETS, StageSet
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.screens.pipelines import PipelinesScreen
from funnel_tui.services.pipeline_setup import list_setup
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving

CLOSING = {"Closed Won", "Closed Lost", "Won", "Lost"}
"""What other products keep as stages and we as the status of a deal."""
CATEGORIES = {
    "Pipeline": ForecastCategory.PIPELINE,
    "BestCase": ForecastCategory.BEST_CASE,
    "Forecast": ForecastCategory.COMMIT,
}

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def test_the_sets_are_those_of_ten_products_with_their_probabilities(shared_data: Path) -> None:
    path = shared_data / "crm_formats" / "stage_defaults.json"
    if not path.exists():
        pytest.skip("no crm_formats/stage_defaults.json in the shared data")
    facts = {
        product: [row for row in given["stages"] if row[0] not in CLOSING]
        for product, given in json.loads(path.read_text(encoding="utf-8")).items()
        if not product.startswith("_")
    }
    assert len(facts) == 10
    assert {one.key for one in STAGE_SETS} == set(facts)
    for one in STAGE_SETS:
        assert [(stage.name, stage.percent) for stage in one.stages] == [
            (row[0], row[1]) for row in facts[one.key]
        ]
        for stage, row in zip(one.stages, facts[one.key], strict=True):
            wanted = CATEGORIES[row[2]] if len(row) > 2 else ForecastCategory.PIPELINE
            assert stage.category is wanted, (one.key, stage.name)


def test_a_set_without_probabilities_says_so() -> None:
    without = [one.product for one in STAGE_SETS if not one.has_probabilities]
    assert without == ["Odoo 15", "Atomic CRM", "HubSpot"]
    for one in STAGE_SETS:
        assert ("no probabilities" in stage_words(one)) == (one.product in without)
        assert (" %" in stage_words(one).replace("0 %.", "")) == (one.product not in without)


@both_sizes
async def test_the_list_spells_out_every_set_and_nothing_is_cut(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("S", "tab", "n")
        assert isinstance(driver.app.screen, TemplateChoice)
        for one in STAGE_SETS:
            assert one.product in driver.text
            words = " ".join(driver.text.split())
            for stage in one.stages:
                chance = "" if stage.percent is None else f" {stage.percent} %"
                assert f"{stage.name}{chance}" in words, one.product
            await driver.press("j")


@pytest.mark.parametrize("one", STAGE_SETS, ids=[one.key for one in STAGE_SETS])
async def test_a_pipeline_is_made_of_a_set(empty: Workspace, one: StageSet) -> None:
    async with driving(empty) as driver:
        await driver.press("S")
        assert "There is no pipeline yet. Press n" in driver.text
        await driver.press("n", *["j"] * STAGE_SETS.index(one), "enter")
        assert isinstance(driver.app.screen, PipelineForm)
        await driver.type("New [/x]")
        await driver.press("enter")
        assert isinstance(driver.app.screen, PipelinesScreen)
        assert driver.line("New [/x]")
        (made,) = list_setup(empty)
        assert [(stage.name, stage.probability_bp, stage.category) for stage in made.stages] == [
            (stage.name, (stage.percent or 0) * 100, stage.category) for stage in one.stages
        ]
        await driver.press("u")
        assert list_setup(empty) == []
        assert "There is no pipeline yet" in driver.text


async def test_an_empty_pipeline_says_how_to_add_a_stage(empty: Workspace) -> None:
    async with driving(empty) as driver:
        await driver.press("S", "n", "k", "enter")
        await driver.type("Bare")
        await driver.press("enter")
        assert "Stages of Bare: none yet, n adds one" in driver.text
        await driver.press("tab", "n")
        await driver.type("First")
        await driver.press("enter")
        assert [stage.name for stage in list_setup(empty)[0].stages] == ["First"]
