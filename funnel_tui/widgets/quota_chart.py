"""Charts of quotas and forecasts inside the program. Import it late: plotext is not needed for the table."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.plotted import Plotted
from funnel_tui.widgets.quota_drawing import GOAL, MARKS, PACE, Attainments, Picture, draw_picture

_LOOKS = {
    **dict.fromkeys(MARKS[:1], "chart--first"),
    **dict.fromkeys(MARKS[1:2], "chart--second"),
    **dict.fromkeys(MARKS[2:], "chart--third"),
    **dict.fromkeys((GOAL, PACE), "chart--line"),
}
_AXES = frozenset("│┤├┼┴┬┌┐└┘─")


class StackChart(Plotted[Picture]):
    """Attainment bars or stacked columns in the room there is."""

    LOOKS = _LOOKS
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_LOOKS.values(), "chart--text", "chart--title"}

    def drawn(self, picture: Picture, width: int, height: int) -> Text:
        """The chart under its title and its signs."""
        plain = self.get_component_rich_style("chart--text")
        lines = [self._heading(picture, width)]
        # The frame of a chart with axes is drawn with a sign that is a mark elsewhere.
        frame = frozenset() if isinstance(picture, Attainments) else _AXES
        lines += [
            self.coloured(line, plain, but=frame)
            for line in draw_picture(self.plt, picture, width, height - 1)
        ]
        return Text("\n", no_wrap=True).join(lines)

    def _heading(self, picture: Picture, width: int) -> Text:
        """What it shows, and which sign stands for what."""
        text = Text(no_wrap=True, overflow="ellipsis")
        told = picture.legend()
        taken = sum(cell_len(name) + 5 for _, name in told)
        title = clean(picture.title)
        if cell_len(title) + taken <= width:
            text.append(title, self.get_component_rich_style("chart--title"))
            text.append("   ")
        for mark, name in told:
            text.append(mark, self.get_component_rich_style(_LOOKS[mark])).append(f" {clean(name)}   ")
        return text
