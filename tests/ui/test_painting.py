"""Lines that are on the terminal already are not sent again, and what is sent is as short as it can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.screens.painting import merged
from tests.e2e.test_deals_flow import opened
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

RED, BLUE, END = "\x1b[31m", "\x1b[34m", "\x1b[0m"


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("", ""),
        (f"{RED}ab{END}", f"{RED}ab{END}"),
        (f"{RED}ab{END}{RED}cd{END}", f"{RED}abcd{END}"),
        (f"{RED}ab{END}{BLUE}cd{END}", f"{RED}ab{END}{BLUE}cd{END}"),
        (f"{RED}ab{END}plain{RED}cd{END}", f"{RED}ab{END}plain{RED}cd{END}"),
        (f"{RED}ab{END}{END}plain{BLUE}{END}", f"{RED}ab{END}plain"),
        (f"{RED}{BLUE}ab{END}{RED}{BLUE}cd{END}", f"{RED}{BLUE}abcd{END}"),
        ("plain", "plain"),
    ],
)
def test_neighbours_that_look_the_same_are_sent_as_one(line: str, sent: str) -> None:
    assert merged(line) == sent


@pytest.mark.e2e
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_what_is_left_out_is_there_all_the_same(demo_path: Path, size: tuple[int, int]) -> None:
    with opened(demo_path, size=size) as terminal:
        for key, shows in (
            *(("c", "3  conversation"), ("3", "conversation"), ("escape", "open deals by")),
            *(
                ("3", "interactions ·"),
                ("g", " 1/"),
                ("j", " 2/"),
                ("tab", "Done per week"),
                ("tab", "Conversations of"),
            ),
            *(("t", "Targets for"), ("escape", "Conversations of"), ("2", "Stages"), ("1", "open deals by")),
            *(("?", "Keys"), ("escape", "open deals by"), ("3", "Conversations of")),
        ):
            terminal.press(key)
            terminal.wait_for(shows)
            terminal.wait_quiet()
        before = terminal.lines
        terminal.resize(size[0] + 3, size[1])
        terminal.wait_quiet()
        terminal.resize(*size)
        terminal.wait_quiet()
        assert terminal.lines == before


@pytest.mark.e2e
def test_a_form_is_painted_once_when_it_opens_and_once_when_it_closes(demo_path: Path) -> None:
    with opened(demo_path, size=(120, 40)) as terminal:
        before = len(terminal.raw)
        terminal.press("c")
        terminal.wait_for("3  conversation")
        terminal.wait_quiet()
        terminal.press("escape")
        terminal.wait_for("open deals by")
        terminal.wait_quiet()
        assert len(terminal.raw) - before <= 35_000
