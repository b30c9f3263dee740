"""A field for a filter of deals: fields are completed, and what is wrong is marked where it stands."""

from __future__ import annotations

from textual.suggester import Suggester
from textual.widgets.input import Selection

from funnel_tui.domain.filter import FilterError, completed
from funnel_tui.widgets.text_field import TextField


class FieldNames(Suggester):
    """Completes the name of a field where one is begun."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The filter with the field at its end written out."""
        return completed(value)


class FilterField(TextField):
    """A line for a filter. The right arrow at its end takes the completion.

    :param value: what it begins with; user text.
    """

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(value, id=id)
        self.suggester = FieldNames()

    def mark(self, error: FilterError) -> None:
        """Go to what is wrong and select it."""
        self.focus()
        start = min(error.column - 1, len(self.value))
        self.selection = Selection(start, min(start + error.width, len(self.value)))
