"""The activity-rate chart inside the program. Import it late: plotext is not needed for the first frame."""

from __future__ import annotations

from typing import ClassVar

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
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_LOOKS.values(), "chart--text", "chart--title"}

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
        title = self.get_component_rich_style("chart--title")
        text = Text(cut(clean(picture.title), width), title, no_wrap=True, overflow="ellipsis")
        text.append("\n").append_text(self._legend(picture, width))
        plain = self.get_component_rich_style("chart--text")
        for line in draw_rate(self.plt, picture, width, height - 2):
            text.append("\n").append_text(self._coloured(line, plain))
        return text

    def _legend(self, picture: RatePicture, width: int) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        for mark, name in picture.legend():
            told = Text(mark, self.get_component_rich_style(_LOOKS[mark])).append(
                f" {clean(name)}  ", Style()
            )
            if text.cell_len + told.cell_len > width:
                break
            text.append_text(told)
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
