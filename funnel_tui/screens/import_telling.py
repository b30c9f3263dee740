"""What the preview of an import tells in sentences: files beside it, currencies, names, and ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funnel_tui.domain.shown import clean
from funnel_tui.language import tr
from funnel_tui.screens.import_choosing import PIPELINE
from funnel_tui.screens.import_words import FIELD_WORDS
from funnel_tui.widgets.named_keys import key_of, with_keys

if TYPE_CHECKING:
    from funnel_tui.services.importing import ImportRefused, Outcome
    from funnel_tui.services.importing.preview import FileLook

BESIDE_WORDS = {
    "accounts": tr("the names of the organisations"),
    "products": tr("the products with their list prices"),
    "teams": tr("the teams and managers of the owners"),
}
"""What a file beside the one that is imported adds."""

BESIDE_KEYS = ("beside_1", "beside_2", "beside_3", "beside_4")
"""The ids of the keys that add or leave out such a file."""


def beside_lines(seen: FileLook) -> list[str]:
    """The files beside it, each with its key, whether it is read, and what it adds."""
    keys = map(key_of, BESIDE_KEYS)
    return [
        f"{key} {'[x]' if each.used else '[ ]'} {clean(each.path.name)}: {BESIDE_WORDS[each.what]}"
        for key, each in zip(keys, seen.beside, strict=False)
    ]


def notes_of(seen: FileLook, outcome: Outcome | None) -> str:
    """What to know before anything is written; empty where there is nothing.

    :param outcome: what the import would do, once the whole file was tried.
    """
    return "\n".join(filter(None, (money_words(seen, outcome), nameless_words(seen))))


def money_words(seen: FileLook, outcome: Outcome | None) -> str:
    """Which currency amounts are read in where that is not the base currency."""
    if seen.money is None:
        return ""
    found = seen.currencies | (outcome.currencies if outcome is not None else set())
    becomes = seen.money.becomes(found)
    if becomes:
        words = tr("Amounts are in {currency}: it becomes the base currency, as nobody has chosen one.")
        return words.format(currency=becomes)
    others = seen.money.unpriced(found)
    if not others:
        return ""
    return with_keys(
        tr(
            "Amounts are in {currencies}: not the base currency, {base}, and without exchange rates in no "
            "total. {map} on the field “{field}” reads them as another."
        ),
        currencies=", ".join(others),
        base=seen.money.base,
        field=FIELD_WORDS["currency"],
    )


def nameless_words(seen: FileLook) -> str:
    """That organisations have no names in the file."""
    if not seen.nameless:
        return ""
    words = tr("No file names the organisations: they are called by ids or domains, such as {example}.")
    return words.format(example=clean(seen.nameless))


def mending(refused: ImportRefused, field: str) -> str:
    """The field that can be read otherwise so that a refused row is accepted: stages follow the pipeline."""
    return PIPELINE if field == "stage" and refused.stages else field


def way_out(refused: ImportRefused, field: str) -> str:
    """What can be done in the preview about refused rows; empty where nothing can.

    :param field: as :func:`mending` gives it.
    """
    if not field:
        return ""
    if field == PIPELINE and refused.stages:
        return with_keys(
            tr(
                "Unknown stages: {map} on the field “{field}” chooses another pipeline, or makes a new one "
                "with the stages of the file."
            ),
            field=FIELD_WORDS["pipeline"],
        )
    words = tr(
        "Refused for the field “{field}”: {map} on it chooses another column or a fixed value, or leaves it "
        "out."
    )
    if len(refused.fields) > 1 and field == mending(refused, refused.worst):
        words = tr(
            "Most are refused for the field “{field}”: {map} on it chooses another column or a fixed value, "
            "or leaves it out."
        )
    return with_keys(words, field=FIELD_WORDS.get(field, field))
