"""A figure of the Quotas screen explained: definition, formula with its numbers, n, scope, as-of, command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr
from funnel_tui.screens.quotas_panels import Panel
from funnel_tui.services.reports.explaining import moment_words
from funnel_tui.widgets.quota_figures import Figure

NO_COMMAND = tr("No command prints this figure.")


def explain(
    panel: Panel, key: str, figure: Figure, *, parts: Sequence[str], scope: Scope, now: int, zone: str
) -> Explanation:
    """Explain a figure.

    :param key: its column.
    :param parts: what is looked at, as the bar on top has it.
    :param now: epoch seconds; the figures are as of then, unless the scope or the figure says otherwise.
    :param zone: the name of the team's time zone.
    """
    known = figure.known
    name, colon, formula = figure.words.partition(": ")
    if known.name:
        name, formula = known.name, figure.words.removeprefix(f"{known.name}: ")
    elif not colon:
        formula = figure.words
    definition = panel.definitions.get(key, "")
    column = next((one.title for one in panel.table.columns if one.key == key), "")
    as_of = scope.as_of if known.as_of is None else known.as_of
    command = panel.command_of(figure)
    told = panel.told_of_command or ("" if command else NO_COMMAND)
    return Explanation(
        name=" · ".join(part for part in (column, name) if part),
        value=figure.text,
        definition=definition or formula,
        formula=formula if definition and not known.is_plain else "",
        sample=known.sample,
        limit=known.limit,
        scope=" · ".join((*parts, *_narrowed(scope))),
        as_of=moment_words(now if as_of is None else as_of, zone, is_now=as_of is None),
        notes=tuple(sentences((*panel.sums, *panel.notes, *panel.legend, told))),
        command=command,
        has_deals=figure.behind is not None,
    )


def _narrowed(scope: Scope) -> list[str]:
    """What the bar on top adds to what is looked at."""
    found = [tr("where {condition}").format(condition=scope.where)] if scope.where else []
    return [*found, tr("by present owner")] if scope.present_owner else found


def sentences(notes: Iterable[str]) -> list[str]:
    """Notes that can stand in a row: each ends as a sentence does."""
    kept = [note.strip() for note in notes if note.strip()]
    return [note if note[-1] in ".!?…" else f"{note}." for note in kept]
