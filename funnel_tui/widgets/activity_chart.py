"""The activity-rate chart inside the program. Import it late: plotext is not needed for the first frame."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.activity_drawing import COMPARED, MARKS, TARGET, RatePicture, draw_rate
from funnel_tui.widgets.cells import cut
from funnel_tui.widgets.plotted import Plotted

_LOOKS = {
    **dict.fromkeys(MARKS[:1], "chart--first"),
    **dict.fromkeys(MARKS[1:2], "chart--second"),
    **dict.fromkeys(MARKS[2:], "chart--further"),
    TARGET: "chart--target",
    COMPARED: "chart--compared",
}


class RateChart(Plotted[RatePicture]):
    """Stacked bars over time with a line for the target."""

    LOOKS = _LOOKS
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_LOOKS.values(), "chart--text"}

    def drawn(self, picture: RatePicture, width: int, height: int) -> Text:
        """The chart under its signs; nothing without days, weeks or months."""
        if not picture.labels:
            return Text("")
        lines = self._legend(picture, width)
        plain = self.get_component_rich_style("chart--text")
        drawn = draw_rate(self.plt, picture, width, height - len(lines))
        return Text("\n", no_wrap=True).join([*lines, *(self.coloured(line, plain) for line in drawn)])

    def _legend(self, picture: RatePicture, width: int) -> list[Text]:
        """Which sign stands for what: in one line, or the series in one and the rest in another.

        What is not drawn for want of room is told after them.
        """
        plain = self.get_component_rich_style("chart--text")
        told = [(mark, clean(name)) for mark, name in picture.legend()]
        if sum(cell_len(name) + 4 for _, name in told) - 2 <= width:
            lines = [self._signs(told, width)]
        else:
            series = [one for one in told if one[0] in MARKS]
            lines = [self._signs(part, width) for part in (series, told[len(series) :]) if part]
        cut_words = picture.cut_words(width)
        if cut_words and lines and lines[-1].cell_len + cell_len(cut_words) <= width:
            lines[-1].append(cut_words, plain)
        elif cut_words:
            lines.append(Text(cut_words, plain, no_wrap=True, overflow="ellipsis"))
        return lines

    def _signs(self, told: list[tuple[str, str]], width: int) -> Text:
        """Signs and names in one line; long names are cut so that all of them fit."""
        room = max((cell_len(name) for _, name in told), default=0)
        while room > 3 and sum(min(cell_len(name), room) + 4 for _, name in told) - 2 > width:
            room -= 1
        text = Text(no_wrap=True, overflow="ellipsis")
        for mark, name in told:
            text.append(mark, self.get_component_rich_style(_LOOKS[mark])).append(f" {cut(name, room)}  ")
        return text
