"""Where a field of an import comes from: a column, a text for every row, or a pipeline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funnel_tui.dialogs.fixed_value import FixedValueForm
from funnel_tui.dialogs.pick_one import Offer, PickOne
from funnel_tui.domain.shown import clean
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.screens.import_words import FIELD_WORDS

if TYPE_CHECKING:
    from funnel_tui.services.importing.preview import Choices, FieldLook, FileLook

PIPELINE = "pipeline"
COLUMN, VALUE = "column", "value"
"""How an answer of the list begins; what follows a blank is a column, a text or the name of a pipeline."""

OWN = "own"
"""The answer that chooses no pipeline where no column can say it."""

ASK = "ask"
"""The answer that asks for a text or a name."""


def question(seen: FileLook, field: FieldLook) -> PickOne:
    """The list of what a field can be read from."""
    if field.name == PIPELINE:
        return _of_pipeline(seen, field)
    offers = [Offer("", tr("– not read –")), *_columns(seen)]
    offers.append(Offer(ASK, tr("a fixed value …"), tr("the same on every row")))
    words = FIELD_WORDS.get(field.name, field.name)
    return PickOne(
        tr("Which column is the {field}?").format(field=words),
        (tr("Column"), tr("First text in it")),
        offers,
        f"{COLUMN} {field.column}" if field.column else ASK if field.constant is not None else "",
        free=lambda typed: Offer(f"{VALUE} {typed}", tr("“{text}” on every row").format(text=typed)),
    )


def _columns(seen: FileLook) -> list[Offer]:
    return [Offer(f"{COLUMN} {name}", name, sample) for name, sample in seen.columns]


def _of_pipeline(seen: FileLook, field: FieldLook) -> PickOne:
    """The columns, the pipelines that are there, and a new one; histories have no column for it."""
    if seen.kind == "deals":
        offers = [Offer("", tr("– not read –")), *_columns(seen)]
    else:
        offers = [Offer(OWN, tr("– that of each deal –"))]
    named = tr("the pipeline {name}")
    offers += [
        Offer(f"{VALUE} {one.name}", named.format(name=one.name), ", ".join(one.stages))
        for one in seen.pipelines
    ]
    offers.append(Offer(ASK, tr("a new pipeline …"), tr("with the stages of the file")))
    present = f"{COLUMN} {field.column}" if field.column else offers[0].value
    if field.constant is not None:
        present = ASK if seen.new_pipeline else f"{VALUE} {field.constant}"
    return PickOne(
        tr("Which pipeline do the deals go into?"),
        (tr("Column or pipeline"), tr("First text in it, or stages")),
        offers,
        present,
        free=lambda typed: Offer(f"{VALUE} {typed}", tr("the pipeline {name}").format(name=typed)),
    )


def form(field: FieldLook, *, text: str | None = None, wrong: str = "") -> FixedValueForm:
    """Ask for the text of every row, or for the name of a pipeline.

    :param text: what was typed already; without it the present text.
    :param wrong: what was wrong with it.
    """
    text = field.constant or "" if text is None else text
    said = {"text": wrong} if wrong else None
    if field.name == PIPELINE:
        from funnel_tui.services.importing.offered import pipeline_name

        about = tr("All deals go into it. If it is new, its stages are those of the file.")
        heading, label = tr("The pipeline of all deals"), tr("Name")
        return FixedValueForm(heading, label, about, pipeline_name, text=text, wrong=said)
    words = FIELD_WORDS.get(field.name, field.name)
    heading = tr("The same {field} on every row").format(field=clean(words))
    about = tr("It is read as if it stood in the file.")
    return FixedValueForm(heading, tr("Value"), about, _any_text, text=text, wrong=said)


def _any_text(text: str) -> str:
    """Any text but an empty one; whether it fits the field is seen when the file is read."""
    if not text:
        raise UsageError(tr("Type a value."))
    return text


def with_column(choices: Choices, field: str, column: str) -> Choices:
    """The choices with a field read from a column; from none where it is empty."""
    values = {name: text for name, text in choices.values.items() if name != field}
    pipeline = None if field == PIPELINE else choices.pipeline
    return replace(choices, maps={**choices.maps, field: column}, values=values, pipeline=pipeline)


def with_value(choices: Choices, field: str, text: str) -> Choices:
    """The choices with a text for a field on every row, or with the pipeline of all deals."""
    maps = {name: column for name, column in choices.maps.items() if name != field}
    if field == PIPELINE:
        return replace(choices, maps=maps, pipeline=text)
    return replace(choices, maps=maps, values={**choices.values, field: text})
