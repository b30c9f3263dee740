"""The activity-rate chart inside the program. Import it late: plotext is not needed for the first frame."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.events import Mount
from textual_plotext import PlotextPlot

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.activity_drawing import COMPARED, MARKS, TARGET, RatePicture, draw_rate
from funnel_tui.widgets.cells import cut

LEAST_WIDTH, LEAST_HEIGHT = 24, 5
_LOOKS = {
    **dict.fromkeys(MARKS[:1], "chart--first"),
    **dict.fromkeys(MARKS[1:2], "chart--second"),
    **dict.fromkeys(MARKS[2:], "chart--further"),
    TARGET: "chart--target",
    COMPARED: "chart--compared",
}


class RateChart(PlotextPlot):
    """Stacked bars over time with a line for the target. Colours come from the theme, by component class."""

    DEFAULT_CSS = """
    RateChart { height: 1fr; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_LOOKS.values(), "chart--text"}

    def __init__(self, picture: RatePicture | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture = picture
        self._drawn_key: tuple[object, ...] = ()
        self._drawn = Text()

    def on_mount(self, event: Mount) -> None:  # type: ignore[override]
        """The colours are the program's own: plotext gets no theme."""
        event.prevent_default()

    def draw(self, picture: RatePicture | None) -> None:
        """Show another chart, or none."""
        if picture != self._picture:
            self._picture = picture
            self.refresh()

    def render(self) -> Text:
        """The chart in the room there is; drawn anew only when something about it is new."""
        key = (self._picture, self.size, self.app.theme)
        if key != self._drawn_key:
            self._drawn_key, self._drawn = key, self._draw()
        return self._drawn

    def _draw(self) -> Text:
        width, height = self.size
        picture = self._picture
        if picture is None or not picture.labels or width < LEAST_WIDTH or height < LEAST_HEIGHT:
            return Text("")
        lines = self._legend(picture, width)
        plain = self.get_component_rich_style("chart--text")
        drawn = draw_rate(self.plt, picture, width, height - len(lines))
        return Text("\n", no_wrap=True).join([*lines, *(self._coloured(line, plain) for line in drawn)])

    def _legend(self, picture: RatePicture, width: int) -> list[Text]:
        """Which sign stands for what: in one line, or the series in one and the rest in another."""
        told = [(mark, clean(name)) for mark, name in picture.legend()]
        if sum(cell_len(name) + 4 for _, name in told) - 2 <= width:
            return [self._signs(told, width)]
        series = [one for one in told if one[0] in MARKS]
        return [self._signs(part, width) for part in (series, told[len(series) :]) if part]

    def _signs(self, told: list[tuple[str, str]], width: int) -> Text:
        """Signs and names in one line; long names are cut so that all of them fit."""
        room = max((cell_len(name) for _, name in told), default=0)
        while room > 3 and sum(min(cell_len(name), room) + 4 for _, name in told) - 2 > width:
            room -= 1
        text = Text(no_wrap=True, overflow="ellipsis")
        for mark, name in told:
            text.append(mark, self.get_component_rich_style(_LOOKS[mark])).append(f" {cut(name, room)}  ")
        return text

    def _coloured(self, line: str, plain: Style) -> Text:
        text = Text(line, plain, no_wrap=True)
        start = 0
        for at in range(1, len(line) + 1):
            if at == len(line) or line[at] != line[start]:
                if line[start] in _LOOKS:
                    text.stylize(self.get_component_rich_style(_LOOKS[line[start]]), start, at)
                start = at
        return text
