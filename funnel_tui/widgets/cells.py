"""Text in terminal cells: made harmless, cut and padded by the width that a terminal gives it."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from funnel_tui.domain.shown import clean


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` cells, safe to show; what was cut off shows as ``…``."""
    text = clean(text)
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text cut or filled with blanks to exactly ``width`` cells.

    :param right: whether the text stands at the right edge, as numbers do.
    """
    text = cut(text, width)
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks
