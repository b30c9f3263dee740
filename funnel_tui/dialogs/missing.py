"""The fields that a stage asks for before a deal leaves it forward, where they are empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from funnel_tui.dialogs.deal_fields import (
    ASKED,
    HELP,
    LABELS,
    READERS,
    amount_text,
    echo,
    needed_by,
    texts_of,
    values_of,
)
from funnel_tui.dialogs.deal_rows import make_field, read_row, row_texts
from funnel_tui.dialogs.form import Refusals
from funnel_tui.dialogs.picker import Picker
from funnel_tui.dialogs.wishes import DealChoices, DealValues
from funnel_tui.domain.demand import demand_total
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.widgets.fields import FieldRow

ASKABLE = {ASKED: tr("Asked for"), **LABELS}
"""What a stage and its pipeline can ask for on the way, and how people call it."""


class Missing:
    """What the stage of a deal asks for and the deal does not say yet.

    :param choices: what there is to choose from.
    :param values: what the deal has.
    :param stage_id: the stage it is in.
    """

    def __init__(self, choices: DealChoices, values: DealValues, stage_id: int) -> None:
        self._choices, self._values = choices, values
        stages = choices.pipeline(values.pipeline_id).stages
        self._stage = next(stage for stage in stages if stage.id == stage_id)
        held = {**values_of(values), ASKED: values.demand or None}
        empty = {
            name
            for name in (*texts_of(values), ASKED)
            if held.get("amount_minor" if name == "amount" else name) is None
        }
        self.names = [name for name in ASKABLE if name in needed_by(self._stage) & empty]

    def rows(self, names: Iterable[str]) -> Iterator[FieldRow]:
        """A row to fill in for each of some fields."""
        texts = {**texts_of(self._values), ASKED: ""}
        if self._values.amount is None:
            texts["amount"] = amount_text(demand_total(self._values.demand))
        for name in names:
            field = make_field(name, texts, self._choices)
            extra = [field.panel] if isinstance(field, Picker) else []
            row = FieldRow(name, ASKABLE[name], field, help=HELP.get(name, ""), extra=extra)
            row.mark(True)
            yield row

    def say(self, row: FieldRow, *, left: bool) -> None:
        """Say under a field what is understood.

        :param left: whether the user has finished typing there, so that nonsense is called so.
        """
        if isinstance(row.field, Picker) and not row.field.free:
            row.say(*row.field.said())
        elif row.named in READERS:
            try:
                row.say(echo(row.named, row_texts(row)[row.named], self._choices.reader, self._stage))
            except InvalidInput as error:
                row.refuse(str(error)) if left else row.say()

    def read(self, rows: Iterable[FieldRow], refusals: Refusals) -> dict[str, object]:
        """The values as services take them; what is wrong or still empty is put into ``refusals``."""
        values = dict[str, object]()
        for row in rows:
            found = read_row(row, self._choices.reader, refusals)
            if row.named not in refusals and all(value is None for value in found.values()):
                refusals[row.named] = self.asks()
            values |= found
        return values

    def asks(self) -> str:
        """Why a field must be filled in."""
        return tr("{stage} asks for it.").format(stage=self._stage.name)
