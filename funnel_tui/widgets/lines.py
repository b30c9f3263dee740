"""Lines of text that fit: the scope bar, the tabs and the key hints. They cut whole words, never silently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.cells import cut, padded

BAR = " │ "


def nothing_here(what: str, hint: str) -> Text:
    """What stands in the place of an empty list: what is missing, and under it what to do."""
    return Text(what, "bold").append(f"\n\n{hint}", "not bold")


def before_key(words: str, more: str, width: int) -> str:
    """One line of what is said and of the key that leads to the rest, which is never cut.

    :param more: names the key.
    :param width: cells of the line.
    """
    return f"{cut(words, width - cell_len(more) - 3)} · {more}"


class Line(Widget):
    """One line of plain text, or a few; what does not fit is cut with ``…``. It is never markup.

    :param texts: one per line; the style sheet says how many lines there are.
    """

    DEFAULT_CSS = """
    Line { height: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line--more"}

    def __init__(self, *texts: str, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.texts = texts

    def say(self, *texts: str) -> None:
        """Show other texts. Only the cells that change are drawn: a line over ssh is narrow."""
        before, self.texts = self.texts, texts
        width = self.size.width
        for y in range(self.size.height):
            old, new = _at(before, y, width), _at(texts, y, width)
            if old != new:
                start = _shared(old, new)
                end = _shared(old[:start:-1], new[:start:-1])
                x = cell_len(new[:start])
                self.refresh(Region(x, y, width - x - cell_len(new[len(new) - end :]), 1))

    def render_line(self, y: int) -> Strip:
        """One of the texts, filled up with blanks."""
        style = self.rich_style if y == 0 else self.get_component_rich_style("line--more")
        return Strip([Segment(_at(self.texts, y, self.size.width), style)], self.size.width)


def _at(texts: Sequence[str], y: int, width: int) -> str:
    return padded(texts[y] if y < len(texts) else "", width)


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    different = (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
    return next(different, min(len(one), len(other)))


class ScopeWords(NamedTuple):
    """What the scope bar says.

    :param parts: pipeline, rep or team, period, currency; each is cut when there is no room.
    :param right: what stands at the right edge, such as the number of deals.
    """

    parts: tuple[str, ...] = ()
    right: str = ""


def scope_line(words: ScopeWords, width: int) -> str:
    """The scope bar in ``width`` cells: long names are cut, the longest first.

    When even that is not enough, what stands at the right edge goes.
    """
    right = words.right
    parts = [clean(part) for part in ("funnel", *words.parts)]
    least = 8
    room = width - 2 - (cell_len(right) + 2 if right else 0)
    if sum(min(cell_len(part), least) for part in parts) + len(BAR) * (len(parts) - 1) > room:
        right, room = "", width - 2
    while (over := cell_len(BAR.join(parts)) - room) > 0:
        longest = max(range(len(parts)), key=lambda at: cell_len(parts[at]))
        if cell_len(parts[longest]) <= least:
            break
        parts[longest] = cut(parts[longest], max(least, cell_len(parts[longest]) - over))
    left = cut(BAR.join(parts), width - 2)
    blanks = " " * max(0, width - 2 - cell_len(left) - cell_len(right))
    return f" {left}{blanks}{right} "


class ScopeBar(Static):
    """One line that says what is looked at."""

    DEFAULT_CSS = """
    ScopeBar { height: 1; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._words = ScopeWords()
        self._reading = False

    def tell_reading(self, reading: bool) -> None:
        """Say, at the right edge, that what is below is being read anew; or that it is there."""
        if reading is not self._reading:
            self._reading = reading
            self.refresh()

    def say(self, words: ScopeWords) -> None:
        """Show another scope."""
        if words != self._words:
            self._words = words
            self.refresh()

    def render(self) -> Text:
        """The line as wide as the screen."""
        words = self._words._replace(right=tr("reading …")) if self._reading else self._words
        text = Text(scope_line(words, self.size.width), no_wrap=True)
        text.stylize("bold", 1, 7)
        return text


class TabLine(Static):
    """The screens there are and the views of the present one; where one is stands out, without colour too."""

    DEFAULT_CSS = """
    TabLine { height: 1; text-wrap: nowrap; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--here", "tabs--other"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._tabs: tuple[str, ...] = ()
        self._views: tuple[str, ...] = ()
        self._tab = self._view = ""

    def say(self, tabs: Sequence[str], tab: str, views: Sequence[str], view: str) -> None:
        """Show the tabs.

        :param tabs: all screens; ``tab`` is the present one.
        :param views: all views of it; ``view`` is the present one.
        """
        told = (tuple(tabs), tab, tuple(views), view)
        if told != (self._tabs, self._tab, self._views, self._view):
            self._tabs, self._tab, self._views, self._view = told
            self.refresh()

    def render(self) -> Text:
        """Screens, a bar, views; in as many words as there is room for."""
        here = self.get_component_rich_style("tabs--here")
        other = self.get_component_rich_style("tabs--other")
        spelt = fit_tabs(self._tabs, self._tab, self._views, self._view, self.size.width)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        for tab, words in zip(self._tabs, spelt.tabs, strict=True):
            text.append(words, here if tab == self._tab else other).append(" " * spelt.gap)
        if self._tabs:
            text.append("│ ", other)
        for is_here, words in spelt.views:
            text.append(f"[{words}]" if is_here else f" {words} ", here if is_here else other).append(" ")
        return text


class SpeltTabs(NamedTuple):
    """The line of tabs as there is room for it.

    :param tabs: one per screen; ``gap`` blanks stand after each.
    :param views: whether it is the present one, and its words.
    """

    tabs: list[str]
    gap: int
    views: list[tuple[bool, str]]

    @property
    def width(self) -> int:
        """The cells it takes, without the blank at its end."""
        tabs = sum(cell_len(words) + self.gap for words in self.tabs)
        return 2 + tabs + sum(cell_len(words) + 3 for _, words in self.views)


LONG_NAME, SHORT_NAME, LEAST_NAME = 8, 6, 5
"""The name of a screen of more cells than the first is cut to the second where there is no room for all of
it; the names of views are cut to the first or less, down to the last."""


def fit_tabs(tabs: Sequence[str], tab: str, views: Sequence[str], view: str, width: int) -> SpeltTabs:
    """Spell the tabs out as far as there is room.

    First long names of the other screens are cut, then all but their keys go; then the names of the other
    views are cut, and in the end only the present one is told, with its place among them. In the room that is
    left then, names stand in full after all, the short ones first.

    :param tabs: such as ``2 Stages``: the key and the name.
    """
    whole = [(one == view, one) for one in views]
    cut_tabs = [one if one == tab else _short_name(one) for one in tabs]
    keys = [one if one == tab else one.partition(" ")[0] for one in tabs]
    place = f" {views.index(view) + 1}/{len(views)}" if view in views and len(views) > 1 else ""
    ways = (
        SpeltTabs(list(tabs), 2, whole),
        SpeltTabs(cut_tabs, 2, whole),
        SpeltTabs(cut_tabs, 1, whole),
        SpeltTabs(keys, 2, whole),
        SpeltTabs(keys, 1, whole),
        *(SpeltTabs(keys, 1, _cut_views(whole, longest)) for longest in range(LONG_NAME, LEAST_NAME - 1, -1)),
        SpeltTabs(keys, 1, [(True, view + place)] if view else []),
    )
    return _filled(next((way for way in ways if way.width <= width), ways[-1]), tabs, whole, width)


def _filled(way: SpeltTabs, tabs: Sequence[str], views: Sequence[tuple[bool, str]], width: int) -> SpeltTabs:
    """Spell names out in the room that is left: those of views, then those of screens."""
    if len(way.views) == len(views):
        for at in sorted(range(len(views)), key=lambda at: cell_len(views[at][1])):
            longer = way._replace(views=[*way.views[:at], views[at], *way.views[at + 1 :]])
            way = longer if longer.width <= width else way
    for at in sorted(range(len(tabs)), key=lambda at: cell_len(tabs[at])):
        longer = way._replace(tabs=[*way.tabs[:at], tabs[at], *way.tabs[at + 1 :]])
        way = longer if longer.width <= width else way
    return way


def _cut_views(views: Sequence[tuple[bool, str]], longest: int) -> list[tuple[bool, str]]:
    """The present view in full, the others in at most so many cells."""
    return [(is_here, words if is_here else cut(words, longest)) for is_here, words in views]


def _short_name(tab: str) -> str:
    key, _, name = tab.partition(" ")
    return f"{key} {cut(name, SHORT_NAME)}" if cell_len(name) > LONG_NAME else tab


class Hint(NamedTuple):
    """A key and what it does."""

    key: str
    words: str

    @property
    def width(self) -> int:
        """The cells it takes."""
        return cell_len(self.key) + 1 + cell_len(self.words)


def fit_hints(hints: Sequence[Hint], last: Hint, width: int) -> list[Hint]:
    """As many whole hints as fit, in order, and always the last one."""
    kept: list[Hint] = []
    room = width - 2 - last.width
    for hint in hints:
        if hint.width + 3 > room:
            break
        kept.append(hint)
        room -= hint.width + 3
    return [*kept, last]


class HintLine(Static):
    """The foot of a screen: the keys that work here, as many as fit, and where to find the rest."""

    DEFAULT_CSS = """
    HintLine { height: 1; text-wrap: nowrap; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"hints--key", "hints--words"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._hints: Sequence[Hint] = ()
        self._last = Hint("?", trc("key", "help"))

    def say(self, hints: Sequence[Hint], last: Hint) -> None:
        """Show other hints."""
        if (hints, last) != (self._hints, self._last):
            self._hints, self._last = hints, last
            self.refresh()

    def render(self) -> Text:
        """The hints that fit, the last one at the right edge."""
        key = self.get_component_rich_style("hints--key")
        words = self.get_component_rich_style("hints--words")
        *hints, last = fit_hints(self._hints, self._last, self.size.width)
        text = Text(" ", no_wrap=True)
        for hint in hints:
            text.append(hint.key, key).append(f" {hint.words}   ", words)
        blanks = self.size.width - 1 - text.cell_len - last.width
        text.append(" " * max(0, blanks))
        return text.append(last.key, key).append(f" {last.words}", words)
