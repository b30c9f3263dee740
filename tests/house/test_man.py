"""The man page says what the program says."""

from __future__ import annotations

from tests.support.man import PAGE, page


def test_the_man_page_is_that_of_the_commands() -> None:
    """Where it is not: ``python -m tests.support.man``."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_line_is_a_request_by_chance() -> None:
    requests = {line.split()[0] for line in page().splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".TP", ".B", ".nf", ".fi"}
