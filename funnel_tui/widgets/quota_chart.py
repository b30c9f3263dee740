"""Charts of quotas and forecasts inside the program. Import it late: plotext is not needed for the table."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.events import Mount
from textual_plotext import PlotextPlot

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.quota_drawing import GOAL, MARKS, PACE, Attainments, Picture, draw_picture

LEAST_WIDTH, LEAST_HEIGHT = 24, 5
_LOOKS = {
    **dict.fromkeys(MARKS[:1], "chart--first"),
    **dict.fromkeys(MARKS[1:2], "chart--second"),
    **dict.fromkeys(MARKS[2:], "chart--third"),
    **dict.fromkeys((GOAL, PACE), "chart--line"),
}
_AXES = frozenset("│┤├┼┴┬┌┐└┘─")


class StackChart(PlotextPlot):
    """A chart in the room there is. Colours come from the theme, by component class."""

    DEFAULT_CSS = """
    StackChart { height: 1fr; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_LOOKS.values(), "chart--text", "chart--title"}

    def __init__(self, picture: Picture | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture = picture
        self._drawn_key: tuple[object, ...] = ()
        self._drawn = Text()

    def on_mount(self, event: Mount) -> None:  # type: ignore[override]
        """The colours are the program's own: plotext gets no theme."""
        event.prevent_default()

    def draw(self, picture: Picture | None) -> None:
        """Show another chart, or none."""
        if picture != self._picture:
            self._picture = picture
            self.refresh()

    def render(self) -> Text:
        """The chart; drawn anew only when something about it is new."""
        key = (self._picture, self.size, self.app.theme)
        if key != self._drawn_key:
            self._drawn_key, self._drawn = key, self._draw()
        return self._drawn

    def _draw(self) -> Text:
        width, height = self.size
        picture = self._picture
        if picture is None or width < LEAST_WIDTH or height < LEAST_HEIGHT:
            return Text("")
        plain = self.get_component_rich_style("chart--text")
        lines = [self._heading(picture, width)]
        axis = not isinstance(picture, Attainments)
        for line in draw_picture(self.plt, picture, width, height - 1):
            lines.append(self._coloured(line, plain, axis=axis))
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

    def _coloured(self, line: str, plain: Style, *, axis: bool) -> Text:
        """A line of the chart; the frame of one with axes is drawn with a sign that is a mark elsewhere."""
        text = Text(line, plain, no_wrap=True)
        start = 0
        for at in range(1, len(line) + 1):
            if at == len(line) or line[at] != line[start]:
                sign = line[start]
                if sign in _LOOKS and not (axis and sign in _AXES):
                    text.stylize(self.get_component_rich_style(_LOOKS[sign]), start, at)
                start = at
        return text
