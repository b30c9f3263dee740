"""The waterfall inside the program. Import it late: plotext is not needed for the table."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.events import Mount
from textual_plotext import PlotextPlot

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.plan_drawing import MARKS, Waterfall, draw_waterfall

LEAST_WIDTH, LEAST_HEIGHT = 24, 5
_LOOKS = {MARKS[0]: "chart--first", MARKS[1]: "chart--second"}


class WaterfallChart(PlotextPlot):
    """A waterfall in the room there is. Colours come from the theme, by component class."""

    DEFAULT_CSS = """
    WaterfallChart { height: 1fr; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_LOOKS.values(), "chart--text", "chart--title"}

    def __init__(self, picture: Waterfall | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture = picture
        self._drawn_key: tuple[object, ...] = ()
        self._drawn = Text()

    def on_mount(self, event: Mount) -> None:  # type: ignore[override]
        """The colours are the program's own: plotext gets no theme."""
        event.prevent_default()

    def draw(self, picture: Waterfall | None) -> None:
        """Show another waterfall, or none."""
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
        if picture is None or picture.is_flat or width < LEAST_WIDTH or height < LEAST_HEIGHT:
            return Text("")
        plain = self.get_component_rich_style("chart--text")
        lines = [Text(clean(picture.title), self.get_component_rich_style("chart--title"), no_wrap=True)]
        for line in draw_waterfall(self.plt, picture, width)[: height - 1]:
            text = Text(line, plain, no_wrap=True)
            for at, sign in enumerate(line):
                if sign in _LOOKS:
                    text.stylize(self.get_component_rich_style(_LOOKS[sign]), at, at + 1)
            lines.append(text)
        return Text("\n", no_wrap=True, overflow="ellipsis").join(lines)
