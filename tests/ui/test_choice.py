"""A field with one of several values, by keys."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from funnel_tui.widgets.choice import Choice


class Asked(App[None]):
    """One field."""

    def compose(self) -> ComposeResult:
        """The owners."""
        yield Choice(["root", "Erik", "Kari", "Jonas", "Henrik", "Lise"])


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ("120k", "root"),
        ("hjkl", "root"),
        ("e", "Erik"),
        ("ka", "Kari"),
        ("kali", "Lise"),
        ("s", "root"),
        ("kaxhem", "Kari"),
    ],
)
async def test_a_slip_changes_nothing_and_the_beginning_of_a_name_chooses(keys: str, chosen: str) -> None:
    app = Asked()
    async with app.run_test() as pilot:
        app.query_one(Choice).focus()
        await pilot.press(*keys)
        assert app.query_one(Choice).value == chosen


async def test_what_names_no_value_is_shown_until_the_field_is_left_or_cleared() -> None:
    app = Asked()
    async with app.run_test() as pilot:
        field = app.query_one(Choice)
        field.focus()
        await pilot.press(*"kaxhem")
        assert "nothing begins with “kaxhem”" in field.render().plain
        await pilot.press("backspace", "e")
        assert field.value == "Erik"
        assert "nothing begins" not in field.render().plain


async def test_arrows_and_space_step() -> None:
    app = Asked()
    async with app.run_test() as pilot:
        app.query_one(Choice).focus()
        await pilot.press("right", "space", "left")
        assert app.query_one(Choice).value == "Erik"
