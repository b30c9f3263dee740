"""The words around an import: what can be imported, from where, its fields, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funnel_tui.domain.shown import clean, count_text
from funnel_tui.language import tr, trn
from funnel_tui.screens.tabs import Tab
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.exchange.records import Kind
    from funnel_tui.services.importing import ImportRefused, Outcome

KIND_WORDS: dict[Kind, str] = {
    "deals": tr("deals"),
    "history": tr("moves of deals between stages"),
    "interactions": tr("interactions"),
    "contacts": tr("people"),
    "quotas": tr("quotas"),
    "rates": tr("exchange rates"),
}
"""What a file can hold."""

PROGRAM_WORDS = {
    "maven": "Maven Analytics",
    "pipedrive": "Pipedrive",
    "hubspot": "HubSpot",
    "salesforce": "Salesforce",
    "generic": tr("another program"),
    "mail": tr("mail"),
    "calendar": tr("a calendar"),
}
"""The programs whose files are known, by their profiles."""

FIELD_WORDS = {
    "id": tr("id"),
    "title": tr("title"),
    "organisation": tr("organisation"),
    "person": tr("person"),
    "first": tr("first name"),
    "last": tr("last name"),
    "email": tr("e-mail"),
    "phone": tr("phone"),
    "owner": tr("owner"),
    "team": tr("team"),
    "pipeline": tr("pipeline"),
    "stage": tr("stage"),
    "status": tr("status"),
    "amount": tr("amount"),
    "currency": tr("currency"),
    "created": tr("created"),
    "closed": tr("closed"),
    "expected_close": tr("expected close"),
    "probability": tr("probability"),
    "source": tr("source"),
    "loss_reason": tr("loss reason"),
    "tags": tr("tags"),
    "product": tr("product"),
    "deal": tr("deal"),
    "at": tr("when"),
    "by": tr("by"),
    "kind": tr("kind"),
    "direction": tr("direction"),
    "outcome": tr("outcome"),
    "planned": tr("planned"),
    "duration": tr("duration"),
    "note": tr("note"),
    "role": tr("role"),
    "start": tr("start"),
    "end": tr("end"),
    "period": tr("period"),
    "unit": tr("unit"),
    "base": tr("from currency"),
    "quote": tr("into currency"),
    "date": tr("date"),
    "rate": tr("rate"),
}
"""The fields of all kinds, as people call them."""

DATES: tuple[tuple[str | None, str], ...] = (
    (None, tr("as found")),
    ("%d.%m.%Y", "31.12.2026"),
    ("%d/%m/%Y", "31/12/2026"),
    ("%m/%d/%Y", "12/31/2026"),
    ("%d-%m-%Y", "31-12-2026"),
    ("%d.%m.%y", "31.12.26"),
    ("%d/%m/%y", "31/12/26"),
    ("%m/%d/%y", "12/31/26"),
)
"""How dates can be written, with an example of each."""

MARKS: tuple[tuple[str | None, str], ...] = ((None, "1,234.50"), (",", "1.234,50"))
"""The decimal marks, with an example of each."""

LANDING = {
    "history": Tab.STAGES,
    "interactions": Tab.INTERACTIONS,
    "quotas": Tab.QUOTAS,
}
"""The screen that shows what was imported; deals are on that of deals or of stages."""


def counted(outcome: Outcome) -> str:
    """How much would be written, or was."""
    read = trn("{n} row", "{n} rows", outcome.rows)
    counts = tr("{rows}: {new} new, {changed} to change, {same} as they are")
    if outcome.refused is not None:
        counts = tr("{rows}: {new} new, {changed} to change, {same} as they are, {refused} left out")
    return counts.format(
        rows=read.format(n=count_text(outcome.rows)),
        new=count_text(outcome.new),
        changed=count_text(outcome.updated),
        same=count_text(outcome.unchanged),
        refused=count_text(outcome.refused.rows if outcome.refused is not None else 0),
    )


def refused_words(refused: ImportRefused, *, so_far: bool = False, skippable: bool = False) -> str:
    """That rows are refused, and that all waits for them.

    :param so_far: the database has not been asked yet; it may refuse more of them.
    :param skippable: a key leaves them out.
    """
    if skippable and not so_far:
        words = trn(
            "{n} row is refused: {leave_out} leaves it out and imports the others.",
            "{n} rows are refused: {leave_out} leaves them out and imports the others.",
            refused.rows,
        )
        return with_keys(words, n=count_text(refused.rows))
    if so_far:
        words = trn(
            "At least {n} row is refused: nothing is imported before it is right.",
            "At least {n} rows are refused: nothing is imported before they are right.",
            refused.rows,
        )
    else:
        words = trn(
            "{n} row is refused: nothing is imported before it is right.",
            "{n} rows are refused: nothing is imported before they are right.",
            refused.rows,
        )
    return words.format(n=count_text(refused.rows))


def done_words(outcome: Outcome, file: str) -> str:
    """What was imported, and how to take it back."""
    kind = KIND_WORDS.get(outcome.kind, outcome.kind)  # type: ignore[call-overload]
    words = tr("Imported {kind} from {file}: {new} new, {changed} changed. {undo} takes it back.")
    words = with_keys(
        words,
        kind=kind,
        file=clean(file),
        new=count_text(outcome.new),
        changed=count_text(outcome.updated),
    )
    return "\n".join(filter(None, (words, base_words(outcome), stages_words(outcome))))


def base_words(outcome: Outcome) -> str:
    """That the import has changed the base currency; empty where it has not."""
    words = tr("The base currency is now {code}, the currency of these deals.")
    return words.format(code=outcome.new_base) if outcome.new_base else ""


def stages_words(outcome: Outcome) -> str:
    """What to know of stages that were made, and where to change it; empty where there is nothing."""
    if not outcome.without_chance:
        return ""
    if outcome.order_of_file:
        return with_keys(
            tr(
                "New stages are in the order of the file and win with 0 %, so Weighted is 0. "
                "{pipelines} changes both."
            )
        )
    return with_keys(tr("New stages win with 0 %, so Weighted is 0. {pipelines} changes that."))
