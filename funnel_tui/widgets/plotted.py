"""What every chart inside the program does the same way. Import it late: plotext is not needed at first."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from rich.style import Style
from rich.text import Text
from textual.events import Mount
from textual_plotext import PlotextPlot

PictureT = TypeVar("PictureT")


class Plotted(PlotextPlot, Generic[PictureT]):
    """A picture drawn with plotext in the room there is, and drawn anew only when something about it is new.

    Colours come from the theme, by component class; what is told is told by signs too.

    :param picture: what to show first.
    """

    DEFAULT_CSS = """
    Plotted { height: 1fr; }
    """
    LOOKS: ClassVar[Mapping[str, str]] = {}
    """The component class of each sign that stands for something."""
    LEAST: ClassVar[tuple[int, int]] = (24, 5)
    """Cells and lines below which nothing is drawn."""

    def __init__(self, picture: PictureT | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture = picture
        self._drawn_key: tuple[object, ...] = ()
        self._drawn = Text()

    def on_mount(self, event: Mount) -> None:  # type: ignore[override]
        """The colours are the program's own: plotext gets no theme."""
        event.prevent_default()

    def draw(self, picture: PictureT | None) -> None:
        """Show another picture, or none."""
        if picture != self._picture:
            self._picture = picture
            self.refresh()

    def render(self) -> Text:
        """The picture, or nothing where there is no room for it."""
        key = (self._picture, self.size, self.app.theme)
        if key != self._drawn_key:
            width, height = self.size
            fits = self._picture is not None and width >= self.LEAST[0] and height >= self.LEAST[1]
            drawn = (
                self.drawn(self._picture, width, height) if fits and self._picture is not None else Text("")
            )
            self._drawn_key, self._drawn = key, drawn
        return self._drawn

    def _draw(self) -> Text:
        width, height = self.size
        if self._picture is None or width < self.LEAST[0] or height < self.LEAST[1]:
            return Text("")
        return self.drawn(self._picture, width, height)

    @abstractmethod
    def drawn(self, picture: PictureT, width: int, height: int) -> Text:
        """Draw a picture in so many cells and lines."""

    def coloured(self, line: str, plain: Style, *, but: frozenset[str] = frozenset()) -> Text:
        """A line of a chart with its signs in their colours.

        :param but: signs that stand for nothing in this chart, such as those of its frame.
        """
        text = Text(line, plain, no_wrap=True)
        start = 0
        for at in range(1, len(line) + 1):
            if at == len(line) or line[at] != line[start]:
                if line[start] in self.LOOKS and line[start] not in but:
                    text.stylize(self.get_component_rich_style(self.LOOKS[line[start]]), start, at)
                start = at
        return text
