"""The waterfall inside the program. Import it late: plotext is not needed for the table."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.plan_drawing import MARKS, Waterfall, draw_waterfall
from funnel_tui.widgets.plotted import Plotted

_LOOKS = {MARKS[0]: "chart--first", MARKS[1]: "chart--second"}


class WaterfallChart(Plotted[Waterfall]):
    """A waterfall in the room there is."""

    LOOKS = _LOOKS
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_LOOKS.values(), "chart--text", "chart--title"}

    def drawn(self, picture: Waterfall, width: int, height: int) -> Text:
        """The waterfall under its title; nothing where all of it is 0."""
        if picture.is_flat:
            return Text("")
        plain = self.get_component_rich_style("chart--text")
        lines = [Text(clean(picture.title), self.get_component_rich_style("chart--title"), no_wrap=True)]
        lines += [
            self.coloured(line, plain) for line in draw_waterfall(self.plt, picture, width)[: height - 1]
        ]
        return Text("\n", no_wrap=True, overflow="ellipsis").join(lines)
