"""The widgets of a deal's fields: making them, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping

from textual.widget import Widget
from textual.widgets import Input, TextArea

from funnel_tui.dialogs.deal_fields import (
    READERS,
    number_of,
    pick_of,
    pick_text,
    read_pick,
    stages_of,
    word_finding,
)
from funnel_tui.dialogs.form import Refusals
from funnel_tui.dialogs.part_fields import ROLES, role_of
from funnel_tui.dialogs.picker import NOUNS, Picker
from funnel_tui.dialogs.wishes import DealChoices, Reader
from funnel_tui.widgets.fields import FieldRow, NoteField, Options, TextField

SHORT = {"amount", "expected_close", "probability_bp"}
"""Fields in which typing begins anew."""


def make_field(name: str, texts: Mapping[str, str], choices: DealChoices) -> Widget:
    """The widget for a field.

    :param texts: what it begins with, by field.
    """
    text = texts[name]
    match name:
        case "organisation" | "person":
            finding = choices.find_person if name == "person" else choices.find_organisation
            assert finding is not None
            return Picker(finding, pick_of(texts, name), noun=NOUNS[name], id=name, text=text)
        case "source":
            return Picker(
                word_finding(choices.sources), None, noun=NOUNS[name], id=name, text=text, free=True
            )
        case "pipeline_id":
            return Options([(one.id, one.name) for one in choices.pipelines], number_of(text), id=name)
        case "stage_id":
            return Options(
                stages_of(choices.pipeline(number_of(texts["pipeline_id"]))), number_of(text), id=name
            )
        case "role":
            return Options(ROLES, number_of(text), id=name)
        case "owner_id":
            return Options(choices.reps, number_of(text), id=name)
        case "note":
            return NoteField(text, id=name)
        case _:
            return TextField(text, id=name, select=name in SHORT)


def row_texts(row: FieldRow) -> dict[str, str]:
    """What a field holds now, by name; nothing for one that cannot be changed."""
    name, field = row.named, row.field
    match field:
        case Picker() if not field.free:
            return {name: field.value, f"{name}_id": pick_text(field.pick)}
        case Input():
            return {name: field.value}
        case TextArea():
            return {name: field.text}
        case Options():
            return {name: str(field.number or 0)}
    return {}


def put_text(row: FieldRow, texts: Mapping[str, str]) -> None:
    """Fill a field from outside."""
    name, field = row.named, row.field
    match field:
        case Picker() if not field.free:
            field.put(pick_of(texts, name))
        case Input():
            field.value = texts[name]
        case TextArea():
            field.text = texts[name]
        case Options():
            field.choose(number_of(texts[name]))


def read_row(row: FieldRow, reader: Reader, refusals: Refusals) -> dict[str, object]:
    """The values of a field as services take them; what is wrong is put into ``refusals``."""
    name, field = row.named, row.field
    if isinstance(field, Options):
        return {name: role_of(field.number) if name == "role" else field.number}
    if isinstance(field, Picker) and not field.free:
        field.settle()
        if not field.is_settled:
            refusals[name] = field.unsettled_words()
        pick = field.pick
        return {name: refusals.read(lambda: read_pick(pick, name, reader))}
    if name in READERS:
        return refusals.read(lambda: READERS[name](row_texts(row)[name], reader)) or {}
    return {}
